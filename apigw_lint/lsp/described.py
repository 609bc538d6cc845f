"""What the schemas say of an entry of a document, in Markdown."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from apigw_lint.formats.markdown import code
from apigw_lint.gateway.allowed import types_of, values_of
from apigw_lint.gateway.in_force import Part, parts_at, parts_under
from apigw_lint.gateway.spec import Spec
from apigw_lint.gateway.substitution import substituted_in
from apigw_lint.gateway.variables import written
from apigw_lint.source.tree import Mapping, Node
from apigw_lint.spelling import joined

_LIMITS = {"minimum": "at least {}", "maximum": "at most {}", "minItems": "at least {} of them"}
_TYPED = ("integration", "authorizer")
"""The kinds of objects whose types have descriptions of their own."""


class _Entry(NamedTuple):
    """An entry, the schemas in force on the object that it is in, and those on its value."""

    node: Node
    around: list[Part]
    parts: list[Part]


def description(spec: Spec, node: Node) -> Iterator[str]:
    """The paragraphs about an entry: its key and type, meaning, values, page. Nothing of what has no description.

    Of what is free in a field, such as a header, they are about the field.
    """
    entry = _described(spec, node)
    if entry is None:
        return
    texts = list(dict.fromkeys(_texts(spec, entry)))
    yield _heading(entry)
    yield from texts
    if facts := " ".join((*_facts(entry.parts), *_substitution(spec, node, entry, "".join(texts)))):
        yield facts
    pages = [page for part in entry.parts if (page := part.schema.get("x-docs"))]
    page = pages[-1 if len(texts) > 1 else 0] if pages else ""
    if page:
        yield f"[Documentation]({page})"


def _described(spec: Spec, node: Node) -> _Entry | None:
    """The entry itself, or the field that it is a free part of."""
    while True:
        around = parts_at(spec.kinds, node.container)
        parts = list(parts_under(around, node.key, node.value))
        if any("description" in part.schema for part in parts):
            return _Entry(node, around, parts)
        parent = node.parent
        if parent is None or any("properties" in part.schema for part in around):
            return None
        node = parent


def _texts(spec: Spec, entry: _Entry) -> Iterator[str]:
    """What an entry means, and what the type of an object is that it selects or holds."""
    yield _descriptions(entry.parts)[0]
    node = entry.node
    if isinstance(node.value, Mapping) and spec.kinds.of(node.value) in _TYPED:
        yield _descriptions(entry.parts)[-1]
    elif node.key == "type" and spec.kinds.of(node.container) in _TYPED:
        yield _descriptions(entry.around)[-1]


def _descriptions(parts: list[Part]) -> list[str]:
    return [text for part in parts if (text := part.schema.get("description"))]


def _heading(entry: _Entry) -> str:
    """The key, the types that it may have, its limits, and whether it is required."""
    words = [joined(types_of(entry.parts) or [""])]
    for keyword, phrase in _LIMITS.items():
        limits = (part.schema[keyword] for part in entry.parts if keyword in part.schema)
        words += [phrase.format(limit) for limit in limits][:1]
    if any(entry.node.key in part.schema.get("required", ()) for part in entry.around):
        words.append("required")
    return f"**{code(str(entry.node.key))}** {', '.join(filter(None, words))}".rstrip()


def _facts(parts: list[Part]) -> Iterator[str]:
    default = next((part.schema["default"] for part in parts if "default" in part.schema), None)
    if default is not None:
        yield f"Default: {code(written(default))}."
    if types_of(parts) != ["boolean"] and (values := values_of(parts)):
        yield f"Allowed: {', '.join(map(code, values))}."


def _substitution(spec: Spec, node: Node, entry: _Entry, text: str) -> Iterator[str]:
    """Whether parameters are substituted in a string of an integration, unless its description says so."""
    if "substituted" in text or "`{name}`" in text:
        return
    if substituted_in(spec.kinds, node):
        yield "`{name}` is replaced by the request parameter of that name."
    elif spec.kinds.of(node.container) == "integration" and _is_free_text(entry.parts):
        yield "Parameters are not substituted here."


def _is_free_text(parts: list[Part]) -> bool:
    return types_of(parts) == ["string"] and not values_of(parts)
