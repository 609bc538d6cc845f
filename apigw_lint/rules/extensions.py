"""Rules about `x-yc-` keys: which exist, and where they belong."""

from __future__ import annotations

from collections.abc import Iterator

from apigw_lint.diagnostic import Consequence, Fix, Severity
from apigw_lint.fix.edits import make_fix, move_entry, move_into_empty
from apigw_lint.gateway.kinds import DOCS, EXTENSIONS, NAMES_OF_AUTHORS, OPERATION_KEYS
from apigw_lint.gateway.lookup import counterpart, fitting_extensions, meant_extension
from apigw_lint.gateway.own_keys import as_own
from apigw_lint.gateway.security_schemes import AUTHORIZER, security_schemes
from apigw_lint.gateway.spec import Spec
from apigw_lint.rules.extension_places import gateway_field, move_into_gateway, move_to_owner, owners_in_words
from apigw_lint.rules.phrases import with_article
from apigw_lint.rules.rule import Problem, rule
from apigw_lint.rules.suggested_fixes import rename_to
from apigw_lint.source.tree import Container, Mapping, Node
from apigw_lint.spelling import in_latin


@rule(Severity.ERROR, Consequence.IGNORED, fixes="unsafe")
def unknown_extension(spec: Spec) -> Iterator[Problem]:
    """An `x-yc-` key that does not exist, or one that nearly begins with `x-yc-`.

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
        own = as_own(key)
        if own and key not in EXTENSIONS:
            for node in spec.tree.holding(key):
                kind = spec.kinds.of(node.container)
                if kind is not None and kind not in NAMES_OF_AUTHORS:
                    suggestion = meant_extension(own, node.container, kind)
                    hint = (
                        f", did you mean '{suggestion}'{in_latin(key)}?" if suggestion else ": the gateway ignores it"
                    )
                    message, fix = f"unknown extension '{key}'", _rename_fix(node, kind, suggestion)
                    yield Problem(node, message, hint=hint, at=node.key_span, fix=fix, cause=(key, hint))


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
            other = counterpart(key, node.container, kind)
            field = gateway_field(key) if kind == "document" else None
            if other:
                advice = f"did you mean '{other}'?"
            elif field:
                advice = f"for the whole gateway, write 'x-yc-apigateway.{field}'"
            elif kind == "security schemes" and key == AUTHORIZER:
                advice = "it belongs in one of the schemes, one level deeper"
            else:
                advice = f"it belongs {owners_in_words(key)}{_empty_operation_hint(node)}"
            location = "at the root" if kind == "document" else f"in {_in_words(kind, node.container)}"
            message, hint = f"'{key}' has no effect {location}", f": {advice}"
            fix, url, cause = _move_fix(spec, node, other, field), DOCS + extension.page, (message, hint)
            yield Problem(node, message, hint=hint, at=node.key_span, fix=fix, url=url, cause=cause)


def _move_fix(spec: Spec, node: Node, other: str | None, field: str | None) -> Fix | None:
    """The extension under its `other` name, as a field of `x-yc-apigateway`, or where it belongs if that is one place.

    What belongs to a larger object is moved to the one around it.
    """
    if other:
        return rename_to(node, other)
    if field:
        return move_into_gateway(node, field)
    if node.key == AUTHORIZER:
        return _move_into_scheme(spec, node)
    empty = _empty_operations(node)
    if len(empty) == 1:
        operation = Node.entry(node.tree, node.container, empty[0])
        return make_fix(f"move it under '{empty[0]}'", move_into_empty(node, operation))
    return move_to_owner(spec, node, str(node.key))


def _move_into_scheme(spec: Spec, node: Node) -> Fix | None:
    """An authorizer beside the only security scheme moved into it."""
    schemes = security_schemes(spec)
    is_beside = spec.kinds.of(node.container) == "security schemes"
    if not is_beside or len(schemes) != 1:
        return None
    name, scheme = schemes.popitem()
    return make_fix(f"move it into '{name}'", move_entry(node, scheme, AUTHORIZER))


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
    return f"'{container.key}'" if kind.endswith("s") or kind == container.key else with_article(kind)
