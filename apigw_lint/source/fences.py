"""Owns the fenced blocks of a Markdown text: where each is, and what its fence says of its language.

A scanner of lines instead of a parser of Markdown: only fences, comments and quotations matter, a library would add to
the start of each run, and it would end a block early where a writer indents its lines less than the fence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from apigw_lint.source.pattern import pattern
from apigw_lint.source.text import Span

_LINE = pattern(r"[^\r\n]*+(?:\r\n|\r|\n|\Z)")
_OPENING = pattern(
    r"(?P<lead>[ \t]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)*+)"
    r"(?:(?P<ticks>`{3,})(?P<info>[^`\r\n]*)|(?P<waves>~{3,})(?P<other>[^\r\n]*))"
)
_QUOTE = pattern(r"[ \t]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)?>[ \t]?")
_CLOSING = pattern(r"[ \t]*(`{3,}|~{3,})[ \t]*\r?\n?\Z")
_LANGUAGE = pattern(r"\s*\{?\s*\.?([A-Za-z0-9+#_-]*)")
_COMMENTS = {"<!--": "-->", "{/*": "*/}"}


class Block(NamedTuple):
    """A fenced block: the span of its lines, and its language in small letters, empty if it has none.

    `line` is the number of the line of its fence, from 1. A block in a quotation has the marks of that in its lines.
    """

    span: Span
    language: str
    line: int
    is_closed: bool = True
    is_quoted: bool = False


def blocks(text: str) -> Iterator[Block]:
    """The fenced blocks of a Markdown text, those in comments left out; none is in another."""
    opened: _Opened | None = None
    closer = ""
    for number, match in enumerate(_LINE.finditer(text), 1):
        if match.start() == match.end():
            break
        line = match[0]
        if closer:
            closer = "" if closer in line else closer
            continue
        quote = _QUOTE.match(line)
        if opened is not None:
            if opened.is_quoted and not quote:
                yield opened.block(text, match.start(), is_closed=False)
                opened = None
            else:
                rest = line[quote.end() :] if quote and opened.is_quoted else line
                if opened.is_closed_by(rest):
                    yield opened.block(text, match.start(), is_closed=True)
                    opened = None
                continue
        body = line[quote.end() :] if quote else line
        if fence := _OPENING.match(body):
            opened = _Opened(fence, number, match.end(), quote is not None)
        else:
            closer = _comment_that_begins(line)
    if opened is not None:
        yield opened.block(text, len(text), is_closed=False)


class _Opened:
    """A block whose end is not reached yet."""

    def __init__(self, fence: re.Match[str], line: int, start: int, is_quoted: bool) -> None:
        self.is_quoted = is_quoted
        self._mark = fence["ticks"] or fence["waves"]
        self._info = fence["info"] or fence["other"] or ""
        self._indent = len(fence["lead"].expandtabs(4))
        self._line, self._start = line, start

    def is_closed_by(self, line: str) -> bool:
        """Whether a line is the closing fence, which may be indented by three blanks more than the opening one."""
        closing = _CLOSING.match(line)
        if closing is None or not closing[1].startswith(self._mark):
            return False
        return len(line[: closing.start(1)].expandtabs(4)) <= self._indent + 3

    def block(self, text: str, end: int, *, is_closed: bool) -> Block:
        language = _LANGUAGE.match(self._info)
        name = language[1].lower() if language else ""
        return Block(Span(self._start, max(self._start, end)), name, self._line, is_closed, self.is_quoted)


def _comment_that_begins(line: str) -> str:
    """What ends the comment that begins with a line and goes on after it, empty if none does."""
    for opener, closer in _COMMENTS.items():
        if line.lstrip(" \t").startswith(opener) and closer not in line:
            return closer
    return ""
