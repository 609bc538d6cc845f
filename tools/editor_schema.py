"""Makes `schemas/editor.json`, which editors read, from the schemas that the linter reads.

An editor has nothing but the schema. So what the linter does beside the schemas is written into this one: what is
filled in later is valid, unknown extensions are not, and what our own keywords say is said in those of editors.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from apigw_lint.gateway.schemas import Schema, listed_values, load, specification_files, target_of
from apigw_lint.gateway.substitution import LEGACY_TYPES
from apigw_lint.source import placeholder

_DOCUMENT = "openapi"
"""The schema of a whole document; all others are parts of one."""

_NAMED = ("properties", "patternProperties")
_SINGLE = ("items", "additionalProperties", "propertyNames", "then", "else")
"""Keywords with schemas that are made for editors too. An `if` or `not` stays: what is filled in later meets none."""

_OF_SCALARS = ("type", "enum", "const", "minimum", "maximum", "exclusiveMinimum", "pattern", "maxLength")
_CONTAINERS = {"object", "array"}

_NAME_IN_CAPITALS = "^[A-Z][A-Z0-9_]*$"
_BRACED_NAME = {
    "title": "{NAME} without quotes, which YAML reads as a mapping",
    "type": "object",
    "minProperties": 1,
    "maxProperties": 1,
    "propertyNames": {"pattern": rf"^\{{|{_NAME_IN_CAPITALS}"},
    "additionalProperties": {"type": "null"},
}
_ABOUT_UNKNOWNS: dict[str, Schema] = {
    "unknown": {
        "title": "a value that is filled in later",
        "if": {"anyOf": [{"type": "string", "pattern": placeholder.UNKNOWN}, _BRACED_NAME]},
        "else": False,
    },
    "unknown-text": {
        "title": "an object or a list that is filled in later",
        "pattern": placeholder.UNKNOWN,
        "patternErrorMessage": "Incorrect type: a string must be a placeholder here.",
    },
    "unknown-key": {"title": "a key that is filled in later", "pattern": placeholder.UNKNOWN_KEY},
    "known-key": {"title": "any other key", "not": {"pattern": f"{placeholder.UNKNOWN_KEY}|{_NAME_IN_CAPITALS}"}},
}
_OF_YAML_1_1 = {"type": "string", "pattern": "^([yY]|[yY]es|YES|[nN]|[nN]o|NO|[oO]n|ON|[oO]ff|OFF)$"}
"""Booleans of YAML 1.1, which the linter accepts as such."""

_OTHER_VERSION = {
    "anyOf": [
        {"required": ["swagger"]},
        {"required": ["openapi"], "properties": {"openapi": {"not": {"pattern": r"^3\.0"}}}},
    ]
}
"""Documents that the linter does not judge by these schemas."""


def text() -> str:
    """The content of the file."""
    return json.dumps(editor_schema(), indent=1, ensure_ascii=False) + "\n"


def editor_schema() -> Schema:
    """One schema of draft-07 for a whole document, which refers to nothing outside of itself."""
    files = {name: load(name) for name in specification_files()}
    _describe_types(files)
    document = files.pop(_DOCUMENT)
    definitions = {name: _made(schema) for name, schema in {**document.pop("definitions"), **files}.items()}
    _offer(definitions["integration"], _integration_snippets(files), unless="type")
    _offer(definitions["operation"], [_operation_snippet(files)], unless="x-yc-apigateway-integration")
    root = _made(document)
    root["properties"]["$schema"] = {"description": "Address of the schema that an editor uses.", "type": "string"}
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        **{key: root[key] for key in ("title", "description", "markdownDescription")},
        "if": _OTHER_VERSION,
        "else": {"$ref": "#/definitions/document"},
        "definitions": {"document": root, **definitions, **_ABOUT_UNKNOWNS},
    }


def _made(schema: Any) -> Any:
    """A schema for editors, with all inside it."""
    if not isinstance(schema, dict):
        return schema
    made = {key: value for key, value in schema.items() if not key.startswith("x-") and key != "$comment"}
    for keyword in made.keys() & set(_NAMED):
        made[keyword] = {name: _made(inner) for name, inner in made[keyword].items()}
    for keyword in made.keys() & set(_SINGLE):
        made[keyword] = _made(made[keyword])
    if "allOf" in made:
        made["allOf"] = [_made(inner) for inner in made["allOf"]]
    for step in _STEPS:
        step(schema, made)
    return made


def _refer_within(_: Schema, made: Schema) -> None:
    """A reference to another file leads to a definition."""
    if "$ref" in made and not made["$ref"].startswith("#"):
        made["$ref"] = f"#/definitions/{made['$ref'].removesuffix('.json')}"


def _link_page(schema: Schema, made: Schema) -> None:
    """A description is Markdown, and ends with a link to the documentation."""
    if "description" in schema:
        link = f"\n\n[Documentation]({schema['x-docs']})" if "x-docs" in schema else ""
        made["markdownDescription"] = schema["description"] + link


def _mark_old_key(schema: Schema, made: Schema) -> None:
    """A key in an old spelling is not suggested, and marked where it is."""
    if "x-legacy-of" in schema:
        made |= {"doNotSuggest": True, "deprecationMessage": _instead(schema["x-legacy-of"])}


def _mark_old_values(schema: Schema, made: Schema) -> None:
    """A value in an old spelling is marked."""
    for value in [value for value in schema.get("enum", ()) if value in LEGACY_TYPES]:
        _also(made, {"if": _one_of([value]), "then": {"deprecationMessage": _instead(LEGACY_TYPES[value])}})


def _instead(name: str) -> str:
    return f"Old spelling: write '{name}'."


def _hide_condition(_: Schema, made: Schema) -> None:
    """A condition has no words and lists nothing, as editors would show that as advice."""
    condition = made.get("if", {})
    if "properties" in condition:
        values = {key: inner.get("enum") or [inner["const"]] for key, inner in condition["properties"].items()}
        made["if"] = {**condition, "properties": {key: _one_of(listed) for key, listed in values.items()}}


def _admit_unknown_scalar(schema: Schema, made: Schema) -> None:
    """A scalar may be filled in later."""
    types = _types_of(schema)
    if schema.keys() & {"type", "enum", "const"} and not _CONTAINERS & set(types):
        judged = {key: made.pop(key) for key in _OF_SCALARS if key in made}
        old = [_OF_YAML_1_1] if types == ["boolean"] else []
        made["anyOf"] = [*_alternatives(schema, judged), *old, {"$ref": "#/definitions/unknown"}]


def _alternatives(schema: Schema, judged: Schema) -> list[Schema]:
    """What is judged of a scalar; listed values that the linter does not advise are an alternative of their own."""
    if "enum" not in judged:
        return [judged]
    suggested = list({value.lower(): value for value in reversed(listed_values(schema))}.values())[::-1]
    others = [value for value in judged["enum"] if value not in suggested]
    meanings = [schema["x-values"][value] for value in suggested] if "x-values" in schema else None
    described = {"enumDescriptions": meanings, "markdownEnumDescriptions": meanings} if meanings else {}
    return [{**judged, "enum": suggested, **described}, *([_one_of(others)] if others else [])]


def _one_of(values: Iterable[str]) -> Schema:
    """Accepts some values and suggests none."""
    return {"type": "string", "pattern": f"^({'|'.join(values)})$"}


def _admit_unknown_container(schema: Schema, made: Schema) -> None:
    """An object or a list may be filled in later: then it is a string."""
    types = _types_of(schema)
    if _CONTAINERS & set(types) and "string" not in types:
        made["type"] = [*types, "string"]
        _also(made, {"$ref": "#/definitions/unknown-text"})


def _types_of(schema: Schema) -> Sequence[str]:
    types: str | list[str] = schema.get("type", [])
    return [types] if isinstance(types, str) else types


def _say_type(schema: Schema, made: Schema) -> None:
    """Where an object is described elsewhere, an editor that writes its key begins an object."""
    references = [inner["$ref"] for inner in schema.get("allOf", ()) if "$ref" in inner]
    targets = [target_of(f"{_DOCUMENT}.json{name}" if name.startswith("#") else name) for name in references]
    if any(target.get("type") == "object" for target in targets):
        made["type"] = ["object", "string"]


def _refuse_extensions(_: Schema, made: Schema) -> None:
    """Where extensions may be, those of the gateway are refused that do not belong there or do not exist."""
    patterns = made.pop("patternProperties", {})
    if "^x-" in patterns:
        own = [key.removeprefix("x-yc-") for key in made.get("properties", ()) if key.startswith("x-yc-")]
        others = f"(?!({'|'.join(own)})$)" if own else ""
        patterns |= {f"^x-yc-{others}": False, "^x-(?!yc-)": patterns.pop("^x-")}
    if patterns:
        made["patternProperties"] = {key: not key.startswith("^x-yc-") and inner for key, inner in patterns.items()}


def _leave_keys_open(schema: Schema, made: Schema) -> None:
    """Any key is valid where the linter reports only those that are nearly known."""
    if schema.get("x-unknown-keys") == "near":
        made.pop("additionalProperties", None)


def _admit_unknown_keys(_: Schema, made: Schema) -> None:
    """A key may be filled in later, and whatever is missing may come with it."""
    if made.get("additionalProperties") is False:
        made["patternProperties"] |= {placeholder.UNKNOWN_KEY: {}, _NAME_IN_CAPITALS: {"type": "null"}}
    if "propertyNames" in made:
        made["propertyNames"] = {"if": {"$ref": "#/definitions/unknown-key"}, "else": made["propertyNames"]}
    if "required" in made:
        are_known = {"propertyNames": {"$ref": "#/definitions/known-key"}}
        _also(made, {"if": are_known, "then": {"required": made.pop("required")}})


_STEPS = (
    _refer_within,
    _link_page,
    _mark_old_key,
    _mark_old_values,
    _hide_condition,
    _admit_unknown_scalar,
    _admit_unknown_container,
    _say_type,
    _refuse_extensions,
    _leave_keys_open,
    _admit_unknown_keys,
)
"""What is done to each schema: functions of the one that the linter reads and of the one that is being made."""


def _also(made: Schema, demand: Schema) -> None:
    made["allOf"] = [*made.get("allOf", ()), demand]


def _describe_types(files: dict[str, Schema]) -> None:
    """Says of each type of integration and authorizer what its own schema says."""
    for kind, schema in (("integration", files["integration"]["else"]), ("authorizer", files["authorizer"])):
        kinds = schema["properties"]["type"]
        kinds["x-values"] = {name: _of_type(files, kind, name)["description"] for name in listed_values(kinds)}


def _of_type(files: dict[str, Schema], kind: str, name: str) -> Schema:
    return files[f"{kind}-{name.replace('_', '-')}"]


def _offer(made: Schema, snippets: list[Schema], unless: str) -> None:
    """Offers snippets for an object that has not got a key: editors take them from the alternative that is valid."""
    _also(made, {"anyOf": [{"properties": {unless: False}, "defaultSnippets": snippets}, {}]})


def _integration_snippets(files: dict[str, Schema]) -> list[Schema]:
    """A snippet for each type of integration."""
    return [
        {
            "label": f"{name} integration",
            "description": _of_type(files, "integration", name)["description"],
            "body": _integration(files, name),
        }
        for name in listed_values(files["integration"]["else"]["properties"]["type"])
    ]


def _operation_snippet(files: dict[str, Schema]) -> Schema:
    """A snippet for a whole operation."""
    return {
        "label": "operation with an integration",
        "description": "An operation that calls a function of Cloud Functions.",
        "body": {
            "summary": "$1",
            "x-yc-apigateway-integration": _integration(files, "cloud_functions", first=2),
            "responses": {"200": {"description": "${3:OK}"}},
        },
    }


_NEEDED = {"dummy": ["http_code"]}
"""Keys that a snippet has although they are not required: without them the integration does little."""


def _integration(files: dict[str, Schema], name: str, first: int = 1) -> Schema:
    """The body of a snippet with the required keys; the places to fill in are numbered from a first one."""
    schema = _of_type(files, "integration", name)
    keys = [*schema.get("required", ()), *_NEEDED.get(name, ())]
    return {"type": name, **{key: _place(schema["properties"][key], number) for number, key in enumerate(keys, first)}}


def _place(schema: Schema, number: int) -> str:
    """A value to fill in, as snippets have it; one that begins with `^` has no quotes in JSON."""
    if "const" in schema:
        return str(schema["const"])
    if "enum" in schema:
        return f"${{{number}|{','.join(schema['enum'])}|}}"
    return f"^${{{number}:200}}" if schema["type"] == "integer" else f"${number}"
