"""Renders JSON, as described by `schemas/report.json`."""

from __future__ import annotations

from typing import Any

from apigw_lint.diagnostic import Diagnostic, Fix, Related, Report, Severity
from apigw_lint.formats.json_text import document
from apigw_lint.formats.location import readable
from apigw_lint.source.text import Source, Span


def render(report: Report) -> str:
    """The report as a JSON object; 1-based lines and columns, columns in code points, the end exclusive."""
    content = {
        "version": 1,
        "diagnostics": [_diagnostic(diagnostic) for diagnostic in report.found],
        "fragments": [{"path": readable(path), "part": part} for path, part in report.fragments],
        "summary": {
            "checked": len(report.checked),
            "skipped": len(report.skipped),
            **{f"{severity}s" if severity != "info" else "infos": report.number(severity) for severity in Severity},
        },
    }
    return document(content)


def _diagnostic(diagnostic: Diagnostic) -> dict[str, Any]:
    source, fix = diagnostic.source, diagnostic.shown_fix
    return {
        "path": readable(source.path),
        **_range(source, diagnostic.span),
        "severity": diagnostic.severity.value,
        "rule": diagnostic.rule,
        "consequence": diagnostic.consequence.value,
        "message": diagnostic.full_message,
        "pointer": diagnostic.pointer,
        "url": diagnostic.url,
        "fix": _fix(source, fix) if fix else None,
        "related": [_related(source, related) for related in diagnostic.all_related],
    }


def _related(source: Source, related: Related) -> dict[str, Any]:
    path = {"path": readable(related.source.path)} if related.source else {}
    return {**path, **_range(related.source or source, related.span), "message": related.message}


def _fix(source: Source, fix: Fix) -> dict[str, Any]:
    edits = [{**_range(source, edit.span), "text": edit.text} for edit in fix.edits]
    return {"title": fix.title, "safe": fix.safe, "edits": edits}


def _range(source: Source, span: Span) -> dict[str, int]:
    start, end = source.position(span.start), source.position(span.end)
    return {"line": start.line, "column": start.column, "endLine": end.line, "endColumn": end.column}
