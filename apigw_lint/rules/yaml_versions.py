"""The rule about scalars that YAML 1.1 and YAML 1.2 read differently, where it matters."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from typing import NamedTuple

from apigw_lint.diagnostic import Consequence, Edit, Fix, Severity
from apigw_lint.fix.edits import combined, make_fix, quote, quote_key, replace_value
from apigw_lint.gateway.schemas import string_fields_of
from apigw_lint.gateway.spec import Spec
from apigw_lint.gateway.substitution import integration_type
from apigw_lint.rules.rule import Problem, rule
from apigw_lint.rules.schema_keywords import KEYWORDS_OF
from apigw_lint.source.tree import Mapping, Node, Sequence
from apigw_lint.source.unknown import is_disputed, is_disputed_text, is_unknown_text
from apigw_lint.source.yaml_versions import Reading, readings

_SENT = {"http": ("headers", "query"), "dummy": ("http_headers", "content")}
"""By type of integration, the mappings whose values are sent as text."""


class _Ambiguous(NamedTuple):
    """A node that the versions read differently, the type that is due there, and what belongs together.

    `is_key` says that its key is meant and not its value; `fix` is that of all that belongs together.
    """

    node: Node
    due: str
    cause: Hashable
    is_key: bool = False
    fix: Fix | None = None


@rule(
    Severity.WARNING,
    Consequence.STYLE,
    fixes="safe or unsafe",
    yields_to=("wrong-type", "bad-value", "odd-identifier"),
)
def ambiguous_scalar(spec: Spec) -> Iterator[Problem]:
    """A value that YAML 1.1 and YAML 1.2 read differently.

    In YAML 1.1, `on`, `off`, `yes` and `no` without quotes are booleans, `010` is 8 and `1:30` is 90; in YAML 1.2 the
    words are strings, and `010` is 10. `1e3` is a number in YAML 1.2 alone. Which version the gateway follows is not
    documented, and editors and other tools follow either. Names, descriptions and examples are not reported, nor are
    `y` and `n`, which YAML 1.1 calls booleans and hardly any parser does.

    Bad:
        /lamp:
          get:
            parameters:
              - {name: state, in: query, schema: {type: string, enum: [on, off]}}
            x-yc-apigateway-integration: {type: dummy, http_code: 200}

    Good:
        /lamp:
          get:
            parameters:
              - {name: state, in: query, schema: {type: string, enum: ['on', 'off']}}
            x-yc-apigateway-integration: {type: dummy, http_code: 200}

    See: https://yaml.org/spec/1.2.2/ext/changes/
    """
    if spec.tree.source.text.lstrip().startswith("{"):
        return  # JSON has one version
    seen = set()
    for ambiguous in _all_ambiguous(spec):
        node = ambiguous.node
        place = (node.key_span if ambiguous.is_key else node.raw_span, ambiguous.is_key)
        if place not in seen:
            seen.add(place)
            yield from _problem(ambiguous)


def _problem(ambiguous: _Ambiguous) -> Iterator[Problem]:
    """The finding about a node, if it is read differently; dates are left alone, as most have no quotes."""
    node, due = ambiguous.node, ambiguous.due
    text = str(node.key) if ambiguous.is_key else node.value
    old, new = readings(text)
    if old == new or old.type == "date" or len(text) == 1:
        return
    message = f"YAML 1.1 reads '{text}' as {old.in_words}, YAML 1.2 as {new.in_words}"
    if due == "string":
        fix = ambiguous.fix or make_fix("quote it", quote_key(node) if ambiguous.is_key else quote(node), safe=True)
        message += ": quote it"
    elif (meant := _of_type(due, new, old)) is None:
        return
    else:
        value = meant == "true" if due == "boolean" else float(meant)
        fix = ambiguous.fix or make_fix(f"write '{meant}'", _written(node, meant, value))
        message += f": write '{meant}'"
    at = node.key_span if ambiguous.is_key else None
    yield Problem(node, message, at=at, fix=fix, cause=ambiguous.cause)


def _written(node: Node, text: str, value: float | bool) -> tuple[Edit, ...] | None:
    """A number or boolean in the place of a scalar."""
    edits = replace_value(node, value)
    return edits and (edits[0]._replace(text=text),)


def _of_type(due: str, *candidates: Reading) -> str | None:
    """The value of the first reading of a type."""
    types = ("integer", "number") if due == "number" else (due,)
    return next((reading.value for reading in candidates if reading.type in types), None)


def _all_ambiguous(spec: Spec) -> Iterator[_Ambiguous]:
    """Everything that may be ambiguous where it matters; some of it twice."""
    for error in spec.errors(*KEYWORDS_OF["ambiguous-scalar"]):
        due = "number" if "number" in error.schema["type"] else "integer"
        yield _Ambiguous(error.node, due, ("number", error.node.key, error.node.value))
    for integration in spec.integrations.written:
        yield from _in_integration(integration)
    for variable in spec.variables.declared.values():
        yield from _in_variable(variable.node, variable.values)
    for schema in spec.objects.of_kind("schema"):
        if "enum" in schema.value or "default" in schema.value:
            yield from _in_schema(schema)


def _disputed(owner: Node) -> Iterator[Node]:
    """The values in a mapping or list that the versions read differently."""
    container = owner.value
    entries: Iterable[tuple[str | int, object]] = ()
    if isinstance(container, Mapping):
        entries = container.items()
    elif isinstance(container, Sequence):
        entries = enumerate(container)
    for key, value in entries:
        if isinstance(value, str) and is_disputed_text(value):
            node = Node.entry(owner.tree, container, key)
            if _is_disputed(node):
                yield node


def _is_disputed(node: Node) -> bool:
    return is_disputed(node) and not is_unknown_text(node)


def _in_integration(integration: Node) -> Iterator[_Ambiguous]:
    """The strings of an integration: its fields, what it sends, and the names of headers and query parameters."""
    kind = integration_type(integration)
    strings = string_fields_of(kind)
    for node in _disputed(integration):
        if node.key in strings:
            yield _Ambiguous(node, "string", ("field", node.key, node.value))
    for field in _SENT.get(kind, ()):
        if (mapping := integration.get(field)) is not None:
            yield from _in_sent(mapping, field)


def _in_sent(mapping: Node, field: str) -> Iterator[_Ambiguous]:
    """The names and values of what an integration sends."""
    for key, value in mapping.value.items() if isinstance(mapping.value, Mapping) else ():
        if field != "content" and _is_disputed_key(mapping, key):
            node = Node.entry(mapping.tree, mapping.value, key)
            yield _Ambiguous(node, "string", ("name", field, key), is_key=True)
        if isinstance(value, Sequence):
            for item in _disputed(Node.entry(mapping.tree, mapping.value, key)):
                yield _Ambiguous(item, "string", ("value", field, key, item.value))
    for node in _disputed(mapping):
        yield _Ambiguous(node, "string", ("value", field, node.key, node.value))


def _is_disputed_key(mapping: Node, key: str) -> bool:
    """Whether a key is a boolean to YAML 1.1."""
    if not 1 < len(key) < 4 or not key.isalpha() or not is_disputed_text(key):
        return False
    span = Node.entry(mapping.tree, mapping.value, key).key_span
    return span is not None and mapping.tree.source.slice(span) == key


def _in_variable(variable: Node, values: tuple[Node, ...]) -> Iterator[_Ambiguous]:
    """The values of a variable: quotes around all that are words go together."""
    disputed = list(filter(_is_disputed, values))
    if disputed:
        words = [node for node in values if isinstance(node.value, bool)]
        fix = make_fix("quote the values", combined(map(quote, (*disputed, *words))), safe=True)
        for node in disputed:
            yield _Ambiguous(node, "string", ("variable", variable.key), fix=fix)


def _in_schema(schema: Node) -> Iterator[_Ambiguous]:
    """The values of the `enum` and the `default` of a schema, if it says which type they have."""
    enum, default = schema.get("enum"), schema.get("default")
    values = [*(enum.entries() if enum else ()), *((default,) if default else ())]
    disputed = list(filter(_is_disputed, values))
    due = schema.value.get("type", _common_type(values, disputed)) if disputed else None
    if due not in ("string", "boolean", "integer", "number"):
        return
    edits = combined(map(quote, disputed)) if due == "string" else None
    fix = make_fix("quote it" if len(disputed) == 1 else "quote the values", edits, safe=True)
    places = tuple(sorted({value.container.start for value in disputed}))
    for value in disputed:
        yield _Ambiguous(value, due, ("schema", due, places), fix=fix)


def _common_type(values: list[Node], disputed: list[Node]) -> str:
    """The type of a schema without `type`: strings, if all its other values are strings."""
    others = [value for value in values if value not in disputed]
    return "string" if others and all(isinstance(value.value, str) for value in others) else ""
