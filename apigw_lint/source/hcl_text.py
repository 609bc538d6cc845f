"""Owns what strings and heredocs of HCL mean, and where each part of their value is written.

`$${` and `%%{`, which escape Terraform's own marks, stay as they are written: they tell the gateway's `${var.name}`
from Terraform's, as in a heredoc that holds a whole document.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import NamedTuple

from apigw_lint.source import hcl
from apigw_lint.source.pattern import pattern
from apigw_lint.source.text import Span

_MARK = pattern(r'\\(?:([nrt"\\])|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|)|\$\$\{|%%\{|[$%]\{')
_LETTERS = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}
_MAX_CHARACTER = 0x10FFFF
_HEAD = pattern(r"<<(-?)[^\r\n]*(?:\r\n|\n)")
_LINE = pattern(r"([ \t]*)([^\r\n]*)(\r\n|\n|\r|\Z)")
_SIMPLE = pattern(r'"[^"\\$%\r\n]*"')
_PART = pattern(r"(?<!\$)\$\{|(?<!%)%\{")


class Piece(NamedTuple):
    """A part of a value and where it is written: an escape, or characters as they are."""

    value: str
    span: Span


class Text(NamedTuple):
    """What a string means: its pieces, in order.

    `bad_escape` is the first escape that HCL does not have, `has_parts` says whether Terraform replaces something.
    """

    pieces: list[Piece]
    bad_escape: Span | None = None
    has_parts: bool = False

    @property
    def value(self) -> str:
        """The whole value."""
        return "".join(piece.value for piece in self.pieces)


class Places:
    """Where the characters of the value of a string are written."""

    __slots__ = ("_pieces", "_starts", "_value", "_whole")

    def __init__(self, text: str, written: Span, whole: Span) -> None:
        """`written` covers quotes or markers; `whole` is what is underlined of what is not there."""
        meant = read(text, written)
        self._pieces = meant.pieces
        self._value = meant.value
        self._starts: list[int] = []
        self._whole = whole
        length = 0
        for piece in self._pieces:
            self._starts.append(length)
            length += len(piece.value)

    def find(self, text: str, offset: int) -> Span:
        """Where a text is that begins at an offset of the value, or next after it."""
        start = self._value.find(text, offset)
        if not text or start < 0:
            return self._whole
        return Span(self._of(start).start, self._of(start + len(text) - 1).end)

    def _of(self, offset: int) -> Span:
        """Where one character is."""
        number = max(0, bisect_right(self._starts, offset) - 1)
        piece, inside = self._pieces[number], offset - self._starts[number]
        if len(piece.value) != piece.span.end - piece.span.start:
            return piece.span
        return Span(piece.span.start + inside, piece.span.start + inside + 1)


def read(text: str, written: Span) -> Text:
    """What a string in quotes, or a heredoc, means; `written` covers quotes or markers."""
    return _heredoc(text, written) if is_heredoc(text, written.start) else _string(text, written)


def is_heredoc(text: str, start: int) -> bool:
    """Whether what begins at an offset is a heredoc."""
    return text.startswith("<<", start)


def content_span(text: str, start: int, end: int) -> Span:
    """What an expression covers; of a heredoc the lines in it, from the first to the last visible character."""
    if not is_heredoc(text, start):
        return Span(start, end)
    body = _body(text, Span(start, end))
    content = text[body.start : body.end]
    if not content.strip():
        return Span(start, start + len(text[start : body.start].rstrip()))
    first = body.start + len(content) - len(content.lstrip())
    return Span(first, body.start + len(content.rstrip()))


def _body(text: str, heredoc: Span) -> Span:
    """The lines between the markers of a heredoc."""
    head = _HEAD.match(text, *heredoc)
    start = head.end() if head else heredoc.end
    return Span(start, max(start, text.rfind("\n", start, heredoc.end) + 1))


def _string(text: str, written: Span) -> Text:
    start, end = written.start + 1, written.end - 1
    if _SIMPLE.fullmatch(text, *written):
        return Text([Piece(text[start:end], Span(start, end))])
    pieces: list[Piece] = []
    bad_escape, has_parts = None, False
    at = start
    while match := _MARK.search(text, start, end):
        start = match.end()
        if match[0][0] == "\\":
            value = _escaped(match)
            if value is None:
                bad_escape = bad_escape or Span(match.start(), min(match.start() + 2, end))
                value = match[0]
            pieces += (Piece(text[at : match.start()], Span(at, match.start())), Piece(value, Span(*match.span())))
            at = start
        elif len(match[0]) == 2:
            has_parts = True
            start = hcl.closing(text, start, "}", end) or end
    pieces.append(Piece(text[at:end], Span(at, end)))
    return Text([piece for piece in pieces if piece.value], bad_escape, has_parts)


def _escaped(match: re.Match[str]) -> str | None:
    """The character that an escape is; None for one that HCL does not have."""
    if match[1]:
        return _LETTERS[match[1]]
    digits = match[2] or match[3]
    code = int(digits, 16) if digits else _MAX_CHARACTER + 1
    if code > _MAX_CHARACTER:
        return None
    return "\ufffd" if 0xD800 <= code <= 0xDFFF else chr(code)


def _heredoc(text: str, written: Span) -> Text:
    """The lines of a heredoc, without the indentation that all of them have if it begins with `<<-`."""
    body = _body(text, written)
    lines = [match for match in _LINE.finditer(text, *body) if match[0]]
    is_flush = text.startswith("<<-", written.start)
    indent = min((len(line[1]) for line in lines if line[2]), default=0) if is_flush else 0
    pieces: list[Piece] = []
    for line in lines:
        start = line.start() + (indent if line[2] else 0)
        pieces += (
            Piece(text[start : line.start(3)], Span(start, line.start(3))),
            Piece("\n" if line[3] else "", Span(*line.span(3))),
        )
    return Text([piece for piece in pieces if piece.value], has_parts=_PART.search(text, *body) is not None)
