"""Owns what to do about an unknown key: the words that end the message, the fix, and what comes of the key."""

from __future__ import annotations

from typing import NamedTuple

from apigw_lint.diagnostic import Consequence, Fix
from apigw_lint.fix.edits import delete_entry, make_fix
from apigw_lint.gateway.foreign import INTEGRATION_KEYS
from apigw_lint.gateway.kinds import COMPONENT_SECTIONS, DOCS, EXTENSIONS
from apigw_lint.gateway.lookup import bare_extension, counterpart
from apigw_lint.gateway.schema_errors import SchemaError
from apigw_lint.gateway.schemas import specification_schemas
from apigw_lint.gateway.spec import Spec
from apigw_lint.rules.extension_places import (
    gateway_field,
    move_into_gateway,
    move_outwards,
    move_to_owner,
    owners_in_words,
)
from apigw_lint.rules.suggested_fixes import rename_to
from apigw_lint.spelling import in_latin, listed, nearest, only_nearest


class Advice(NamedTuple):
    """What to do about an unknown key; `is_suggestion` says that another key was meant by it."""

    words: str
    consequence: Consequence
    fix: Fix | None = None
    is_suggestion: bool = False


def advice_for(spec: Spec, error: SchemaError) -> Advice:
    """What to do about an unknown key; the first of these that knows."""
    key = error.key or ""
    advice = _to_the_operation(spec, error, key)
    advice = advice or _did_you_mean(spec, error, key)
    advice = advice or _to_the_gateway_object(error, key)
    advice = advice or _extension(spec, error, key)
    advice = advice or _remove(error, key) or _already_there(error, key)
    return advice or Advice(_other_words(error, key), _if_ignored(error))


def suggestion_for(spec: Spec, error: SchemaError) -> str | None:
    """The key that an unknown one is most likely a misspelling of."""
    documented = _documented_name(error)
    is_free = documented is not None and documented not in error.node.container
    return documented if is_free else nearest(error.key or "", _candidates(spec, error))


def _if_ignored(error: SchemaError) -> Consequence:
    """What comes of a key that nothing uses: the gateway is seen to ignore those of its own objects."""
    return Consequence.IGNORED if error.schema.get("x-docs", "").startswith(DOCS) else Consequence.INVALID


def _candidates(spec: Spec, error: SchemaError) -> tuple[str, ...]:
    """The documented keys that the object does not have yet, with `$ref` where it may be a reference.

    Old spellings and extensions are left out.
    """
    present = error.node.container
    may_refer = spec.kinds.of(present) in COMPONENT_SECTIONS and "$ref" not in present
    free_keys = [key for key in _documented(error) if key not in present]
    return (*free_keys, "$ref") if may_refer else tuple(free_keys)


def _documented(error: SchemaError) -> list[str]:
    """The documented keys of the object, old spellings and extensions left out."""
    properties = error.schema.get("properties", {})
    return [key for key, schema in properties.items() if "x-legacy-of" not in schema and not key.startswith("x-yc")]


def _documented_name(error: SchemaError) -> str | None:
    """The documented name of a key that people often misname."""
    names: dict[str, str] = error.schema.get("x-misnamed", {})
    return names.get(error.key or "")


def _did_you_mean(spec: Spec, error: SchemaError, key: str) -> Advice | None:
    """The key that is misspelt, renamed when no other candidate is as near."""
    suggestion = suggestion_for(spec, error)
    if suggestion is None:
        return None
    is_sure = suggestion in (_documented_name(error), only_nearest(key, _candidates(spec, error)))
    fix = rename_to(error.node, suggestion) if is_sure else None
    # Without a required key the gateway may refuse the whole; another one that was meant has no effect.
    is_ours = _if_ignored(error) is Consequence.IGNORED and suggestion not in error.schema.get("required", ())
    consequence = Consequence.BROKEN if is_ours else Consequence.INVALID
    return Advice(f", did you mean '{suggestion}'?", consequence, fix, is_suggestion=True)


def _is_integration(error: SchemaError) -> bool:
    return str(error.schema.get("title", "")).endswith(" integration")


def _to_the_operation(spec: Spec, error: SchemaError, key: str) -> Advice | None:
    """A key of an operation that is inside its integration."""
    is_of_operation = key in specification_schemas()["openapi"]["definitions"]["operation"]["properties"]
    if not _is_integration(error) or not is_of_operation or _documented_name(error):
        return None
    integration = error.node.parent
    operation = integration.parent if integration else None
    is_inside = operation is not None and spec.kinds.of(operation.value) == "operation"
    fix = move_outwards(spec, error.node, operation, key) if operation and is_inside else None
    is_there = operation is not None and is_inside and key in operation.value
    where = ", which has one already" if is_there else ", one level up" if is_inside else ""
    return Advice(f": it belongs to the operation{where}", Consequence.IGNORED, fix)


def _to_the_gateway_object(error: SchemaError, key: str) -> Advice | None:
    """A key at the root of the document that is a field of `x-yc-apigateway`."""
    if error.node.container.parent is not error.node.tree.holder or error.schema.get("title") != "OpenAPI document":
        return None
    field = gateway_field(bare_extension(key) or key)
    if field is None:
        return None
    fix = move_into_gateway(error.node, field)
    name = "" if field == key else f", as '{field}'"
    return Advice(f": it belongs under 'x-yc-apigateway'{name}", Consequence.BROKEN, fix)


def _extension(spec: Spec, error: SchemaError, key: str) -> Advice | None:
    """An extension that lacks its prefix, and perhaps is in the wrong place."""
    kind, name = spec.kinds.of(error.node.container), bare_extension(key)
    if kind is None or name is None:
        return None
    if kind not in EXTENSIONS[name].owners:
        name = counterpart(name, error.node.container, kind) or name
    if name in error.node.container:
        return Advice(f": '{name}' is there already", _if_ignored(error))
    if kind in EXTENSIONS[name].owners:
        fix = rename_to(error.node, name)
        words = f", did you mean '{name}'{in_latin(key)}?"
        return Advice(words, Consequence.BROKEN, fix, is_suggestion=True)
    fix = move_to_owner(spec, error.node, name)
    return Advice(f": write '{name}' {owners_in_words(name)}", Consequence.BROKEN, fix)


def _remove(error: SchemaError, key: str) -> Advice | None:
    """A key that is needless here, because what it asks for happens anyway or is decided elsewhere."""
    if any(required not in error.node.container for required in error.schema.get("required", ())):
        return None
    for reason, keys in error.schema.get("x-needless", {}).items():
        if key in keys:
            fix = make_fix("remove it", delete_entry(error.node))
            return Advice(f", remove it: {reason}", Consequence.IGNORED, fix)
    return None


def _already_there(error: SchemaError, key: str) -> Advice | None:
    """A key that is misspelt or misnamed, of an object that has the documented one too."""
    present = tuple(name for name in _documented(error) if name in error.node.container)
    name = _documented_name(error) or nearest(key, present)
    return Advice(f": '{name}' is there already", _if_ignored(error)) if name in present else None


def _other_words(error: SchemaError, key: str) -> str:
    """Where else the key belongs, or which keys there are."""
    if _is_integration(error) and key in INTEGRATION_KEYS:
        return f": {INTEGRATION_KEYS[key]}"
    owners = [
        definition["title"]
        for name, definition in specification_schemas().items()
        if name.startswith("integration-") and key in definition["properties"]
    ]
    if _is_integration(error) and owners:
        return f": it belongs to {listed(owners, 'and').replace(chr(39), '')}"
    documented = _documented(error)
    if not documented or len(error.schema["properties"]) > 10:
        return ""
    return f": allowed {'is' if len(documented) == 1 else 'are'} {listed(documented, 'and')}"
