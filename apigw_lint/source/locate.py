"""Owns the way from an offset to the entry of a container that covers it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from collections.abc import Sequence as Row
from operator import le
from typing import NamedTuple

from apigw_lint.source.containers import Container, Mapping


class Layout(NamedTuple):
    """Where the entries of a container begin and end in the text, one after the other, and their keys."""

    starts: Row[int]
    ends: Row[int]
    keys: Row[str | int]

    @classmethod
    def of(cls, container: Container, first: int = 2) -> Layout:
        """The layout of the values of a container, or of its keys when `first` is 0."""
        is_mapping = isinstance(container, Mapping)
        width, first = (4, first) if is_mapping else (2, 0)
        starts, ends = container.spans[first::width], container.spans[first + 1 :: width]
        keys: Row[str | int] = list(container) if is_mapping else range(len(container))
        if all(map(le, ends, starts[1:])):
            return cls(starts, ends, keys)
        return _sorted_layout(container.start, zip(starts, ends, keys, strict=True))

    def key_at(self, offset: int) -> str | int | None:
        """The key or index of the entry that covers an offset, None when none does."""
        number = bisect_right(self.starts, offset) - 1
        return None if number < 0 or offset >= self.ends[number] else self.keys[number]


def _sorted_layout(begin: int, entries: Iterable[tuple[int, int, str | int]]) -> Layout:
    """The layout of entries in any order: start, end and key of each.

    What an alias or a merge refers to is written elsewhere, before the container or inside another entry. It is left
    out, since it is found where it was written.
    """
    starts, ends, keys = [], [], []
    end = begin
    for start, stop, key in sorted(entries, key=lambda entry: (entry[0], -entry[1])):
        if end <= start < stop:
            starts.append(start)
            ends.append(stop)
            keys.append(key)
            end = stop
    return Layout(starts, ends, keys)
