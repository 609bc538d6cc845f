"""Owns counts with their nouns."""

from __future__ import annotations

from apigw_lint.diagnostic import Report, Severity


def counted(number: int, singular: str, plural: str = "") -> str:
    """A number and its noun; the plural is `plural`, or the singular with an `s`."""
    return f"{number} {singular if number == 1 else plural or singular + 's'}"


def severity_counts(report: Report) -> str:
    """The number of findings of each severity, as in `1 error, 2 warnings, 3 info`; empty without findings."""
    return ", ".join(
        counted(number, severity, "info" if severity is Severity.INFO else "")
        for severity in Severity
        if (number := report.number(severity))
    )
