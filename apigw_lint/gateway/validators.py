"""Owns which validator an operation has, its own or the document's, and what it checks.

Source: https://yandex.cloud/en/docs/api-gateway/concepts/extensions/validator
"""

from __future__ import annotations

from typing import NamedTuple

from apigw_lint.gateway.kinds import GATEWAY
from apigw_lint.gateway.operations import Operation
from apigw_lint.gateway.spec import Spec
from apigw_lint.source.tree import Mapping, Node

VALIDATOR = "x-yc-apigateway-validator"
HEADER_CHECKS = ("any", "superset", "subset", "exact")
"""What `validateResponseHeaders` may be."""


class Validation(NamedTuple):
    """What the validator of an operation checks, None each if that is unknown.

    `entry` is where it is written, perhaps a reference, None without a validator; `is_of_gateway` says that it is that
    of the gateway object. `validator` is the object itself, None if there is none, or if it is unknown.
    `response_headers` is the check of the headers, empty without one.
    """

    body: bool | None = False
    parameters: bool | None = False
    response_body: bool | None = False
    response_headers: str | None = ""
    entry: Node | None = None
    is_of_gateway: bool = False
    validator: Node | None = None


def validation_of(spec: Spec, operation: Operation) -> Validation:
    """The checks that are in force for an operation."""
    owner, key = _owner(spec, operation)
    if owner is None and spec.may_have(spec.root, GATEWAY):
        return Validation(None, None, None, None)
    if owner is None or spec.lacks(owner, key):
        return Validation()
    entry = owner.get(key)
    validators = spec.references.resolve_all(entry)
    is_of_gateway = key == "validator"
    if len(validators) != 1 or not isinstance(validators[0].value, Mapping):
        return Validation(None, None, None, None, entry, is_of_gateway)
    validator = validators[0]
    headers = validator.get("validateResponseHeaders")
    mode = "" if headers is None and spec.lacks(validator, "validateResponseHeaders") else None
    if headers is not None and headers.value in HEADER_CHECKS:
        mode = str(headers.value)
    keys = ("validateRequestBody", "validateRequestParameters", "validateResponseBody")
    body, parameters, response_body = (_is_on(spec, validator, key) for key in keys)
    return Validation(body, parameters, response_body, mode, entry, is_of_gateway, validator)


def may_check_parameters(spec: Spec, operation: Operation) -> bool:
    """Whether a validator checks the parameters of an operation, or that is unknown."""
    owner, key = _owner(spec, operation)
    if owner is None:
        return spec.may_have(spec.root, GATEWAY)
    if spec.lacks(owner, key):
        return False
    validators = spec.references.resolve_all(owner.get(key))
    return not validators or any(
        _is_on(spec, validator, "validateRequestParameters") is not False for validator in validators
    )


def _owner(spec: Spec, operation: Operation) -> tuple[Node | None, str]:
    """The object that has the validator in force, and the key: the operation, or else the gateway object."""
    has_own = spec.may_have(operation.node, VALIDATOR)
    return (operation.node, VALIDATOR) if has_own else (spec.gateway_object, "validator")


def _is_on(spec: Spec, validator: Node, key: str) -> bool | None:
    """Whether a check is on, None if that is unknown."""
    check = validator.get(key)
    if check is None:
        return None if spec.may_have(validator, key) else False
    values = {possible.value is True for possible in spec.variables.possible(check)}
    return values.pop() if len(values) == 1 else None
