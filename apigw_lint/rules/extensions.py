"""Rules about `x-yc-` keys: which exist, and where they belong."""

from __future__ import annotations

from collections.abc import Iterator

from apigw_lint.diagnostic import Consequence, Fix, Severity
from apigw_lint.fix.edits import make_fix, move_entry, move_into_empty, nest_entry
from apigw_lint.gateway.kinds import DOCS, EXTENSIONS, NAMES_OF_AUTHORS, OPERATION_KEYS
from apigw_lint.gateway.lookup import fitting_extensions, meant_extension
from apigw_lint.gateway.spec import Spec
from apigw_lint.rules.phrases import with_article
from apigw_lint.rules.rule import Problem, rule
from apigw_lint.rules.suggested_fixes import rename_to
from apigw_lint.source.tree import Container, Mapping, Node

_OWNERS = {
    "document": "at the root of the document",
    "operation": "in an operation",
    "path item": "in a path item, beside its methods",
    "security scheme": "in a security scheme under 'components.securitySchemes'",
    "components": "in 'components'",
    "response": "in a response object",
    "responses": "in the 'responses' of an operation",
    "schema": "in the schema of a JSON body",
    "validation error handler": "in a 'validationErrorHandler'",
}
_ROOT_FIELDS = {
    "x-yc-apigateway-cors": "x-yc-apigateway.cors",
    "x-yc-apigateway-validator": "x-yc-apigateway.validator",
    "x-yc-apigateway-rate-limit": "x-yc-apigateway.rateLimit",
}


@rule(Severity.ERROR, Consequence.IGNORED, fixes="unsafe")
def unknown_extension(spec: Spec) -> Iterator[Problem]:
    """An `x-yc-` key that does not exist.

    OpenAPI allows any `x-` key, so a misspelt extension is accepted when the gateway is created, and then ignored.

    Bad:
        /hello:
          post:
            x-yc-apigateway-integration: {type: dummy, http_code: 200}
            x-yc-apigateway-validater: {validateRequestBody: true}

    Good:
        /hello:
          post:
            x-yc-apigateway-integration: {type: dummy, http_code: 200}
            x-yc-apigateway-validator: {validateRequestBody: true}
            requestBody:
              content: {application/json: {schema: {type: object}}}

    See: https://yandex.cloud/en/docs/api-gateway/concepts/extensions/
    """
    for key in spec.tree.watched:
        if key.startswith("x-yc-") and key not in EXTENSIONS:
            for node in spec.tree.holding(key):
                kind = spec.kinds.of(node.container)
                if kind is not None and kind not in NAMES_OF_AUTHORS:
                    suggestion = meant_extension(key, node.container, kind)
                    hint = f", did you mean '{suggestion}'?" if suggestion else ": the gateway ignores it"
                    message = f"unknown extension '{key}'{hint}"
                    fix = _rename_fix(node, kind, suggestion)
                    yield Problem(node, message, at=node.key_span, fix=fix, cause=message)


def _rename_fix(node: Node, kind: str, suggestion: str | None) -> Fix | None:
    """The extension that is meant, where it belongs into this object."""
    return rename_to(node, suggestion) if suggestion in fitting_extensions(node.container, kind) else None


@rule(Severity.ERROR, Consequence.IGNORED, fixes="unsafe")
def misplaced_extension(spec: Spec) -> Iterator[Problem]:
    """An extension in a place where the gateway ignores it.

    It has no effect there: no CORS headers, no validation, no authorization.

    Bad:
        x-yc-apigateway-cors: {origin: false}
        paths:
          /hello:
            get:
              x-yc-apigateway-integration: {type: dummy, http_code: 200}

    Good:
        x-yc-apigateway:
          cors: {origin: false}
        paths:
          /hello:
            get:
              x-yc-apigateway-integration: {type: dummy, http_code: 200}

    See: https://yandex.cloud/en/docs/api-gateway/concepts/extensions/
    """
    for key, extension in EXTENSIONS.items():
        for node in spec.tree.holding(key):
            kind = spec.kinds.of(node.container)
            if kind is None or kind in extension.owners or kind in ("schemas", "headers", "examples"):
                continue
            counterpart = _counterpart(node, kind)
            if counterpart:
                advice = f"did you mean '{counterpart}'?"
            elif kind == "document" and key in _ROOT_FIELDS:
                advice = f"for the whole gateway, write '{_ROOT_FIELDS[key]}'"
            else:
                owners = " or ".join(_OWNERS[owner] for owner in extension.owners)
                advice = f"it belongs {owners}{_empty_operation_hint(node)}"
            location = "at the root" if kind == "document" else f"in {_in_words(kind, node.container)}"
            message = f"'{key}' has no effect {location}: {advice}"
            fix = _move_fix(node, kind, counterpart)
            yield Problem(node, message, at=node.key_span, fix=fix, url=DOCS + extension.page, cause=message)


def _counterpart(node: Node, kind: str) -> str | None:
    """The plural or singular of an extension, if that may be in an object of this kind and is not there yet."""
    other_numbers = (f"{node.key}s", str(node.key).removesuffix("s"))
    return next((name for name in fitting_extensions(node.container, kind) if name in other_numbers), None)


def _move_fix(node: Node, kind: str, counterpart: str | None) -> Fix | None:
    """The extension in the place where it belongs, when there is only one."""
    key = str(node.key)
    if counterpart:
        return rename_to(node, counterpart)
    if kind == "document" and key in _ROOT_FIELDS:
        outer, _, inner = _ROOT_FIELDS[key].partition(".")
        gateway = node.tree.root.get(outer) if node.tree.root else None
        edits = move_entry(node, gateway, inner) if gateway else nest_entry(node, outer, inner)
        return make_fix(f"move it to '{_ROOT_FIELDS[key]}'", edits)
    empty = _empty_operations(node)
    if len(empty) == 1:
        operation = Node.entry(node.tree, node.container, empty[0])
        return make_fix(f"move it under '{empty[0]}'", move_into_empty(node, operation))
    return None


def _empty_operation_hint(node: Node) -> str:
    """A hint for an integration that is beside an operation with nothing in it."""
    empty = _empty_operations(node)
    return f": indent it under '{empty[0]}'" if empty else ""


def _empty_operations(node: Node) -> list[str]:
    """The keys of the operations with nothing in them that an integration is beside."""
    container = node.container
    if node.key != "x-yc-apigateway-integration" or not isinstance(container, Mapping):
        return []
    return [key for key in OPERATION_KEYS if container.get(key, "") is None]


def _in_words(kind: str, container: Container) -> str:
    return f"'{container.key}'" if kind.endswith("s") else with_article(kind)
