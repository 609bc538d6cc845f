"""Owns how it is said that a value does not satisfy a keyword of its schema, with values as JSON writes them."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from apigw_lint.spelling import joined, listed

_LONGEST = 200
"""Characters of a value in a sentence."""
_MOST = 20
"""Values and names in a sentence."""


def fault(error: Any) -> str:
    """What an error of `jsonschema` says, in words."""
    words = _WORDS.get(error.validator)
    if words is None:
        return f"{in_json(error.instance)} does not satisfy '{error.validator}'"
    return words(error.instance, error.validator_value, error)


def in_json(value: Any) -> str:
    """A value as JSON writes it, or the size of a long one: a secret in it could not be found in a part of it."""
    text = json.dumps(value, ensure_ascii=False)
    if len(text) <= _LONGEST:
        return text
    noun = "a text" if isinstance(value, str) else "an object" if isinstance(value, dict) else "a list"
    return f"{noun} of {len(text):,} characters"


def _type(value: Any, expected: Any, error: Any) -> str:
    types = expected if isinstance(expected, list) else [expected]
    return f"{in_json(value)} is not of type {joined([str(one) for one in types])}"


def _enum(value: Any, expected: Any, error: Any) -> str:
    more = [f"{len(expected) - _MOST} more"] if len(expected) > _MOST else []
    return f"{in_json(value)} is not {joined([*map(in_json, expected[:_MOST]), *more])}"


def _required(value: Any, expected: Any, error: Any) -> str:
    # The library gives one error for each name, and the name only in its words.
    missing = [str(name) for name in expected if name not in value]
    named = next((name for name in missing if error.message.startswith(repr(name))), None)
    return f"'{named}' is missing" if named is not None else f"{listed(missing[:_MOST], 'and')} is missing"


def _additional(value: Any, expected: Any, error: Any) -> str:
    import re

    known, patterns = error.schema.get("properties", {}), error.schema.get("patternProperties", {})
    extra = [name for name in value if name not in known and not any(re.search(one, name) for one in patterns)]
    verb = "is" if len(extra) == 1 else "are"
    more = f" (and {len(extra) - _MOST} more)" if len(extra) > _MOST else ""
    return f"{listed(extra[:_MOST], 'and')} {verb} not allowed{more}"


def _maximum(value: Any, expected: Any, error: Any) -> str:
    is_exclusive = error.validator == "exclusiveMaximum" or error.schema.get("exclusiveMaximum") is True
    return f"{in_json(value)} is {'not less' if is_exclusive else 'more'} than {in_json(expected)}"


def _minimum(value: Any, expected: Any, error: Any) -> str:
    is_exclusive = error.validator == "exclusiveMinimum" or error.schema.get("exclusiveMinimum") is True
    return f"{in_json(value)} is {'not more' if is_exclusive else 'less'} than {in_json(expected)}"


def _count(noun: str, nouns: str, bound: str) -> Callable[[Any, Any, Any], str]:
    def words(value: Any, expected: Any, error: Any) -> str:
        size = f"{len(value)} {noun if len(value) == 1 else nouns}"
        return f"{in_json(value)} has {size} and not {bound} {in_json(expected)}"

    return words


def _one_of(value: Any, expected: Any, error: Any) -> str:
    if error.context:
        return f"{in_json(value)} satisfies none of the schemas in 'oneOf'"
    return f"{in_json(value)} satisfies several of the schemas in 'oneOf', and just one is allowed"


_WORDS: dict[Any, Callable[[Any, Any, Any], str]] = {
    "type": _type,
    "enum": _enum,
    "const": lambda value, expected, _: f"{in_json(value)} is not {in_json(expected)}",
    "required": _required,
    "additionalProperties": _additional,
    "pattern": lambda value, expected, _: f"{in_json(value)} does not match the pattern '{expected}'",
    "maximum": _maximum,
    "exclusiveMaximum": _maximum,
    "minimum": _minimum,
    "exclusiveMinimum": _minimum,
    "multipleOf": lambda value, expected, _: f"{in_json(value)} is no multiple of {in_json(expected)}",
    "maxLength": _count("character", "characters", "at most"),
    "minLength": _count("character", "characters", "at least"),
    "maxItems": _count("item", "items", "at most"),
    "minItems": _count("item", "items", "at least"),
    "maxProperties": _count("property", "properties", "at most"),
    "minProperties": _count("property", "properties", "at least"),
    "uniqueItems": lambda value, _, __: f"{in_json(value)} has an item twice",
    "oneOf": _one_of,
    "anyOf": lambda value, _, __: f"{in_json(value)} satisfies none of the schemas in 'anyOf'",
    "not": lambda value, _, __: f"{in_json(value)} satisfies the schema in 'not'",
    "contains": lambda value, _, __: f"{in_json(value)} has too few or too many items like that in 'contains'",
    None: lambda value, _, __: f"{in_json(value)} is not allowed: the schema is false",
}
