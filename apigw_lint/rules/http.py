"""Rules about `http` integrations: the address, the timeouts, and what cannot go through them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from operator import itemgetter

from apigw_lint.diagnostic import Consequence, Severity
from apigw_lint.fix.edits import make_fix, replace_in
from apigw_lint.gateway import addresses
from apigw_lint.gateway.kinds import ANY_METHOD
from apigw_lint.gateway.operations import Operation
from apigw_lint.gateway.spec import Spec
from apigw_lint.gateway.substitution import integration_type
from apigw_lint.gateway.variables import Possible
from apigw_lint.rules.possible_strings import possible_strings
from apigw_lint.rules.rule import Problem, rule
from apigw_lint.source.text import Span
from apigw_lint.source.tree import Node

_SCHEMES = ("ws://", "wss://")
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


@rule(Severity.WARNING, Consequence.BROKEN, fixes="unsafe")
def websocket_through_http(spec: Spec) -> Iterator[Problem]:
    """A WebSocket connection through an `http` integration.

    An `http` integration sends a request and returns the response; it upgrades no connection, whatever headers it
    forwards, and its URL starts with `https://` or `http://`. Clients open a WebSocket with a `get` request; headers of
    other requests are not looked at. For WebSocket the gateway has operations of its own: with
    `x-yc-apigateway-websocket-message` it keeps the connection and passes each message to an integration.

    Bad:
        /chat:
          get:
            x-yc-apigateway-integration:
              type: http
              url: https://example.com/chat
              headers: {'*': '*', Connection: Upgrade, Upgrade: websocket}

    Good:
        /chat:
          x-yc-apigateway-websocket-message:
            x-yc-apigateway-integration:
              type: http
              url: https://example.com/chat
              headers: {'*': '*'}

    See: https://yandex.cloud/en/docs/api-gateway/concepts/extensions/websocket
    """
    for integration, operations in spec.own_usages:
        if integration_type(integration) != "http":
            continue
        requests = [operation for operation in operations if not operation.event and operation.has_known_method]
        opening = [operation for operation in requests if operation.key in ("get", ANY_METHOD)]
        url = _websocket_url(spec, integration)
        signs = [*_upgrades(spec, integration, opening)] if opening else []
        signs += [url] if url and requests else []
        if signs:
            message = (
                "an http integration cannot open a WebSocket: use 'x-yc-apigateway-websocket-message', "
                "and '-connect' and '-disconnect' if needed"
            )
            related = tuple((sign, "this too") for sign in signs[1:5])
            yield Problem(signs[0], message, at=_scheme_span(signs[0]), related=related, cause=message)
        elif url:
            yield _websocket_scheme(url)


def _upgrades(spec: Spec, integration: Node, operations: list[Operation]) -> Iterator[Node]:
    """What shows that an integration is to upgrade a connection: the headers that it sends, and those declared."""
    headers = integration.get("headers")
    for name, node in headers.items() if headers else ():
        values = [value.lower() for string in node.strings() for value, _ in possible_strings(spec, string)]
        if name.lower() == "upgrade":
            if any("websocket" in value or "{upgrade}" in value for value in values):
                yield node
        elif name.lower().startswith("sec-websocket-") and values:
            yield node
    declared = {id(operation.declared): operation.declared for operation in operations}.values()
    names = (parameter.node.get("name") for parameters in declared for parameter in parameters.upgrading)
    yield from dict.fromkeys(name for name in names if name)


def _websocket_url(spec: Spec, integration: Node) -> Node | None:
    """The url of an integration if its scheme is that of WebSocket."""
    url = integration.get("url")
    written = [url.value] if url and isinstance(url.value, str) else []
    values = (*written, *(value for value, _ in possible_strings(spec, url)))
    return url if any(value.strip().lower().startswith(_SCHEMES) for value in values) else None


def _scheme_span(node: Node) -> Span | None:
    """Where the scheme of a WebSocket url is, if it is written in the node itself."""
    scheme = next((scheme for scheme in _SCHEMES if str(node.value).lower().startswith(scheme)), "")
    return node.find(node.value[: len(scheme)], 0) if scheme else None


def _websocket_scheme(url: Node) -> Problem:
    """An event of WebSocket that is passed on to a url with the scheme of WebSocket."""
    scheme = "http://" if url.value.lower().startswith("ws://") else "https://"
    written = url.value[: url.value.find("//") + 2]
    edits = replace_in(url, 0, written, scheme) if written.lower() in _SCHEMES else None
    message = f"an http integration passes each event on with a request: write '{scheme}'"
    return Problem(url, message, at=_scheme_span(url), fix=make_fix(f"write '{scheme}'", edits), cause=message)


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
