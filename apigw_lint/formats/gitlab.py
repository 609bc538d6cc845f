"""Renders a Code Quality report, which GitLab shows in merge requests."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from apigw_lint.diagnostic import Diagnostic, Report, Severity
from apigw_lint.formats.fingerprint import fingerprint
from apigw_lint.formats.json_text import document
from apigw_lint.formats.location import first_position, last_position, readable, server_path
from apigw_lint.formats.printable import printable

_SEVERITIES = {Severity.ERROR: "major", Severity.WARNING: "minor", Severity.INFO: "info"}


def render(report: Report) -> str:
    """The findings as a JSON array; lines and columns from 1, columns in code points, the end inclusive.

    An error is `major`, a warning `minor`: a linter cannot know what is `critical` or a `blocker` to a project. A
    fingerprint is made of the path and what stays of a finding when lines move and others are repaired.
    """
    return document(list(_issues(report)))


def _issues(report: Report) -> Iterator[dict[str, Any]]:
    seen: Counter[tuple[str, ...]] = Counter()
    for diagnostic in report.found:
        path = server_path(diagnostic.source.path)
        identity = (path, *diagnostic.identity)
        yield {
            "description": printable(diagnostic.full_message),
            "check_name": diagnostic.rule,
            "fingerprint": fingerprint(*identity, str(seen[identity])),
            "severity": _SEVERITIES[diagnostic.severity],
            "location": {"path": readable(path), **_range(diagnostic)},
        }
        seen[identity] += 1


def _range(diagnostic: Diagnostic) -> dict[str, Any]:
    """Both forms that GitLab takes; it reads `lines.begin`, or else `positions.begin.line`."""
    first, last = first_position(diagnostic), last_position(diagnostic)
    return {
        "lines": {"begin": first.line, "end": last.line},
        "positions": {"begin": first._asdict(), "end": last._asdict()},
    }
