"""Owns the parameters that an operation takes from a request, and whether they satisfy their schemas.

Source: https://spec.openapis.org/oas/v3.0.3#style-values for how arrays are written.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from apigw_lint.bounds import MAX_TRACED
from apigw_lint.gateway.operations import Operation
from apigw_lint.gateway.parameters import Parameter
from apigw_lint.gateway.spec import Spec
from apigw_lint.source.tree import Mapping, Node
from apigw_lint.trace.judging import Verdict, judge
from apigw_lint.trace.request import Request

_NOT_TEXTS = ("integer", "number", "boolean")
_DELIMITERS = {"spaceDelimited": " ", "pipeDelimited": "|"}


class Argument(NamedTuple):
    """A declared parameter, and its values in a request, none if the request does not have it."""

    parameter: Parameter
    values: tuple[str, ...]

    @property
    def text(self) -> str:
        """What stands for it where it is substituted; several values are joined by commas."""
        return ",".join(self.values)


def arguments(operation: Operation, request: Request, in_path: dict[str, str]) -> list[Argument]:
    """The parameters of an operation with what a request has for them, in the order of their declaration."""
    return [
        Argument(parameter, tuple(_values(parameter, request, in_path)))
        for parameter in operation.parameters[:MAX_TRACED]
    ]


def _values(parameter: Parameter, request: Request, in_path: dict[str, str]) -> Iterator[str]:
    name = parameter.name
    if parameter.location == "path":
        value = in_path.get(name.removesuffix("+"))
        yield from () if value is None else (value,)
    elif parameter.location == "query":
        yield from (value for key, value in request.query if key == name)
    elif parameter.location == "header":
        value = request.header(name)
        yield from () if value is None else (value,)
    elif parameter.location == "cookie":
        yield from (value for key, value in request.cookies() if key == name)


def judged(spec: Spec, argument: Argument) -> Verdict:
    """Whether the values of a parameter that a request has satisfy its schema.

    A text is read as a number, a boolean or a null where only then it satisfies the schema.
    """
    node = argument.parameter.node
    schema = node.get("schema")
    if schema is None:
        return Verdict(reason="it has 'content' instead of a schema" if node.get("content") else "it has no schema")
    resolved = spec.references.resolve(schema)
    kind = _type(resolved)
    if may_be_object(spec, argument.parameter):
        return Verdict(reason="it may be an object, and how one is written is not read here")
    values = argument.values
    may_be_empty = argument.parameter.node.get("allowEmptyValue")
    if values == ("",) and may_be_empty is not None and may_be_empty.value is True:
        return Verdict()
    if kind == "array":
        texts = list(_items(argument.parameter, values))
        items = spec.references.resolve(resolved.get("items") if resolved else None)
        if _is_deep(spec, items):
            return Verdict(reason="its items may be objects or lists, and how those are written is not read here")
        return _best(spec, schema, _lists(texts, _type(items)))
    if len(values) > 1:
        return Verdict(reason=f"it is given {len(values)} times, and which of them counts is not documented")
    return _best(spec, schema, _scalars(values[0], kind))


def may_be_object(spec: Spec, parameter: Parameter) -> bool:
    """Whether a parameter may be an object: then its name need not be in a request (`filter[name]=x`)."""
    return parameter.node.text("style") == "deepObject" or _is_deep(spec, parameter.node.get("schema"), ("object",))


def _is_deep(spec: Spec, schema: Node | None, kinds: Sequence[str] = ("object", "array"), levels: int = 8) -> bool:
    """Whether a schema allows an object, or a list, by its type or by one that it is combined of."""
    resolved = spec.references.resolve(schema)
    if resolved is None or not isinstance(resolved.value, Mapping) or not levels:
        return False
    if (kind := _type(resolved)) is not None:
        return kind in kinds
    if "object" in kinds and resolved.get("properties") is not None:
        return True
    parts = (resolved.get(key) for key in ("allOf", "anyOf", "oneOf"))
    return any(_is_deep(spec, one, kinds, levels - 1) for part in parts if part for one in part.entries())


def _items(parameter: Parameter, values: Iterable[str]) -> Iterator[str]:
    """The texts of the items of an array, as its style writes them."""
    node = parameter.node
    is_form = parameter.location in ("query", "cookie")
    style = node.text("style") or ("form" if is_form else "simple")
    explode = node.get("explode")
    is_exploded = explode.value is True if explode is not None else style == "form"
    for value in values:
        if is_form and is_exploded:
            yield value
        else:
            yield from value.split(_DELIMITERS.get(style, ","))


def _best(spec: Spec, schema: Node, readings: list[Any]) -> Verdict:
    """The verdict about the first reading that satisfies a schema, else about the first one."""
    first = judge(spec, schema, readings[0])
    for reading in readings[1:]:
        if not first.errors:
            return first
        if not (verdict := judge(spec, schema, reading)).errors:
            return verdict
    return first


def _number(text: str) -> Any:
    """The JSON value that a text is, None if it is no number, boolean or null."""
    try:
        value = json.loads(text, parse_constant=lambda _: None)
    except (ValueError, RecursionError):
        return None
    return None if isinstance(value, (dict, list, str)) else value


def _type(schema: Node | None) -> str | None:
    return schema.text("type") if schema is not None and isinstance(schema.value, Mapping) else None


def _scalars(text: str, kind: str | None) -> list[Any]:
    """What a text may be read as; first what its type asks for."""
    value = _number(text)
    readings = [text] if value is None else [text, value]
    return readings[::-1] if kind in _NOT_TEXTS else readings


def _lists(texts: list[str], kind: str | None) -> list[Any]:
    """What the texts of a list may be read as; first what the type of its items asks for."""
    values = [_number(text) for text in texts]
    if not texts or None in values:
        mixed = [text if value is None else value for text, value in zip(texts, values, strict=True)]
        return [mixed] if kind in _NOT_TEXTS else [texts]
    return [values, texts] if kind in _NOT_TEXTS else [texts, values]
