"""Rules about what attackers would look for."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from apigw_lint.bounds import MAX_URL_NAMES
from apigw_lint.diagnostic import Consequence, Severity
from apigw_lint.gateway import addresses, secrets
from apigw_lint.gateway.foreign import expressions
from apigw_lint.gateway.operations import Operation
from apigw_lint.gateway.spec import Spec
from apigw_lint.gateway.substitution import integration_type, names
from apigw_lint.gateway.validators import may_check_parameters
from apigw_lint.rules.possible_strings import possible_strings
from apigw_lint.rules.rule import Problem, rule
from apigw_lint.source.pattern import pattern
from apigw_lint.source.tree import Mapping, Node, Sequence
from apigw_lint.source.unknown import is_unknown

_FIXED_HOST = pattern(r"https?://[^/?#{}$]+[/?#]")


@rule(Severity.WARNING, Consequence.RISK)
def open_proxy(spec: Spec) -> Iterator[Problem]:
    """A request parameter controls the host that an `http` integration calls.

    Callers can then make the gateway send requests, with everything it adds to them, to internal addresses or to a site
    of their own. Use parameters only in the path or query of the URL.

    Bad:
        /proxy/{host}:
          get:
            parameters:
              - {name: host, in: path, required: true, schema: {type: string}}
            x-yc-apigateway-integration:
              type: http
              url: https://{host}/api

    Good:
        /proxy/{page}:
          get:
            parameters:
              - {name: page, in: path, required: true, schema: {type: string}}
            x-yc-apigateway-integration:
              type: http
              url: https://example.com/{page}

    See: https://yandex.cloud/en/docs/api-gateway/concepts/extensions/http
    """
    reported = set()
    for integration, operations in spec.usages:
        url = _url_with_names(integration)
        if url is None:
            continue
        for operation in operations:
            for name, offset in islice(names(url.value, spec.placeholders), MAX_URL_NAMES):
                parameter = next(iter(operation.declared.named(name)), None)
                if parameter is None or (url.identity, offset) in reported:
                    continue
                if _decides_host(spec, url, offset) and not _is_limited(spec, operation, parameter.node):
                    reported.add((url.identity, offset))
                    message = (
                        f"callers of '{operation.label}' control the target host through '{{{name}}}': write scheme, "
                        "host and port literally, or restrict the parameter with an 'enum' or 'pattern' and a validator"
                    )
                    related = ((parameter.node.get("name") or parameter.node, "the parameter"),)
                    yield Problem(url, message, at=url.find(f"{{{name}}}", offset), related=related)


def _url_with_names(integration: Node) -> Node | None:
    """The url of an `http` integration if there may be names in its scheme, host or port."""
    url = integration.get("url") if integration_type(integration) == "http" else None
    if url is None or not isinstance(url.value, str) or "{" not in url.value:
        return None
    return None if _FIXED_HOST.match(url.value) and "$" not in url.value else url


def _decides_host(spec: Spec, url: Node, offset: int) -> bool:
    """Whether what is at an offset of a url is surely in its scheme, host or port."""
    prefixes = spec.variables.possible_text(url.value[:offset])
    return any(addresses.end_of_authority(f"{prefix.value}x") > len(str(prefix.value)) for prefix in prefixes)


_LISTS = frozenset(("enum", "pattern"))


def _is_limited(spec: Spec, operation: Operation, parameter: Node) -> bool:
    """Whether a validator holds the parameter to a list of values, or may do so."""
    schema = spec.references.resolve(parameter.get("schema"))
    if "schema" not in parameter.value:
        return False
    has_list = schema is None or (isinstance(schema.value, Mapping) and not _LISTS.isdisjoint(schema.value))
    return has_list and may_check_parameters(spec, operation)


_SENT_FIELDS = frozenset(("headers", "query", "http_headers", "context", "url", "content"))


@rule(Severity.WARNING, Consequence.RISK)
def hardcoded_secret(spec: Spec) -> Iterator[Problem]:
    """A password, token or key in the specification.

    Anyone who can read the repository or the gateway can use it. Call the backend with a service account, read the
    secret from Lockbox in a function, or inject it at deploy time. Reports show it as stars, even if this rule is off.

    Bad:
        /orders:
          get:
            x-yc-apigateway-integration:
              type: http
              url: https://example.com/orders
              headers:
                Authorization: Bearer q8Zr2LmV7xTnB4wY

    Good:
        /orders:
          get:
            x-yc-apigateway-integration:
              type: http
              url: https://example.com/orders
              headers:
                Authorization: Bearer ${ORDERS_TOKEN}

    See: https://yandex.cloud/en/docs/api-gateway/concepts/extensions/http
    """
    seen = set()
    for node, field in _nodes_to_search(spec):
        for string in node.strings():
            place = field, _nearest_key(string), string.raw_span
            if place in seen:  # an alias repeats it
                continue
            seen.add(place)
            for offset, secret in _secrets(string, field):
                if expressions(secret, spec.placeholders):
                    continue
                message = (
                    f"possible hard-coded secret ({len(secret)} characters): anyone who can read this file can use it; "
                    "inject it at deploy time"
                )
                yield Problem(string, message, at=string.find(secret, offset), is_secret=True, cause=secret)


def _nodes_to_search(spec: Spec) -> Iterator[tuple[Node, str]]:
    """Where secrets may be written, and in which field: what integrations send, and the values of variables."""
    for integration in spec.integrations.written:
        for field in integration.value:
            if field in _SENT_FIELDS and (node := integration.get(field)):
                yield node, field
    for name, variable in spec.variables.declared.items():
        if secrets.is_name(name):
            yield from ((node, "variables") for node in variable.values)


def _secrets(node: Node, field: str) -> list[tuple[int, str]]:
    """What looks like a secret in a string, with offsets; JSON and code in `content` are mostly made up."""
    if len(node.value) < secrets.SHORTEST:
        return []
    text = node.tree.placeholders.without(node.value)
    if field == "content" and "{" in text:
        return []
    tokens = list(secrets.tokens(text))
    if tokens or field in ("content", "http_headers"):
        return tokens
    if field == "url":
        return list(secrets.in_url(text))
    is_named_secret = field == "variables" or secrets.is_name(_nearest_key(node))
    return list(secrets.under_a_name(text)) if is_named_secret and not is_unknown(node) else []


def _nearest_key(node: Node) -> str:
    """The key that holds a string, lists in between left out."""
    container, key = node.container, node.key
    while isinstance(container, Sequence):
        container, key = container.parent, container.key
    return str(key)


@rule(Severity.WARNING, Consequence.RISK)
def plain_http(spec: Spec) -> Iterator[Problem]:
    """An `http` integration that calls its backend without encryption.

    Requests and responses, credentials included, can be read and changed on the way.

    Bad:
        /orders:
          get:
            x-yc-apigateway-integration: {type: http, url: 'http://example.com/orders'}

    Good:
        /orders:
          get:
            x-yc-apigateway-integration: {type: http, url: 'https://example.com/orders'}

    See: https://yandex.cloud/en/docs/api-gateway/concepts/extensions/http
    """
    for integration in spec.integrations.of_type("http"):
        node = integration.get("url")
        for url, possible in possible_strings(spec, node):
            host = addresses.host(url) if url.lower().startswith("http://") else None
            if node is not None and host is not None and addresses.reach(host) is addresses.Reach.PUBLIC:
                at = node.find(node.value[:7], 0) if node.value.lower().startswith("http://") else None
                message = f"requests to '{host}' are not encrypted: use 'https://'"
                yield Problem(node, message, at=at, possible=possible, cause=host)
                break


@rule(Severity.WARNING, Consequence.RISK, default=False)
def public_operation(spec: Spec) -> Iterator[Problem]:
    """An operation that anyone can call.

    Neither it nor the document has `security`. That is often intended, so this rule is off by default; `security: []`
    says so explicitly.

    Bad:
        paths:
          /orders:
            get:
              x-yc-apigateway-integration: {type: dummy, http_code: 200}

    Good:
        paths:
          /health:
            get:
              security: []
              x-yc-apigateway-integration: {type: dummy, http_code: 200}

    See: https://yandex.cloud/en/docs/api-gateway/concepts/extensions/function-authorizer
    """
    for operation in spec.operations:
        needs_security = operation.event in (None, "connect") and operation.key != "options"
        if needs_security and all(spec.lacks(owner, "security") for owner in (operation.node, spec.root)):
            message = f"anyone can call '{operation.label}': neither it nor the document has 'security'"
            yield Problem(operation.node, message)
