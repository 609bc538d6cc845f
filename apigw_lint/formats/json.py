"""Renders JSON, as described by `schemas/report.json`."""

from __future__ import annotations

import json
from typing import Any

from apigw_lint.diagnostic import Diagnostic, Fix, Report, Severity
from apigw_lint.source.text import Source, Span


def render(report: Report) -> str:
    """The report as a JSON object; lines and columns from 1, columns in code points, the end exclusive."""
    content = {
        "version": 1,
        "diagnostics": [_diagnostic(one) for one in report.found],
        "summary": {
            "checked": len(report.checked),
            "skipped": len(report.skipped),
            **{f"{severity}s" if severity != "info" else "infos": report.number(severity) for severity in Severity},
        },
    }
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"


def _diagnostic(one: Diagnostic) -> dict[str, Any]:
    return {
        "path": one.source.path,
        **_place(one.source, one.span),
        "severity": one.severity.value,
        "rule": one.rule,
        "consequence": one.consequence.value,
        "message": one.message,
        "pointer": one.pointer,
        "url": one.url,
        "fix": _fix(one.source, one.fix) if one.fix and not one.is_secret else None,
        "related": [{**_place(one.source, place.span), "message": place.message} for place in one.related],
    }


def _fix(source: Source, fix: Fix) -> dict[str, Any]:
    edits = [{**_place(source, edit.span), "text": edit.text} for edit in fix.edits]
    return {"title": fix.title, "safe": fix.safe, "edits": edits}


def _place(source: Source, span: Span) -> dict[str, int]:
    start, end = source.position(span.start), source.position(span.end)
    return {"line": start.line, "column": start.column, "endLine": end.line, "endColumn": end.column}
