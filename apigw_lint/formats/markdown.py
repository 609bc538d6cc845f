"""Renders Markdown for job summaries and comments."""

from __future__ import annotations

import re
from collections.abc import Iterator

from apigw_lint.diagnostic import Diagnostic, Report
from apigw_lint.formats.counts import counted, severity_counts
from apigw_lint.formats.location import location
from apigw_lint.formats.printable import printable

_SPECIAL = re.compile(r"[\\`*_\[\]<>|~&$]")


def render(report: Report) -> str:
    """A heading with the counts, a table of the findings, and what was checked, skipped and hidden."""
    blocks = [f"## apigw-lint: {severity_counts(report) or 'nothing found'}", *_table(report), *_coverage(report)]
    return "\n\n".join(blocks) + "\n"


def _table(report: Report) -> Iterator[str]:
    if report.found:
        rows = ["| Place | Severity | Finding | Rule |", "| --- | --- | --- | --- |", *map(_row, report.found)]
        yield "\n".join(rows)


def _row(diagnostic: Diagnostic) -> str:
    cells = (_escaped(location(diagnostic)), diagnostic.severity, _escaped(diagnostic.full_message), diagnostic.rule)
    return f"| {' | '.join(cells)} |"


def _coverage(report: Report) -> Iterator[str]:
    """What was checked, what is hidden, and what was skipped."""
    files = counted(len(report.checked), "file") if report.checked else "No file"
    sentences = [f"{files} checked{'' if report.found else ', nothing found'}."]
    if report.ignored:
        sentences.append(f"{counted(len(report.ignored), 'finding')} ignored by comments.")
    if report.baselined:
        sentences.append(f"{counted(len(report.baselined), 'finding')} in the baseline.")
    yield " ".join(sentences)
    if report.skipped:
        yield "\n".join(f"- skipped {_escaped(path)}: {_escaped(reason)}" for path, reason in report.skipped)


def _escaped(text: str) -> str:
    """The text on one line, with nothing in it that Markdown or HTML would obey."""
    return _SPECIAL.sub(r"\\\g<0>", printable(text))
