"""Rules about `http` integrations: the address, the timeouts, and what is forwarded of a request."""

from __future__ import annotations

import re
from collections.abc import Iterator
from operator import itemgetter

from apigw_lint.diagnostic import Consequence, Severity
from apigw_lint.gateway import addresses
from apigw_lint.gateway.operations import Operation
from apigw_lint.gateway.spec import Spec
from apigw_lint.gateway.variables import Possible
from apigw_lint.rules.possible_strings import possible_strings
from apigw_lint.rules.rule import Problem, rule
from apigw_lint.source.tree import Mapping, Node
from apigw_lint.source.unknown import has_unknown_key

_DEFAULT_TIMEOUT = 300
_LONGEST_TIMEOUT = 600
"""Seconds, from https://yandex.cloud/en/docs/api-gateway/concepts/extensions/http."""


@rule(Severity.ERROR, Consequence.INVALID, other_severities=(Severity.WARNING,))
def timeout_too_long(spec: Spec) -> Iterator[Problem]:
    """A timeout of an `http` integration that is longer than the gateway's own.

    By default the gateway ends a request after 300 seconds, and never later than 600. A timeout between the two is a
    warning.

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
    for name, node in _timeouts(spec):
        seconds, possible = max(_possible_numbers(spec, node), key=itemgetter(0), default=(0.0, None))
        if not seconds > _DEFAULT_TIMEOUT:
            continue
        timeout = f"'{name}' is {seconds:.15g} seconds"
        if seconds > _LONGEST_TIMEOUT:
            message, severity = f"{timeout}, but the gateway ends a request after {_LONGEST_TIMEOUT}", None
        else:
            message = f"{timeout}, but by default the gateway ends a request after {_DEFAULT_TIMEOUT}"
            severity = Severity.WARNING
        yield Problem(node, message, severity=severity, possible=possible, cause=message)


def _timeouts(spec: Spec) -> Iterator[tuple[str, Node]]:
    """The timeouts of all `http` integrations; of an object that several share, once."""
    objects = (integration.get("timeouts") for integration in spec.integrations.of_type("http"))
    for timeouts in {id(node.value): node for node in objects if node is not None}.values():
        for name in ("connect", "read"):
            if (node := timeouts.get(name)) is not None:
                yield name, node


def _possible_numbers(spec: Spec, node: Node) -> Iterator[tuple[float, Possible]]:
    """The numbers that a node may be."""
    for possible in spec.variables.possible(node):
        if isinstance(possible.value, (int, float)) and not isinstance(possible.value, bool):
            yield possible.value, possible


@rule(Severity.WARNING, Consequence.BROKEN, default=False)
def headers_dropped(spec: Spec) -> Iterator[Problem]:
    """An `http` proxy of a whole subtree that does not forward request headers.

    The gateway forwards only the listed headers; `'*': '*'` forwards all others. Dropping headers can be intended, so
    this rule is off by default.

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
    """An `http` proxy of a whole subtree that does not forward query parameters.

    The gateway forwards only the listed query parameters; `'*': '*'` forwards all others. Dropping them can be
    intended, so this rule is off by default.

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
        if node is None and not spec.lacks(integration, field):
            continue
        if node is not None and (not isinstance(node.value, Mapping) or "*" in node.value or has_unknown_key(node)):
            continue
        more = f" and {len(operations) - 1} more" if len(operations) > 1 else ""
        forwards = (
            f"forwards only the listed {field_in_words}" if node and node.value else f"forwards no {field_in_words}"
        )
        message = f"'{operations[0].label}'{more} {forwards}: add '*': '*' to '{field}' to forward all"
        related = tuple((operation.node, "used here") for operation in operations[:5]) if more else ()
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
    """An `http` integration with an address that the gateway cannot reach.

    The gateway runs in the cloud: `localhost` and `127.0.0.1` are not your machine. Private addresses are reachable
    only through a user network, which is info. A URL must start with `https://` or `http://`.

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
        incomplete, possible = next((url for url in urls if addresses.lacks_scheme(url[0])), ("", None))
        if incomplete:
            missing = "host" if re.match("/(?!/)", incomplete.strip()) else "scheme"
            message = f"'{incomplete}' has no {missing}: write a full URL such as 'https://example.com'"
            yield Problem(node, message, possible=possible)
        hosts = [(host, possible) for url, possible in urls if (host := addresses.host(url))]
        for reach in (addresses.Reach.LOCAL, addresses.Reach.PRIVATE):
            host, possible = next((host for host in hosts if addresses.reach(host[0]) is reach), ("", None))
            if host:
                yield _unreachable_host(node, host, possible, is_local=reach is addresses.Reach.LOCAL)
                break


def _unreachable_host(url: Node, host: str, possible: Possible | None, *, is_local: bool) -> Problem:
    offset = url.value.lower().find(host)
    at = url.find(url.value[offset : offset + len(host)], offset) if offset >= 0 else None
    if is_local:
        message = f"the gateway cannot reach '{host}': it runs in the cloud"
        return Problem(url, message, at=at, possible=possible, cause=message)
    message = f"'{host}' is a private address: the gateway reaches it only through a user network"
    return Problem(url, message, at=at, severity=Severity.INFO, possible=possible, cause=message)
