"""Owns what the schemas say of an object of a kind: its keys, the names that people use for them, its page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from typing import NamedTuple

from apigw_lint.gateway.kinds import Kinds
from apigw_lint.gateway.schemas import Schema, specification_schemas, target_of
from apigw_lint.source.tree import Mapping, Node, Sequence

_FILES = {"document": "openapi", "gateway object": "gateway"}
"""The schema file of each kind whose file is not named after it."""

_SAME_OBJECT = ("allOf", "anyOf", "oneOf", "if", "then", "else")
"""Keywords whose schemas apply to the same object."""


class Documented(NamedTuple):
    """The documented keys of a kind of object, and by other names that people use the key that is meant."""

    keys: frozenset[str]
    aliases: dict[str, str]


@cache
def documented_keys(kind: str | None) -> Documented:
    """What the schemas say of a kind of object; nothing for a kind that has none."""
    keys: set[str] = set()
    aliases: dict[str, str] = {}
    for schema in _schemas_of(kind):
        keys.update(schema.get("properties", ()))
        aliases.update(schema.get("x-misnamed", {}))
    return Documented(frozenset(keys), aliases)


def page_of(kinds: Kinds, node: Node, *, is_key: bool) -> str:
    """The page of the documentation about a node: of the innermost object or key that has one, empty if none has.

    With `is_key` it is about the key alone, and not about the object that is, or should be, its value.
    """
    container, key = node.container, node.key
    is_container = isinstance(node.value, (Mapping, Sequence))
    kind = kinds.of(node.value) if is_container else kinds.at(container, key)
    if not is_key and (page := _first_page(_schemas_of_value(kind, node.value))):
        return page
    while container is not node.tree.holder:
        schemas = list(_schemas_of_value(kinds.of(container), container))
        of_key = (schema["properties"].get(str(key), {}) for schema in schemas if "properties" in schema)
        if page := _first_page(of_key) or _first_page(schemas):
            return page
        container, key = container.parent, container.key
    return ""


def _first_page(schemas: Iterable[Schema]) -> str:
    return next((page for schema in schemas if (page := schema.get("x-docs", ""))), "")


def _schemas_of_value(kind: str | None, value: object) -> Iterator[Schema]:
    """The schemas that apply to an object: that of its type alone where types have their own."""
    type_of_object = value.get("type") if kind in ("integration", "authorizer") and isinstance(value, Mapping) else None
    if isinstance(type_of_object, str):
        own = specification_schemas().get(f"{kind}-{type_of_object.replace('_', '-')}")
        if own is not None:
            yield own
            return
    yield from _schemas_of(kind)


def _schemas_of(kind: str | None) -> Iterator[Schema]:
    """Every schema that may apply to an object of a kind."""
    found = schema_of_kind(kind)
    if found is not None:
        yield from _on_same_object(*found)


def schema_of_kind(kind: str | None) -> tuple[str, Schema] | None:
    """The schema of a kind of object and the file that it is in, None for a kind that has none."""
    if kind is None:
        return None
    name = _FILES.get(kind, kind.lower().replace(" ", "-"))
    if name in specification_schemas():
        return name, specification_schemas()[name]
    definition = specification_schemas()["openapi"]["definitions"].get(name)
    return ("openapi", definition) if definition else None


def _on_same_object(name: str, schema: Schema) -> Iterator[Schema]:
    yield schema
    if "$ref" in schema:
        file, _, pointer = schema["$ref"].partition("#")
        file = file or f"{name}.json"
        yield from _on_same_object(file.removesuffix(".json"), target_of(f"{file}#{pointer}"))
    for keyword in _SAME_OBJECT:
        inner = schema.get(keyword, ())
        for other in inner if isinstance(inner, list) else (inner,):
            if isinstance(other, dict):
                yield from _on_same_object(name, other)
