"""Owns finding in the source what was found in the value of a string, across quotes and escapes."""

from __future__ import annotations

from apigw_lint.source.text import Span


class Search:
    """Finds in the source what was found in the value of a string, each text from where it was found last."""

    __slots__ = ("is_as_written", "last", "lost", "source", "span", "start", "value")

    def __init__(self, source: str, value: str, span: Span) -> None:
        self.source = source
        self.value = value
        self.span = span
        quotes = int(self.source[self.span.start : self.span.start + 1] in ("'", '"'))
        self.start = self.span.start + quotes
        is_as_long = self.span.end - self.start == len(self.value) + quotes
        self.is_as_written = is_as_long and self.source.startswith(self.value, self.start)
        self.last: dict[str, tuple[int, int]] = {}
        self.lost: dict[str, int] = {}

    def find(self, text: str, offset: int) -> Span:
        """Where a text of the value is, the whole span if that is unknown."""
        is_there = self.value.startswith(text, offset)
        if is_there and self.is_as_written:
            return Span(self.start + offset, self.start + offset + len(text))
        if self.lost.get(text, offset + 1) <= offset:
            return self.span
        before, end = self.last.get(text, (0, self.span.start))
        if offset < before:
            before, end = 0, self.span.start
        for _ in range(self.value.count(text, before, offset) + 1):
            at = self.source.find(text, end, self.span.end)
            if at < 0:
                self.lost[text] = offset
                return self.span
            end = at + len(text)
        if is_there:
            self.last[text] = offset, end - len(text)
        return Span(end - len(text), end)
