"""Owns the counts of findings in words."""

from __future__ import annotations

from apigw_lint.diagnostic import Report, Severity
from apigw_lint.spelling import counted


def severity_counts(report: Report) -> str:
    """The number of findings of each severity, as in `1 error, 2 warnings, 3 info`; empty without findings."""
    return ", ".join(
        counted(number, severity, "info" if severity is Severity.INFO else "")
        for severity in Severity
        if (number := report.number(severity))
    )
