"""The schema for editors says what the linter says, as far as a schema can: no more on clean files, little less."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import jsonschema_rs
import pytest

from apigw_lint.gateway.schemas import path_of
from apigw_lint.gateway.substitution import LEGACY_TYPES
from apigw_lint.source import placeholder
from tests.conftest import FIXTURES
from tests.gateway.test_schemas import everywhere
from tests.mutants import Mutant, specifications
from tests.rules.test_mutations import is_excused, like_mutants
from tests.support import GOOD_FILES, RULE_FOLDERS, SPECS, read
from tests.twins import parsed

CLEAN = [*GOOD_FILES, *sorted((FIXTURES / "clean").iterdir()), *SPECS]
BAD = [folder / "bad.yaml" for folder in RULE_FOLDERS]

NOT_CLEAN_FOR_A_SCHEMA = {
    "malformed-ignore/good-indentation.yaml": "comments ignore what is wrong",
    "unused-ignore/good.yaml": "comments ignore what is wrong",
    "malformed-url/good-placeholders.yaml": "the value of a tag of another tool is text",
    "wrong-type/good.yaml": "the value of a tag of another tool is text",
}

NOT_SEEN = {
    "misspelt openapi/definitions/schema/else/properties/.*": "a key of a schema may be of a later JSON Schema",
    r"misspelt .*/properties/\$ref": "it looks like a variable of a shell",
    "without openapi .*": "the key 'openapi' says which schema applies",
}
"""What no schema for editors reports, as patterns: the kind of mistake and the part of the schemas."""


@cache
def schema() -> Any:
    return json.loads(Path(path_of("editor")).read_bytes())


@cache
def validator() -> jsonschema_rs.Validator:
    return jsonschema_rs.validator_for(schema())


def is_accepted(text: str) -> bool:
    root = parsed(text).root
    return root is None or validator().is_valid(root.value)


def parts(value: Any) -> Iterator[Any]:
    """A JSON value and all in it."""
    yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from parts(inner)


def test_one_file() -> None:
    """It is draft-07, and refers to its own definitions only."""
    assert schema()["$schema"] == "http://json-schema.org/draft-07/schema#"
    jsonschema.Draft7Validator.check_schema(schema())
    jsonschema_rs.meta.validate(schema())
    references = [part["$ref"] for part in everywhere(schema()) if "$ref" in part]
    assert len(references) > 100
    for reference in references:
        assert reference.removeprefix("#/definitions/") in schema()["definitions"], reference


def test_words() -> None:
    """Each key has its description in Markdown too, with a link to the page; listed values have sentences or none."""
    for part in everywhere(schema()):
        for key, inner in part.get("properties", {}).items():
            if isinstance(inner, dict) and "description" in inner and key != "$schema":
                link = r"\n\n\[Documentation\]\(https://[^ )]+\)"
                assert re.fullmatch(re.escape(inner["description"]) + link, inner["markdownDescription"])
        if "enumDescriptions" in part:
            assert len(part["enumDescriptions"]) == len(part["enum"])
            assert all(re.fullmatch(r"[A-Z].*[.]", words) for words in part["enumDescriptions"])


def test_clean_files_are_valid() -> None:
    """Every clean specification is valid, but for what a schema cannot know."""
    refused = {f"{path.parent.name}/{path.name}" for path in CLEAN if not is_accepted(read(path))}
    assert refused == NOT_CLEAN_FOR_A_SCHEMA.keys()


def one_of_each() -> list[Mutant]:
    """A specification with one mistake for each demand of the schemas, a small one."""
    mutants = [mutant for groups in like_mutants().values() for group in groups for mutant in group]
    mutants.sort(key=lambda mutant: -len(specifications()[mutant.spec]))
    return list({mutant.proves: mutant for mutant in mutants if not is_excused(mutant)}.values())


def test_mistakes_are_seen() -> None:
    """What breaks a demand of the linter's schemas is refused, but for what only the linter can know."""
    assert all(map(is_accepted, specifications().values()))
    mutants = one_of_each()
    assert len(mutants) > 1000
    needed = set()
    for mutant in mutants:
        if is_accepted(mutant.text):
            names = [f"{demand.kind} {demand.part}" for demand in mutant.proves]
            excuses = {excuse for excuse in NOT_SEEN for name in names if re.fullmatch(excuse, name)}
            assert excuses, mutant.name
            needed |= excuses
    assert needed == NOT_SEEN.keys()


PATH = "openapi: 3.0.0\ninfo: {title: API, version: 1.0.0}\npaths:\n  /a:\n    get:\n"


@pytest.mark.parametrize(
    ("value", "is_valid"),
    [
        ("200", True),
        ("'200'", False),
        ("600", False),
        ("${CODE}", True),
        ("'${CODE}'", True),
        ("${var.code}", True),
        ("'{{ code }}'", True),
        ("{CODE}", True),
        ("{code}", False),
        ("{}", False),
        ("<code>", True),
        ("yes", False),
    ],
)
def test_unknown_scalars(value: str, is_valid: bool) -> None:
    """Where a number is due, what is filled in later is valid, and no other text."""
    integration = f"      x-yc-apigateway-integration: {{type: dummy, http_code: {value}}}\n"
    assert is_accepted(PATH + integration) is is_valid


@pytest.mark.parametrize(
    ("integration", "is_valid"),
    [
        ("${INTEGRATION}", True),
        ("text", False),
        ("{INTEGRATION}", True),
        ("{type: ${TYPE}, anything: 1}", True),
        ("{type: cloud_functions}", False),
        ("{type: cloud_functions, '${REST}': 1}", True),
        ("{type: cloud_functions, function_id: a, x-own: 1}", True),
        ("{type: cloud_functions, function_id: a, x-yc-own: 1}", False),
        ("{type: cloud_functions, function_id: a, x-yc-apigateway-cors: {origin: true}}", False),
        ("{type: cloud_functions, function_id: a, omitEmptyHeaders: true}", False),
    ],
)
def test_unknown_objects(integration: str, is_valid: bool) -> None:
    """An object or a key may be filled in later; an extension of the gateway must be one, and where it belongs."""
    assert is_accepted(f"{PATH}      x-yc-apigateway-integration: {integration}\n") is is_valid


@pytest.mark.parametrize("value", ["yes", "Off", "true", "${STRICT}"])
def test_booleans(value: str) -> None:
    """Booleans of both versions of YAML are valid, and what is filled in later."""
    validator_of_requests = f"      x-yc-apigateway-validator: {{validateRequestBody: {value}}}\n"
    assert is_accepted(PATH + validator_of_requests)


def test_other_versions() -> None:
    """Documents of Swagger and of OpenAPI 3.1, which the linter judges otherwise, are left alone."""
    for version in ("swagger: '2.0'", "openapi: 3.1.0"):
        assert is_accepted(f"{version}\npaths: 1\nhost: a\n")
    for version in ("openapi: 3.0.0", "openapi: 3.0", "x-a: 1"):
        assert not is_accepted(f"{version}\npaths: 1\n")


def test_schema_of_the_file_itself() -> None:
    """A document may name its schema at the root."""
    assert is_accepted("$schema: editor.json\nopenapi: 3.0.0\ninfo: {title: API, version: '1'}\npaths: {}\n")


def test_old_spellings() -> None:
    """Old spellings are valid and marked; `serviceAccountId` is none."""
    properties = [entry for part in everywhere(schema()) for entry in part.get("properties", {}).items()]
    marked = {key: inner["deprecationMessage"] for key, inner in properties if inner and "deprecationMessage" in inner}
    assert marked == {"service_account": "Old spelling: write 'service_account_id'."}
    kinds = schema()["definitions"]["integration"]["else"]["properties"]["type"]
    assert not LEGACY_TYPES.keys() & set(kinds["anyOf"][0]["enum"])
    assert [mark["then"]["deprecationMessage"] for mark in kinds["allOf"]] == [
        "Old spelling: write 'cloud_functions'.",
        "Old spelling: write 'object_storage'.",
    ]


def test_pattern_of_placeholders() -> None:
    """The pattern in the schema finds what the linter takes for unknown, in all fixtures."""
    known = placeholder.NONE_NAMED
    roots = [parsed(read(path)).root for path in CLEAN + BAD]
    found = {text for root in roots if root for part in parts(root.value) for text in texts(part)}
    assert len(found) > 3000
    for text in found:
        assert bool(re.search(placeholder.UNKNOWN, text)) is known.is_unknown(text), text
        assert bool(re.search(placeholder.UNKNOWN_KEY, text)) is known.is_unknown_key(text), text


def texts(value: Any) -> Iterable[str]:
    """The string that a value is, or the keys that it has."""
    return [value] if isinstance(value, str) else value if isinstance(value, dict) else ()
