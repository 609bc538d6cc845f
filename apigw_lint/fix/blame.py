"""Owns blame: which of the fixes made at once answers for a place in the text that they made."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence

from apigw_lint.diagnostic import Diagnostic, Edit, Fix
from apigw_lint.fix.apply import OffsetMap
from apigw_lint.source.tree import Tree, containers_at

_LAYOUT = ", \t\r\n"


class Written:
    """What fixes wrote into a text, and the objects and lists that they changed."""

    def __init__(self, trees: Sequence[Tree], offsets: OffsetMap, fixes: Iterable[tuple[Diagnostic, Fix]]) -> None:
        self._trees = trees
        self._origins = [tree.source.start for tree in trees]
        self._edits = offsets.edits
        self._spans = list(offsets.written)
        self._starts = [span.start for span in self._spans]
        self._fixes: dict[Edit, list[int]] = defaultdict(list)
        for number, (_, fix) in enumerate(fixes):
            for edit in fix.edits:
                self._fixes[edit].append(number)
        self._changes: dict[int, list[Edit]] = defaultdict(list)
        for edit, span in zip(self._edits, self._spans, strict=True):
            layout = len(edit.text) - len(edit.text.lstrip(_LAYOUT))
            for innermost in self._around(span.start + layout)[-1:]:
                self._changes[innermost].append(edit)

    def is_by(self, edits: set[Edit], offset: int) -> bool:
        """Whether one of these edits wrote what is at an offset of the new text."""
        return self._edit_at(offset) in edits

    def is_beside(self, edits: set[Edit], offset: int) -> bool:
        """Whether an offset is in an object that one of these edits changed."""
        return any(not edits.isdisjoint(self._changes.get(container, ())) for container in self._around(offset))

    def fixes_behind(self, offset: int) -> set[int]:
        """The numbers of the fixes that wrote what is at an offset.

        If none did, those that changed the innermost of the changed objects that are around it, or whose key is there.
        """
        edit = self._edit_at(offset)
        around = [*self._around(offset), *self._under(offset)]
        innermost = next((container for container in reversed(around) if container in self._changes), None)
        edits = [edit] if edit else self._changes[innermost] if innermost else []
        return {number for edit in edits for number in self._fixes[edit]}

    def _edit_at(self, offset: int) -> Edit | None:
        number = bisect_right(self._starts, offset) - 1
        return self._edits[number] if number >= 0 and offset < self._spans[number].end else None

    def _around(self, offset: int) -> list[int]:
        """The identities of the containers around an offset, the innermost last."""
        number = bisect_right(self._origins, offset) - 1
        if number < 0:
            return []
        return [id(container) for container in containers_at(self._trees[number], offset - self._origins[number])]

    def _under(self, offset: int) -> list[int]:
        """The identity of what has its key at an offset."""
        number = bisect_right(self._origins, offset) - 1
        entry = self._trees[number].key_at(offset - self._origins[number]) if number >= 0 else None
        return [id(entry.value)] if entry else []
