"""Owns the fixes of parameters that several families need: to declare one, to make one required."""

from __future__ import annotations

from typing import Any

from apigw_lint.diagnostic import Fix
from apigw_lint.fix.edits import Edits, insert_entry, insert_items, make_fix, replace_value
from apigw_lint.gateway.kinds import OPERATION_KEYS
from apigw_lint.source.tree import Node


def parameter_object(name: str, location: str, *, required: bool = False, description: str = "") -> dict[str, Any]:
    """A parameter object whose values are strings; one in the path is always required."""
    description_entry = {"description": description} if description else {}
    required_entry = {"required": True} if required or location == "path" else {}
    return {"name": name, "in": location, **description_entry, **required_entry, "schema": {"type": "string"}}


def declare_parameters(owner: Node, *parameters: dict[str, Any]) -> Edits | None:
    """Parameter objects added to those that a path item or an operation lists."""
    listed = owner.get("parameters")
    if listed is not None:
        return insert_items(listed, list(parameters))
    before = (*OPERATION_KEYS, "requestBody", "responses", "x-yc-apigateway-integration")
    return insert_entry(owner, "parameters", list(parameters), before=before)


def make_required(parameter: Node, *, safe: bool = True) -> Fix | None:
    """A parameter object with `required: true`."""
    required = parameter.get("required")
    if required is None:
        return make_fix("add 'required: true'", insert_entry(parameter, "required", True, after="in"), safe=safe)
    return make_fix("write 'required: true'", replace_value(required, True), safe=safe)
