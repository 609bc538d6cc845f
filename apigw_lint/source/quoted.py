"""Owns the documents that are written as strings in quotes, with the escapes of JSON or of Terraform."""

from __future__ import annotations

import re

from apigw_lint.source.text import Piece, Source, Span

_ESCAPE = re.compile(
    r"\\(?:[uU](?P<high>[dD][89abAB][0-9a-fA-F]{2})\\[uU](?P<low>[dD][c-fC-F][0-9a-fA-F]{2})"
    r"|u(?P<short>[0-9a-fA-F]{4})|U(?P<long>[0-9a-fA-F]{8})|(?P<letter>[^\r\n]))"
)
_LETTERS = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f"}
_LAST = 0x10FFFF


def unquoted(source: Source, span: Span, style: str) -> Source:
    """What a string means whose quotes are around a span, as a document of its own that knows where it is written."""
    written: list[str] = []
    pieces: list[Piece] = []
    at, length = span.start, 0
    for escape in _ESCAPE.finditer(source.text, span.start, span.end):
        if escape.start() > at:
            pieces.append(Piece(length, source, at))
            written.append(source.text[at : escape.start()])
            length += escape.start() - at
        pieces.append(Piece(length, source, escape.start(), escape.end() - escape.start()))
        written.append(_meaning(escape))
        length += 1
        at = escape.end()
    if at < span.end or not pieces:
        pieces.append(Piece(length, source, at))
        written.append(source.text[at : span.end])
    return Source(source.path, "".join(written), style, pieces)


def _meaning(escape: re.Match[str]) -> str:
    """The one character that an escape means; what means none is U+FFFD."""
    if escape["high"]:
        return chr(0x10000 + ((int(escape["high"], 16) - 0xD800) << 10) + int(escape["low"], 16) - 0xDC00)
    if code := escape["short"] or escape["long"]:
        number = int(code, 16)
        return chr(number) if number <= _LAST and not 0xD800 <= number < 0xE000 else "\ufffd"
    return _LETTERS.get(escape["letter"], escape["letter"])
