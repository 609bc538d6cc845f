"""Owns which keys of a parameter or header belong under its `schema`: in Swagger 2.0 they stood beside it."""

from __future__ import annotations

from functools import cache

from apigw_lint.diagnostic import Consequence, Fix
from apigw_lint.fix.edits import combined, make_fix, move_entry, nest_entries
from apigw_lint.gateway.documented import documented_keys
from apigw_lint.gateway.spec import Spec
from apigw_lint.rules.rule import Problem
from apigw_lint.source.tree import Mapping, Node
from apigw_lint.spelling import listed


def is_in_request_body(node: Node) -> bool:
    """Whether a parameter is, by its `in`, one of Swagger 2.0 that OpenAPI 3.0 describes in `requestBody`."""
    return isinstance(node.value, Mapping) and node.value.get("in") in ("body", "formData")


def keys_beside_schema(spec: Spec, node: Node) -> list[Node]:
    """The entries of a parameter or header that belong under its `schema`, `type` first; none of any other object."""
    kind = spec.kinds.of(node.value) if isinstance(node.value, Mapping) else None
    if kind not in ("parameter", "header") or "content" in node.value:
        return []
    keys = sorted((key for key in node.value if key in _keys_of_schema(kind)), key=lambda key: key != "type")
    return [Node.entry(node.tree, node.value, key) for key in keys]


@cache
def _keys_of_schema(kind: str) -> frozenset[str]:
    return documented_keys("schema").keys - documented_keys(kind).keys


def problem_beside_schema(spec: Spec, owner: Node, entries: list[Node]) -> Problem:
    """The one problem of all keys of a parameter or header that belong under its `schema`."""
    first, *others = entries
    is_there = owner.descend("schema", first.key) is not None
    advice = "'schema' has it already" if is_there else "put it under 'schema'"
    message, hint = f"unknown key '{first.key}' in {spec.kinds.of(owner.value)}", f": {advice}"
    related = tuple((entry.key_span or entry, "this too") for entry in others)
    fix = _move_under_schema(owner, entries)
    return Problem(
        first,
        message,
        hint=hint,
        at=first.key_span,
        fix=fix,
        related=related,
        consequence=Consequence.INVALID,
        cause=(message, hint),
    )


def _move_under_schema(owner: Node, entries: list[Node]) -> Fix | None:
    """The entries moved under `schema`, which is made if there is none and must not be a reference."""
    schema = owner.get("schema")
    if schema is None:
        edits = nest_entries(entries, "schema")
    elif isinstance(schema.value, Mapping) and "$ref" not in schema.value:
        edits = combined(move_entry(entry, schema, str(entry.key)) for entry in entries)
    else:
        edits = None
    return make_fix(f"move {listed([str(entry.key) for entry in entries], 'and')} under 'schema'", edits)
