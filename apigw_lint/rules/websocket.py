"""Rules about the WebSocket operations of a path."""

from __future__ import annotations

from collections.abc import Iterator

from apigw_lint.diagnostic import Consequence, Severity
from apigw_lint.gateway.spec import Spec
from apigw_lint.rules.rule import Problem, rule
from apigw_lint.source.tree import Node, Sequence

_MESSAGE = "x-yc-apigateway-websocket-message"


@rule(Severity.WARNING, Consequence.BROKEN)
def missing_websocket_message(spec: Spec) -> Iterator[Problem]:
    """A path with a WebSocket `connect` or `disconnect` operation but none for messages.

    The documentation says that a path without `x-yc-apigateway-websocket-message` accepts no WebSocket connections, so
    the other two would never be called. In practice a published tool deploys such paths with `connect` alone, so this
    is a warning.

    Bad:
        /chat:
          x-yc-apigateway-websocket-connect:
            x-yc-apigateway-integration: {type: dummy, http_code: 200}

    Good:
        /chat:
          x-yc-apigateway-websocket-connect:
            x-yc-apigateway-integration: {type: dummy, http_code: 200}
          x-yc-apigateway-websocket-message:
            x-yc-apigateway-integration: {type: dummy, http_code: 200}

    See: https://yandex.cloud/en/docs/api-gateway/concepts/extensions/websocket
    """
    seen = set()
    for operation in spec.websocket_operations:
        item = operation.path_item
        if item.identity in seen:
            continue
        seen.add(item.identity)
        if spec.lacks(item, _MESSAGE):
            message = (
                f"'{operation.path}' has no '{_MESSAGE}': the documentation says that no connection opens without it, "
                "yet people deploy such paths"
            )
            yield Problem(operation.node, message)


@rule(Severity.WARNING, Consequence.IGNORED)
def ignored_websocket_security(spec: Spec) -> Iterator[Problem]:
    """`security` on a WebSocket message or disconnect operation.

    Authorizers run once, when a connection opens; single messages are not checked. Put `security` on
    `x-yc-apigateway-websocket-connect`.

    Bad:
        paths:
          /chat:
            x-yc-apigateway-websocket-message:
              security: [{token: []}]
              x-yc-apigateway-integration: {type: dummy, http_code: 200}
        components:
          securitySchemes:
            token:
              type: http
              scheme: bearer
              x-yc-apigateway-authorizer: {type: function, function_id: d4e0123456789abcdefg}

    Good:
        paths:
          /chat:
            x-yc-apigateway-websocket-connect:
              security: [{token: []}]
              x-yc-apigateway-integration: {type: dummy, http_code: 200}
            x-yc-apigateway-websocket-message:
              x-yc-apigateway-integration: {type: dummy, http_code: 200}
        components:
          securitySchemes:
            token:
              type: http
              scheme: bearer
              x-yc-apigateway-authorizer: {type: function, function_id: d4e0123456789abcdefg}

    See: https://yandex.cloud/en/docs/api-gateway/concepts/extensions/websocket
    """
    for operation in spec.websocket_operations:
        security = operation.node.get("security")
        if operation.event in ("message", "disconnect") and _has_requirements(security):
            message = f"'security' has no effect on {operation.event} events: authorizers run on connect only"
            yield Problem(security, message)


def _has_requirements(security: Node | None) -> bool:
    """Whether a `security` list requires anything."""
    return security is not None and isinstance(security.value, Sequence) and any(security.value)
