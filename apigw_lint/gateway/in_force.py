"""Owns which schemas are in force at a place of a document: of conditional ones, those whose condition holds there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from apigw_lint.gateway.documented import schema_of_kind
from apigw_lint.gateway.kinds import Kinds
from apigw_lint.gateway.schemas import Schema, target_of
from apigw_lint.source.containers import Container, Mapping


class Part(NamedTuple):
    """A schema, or a part of one, and the schema file that it is in."""

    file: str
    schema: Schema


def parts_at(kinds: Kinds, container: Container, root: Part | None = None) -> list[Part]:
    """The schemas in force on a container, none where the contract does not reach.

    `root` is the schema of a document that is no specification: its objects have no kinds.
    """
    kind = kinds.of(container)
    is_root = kind == "document"
    found = (root if is_root else None) if root else schema_of_kind(kind)
    if found is not None:
        return list(in_force(Part(*found), container))
    if is_root or container is kinds.holder:
        return []
    return list(parts_under(parts_at(kinds, container.parent, root), container.key, container))


def parts_under(parts: Iterable[Part], key: str | int, value: object) -> Iterator[Part]:
    """The schemas in force on the value of a key, or on an item, of an object on which some schemas are in force."""
    for file, schema in parts:
        inner = _under(schema, key)
        if isinstance(inner, dict):
            yield from in_force(Part(file, inner), value)


def in_force(part: Part, value: object) -> Iterator[Part]:
    """A schema and those that it applies to the same value; of a value that is not known, both sides of a condition."""
    file, schema = part
    yield part
    if "$ref" in schema:
        other, _, pointer = schema["$ref"].partition("#")
        other = other or f"{file}.json"
        yield from in_force(Part(other.removesuffix(".json"), target_of(f"{other}#{pointer}")), value)
    for inner in schema.get("allOf", ()):
        yield from in_force(Part(file, inner), value)
    if "if" in schema:
        holds = _holds(schema["if"], value) if isinstance(value, Mapping) else None
        for keyword, wanted in (("then", True), ("else", False)):
            if keyword in schema and holds in (None, wanted):
                yield from in_force(Part(file, schema[keyword]), value)


def _under(schema: Schema, key: str | int) -> Any:
    if isinstance(key, int):
        return schema.get("items")
    return schema.get("properties", {}).get(key) or schema.get("additionalProperties")


def _holds(condition: Schema, value: Mapping) -> bool:
    """Whether an object meets a condition, as far as the schemas have conditions on objects."""
    if "not" in condition:
        return not _holds(condition["not"], value)
    if condition.get("type", "object") != "object" or not all(key in value for key in condition.get("required", ())):
        return False
    properties: dict[str, Schema] = condition.get("properties", {})
    return all(_allows(schema, value[key]) for key, schema in properties.items() if key in value)


def _allows(schema: Schema, value: object) -> bool:
    return value in schema.get("enum", [value]) and value == schema.get("const", value)
