"""Owns what the preflight of an operation must allow, so that a page of another origin can call it.

Source: https://fetch.spec.whatwg.org/#cors-preflight-fetch. Browsers ask for each method and header that is not
safelisted. A page cannot send the forbidden headers at all, and others it leaves to the browser.
"""

from __future__ import annotations

from apigw_lint.gateway.cors_headers import ASKED_METHODS, SAFELISTED_METHODS
from apigw_lint.gateway.kinds import ANY_METHOD
from apigw_lint.gateway.operations import Operation
from apigw_lint.gateway.parameters import Declared
from apigw_lint.gateway.security_schemes import credential, security_schemes
from apigw_lint.gateway.spec import Spec
from apigw_lint.gateway.substitution import integration_type
from apigw_lint.source.tree import Mapping, Node
from apigw_lint.source.unknown import has_open_keys, is_unknown

_METHODS = tuple(method.lower() for method in (*SAFELISTED_METHODS, *ASKED_METHODS))
_WITH_BODY = ("post", "put", "patch", "delete", ANY_METHOD)

_SAFELISTED_HEADERS = ("accept", "accept-language", "content-language", "range")
_OF_THE_BROWSER = (
    *("accept-charset", "accept-encoding", "connection", "content-length", "cookie", "cookie2", "date", "dnt"),
    *("expect", "host", "keep-alive", "origin", "referer", "set-cookie", "te", "trailer", "transfer-encoding"),
    *("upgrade", "via", "user-agent", "cache-control", "pragma", "save-data", "priority"),
    *("if-match", "if-modified-since", "if-none-match", "if-range", "if-unmodified-since", "last-event-id"),
    *("dpr", "width", "viewport-width", "downlink", "rtt", "ect", "device-memory", "upgrade-insecure-requests"),
)
"""Forbidden headers, and those that browsers send on their own."""
_OF_PROXIES = (
    *("forwarded", "x-real-ip", "x-request-id", "x-trace-id", "uber-trace-id", "traceparent", "tracestate"),
    *("true-client-ip", "x-cloud-trace-context"),
)
"""What the gateway, or a proxy in front of it, adds to a request."""
_OF_WEBHOOKS = ("stripe-signature", "x-telegram-bot-api-secret-token")
"""What other services send when they call a webhook: no page does."""
_PREFIXES = (
    *("sec-", "proxy-", "access-control-", "x-forwarded-", "x-real-", "x-yc-", "cf-", "x-envoy-"),
    *("x-hub-", "x-github-", "x-gitlab-", "x-slack-"),
)
_DECIDED_BY_BODY = ("content-type",)
_NOT_ASKED_FOR = frozenset((*_SAFELISTED_HEADERS, *_OF_THE_BROWSER, *_OF_PROXIES, *_OF_WEBHOOKS, *_DECIDED_BY_BODY))


class PreflightNeeds:
    """What preflights must allow, for the operations of one document; what several share is looked up once."""

    def __init__(self, spec: Spec) -> None:
        self._spec = spec
        self._schemes = security_schemes(spec)
        self._of_security: dict[int, list[str]] = {}
        self._json_contents: dict[int, bool] = {}
        self._headers: dict[tuple[int, int, bool], tuple[str, ...]] = {}

    def methods(self, operation: Operation) -> tuple[str, ...]:
        """The method of an operation, if a preflight must allow it."""
        method = operation.key.upper()
        return (method,) if method in ASKED_METHODS and not _refuses(operation) else ()

    def headers(self, operation: Operation) -> tuple[str, ...]:
        """The request headers of an operation that a preflight must allow, each once."""
        if operation.key not in (*_METHODS, ANY_METHOD) or _refuses(operation):
            return ()
        security, declared, is_json = operation.security, operation.declared, self._has_json_body(operation)
        identity = id(declared), id(security.value) if security else 0, is_json
        if identity not in self._headers:
            names = [*self._required_by(security), *_declared(declared), *(("Content-Type",) if is_json else ())]
            self._headers[identity] = tuple({name.lower(): name for name in names}.values())
        return self._headers[identity]

    def _required_by(self, security: Node | None) -> list[str]:
        """The headers that every alternative of a security list requires."""
        if security is None:
            return []
        identity = id(security.value)
        if identity not in self._of_security:
            self._of_security[identity] = [] if is_unknown(security) else self._common_to(security)
        return self._of_security[identity]

    def _common_to(self, security: Node) -> list[str]:
        alternatives = [self._of_requirement(requirement) for requirement in security.entries()]
        common = set.intersection(*map(set, alternatives)) if alternatives else set()
        return [name for name in alternatives[0] if name in common] if common else []

    def _of_requirement(self, requirement: Node) -> list[str]:
        names = (name for name, _ in requirement.items() if name in self._schemes)
        return [header for name in names if (header := _header_of(self._schemes[name]))]

    def _has_json_body(self, operation: Operation) -> bool:
        """Whether the request body is JSON and nothing else: browsers ask before they send `application/json`."""
        resolve = self._spec.references.resolve
        body = resolve(operation.node.get("requestBody")) if operation.key in _WITH_BODY else None
        content = body.get("content") if body else None
        if content is None or not isinstance(content.value, Mapping):
            return False
        identity = id(content.value)
        if identity not in self._json_contents:
            media_types = [key.partition(";")[0].strip().lower() for key in content.value]
            is_json = all(name.startswith("application/") and name.endswith("json") for name in media_types)
            self._json_contents[identity] = bool(media_types) and is_json and not has_open_keys(content)
        return self._json_contents[identity]


def _refuses(operation: Operation) -> bool:
    """Whether the operation is a dummy that answers each request with an error."""
    integration = operation.integration
    return integration is not None and integration_type(integration) == "dummy" and dummy_status(integration) >= 400


def dummy_status(integration: Node) -> int:
    """The status of a dummy, 200 if it is not known."""
    code = integration.get("http_code")
    text = str(code.value) if code else ""
    return int(text) if text.isascii() and text.isdigit() and len(text) == 3 else 200


def _declared(declared: Declared) -> list[str]:
    """The header parameters that a page has to ask for."""
    return [
        parameter.name
        for parameter in declared.parameters
        if parameter.location == "header" and parameter.node.value.get("deprecated") is not True
        if _is_asked_for(parameter.name)
    ]


def _is_asked_for(name: str) -> bool:
    lower = name.lower()
    return lower not in _NOT_ASKED_FOR and not lower.startswith(_PREFIXES)


def _header_of(scheme: Node) -> str | None:
    """The request header in which a security scheme has its credentials, None if that is elsewhere or unknown."""
    location, name = credential(scheme) or ("", "")
    return name if location == "header" and _is_asked_for(name) else None
