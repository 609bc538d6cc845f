"""Owns places in a text: offsets, spans, lines and columns."""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import cached_property
from typing import NamedTuple


class Span(NamedTuple):
    """A half-open range of code point offsets, counted from 0 after a byte order mark."""

    start: int
    end: int

    def moved(self, by: int) -> Span:
        """The span so many code points further on."""
        return Span(self.start + by, self.end + by)


class Position(NamedTuple):
    """A place as people count: line and column from 1, the column in code points."""

    line: int
    column: int


PLAIN, TERRAFORM, JINJA, HELM, ENVSUBST = STYLES = ("plain", "terraform", "jinja", "helm", "envsubst")
"""Whose placeholders a text may hold: nobody's, or those of a tool that fills them in."""


class Source:
    """One document and the name that findings in it carry; `text` has no byte order mark.

    `style` says whose placeholders the text holds, None that it is to be found out. `start` is not 0 for a document
    inside another file, a heredoc of a `.tf`: the offset in that file where this text begins.
    """

    def __init__(self, path: str, text: str, style: str | None = None, start: int = 0) -> None:
        self.path = path
        self.text = text
        self.style = style
        self.start = start

    @cached_property
    def _starts(self) -> list[int]:
        return [0, *(match.end() for match in re.finditer(r"\r\n|\n|\r", self.text))]

    def position(self, offset: int) -> Position:
        """The 1-based line and column (code points) of an offset."""
        line = bisect_right(self._starts, offset)
        return Position(line, offset - self._starts[line - 1] + 1)

    def line_span(self, line: int) -> Span:
        """What the 1-based `line` covers, its line break left out. Raises IndexError past the end."""
        start = self._starts[line - 1]
        end = self._starts[line] if line < len(self._starts) else len(self.text)
        while end > start and self.text[end - 1] in "\r\n":
            end -= 1
        return Span(start, end)

    def slice(self, span: Span) -> str:
        """The text that a span covers."""
        return self.text[span.start : span.end]
