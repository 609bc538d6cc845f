"""Owns the fixes that rules of several families share: parameters that are declared, and made required."""

from __future__ import annotations

from typing import Any

from apigw_lint.diagnostic import Fix
from apigw_lint.fix.edits import Edits, insert_entry, insert_items, make_fix, replace_value
from apigw_lint.gateway.kinds import OPERATION_KEYS
from apigw_lint.source.tree import Node


def declaration(name: str, location: str, *, required: bool = False) -> dict[str, Any]:
    """The declaration of a parameter whose values are text."""
    is_required = {"required": True} if required or location == "path" else {}
    return {"name": name, "in": location, **is_required, "schema": {"type": "string"}}


def declare(owner: Node, *declarations: dict[str, Any]) -> Edits | None:
    """Parameters added to those that a path item or an operation lists."""
    known = owner.get("parameters")
    if known is not None:
        return insert_items(known, list(declarations))
    before = (*OPERATION_KEYS, "requestBody", "responses", "x-yc-apigateway-integration")
    return insert_entry(owner, "parameters", list(declarations), before=before)


def made_required(node: Node) -> Fix | None:
    """A parameter object with `required: true`."""
    required = node.get("required")
    if required is None:
        return make_fix("add 'required: true'", insert_entry(node, "required", True, after="in"), safe=True)
    return make_fix("write 'required: true'", replace_value(required, True), safe=True)
