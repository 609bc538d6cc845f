"""Runs JSON Schemas with `jsonschema_rs`, which is fast and reads mappings and lists as they are.

What fails is taken from `evaluate`. The errors of `iter_errors` would come sooner, but each holds a copy of the whole
value that fails, so that thousands of bad keys in one mapping take gigabytes; and they show the key `007` as 7.
`evaluate` too copies each value that fails, one at a time, and cannot copy one of 256 levels: documents that are nested
deeper than any real one are left to `jsonschema`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

import jsonschema_rs

from apigw_lint.bounds import MAX_EVALUATED_LEVELS
from apigw_lint.gateway.schemas import Schema, schemas_with, steps_of, target_of
from apigw_lint.gateway.validation.failure import Failure, Path, failures_at

_BASE = "apigw-lint:/"
"""Put in front of the names of files, since the engine needs absolute addresses. Nothing is ever fetched."""


def is_valid(name: str, instance: Any) -> bool:
    """Whether an instance satisfies the schema of a name: much faster than listing what fails."""
    return _validator(name, f"{name}.json").is_valid(instance)


def failures(name: str, instance: Any) -> list[Failure]:
    """Every failure of an instance judged by the schema of a name, in no particular order."""
    if _is_nested_deeper(instance, MAX_EVALUATED_LEVELS):
        from apigw_lint.gateway.validation import python_engine

        return python_engine.failures(name, instance)
    errors = _validator(name, f"{name}.json").evaluate(instance).errors()
    return list(_failures(name, instance, ((error["instanceLocation"], _address(error)) for error in errors)))


def allows(schema: Schema, value: Any) -> bool:
    """Whether a value satisfies a schema without references."""
    return jsonschema_rs.Draft7Validator(schema, validate_formats=False).is_valid(value)


def _failures(name: str, instance: Any, places: Iterable[tuple[str, str]]) -> Iterator[Failure]:
    """The failures at JSON Pointers into an instance, each with the address of the keyword that fails there."""
    seen = set()
    for pointer, address in places:
        path, value = _followed(pointer, instance)
        schema_of_keys = _schema_of_keys(address) if isinstance(value, dict) else None
        place = path, schema_of_keys or address
        if place in seen:
            continue
        seen.add(place)
        if schema_of_keys:
            for key, schema in _failing_keys(name, value, schema_of_keys):
                yield Failure(path, value, "propertyNames", schema, key)
        else:
            yield from failures_at(path, value, *_keyword_at(address))


@cache
def _registry(name: str) -> jsonschema_rs.Registry:
    files = [(f"{_BASE}{key}.json", schema) for key, schema in schemas_with(name).items()]
    return jsonschema_rs.Registry(files, draft=jsonschema_rs.Draft7)


@cache
def _validator(name: str, address: str) -> jsonschema_rs.Draft7Validator:
    """What judges by the schema at an address, among the schemas that go with the one of a name."""
    root = {"$ref": f"{_BASE}{address}"}
    return jsonschema_rs.Draft7Validator(root, registry=_registry(name), validate_formats=False)


def _address(error: jsonschema_rs.EvaluationErrorEntry) -> str:
    """Where the keyword that fails is, such as `openapi.json#/definitions/info/required`."""
    return (error["absoluteKeywordLocation"] or "").removeprefix(_BASE)


@cache
def _keyword_at(address: str) -> tuple[str, Schema]:
    """The keyword at an address, and the schema that has it."""
    schema, _, keyword = address.rpartition("/")
    return keyword, target_of(schema)


def _schema_of_keys(address: str) -> str | None:
    """Where the schema of a mapping's keys is, when a keyword that the mapping fails is one of strings.

    Such a keyword may be in a branch of that schema.
    """
    match = re.fullmatch(r"(.*?)(?:/then|/else|/allOf/\d+)*/(?:pattern|maxLength|minLength)", address)
    return match[1] if match else None


def _failing_keys(name: str, mapping: dict[str, Any], address: str) -> Iterator[tuple[str, Schema]]:
    """The keys of a mapping that the schema at an address refuses, each with the schema of what it fails."""
    validator = _validator(name, address)
    for key in mapping:
        for error in () if validator.is_valid(key) else validator.evaluate(key).errors():
            _, schema = _keyword_at(_address(error))
            yield key, schema


def _is_nested_deeper(value: Any, levels: int) -> bool:
    if not isinstance(value, (dict, list)):
        return False
    items = value.values() if isinstance(value, dict) else value
    return not levels or any(_is_nested_deeper(item, levels - 1) for item in items)


def _followed(pointer: str, instance: Any) -> tuple[Path, Any]:
    """The path of a JSON Pointer into an instance, and the value at its end."""
    path: list[str | int] = []
    for step in steps_of(pointer):
        key = int(step) if isinstance(instance, list) else step
        path.append(key)
        instance = instance[key]
    return tuple(path), instance
