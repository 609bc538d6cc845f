"""Rules about the documented contract of objects: their keys, the types and the values of these."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from apigw_lint.diagnostic import Consequence, Severity
from apigw_lint.nearest import listed, nearest
from apigw_lint.rules.rule import Problem, rule
from apigw_lint.source import placeholder
from apigw_lint.source.tree import Mapping, Node, Sequence
from apigw_lint.spec.model import Spec
from apigw_lint.spec.schema import SchemaError, bundle

_TYPES = {
    "object": "a mapping",
    "array": "a list",
    "string": "a string",
    "integer": "an integer",
    "number": "a number",
    "boolean": "true or false",
    "null": "empty",
}


@rule(Severity.ERROR, Consequence.INVALID)
def unknown_key(spec: Spec) -> Iterator[Problem]:
    """A key that the object does not have.

    OpenAPI objects and the gateway's objects have fixed keys; another one is refused or, worse, does nothing.
    Keys of your own may begin with `x-`.

    Bad:
        /hello:
          get:
            x-yc-apigateway-integration:
              type: cloud_functions
              function_id: d4e0123456789abcdefg
              timeout_ms: 500

    Good:
        /hello:
          get:
            x-yc-apigateway-integration:
              type: cloud_functions
              function_id: d4e0123456789abcdefg

    See: https://yandex.cloud/en/docs/api-gateway/concepts/extensions/
    """
    for error in spec.errors("additionalProperties"):
        known = _known_keys(error)
        close = _meant(error)
        if error.schema.get("x-unknown-keys") == "near" and not close:
            continue
        owner = error.node.container
        what = _object_name(spec, Node(error.node.tree, owner.parent, owner.key), error)
        message = f"unknown key '{error.key}' in {what}{_advice(error, close, known)}"
        yield Problem(error.node, message, at=error.node.key_span, url=error.schema.get("x-docs"))


def _known_keys(error: SchemaError) -> list[str]:
    present = error.node.container
    properties = error.schema.get("properties", {})
    return [
        key
        for key, schema in properties.items()
        if key not in present and "x-legacy-of" not in schema and not key.startswith("x-yc")
    ]


def _meant(error: SchemaError) -> str | None:
    """The key that an unknown one most likely stands for."""
    aliases: dict[str, str] = error.schema.get("x-misnamed", {})
    known = _known_keys(error)
    alias = aliases.get(error.key or "")
    return alias if alias in known else nearest(error.key or "", known)


def _advice(error: SchemaError, close: str | None, known: list[str]) -> str:
    if close:
        return f", did you mean '{close}'?"
    owners = [
        definition["title"]
        for name, definition in bundle()["definitions"].items()
        if name.startswith("integration-") and error.key in definition["properties"]
    ]
    if error.schema.get("title", "").endswith(" integration") and owners:
        return f": it belongs to {listed(owners, 'and').replace(chr(39), '')}"
    return f"; its other keys are {listed(known, 'and')}" if 0 < len(known) <= 8 else ""


@rule(Severity.ERROR, Consequence.INVALID)
def missing_key(spec: Spec) -> Iterator[Problem]:
    """A key that the object must have is not there.

    Bad:
        /hello:
          get:
            x-yc-apigateway-integration:
              type: cloud_functions

    Good:
        /hello:
          get:
            x-yc-apigateway-integration:
              type: cloud_functions
              function_id: d4e0123456789abcdefg

    See: https://yandex.cloud/en/docs/api-gateway/concepts/extensions/
    """
    misspelt = {
        (id(error.node.container), meant) for error in spec.errors("additionalProperties") if (meant := _meant(error))
    }
    for error in spec.errors("required", "dependencies"):
        if (id(error.node.value), error.key) not in misspelt:
            what = _object_name(spec, error.node, error)
            yield Problem(error.node, f"{what} lacks the key '{error.key}'", url=error.schema.get("x-docs"))


@rule(Severity.ERROR, Consequence.INVALID)
def wrong_type(spec: Spec) -> Iterator[Problem]:
    """A value of another type than the contract says.

    In YAML quotes decide: `200` is a number, `'200'` is text. A key with nothing behind it is empty, not a
    mapping or a list. `{name}` without quotes is a mapping, not text.

    Bad:
        /hello:
          get:
            x-yc-apigateway-integration:
              type: dummy
              http_code: '200'

    Good:
        /hello:
          get:
            x-yc-apigateway-integration:
              type: dummy
              http_code: 200

    See: https://yandex.cloud/en/docs/api-gateway/concepts/extensions/
    """
    for error in spec.errors("type"):
        wanted = error.wanted if isinstance(error.wanted, list) else [error.wanted]
        names = [_TYPES[name] for name in wanted if name != "null"]
        due = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"
        message = f"{_subject(error.node)} must be {due}, not {_type_of(error.node.value)}{_hint(error.node, wanted)}"
        yield Problem(error.node, message, url=error.schema.get("x-docs"))


def _type_of(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (int, float)):
        return f"the number {value}"
    if isinstance(value, str):
        return _TYPES["string"]
    return _TYPES["object" if isinstance(value, Mapping) else "array" if isinstance(value, Sequence) else "null"]


def _hint(node: Node, wanted: list[str]) -> str:
    value = node.value
    if isinstance(value, str):
        if "integer" in wanted or "number" in wanted:
            return ": take the quotes off" if value.lstrip("-").isascii() and value.lstrip("-").isdigit() else ""
        return ": take the quotes off" if "boolean" in wanted and value in ("true", "false") else ""
    if "string" in wanted and isinstance(value, (bool, int, float)):
        return f": write '{node.written}' in quotes"
    if "string" in wanted and isinstance(value, Mapping) and len(value) == 1 and None in value.values():
        return ": put it in quotes"
    return ""


@rule(Severity.ERROR, Consequence.INVALID)
def bad_value(spec: Spec) -> Iterator[Problem]:
    """A value outside what the contract allows.

    The value is of the right type, but not one of the listed ones, too small, too large, too many, or not
    of the form that is due.

    Bad:
        /hello:
          get:
            x-yc-apigateway-integration: {type: dumy, http_code: 200}

    Good:
        /hello:
          get:
            x-yc-apigateway-integration: {type: dummy, http_code: 200}

    See: https://yandex.cloud/en/docs/api-gateway/concepts/extensions/
    """
    for error in spec.schema_errors:
        if error.keyword == "propertyNames":
            description = error.schema.get("description", "")
            message = f"'{error.key}' cannot be a key here{_sentence(description)}"
            yield Problem(error.node, message, at=error.node.key_span, url=error.schema.get("x-docs"))
        elif error.keyword not in ("additionalProperties", "required", "dependencies", "type", "placeholder"):
            yield Problem(error.node, _bad_value_message(spec, error), url=error.schema.get("x-docs"))


def _bad_value_message(spec: Spec, error: SchemaError) -> str:
    subject = _subject(error.node)
    wanted: Any = error.schema.get(error.keyword)
    match error.keyword:
        case "enum" | "const":
            return _not_listed(error, wanted if error.keyword == "enum" else [wanted])
        case "minimum" | "minLength" | "minItems" | "minProperties":
            return f"{subject} must {_MEASURES[error.keyword].format(f'at least {wanted}')}"
        case "maximum" | "maxLength" | "maxItems" | "maxProperties":
            return f"{subject} must {_MEASURES[error.keyword].format(f'at most {wanted}')}"
        case "exclusiveMinimum":
            return f"{subject} must be more than {wanted}"
        case "uniqueItems":
            return f"{subject} lists an item twice"
        case "":
            return f"{subject} contradicts the schema of {spec.places.kind(error.node.container) or 'OpenAPI'}"
    return f"{subject} is not allowed as it stands{_sentence(error.schema.get('description', ''))}"


_MEASURES = {
    "minimum": "be {}",
    "maximum": "be {}",
    "minLength": "have {} characters",
    "maxLength": "have {} characters",
    "minItems": "have {} items",
    "maxItems": "have {} items",
    "minProperties": "have {} of its keys",
    "maxProperties": "have {} of its keys",
}


def _not_listed(error: SchemaError, wanted: list[Any]) -> str:
    names = [item if isinstance(item, str) else json.dumps(item) for item in wanted]
    value = error.node.value
    shown = f"'{value}'" if isinstance(value, str) else _type_of(value)
    if isinstance(value, str) and (close := nearest(value, names)):
        return f"{shown} is not a value of {_subject(error.node)}, did you mean '{close}'?"
    distinct = list({name.lower(): name for name in reversed(names)}.values())[::-1]
    return f"{shown} is not a value of {_subject(error.node)}: it must be {listed(distinct)}"


@rule(Severity.WARNING, Consequence.INVALID)
def undocumented_form(spec: Spec) -> Iterator[Problem]:
    """A form that people use and no documentation describes.

    It may work today. Nothing says that it will tomorrow.

    Bad:
        /{file+}:
          get:
            parameters:
              - {name: file, in: path, required: true, schema: {type: string}}
            x-yc-apigateway-integration:
              type: object_storage
              bucket: site
              object: '{file}'
              error_object: {object: 404.html, statusCode: 404}
              service_account_id: aje0123456789abcdefg

    Good:
        /{file+}:
          get:
            parameters:
              - {name: file, in: path, required: true, schema: {type: string}}
            x-yc-apigateway-integration:
              type: object_storage
              bucket: site
              object: '{file}'
              error_object: 404.html
              service_account_id: aje0123456789abcdefg

    See: https://yandex.cloud/en/docs/api-gateway/concepts/extensions/object-storage
    """
    for integration in spec.integrations:
        node = integration.get("error_object")
        if node is not None and isinstance(node.value, Mapping) and not placeholder.is_unknown(node):
            yield Problem(node, "'error_object' is documented as the name of an object, not as a mapping")
    gateway = spec.root.get("x-yc-apigateway") if spec.root else None
    if gateway is not None and (node := gateway.get("securityProfileId")):
        message = "the documentation's example has 'securityProfileId' under 'smartWebSecurity', not directly here"
        yield Problem(node, message, at=node.key_span)
    for _, scheme in spec.components("securitySchemes"):
        kind = scheme.descend("x-yc-apigateway-authorizer", "type")
        if kind is not None and kind.value == "iam":
            message = "an authorizer of type 'iam' is not documented; 'function' and 'jwt' are"
            yield Problem(kind, message, severity=Severity.INFO)


def _object_name(spec: Spec, node: Node, error: SchemaError) -> str:
    title = error.schema.get("title")
    kind = spec.places.kind(node.value) if isinstance(node.value, (Mapping, Sequence)) else None
    return str(title or kind or f"'{node.key}'")


def _subject(node: Node) -> str:
    if isinstance(node.container, Mapping):
        return f"'{node.key}'"
    if node.parent is None:
        return "the document"
    return f"an item of '{node.container.key}'" if isinstance(node.container.key, str) else "an item"


def _sentence(description: str) -> str:
    text = description.rstrip(".").replace("`", "'")
    return f": {text[:1].lower()}{text[1:]}" if text else ""
