"""Rules about the keys of objects: those that are not documented, and those that are missing."""

from __future__ import annotations

from collections.abc import Iterator

from apigw_lint.diagnostic import Consequence, Fix, Severity
from apigw_lint.gateway.foreign import INTEGRATION_KEYS
from apigw_lint.gateway.kinds import COMPONENT_SECTIONS, EXTENSIONS, HTTP_METHODS
from apigw_lint.gateway.schema_errors import SchemaError
from apigw_lint.gateway.schemas import specification_schemas
from apigw_lint.gateway.spec import Spec
from apigw_lint.rules.rule import Problem, rule
from apigw_lint.rules.schema_keywords import KEYWORDS_OF
from apigw_lint.rules.suggested_fixes import rename_to
from apigw_lint.source.tree import Mapping, Node, Sequence
from apigw_lint.spelling import listed, nearest, only_nearest


@rule(Severity.ERROR, Consequence.INVALID, fixes="unsafe")
def unknown_key(spec: Spec) -> Iterator[Problem]:
    """An object has an unknown key.

    OpenAPI objects and the gateway's objects have fixed keys. Any other key is rejected or, worse, ignored. Your own
    keys may start with `x-`.

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
    for error in _unknown_keys(spec):
        free_keys = _free_keys(error)
        candidates = _candidates(spec, error, free_keys)
        suggestion = _suggestion(error, candidates)
        if error.schema.get("x-unknown-keys") == "near" and not suggestion:
            continue
        owner = error.node.container
        owner_name = _object_name(spec, Node.entry(error.node.tree, owner.parent, owner.key), error)
        message = f"unknown key '{error.key}' in {owner_name}{_advice(error, suggestion, free_keys)}"
        fix, url = _rename_fix(error, suggestion, candidates), error.schema.get("x-docs")
        yield Problem(error.node, message, at=error.node.key_span, fix=fix, url=url, cause=message)


def _unknown_keys(spec: Spec) -> Iterator[SchemaError]:
    """The failures about unknown keys, and about misspelt ones that hide what kind of object this is."""
    yield from spec.errors(*KEYWORDS_OF["unknown-key"])
    for error in spec.errors(*KEYWORDS_OF["missing-key"]):
        if "properties" in error.schema and "additionalProperties" not in error.schema:
            keys = (key for key in error.node.value if not key.startswith("x-"))
            key = next((key for key in keys if nearest(key, (error.key or "", "$ref"))), None)
            if key is not None:
                entry = Node.entry(error.node.tree, error.node.value, key)
                yield SchemaError(entry, "additionalProperties", error.schema, key)


def _free_keys(error: SchemaError) -> list[str]:
    """The documented keys that the object does not have yet, old spellings and extensions left out."""
    present = error.node.container
    properties = error.schema.get("properties", {})
    return [
        key
        for key, schema in properties.items()
        if key not in present and "x-legacy-of" not in schema and not key.startswith("x-yc")
    ]


def _candidates(spec: Spec, error: SchemaError, free_keys: list[str]) -> tuple[str, ...]:
    """The keys that an unknown one may be a misspelling of: with `$ref` where the object may be a reference."""
    may_refer = spec.kinds.of(error.node.container) in COMPONENT_SECTIONS and "$ref" not in error.node.container
    return (*free_keys, "$ref") if may_refer else tuple(free_keys)


def _suggestion(error: SchemaError, candidates: tuple[str, ...]) -> str | None:
    """The candidate that an unknown key is most likely a misspelling of."""
    return _documented_name(error) or nearest(error.key or "", candidates)


def _documented_name(error: SchemaError) -> str | None:
    """The documented name of a key that people often misname, None when the object has that too."""
    names: dict[str, str] = error.schema.get("x-misnamed", {})
    name = names.get(error.key or "")
    return None if name in error.node.container else name


def _rename_fix(error: SchemaError, suggestion: str | None, candidates: tuple[str, ...]) -> Fix | None:
    """An unknown key renamed to the suggestion, when no other candidate is as near."""
    if suggestion is None or suggestion not in (_documented_name(error), only_nearest(error.key or "", candidates)):
        return None
    return rename_to(error.node, suggestion)


def _advice(error: SchemaError, suggestion: str | None, free_keys: list[str]) -> str:
    """What to do about an unknown key, as the end of the message."""
    if suggestion:
        return f", did you mean '{suggestion}'?"
    if error.schema.get("title", "").endswith(" integration") and error.key in INTEGRATION_KEYS:
        return f": {INTEGRATION_KEYS[error.key]}"
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
        return f": write methods in lower case, '{str(error.key).lower()}'"
    verb = "allowed key is" if len(free_keys) == 1 else "allowed keys are"
    is_short = len(error.schema.get("properties", {})) <= 10
    return f"; its other {verb} {listed(free_keys, 'and')}" if free_keys and is_short else ""


@rule(Severity.ERROR, Consequence.INVALID)
def missing_key(spec: Spec) -> Iterator[Problem]:
    """An object lacks a required key.

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
    errors = list(spec.errors(*KEYWORDS_OF["missing-key"]))
    misspelt = _misspelt_keys(spec, {id(error.node.value) for error in errors})
    for error in errors:
        keys = [key for key in (error.key, error.schema.get("x-or")) if key]
        if any((id(error.node.value), key) in misspelt for key in (*keys, "$ref")) or _is_misspelt_extension(
            spec, error
        ):
            continue
        message = f"missing key {listed(keys)} in {_object_name(spec, error.node, error)}"
        yield Problem(error.node, message, url=error.schema.get("x-docs"), cause=message)


def _misspelt_keys(spec: Spec, objects: set[int]) -> set[tuple[int, str]]:
    """The keys that some objects, given by their ids, have in a misspelt form: the id of the object, and the key."""
    return {
        (id(error.node.container), suggestion)
        for error in (_unknown_keys(spec) if objects else ())
        if id(error.node.container) in objects
        and (suggestion := _suggestion(error, _candidates(spec, error, _free_keys(error))))
    }


def _is_misspelt_extension(spec: Spec, error: SchemaError) -> bool:
    """Whether the missing key is an extension that is there misspelt, which `unknown-extension` reports."""
    return error.key in EXTENSIONS and not spec.lacks(error.node, error.key)


def _object_name(spec: Spec, node: Node, error: SchemaError) -> str:
    """How messages name an object: by the title of its schema, by its kind, or by its key."""
    title = error.schema.get("title")
    kind = spec.kinds.of(node.value) if isinstance(node.value, (Mapping, Sequence)) else None
    return str(title or kind or f"'{node.key}'")
