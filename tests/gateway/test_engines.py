"""The two schema engines say the same, so that it does not matter which of them is installed."""

from __future__ import annotations

import random
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from apigw_lint import lint
from apigw_lint.bounds import MAX_DEPTH
from apigw_lint.gateway import schemas, validation
from apigw_lint.gateway.validation import python_engine, rust_engine
from apigw_lint.gateway.validation.engine import Engine, engine
from apigw_lint.gateway.validation.failure import Failure
from apigw_lint.gateway.validation.narrow import without_valid_entries
from apigw_lint.source.parse import parse
from apigw_lint.source.text import Source
from tests.conftest import FIXTURES, ROOT
from tests.mutants import all_mutants
from tests.support import EVERYTHING, RULE_FOLDERS, SPECS, header, read

SAMPLE = 600
"""How many mutants both engines judge."""

DOCUMENTS = sorted(path for path in FIXTURES.rglob("*") if path.suffix in (".yaml", ".yml", ".json"))
LINTED = [*SPECS, *(path for folder in RULE_FOLDERS for path in sorted(folder.glob("*.yaml")))]

# The same failures.


def comparable(failures: list[Failure]) -> Counter[tuple[object, ...]]:
    """Failures as what can be counted, with the very objects of the instance and of the schemas."""
    return Counter(
        (path, id(value) if isinstance(value, (dict, list)) else repr(value), keyword, id(schema), key)
        for path, value, keyword, schema, key in failures
    )


def agreed_failures(instance: Any, name: str = "openapi") -> list[Failure]:
    """What both engines refuse in an instance; they must agree."""
    failures = rust_engine.failures(name, instance)
    assert comparable(failures) == comparable(python_engine.failures(name, instance))
    assert rust_engine.is_valid(name, instance) is python_engine.is_valid(name, instance) is (not failures)
    return failures


def agreed_failures_of_text(name: str, text: str) -> list[Failure]:
    """What both engines refuse in a document, nothing when it cannot be read."""
    root = parse(Source(name, text)).root
    return agreed_failures(root.value) if root else []


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.relative_to(FIXTURES).as_posix())
def test_fixtures(path: Path) -> None:
    """Both engines say the same about every fixture that can be read."""
    try:
        text = read(path).removeprefix("\ufeff")
    except UnicodeDecodeError:
        pytest.skip("not UTF-8")
    agreed_failures_of_text(path.name, text)


def test_mutants() -> None:
    """Both engines say the same about documents with one mistake, and refuse all whose mistake is about the schemas."""
    for mutant in random.Random(20241117).sample(all_mutants(), SAMPLE):
        is_refused = bool(agreed_failures_of_text(mutant.spec, mutant.text))
        assert is_refused or mutant.rule in ("unknown-extension", "not-openapi-3-0"), mutant.name


@pytest.mark.exhaustive
def test_every_mutant() -> None:
    """The same for all of them."""
    for mutant in all_mutants():
        agreed_failures_of_text(mutant.spec, mutant.text)


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.relative_to(FIXTURES).as_posix())
def test_narrowed(path: Path) -> None:
    """Nothing that fails is lost when the valid entries of a document are left out."""
    try:
        root = parse(Source(path.name, read(path).removeprefix("\ufeff"))).root
    except UnicodeDecodeError:
        pytest.skip("not UTF-8")
    if root is None:
        return
    whole = rust_engine.failures("openapi", root.value)
    rest = without_valid_entries(root.value, lambda part: rust_engine.is_valid("openapi", part))
    places = [
        {(failure.path, failure.keyword, id(failure.schema), failure.key) for failure in failures}
        for failures in (whole, rust_engine.failures("openapi", rest))
    ]
    assert places[0] == places[1]


def test_narrowed_to_what_fails() -> None:
    """Of path items and components only those are left that fail, in sections that are known and others."""
    paths = {"/a": {}, "/b": {"gte": {}}, "x-c": 1, "d": {}}
    components = {"schemas": {"A": {}, "B": {"type": "strng"}}, "responses": [], "scemas": {"C": {}}}
    rest = without_valid_entries(
        {"openapi": "3.0.0", "paths": paths, "components": components},
        lambda part: rust_engine.is_valid("openapi", part),
    )
    assert rest == {
        "openapi": "3.0.0",
        "paths": {"/b": {"gte": {}}, "d": {}},
        "components": {"schemas": {"B": {"type": "strng"}}, "responses": [], "scemas": {"C": {}}},
    }


# What engines are known to treat each in its own way.

PECULIAR = {
    "type": "object",
    "properties": {
        "number": {"type": "integer", "minimum": 3, "maximum": 100},
        "unique": {"uniqueItems": True},
        "names": {"propertyNames": {"$ref": "#/definitions/name"}},
        "listed": {"enum": [1, "x"]},
        "constant": {"const": 1},
        "not": {"not": {"required": ["a", "b"]}},
        "size": {"minProperties": 1, "maxProperties": 2},
        "lacking": {"required": ["a", "b"]},
        "choice": {
            "if": {"required": ["$ref"]},
            "then": {"properties": {"$ref": {"type": "string"}}},
            "else": {"patternProperties": {"^x-": {"type": "string"}}},
        },
        "closed": {"properties": {"a": {}}, "patternProperties": {"^x-": {}}, "additionalProperties": False},
    },
    "additionalProperties": {"type": ["string", "array"], "items": {"type": "string"}},
    "definitions": {
        "name": {
            "if": {"maxLength": 3},
            "then": {"allOf": [{"pattern": "^a"}, {"pattern": "b"}]},
            "else": {"maxLength": 5},
        }
    },
}

INSTANCES: dict[str, tuple[Any, list[tuple[str | int, ...]]]] = {
    "an integer written as a float": ({"number": 5.0}, []),
    "a huge integer": ({"number": 10**299}, [("number", "maximum")]),
    "a huge negative integer": ({"number": -(10**299)}, [("number", "minimum")]),
    "true is not a number": ({"number": True}, [("number", "type")]),
    "true is not 1 in an enum": ({"listed": True}, [("listed", "enum")]),
    "true is not 1 as a constant": ({"constant": True}, [("constant", "const")]),
    "1.0 is 1": ({"constant": 1.0, "listed": 1.0}, []),
    "an item twice": ({"unique": [1, 1.0]}, [("unique", "uniqueItems")]),
    "a mapping twice": ({"unique": [{"a": 1, "b": [1]}, {"b": [1], "a": 1}]}, [("unique", "uniqueItems")]),
    "true beside 1": ({"unique": [1, True, [1], [True]]}, []),
    "a key refused for two reasons": ({"names": {"c": 1}}, [("names", "propertyNames c")] * 2),
    "keys refused by each branch": (
        {"names": {"ab": 1, "ac": 1, "abcd": 1, "abcdef": 1}},
        [("names", "propertyNames ac"), ("names", "propertyNames abcdef")],
    ),
    "keys that exclude each other": ({"not": {"a": 1, "b": 1}}, [("not", "not")]),
    "too few keys": ({"size": {}}, [("size", "minProperties")]),
    "too many keys": ({"size": {"a": 1, "b": 1, "c": 1}}, [("size", "maxProperties")]),
    "two missing keys": ({"lacking": {}}, [("lacking", "required a"), ("lacking", "required b")]),
    "the branch of an if": ({"choice": {"$ref": 1, "x-a": 1}}, [("choice", "$ref", "type")]),
    "the other branch": ({"choice": {"x-a": 1}}, [("choice", "x-a", "type")]),
    "extra keys": (
        {"closed": {"a": 1, "x-a": 1, "b": 1, "200": 1}},
        [("closed", "additionalProperties b"), ("closed", "additionalProperties 200")],
    ),
    "a key of digits": ({"200": 1}, [("200", "type")]),
    "a key of digits after zeros": ({"007": ["a", 1]}, [("007", 1, "type")]),
    "keys with a sign": ({"+5": 1, "-5": 1}, [("+5", "type"), ("-5", "type")]),
    "keys of many digits": ({"9" * 19: 1, "9" * 20: 1}, [("9" * 19, "type"), ("9" * 20, "type")]),
    "keys that mean the same number": ({"7": 1, "007": ["a", 1]}, [("7", "type"), ("007", 1, "type")]),
    "digits of another script": ({"٢٠٠": 1}, [("٢٠٠", "type")]),
    "an empty key": ({"": 1}, [("", "type")]),
    "a failure beside an empty key": ({"": "a", "b": ["a", 1]}, [("b", 1, "type")]),
    "odd keys": ({"a/b~c": 1, "Ж %25": 1, "\u2028\0": 1}, [("a/b~c", "type"), ("Ж %25", "type"), ("\u2028\0", "type")]),
    "not a mapping": ([], [("type",)]),
}
"""Instances of that schema, and what fails: the path, and the keyword with the key that it is about."""


@pytest.mark.parametrize("name", INSTANCES)
def test_peculiar(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both engines say the same, with the paths as they are written, and it is what JSON Schema says."""
    monkeypatch.setitem(schemas.specification_schemas(), "peculiar", PECULIAR)
    instance, expected = INSTANCES[name]
    failures = agreed_failures(instance, "peculiar")
    shown = [(*path, f"{keyword} {key}" if key else keyword) for path, _, keyword, _, key in failures]
    assert Counter(shown) == Counter(expected)


@pytest.mark.parametrize(
    ("start", "end"),
    [("{items: ", "}"), ("{properties: {a: ", "}}"), ("{allOf: [", "]}")],
    ids=["maps", "keys", "lists"],
)
def test_deepest(start: str, end: str) -> None:
    """A mistake as deep as a document may be nested is found, at its place."""
    depth = (MAX_DEPTH - 4) // (start.count("{") + start.count("["))
    text = header(f"paths: {{}}\ncomponents:\n  schemas:\n    A: {start * depth}{{type: strng}}{end * depth}\n")
    (failure,) = agreed_failures_of_text("spec.yaml", text)
    assert (failure.path[-1], failure.value, failure.keyword) == ("type", "strng", "enum")


def test_deepest_value() -> None:
    """So is a value that fails as a whole and is itself as deep."""
    root = parse(Source("a.json", "[" * MAX_DEPTH + "]" * MAX_DEPTH)).root
    assert root
    assert [failure.keyword for failure in agreed_failures(root.value)] == ["type"]


@pytest.mark.parametrize("one", [rust_engine, python_engine], ids=lambda module: module.__name__.rpartition(".")[2])
def test_one_keyword(one: Engine) -> None:
    """A value alone can be judged by one keyword."""
    assert one.allows({"maximum": 3}, 3)
    assert not one.allows({"maximum": 3}, 4)
    assert one.allows({"pattern": "^a"}, 4)


# Without the first choice.


def findings(name: str, text: str) -> list[tuple[object, ...]]:
    found = lint(name, text, EVERYTHING).found
    return [(one.order, one.severity, one.pointer, one.url, one.related) for one in found]


@pytest.fixture
def without_rust(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """`jsonschema_rs` cannot be imported."""
    monkeypatch.setitem(sys.modules, "jsonschema_rs", None)
    monkeypatch.delitem(sys.modules, rust_engine.__name__)
    monkeypatch.delattr(validation, "rust_engine")
    engine.cache_clear()
    yield
    engine.cache_clear()


def test_choice() -> None:
    """`jsonschema_rs` is the engine where it can be imported."""
    assert engine() is rust_engine


def test_choice_without_rust(without_rust: None) -> None:
    """And `jsonschema` where it cannot."""
    assert engine() is python_engine


@pytest.mark.parametrize("path", LINTED, ids=lambda path: path.relative_to(FIXTURES).as_posix())
def test_without_rust(path: Path, request: pytest.FixtureRequest) -> None:
    """Where `jsonschema_rs` cannot be imported, the findings are the same."""
    name, text = path.relative_to(ROOT).as_posix(), read(path)
    with_rust = findings(name, text)
    request.getfixturevalue("without_rust")
    assert findings(name, text) == with_rust
