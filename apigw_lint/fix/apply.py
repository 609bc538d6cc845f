"""Owns applying edits to a text: which go together, what the text becomes, where its offsets end up."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable, Iterator
from itertools import accumulate

from apigw_lint.diagnostic import Diagnostic, Edit, Fix
from apigw_lint.source.text import Span

_NEW_KEY = re.compile(r"""[,\s]*["']?([\w$-]+)["']?\s*:""")


def apply_edits(text: str, edits: Iterable[Edit]) -> str:
    """The text with edits made, none of which overlap."""
    pieces, end = [], 0
    for span, replacement in sorted(edits, key=lambda edit: edit.span):
        pieces += [text[end : span.start], replacement]
        end = span.end
    return "".join((*pieces, text[end:]))


def compatible_fixes(diagnostics: Iterable[Diagnostic]) -> list[tuple[Diagnostic, Fix]]:
    """The fixes of findings that can be made at once, in the order of the findings; an equal edit is made once."""
    chosen: list[Edit] = []
    batch = []
    for diagnostic in diagnostics:
        fix = diagnostic.fix
        new = [edit for edit in dict.fromkeys(fix.edits) if edit not in _neighbours(chosen, edit)] if fix else []
        if fix and not any(_conflict(edit, other) for edit in new for other in _neighbours(chosen, edit)):
            for edit in new:
                insort(chosen, edit)
            batch.append((diagnostic, fix))
    return batch


def _neighbours(edits: list[Edit], edit: Edit) -> list[Edit]:
    """Of sorted edits that do not overlap, those that begin within another one or at its ends, and the one before."""
    first = bisect_left(edits, edit.span.start, key=lambda other: other.span.start)
    last = bisect_right(edits, edit.span.end, key=lambda other: other.span.start)
    return edits[max(0, first - 1) : last]


def _conflict(edit: Edit, other: Edit) -> bool:
    """Whether two edits cannot be made at once.

    They overlap, or they insert at the same offset: there only whole entries with different keys go together.
    """
    first, second = sorted((edit, other))
    if first.span != second.span or first.span.start < first.span.end:
        is_at_start = first.span.start == second.span.start
        return second.span.start < first.span.end or is_at_start
    are_entries = all(inserted.text[:1] in (",", "\r", "\n") for inserted in (edit, other))
    return not are_entries or _new_key(edit.text) == _new_key(other.text) != ""


def _new_key(text: str) -> str:
    """The key of the entry that an edit inserts, empty for anything else."""
    match = _NEW_KEY.match(text)
    return match[1] if match else ""


class OffsetMap:
    """Where the offsets of a text are after edits."""

    def __init__(self, edits: list[Edit]) -> None:
        self.edits = sorted(edits, key=lambda edit: edit.span)
        self._ends = [edit.span.end for edit in self.edits]
        growth = (len(edit.text) - (edit.span.end - edit.span.start) for edit in self.edits)
        self._growth_before = [0, *accumulate(growth)]

    def after(self, offset: int) -> int:
        """Where an offset of the old text is in the new one."""
        return offset + self._growth_before[bisect_right(self._ends, offset)]

    def start_after(self, offset: int) -> int:
        """Where what begins at an offset is in the new text, with what is inserted there as a part of it.

        An edit may cover the line break before it, and writes another one then.
        """
        return offset + self._growth_before[bisect_left(self.edits, offset, key=lambda edit: edit.span.start)]

    def is_edited(self, start: int, end: int) -> bool:
        """Whether an edit changes something in a range of the old text."""
        number = bisect_right(self._ends, start)
        return number < len(self.edits) and self.edits[number].span.start < end

    @property
    def written(self) -> Iterator[Span]:
        """What each edit wrote into the new text, in the order of `edits`."""
        for number, edit in enumerate(self.edits):
            start = edit.span.start + self._growth_before[number]
            yield Span(start, start + len(edit.text))
