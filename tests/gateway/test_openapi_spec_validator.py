"""What we say about plain OpenAPI is what openapi-spec-validator says, but for differences that are written down."""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Any, NamedTuple

import jsonschema
import pytest
from referencing import Registry
from referencing.jsonschema import DRAFT7

from apigw_lint.gateway.kinds import HTTP_METHODS
from apigw_lint.gateway.schemas import specification_schemas
from apigw_lint.source.parse import parse
from apigw_lint.source.text import Source
from tests.mutants import Demand, Mutant, all_mutants, specifications

osv = pytest.importorskip("openapi_spec_validator", reason="a development dependency")
schemas = pytest.importorskip("openapi_spec_validator.schemas")

SAMPLE = 300
"""How many mutants are compared."""

FILES = [(f"{name}.json", DRAFT7.create_resource(schema)) for name, schema in specification_schemas().items()]
OURS = jsonschema.Draft7Validator({"$ref": "openapi.json"}, registry=Registry().with_resources(FILES))
# Their schema by the engine that tells why an alternative does not fit; their own choice, `jsonschema_rs`, does not.
THEIRS = jsonschema.Draft4Validator(dict(schemas.schema_v30))


class Failure(NamedTuple):
    """A keyword that a place fails, and the keys that are missing, extra or impossible."""

    path: tuple[str, ...]
    keyword: str
    keys: tuple[str, ...] = ()


# What the other validator cannot know is moved out of its way.


def plain(value: Any, key: str = "") -> Any:
    """A document without our extensions, and with the `responses` that the gateway does not demand."""
    if isinstance(value, list):
        return [plain(item) for item in value]
    if not isinstance(value, dict):
        return value
    found = {name.replace("+}", "}"): plain(item, name) for name, item in value.items() if not name.startswith("x-yc-")}
    if key in HTTP_METHODS and "responses" not in found:
        found["responses"] = {"default": {"description": ""}}
    return found


def document(name: str, text: str) -> Any:
    """A text as plain OpenAPI."""
    root = parse(Source(name, text)).root
    assert root is not None
    return plain(root.value)


# Errors, alternatives resolved.


def failures(validator: Any, data: Any) -> set[Failure]:
    """What a validator refuses, each by its deepest cause."""
    return {failure for error in validator.iter_errors(data) for failure in _causes(error)}


def _causes(error: Any) -> Iterator[Failure]:
    if error.context:
        for inner in _fitting_alternative(error):
            yield from _causes(inner)
        return
    keyword = error.validator
    keys: tuple[str, ...] = ()
    if "propertyNames" in error.absolute_schema_path:
        keyword, keys = "propertyNames", (error.instance,)
    elif error.validator == "required":
        keys = (error.message.split("'")[1],)
    elif error.validator == "additionalProperties":
        known = error.schema.get("properties", {})
        patterns = error.schema.get("patternProperties", {})
        keys = tuple(
            sorted(key for key in error.instance if key not in known and not any(re.search(p, key) for p in patterns))
        )
    yield Failure(tuple(map(str, error.absolute_path)), keyword, keys)


def _fitting_alternative(error: Any) -> list[Any]:
    """The errors of the alternative that was meant: a reference or not, the `type` or `in` that is there."""
    by_number: dict[int, list[Any]] = defaultdict(list)
    for inner in error.context:
        by_number[inner.schema_path[0]].append(inner)
    is_reference = isinstance(error.instance, dict) and "$ref" in error.instance

    def misfit(number: int) -> tuple[object, ...]:
        is_other = error.validator_value[number].get("$ref", "").endswith("/Reference") is not is_reference
        return is_other, len(about(number, "type")), len(about(number, "in")), len(by_number[number])

    def about(number: int, key: str) -> list[Any]:
        return [inner for inner in by_number[number] if inner.validator == "enum" and list(inner.path) == [key]]

    best = min(by_number, key=misfit)
    return about(best, "type") or about(best, "in") or by_number[best]


# Differences.


class Difference(NamedTuple):
    """A failure that only one side has: where, what the other side says there instead, and why."""

    reason: str
    side: str
    keyword: str
    keys: tuple[str, ...] = ()
    where: str = ""
    instead: str = ""

    def covers(self, side: str, failure: Failure, others: set[Failure]) -> bool:
        """Whether this explains a failure that the others do not have."""
        return (
            (side, failure.keyword) == (self.side, self.keyword)
            and (not self.keys or failure.keys == self.keys)
            and re.search(self.where, "/".join(("", *failure.path))) is not None
            and (not self.instead or (failure.path, self.instead) in {(other.path, other.keyword) for other in others})
        )


DIFFERENCES = (
    Difference("the text of OpenAPI wants one of the two in a link", "ours", "required", ("operationId",)),
    Difference("the text of OpenAPI has the two exclude each other", "ours", "not", where="/examples/[^/]+$"),
    Difference("the text of JSON Schema wants at least one", "ours", "minItems", where="/(allOf|oneOf|anyOf)$"),
    Difference("the text of OpenAPI wants items of an array", "ours", "required", ("items",)),
    Difference("their discriminator is open", "ours", "additionalProperties", where="/discriminator$"),
    Difference("their names of components are free", "ours", "propertyNames", where="^/components/[a-zA-Z]+$"),
    Difference("the gateway takes jwksUri instead", "theirs", "required", ("openIdConnectUrl",)),
    Difference("it is what not-openapi-3-0 reports", "theirs", "required", ("openapi",)),
    Difference("it is what optional-path-parameter reports", "theirs", "required", ("required",)),
    Difference("it is what optional-path-parameter reports", "theirs", "enum", where="/parameters/[^/]+/required$"),
    Difference("to Python '$' also fits before a final line break", "ours", "propertyNames", ("200\n",)),
    Difference("other keyword", "ours", "propertyNames", where="/paths", instead="additionalProperties"),
    Difference("other keyword", "theirs", "additionalProperties", where="/paths", instead="propertyNames"),
    Difference("other draft of JSON Schema", "ours", "exclusiveMinimum", instead="minimum"),
    Difference("other draft of JSON Schema", "theirs", "minimum", instead="exclusiveMinimum"),
    Difference("a listed value needs no type", "theirs", "type", instead="enum"),
    Difference("what is no mapping has no keys to exclude", "theirs", "not", instead="type"),
    Difference("what is no mapping has no alternatives", "theirs", "oneOf", instead="type"),
    Difference("both at once is one mistake", "theirs", "oneOf", instead="not"),
    Difference("a parameter without 'in' fits several alternatives", "theirs", "oneOf", instead="required"),
)


def unexplained(data: Any) -> list[str]:
    """The failures of one side that no written difference covers."""
    ours, theirs = failures(OURS, data), failures(THEIRS, data)
    sides = (("ours", ours - theirs, theirs), ("theirs", theirs - ours, ours))
    return [
        f"{side}: {failure}"
        for side, alone, others in sides
        for failure in alone
        if not any(difference.covers(side, failure, others) for difference in DIFFERENCES)
    ]


@pytest.mark.parametrize("name", specifications())
def test_clean_specifications(name: str) -> None:
    """Of a clean specification both say nothing, their rules beyond the schema included, or what is written down."""
    data = document(name, specifications()[name])
    assert not unexplained(data)
    explained = {failure.path for failure in failures(THEIRS, data)}
    for error in osv.OpenAPIV30SpecValidator(data).iter_errors():
        place = tuple(map(str, error.absolute_path))
        assert any(path[: len(place)] == place for path in explained), error


def openapi_mutants() -> list[Mutant]:
    """One mutant of each kind whose mistake is in plain OpenAPI."""
    by_kind: dict[tuple[Demand, ...], Mutant] = {}
    for mutant in all_mutants():
        if mutant.proves[0].part.startswith("openapi"):
            by_kind.setdefault(mutant.proves, mutant)
    return list(by_kind.values())


def test_mutants() -> None:
    """Of a document with one mistake both say the same, or what is written down."""
    for mutant in random.Random(20241117).sample(openapi_mutants(), SAMPLE):
        assert not unexplained(document(mutant.spec, mutant.text)), mutant.name


@pytest.mark.exhaustive
def test_every_mutant_and_every_difference() -> None:
    """The same for every kind of mistake, and no difference is written down that is not there."""
    seen = set()
    for mutant in openapi_mutants():
        data = document(mutant.spec, mutant.text)
        assert not unexplained(data), mutant.name
        ours, theirs = failures(OURS, data), failures(THEIRS, data)
        for side, alone, others in (("ours", ours - theirs, theirs), ("theirs", theirs - ours, ours)):
            seen |= {one for one in DIFFERENCES for failure in alone if one.covers(side, failure, others)}
    assert seen == set(DIFFERENCES)
