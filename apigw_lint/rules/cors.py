"""Rules about CORS."""

from __future__ import annotations

from collections.abc import Iterator

from apigw_lint.diagnostic import Consequence, Severity
from apigw_lint.gateway.spec import Spec
from apigw_lint.rules.possible_strings import when_clause
from apigw_lint.rules.rule import Problem, rule
from apigw_lint.source.tree import Mapping, Node, Sequence
from apigw_lint.source.unknown import is_unknown

_CORS = "x-yc-apigateway-cors"
_CORS_OWNERS = ("path item", "document")
"""The kinds of objects that hold a CORS rule: where it belongs, and where many write it by mistake."""


@rule(Severity.ERROR, Consequence.BROKEN, other_severities=(Severity.WARNING,))
def cors_wildcard_credentials(spec: Spec) -> Iterator[Problem]:
    """CORS with `*` and credentials.

    Browsers reject a response that allows credentials for the origin `*`. In lists of methods and headers `*` then is a
    literal star, not a wildcard, which is a warning.

    Bad:
        x-yc-apigateway:
          cors:
            origin: '*'
            credentials: true
        paths: {/a: {get: {x-yc-apigateway-integration: {type: dummy, http_code: 200}}}}

    Good:
        x-yc-apigateway:
          cors:
            origin: https://example.com
            credentials: true
        paths: {/a: {get: {x-yc-apigateway-integration: {type: dummy, http_code: 200}}}}

    See: https://yandex.cloud/en/docs/api-gateway/concepts/extensions/cors
    """
    for cors in _cors_rules(spec):
        credentials = _clause_for(spec, cors.get("credentials"), True)
        if credentials is None:
            continue
        for node in _items(cors.get("origin")):
            if (clause := _clause_for(spec, node, "*")) is not None:
                message = f"browsers reject origin '*' with credentials{credentials}{clause}: list the origins"
                yield Problem(node, message)
        for field in ("methods", "allowedHeaders", "exposedHeaders"):
            for node in _items(cors.get(field)):
                if isinstance(node.value, str) and "*" in [part.strip() for part in node.value.split(",")]:
                    message = f"with credentials browsers do not treat '*' in '{field}' as a wildcard: list each one"
                    yield Problem(node, message, at=node.find("*", node.value.index("*")), severity=Severity.WARNING)


@rule(Severity.WARNING, Consequence.RISK)
def cors_reflected_credentials(spec: Spec) -> Iterator[Problem]:
    """CORS lets any site read responses with the user's credentials.

    `origin: true` allows the origin that sent the request. With credentials, any page that a user visits can read what
    the gateway returns to that user.

    Bad:
        x-yc-apigateway:
          cors:
            origin: true
            credentials: true
        paths: {/a: {get: {x-yc-apigateway-integration: {type: dummy, http_code: 200}}}}

    Good:
        x-yc-apigateway:
          cors:
            origin: [https://example.com, https://www.example.com]
            credentials: true
        paths: {/a: {get: {x-yc-apigateway-integration: {type: dummy, http_code: 200}}}}

    See: https://yandex.cloud/en/docs/api-gateway/concepts/extensions/cors
    """
    for cors in _cors_rules(spec):
        origin = cors.get("origin")
        clause, credentials = _clause_for(spec, origin, True), _clause_for(spec, cors.get("credentials"), True)
        if origin is not None and clause is not None and credentials is not None:
            conditions = credentials + clause
            message = f"'origin: true' with credentials lets any site read the responses{conditions}: list the origins"
            yield Problem(origin, message)


def _cors_rules(spec: Spec) -> Iterator[Node]:
    """Every CORS rule, where it is written."""
    gateway = spec.gateway_object
    nodes = [gateway.get("cors") if gateway else None]
    nodes += [node for node in spec.tree.holding(_CORS) if spec.kinds.of(node.container) in _CORS_OWNERS]
    nodes += [node for _, node in spec.components("x-yc-apigateway-cors-rules")]
    distinct = {id(node.value): node for node in nodes if node is not None and isinstance(node.value, Mapping)}
    return (node for node in distinct.values() if "$ref" not in node.value)


def _items(node: Node | None) -> list[Node]:
    """The items of a list; a string is a list of itself."""
    if node is None:
        return []
    return list(node.entries()) if isinstance(node.value, Sequence) else [node]


def _clause_for(spec: Spec, node: Node | None, value: str | bool) -> str | None:
    """When a node has a value, as the end of a message: empty for always, None for never as far as is known."""
    for possible in spec.variables.possible(node):
        if possible.value == value and isinstance(possible.value, type(value)):
            return when_clause(possible.when)
    return None


@rule(Severity.WARNING, Consequence.IGNORED)
def shadowed_options(spec: Spec) -> Iterator[Problem]:
    """An `options` operation that a CORS rule replaces.

    Where a CORS rule of the path or of the whole gateway is in force, the gateway answers preflight requests itself.
    `x-yc-apigateway-cors: {origin: false}` on the path passes `OPTIONS` to the operation again.

    Bad:
        x-yc-apigateway:
          cors: {origin: true}
        paths:
          /a:
            options:
              x-yc-apigateway-integration: {type: dummy, http_code: 204}

    Good:
        x-yc-apigateway:
          cors: {origin: true}
        paths:
          /a:
            x-yc-apigateway-cors: {origin: false}
            options:
              x-yc-apigateway-integration: {type: dummy, http_code: 204}

    See: https://yandex.cloud/en/docs/api-gateway/concepts/extensions/cors
    """
    gateway = spec.gateway_object
    of_gateway = gateway.get("cors") if gateway else None
    for operation in spec.operations:
        if operation.key != "options":
            continue
        entry = operation.path_item.get(_CORS) or of_gateway
        cors = spec.references.resolve(entry)
        origin = cors.get("origin") if cors else None
        if entry is not None and origin is not None and origin.value is not False and not is_unknown(origin):
            scope = "of this path" if _CORS in operation.path_item.value else "of the gateway"
            message = (
                f"the CORS rule {scope} handles 'OPTIONS {operation.path}': this operation gets no preflight requests"
            )
            yield Problem(operation.node, message, related=((entry, "the CORS rule"),))
