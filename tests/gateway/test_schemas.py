"""The JSON Schemas are what editors, two engines and the rules need."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import jsonschema_rs
import pytest

from apigw_lint.gateway.kinds import EXTENSIONS
from apigw_lint.gateway.schemas import path_of, specification_files, specification_schemas
from apigw_lint.rules import RULES
from apigw_lint.rules.schema_keywords import KEYWORDS_OF
from tests.mutants import Schema, object_of, part, subschemas, target_of

SCHEMAS = [Path(path_of(name)) for name in specification_files()]

COMMENTS = {
    "keyword of later JSON Schema drafts, accepted without checks",
    "a line break is refused first: in Python `$` also matches before a final one",
}
"""What a `$comment` may say beside which rules report something."""

APPLICATORS = frozenset({"$ref", "properties", "patternProperties", "items", "allOf", "if"})
"""Keywords that never fail themselves."""

OWNERS = {
    "document": "openapi",
    "components": "openapi.components",
    "path item": "openapi.path-item",
    "operation": "openapi.operation",
    "responses": "openapi.responses",
    "response": "openapi.response",
    "schema": "openapi.schema",
    "security scheme": "openapi.security-scheme",
    "validation error handler": "validator",
}
"""The object of the schemas for each kind of object that may hold an extension."""


def load(path: Path) -> Schema:
    schema: Schema = json.loads(path.read_bytes())
    return schema


def everywhere(schema: Any) -> Iterator[Schema]:
    """A schema and all inside it, conditions too; what is merely a property's name is no keyword."""
    if isinstance(schema, dict):
        yield schema
        for keyword in ("definitions", "properties", "patternProperties"):
            for inner in schema.get(keyword, {}).values():
                yield from everywhere(inner)
        for keyword in ("additionalProperties", "items", "propertyNames", "if", "then", "else", "not"):
            yield from everywhere(schema.get(keyword))
        for inner in (*schema.get("allOf", ()), *schema.get("anyOf", ())):
            yield from everywhere(inner)


@pytest.mark.parametrize("path", SCHEMAS, ids=lambda path: path.stem)
def test_draft_07(path: Path) -> None:
    """Every file says that it is draft-07, is valid by its metaschema, and has no keyword but known ones."""
    schema = load(path)
    assert schema["$schema"] == "http://json-schema.org/draft-07/schema#"
    jsonschema.Draft7Validator.check_schema(schema)
    jsonschema_rs.meta.validate(schema)
    known = {*jsonschema.Draft7Validator.META_SCHEMA["properties"]}
    for inner in everywhere(schema):
        assert {key for key in inner if not key.startswith("x-")} <= known


@pytest.mark.parametrize("path", SCHEMAS, ids=lambda path: path.stem)
def test_words(path: Path) -> None:
    """Each object has a title, a description and a source, and each property a description and a source."""
    schema = load(path)
    for owner in (schema, *schema.get("definitions", {}).values()):
        assert owner["title"] and owner["description"].endswith("."), owner.get("title")
        assert owner["x-docs"].startswith("https://"), owner["title"]
    for pointer, inner in subschemas(path.stem, schema):
        for name, value in inner.get("properties", {}).items():
            assert re.fullmatch(r"[A-Z].*[.]", value.get("description", ""), re.DOTALL), f"{pointer}/properties/{name}"
            assert value.get("x-docs", "").startswith("https://"), f"{pointer}/properties/{name}"


@pytest.mark.parametrize("path", SCHEMAS, ids=lambda path: path.stem)
def test_what_engines_disagree_on(path: Path) -> None:
    """No `$id` and no `format`, and patterns mean the same to Python, Rust and JavaScript."""
    for inner in everywhere(load(path)):
        assert not {"$id", "format"} & inner.keys()
        patterns = [*inner.get("patternProperties", {}), *([inner["pattern"]] if "pattern" in inner else [])]
        for pattern in patterns:
            assert not re.search(r"\\[dDwWsSbBZAzpP]|\(\?", pattern), pattern
            re.compile(pattern)
            jsonschema_rs.Draft7Validator({"pattern": pattern})


@pytest.mark.parametrize("path", SCHEMAS, ids=lambda path: path.stem)
def test_keys_are_judged_as_strings(path: Path) -> None:
    """Keys fail no keyword that a mapping may fail itself: an engine tells where a keyword fails, not that of a key."""
    for inner in everywhere(load(path)):
        if isinstance(inner.get("propertyNames"), dict):
            schema = inner["propertyNames"]
            judged = part(target_of(schema["$ref"], path.stem)) if "$ref" in schema else schema
            keywords = {
                keyword for each in everywhere(judged) for keyword in each if not keyword.startswith(("x-", "$"))
            }
            assert keywords - {"if", "then", "else", "title", "description"} <= {"pattern", "maxLength"}


@pytest.mark.parametrize("path", SCHEMAS, ids=lambda path: path.stem)
def test_references(path: Path) -> None:
    """Every reference, within a file or to another, leads to a schema."""
    for inner in everywhere(load(path)):
        if "$ref" in inner:
            file, _, pointer = inner["$ref"].partition("#")
            target: Any = load(path.parent / file if file else path)
            for step in pointer.split("/")[1:]:
                target = target[step]
            assert isinstance(target, dict)


def used_keywords() -> Iterator[str]:
    for path in SCHEMAS:
        for _, inner in subschemas(path.stem, load(path)):
            for keyword, value in inner.items():
                if keyword in jsonschema.Draft7Validator.VALIDATORS and not (
                    keyword in APPLICATORS or (keyword == "additionalProperties" and isinstance(value, dict))
                ):
                    yield keyword


def test_every_keyword_has_one_rule() -> None:
    """Every keyword that can fail is claimed by exactly one rule that exists, and no rule claims an unused one.

    That the rules keep their claims is what the mutations prove.
    """
    claims = Counter(keyword for keywords in KEYWORDS_OF.values() for keyword in keywords)
    assert set(claims) - {"placeholder", "disputed"} == set(used_keywords())
    assert set(claims.values()) == {1}
    assert KEYWORDS_OF.keys() <= RULES.keys()


def comments() -> Iterator[str]:
    return (inner["$comment"] for path in SCHEMAS for inner in everywhere(load(path)) if "$comment" in inner)


def test_comments() -> None:
    """What a schema leaves to a rule is left to one that exists or is still to come."""
    reported = {comment for comment in comments() if comment.startswith("reported by ")}
    assert set(comments()) - reported == COMMENTS
    named = {name for comment in reported for name in comment.removeprefix("reported by ").split(", ")}
    assert named <= RULES.keys()


def attached() -> Iterator[tuple[str, str, str]]:
    """By object: its extensions, and the schema of each."""
    for path in SCHEMAS:
        for pointer, inner in subschemas(path.stem, specification_schemas()[path.stem]):
            for key, value in inner.get("properties", {}).items():
                if key.startswith("x-yc"):
                    target = value.get("additionalProperties") or value["allOf"][0]
                    yield object_of(pointer), key, object_of(target_of(target["$ref"], pointer))


def test_extensions() -> None:
    """Every `x-yc-` key is attached where the table of places has it, with that schema, and nowhere else."""
    table = set()
    for key, extension in EXTENSIONS.items():
        made = part(extension.schema).get("additionalProperties") if "." not in extension.schema else None
        is_map = extension.owners == ("components",)
        schema = object_of(target_of(made["$ref"], extension.schema)) if made and is_map else extension.schema
        table |= {(OWNERS[owner], key, schema) for owner in extension.owners}
    assert set(attached()) == table
