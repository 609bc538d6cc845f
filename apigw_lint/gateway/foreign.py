"""Owns the habits of other clouds: the keys and expressions of their gateways, and which of ours is meant by them.

Sources: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions.html,
https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-parameter-mapping.html and
https://cloud.google.com/endpoints/docs/openapi/openapi-extensions.
"""

from __future__ import annotations

from itertools import islice
from typing import NamedTuple

from apigw_lint.bounds import MAX_SUBSTITUTIONS
from apigw_lint.gateway.kinds import ANY_METHOD
from apigw_lint.source.pattern import pattern
from apigw_lint.source.placeholder import Placeholders
from apigw_lint.source.tree import Node

SERVING = {
    "x-amazon-apigateway-integration": "x-yc-apigateway-integration",
    "x-amazon-apigateway-any-method": ANY_METHOD,
    "x-google-backend": "x-yc-apigateway-integration",
    "x-aliyun-apigateway-backend": "x-yc-apigateway-integration",
}
"""The keys that say what serves a request, and ours that does."""


def has_foreign_integration(operation: Node) -> bool:
    """Whether an operation says in the words of another gateway what serves it."""
    return any(key in operation.value for key, ours in SERVING.items() if ours == "x-yc-apigateway-integration")


class Expression(NamedTuple):
    """What another gateway replaces in a text, and this one does not.

    `source` is what it takes: `header`, `query`, `path`, `parameter` for one of these, `variable`, `context`, `body`,
    or empty; `name` is the name of what has one.
    """

    text: str
    offset: int
    source: str
    name: str


_NAMES = r"[A-Za-z_][\w-]*(?:\.[A-Za-z_][\w-]*)*"
_EXPRESSION = pattern(
    rf"(?<![\w$.])\$(?:request|response|context|stageVariables)\.{_NAMES}"
    rf"|(?<![\w$.])\$(?:input|util)\.{_NAMES}(?:\([^()]{{0,200}}\))?"
    r"|(?<![\w$./-])(?:method|integration)\.(?:request|response)\."
    rf"(?:body|(?:header|querystring|path|multivalueheader|multivaluequerystring|body)\.{_NAMES})(?![\w/-])"
)
_WHOLE = pattern(
    r"stageVariables\.[\w-]+|context\.(?:requestId|extendedRequestId|apiId|accountId|stage|httpMethod|resourcePath"
    r"|requestTime|requestTimeEpoch|domainName|(?:identity|authorizer)\.[\w.-]+)"
)
_PARAMETER = pattern(r"\$input\.params\(['\"]([^'\"]+)['\"]\)")
_SOURCES = {
    "header": "header",
    "multivalueheader": "header",
    "querystring": "query",
    "query": "query",
    "multivaluequerystring": "query",
    "path": "path",
    "body": "body",
}


def expressions(text: str, placeholders: Placeholders) -> list[Expression]:
    """The expressions of other gateways in a text, the first ones; placeholders are left out."""
    if "." not in text:
        return []
    rest = placeholders.without(text)
    matches = [*islice(_EXPRESSION.finditer(rest), MAX_SUBSTITUTIONS)]
    if not matches and (whole := _WHOLE.fullmatch(rest)):
        matches = [whole]
    return [Expression(match[0], match.start(), *_meaning(match[0])) for match in matches]


def _meaning(expression: str) -> tuple[str, str]:
    """What an expression takes, and the name of that."""
    root, *path = expression.lstrip("$").split(".")
    if root == "stageVariables":
        return "variable", ".".join(path)
    if root == "context":
        return "context", ""
    if root == "input":
        parameter = _PARAMETER.fullmatch(expression)
        return ("parameter", parameter[1]) if parameter else ("body", "")
    if root in ("method", "integration"):
        direction, *path = path
        root = direction if root == "method" else ""
    if root == "request" and path[0] in _SOURCES:
        source, name = _SOURCES[path[0]], ".".join(path[1:])
        return (source, name) if name or source == "body" else ("", "")
    return "", ""


INTEGRATION_KEYS: dict[str, str] = {
    "requestParameters": "write 'headers' and 'query' of an http integration",
    "timeoutInMillis": "write 'timeouts' of an http integration, in seconds",
    **dict.fromkeys(
        (
            "cacheKeyParameters",
            "cacheNamespace",
            "connectionId",
            "connectionType",
            "contentHandling",
            "httpMethod",
            "integrationSubtype",
            "passthroughBehavior",
            "requestTemplates",
            "responseParameters",
            "responseTransferMode",
            "tlsConfig",
        ),
        "remove it",
    ),
}
"""The keys of an integration of Amazon API Gateway that have no counterpart of the same value, and what to do."""
