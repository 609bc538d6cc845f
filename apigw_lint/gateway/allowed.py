"""Owns which types and values some schemas allow together."""

from __future__ import annotations

from collections.abc import Sequence

from apigw_lint.gateway.in_force import Part
from apigw_lint.gateway.schemas import listed_values


def types_of(parts: Sequence[Part]) -> list[str]:
    """The types that a value may have, as far as schemas that are in force on it say."""
    types: list[str] = []
    for part in parts:
        listed = part.schema.get("type", "string" if listed_values(part.schema) else [])
        types += [listed] if isinstance(listed, str) else listed
    return list(dict.fromkeys(types))


def values_of(parts: Sequence[Part]) -> list[str]:
    """The values that are worth naming: listed ones, of several spellings the first, and `true` and `false`."""
    names = [name for part in parts for name in listed_values(part.schema)]
    if not names and types_of(parts) == ["boolean"]:
        names = ["true", "false"]
    return list({name.lower(): name for name in reversed(names)}.values())[::-1]
