"""Owns what a JSON Schema library says of an instance, in the same form for each library."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from apigw_lint.gateway.schemas import Schema

Path = tuple[str | int, ...]


class Failure(NamedTuple):
    """One keyword that one value of an instance fails.

    `path` leads from the instance to `value`, the very object in it; `schema` is the loaded object that has the
    keyword. `key` is the key that is missing (`required`), that should not be there (`additionalProperties`), or that
    is not allowed (`propertyNames`: then `schema` is what the key fails); each such key is a failure of its own.
    """

    path: Path
    value: Any
    keyword: str
    schema: Schema
    key: str | None = None


def failures_at(path: Path, value: Any, keyword: str, schema: Schema) -> Iterator[Failure]:
    """The failures of a value that fails a keyword: one, or one for each key that is missing or should not be there."""
    if keyword == "required":
        keys = [key for key in schema["required"] if key not in value]
    elif keyword == "additionalProperties":
        keys = [key for key in value if _is_additional(key, schema)]
    else:
        yield Failure(path, value, keyword, schema)
        return
    yield from (Failure(path, value, keyword, schema, key) for key in keys)


def _is_additional(key: str, schema: Schema) -> bool:
    patterns = schema.get("patternProperties", {})
    return key not in schema.get("properties", {}) and not any(re.search(pattern, key) for pattern in patterns)
