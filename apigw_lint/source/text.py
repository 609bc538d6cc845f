"""Owns positions in a text: offsets, spans, lines and columns."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from operator import attrgetter
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

ELIDED, SHELL, SHELL_TABS, TABS = "elided", "shell", "shell-tabs", "tabs"
"""Styles that a host alone gives a text: an example with parts left out; a heredoc in which a shell replaces what it
fills in, or takes tabs away, or both."""

SHELL_STYLES = (SHELL, SHELL_TABS, TABS)


class Source:
    """One document and the path that its findings show; `text` has no byte order mark.

    `style` is the template language, None to detect it. `pieces` say where the text is written, in order, if not in a
    file of its own: a heredoc in a `.tf` is one piece of it. `mask` hides the secrets in it: no part of `text` may be
    shown without it.
    """

    def __init__(self, path: str, text: str, style: str | None = None, pieces: Sequence[Piece] = ()) -> None:
        self.path = path
        self.text = text
        self.style = style
        self.pieces = pieces
        self.mask = NOTHING_HIDDEN

    def part(self, span: Span, style: str | None = None) -> Source:
        """What a span of one piece covers, as a document of its own, written where this one is."""
        whole, place = self.located(span)
        return Source(self.path, self.slice(span), style, [Piece(0, whole, place.start)])

    @property
    def start(self) -> int:
        """The offset in the file where this text starts."""
        return self.pieces[0].offset if self.pieces else 0

    def located(self, span: Span) -> Located:
        """The whole source in which a span of this text is written, and where; a span is in the piece it begins in."""
        if not self.pieces:
            return Located(self, span)
        first = self._piece_at(span.start)
        start = first.offset + span.start - first.start
        if span.end <= span.start:
            return Located(first.source, Span(start, start + span.end - span.start))
        last = first if len(self.pieces) == 1 else self._piece_at(span.end - 1)
        end = last.offset + span.end - last.start + last.width - 1
        return Located(first.source, Span(start, end if last.source is first.source else len(first.source.text)))

    def whole(self, span: Span) -> Span:
        """A span of this text in the source that it is written in."""
        return self.located(span).span

    def offset_of(self, offset: int) -> int | None:
        """Where in this text an offset is of the one source that it is written in, None if it is outside."""
        if not self.pieces:
            return offset
        number = bisect_right(self.pieces, offset, key=_offset_of) - 1
        if number < 0:
            return None
        piece, following = self.pieces[number], self.pieces[number + 1 : number + 2]
        length = (following[0].start if following else len(self.text)) - piece.start
        inside = offset - piece.offset if piece.width == 1 else int(offset >= piece.offset + piece.width)
        return piece.start + min(inside, length) if following or inside <= length else None

    @cached_property
    def is_escaped(self) -> bool:
        """Whether this is what a string with escapes means."""
        return any(piece.width > 1 for piece in self.pieces)

    def _piece_at(self, offset: int) -> Piece:
        return self.pieces[max(0, bisect_right(self.pieces, offset, key=_start_of) - 1)]

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


class Piece(NamedTuple):
    """Where a part of a text is written: from `start` on it is what `source` has from `offset` on.

    One that is the meaning of an escape is a single character, and `width` how many it is written with.
    """

    start: int
    source: Source
    offset: int
    width: int = 1


class Located(NamedTuple):
    """A span in the source that it is written in."""

    source: Source
    span: Span


_start_of, _offset_of = attrgetter("start"), attrgetter("offset")
