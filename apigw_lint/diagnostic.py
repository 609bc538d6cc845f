"""Owns what is reported: severities, consequences, diagnostics, and the report of a run."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from enum import StrEnum
from typing import NamedTuple

from apigw_lint.source.text import SHELL, SHELL_TABS, Source, Span


class Severity(StrEnum):
    """How sure a finding is to be a mistake, and how bad."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"

    @property
    def rank(self) -> int:
        """0 for the worst."""
        return list(Severity).index(self)


class Consequence(StrEnum):
    """What comes of the mistake."""

    INVALID = "invalid"
    BROKEN = "broken"
    IGNORED = "ignored"
    RISK = "risk"
    DEPRECATED = "deprecated"
    STYLE = "style"
    UNCHECKED = "unchecked"
    CHANGED = "changed"

    @property
    def meaning(self) -> str:
        """The consequence as half a sentence."""
        return _MEANINGS[self]


_MEANINGS = {
    Consequence.INVALID: "contradicts the documented contract",
    Consequence.BROKEN: "deploys, but requests fail or get wrong responses",
    Consequence.IGNORED: "has no effect",
    Consequence.RISK: "weakens security",
    Consequence.DEPRECATED: "still works, but has been replaced",
    Consequence.STYLE: "works, but misleads readers",
    Consequence.UNCHECKED: "is not checked until this is repaired",
    Consequence.CHANGED: "works differently from before",
}


class Edit(NamedTuple):
    """A replacement of what a span covers."""

    span: Span
    text: str


class Fix(NamedTuple):
    """Edits that repair a finding; a safe one changes only what the finding is about.

    The edits of a secret one write a secret, so they must not be shown.
    """

    title: str
    edits: tuple[Edit, ...]
    safe: bool = False
    is_secret: bool = False


class Related(NamedTuple):
    """A second place that a finding is about; `source` is where it is, None for that of the finding."""

    span: Span
    message: str
    source: Source | None = None


class Diagnostic(NamedTuple):
    """A finding with everything a format needs to show it.

    `message` says what is wrong, `hint` ends it, see `Problem`. Diagnostics of one rule with the same `cause` are one
    finding, see `grouping.py`; `repeats` are its other places. What a secret diagnostic underlines must never be shown.
    """

    source: Source
    span: Span
    rule: str
    severity: Severity
    consequence: Consequence
    message: str
    pointer: str = ""
    url: str = ""
    fix: Fix | None = None
    related: tuple[Related, ...] = ()
    is_secret: bool = False
    cause: Hashable = None
    repeats: tuple[Span, ...] = ()
    hint: str = ""

    @property
    def full_message(self) -> str:
        """The message with its hint, and how many other places have the same cause."""
        more = f" (and {len(self.repeats)} more)" if self.repeats else ""
        return f"{self.message}{self.hint}{more}"

    @property
    def identity(self) -> tuple[str, str, str]:
        """What stays the same in a document when its lines move and other mistakes are repaired."""
        return self.rule, self.pointer, self.message

    @property
    def all_related(self) -> tuple[Related, ...]:
        """The related places, and after them the other places that have the same cause."""
        return (*self.related, *(Related(span, "also here") for span in self.repeats))

    @property
    def shown_fix(self) -> Fix | None:
        """The fix if its edits may be shown."""
        return None if self.is_secret or (self.fix and self.fix.is_secret) else self.fix

    @property
    def order(self) -> tuple[object, ...]:
        """What diagnostics are sorted by: path, place, rule, message."""
        return (self.source.path, self.span, self.rule, self.message, self.hint)

    @property
    def located(self) -> Diagnostic:
        """The same finding in the whole source that its text is a piece of.

        A fix goes if an edit is elsewhere, in a string with escapes, or writes what a shell would replace.
        """
        if not self.source.pieces:
            return self
        source, span = self.source.located(self.span)
        related = tuple(self._located_related(related, source) for related in self.related)
        return self._replace(source=source, span=span, related=related, fix=self._located_fix(source))

    def _located_related(self, related: Related, source: Source) -> Related:
        place = self.source.located(related.span)
        return Related(place.span, related.message, None if place.source is source else place.source)

    def _located_fix(self, source: Source) -> Fix | None:
        if self.fix is None or self.source.is_escaped:
            return None
        places = [self.source.located(edit.span) for edit in self.fix.edits]
        if any(place.source is not source for place in places):
            return None
        if self.source.style in (SHELL, SHELL_TABS) and any(
            set("$`\\").intersection(edit.text) for edit in self.fix.edits
        ):
            return None
        edits = zip(self.fix.edits, places, strict=True)
        return self.fix._replace(edits=tuple(edit._replace(span=place.span) for edit, place in edits))


class Ignored(NamedTuple):
    """A finding that a comment hides, and the reason that the comment gives."""

    diagnostic: Diagnostic
    reason: str


class Report(NamedTuple):
    """What a run found, what it checked (paths), and what it skipped (paths and reasons).

    `passed_over` are the files of folders that are OpenAPI documents without any key of the gateway.
    What an ignore comment or the baseline hides is not in `found` but in `ignored` or `baselined`. `seconds` says how
    long each rule took by its name, and under other names what had to be done before. `links` are the links that led
    to files of the run, each with what it leads to. `unchanged` are the findings that were there at the revision
    `since`, which is empty if the run compares with none. `fragments` are the checked files that hold a part of a
    specification, with its kind in words, and `parts` those that references of a specification lead to.
    `compared_with` is the specification whose changes these are, empty if they are no changes, and `notes` what could
    not be compared.
    """

    found: Sequence[Diagnostic] = ()
    checked: Sequence[str] = ()
    skipped: Sequence[tuple[str, str]] = ()
    ignored: Sequence[Ignored] = ()
    baselined: Sequence[Diagnostic] = ()
    seconds: Mapping[str, float] | None = None
    links: Sequence[tuple[str, str]] = ()
    passed_over: Sequence[str] = ()
    unchanged: Sequence[Diagnostic] = ()
    since: str = ""
    fragments: Sequence[tuple[str, str]] = ()
    compared_with: str = ""
    notes: Sequence[str] = ()
    parts: Sequence[str] = ()

    def number(self, severity: Severity) -> int:
        """How many findings have this severity."""
        return sum(diagnostic.severity is severity for diagnostic in self.found)

    @property
    def located(self) -> Report:
        """The report of a document with the spans that it has in the sources that it is written in."""
        ignored = [hidden._replace(diagnostic=hidden.diagnostic.located) for hidden in self.ignored]
        return self._replace(found=[diagnostic.located for diagnostic in self.found], ignored=ignored)

    def of_file(self, path: str) -> Report:
        """What the report of a specification says of one of its files."""
        found = [diagnostic for diagnostic in self.found if diagnostic.source.path == path]
        ignored = [hidden for hidden in self.ignored if hidden.diagnostic.source.path == path]
        return self._replace(found=found, ignored=ignored, checked=[path], parts=())

    @classmethod
    def merged(cls, reports: Iterable[Report]) -> Report:
        """One report of many, its findings sorted."""
        reports = list(reports)
        seconds: dict[str, float] = defaultdict(float)
        for report in reports:
            for name, spent in (report.seconds or {}).items():
                seconds[name] += spent
        return cls(
            sorted(
                (diagnostic for report in reports for diagnostic in report.found),
                key=lambda diagnostic: diagnostic.order,
            ),
            [path for report in reports for path in report.checked],
            [skip for report in reports for skip in report.skipped],
            [ignored for report in reports for ignored in report.ignored],
            [diagnostic for report in reports for diagnostic in report.baselined],
            seconds,
            list(dict.fromkeys(link for report in reports for link in report.links)),
            [path for report in reports for path in report.passed_over],
            [diagnostic for report in reports for diagnostic in report.unchanged],
            next((report.since for report in reports if report.since), ""),
            [fragment for report in reports for fragment in report.fragments],
            next((report.compared_with for report in reports if report.compared_with), ""),
            list(dict.fromkeys(note for report in reports for note in report.notes)),
            [path for report in reports for path in report.parts],
        )
