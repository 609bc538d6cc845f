"""Rules about validators."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from apigw_lint.diagnostic import Consequence, Severity
from apigw_lint.gateway.operations import Operation
from apigw_lint.gateway.spec import Spec
from apigw_lint.rules.rule import Problem, rule
from apigw_lint.source.tree import Node
from apigw_lint.source.unknown import is_unknown

_VALIDATOR = "x-yc-apigateway-validator"


@rule(Severity.WARNING, Consequence.IGNORED)
def validator_without_effect(spec: Spec) -> Iterator[Problem]:
    """A validator checks something that its operation does not describe.

    Bodies are checked against the schema of `requestBody`, parameters against `parameters`, responses against
    `responses`. Where these are missing, everything passes; only the header checks `subset` and `exact` then reject
    every header.

    Bad:
        /orders:
          post:
            x-yc-apigateway-validator: {validateRequestBody: true}
            x-yc-apigateway-integration: {type: dummy, http_code: 200}

    Good:
        /orders:
          post:
            requestBody:
              content: {application/json: {schema: {type: object, required: [name]}}}
            x-yc-apigateway-validator: {validateRequestBody: true}
            x-yc-apigateway-integration: {type: dummy, http_code: 200}

    See: https://yandex.cloud/en/docs/api-gateway/concepts/extensions/validator
    """
    for operation in spec.operations:
        if _VALIDATOR not in operation.node.value:
            continue
        entry = Node.entry(spec.tree, operation.node.value, _VALIDATOR)
        validator = spec.references.resolve(operation.node.get(_VALIDATOR))
        checks = [node for _, node in validator.items() if _is_on(node)] if validator else []
        idle_checks = [node for node in checks if not _DESCRIBED[str(node.key)][1](spec, operation)]
        # A validator that several operations share may check less in one of them.
        is_shared = validator is not None and validator.identity != entry.identity
        if is_shared and len(idle_checks) < len(checks):
            continue
        for check in idle_checks:
            described = _DESCRIBED[str(check.key)][0]
            message = f"'{check.key}' has no effect: '{operation.label}' has no {described}"
            node = entry if is_shared else check
            yield Problem(node, message, at=node.key_span)


def _is_on(check: Node) -> bool:
    """Whether this switches a check on; `subset` and `exact` refuse headers even where none is described."""
    if check.key == "validateResponseHeaders":
        return check.value in ("any", "superset")
    return check.key in _DESCRIBED and check.value is True


def _has_parameters(_: Spec, operation: Operation) -> bool:
    return bool(operation.parameters) or operation.has_unknown_parameters


def _has_response_with(key: str, spec: Spec, operation: Operation) -> bool:
    """Whether some response has a key, or that is unknown."""
    responses = operation.node.get("responses")
    if responses is None:
        return spec.may_have(operation.node, "responses")
    nodes = [spec.references.resolve(node) for name, node in responses.items() if not name.startswith("x-")]
    return is_unknown(responses) or any(node is None or is_unknown(node) or node.get(key) for node in nodes)


_DESCRIBED: dict[str, tuple[str, Callable[[Spec, Operation], bool]]] = {
    "validateRequestBody": ("'requestBody'", lambda spec, operation: spec.may_have(operation.node, "requestBody")),
    "validateRequestParameters": ("parameters", _has_parameters),
    "validateResponseBody": (
        "response with 'content'",
        partial(_has_response_with, "content"),
    ),
    "validateResponseHeaders": (
        "response with 'headers'",
        partial(_has_response_with, "headers"),
    ),
}
"""By the field of a validator, what it checks: in words, and whether an operation describes it."""
