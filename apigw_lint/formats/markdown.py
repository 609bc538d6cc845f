"""Renders Markdown for job summaries and comments."""

from __future__ import annotations

import re
from collections.abc import Iterator

from apigw_lint.diagnostic import Diagnostic, Report, Severity
from apigw_lint.formats.printable import printable

_SPECIAL = re.compile(r"[\\`*_\[\]<>|~&$]")


def render(report: Report) -> str:
    """A heading with the counts, a table of the findings, and what was checked, skipped and hidden."""
    blocks = [f"## apigw-lint: {_counts(report) or 'nothing found'}", *_table(report), *_coverage(report)]
    return "\n\n".join(blocks) + "\n"


def _counts(report: Report) -> str:
    numbers = {severity: report.number(severity) for severity in Severity}
    return ", ".join(_many(number, severity) for severity, number in numbers.items() if number)


def _many(number: int, thing: str) -> str:
    return f"{number} {thing}{'s' if number != 1 and thing != Severity.INFO else ''}"


def _table(report: Report) -> Iterator[str]:
    if report.found:
        rows = ["| Place | Severity | Finding | Rule |", "| --- | --- | --- | --- |", *map(_row, report.found)]
        yield "\n".join(rows)


def _row(one: Diagnostic) -> str:
    place = one.source.position(one.span.start)
    where = f"{one.source.path}:{place.line}:{place.column}"
    return f"| {_escaped(where)} | {one.severity} | {_escaped(one.message)} | {one.rule} |"


def _coverage(report: Report) -> Iterator[str]:
    """What the findings, or that there are none, stand on."""
    files = _many(len(report.checked), "file") if report.checked else "No file"
    sentences = [f"{files} checked{'' if report.found else ', nothing found'}."]
    if report.ignored:
        sentences.append(f"{_many(len(report.ignored), 'finding')} ignored by comments.")
    if report.baselined:
        sentences.append(f"{_many(len(report.baselined), 'finding')} in the baseline.")
    yield " ".join(sentences)
    if report.skipped:
        yield "\n".join(f"- skipped {_escaped(path)}: {_escaped(reason)}" for path, reason in report.skipped)


def _escaped(text: str) -> str:
    """The text on one line, with nothing in it that Markdown or HTML would obey."""
    return _SPECIAL.sub(r"\\\g<0>", printable(text))
