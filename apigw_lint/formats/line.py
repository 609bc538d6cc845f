"""Renders one line per finding: `path:line:col-line:col: severity: message [rule]`."""

from __future__ import annotations

from apigw_lint.diagnostic import Diagnostic, Report
from apigw_lint.formats.printable import at_line_start, printable


def render(report: Report) -> str:
    """The findings, one per line; 1-based lines and columns, columns in code points, the end exclusive."""
    return "".join(f"{line(diagnostic)}\n" for diagnostic in report.found)


def line(diagnostic: Diagnostic) -> str:
    """One finding on one line."""
    start = diagnostic.source.position(diagnostic.span.start)
    end = diagnostic.source.position(diagnostic.span.end)
    span = f"{start.line}:{start.column}-{end.line}:{end.column}"
    message = printable(f"{diagnostic.severity}: {diagnostic.full_message} [{diagnostic.rule}]")
    return at_line_start(f"{printable(diagnostic.source.path)}:{span}: {message}")
