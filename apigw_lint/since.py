"""Owns what is new since a revision of git: findings that a file had then are left out, as a baseline would.

A finding is the same if rule, pointer and message are, wherever its lines are now; one that is there more often than it
was is new as often. Only files with findings are read as they were.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from apigw_lint.baseline import separated
from apigw_lint.diagnostic import Diagnostic, Report
from apigw_lint.revisions import files_at

_ALWAYS_NEW = ("crash", "unreadable-file")


def new_since(
    revision: str, paths: Sequence[str], reports: Sequence[Report], lint_then: Callable[[int, bytes], Report]
) -> list[Report]:
    """Reports of files with only what is new since a revision in `found`; the rest is `earlier`.

    `lint_then` gives the report on other bytes of the file with this index. Raises RevisionError.
    """
    indexes = [index for index, report in enumerate(reports) if report.found]
    files = files_at(revision, (paths[index] for index in indexes))
    new = list(reports)
    for index in indexes:
        file = files[paths[index]]
        if file is not None:
            new[index] = _without_earlier(reports[index], lint_then(index, file.data).found)
    return new


def _without_earlier(report: Report, then: Iterable[Diagnostic]) -> Report:
    known = Counter(diagnostic.identity for diagnostic in then if diagnostic.rule not in _ALWAYS_NEW)
    new, earlier = separated(report.found, known, lambda diagnostic: diagnostic.identity)
    return report._replace(found=new, earlier=earlier)
