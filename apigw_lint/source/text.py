"""Owns positions in a text: offsets, spans, lines and columns."""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import NamedTuple

from apigw_lint.cached import cached_property
from apigw_lint.source.mask import NOTHING_HIDDEN


class Span(NamedTuple):
    """A half-open range of code point offsets, counted from 0 after a byte order mark."""

    start: int
    end: int

    def moved(self, by: int) -> Span:
        """The span shifted by a number of code points."""
        return Span(self.start + by, self.end + by)


class Position(NamedTuple):
    """A 1-based line and column, the column in code points."""

    line: int
    column: int


PLAIN, TERRAFORM, JINJA, HELM, ENVSUBST = STYLES = ("plain", "terraform", "jinja", "helm", "envsubst")
"""The template languages of a text, by the tool that replaces the placeholders; `plain` for none."""


class Source:
    """One document and the path that its findings show; `text` has no byte order mark.

    `style` is the template language, None to detect it. `start` is the offset in the file where this text starts: 0,
    except for a heredoc in a `.tf` file. `mask` hides the secrets in it: no part of `text` may be shown without it.
    """

    def __init__(self, path: str, text: str, style: str | None = None, start: int = 0) -> None:
        self.path = path
        self.text = text
        self.style = style
        self.start = start
        self.mask = NOTHING_HIDDEN

    @cached_property
    def _starts(self) -> list[int]:
        return [0, *(match.end() for match in re.finditer(r"\r\n|\n|\r", self.text))]

    def position(self, offset: int) -> Position:
        """The 1-based line and column (code points) of an offset."""
        line = bisect_right(self._starts, offset)
        return Position(line, offset - self._starts[line - 1] + 1)

    def line_span(self, line: int) -> Span:
        """The span of the 1-based `line` without its line break. Raises IndexError past the end."""
        start = self._starts[line - 1]
        end = self._starts[line] if line < len(self._starts) else len(self.text)
        while end > start and self.text[end - 1] in "\r\n":
            end -= 1
        return Span(start, end)

    def slice(self, span: Span) -> str:
        """The text that a span covers."""
        return self.text[span.start : span.end]
