"""Owns files that belong to several specifications of a run, or are checked alone too: each is reported once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence, Set

from apigw_lint.diagnostic import Diagnostic, Report
from apigw_lint.run import Checked

ABSENCE = frozenset(("unused-component", "unused-authorizer", "unused-ignore"))
"""Rules that say that something is used nowhere: each specification that has the file must agree."""


def each_file_once(run: Iterable[Checked]) -> Iterator[Checked]:
    """The files of a run; what is found in a file that several of them report is in the report of one of them.

    That is the one about the file itself, or the first.
    """
    run = list(run)
    reports = [checked.report for checked in run]
    if any(report.parts for report in reports):
        reports = _separated(reports)
    return (checked._replace(report=report) for checked, report in zip(run, reports, strict=True))


def _separated(reports: Sequence[Report]) -> list[Report]:
    """The reports with each file in one of them."""
    parts = {path for report in reports for path in report.parts}
    reports = [_without_fragment(report, parts) for report in reports]
    holders: dict[str, list[int]] = defaultdict(list)
    for number, report in enumerate(reports):
        for path in report.checked:
            holders[path].append(number)
    homes = {path: _home(reports, path, numbers) for path, numbers in holders.items()}
    found: list[dict[tuple[object, ...], Diagnostic]] = [{} for _ in reports]
    keys = [{diagnostic.order for diagnostic in report.found} for report in reports]
    for number, report in enumerate(reports):
        for diagnostic in report.found:
            path = diagnostic.source.path
            home = homes.get(path, number)
            is_agreed = diagnostic.rule not in ABSENCE or all(
                diagnostic.order in keys[other] for other in holders.get(path, ())
            )
            if is_agreed:
                found[home].setdefault(diagnostic.order, diagnostic)
    return [
        report._replace(
            found=sorted(found[number].values(), key=lambda diagnostic: diagnostic.order),
            checked=[path for path in report.checked if homes[path] == number],
            fragments=[part for part in report.fragments if part[0] not in parts],
            skipped=[skip for skip in report.skipped if skip[0] not in parts],
            passed_over=[path for path in report.passed_over if path not in parts],
            ignored=[hidden for hidden in report.ignored if homes.get(hidden.diagnostic.source.path, number) == number],
        )
        for number, report in enumerate(reports)
    ]


def _without_fragment(report: Report, parts: Set[str]) -> Report:
    """A report, empty if it is about a fragment that is a part of a specification of the run too."""
    return (
        report._replace(found=(), checked=(), ignored=())
        if any(path in parts for path, _ in report.fragments)
        else report
    )


def _home(reports: Sequence[Report], path: str, numbers: Sequence[int]) -> int:
    """The report that a file is in: its own if it is a whole specification, or the first that has it."""
    return next((number for number in numbers if _is_about(reports[number], path)), numbers[0])


def _is_about(report: Report, path: str) -> bool:
    """Whether a report is about this file as a whole specification."""
    return report.checked[0] == path and not any(part == path for part, _ in report.fragments)
