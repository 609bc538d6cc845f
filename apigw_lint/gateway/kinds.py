"""Owns what is where in a gateway specification: kinds of objects, and where extensions belong.

Sources: OpenAPI 3.0.3 for the objects; the table of extensions in the gateway's documentation
(https://yandex.cloud/en/docs/api-gateway/concepts/extensions/) for the `x-yc-` keys.
"""

from __future__ import annotations

from typing import NamedTuple

from apigw_lint.source.tree import Container, Tree

DOCS = "https://yandex.cloud/en/docs/api-gateway/concepts/extensions/"

GATEWAY = "x-yc-apigateway"
ANY_METHOD = "x-yc-apigateway-any-method"
WEBSOCKET_EVENTS = {
    "x-yc-apigateway-websocket-connect": "connect",
    "x-yc-apigateway-websocket-message": "message",
    "x-yc-apigateway-websocket-disconnect": "disconnect",
}
HTTP_METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
OPERATION_KEYS = (*HTTP_METHODS, ANY_METHOD, *WEBSOCKET_EVENTS)

EVERY = "*"

_MEDIA_FIELDS = {"schema": "schema", "content": "content", "examples": "examples"}
_SCHEMA_FIELDS = {
    **dict.fromkeys(("items", "not", "additionalProperties", "if", "then", "else", "contains"), "schema"),
    **dict.fromkeys(("allOf", "anyOf", "oneOf", "prefixItems"), "schemas"),
    **dict.fromkeys(("properties", "patternProperties", "$defs", "definitions"), "schemas"),
    "xml": "xml",
    "discriminator": "discriminator",
    "externalDocs": "external docs",
}
_MAPS = {
    "schemas": "schema",
    "parameters": "parameter",
    "content": "media type",
    "encodings": "encoding",
    "headers": "header",
    "responses": "response",
    "component responses": "response",
    "request bodies": "request body",
    "links": "link",
    "callbacks": "callback",
    "examples": "example",
    "security schemes": "security scheme",
    "integrations": "integration",
    "validators": "validator",
    "CORS rules": "CORS rule",
    "rate limits": "rate limit",
    "variables": "variable",
    "server variables": "server variable",
}
NAMES_OF_AUTHORS = frozenset(_MAPS) - {"responses"}
"""Maps whose keys are names that the author chose: there `x-` makes no extension."""

_FIELDS: dict[str, dict[str, str]] = {
    **{name: {EVERY: item} for name, item in _MAPS.items()},
    "document": {
        "paths": "paths",
        "components": "components",
        "x-yc-apigateway": "gateway object",
        "definitions": "schemas",
        "parameters": "parameters",
        "responses": "component responses",
        "securityDefinitions": "security schemes",
        "info": "info",
        "servers": "servers",
        "tags": "tags",
        "externalDocs": "external docs",
    },
    "info": {"contact": "contact", "license": "license"},
    "servers": {EVERY: "server"},
    "server": {"variables": "server variables"},
    "tags": {EVERY: "tag"},
    "tag": {"externalDocs": "external docs"},
    "components": {
        "schemas": "schemas",
        "responses": "component responses",
        "parameters": "parameters",
        "examples": "examples",
        "requestBodies": "request bodies",
        "headers": "headers",
        "securitySchemes": "security schemes",
        "links": "links",
        "callbacks": "callbacks",
        "x-yc-apigateway-integrations": "integrations",
        "x-yc-apigateway-validators": "validators",
        "x-yc-apigateway-cors-rules": "CORS rules",
        "x-yc-apigateway-rate-limits": "rate limits",
    },
    "paths": {EVERY: "path item"},
    "callback": {EVERY: "path item"},
    "path item": {
        **dict.fromkeys(OPERATION_KEYS, "operation"),
        "parameters": "parameters",
        "servers": "servers",
        "x-yc-apigateway-cors": "CORS rule",
        "x-yc-apigateway-rate-limit": "rate limit",
    },
    "operation": {
        "parameters": "parameters",
        "requestBody": "request body",
        "responses": "responses",
        "callbacks": "callbacks",
        "servers": "servers",
        "externalDocs": "external docs",
        "x-yc-apigateway-integration": "integration",
        "x-yc-apigateway-validator": "validator",
        "x-yc-apigateway-rate-limit": "rate limit",
    },
    "parameter": {**_MEDIA_FIELDS, "items": "schema"},
    "header": _MEDIA_FIELDS,
    "request body": {"content": "content"},
    "media type": {"schema": "schema", "examples": "examples", "encoding": "encodings"},
    "encoding": {"headers": "headers"},
    "response": {"headers": "headers", "content": "content", "links": "links", "schema": "schema"},
    "schema": _SCHEMA_FIELDS,
    "link": {"server": "server"},
    "security scheme": {"flows": "OAuth flows", "x-yc-apigateway-authorizer": "authorizer"},
    "OAuth flows": dict.fromkeys(("implicit", "password", "clientCredentials", "authorizationCode"), "OAuth flow"),
    "gateway object": {
        "cors": "CORS rule",
        "validator": "validator",
        "rateLimit": "rate limit",
        "variables": "variables",
    },
    "validator": {"validationErrorHandler": "validation error handler"},
    "validation error handler": {"x-yc-apigateway-integration": "integration"},
}

COMPONENT_SECTIONS = {
    "schema": "schemas",
    "response": "responses",
    "parameter": "parameters",
    "example": "examples",
    "request body": "requestBodies",
    "header": "headers",
    "security scheme": "securitySchemes",
    "link": "links",
    "callback": "callbacks",
    "integration": "x-yc-apigateway-integrations",
    "validator": "x-yc-apigateway-validators",
    "CORS rule": "x-yc-apigateway-cors-rules",
    "rate limit": "x-yc-apigateway-rate-limits",
}
"""The section of `components` for each kind that may be a reference; a path item may be one too."""
REFERABLE = frozenset((*COMPONENT_SECTIONS, "path item"))
"""The kinds that a reference may replace."""


class Extension(NamedTuple):
    """An `x-yc-` key: the kinds of objects it may be in, the schema of its value, its documentation page."""

    owners: tuple[str, ...]
    schema: str
    page: str


EXTENSIONS: dict[str, Extension] = {
    GATEWAY: Extension(("document",), "gateway", ""),
    "x-yc-apigateway-integration": Extension(("operation", "validation error handler"), "integration", ""),
    ANY_METHOD: Extension(("path item",), "openapi.operation", "any-method"),
    **{key: Extension(("path item",), "openapi.operation", "websocket") for key in WEBSOCKET_EVENTS},
    "x-yc-apigateway-cors": Extension(("path item",), "cors-rule", "cors"),
    "x-yc-apigateway-validator": Extension(("operation",), "validator", "validator"),
    "x-yc-apigateway-rate-limit": Extension(("path item", "operation"), "rate-limit", "rate-limit"),
    "x-yc-apigateway-authorizer": Extension(("security scheme",), "authorizer", "function-authorizer"),
    "x-yc-apigateway-integrations": Extension(("components",), "integrations", ""),
    "x-yc-apigateway-validators": Extension(("components",), "validators", "validator"),
    "x-yc-apigateway-cors-rules": Extension(("components",), "cors-rules", "cors"),
    "x-yc-apigateway-rate-limits": Extension(("components",), "rate-limits", "rate-limit"),
    "x-yc-status-mapping": Extension(("response",), "status-mapping", "status-mapping"),
    "x-yc-schema-mapping": Extension(("schema",), "schema-mapping", "schema-mapping"),
    "x-yc-mapping-index": Extension(("responses",), "mapping-index", "schema-mapping"),
}


class Kinds:
    """The kind of every container of one tree, `holder` being around its root; answers are remembered.

    `root` is the kind of the root, if that is not a whole document.
    """

    def __init__(self, tree: Tree, root: str = "document") -> None:
        self.holder = tree.holder
        self._reused = tree.reused
        self._kinds: dict[int, str | None] = {}
        if tree.root is not None:
            self._kinds[id(tree.root.value)] = root
        self._kinds.update((id(container), kind) for container, kind in tree.entries)
        self._kinds[id(self.holder)] = None

    def of(self, container: Container) -> str | None:
        """What kind of object this is, where it is written or by an alias; None where the contract does not reach."""
        kinds = self._kinds
        kind = kinds.get(id(container), "")
        if kind != "":
            return kind
        pending = [container]
        while id(pending[-1].parent) not in kinds:
            pending.append(pending[-1].parent)
        while pending:
            unknown = pending.pop()
            kind = kind_under(kinds[id(unknown.parent)], unknown.key)
            for parent, key in self._reused.get(id(unknown), ()) if kind is None else ():
                kind = kind or (self.of(parent) if key is None else self.at(parent, key))
            kinds[id(unknown)] = kind
        return kind

    def at(self, parent: Container, key: str | int) -> str | None:
        """The kind of the value of a key."""
        return kind_under(self.of(parent), key)


def kind_under(owner: str | None, key: str | int) -> str | None:
    """The kind of what is under a key of an object of some kind; None where the contract does not reach."""
    fields = _FIELDS.get(owner) if owner else None
    if fields is None:
        return None
    name = str(key)
    if owner == "security schemes" and name in EXTENSIONS:
        return None
    kind = fields.get(name)
    if kind is None and (not name.startswith("x-") or owner in NAMES_OF_AUTHORS):
        kind = fields.get(EVERY)
    return kind
