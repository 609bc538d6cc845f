"""Owns which keys an object of a kind may have, as the schemas say, and the names that people use for them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from apigw_lint.gateway.schemas import Schema, specification_schemas, target_of

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


def _schemas_of(kind: str | None) -> Iterator[Schema]:
    """Every schema that may apply to an object of a kind."""
    if kind is None:
        return
    name = _FILES.get(kind, kind.lower().replace(" ", "-"))
    if name in specification_schemas():
        yield from _on_same_object(name, specification_schemas()[name])
    elif name in specification_schemas()["openapi"]["definitions"]:
        yield from _on_same_object("openapi", specification_schemas()["openapi"]["definitions"][name])


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
