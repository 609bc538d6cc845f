"""Owns the baseline: known findings, which are not shown, identified by rule and message and never by lines.

The file has one JSON object on each line, sorted, so that it can be compared and merged like any text.
"""

from __future__ import annotations

import json
import os
import re
from collections import Counter
from collections.abc import Callable, Iterable
from typing import NamedTuple, TypeVar

from apigw_lint.bounds import MAX_BYTES
from apigw_lint.diagnostic import Diagnostic
from apigw_lint.files import UnreadableError, decode, read

HEADER = {"apigw-lint-baseline": 1}

_CONFLICT = ("<<<<<<<", "|||||||", "=======", ">>>>>>>")
_UNUSUAL = re.compile(r"[^ -~]")


class Entry(NamedTuple):
    """A known finding: its identity, and its path relative to the folder of the baseline, with forward slashes."""

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


_Key = TypeVar("_Key")


def separated(
    diagnostics: Iterable[Diagnostic], expected: Counter[_Key], key: Callable[[Diagnostic], _Key]
) -> tuple[list[Diagnostic], list[Diagnostic], Counter[_Key]]:
    """New findings, known ones, and what is left of the expected: each key, with how often it may occur."""
    unmatched = Counter(expected)
    new, known = [], []
    for diagnostic in diagnostics:
        own = key(diagnostic)
        if unmatched[own] > 0:
            unmatched[own] -= 1
            known.append(diagnostic)
        else:
            new.append(diagnostic)
    return new, known, unmatched


class Baseline:
    """The entries of a baseline file, with how often each may occur."""

    def __init__(self, file: str, entries: Counter[Entry] | None = None) -> None:
        self.folder = os.path.dirname(os.path.abspath(file))
        self.entries = entries or Counter()

    def entry(self, diagnostic: Diagnostic) -> Entry:
        """How the baseline writes a finding."""
        return Entry(self.relative(diagnostic.source.path), *diagnostic.identity)

    def relative(self, path: str) -> str:
        """The path of a file as the baseline writes it."""
        return os.path.relpath(os.path.abspath(path), self.folder).replace(os.sep, "/")

    def compare(self, diagnostics: Iterable[Diagnostic], checked: Iterable[str]) -> Comparison:
        """Separates new findings from known ones; `checked` are the files of this run."""
        new, known, unmatched = separated(diagnostics, self.entries, self.entry)
        paths = {self.relative(path) for path in checked}
        return Comparison(
            new, known, sorted(entry for entry, left in unmatched.items() if left and entry.path in paths)
        )

    def rewritten(self, diagnostics: Iterable[Diagnostic], checked: Iterable[str]) -> Baseline:
        """A baseline with the findings of this run; entries of files that were not checked stay."""
        paths = {self.relative(path) for path in checked}
        entries = Counter({entry: count for entry, count in self.entries.items() if entry.path not in paths})
        entries.update(self.entry(diagnostic) for diagnostic in diagnostics)
        return Baseline(os.path.join(self.folder, "baseline"), entries)

    def text(self) -> str:
        """The baseline as it is written to a file."""
        lines = [{**entry._asdict(), "count": count} for entry, count in sorted(self.entries.items())]
        return "".join(f"{_json(line)}\n" for line in (HEADER, *lines))


def _json(content: object) -> str:
    """JSON that is one line for every tool: what cannot be seen is escaped, rare line breaks above all."""
    text = json.dumps(content, ensure_ascii=False)
    return _UNUSUAL.sub(lambda sign: sign[0] if sign[0].isprintable() else json.dumps(sign[0])[1:-1], text)


def read_baseline(file: str) -> Baseline:
    """The baseline in a file. Raises BaselineError."""
    try:
        return parse_baseline(file, decode(read(file)))
    except UnreadableError as error:
        raise BaselineError(str(error)) from None


def parse_baseline(file: str, text: str) -> Baseline:
    """The baseline of a file's text. Raises BaselineError.

    Who merges two of them may leave an entry twice: it counts as often as the greater of both says.
    """
    numbered = enumerate(text.removeprefix("\ufeff").split("\n"), 1)
    lines = [(number, line.strip()) for number, line in numbered if line.strip()]
    if not lines:
        raise BaselineError("empty, not an apigw-lint baseline: write it again with '--write-baseline'")
    _check_header(*lines[0])
    entries: Counter[Entry] = Counter()
    for number, line in lines:
        content = _content(number, line)
        if content != HEADER:
            entry, count = _entry(number, content)
            entries[entry] = max(entries[entry], count)
    return Baseline(file, entries)


def _check_header(number: int, line: str) -> None:
    """Raises BaselineError if the first line is not that of a baseline."""
    header = _content(number, line)
    if isinstance(header, dict) and header.keys() == HEADER.keys() and header != HEADER:
        raise BaselineError("a baseline of a later version of apigw-lint")
    if header != HEADER:
        raise BaselineError("not an apigw-lint baseline")


def _content(number: int, line: str) -> object:
    """The JSON on a line. Raises BaselineError."""
    if line.startswith(_CONFLICT):
        raise BaselineError(f"line {number} is a mark of a merge conflict: keep the entries of both sides")
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        raise BaselineError(f"line {number} is not a baseline entry") from None


def _entry(number: int, content: object) -> tuple[Entry, int]:
    """The entry in the JSON of a line, and how often it may occur. Raises BaselineError."""
    fields = content if isinstance(content, dict) else {}
    words = [word for name in Entry._fields if isinstance(word := fields.get(name), str)]
    count = fields.get("count", 1)
    if len(words) < len(Entry._fields):
        raise BaselineError(f"line {number} is not a baseline entry")
    if type(count) is not int or not 1 <= count <= MAX_BYTES:
        raise BaselineError(f"line {number}: 'count' must be a whole number from 1")
    return Entry(*words), count
