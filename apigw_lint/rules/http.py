"""Rules about `http` integrations: the address, the timeouts, and what is forwarded of a request."""

from __future__ import annotations

import re
from collections.abc import Iterator

from apigw_lint.diagnostic import Consequence, Severity
from apigw_lint.gateway import addresses
from apigw_lint.gateway.operations import Operation
from apigw_lint.gateway.spec import Spec
from apigw_lint.rules.possible_strings import possible_strings, when_clause
from apigw_lint.rules.rule import Problem, rule
from apigw_lint.source.tree import Mapping, Node
from apigw_lint.spelling import nearest

_DEFAULT_TIMEOUT = 300
_LONGEST_TIMEOUT = 600
"""Seconds, from https://yandex.cloud/en/docs/api-gateway/concepts/extensions/http."""


@rule(Severity.ERROR, Consequence.INVALID, other_severities=(Severity.WARNING,))
def timeout_too_long(spec: Spec) -> Iterator[Problem]:
    """A timeout of an `http` integration that is longer than the gateway's.

    A request ends after 300 seconds unless the gateway is set to wait longer, and after 600 seconds at the latest.
    Between the two it is a warning.

    Bad:
        /report:
          get:
            x-yc-apigateway-integration:
              type: http
              url: https://example.com/report
              timeouts: {read: 900}

    Good:
        /report:
          get:
            x-yc-apigateway-integration:
              type: http
              url: https://example.com/report
              timeouts: {read: 300}

    See: https://yandex.cloud/en/docs/api-gateway/concepts/extensions/http
    """
    for integration in spec.integrations.of_type("http"):
        timeouts = integration.get("timeouts")
        for name, node in timeouts.items() if timeouts else ():
            seconds, condition = max(_possible_numbers(spec, node), default=(0.0, ""))
            if name not in ("connect", "read") or not seconds > _DEFAULT_TIMEOUT:
                continue
            timeout = f"'{name}' is {seconds:.15g} seconds{when_clause(condition)}"
            if seconds > _LONGEST_TIMEOUT:
                yield Problem(node, f"{timeout}, but a request to the gateway takes at most {_LONGEST_TIMEOUT}")
            else:
                message = (
                    f"{timeout}, but unless the gateway is set otherwise a request takes at most {_DEFAULT_TIMEOUT}"
                )
                yield Problem(node, message, severity=Severity.WARNING)


def _possible_numbers(spec: Spec, node: Node) -> Iterator[tuple[float, str]]:
    """The numbers that a node may be, each with its condition."""
    for possible in spec.variables.possible(node):
        if isinstance(possible.value, (int, float)) and not isinstance(possible.value, bool):
            yield possible.value, possible.when


@rule(Severity.WARNING, Consequence.BROKEN, default=False)
def headers_dropped(spec: Spec) -> Iterator[Problem]:
    """An `http` proxy of a whole subtree that hands on no request headers.

    The gateway sends only the headers that are listed; `'*': '*'` hands on all others. Sometimes dropping them is
    wanted, so this rule is off unless you switch it on.

    Bad:
        /api/{path+}:
          get:
            parameters: [{name: path, in: path, required: true, schema: {type: string}}]
            x-yc-apigateway-integration:
              type: http
              url: https://example.com/{path}

    Good:
        /api/{path+}:
          get:
            parameters: [{name: path, in: path, required: true, schema: {type: string}}]
            x-yc-apigateway-integration:
              type: http
              url: https://example.com/{path}
              headers: {'*': '*'}

    See: https://yandex.cloud/en/docs/api-gateway/concepts/extensions/http
    """
    yield from _not_forwarded(spec, "headers", "headers")


@rule(Severity.WARNING, Consequence.BROKEN, default=False)
def query_dropped(spec: Spec) -> Iterator[Problem]:
    """An `http` proxy of a whole subtree that hands on no query parameters.

    The gateway sends only the query parameters that are listed; `'*': '*'` hands on all others. Sometimes dropping
    them is wanted, so this rule is off unless you switch it on.

    Bad:
        /api/{path+}:
          get:
            parameters: [{name: path, in: path, required: true, schema: {type: string}}]
            x-yc-apigateway-integration:
              type: http
              url: https://example.com/{path}

    Good:
        /api/{path+}:
          get:
            parameters: [{name: path, in: path, required: true, schema: {type: string}}]
            x-yc-apigateway-integration:
              type: http
              url: https://example.com/{path}
              query: {'*': '*'}

    See: https://yandex.cloud/en/docs/api-gateway/concepts/extensions/http
    """
    yield from _not_forwarded(spec, "query", "query parameters")


def _not_forwarded(spec: Spec, field: str, field_in_words: str) -> Iterator[Problem]:
    """The integrations that forward a greedy path and not all headers, or query parameters, of the request."""
    for integration, operations in _greedy_proxies(spec).items():
        node = integration.get(field)
        if node is not None and (not isinstance(node.value, Mapping) or "*" in node.value):
            continue
        keys = (*integration.value, *(node.value if node else ()))
        if any(map(spec.placeholders.is_unknown_key, keys)) or any(nearest(key, (field,)) for key in integration.value):
            continue
        more = f" and {len(operations) - 1} more" if len(operations) > 1 else ""
        others = " but those listed" if node and node.value else ""
        message = f"'{operations[0].label}'{more} hands on no {field_in_words}{others}: '{field}' has no '*': '*'"
        related = tuple((operation.node, "it is used here") for operation in operations[:5]) if more else ()
        yield Problem(node or integration, message, related=related)


def _greedy_proxies(spec: Spec) -> dict[Node, list[Operation]]:
    """The `http` integrations of operations with a greedy path, each with these operations."""
    proxies: dict[Node, list[Operation]] = {}
    for operation in spec.operations:
        integration = operation.integration
        if integration is not None and integration.type == "http" and "+}" in operation.path:
            proxies.setdefault(integration.node, []).append(operation)
    return proxies


@rule(Severity.WARNING, Consequence.BROKEN, other_severities=(Severity.INFO,))
def unreachable_url(spec: Spec) -> Iterator[Problem]:
    """An `http` integration that calls an address which the gateway cannot reach.

    The gateway runs in the cloud: `localhost` and `127.0.0.1` are not your machine. Private addresses can be reached
    through a user network only; that is an information. A text without `https://` or `http://` is no address.

    Bad:
        /orders:
          get:
            x-yc-apigateway-integration: {type: http, url: 'http://localhost:8080/orders'}

    Good:
        /orders:
          get:
            x-yc-apigateway-integration: {type: http, url: 'https://example.com/orders'}

    See: https://yandex.cloud/en/docs/api-gateway/concepts/extensions/http
    """
    for integration in spec.integrations.of_type("http"):
        node = integration.get("url")
        if node is None:
            continue
        urls = possible_strings(spec, node)
        incomplete, condition = next((url for url in urls if addresses.lacks_scheme(url[0])), ("", ""))
        if incomplete:
            missing = "a host" if re.match("/(?!/)", incomplete.strip()) else "a scheme"
            clause = when_clause(condition)
            message = f"'{incomplete}' lacks {missing}{clause}: a url begins like 'https://example.com'"
            yield Problem(node, message)
        hosts = [(host, condition) for url, condition in urls if (host := addresses.host(url))]
        for reach in (addresses.Reach.LOCAL, addresses.Reach.PRIVATE):
            host, condition = next((host for host in hosts if addresses.reach(host[0]) is reach), ("", ""))
            if host:
                yield _unreachable_host(node, host, condition, is_local=reach is addresses.Reach.LOCAL)
                break


def _unreachable_host(url: Node, host: str, condition: str, *, is_local: bool) -> Problem:
    offset = url.value.lower().find(host)
    at = url.find(url.value[offset : offset + len(host)], offset) if offset >= 0 else None
    clause = when_clause(condition)
    if is_local:
        return Problem(url, f"the gateway runs in the cloud and cannot reach '{host}'{clause}", at=at)
    message = f"'{host}' is a private address: the gateway reaches it through a user network only{clause}"
    return Problem(url, message, at=at, severity=Severity.INFO)
