"""Owns what contradicts the JSON Schemas: failures tied to the nodes of a tree, unknown values left out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

from apigw_lint.gateway.kinds import COMPONENT_SECTIONS, EXTENSIONS, Kinds
from apigw_lint.gateway.schemas import Schema
from apigw_lint.gateway.validation.engine import engine
from apigw_lint.gateway.validation.failure import Failure
from apigw_lint.gateway.validation.narrow import MINIMAL, without_valid_entries
from apigw_lint.gateway.validation.repeats import Repeats, is_left_out
from apigw_lint.gateway.variables import Possible
from apigw_lint.source.placeholder import LITERAL
from apigw_lint.source.text import Span
from apigw_lint.source.tree import Container, Mapping, Node, Sequence, Tree
from apigw_lint.source.unknown import is_braced_name, is_bracketed_text, is_disputed, is_unknown, is_unknown_text
from apigw_lint.source.yaml_versions import readings
from apigw_lint.spelling import nearest

_ABOUT_TYPE = ("type", "placeholder")
_JUDGED_BY_VALUE = frozenset(("enum", "const", "pattern", "minimum", "maximum", "exclusiveMinimum", "maxLength"))
"""Keywords that can be judged for a value of a variable; whether it becomes text or a number is not documented."""


class SchemaError(NamedTuple):
    """One keyword that one node fails.

    `node` is what fails (for a key that should not be there, its value), `schema` the object schema that
    says so, `key` the extra or missing key. A value made by variables fails for some of their values: then
    `possible` is such a value and says when.
    """

    node: Node
    keyword: str
    schema: Schema
    key: str | None = None
    possible: Possible | None = None

    @property
    def value(self) -> Any:
        """The value that fails."""
        return self.possible.value if self.possible else self.node.value

    @property
    def wanted(self) -> Any:
        """The keyword's value: the type, the list of values, the bound."""
        return self.schema[self.keyword]


PossibleValues = Callable[[Node], list[Possible]]
"""The values that a node may have, none when they are not known."""


def schema_errors(tree: Tree, kinds: Kinds, whole: str | None, possible: PossibleValues) -> tuple[SchemaError, ...]:
    """What contradicts the schemas, in document order, unknown values left out.

    `whole` names the schema of the document; without it only the extensions in the document are judged. What an alias
    or a merge repeats is reported once, where it is written.
    """
    repeats = Repeats(tree)
    errors: list[SchemaError] = []
    for name, judged in _judged(tree, kinds, whole):
        instance = repeats.left_out(judged.value, "document" if whole else name)
        errors += _errors(judged, _failures(name, instance), possible)
    for container, failures in _failures_of_entries(tree.entries if whole == "openapi" else ()):
        errors += _errors(Node.entry(tree, container.parent, container.key), failures, possible)
    distinct: dict[tuple[object, ...], SchemaError] = {}
    for error in sorted(errors, key=_position):
        origin = error.possible.origin if error.possible else None
        distinct.setdefault((error.node.raw_span, error.keyword, error.key, origin), error)
    return tuple(distinct.values())


def _position(error: SchemaError) -> tuple[Span, int]:
    """Where an error is; a mapping starts before those that it is merged into."""
    node = error.node
    return node.raw_span, node.container.start if node.parent else 0


def _judged(tree: Tree, kinds: Kinds, whole: str | None) -> Iterator[tuple[str, Node]]:
    """The nodes to judge, each with the name of its schema; of those that aliases repeat the first."""
    if whole is not None:
        if tree.root is not None:
            yield whole, tree.root
        return
    seen = set()
    for key, extension in EXTENSIONS.items():
        for node in tree.holding(key):
            is_own = kinds.of(node.container) in extension.owners and not extension.schema.startswith("openapi")
            is_repeated = isinstance(node.value, (Mapping, Sequence)) and (id(node.value), extension.schema) in seen
            if is_own and not is_repeated:
                seen.add((id(node.value), extension.schema))
                yield extension.schema, node


def _failures_of_entries(entries: Iterable[tuple[Container, str]]) -> Iterator[tuple[Container, list[Failure]]]:
    """The containers of other files that fail in the place of objects of their kinds, and what fails."""
    for container, kind in entries:
        path, instance = _instance(container, kind)
        if path and not engine().is_valid("openapi", instance):
            failures = (failure for failure in _failures("openapi", instance) if failure.path[: len(path)] == path)
            yield container, [failure._replace(path=failure.path[len(path) :]) for failure in failures]


def _instance(container: Container, kind: str) -> tuple[tuple[str, ...], dict[str, Any]]:
    """A valid document around an object of a kind, and the path to the object; no path for a kind without a place."""
    if kind == "components":
        return ("components",), {**MINIMAL, "components": container}
    if kind == "path item":
        return ("paths", "/"), {**MINIMAL, "paths": {"/": container}}
    section = COMPONENT_SECTIONS.get(kind)
    return (
        (("components", section, "one"), {**MINIMAL, "components": {section: {"one": container}}})
        if section
        else ((), {})
    )


def _failures(name: str, instance: Any) -> list[Failure]:
    """What fails in an instance. Finding that nothing does is twenty times as fast, so that comes first."""
    if engine().is_valid(name, instance):
        return []
    if name == "openapi":
        instance = without_valid_entries(instance, lambda part: engine().is_valid(name, part))
    return engine().failures(name, instance)


def _errors(judged: Node, failures: list[Failure], possible: PossibleValues) -> list[SchemaError]:
    """The errors in one judged node; a value of the wrong type has no other errors but those of its keys."""
    seen = set()
    errors: list[tuple[tuple[str | int, ...], SchemaError]] = []
    for failure in failures:
        node = None if is_left_out(failure.value) else judged.descend(*failure.path)
        if node is None or (_is_later(node.tree, str(node.key)) and node != node.tree.top):
            continue
        place = (node.identity, failure.keyword, failure.key, id(failure.schema))
        if place not in seen:
            seen.add(place)
            errors += [(failure.path, error) for error in _errors_of(failure, node, possible)]
    mistyped = {path for path, error in errors if error.keyword in _ABOUT_TYPE}
    return [error for path, error in errors if error.keyword in _ABOUT_TYPE or error.key or path not in mistyped]


def _errors_of(failure: Failure, node: Node, possible: PossibleValues) -> Iterator[SchemaError]:
    """The errors that follow from a failure of a node: none while the value is unknown."""
    keyword, schema = failure.keyword, failure.schema
    is_literal = node.tree.placeholders is LITERAL
    if failure.key is not None:
        if is_literal or _is_certain(failure, node):
            place = node if keyword == "required" else Node.entry(node.tree, node.value, failure.key)
            yield SchemaError(place, keyword, schema, failure.key)
    elif is_literal:
        yield SchemaError(node, keyword, schema)
    elif keyword == "type" and is_bracketed_text(node):
        # `[some words]` is a placeholder only where a string is expected; elsewhere it is a list, as in JSON.
        yield SchemaError(node, "placeholder" if "string" in schema["type"] else keyword, schema)
    elif is_disputed(node) and not is_unknown_text(node):
        if how := _how_disputed_fails(node, keyword, schema):
            yield SchemaError(node, how, schema)
    elif not is_unknown(node):
        yield SchemaError(node, keyword, schema)
    elif keyword == "type":
        numbers = [value for value in possible(node) if isinstance(value.value, (int, float))]
        for other in _JUDGED_BY_VALUE & schema.keys():
            yield from _failing_values(node, other, schema, numbers)
    elif keyword in _JUDGED_BY_VALUE:
        yield from _failing_values(node, keyword, schema, possible(node))


def _how_disputed_fails(node: Node, keyword: str, schema: Schema) -> str:
    """The keyword that a scalar fails which YAML 1.1 and 1.2 read differently: `disputed` if one reading is a number.

    Empty when it may be what is wanted. Where only a string can be, its text is judged.
    """
    if keyword != "type":
        # Without a type, a number may be allowed beside what is listed.
        is_text_due = schema["type"] == "string" if "type" in schema else node.value.isalpha()
        return keyword if is_text_due else ""
    wanted = set(schema["type"] if isinstance(schema["type"], list) else [schema["type"]])
    if "number" in wanted:
        wanted.add("integer")
    types = {reading.type for reading in readings(node.value)}
    if not types & wanted:
        return keyword
    return "disputed" if "integer" in wanted else ""


def _is_certain(failure: Failure, node: Node) -> bool:
    """Whether a key is surely missing from a mapping, or surely not a key of it."""
    if failure.keyword == "required":
        return not any(_is_later(node.tree, key) for key in node.value) and not is_unknown(node)
    is_text = failure.keyword == "additionalProperties" and is_braced_name(node.value)
    return not is_text and not _is_later(node.tree, failure.key or "")


def _failing_values(node: Node, keyword: str, schema: Schema, possible: list[Possible]) -> Iterator[SchemaError]:
    """An error for each value of a variable that fails a keyword; one for all if several variables make the value."""
    demand = {keyword: schema[keyword]}
    failing = [value for value in possible if value.when and not engine().allows(demand, value.value)]
    if failing and failing[0].origin:
        yield from (SchemaError(node, keyword, schema, possible=value) for value in failing)
    elif failing:
        when = "" if len(failing) == len(possible) else " or ".join(value.when for value in failing)
        yield SchemaError(node, keyword, schema, possible=Possible(failing[0].value, when))


def _is_later(tree: Tree, key: str) -> bool:
    """Whether a key is filled in later or was forgotten; `$rfe` is `$ref` misspelt, not a variable of a shell."""
    return tree.placeholders.is_unknown_key(key) and nearest(key, ("$ref",)) is None
