"""Keys and values that the schemas have at a place, with what they say about them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from lsprotocol.types import CompletionItemKind

from apigw_lint.gateway.allowed import types_of, values_of
from apigw_lint.gateway.in_force import Part, in_force, parts_at, parts_under
from apigw_lint.gateway.kinds import COMPONENT_SECTIONS
from apigw_lint.gateway.spec import Spec
from apigw_lint.lsp.cursor import MARK, Cursor
from apigw_lint.lsp.insertion import Insertion, Style
from apigw_lint.source.containers import Container, Mapping
from apigw_lint.source.text import Span

_LEFT_OUT = ("x-legacy-of", "x-discouraged")
"""Marks of keys that have been replaced by others."""
_REFERENCE = "Reference to an object that is declared elsewhere in this document, such as `#/components/...`."


class Proposal(NamedTuple):
    """One thing that may be written in the place of a part of a document.

    `filter` is what a client compares with what is typed there, if that is not the label.
    """

    label: str
    kind: CompletionItemKind
    span: Span
    insertion: Insertion
    detail: str = ""
    documentation: str = ""
    filter: str | None = None


class Place(NamedTuple):
    """Where something is typed: in a document, at a cursor, in a style; `root` is the schema of one that is no spec."""

    spec: Spec
    cursor: Cursor
    style: Style
    root: Part | None = None

    @property
    def container(self) -> Container:
        """The object or list around the cursor."""
        return self.cursor.node.container

    def parts_at(self, container: Container) -> list[Part]:
        """The schemas in force on a container."""
        return parts_at(self.spec.kinds, container, self.root)

    def proposal(
        self, label: str, kind: CompletionItemKind, insertion: Insertion, detail: str = "", documentation: str = ""
    ) -> Proposal:
        """A proposal for what is typed; in quotes, clients compare it with these."""
        quote = self.style.quote
        filtered = f"{quote}{label}{quote}" if quote else None
        return Proposal(label, kind, self.cursor.typed, insertion, detail, documentation, filtered)


def schema_proposals(place: Place) -> Iterator[Proposal]:
    """The keys or the values that the schemas have at a place."""
    node, container = place.cursor.node, place.container
    parts = place.parts_at(container)
    if not place.cursor.is_key:
        yield from _values(place, list(parts_under(parts, node.key, None)))
    elif any("properties" in part.schema or "additionalProperties" in part.schema for part in parts):
        yield from _keys(place, parts)
    elif len(container) == 1:
        yield from _values(place, parts)


def _keys(place: Place, parts: list[Part]) -> Iterator[Proposal]:
    """The keys that the object does not have yet, required ones first, and those with a choice of types as a whole."""
    container, current = place.container, place.cursor.node.key
    if not isinstance(container, Mapping):
        return
    taken = {key for key in container if key != current}
    if any(part.schema.get("title") == "security requirement" for part in parts):
        yield from _schemes(place, taken)
        return
    properties = _properties(parts, container)
    required = {key for part in parts for key in part.schema.get("required", ())}
    excluded = {key for part in parts for key in _excluded(part, taken)}
    names = [name for name in properties if name not in taken and name not in excluded]
    names.sort(key=lambda name: name not in required)
    for name in names:
        inner = properties[name]
        detail = f"{' or '.join(types_of(inner))}{', required' if name in required else ''}".removeprefix(", ")
        insertion = place.style.entry(name, inner)
        yield place.proposal(name, CompletionItemKind.Property, insertion, detail, documentation_of(inner))
    if "type" in required and "type" in names and not place.style.has_colon:
        yield from _types(place, parts[0], container)
    if not taken and "$ref" not in names and place.spec.kinds.of(container) in COMPONENT_SECTIONS:
        yield place.proposal("$ref", CompletionItemKind.Reference, place.style.reference_entry(), "string", _REFERENCE)


def _properties(parts: list[Part], container: Mapping) -> dict[str, list[Part]]:
    """The documented keys in the order of the schemas, each with what is in force on its value."""
    names = (
        name
        for part in parts
        for name, schema in part.schema.get("properties", {}).items()
        if not any(mark in schema for mark in _LEFT_OUT)
    )
    return {name: list(parts_under(parts, name, None)) for name in dict.fromkeys(names)}


def _excluded(part: Part, taken: set[str]) -> Iterator[str]:
    """The keys that an object may not have beside those that it has."""
    together = part.schema.get("not", {}).get("required", ())
    return (key for key in together if all(other in taken for other in together if other != key))


def _types(place: Place, part: Part, container: Mapping) -> Iterator[Proposal]:
    """For each type that the object may have, that type with the keys that it requires."""
    current = place.cursor.node.key
    others = {key: value for key, value in container.items() if key != current}
    for value in values_of(list(parts_under(in_force(part, container), "type", None))):
        typed = Mapping({**others, "type": value})
        parts = list(in_force(part, typed))
        required = dict.fromkeys(key for inner in parts for key in inner.schema.get("required", ()))
        missing = [(key, list(parts_under(parts, key, None))) for key in required if key not in typed]
        insertion = place.style.entries([("type", [Part("", {"const": value})]), *missing])
        about = next((part for part in reversed(parts) if part.schema.get("description")), parts[0])
        label = f"type: {value}"
        detail = ", ".join(key for key, _ in missing)
        yield place.proposal(label, CompletionItemKind.Snippet, insertion, detail, documentation_of([about]))


def _schemes(place: Place, taken: set[str]) -> Iterator[Proposal]:
    """The security schemes that a requirement may name."""
    for name, scheme in place.spec.components("securitySchemes"):
        if name not in taken and MARK not in name:
            scopes = (
                [Part("", {"type": "array"})] if scheme.text("type") in ("oauth2", "openIdConnect") else [_NO_SCOPES]
            )
            insertion = place.style.entry(name, scopes)
            detail = f"{scheme.text('type') or ''} security scheme".strip()
            yield place.proposal(name, CompletionItemKind.Reference, insertion, detail)


_NO_SCOPES = Part("", {"type": "array", "maxItems": 0})


def _values(place: Place, parts: list[Part]) -> Iterator[Proposal]:
    """The values that are listed for a key or an item, and its default."""
    types = types_of(parts)
    default = next((part.schema["default"] for part in parts if "default" in part.schema), None)
    values = values_of(parts)
    if default is not None and (name := _written(default)) not in values:
        values.append(name)
    for value in values:
        detail = "default" if default is not None and value == _written(default) else ""
        insertion = Insertion(place.style.value(value, types))
        yield place.proposal(value, CompletionItemKind.EnumMember, insertion, detail, documentation_of(parts))


def _written(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def documentation_of(parts: list[Part]) -> str:
    """What schemas say of a value, with a link to its page: the first of them that says something."""
    description = next((text for part in parts if (text := part.schema.get("description"))), "")
    page = next((page for part in parts if (page := part.schema.get("x-docs"))), "")
    return "\n\n".join(filter(None, (description, f"[Documentation]({page})" if page else "")))
