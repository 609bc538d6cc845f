"""Rules about rate limits."""

from __future__ import annotations

from collections.abc import Iterator

from apigw_lint.diagnostic import Consequence, Severity
from apigw_lint.gateway.spec import Spec
from apigw_lint.rules.rule import Problem, rule
from apigw_lint.source.tree import Mapping, Node

_RATE_LIMIT = "x-yc-apigateway-rate-limit"


@rule(Severity.WARNING, Consequence.DEPRECATED)
def deprecated_rate_limit(spec: Spec) -> Iterator[Problem]:
    """A rate limit: the extension is discontinued.

    The documentation marks it as deprecated and points to Smart Web Security: a profile with a rate limiter, set in
    `x-yc-apigateway.smartWebSecurity.securityProfileId`.

    Bad:
        /hello:
          x-yc-apigateway-rate-limit: {allRequests: {rps: 10}}
          get:
            x-yc-apigateway-integration: {type: dummy, http_code: 200}

    Good:
        x-yc-apigateway:
          smartWebSecurity: {securityProfileId: fev0123456789abcdefg}
        paths:
          /hello:
            get:
              x-yc-apigateway-integration: {type: dummy, http_code: 200}

    See: https://yandex.cloud/en/docs/api-gateway/concepts/extensions/rate-limit
    """
    for node in _rate_limits(spec):
        message = f"'{node.key}' is discontinued: the documentation points to Smart Web Security"
        yield Problem(node, message, at=node.key_span)


def _rate_limits(spec: Spec) -> Iterator[Node]:
    """Every rate limit of the gateway, of a path or of an operation."""
    gateway = spec.gateway_object
    if gateway is not None and (of_gateway := gateway.get("rateLimit")):
        yield of_gateway
    for node in spec.tree.holding(_RATE_LIMIT):
        if spec.kinds.of(node.container) in ("path item", "operation"):
            yield node


@rule(Severity.ERROR, Consequence.INVALID)
def rate_limit_on_greedy_path(spec: Spec) -> Iterator[Problem]:
    """A rate limit on a path with a greedy parameter.

    The gateway does not support it.

    Bad:
        /static/{file+}:
          x-yc-apigateway-rate-limit: {allRequests: {rps: 10}}
          get:
            x-yc-apigateway-integration: {type: dummy, http_code: 200}

    Good:
        /static/{file}:
          x-yc-apigateway-rate-limit: {allRequests: {rps: 10}}
          get:
            parameters:
              - {name: file, in: path, required: true, schema: {type: string}}
            x-yc-apigateway-integration: {type: dummy, http_code: 200}

    See: https://yandex.cloud/en/docs/api-gateway/concepts/extensions/rate-limit
    """
    for path, item in spec.path_items:
        if "+}" not in path:
            continue
        for owner in (item, *(child for _, child in item.items())):
            if isinstance(owner.value, Mapping) and _RATE_LIMIT in owner.value:
                node = Node.entry(spec.tree, owner.value, _RATE_LIMIT)
                message = f"rate limits are not supported on paths with a greedy parameter, such as '{path}'"
                yield Problem(node, message, at=node.key_span)
