"""Renders the table of routes as JSON, as described by `schemas/routes.json`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from apigw_lint.formats.json_text import document
from apigw_lint.formats.location import readable
from apigw_lint.routes.sums import sums
from apigw_lint.routes.table import Call, RequiredScheme, Row


def render(rows: Sequence[Row]) -> str:
    """The rows and the sums as a JSON object; 1-based lines and columns, columns in code points."""
    of = sums(rows)
    counts = {
        "operations": of.operations,
        "public": of.public,
        "protected": of.protected,
        "unknown": of.unknown,
        "withoutCors": of.without_cors,
        "withoutValidation": of.without_validation,
    }
    return document({"version": 1, "routes": [_route(row) for row in rows], "sums": counts})


def _route(row: Row) -> dict[str, Any]:
    return {
        "file": readable(row.file),
        "gateway": row.gateway,
        "line": row.line,
        "column": row.column,
        "method": row.method,
        "path": row.path,
        "operationId": row.operation_id,
        "summary": row.summary,
        "integrations": [_integration(call) for call in row.calls],
        "access": row.access.value,
        "security": [[_scheme(scheme) for scheme in schemes] for schemes in row.alternatives],
        "cors": row.cors,
        "validation": row.validation,
    }


def _integration(call: Call) -> dict[str, Any]:
    return {"type": call.type, "fields": dict(call.fields), "account": call.account}


def _scheme(scheme: RequiredScheme) -> dict[str, Any]:
    return {
        "name": scheme.name,
        "authorizer": scheme.authorizer,
        "functionId": scheme.function_id,
        "tag": scheme.tag,
        "enforced": scheme.is_enforced,
    }
