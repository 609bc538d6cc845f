"""Owns the containers of a tree: a `dict` and a `list` that know where their entries are written."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from typing import Any


class Mapping(dict[str, Any]):
    """A YAML mapping or JSON object; keys are strings as written, in document order."""

    __slots__ = ("_rows", "end", "key", "parent", "spans", "start")

    _rows: dict[str, int]
    parent: Container
    key: str | int
    start: int
    end: int
    spans: array[int]
    """Key start, key end, value start, value end of each entry, as offsets."""

    def row(self, key: str) -> int:
        """The index in `spans` of the entry of a key. Raises KeyError."""
        try:
            rows = self._rows
        except AttributeError:
            rows = self._rows = {name: 4 * number for number, name in enumerate(self)}
        return rows[key]

    def add_unwritten(self, key: str) -> None:
        """Adds a key that is not in the text, with no value; it is nowhere but at the end."""
        self[key] = None
        self.spans.extend([self.end] * 4)
        if hasattr(self, "_rows"):
            del self._rows


class Sequence(list[Any]):
    """A YAML sequence or JSON array."""

    __slots__ = ("end", "key", "parent", "spans", "start")

    parent: Container
    key: str | int
    start: int
    end: int
    spans: array[int]
    """Start and end of each item, as offsets."""


Container = Mapping | Sequence
Scalar = str | int | float | bool | None


def containers_in(root: Container) -> Iterator[Container]:
    """A container and all that it has in it, each once, aliases followed."""
    waiting, seen = [root], {id(root)}
    while waiting:
        container = waiting.pop()
        yield container
        for value in container.values() if isinstance(container, Mapping) else container:
            if isinstance(value, (Mapping, Sequence)) and id(value) not in seen:
                seen.add(id(value))
                waiting.append(value)
