"""Rules about the documented contract of objects: their keys, the types and the values of these."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from apigw_lint.diagnostic import Consequence, Fix, Severity
from apigw_lint.edit import make_fix, quote, rename_key, replace_value, unquote
from apigw_lint.gateway.kinds import COMPONENT_SECTIONS, DOCS, EXTENSIONS, HTTP_METHODS
from apigw_lint.gateway.schema_errors import SchemaError
from apigw_lint.gateway.schemas import specification_schemas
from apigw_lint.gateway.spec import Spec
from apigw_lint.gateway.substitution import LEGACY_TYPES
from apigw_lint.rules.rule import Problem, rule
from apigw_lint.source import placeholder, scalar
from apigw_lint.source.tree import Mapping, Node, Sequence
from apigw_lint.spelling import did_you_mean, listed, nearest, only_nearest

_TYPES = {
    "object": "a mapping",
    "array": "a list",
    "string": "a string",
    "integer": "an integer",
    "number": "a number",
    "boolean": "true or false",
    "null": "empty",
}

CLAIMS: dict[str, tuple[str, ...]] = {
    "unknown-key": ("additionalProperties",),
    "missing-key": ("required",),
    "wrong-type": ("type",),
    "bad-value": (
        *("enum", "const", "pattern", "minimum", "maximum", "exclusiveMinimum", "maxLength", "minItems", "uniqueItems"),
        *("minProperties", "maxProperties", "not", "propertyNames"),
    ),
    "leftover-placeholder": ("placeholder",),
}
"""By rule, the keywords whose failures it reports; each has one rule."""


@rule(Severity.ERROR, Consequence.INVALID, fixes="unsafe")
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
    for error in _unknown(spec):
        known = _known_keys(error)
        candidates = _candidates(spec, error, known)
        close = _meant(error, candidates)
        if error.schema.get("x-unknown-keys") == "near" and not close:
            continue
        owner = error.node.container
        what = _object_name(spec, Node.entry(error.node.tree, owner.parent, owner.key), error)
        message = f"unknown key '{error.key}' in {what}{_advice(error, close, known)}"
        url = error.schema.get("x-docs")
        yield Problem(error.node, message, at=error.node.key_span, fix=_renamed(error, close, candidates), url=url)


def _unknown(spec: Spec) -> Iterator[SchemaError]:
    """The failures about keys that are not known, those included that hide what kind of object this is."""
    yield from spec.errors(*CLAIMS["unknown-key"])
    for error in spec.errors(*CLAIMS["missing-key"]):
        if "properties" in error.schema and "additionalProperties" not in error.schema:
            keys = (key for key in error.node.value if not key.startswith("x-"))
            key = next((key for key in keys if nearest(key, (error.key or "", "$ref"))), None)
            if key is not None:
                place = Node.entry(error.node.tree, error.node.value, key)
                yield SchemaError(place, "additionalProperties", error.schema, key)


def _known_keys(error: SchemaError) -> list[str]:
    present = error.node.container
    properties = error.schema.get("properties", {})
    return [
        key
        for key, schema in properties.items()
        if key not in present and "x-legacy-of" not in schema and not key.startswith("x-yc")
    ]


def _meant(error: SchemaError, candidates: tuple[str, ...]) -> str | None:
    """The key that an unknown one most likely stands for."""
    alias = _alias(error)
    return alias if alias in candidates else nearest(error.key or "", candidates)


def _alias(error: SchemaError) -> str | None:
    aliases: dict[str, str] = error.schema.get("x-misnamed", {})
    return aliases.get(error.key or "")


def _candidates(spec: Spec, error: SchemaError, known: list[str]) -> tuple[str, ...]:
    """The known keys that an unknown one may stand for: with `$ref` where that may stand instead."""
    may_refer = spec.kinds.of(error.node.container) in COMPONENT_SECTIONS and "$ref" not in error.node.container
    return (*known, "$ref") if may_refer else tuple(known)


def _renamed(error: SchemaError, close: str | None, candidates: tuple[str, ...]) -> Fix | None:
    """An unknown key put right, when no other key is as near."""
    if close is None or close not in (_alias(error), only_nearest(error.key or "", candidates)):
        return None
    return make_fix(f"rename it to '{close}'", rename_key(error.node, close))


def _advice(error: SchemaError, close: str | None, known: list[str]) -> str:
    if close:
        return f", did you mean '{close}'?"
    owners = [
        definition["title"]
        for name, definition in specification_schemas().items()
        if name.startswith("integration-") and error.key in definition["properties"]
    ]
    if error.schema.get("title", "").endswith(" integration") and owners:
        return f": it belongs to {listed(owners, 'and').replace(chr(39), '')}"
    if (
        error.node.container.parent is error.node.tree.holder
        and error.key in specification_schemas()["gateway"]["properties"]
    ):
        return ": it belongs under 'x-yc-apigateway'"
    if (error.key or "").lower() in HTTP_METHODS and "get" in error.schema.get("properties", {}):
        return f": methods are written in lower case, '{str(error.key).lower()}'"
    verb = "key is" if len(known) == 1 else "keys are"
    is_short = len(error.schema.get("properties", {})) <= 10
    return f"; its other {verb} {listed(known, 'and')}" if known and is_short else ""


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
    lacking = list(spec.errors(*CLAIMS["missing-key"]))
    misspelt = _misspelt(spec, {id(error.node.value) for error in lacking})
    for error in lacking:
        keys = [key for key in (error.key, error.schema.get("x-or")) if key]
        if any((id(error.node.value), key) in misspelt for key in (*keys, "$ref")) or _is_misspelt_extension(error):
            continue
        what = _object_name(spec, error.node, error)
        yield Problem(error.node, f"{what} lacks the key {listed(keys)}", url=error.schema.get("x-docs"))


def _misspelt(spec: Spec, objects: set[int]) -> set[tuple[int, str]]:
    """What the unknown keys of some objects most likely stand for, by the object."""
    return {
        (id(error.node.container), meant)
        for error in (_unknown(spec) if objects else ())
        if id(error.node.container) in objects
        and (meant := _meant(error, _candidates(spec, error, _known_keys(error))))
    }


def _is_misspelt_extension(error: SchemaError) -> bool:
    """Whether the missing key is an extension that is there misspelt, which `unknown-extension` reports."""
    unknown = (key for key in error.node.value if key.startswith("x-yc-") and key not in EXTENSIONS)
    return error.key in EXTENSIONS and any(nearest(key, (error.key,)) for key in unknown)


@rule(Severity.ERROR, Consequence.INVALID, fixes="safe", yields_to=("bad-value",))
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
    for error in spec.errors(*CLAIMS["wrong-type"]):
        if _is_beside_its_content(spec, error.node):
            continue
        wanted = error.wanted if isinstance(error.wanted, list) else [error.wanted]
        # Where numbers and nothing are put up with, text is what is documented.
        names = [_TYPES[name] for name in wanted if "null" not in wanted or name in ("string", "array")]
        due = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"
        message = f"{_subject(error.node)} must be {due}, not {_type_of(error.node.value)}{_hint(error, wanted)}"
        yield Problem(error.node, message, fix=_requoted(error, wanted), url=error.schema.get("x-docs"))


def _requoted(error: SchemaError, wanted: list[str]) -> Fix | None:
    """Quotes taken off a number, or put around one where text is due."""
    node, value = error.node, error.node.value
    if isinstance(value, str):
        edits = unquote(node) if _fits(scalar.resolve(value), wanted) else None
        return make_fix("take the quotes off", edits, safe=True)
    if "string" in wanted and isinstance(value, (bool, int, float)) and "enum" not in error.schema:
        return make_fix("put it in quotes", quote(node), safe=True)
    return None


def _is_beside_its_content(spec: Spec, node: Node) -> bool:
    """Whether an empty operation has its integration beside it, which `misplaced-extension` reports."""
    kind = spec.kinds.of(node.container)
    return kind == "path item" and node.value is None and "x-yc-apigateway-integration" in node.container


def _type_of(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (int, float)):
        return f"the number {value}"
    if isinstance(value, str):
        return _TYPES["string"]
    return _TYPES["object" if isinstance(value, Mapping) else "array" if isinstance(value, Sequence) else "null"]


def _hint(error: SchemaError, wanted: list[str]) -> str:
    node, value = error.node, error.node.value
    if isinstance(value, str):
        if value.startswith("#/") and "object" in wanted:
            return f": a reference is written '{{$ref: \"{value}\"}}'"
        return ": take the quotes off" if _fits(scalar.resolve(value), wanted) else ""
    if "string" in wanted and isinstance(value, (bool, int, float)):
        values = error.schema.get("enum")
        return f": it is one of {listed(_advised(values))}" if values else f": write '{node.written}' in quotes"
    if "string" in wanted and isinstance(value, Mapping) and len(value) == 1 and None in value.values():
        return ": put it in quotes"
    if "string" in wanted and node.container.key == "content" and isinstance(value, (Mapping, Sequence)):
        return ": write it as text"
    return ""


def _fits(value: Any, wanted: list[str]) -> bool:
    if isinstance(value, bool):
        return "boolean" in wanted
    return (isinstance(value, int) and "integer" in wanted) or (isinstance(value, (int, float)) and "number" in wanted)


@rule(Severity.ERROR, Consequence.INVALID, fixes="unsafe")
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
    for error in spec.errors(*CLAIMS["bad-value"]):
        if error.keyword == "propertyNames":
            known = tuple(error.schema.get("x-known-keys", ()))
            hint = did_you_mean(error.key or "", known) or _sentence(error.schema.get("description", ""))
            if error.key == "$ref":
                hint = f": '{error.node.container.key}' itself cannot be a reference, only what stands in it"
            close = only_nearest(error.key or "", known)
            fix = make_fix(f"rename it to '{close}'", rename_key(error.node, close)) if close else None
            message = f"'{error.key}' cannot be a key here{hint}"
            yield Problem(error.node, message, at=error.node.key_span, fix=fix, url=error.schema.get("x-docs"))
        else:
            when = f"when {error.possible.when}, " if error.possible else ""
            message = f"{when}{_bad_value_message(error)}"
            yield Problem(error.node, message, fix=_nearest_value(error), url=error.schema.get("x-docs"))


def _nearest_value(error: SchemaError) -> Fix | None:
    """The listed value that a misspelt one stands for, when no other is as near."""
    if error.keyword not in ("enum", "const") or error.possible or not isinstance(error.node.value, str):
        return None
    names = _advised(error.wanted if error.keyword == "enum" else [error.wanted])
    if not any(letter.isalpha() for letter in error.node.value):
        return None
    close = error.schema.get("x-misnamed", {}).get(error.node.value) or only_nearest(error.node.value, names)
    return make_fix(f"write '{close}'", replace_value(error.node, close)) if close else None


def _bad_value_message(error: SchemaError) -> str:
    subject = _subject(error.node)
    wanted: Any = error.schema.get(error.keyword)
    match error.keyword:
        case "enum" | "const":
            return _not_listed(error, wanted if error.keyword == "enum" else [wanted])
        case "minimum" | "minLength" | "minItems" | "minProperties":
            return f"{subject} must {_measured(error.keyword, 'at least', wanted)}"
        case "maximum" | "maxLength" | "maxItems" | "maxProperties":
            return f"{subject} must {_measured(error.keyword, 'at most', wanted)}{_hinted(error)}"
        case "exclusiveMinimum":
            return f"{subject} must be more than {wanted}"
        case "uniqueItems":
            return f"{subject} lists an item twice"
    return f"{subject} is not allowed as it stands{_sentence(error.schema.get('description', ''))}"


def _measured(keyword: str, bound: str, wanted: Any) -> str:
    what = keyword.removeprefix("min").removeprefix("max")
    if what == "imum":
        return f"be {bound} {wanted}"
    noun = {"Length": "character", "Items": "item", "Properties": "key"}[what]
    return f"have {bound} {wanted} {noun}{'' if wanted == 1 else 's'}"


def _not_listed(error: SchemaError, wanted: list[Any]) -> str:
    names = _advised(wanted)
    value = error.value
    shown = f"'{value}'" if isinstance(value, str) else _type_of(value)
    aliases: dict[str, str] = error.schema.get("x-misnamed", {})
    if isinstance(value, str) and (close := aliases.get(value) or nearest(value, names)):
        return f"{shown} is not a value of {_subject(error.node)}, did you mean '{close}'?"
    distinct = list({name.lower(): name for name in reversed(names)}.values())[::-1]
    return f"{shown} is not a value of {_subject(error.node)}: it must be {listed(distinct)}{_hinted(error)}"


def _hinted(error: SchemaError) -> str:
    hint = error.schema.get("x-hint")
    return f"; {hint}" if hint else ""


def _advised(values: list[Any]) -> tuple[str, ...]:
    """The allowed values that a message names: legacy spellings and undocumented ones are not advised."""
    names = (item if isinstance(item, str) else json.dumps(item) for item in values)
    return tuple(name for name in names if name not in LEGACY_TYPES and name != "iam")


@rule(Severity.WARNING, Consequence.INVALID, also=(Severity.INFO,))
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
    for integration in spec.integrations_of("object_storage"):
        node = integration.get("error_object")
        if node is not None and isinstance(node.value, Mapping) and not placeholder.is_unknown(node):
            yield Problem(node, "'error_object' is documented as the name of an object, not as a mapping")
    gateway = spec.root.get("x-yc-apigateway") if spec.root else None
    if gateway is not None and (node := gateway.get("securityProfileId")):
        message = "the documentation's example has 'securityProfileId' under 'smartWebSecurity', not directly here"
        yield Problem(node, message, at=node.key_span, url=f"{DOCS}sws")
    for _, scheme in spec.components("securitySchemes"):
        kind = scheme.descend("x-yc-apigateway-authorizer", "type")
        if kind is not None and kind.value == "iam":
            message = "an authorizer of type 'iam' is not documented; 'function' and 'jwt' are"
            yield Problem(kind, message, severity=Severity.INFO, url=f"{DOCS}function-authorizer")


def _object_name(spec: Spec, node: Node, error: SchemaError) -> str:
    title = error.schema.get("title")
    kind = spec.kinds.of(node.value) if isinstance(node.value, (Mapping, Sequence)) else None
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
