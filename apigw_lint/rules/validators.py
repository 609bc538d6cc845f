"""Rules about validators."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from apigw_lint.diagnostic import Consequence, Fix, Severity
from apigw_lint.fix.edits import insert_entry, make_fix
from apigw_lint.gateway.operations import Operation
from apigw_lint.gateway.spec import Spec
from apigw_lint.gateway.substitution import integration_type
from apigw_lint.gateway.validators import VALIDATOR
from apigw_lint.rules.rule import Problem, rule
from apigw_lint.source.tree import Node
from apigw_lint.source.unknown import is_unknown


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
        if VALIDATOR not in operation.node.value:
            continue
        entry = Node.entry(spec.tree, operation.node.value, VALIDATOR)
        validator = spec.references.resolve(operation.node.get(VALIDATOR))
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


@rule(Severity.WARNING, Consequence.BROKEN, default=False, fixes="unsafe")
def unchecked_message(spec: Spec) -> Iterator[Problem]:
    """A queue or stream takes any body, although the operation describes one.

    `cloud_ymq` and `cloud_datastreams` put the body into the queue or stream as it comes. Only a validator with
    `validateRequestBody` compares it with the schema of `requestBody`. The consumer may check what it reads, so this
    rule is off by default; `validateRequestBody: false` says so explicitly.

    Bad:
        /orders:
          post:
            requestBody:
              content: {application/json: {schema: {type: object, required: [id]}}}
            x-yc-apigateway-integration:
              type: cloud_ymq
              action: SendMessage
              queue_url: https://message-queue.api.cloud.yandex.net/b1g0123456789abcdefg/dj6000000000000000/orders
              folder_id: b1g0123456789abcdefg
              service_account_id: aje0123456789abcdefg

    Good:
        /orders:
          post:
            requestBody:
              content: {application/json: {schema: {type: object, required: [id]}}}
            x-yc-apigateway-validator: {validateRequestBody: true}
            x-yc-apigateway-integration:
              type: cloud_ymq
              action: SendMessage
              queue_url: https://message-queue.api.cloud.yandex.net/b1g0123456789abcdefg/dj6000000000000000/orders
              folder_id: b1g0123456789abcdefg
              service_account_id: aje0123456789abcdefg

    See: https://yandex.cloud/en/docs/api-gateway/concepts/extensions/validator
    """
    for operation in spec.operations:
        target = _TARGETS.get(integration_type(operation.integration)) if operation.integration else None
        if target and _describes_body(spec, operation) and _lacks_body_check(spec, operation):
            body = Node.entry(spec.tree, operation.node.value, "requestBody")
            message = f"the {target} gets any body: no validator checks it, add 'validateRequestBody: true'"
            yield Problem(body, message, at=body.key_span, fix=_body_check_fix(spec, operation))


_TARGETS = {"cloud_ymq": "queue", "cloud_datastreams": "stream"}
"""By the type of an integration, where the body of a request goes."""


def _describes_body(spec: Spec, operation: Operation) -> bool:
    """Whether an operation has a schema for the body of its requests."""
    body = spec.references.resolve(operation.node.get("requestBody"))
    content = body.get("content") if body else None
    return any(media_type.get("schema") for _, media_type in content.items()) if content else False


def _lacks_body_check(spec: Spec, operation: Operation) -> bool:
    """Whether the validator in force, that of the operation or else of the gateway, surely says nothing of the body."""
    if not spec.lacks(operation.node, VALIDATOR):
        validator = operation.node.get(VALIDATOR)
    elif spec.gateway_object is None:
        return spec.lacks(spec.root, "x-yc-apigateway")
    elif spec.lacks(spec.gateway_object, "validator"):
        return True
    else:
        validator = spec.gateway_object.get("validator")
    return spec.lacks(spec.references.resolve(validator), "validateRequestBody")


def _body_check_fix(spec: Spec, operation: Operation) -> Fix | None:
    """The check added to the operation's own validator, or a validator added where none is in force."""
    own = operation.node.get(VALIDATOR)
    of_gateway = spec.gateway_object.get("validator") if spec.gateway_object else None
    if own is not None and "$ref" not in own.value:
        return make_fix("add 'validateRequestBody: true'", insert_entry(own, "validateRequestBody", True))
    if own is not None or of_gateway is not None:
        return None
    before = ("x-yc-apigateway-integration",)
    edits = insert_entry(operation.node, VALIDATOR, {"validateRequestBody": True}, before=before)
    return make_fix(f"add '{VALIDATOR}'", edits)
