"""Rules about validators."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from apigw_lint.diagnostic import Consequence, Severity
from apigw_lint.gateway.operations import Operation
from apigw_lint.gateway.spec import Spec
from apigw_lint.rules.rule import Problem, rule
from apigw_lint.source.tree import Node
from apigw_lint.source.unknown import has_unknown_key, is_unknown
from apigw_lint.spelling import nearest

_VALIDATOR = "x-yc-apigateway-validator"


@rule(Severity.WARNING, Consequence.IGNORED)
def validator_without_effect(spec: Spec) -> Iterator[Problem]:
    """A validator that checks what its operation does not describe.

    A body is checked against the schema of `requestBody`, parameters against `parameters`, answers against
    `responses`. Where those are not there, the check lets everything pass; only the header checks `subset` and
    `exact` then refuse every header.

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
        if _VALIDATOR not in operation.node.value or has_unknown_key(operation.node):
            continue
        entry = Node.entry(spec.tree, operation.node.value, _VALIDATOR)
        validator = spec.references.resolve(operation.node.get(_VALIDATOR))
        checks = [node for _, node in validator.items() if _is_on(node)] if validator else []
        idle_checks = [node for node in checks if not _DESCRIBED[str(node.key)][1](operation)]
        # A validator that several operations share may check less in one of them.
        is_shared = validator is not None and validator.identity != entry.identity
        if is_shared and len(idle_checks) < len(checks):
            continue
        for check in idle_checks:
            described = _DESCRIBED[str(check.key)][0]
            message = f"'{check.key}' has nothing to check: '{operation.label}' describes no {described}"
            node = entry if is_shared else check
            yield Problem(node, message, at=node.key_span)


def _is_on(check: Node) -> bool:
    """Whether this switches a check on; `subset` and `exact` refuse headers even where none is described."""
    if check.key == "validateResponseHeaders":
        return check.value in ("any", "superset")
    return check.key in _DESCRIBED and check.value is True


def _has(operation: Operation, key: str) -> bool:
    """Whether an operation has a key, perhaps a misspelt one."""
    return key in operation.node.value or any(nearest(name, (key,)) for name in operation.node.value)


def _has_parameters(operation: Operation) -> bool:
    return bool(operation.parameters) or operation.has_unknown_parameters


def _has_response_with(operation: Operation, key: str) -> bool:
    """Whether some response has a key, or it cannot be told."""
    responses = operation.node.get("responses")
    if responses is None:
        return _has(operation, "responses")
    nodes = [operation.spec.references.resolve(node) for name, node in responses.items() if not name.startswith("x-")]
    return is_unknown(responses) or any(node is None or is_unknown(node) or node.get(key) for node in nodes)


_DESCRIBED: dict[str, tuple[str, Callable[[Operation], bool]]] = {
    "validateRequestBody": ("'requestBody'", lambda operation: _has(operation, "requestBody")),
    "validateRequestParameters": ("parameters", _has_parameters),
    "validateResponseBody": ("response with 'content'", lambda operation: _has_response_with(operation, "content")),
    "validateResponseHeaders": ("response with 'headers'", lambda operation: _has_response_with(operation, "headers")),
}
"""By the field of a validator, what it checks: in words, and whether an operation describes it."""
