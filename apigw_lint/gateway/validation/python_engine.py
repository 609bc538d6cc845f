"""Runs JSON Schemas with `jsonschema`: slow to import and to run, but pure Python.

Used where no wheel of `jsonschema_rs` is installed, and as referee in the tests.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from jsonschema import Draft7Validator, ValidationError, validators
from referencing import Registry
from referencing.jsonschema import DRAFT7

from apigw_lint.bounds import MAX_CALLS
from apigw_lint.gateway.schemas import Schema, schemas_with
from apigw_lint.gateway.validation.failure import Failure, failures_at


def is_valid(name: str, instance: Any) -> bool:
    """Whether an instance satisfies the schema of a name."""
    with _deep_calls():
        return bool(_validator(name).is_valid(instance))


def failures(name: str, instance: Any) -> list[Failure]:
    """Every failure of an instance judged by the schema of a name, in no particular order."""
    with _deep_calls():
        return list(_failures(_validator(name).iter_errors(instance)))


def allows(schema: Schema, value: Any) -> bool:
    """Whether a value satisfies a schema without references."""
    return Draft7Validator(schema).is_valid(value)


@cache
def _validator(name: str) -> Any:
    files = [(f"{key}.json", DRAFT7.create_resource(schema)) for key, schema in schemas_with(name).items()]
    extend: Any = validators.extend
    validator = extend(Draft7Validator, {"propertyNames": _misnamed, "uniqueItems": _repeated})
    return validator({"$ref": f"{name}.json"}, registry=Registry().with_resources(files))


@contextmanager
def _deep_calls() -> Iterator[None]:
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(max(limit, MAX_CALLS))
    try:
        yield
    finally:
        sys.setrecursionlimit(limit)


def _failures(errors: Iterator[Any]) -> Iterator[Failure]:
    seen = set()
    for error in errors:
        path, keyword, schema = tuple(error.absolute_path), error.validator, error.schema
        if keyword == "propertyNames":
            yield Failure(path, error.instance, keyword, schema, error.message)
        elif (path, keyword, id(schema)) not in seen:
            seen.add((path, keyword, id(schema)))
            yield from failures_at(path, error.instance, keyword, schema)


def _misnamed(validator: Any, names: Schema, instance: Any, _: Any) -> Iterator[ValidationError]:
    """An error for each key that is not allowed, which is its message, with the schema that it fails."""
    if isinstance(instance, dict):
        for key in instance:
            for error in validator.descend(key, names):
                yield ValidationError(key, validator="propertyNames", schema=error.schema)


def _repeated(_: Any, is_unique: bool, instance: Any, __: Any) -> Iterator[ValidationError]:
    """The error of a list that has an item twice; jsonschema's own would compare each mapping with each."""
    if is_unique and isinstance(instance, list) and len({_hashable(item) for item in instance}) < len(instance):
        yield ValidationError("")


def _hashable(item: Any) -> Any:
    """Equal for items that are equal in JSON, where 1 is 1.0 and not true."""
    if isinstance(item, dict):
        return frozenset((key, _hashable(value)) for key, value in item.items())
    if isinstance(item, list):
        return tuple(map(_hashable, item))
    return (bool, item) if isinstance(item, bool) else item
