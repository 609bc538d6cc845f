"""Rules about where `x-yc-` keys stand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from apigw_lint.diagnostic import Consequence, Fix, Severity
from apigw_lint.fix.edits import make_fix, move_entry, move_into_empty, nest_entry, rename_key
from apigw_lint.gateway.kinds import DOCS, EXTENSIONS, NAMES_OF_AUTHORS, OPERATION_KEYS
from apigw_lint.gateway.spec import Spec
from apigw_lint.rules.rule import Problem, rule
from apigw_lint.source.tree import Container, Mapping, Node
from apigw_lint.spelling import nearest

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


@rule(Severity.ERROR, Consequence.IGNORED)
def unknown_extension(spec: Spec) -> Iterator[Problem]:
    """An `x-yc-` key that does not exist.

    OpenAPI lets any `x-` key pass, so a misspelt extension raises no error when the gateway is created: it does
    nothing.

    Bad:
        /hello:
          get:
            x-yc-apigateway-integration: {type: dummy, http_code: 200}
            x-yc-apigateway-validater: {validateRequestBody: true}

    Good:
        /hello:
          get:
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
                    yield Problem(node, f"unknown extension '{key}'{_suggestion(node, kind)}", at=node.key_span)


def _suggestion(node: Node, kind: str) -> str:
    key = str(node.key)
    close = _nearest(key, _fitting(node, kind)) or _nearest(key, EXTENSIONS)
    return f", did you mean '{close}'?" if close else ": the gateway does nothing with it"


def _fitting(node: Node, kind: str) -> list[str]:
    """The extensions that could stand beside a key and do not yet."""
    return [name for name, extension in EXTENSIONS.items() if kind in extension.owners and name not in node.container]


def _nearest(key: str, known: Iterable[str]) -> str | None:
    """The extension that a key stands for; the common prefix makes no two of them alike."""
    by_name = {_short(name): name for name in known}
    short = _short(key)
    close = by_name.get(short) or by_name.get(nearest(short, tuple(by_name)) or "")
    return close or (None if key.startswith("x-yc-apigateway-") else nearest(key, tuple(by_name.values())))


def _short(key: str) -> str:
    return key.removeprefix("x-yc-").removeprefix("apigateway-")


@rule(Severity.ERROR, Consequence.IGNORED, fixes="unsafe")
def misplaced_extension(spec: Spec) -> Iterator[Problem]:
    """An extension in a place where the gateway does not look for it.

    It has no effect there: no CORS headers, no check, no authorization.

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
            number = next((name for name in _fitting(node, kind) if name in (f"{key}s", key.removesuffix("s"))), None)
            if number:
                belongs = f"did you mean '{number}'?"
            elif kind == "document" and key in _ROOT_FIELDS:
                belongs = f"for the whole gateway it is written '{_ROOT_FIELDS[key]}'"
            else:
                belongs = (
                    f"it belongs {' or '.join(_OWNERS[owner] for owner in extension.owners)}{_empty_operation(node)}"
                )
            at = "at the root" if kind == "document" else f"in {_named(kind, node.container)}"
            message = f"'{key}' has no effect {at}: {belongs}"
            yield Problem(node, message, at=node.key_span, fix=_moved(node, kind, number), url=DOCS + extension.page)


def _moved(node: Node, kind: str, number: str | None) -> Fix | None:
    """The extension in the place where it belongs, when there is only one."""
    key = str(node.key)
    if number:
        return make_fix(f"rename it to '{number}'", rename_key(node, number))
    if kind == "document" and key in _ROOT_FIELDS:
        outer, _, inner = _ROOT_FIELDS[key].partition(".")
        gateway = node.tree.root.get(outer) if node.tree.root else None
        edits = move_entry(node, gateway, inner) if gateway else nest_entry(node, outer, inner)
        return make_fix(f"write it as '{_ROOT_FIELDS[key]}'", edits)
    empty = _empty_operations(node)
    if len(empty) == 1:
        target = Node.entry(node.tree, node.container, empty[0])
        return make_fix(f"put it under '{empty[0]}'", move_into_empty(node, target))
    return None


def _empty_operation(node: Node) -> str:
    """A hint for an integration that stands beside an operation with nothing in it."""
    empty = _empty_operations(node)
    return f": indent it under '{empty[0]}'" if empty else ""


def _empty_operations(node: Node) -> list[str]:
    """The operations with nothing in them that an integration stands beside."""
    container = node.container
    if node.key != "x-yc-apigateway-integration" or not isinstance(container, Mapping):
        return []
    return [key for key in OPERATION_KEYS if container.get(key, "") is None]


def _named(kind: str, container: Container) -> str:
    if kind.endswith("s"):
        return f"'{container.key}'"
    return f"an {kind}" if kind[0] in "aeio" else f"a {kind}"
