"""Owns the names of a document that are defined in one place and used in others: which name is at an offset, where
it is defined, and where else it is written.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import NamedTuple

from apigw_lint.gateway.kinds import COMPONENT_SECTIONS
from apigw_lint.gateway.security_schemes import requirements
from apigw_lint.gateway.spec import Spec
from apigw_lint.gateway.variables import sole_variable
from apigw_lint.lsp.name_places import NamePlace
from apigw_lint.lsp.parameter_names import parameter_groups
from apigw_lint.source.text import Span
from apigw_lint.source.tree import Mapping, Node

_Identity = tuple[int, str | int]
_Entries = dict[_Identity, Node]


class Kind(StrEnum):
    """What a name is the name of, in words."""

    COMPONENT = "component"
    PART = "part of the document"
    VARIABLE = "variable"
    PARAMETER = "parameter"
    OPERATION = "operation"


_MARKS = {Kind.VARIABLE: "${var.", Kind.PARAMETER: "{"}
"""What stands in front of a name where it is used."""


class Name(NamedTuple):
    """A name, and every place where it is written, in the order of the text.

    A `PART` is what a reference leads to without being a component, such as a path or a property.
    """

    kind: Kind
    text: str
    places: tuple[NamePlace, ...]


class Found(NamedTuple):
    """The name at an offset, and the place where it is written there."""

    name: Name
    place: NamePlace

    @property
    def targets(self) -> tuple[Node, ...]:
        """The objects that the name stands for here: a component, a variable, an operation, parameters."""
        return self.place.targets

    @property
    def definitions(self) -> list[Span]:
        """Where what the name stands for here is defined."""
        if spans := [_span_of(self.name.kind, target) for target in self.place.targets]:
            return spans
        return [place.span for place in self.name.places if place.is_declaration]


class Names:
    """The names of one document."""

    def __init__(self, spec: Spec) -> None:
        self._spec = spec
        self.all = tuple(_names(spec))

    def at(self, offset: int) -> Found | None:
        """The name that is written at an offset, or ends there."""
        found = [
            Found(name, place)
            for name in self.all
            for place in name.places
            if place.span.start <= offset <= place.span.end
        ]
        return min(found, key=lambda one: one.place.span.end - one.place.span.start, default=None)

    def meant_at(self, offset: int) -> Found | None:
        """The name at an offset, or in whose `{name}` or `${var.name}` that is; in a reference what it leads to."""
        if found := self.at(offset):
            return found
        node = self._spec.tree.at(offset)
        places = [Found(name, place) for name in self.all for place in name.places if node and place.node == node]
        for one in places:
            before = len(_MARKS.get(one.name.kind, ""))
            if before and one.place.span.start - before <= offset <= one.place.span.end + 1:
                return one
        references = [one for one in places if one.name.kind in (Kind.COMPONENT, Kind.PART)]
        return max(references, key=lambda one: one.place.span.start, default=None)


def _span_of(kind: Kind, target: Node) -> Span:
    """What shows an object in the text: its key, or the name of a parameter."""
    name = target.get("name") if kind is Kind.PARAMETER else None
    if name is not None:
        return name.find(str(name.value), 0)
    return target.find_in_key(str(target.key), 0) or target.span


def _names(spec: Spec) -> Iterator[Name]:
    yield from _variables(spec)
    yield from _operations(spec)
    yield from _referable(spec)
    yield from (_name(Kind.PARAMETER, text, places) for text, places in parameter_groups(spec))


def _name(kind: Kind, text: str, places: Iterable[NamePlace]) -> Name:
    """A name with its places in order, each once."""
    by_span = {place.span if place.is_exact else (place.span, place.offset): place for place in places}
    return Name(kind, text, tuple(sorted(by_span.values(), key=lambda place: place.span)))


def _variables(spec: Spec) -> Iterator[Name]:
    """The declared variables, with what is meant as a use of one."""
    variables = spec.variables
    uses = defaultdict(list)
    for use in (*variables.gateway_uses, *variables.mistaken_uses):
        uses[use.name].append(use)
    for name, variable in variables.declared.items():
        targets = (variable.node,)
        places = [NamePlace.of_key(_written_at(spec, "x-yc-apigateway", "variables", name), is_declaration=True)]
        for use in uses[name]:
            start = use.written.rindex(name)
            if use.is_in_key:
                offset = str(use.node.key).find(use.written) + start
                span = Span(use.at.start + start, use.at.start + start + len(name))
                places.append(NamePlace(use.node, True, offset, name, span, False))
            else:
                places.append(NamePlace.in_value(use.node, use.offset + start, name, prefix=use.written[:start]))
        yield _name(Kind.VARIABLE, name, (place.leading_to(targets) for place in places))


def _written_at(spec: Spec, *path: str) -> Node:
    """The entry at a path that is there, as it is written in its mapping."""
    assert spec.root
    owner = spec.root.descend(*path[:-1])
    assert owner
    return Node.entry(spec.tree, owner.value, path[-1])


def _operations(spec: Spec) -> Iterator[Name]:
    """The operationIds, with the links that use them."""
    places: dict[str, list[NamePlace]] = defaultdict(list)
    targets: dict[str, list[Node]] = defaultdict(list)
    for operation in spec.objects.of_kind("operation"):
        node = operation.get("operationId")
        if node and node.value and isinstance(node.value, str):
            places[node.value].append(NamePlace.in_value(node, 0, node.value, is_declaration=True))
            targets[node.value].append(operation)
    for link in spec.objects.of_kind("link"):
        node = link.get("operationId")
        if node and isinstance(node.value, str) and node.value in targets:
            places[node.value].append(NamePlace.in_value(node, 0, node.value))
    for text, written in places.items():
        yield _name(Kind.OPERATION, text, (place.leading_to(tuple(targets[text])) for place in written))


def _referable(spec: Spec) -> Iterator[Name]:
    """The components, and what else references lead to."""
    components = dict(_components(spec))
    entries = dict(components)
    places = defaultdict(list)
    for identity, entry in components.items():
        places[identity].append(NamePlace.of_key(entry, is_declaration=True))
    uses = (*_in_references(spec, components), *_schemes_in_security(spec), *_schemas_in_discriminators(spec))
    for entry, place in uses:
        if entry.identity not in entries and isinstance(entry.container, Mapping):
            places[entry.identity].append(NamePlace.of_key(entry, is_declaration=True))
        entries[entry.identity] = entry
        places[entry.identity].append(place)
    for identity, entry in entries.items():
        kind = Kind.COMPONENT if identity in components else Kind.PART
        target = entry.value
        targets = (Node.entry(spec.tree, target.parent, target.key) if isinstance(target, Mapping) else entry,)
        yield _name(kind, str(entry.key), (place.leading_to(targets) for place in places[identity]))


def _components(spec: Spec) -> Iterator[tuple[_Identity, Node]]:
    for section in COMPONENT_SECTIONS.values():
        node = spec.root.descend("components", section) if spec.root else None
        if node is None or not isinstance(node.value, Mapping):
            continue
        for key in node.value:
            entry = Node.entry(spec.tree, node.value, key)
            if spec.kinds.at(entry.container, key) is not None and not entry.is_made:
                yield entry.identity, entry


def _in_references(spec: Spec, components: _Entries) -> Iterator[tuple[Node, NamePlace]]:
    """The components in references, and what each of them leads to; of one with variables, what it may lead to.

    One that is nothing but a variable is left out: the values of the variable are references themselves.
    """
    links = (node for link in spec.objects.of_kind("link") if (node := link.get("operationRef")))
    discriminators = spec.objects.of_kind("discriminator")
    mapped = (node for one in discriminators for _, node in (one.get("mapping") or one).items())
    for node in (*spec.references.mentions, *links, *mapped):
        if not isinstance(node.value, str) or sole_variable(node.value):
            continue
        for value in spec.variables.known(node.value) if "${var." in node.value else (node.value,):
            reference = str(value)
            for step in spec.references.steps(reference):
                is_whole = step.offset + len(step.written) == len(reference)
                if (is_whole and step.entry != spec.tree.top) or step.entry.identity in components:
                    place = NamePlace.in_value(node, step.offset, step.written, prefix=reference[: step.offset])
                    yield step.entry, place


def _schemes_in_security(spec: Spec) -> Iterator[tuple[Node, NamePlace]]:
    schemes = spec.root.descend("components", "securitySchemes") if spec.root else None
    if spec.root is None or schemes is None or not isinstance(schemes.value, Mapping):
        return
    for owner in (spec.root, *spec.objects.of_kind("operation")):
        security = owner.get("security")
        for requirement in requirements(security) if security else ():
            for name in requirement.value:
                if name in schemes.value:
                    used = Node.entry(spec.tree, requirement.value, name)
                    yield Node.entry(spec.tree, schemes.value, name), NamePlace.of_key(used)


def _schemas_in_discriminators(spec: Spec) -> Iterator[tuple[Node, NamePlace]]:
    """The names of schemas that stand in discriminators without a reference around them."""
    schemas = spec.root.descend("components", "schemas") if spec.root else None
    if schemas is None or not isinstance(schemas.value, Mapping):
        return
    for discriminator in spec.objects.of_kind("discriminator"):
        for _, node in (discriminator.get("mapping") or discriminator).items():
            if isinstance(node.value, str) and node.value in schemas.value:
                yield Node.entry(spec.tree, schemas.value, node.value), NamePlace.in_value(node, 0, node.value)
