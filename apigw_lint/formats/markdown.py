"""Renders Markdown for job summaries and comments."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from apigw_lint.diagnostic import Diagnostic, Report
from apigw_lint.formats.counts import severity_counts
from apigw_lint.formats.location import location
from apigw_lint.formats.printable import printable
from apigw_lint.spelling import counted

_BAR = r"\|"
"""A bar in a table, even in code."""
_QUOTED = re.compile(r"(?<![^ (])'([^']+)'(?![^ ,;:.?!)])")
_PLAIN = re.compile(r"[^\W_]*(?:[-'.,;/()?!+=\"](?!www\.)[^\W_]*)*:?")
"""A word in which nothing is live: no mention, link, issue, emoji code or markup."""


def render(report: Report) -> str:
    """A heading with the counts, a table of the findings, and what was checked, skipped and hidden."""
    title, nothing = ("apigw-lint diff", "no changes") if report.compared_with else ("apigw-lint", "nothing found")
    blocks = [f"## {title}: {severity_counts(report) or nothing}", *_table(report), *_coverage(report)]
    return "\n\n".join(blocks) + "\n"


def _table(report: Report) -> Iterator[str]:
    if report.found:
        what = "Change | Name" if report.compared_with else "Finding | Rule"
        rows = [f"| Place | Severity | {what} |", "| --- | --- | --- | --- |", *map(_row, report.found)]
        yield "\n".join(rows)


def _row(diagnostic: Diagnostic) -> str:
    cells = (
        code(printable(location(diagnostic))),
        diagnostic.severity,
        _escaped(diagnostic.full_message),
        diagnostic.rule,
    )
    return table_row(cells)


def _coverage(report: Report) -> Iterator[str]:
    """What was checked, what is hidden, and what was skipped."""
    if report.compared_with:
        files = ", ".join(code(printable(path)) for path in report.checked)
        nothing = "" if report.found else ", no changes for callers or for safety"
        sentences = [f"{files} compared with {code(printable(report.compared_with))}{nothing}."]
    else:
        files = counted(len(report.checked), "file") if report.checked else "No file"
        sentences = [f"{files} checked{'' if report.found else ', nothing found'}."]
    if report.ignored:
        noun = "change" if report.compared_with else "finding"
        sentences.append(f"{counted(len(report.ignored), noun)} ignored by comments.")
    if report.baselined:
        sentences.append(f"{counted(len(report.baselined), 'finding')} in the baseline.")
    if report.unchanged:
        sentences.append(f"{counted(len(report.unchanged), 'finding')} already at {code(printable(report.since))}.")
    yield " ".join(sentences)
    if report.fragments:
        parts = (f"- {code(printable(path))} is a fragment ({part})" for path, part in dict.fromkeys(report.fragments))
        yield "\n".join(f"{part}: what depends on the rest of the specification is not judged" for part in parts)
    if report.notes:
        yield "\n".join(f"- {_escaped(note)}" for note in report.notes)
    if report.skipped:
        yield "\n".join(f"- skipped {code(printable(path))}: {_escaped(reason)}" for path, reason in report.skipped)


def _escaped(text: str) -> str:
    """The text on one line, with nothing in it that Markdown, HTML or the server would obey.

    What is in quotes, and each word that is not plain, is code: there alone servers leave mentions and links alone.
    """
    parts = _QUOTED.split(printable(text))
    quoted = {number: code(part) if part else "''" for number, part in enumerate(parts) if number % 2}
    return "".join(quoted.get(number) or _words(part) for number, part in enumerate(parts))


def _words(text: str) -> str:
    return " ".join(word if _PLAIN.fullmatch(word) else code(word) for word in text.split(" "))


def table_row(cells: Iterable[str]) -> str:
    """A row of a table; the cells are Markdown."""
    return f"| {' | '.join(cell.replace('|', _BAR) for cell in cells)} |"


def code(text: str) -> str:
    """A code span, whatever the text holds."""
    fence = "`" * (1 + max((len(run) for run in re.findall("`+", text)), default=0))
    space = " " if text[:1] in "` " or text[-1:] in "` " else ""
    return f"{fence}{space}{text}{space}{fence}"
