"""Owns the baseline: known findings, which are not shown, identified by rule and message and never by lines.

The file has one JSON object on each line, sorted, so that it can be compared and merged like any text.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from apigw_lint.diagnostic import Diagnostic

HEADER = {"apigw-lint-baseline": 1}


class Entry(NamedTuple):
    """A known finding; `path` is relative to the folder of the baseline, with forward slashes."""

    path: str
    rule: str
    pointer: str
    message: str


class BaselineError(Exception):
    """Why a file is not a baseline, in words that begin in lower case."""


class Comparison(NamedTuple):
    """New findings, known ones, and entries of the checked files that match nothing any more."""

    new: list[Diagnostic]
    known: list[Diagnostic]
    stale: list[Entry]


class Baseline:
    """The entries of a baseline file, with how often each may occur."""

    def __init__(self, file: str, entries: Counter[Entry] | None = None) -> None:
        self.folder = os.path.dirname(os.path.abspath(file))
        self.entries = entries or Counter()

    def entry(self, diagnostic: Diagnostic) -> Entry:
        """How the baseline writes a finding."""
        return Entry(self.relative(diagnostic.source.path), diagnostic.rule, diagnostic.pointer, diagnostic.message)

    def relative(self, path: str) -> str:
        """The path of a file as the baseline writes it."""
        return os.path.relpath(os.path.abspath(path), self.folder).replace(os.sep, "/")

    def compare(self, diagnostics: Iterable[Diagnostic], checked: Iterable[str]) -> Comparison:
        """Separates new findings from known ones; `checked` are the files of this run."""
        unmatched = Counter(self.entries)
        new, known = [], []
        for diagnostic in diagnostics:
            entry = self.entry(diagnostic)
            if unmatched[entry] > 0:
                unmatched[entry] -= 1
                known.append(diagnostic)
            else:
                new.append(diagnostic)
        paths = {self.relative(path) for path in checked}
        return Comparison(new, known, sorted(entry for entry in unmatched.elements() if entry.path in paths))

    def rewritten(self, diagnostics: Iterable[Diagnostic], checked: Iterable[str]) -> Baseline:
        """A baseline with the findings of this run; entries of files that were not checked stay."""
        paths = {self.relative(path) for path in checked}
        entries = Counter({entry: count for entry, count in self.entries.items() if entry.path not in paths})
        entries.update(self.entry(diagnostic) for diagnostic in diagnostics)
        return Baseline(os.path.join(self.folder, "baseline"), entries)

    def text(self) -> str:
        """The baseline as it is written to a file."""
        lines = [{**entry._asdict(), "count": count} for entry, count in sorted(self.entries.items())]
        return "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in (HEADER, *lines))


def parse_baseline(file: str, text: str) -> Baseline:
    """The baseline of a file's text. Raises BaselineError."""
    entries: Counter[Entry] = Counter()
    for number, line in enumerate(text.splitlines(), 1):
        for entry, count in _entry_of(number, line):
            entries[entry] += count
    return Baseline(file, entries)


def _entry_of(number: int, line: str) -> Iterator[tuple[Entry, int]]:
    """The entry on a line and how often it may occur, nothing for the header. Raises BaselineError."""
    if not line.strip():
        return
    try:
        content = json.loads(line)
        if number == 1 and content != HEADER:
            raise BaselineError("not an apigw-lint baseline, or one of a later version")
        if content != HEADER:
            yield Entry(*(str(content[name]) for name in Entry._fields)), int(content.get("count", 1))
    except (ValueError, TypeError, KeyError):
        raise BaselineError(f"line {number} is not a baseline entry") from None
