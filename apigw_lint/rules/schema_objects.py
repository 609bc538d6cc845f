"""Rules about schemas that no value fits, or not the one that they give themselves."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cache
from itertools import islice
from typing import Any, NamedTuple

from apigw_lint.bounds import MAX_RETYPED, MAX_SUGGESTIONS
from apigw_lint.diagnostic import Consequence, Fix, Severity
from apigw_lint.fix.edits import combined, make_fix, quote, replace_in, unquote
from apigw_lint.gateway import variables
from apigw_lint.gateway.spec import Spec
from apigw_lint.rules.defaults import default_fix, difference, type_in_words
from apigw_lint.rules.pattern_syntax import Flaw, flaw_of
from apigw_lint.rules.rule import Problem, rule
from apigw_lint.source import scalar
from apigw_lint.source.tree import Mapping, Node, Sequence
from apigw_lint.source.unknown import is_unknown, may_be_unknown
from apigw_lint.spelling import listed

_IS_OF_TYPE: dict[str, Callable[[Any], bool]] = {
    "string": lambda value: isinstance(value, str),
    "boolean": lambda value: isinstance(value, bool),
    "integer": lambda value: _is_number(value) and value == value // 1,
    "number": lambda value: _is_number(value),
    "array": lambda value: isinstance(value, Sequence),
    "object": lambda value: isinstance(value, Mapping),
    "null": lambda value: value is None,
}


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _given(spec: Spec, keyword: str) -> Iterator[tuple[Node, Node]]:
    """Each schema that gives a keyword, with its value; beside a `$ref` it counts for nothing."""
    for schema in spec.objects.of_kind("schema"):
        if keyword in schema.value and "$ref" not in schema.value and (value := schema.get(keyword)) is not None:
            yield schema, value


def _once(problems: Iterable[Problem]) -> Iterator[Problem]:
    """The problems of values that are written at different places: a merge key repeats what is written once."""
    seen = set()
    for problem in problems:
        written_at = problem.node.raw_span if problem.node else None
        if written_at not in seen:
            seen.add(written_at)
            yield problem


@rule(Severity.WARNING, Consequence.BROKEN, fixes="safe or unsafe")
def impossible_default(spec: Spec) -> Iterator[Problem]:
    """A `default` that its own schema does not allow.

    It has another type than `type` says, or is not one of the values of `enum`: whoever leaves the value out gets one
    that the schema refuses. In YAML, quotes matter: `'10'` is a string, `10` is a number.

    Bad:
        /orders:
          get:
            parameters:
              - {name: limit, in: query, schema: {type: integer, default: '20'}}
              - {name: sort, in: query, schema: {type: string, enum: [asc, desc], default: ascending}}
            x-yc-apigateway-integration: {type: dummy, http_code: 200}

    Good:
        /orders:
          get:
            parameters:
              - {name: limit, in: query, schema: {type: integer, default: 20}}
              - {name: sort, in: query, schema: {type: string, enum: [asc, desc], default: asc}}
            x-yc-apigateway-integration: {type: dummy, http_code: 200}

    See: https://spec.openapis.org/oas/v3.0.3#schema-object
    """
    yield from _once(_default_problems(spec))


def _default_problems(spec: Spec) -> Iterator[Problem]:
    values_of = cache(_values)
    unlisted = []
    for schema, default in _given(spec, "default"):
        types, enum = _types(schema), schema.get("enum")
        if default.value is None or may_be_unknown(default):
            continue
        if types and not any(_IS_OF_TYPE[name](default.value) for name in types):
            yield _wrong_type(default, types, enum)
        elif enum is not None and type_in_words(default):
            values = values_of(enum)
            if values and (type_in_words(default), default.value) not in values:
                unlisted.append((default, enum))
    for number, (default, enum) in enumerate(unlisted):
        yield _unlisted(default, enum, has_suggestion=number < MAX_SUGGESTIONS)


def _types(schema: Node) -> list[str]:
    """The types that a schema allows; none if that is unknown, or anything goes."""
    node = schema.get("type")
    if node is None:
        return []
    names = [entry.value for entry in node.entries()] or [node.value]
    return names if all(isinstance(name, str) and name in _IS_OF_TYPE for name in names) else []


def _values(enum: Node) -> frozenset[tuple[str, Any]]:
    """The values of an `enum` with their types; none if some are unknown, or not strings, numbers or booleans."""
    nodes = list(enum.entries())
    is_known = all(node.value is None or (type_in_words(node) and not may_be_unknown(node)) for node in nodes)
    return frozenset((type_in_words(node), node.value) for node in nodes) if is_known else frozenset()


def _wrong_type(default: Node, types: list[str], enum: Node | None) -> Problem:
    """The problem of a default that has none of the types of its schema."""
    hint, fix = _retyped(default, types, enum)
    message = f"default {_shown(default)}, but 'type' is {listed(types)}"
    return Problem(default, message, hint=hint, fix=fix, cause=(message, hint))


def _shown(default: Node) -> str:
    """A default in words."""
    value = default.value
    if isinstance(value, (Mapping, Sequence)):
        return f"is {'a mapping' if isinstance(value, Mapping) else 'a list'}"
    written = f"'{value}'" if isinstance(value, str) else variables.written(value)
    return f"{written} is {type_in_words(default)}"


def _retyped(default: Node, types: list[str], enum: Node | None) -> tuple[str, Fix | None]:
    """How the default gets the right type, as the end of a message and as a fix; with it the values of its `enum`."""
    is_quoted = isinstance(default.value, str)
    can_change = _can_lose_quotes if is_quoted else _can_be_quoted
    nodes = list(islice(enum.entries(), MAX_RETYPED + 1)) if enum else []
    if not can_change(default, types) or len(nodes) > MAX_RETYPED:
        return "", None
    values = [node for node in nodes if can_change(node, types)]
    edits = combined((unquote if is_quoted else quote)(node) for node in (default, *values))
    them = "it and the values of 'enum'" if values else "it"
    advice = f"take the quotes off {them}" if is_quoted else f"quote {them}"
    return f": {advice}", make_fix(advice, edits, safe=True)


def _can_lose_quotes(node: Node, types: list[str]) -> bool:
    """Whether a string has one of some types without its quotes."""
    value = scalar.resolve(node.value) if isinstance(node.value, str) else None
    return type_in_words(node) == "a string" and value is not None and any(_IS_OF_TYPE[name](value) for name in types)


def _can_be_quoted(node: Node, types: list[str]) -> bool:
    """Whether a number or boolean has one of some types in quotes."""
    return "string" in types and type_in_words(node) in ("a number", "a boolean")


def _unlisted(default: Node, enum: Node, *, has_suggestion: bool) -> Problem:
    """The problem of a default that is not one of the values of its `enum`."""
    text = variables.written(default.value)
    reason, hint = difference(default, enum) if has_suggestion else ("not in its 'enum'", "")
    fix = default_fix(default, enum) if has_suggestion else None
    related = ((enum, "its 'enum'"),)
    return Problem(default, f"default '{text}' is {reason}", hint=hint, fix=fix, related=related)


@rule(Severity.WARNING, Consequence.BROKEN, fixes="unsafe")
def malformed_pattern(spec: Spec) -> Iterator[Problem]:
    """A `pattern` that is not a regular expression.

    What cannot be parsed cannot be matched, so a validator cannot check it. OpenAPI names the dialect of JavaScript;
    only what is wrong in every common dialect is reported. `*.example.com` is a wildcard: as a regular expression it is
    `.*\\.example\\.com`.

    Bad:
        /hosts:
          get:
            parameters:
              - {name: host, in: query, schema: {type: string, pattern: '*.example.com'}}
            x-yc-apigateway-integration: {type: dummy, http_code: 200}

    Good:
        /hosts:
          get:
            parameters:
              - {name: host, in: query, schema: {type: string, pattern: '^.*\\.example\\.com$'}}
            x-yc-apigateway-integration: {type: dummy, http_code: 200}

    See: https://spec.openapis.org/oas/v3.0.3#schema-object
    """
    yield from _once(_pattern_problems(spec))


def _pattern_problems(spec: Spec) -> Iterator[Problem]:
    flaw_of_text = cache(flaw_of)
    for _, node in _given(spec, "pattern"):
        flaw = flaw_of_text(node.value) if isinstance(node.value, str) and not is_unknown(node) else None
        if flaw:
            at = node.find(flaw.culprit, flaw.offset)
            message = f"'pattern' is not a regular expression: {flaw.reason}"
            yield Problem(node, message, at=at, fix=_flaw_fix(node, flaw), cause=node.value)


def _flaw_fix(node: Node, flaw: Flaw) -> Fix | None:
    remedy = flaw.remedy
    return (
        make_fix(f"write '{remedy.new}'", replace_in(node, remedy.offset, remedy.old, remedy.new)) if remedy else None
    )


class _Bound(NamedTuple):
    """A limit of a schema, and whether a value may not be equal to it."""

    node: Node
    is_exclusive: bool


_RANGES = (
    ("minimum", "maximum", "number"),
    ("minLength", "maxLength", "string"),
    ("minItems", "maxItems", "list"),
    ("minProperties", "maxProperties", "object"),
)
"""The keywords that limit a range from below and above, and what they limit."""
_LIMITS = frozenset(least for least, _, _ in _RANGES) | {"exclusiveMinimum"}


@rule(Severity.WARNING, Consequence.BROKEN)
def empty_range(spec: Spec) -> Iterator[Problem]:
    """A minimum above its maximum.

    No value is in such a range, so a validator refuses each one.

    Bad:
        /orders:
          get:
            parameters:
              - {name: limit, in: query, schema: {type: integer, minimum: 100, maximum: 1}}
            x-yc-apigateway-integration: {type: dummy, http_code: 200}

    Good:
        /orders:
          get:
            parameters:
              - {name: limit, in: query, schema: {type: integer, minimum: 1, maximum: 100}}
            x-yc-apigateway-integration: {type: dummy, http_code: 200}

    See: https://spec.openapis.org/oas/v3.0.3#schema-object
    """
    yield from _once(_range_problems(spec))


def _range_problems(spec: Spec) -> Iterator[Problem]:
    for schema in spec.objects.of_kind("schema"):
        if "$ref" in schema.value or _LIMITS.isdisjoint(schema.value):
            continue
        for least, most, noun in _RANGES:
            pairs = ((low, high) for low in _bounds(schema, least) for high in _bounds(schema, most))
            empty = next((pair for pair in pairs if _is_empty(*pair)), None)
            if empty:
                yield _empty_range(*empty, noun)


def _bounds(schema: Node, keyword: str) -> Iterator[_Bound]:
    """The limits that a keyword and its exclusive form set; that form is a boolean in OpenAPI 3.0, a number in 3.1."""
    exclusive = schema.get(f"exclusiveM{keyword[1:]}") if keyword.endswith("imum") else None
    node = schema.get(keyword)
    if node is not None and _is_number(node.value) and (node.value >= 0 or keyword.endswith("imum")):
        yield _Bound(node, exclusive is not None and exclusive.value is True)
    if exclusive is not None and _is_number(exclusive.value):
        yield _Bound(exclusive, is_exclusive=True)


def _is_empty(low: _Bound, high: _Bound) -> bool:
    is_excluded = low.is_exclusive or high.is_exclusive
    return bool(low.node.value > high.node.value or (low.node.value == high.node.value and is_excluded))


def _empty_range(low: _Bound, high: _Bound, noun: str) -> Problem:
    """The problem of two limits that exclude each other."""
    least, most = (f"'{bound.node.key}' {variables.written(bound.node.value)}" for bound in (low, high))
    relation = "more than" if low.node.value > high.node.value else "not less than"
    exclusion = "" if low.node.value > high.node.value else ", and one of them is exclusive"
    message = f"{least} is {relation} {most}{exclusion}: no {noun} fits"
    return Problem(low.node, message, related=((high.node, f"'{high.node.key}'"),), cause=message)
