"""Owns which validator an operation has, its own or the document's, and whether it checks parameters."""

from __future__ import annotations

from apigw_lint.gateway.operations import Operation
from apigw_lint.gateway.spec import Spec
from apigw_lint.source.tree import Node
from apigw_lint.source.unknown import is_unknown

VALIDATOR = "x-yc-apigateway-validator"


def may_check_parameters(spec: Spec, operation: Operation) -> bool:
    """Whether a validator checks the parameters of an operation, or that is unknown."""
    has_own = spec.may_have(operation.node, VALIDATOR)
    owner, key = (operation.node, VALIDATOR) if has_own else (spec.gateway_object, "validator")
    if owner is None or spec.lacks(owner, key):
        return False
    validators = spec.references.resolve_all(owner.get(key))
    return not validators or any(_may_check(spec, validator) for validator in validators)


def _may_check(spec: Spec, validator: Node) -> bool:
    check = validator.get("validateRequestParameters")
    if check is None:
        return spec.may_have(validator, "validateRequestParameters")
    return check.value is True or is_unknown(check)
