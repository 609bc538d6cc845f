"""Owns the JSON Schema files: finds, loads and names them.

A schema is named by its file without `.json`: `openapi`, `integration-http`.
"""

from __future__ import annotations

import json
import os
from functools import cache
from typing import Any

from apigw_lint.source.pointer import unescaped

Schema = dict[str, Any]

_PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
_FOLDERS = (os.path.join(_PACKAGE, "schemas"), os.path.join(os.path.dirname(_PACKAGE), "schemas"))
_OTHERS = ("config", "editor", "report", "routes", "rules", "trace")
"""What apigw-lint reads and writes itself, and what it gives to editors; all others are schemas of specifications."""

_MAPS = {
    "integrations": "integration",
    "validators": "validator",
    "cors-rules": "cors-rule",
    "rate-limits": "rate-limit",
}
"""Maps of named objects, which have no file of their own, and the schema of their values."""


def folder() -> str:
    """The folder of the schema files: inside the installed package, or beside it in a checkout."""
    return next(path for path in _FOLDERS if os.path.isdir(path))


def path_of(name: str) -> str:
    """The path of a schema file."""
    return os.path.join(folder(), f"{name}.json")


def load(name: str) -> Schema:
    """The content of one schema file, of JSON Schema draft-07, without the `$schema` that says so.

    At a `$schema` inside of what it runs `jsonschema` would change to its own class. Raises FileNotFoundError.
    """
    with open(path_of(name), "rb") as stream:
        schema: Schema = json.loads(stream.read())
    del schema["$schema"]
    return schema


def specification_files() -> list[str]:
    """The names of the schemas that a specification is judged by and that have a file."""
    names = sorted(file.removesuffix(".json") for file in os.listdir(folder()) if file.endswith(".json"))
    return [name for name in names if name not in _OTHERS]


@cache
def specification_schemas() -> dict[str, Schema]:
    """Every schema that a specification is judged by, by name."""
    schemas = {name: load(name) for name in specification_files()}
    for plural, item in _MAPS.items():
        schemas[plural] = {"type": "object", "additionalProperties": {"$ref": f"{item}.json"}}
    return schemas


@cache
def schemas_with(name: str) -> dict[str, Schema]:
    """The schemas that may refer to each other, by name, with the one of this name among them."""
    return {name: load(name)} if name in _OTHERS else specification_schemas()


def target_of(address: str) -> Any:
    """What an address such as `openapi.json#/definitions/info` leads to. Raises LookupError."""
    file, _, pointer = address.partition("#")
    name = file.removesuffix(".json")
    if "%" in pointer:
        from urllib.parse import unquote

        pointer = unquote(pointer)
    target: Any = schemas_with(name)[name]
    for step in steps_of(pointer):
        target = target[int(step) if isinstance(target, list) else step]
    return target


def listed_values(schema: Schema) -> tuple[str, ...]:
    """The values that a schema allows and that are worth naming: old and undocumented spellings are left out."""
    values = schema.get("enum", [schema["const"]] if "const" in schema else ())
    names = (value if isinstance(value, str) else json.dumps(value) for value in values)
    return tuple(name for name in names if name not in schema.get("x-unlisted", ()))


def steps_of(pointer: str) -> list[str]:
    """The steps of a JSON Pointer (RFC 6901)."""
    return [unescaped(step) for step in pointer.split("/")[1:]]


def fields_of(integration_type: str) -> frozenset[str]:
    """The documented fields of an integration type, none for an unknown one."""
    return frozenset(_properties_of(integration_type))


def required_fields_of(integration_type: str) -> tuple[str, ...]:
    """The fields that an integration of a type needs beside its type, none for an unknown one."""
    return tuple(field for field in _schema_of(integration_type).get("required", ()) if field != "type")


@cache
def string_fields_of(integration_type: str) -> frozenset[str]:
    """The documented fields of an integration type that can only be strings."""
    return frozenset(
        field for field, schema in _properties_of(integration_type).items() if schema.get("type") == "string"
    )


def _properties_of(integration_type: str) -> dict[str, Schema]:
    properties: dict[str, Schema] = _schema_of(integration_type).get("properties", {})
    return properties


def _schema_of(integration_type: str) -> Schema:
    return specification_schemas().get(f"integration-{integration_type.replace('_', '-')}", {})
