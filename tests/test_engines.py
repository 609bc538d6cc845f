"""The two schema engines agree, so that it does not matter which of them is installed."""

from __future__ import annotations

import random
import sys
from pathlib import Path

import jsonschema
import jsonschema_rs
import pytest

from apigw_lint import lint
from apigw_lint.gateway import schema
from apigw_lint.source.parse import parse
from apigw_lint.source.text import Source
from tests.conftest import FIXTURES, ROOT
from tests.mutants import all_mutants
from tests.support import EVERYTHING, RULE_FOLDERS, SPECS, read

SAMPLE = 600
"""How many mutants both engines judge."""

DOCUMENTS = sorted(path for path in FIXTURES.rglob("*") if path.suffix in (".yaml", ".yml", ".json"))
LINTED = [*SPECS, *(path for folder in RULE_FOLDERS for path in sorted(folder.glob("*.yaml")))]

WHOLE = {**schema.bundle(), "allOf": [{"$ref": "#/definitions/openapi"}]}
SLOW = jsonschema.Draft7Validator(WHOLE)
FAST = jsonschema_rs.Draft7Validator(WHOLE, validate_formats=False)


def failures_of_both(text: str, name: str) -> tuple[set[tuple[str, ...]], set[tuple[str, ...]]]:
    """What each engine refuses in a document, as places and keywords; nothing when it cannot be read."""
    root = parse(Source(name, text)).root
    if root is None:
        return set(), set()
    # `jsonschema_rs` shows the key "200" as a number.
    slow = {(*map(str, error.absolute_path), error.validator) for error in SLOW.iter_errors(root.value)}
    fast = {(*map(str, error.instance_path), str(error.schema_path[-1])) for error in FAST.iter_errors(root.value)}
    return slow, fast


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.relative_to(FIXTURES).as_posix())
def test_fixtures(path: Path) -> None:
    """Both engines refuse the same keywords in the same places of every fixture that can be read."""
    try:
        text = read(path).removeprefix("\ufeff")
    except UnicodeDecodeError:
        pytest.skip("not UTF-8")
    slow, fast = failures_of_both(text, path.name)
    assert slow == fast


def test_mutants() -> None:
    """Both engines refuse the same in documents with one mistake, and refuse all whose mistake is about the schemas."""
    for mutant in random.Random(20241117).sample(all_mutants(), SAMPLE):
        slow, fast = failures_of_both(mutant.text, mutant.spec)
        assert slow == fast, mutant.name
        assert slow or mutant.rule in ("unknown-extension", "not-openapi-3-0"), mutant.name


def findings(name: str, text: str) -> list[tuple[object, ...]]:
    found = lint(name, text, EVERYTHING).found
    return [(one.order, one.severity, one.pointer, one.url, one.related) for one in found]


@pytest.mark.parametrize("path", LINTED, ids=lambda path: path.relative_to(FIXTURES).as_posix())
def test_without_the_fast_engine(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where `jsonschema_rs` cannot be imported, the findings are the same."""
    name, text = path.relative_to(ROOT).as_posix(), read(path)
    with_both = findings(name, text)
    monkeypatch.setitem(sys.modules, "jsonschema_rs", None)
    schema._fast.cache_clear()
    try:
        assert schema._fast("openapi") is None
        assert findings(name, text) == with_both
    finally:
        schema._fast.cache_clear()
