"""Owns positions as clients count them: lines from 0, and columns in the units of an encoding."""

from __future__ import annotations

import re
from bisect import bisect_right

from lsprotocol.types import Position, PositionEncodingKind, Range

from apigw_lint.source.text import Span

_LINE_BREAK = re.compile(r"\r\n|\n|\r")
_CODECS = {PositionEncodingKind.Utf8: ("utf-8", 1), PositionEncodingKind.Utf16: ("utf-16-le", 2)}
"""The codec of each encoding but UTF-32, and the bytes of a unit."""


class Positions:
    """Between the offsets (code points) of a text and the positions of a client that uses an encoding."""

    def __init__(self, text: str, encoding: str = PositionEncodingKind.Utf16) -> None:
        self.text = text
        self._codec = _CODECS.get(PositionEncodingKind(encoding))
        self._starts = [0, *(match.end() for match in _LINE_BREAK.finditer(text))]

    def offset(self, position: Position) -> int:
        """The offset of a position; behind the end of a line that end, within a character its start."""
        if position.line >= len(self._starts):
            return len(self.text)
        start = self._starts[position.line]
        line = self.text[start : self._end(position.line)]
        if self._codec is None or line.isascii():
            return start + min(position.character, len(line))
        codec, width = self._codec
        units = line.encode(codec, "surrogatepass")[: position.character * width]
        return start + len(units.decode(codec, "ignore"))

    def position(self, offset: int) -> Position:
        """The position of an offset."""
        line = bisect_right(self._starts, offset) - 1
        before = self.text[self._starts[line] : offset]
        if self._codec is None or before.isascii():
            return Position(line, len(before))
        codec, width = self._codec
        return Position(line, len(before.encode(codec, "surrogatepass")) // width)

    def range(self, span: Span) -> Range:
        """The range of a span."""
        return Range(self.position(span.start), self.position(span.end))

    def span(self, range_: Range) -> Span:
        """The span of a range."""
        return Span(self.offset(range_.start), self.offset(range_.end))

    def _end(self, line: int) -> int:
        """The offset of the end of a line, its line break left out."""
        if line + 1 == len(self._starts):
            return len(self.text)
        end = self._starts[line + 1]
        return end - 2 if self.text[end - 2 : end] == "\r\n" else end - 1
