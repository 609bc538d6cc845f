"""Owns local references: what a `$ref` leads to, and which references there are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

from apigw_lint.bounds import MAX_INDEX_DIGITS, MAX_REFERENCE_STEPS
from apigw_lint.cached import cached_property
from apigw_lint.gateway.kinds import EXTENSIONS, REFERABLE, Kinds
from apigw_lint.gateway.variables import Variables
from apigw_lint.source import pointer
from apigw_lint.source.tree import REST, Mapping, Node, Tree


class Step(NamedTuple):
    """A part of a reference: the entry that it leads to, how it is written there, and at which offset of the text."""

    entry: Node
    written: str
    offset: int


class References:
    """The references of one document."""

    def __init__(self, tree: Tree, kinds: Kinds, variables: Variables) -> None:
        self._tree = tree
        self._kinds = kinds
        self._variables = variables
        self._resolved: dict[str, tuple[Node, ...]] = {}

    @cached_property
    def written(self) -> tuple[Node, ...]:
        """Every `$ref` value where the contract has a reference, in document order."""
        return tuple(
            node
            for node in self._tree.holding("$ref")
            if isinstance(node.value, str) and self._kinds.of(node.container) in REFERABLE
        )

    @cached_property
    def mentions(self) -> tuple[Node, ...]:
        """Every string that is a reference or may become one: each `$ref`, and pointers where aliases and variables
        have them.
        """
        references = [node for node in self._tree.holding("$ref") if isinstance(node.value, str)]
        root = self._tree.root
        variables = root.descend("x-yc-apigateway", "variables") if root else None
        others = [node for key in EXTENSIONS for node in self._tree.holding(key)]
        others += variables.walk() if variables else ()
        return (*references, *(node for node in others if isinstance(node.value, str) and node.value.startswith("#")))

    @cached_property
    def by_text(self) -> dict[str, list[Node]]:
        """The references by their text."""
        references: dict[str, list[Node]] = defaultdict(list)
        for node in self.written:
            references[node.value].append(node)
        return references

    def resolve(self, node: Node | None) -> Node | None:
        """The node itself, or what its local `$ref` leads to; None when that leads nowhere or in a circle."""
        for _ in range(MAX_REFERENCE_STEPS):
            if node is None or not isinstance(node.value, Mapping) or "$ref" not in node.value:
                return node
            reference = node.text("$ref")
            node = self.target(reference) if reference else None
        return None

    def resolve_all(self, node: Node | None) -> tuple[Node, ...]:
        """What `resolve` finds; of a reference with variables, what each of their values leads to.

        A value that is not known, or that leads nowhere, is left out.
        """
        if node is None or not isinstance(node.value, Mapping) or "$ref" not in node.value:
            return (node,) if node else ()
        reference = node.text("$ref") or ""
        if reference not in self._resolved:
            self._resolved[reference] = self._resolve_each(node)
        return self._resolved[reference]

    def _resolve_each(self, node: Node) -> tuple[Node, ...]:
        resolved: dict[int, Node] = {}
        level = {id(node.value): node}
        for _ in range(MAX_REFERENCE_STEPS):
            following: dict[int, Node] = {}
            for identity, reached in level.items():
                if isinstance(reached.value, Mapping) and "$ref" in reached.value:
                    following.update((id(target.value), target) for target in self._targets(reached.text("$ref") or ""))
                else:
                    resolved[identity] = reached
            level = following
        return tuple(resolved.values())

    def _targets(self, reference: str) -> Iterator[Node]:
        """What a reference leads to for each known value of the variables in it."""
        references = self._variables.known(reference) if "${var." in reference else (reference,)
        for value in references:
            if (target := self.target(str(value))) is not None:
                yield target

    def target(self, reference: str) -> Node | None:
        """What a reference of the form `#/...` leads to, None when it leads nowhere or outside.

        In a part of a specification it may be meant from its own root.
        """
        if not reference.startswith("#"):
            return None
        address = unquoted(reference[1:])
        target = self._tree.resolve(address)
        return self._tree.written_at(address) if target is None and self._tree.place else target

    def may_lead_on(self, reference: str) -> bool:
        """Whether a reference that leads nowhere may lead to what a part of a specification does not show."""
        last = next(iter([*self.steps(reference)][-1:]), None)
        reached = last.entry if last else self._tree.root
        if reached is None or reached.raw_span.start in self._tree.foreign:
            return reached is not None
        return isinstance(reached.value, Mapping) and REST in reached.value

    def steps(self, reference: str) -> Iterator[Step]:
        """The parts of a reference of the form `#/...`, up to the first one that leads nowhere."""
        if not reference.startswith("#/"):
            return
        offset = 2
        for written in reference[2:].split("/"):
            owner = self.target(reference[: offset - 1])
            key = unescaped(written)
            entry = _entry(owner, key) if owner else None
            if entry is None:
                return
            yield Step(entry, written, offset)
            offset += len(written) + 1

    def components(self, section: str) -> Iterator[tuple[str, Node]]:
        """The names and nodes of one section of `components`."""
        root = self._tree.root
        node = root.descend("components", section) if root else None
        if node is not None:
            yield from ((name, entry) for name, entry in node.items() if name != REST)


def unquoted(fragment: str) -> str:
    """A URI fragment as a JSON Pointer: percent escapes decoded."""
    if "%" not in fragment:
        return fragment
    from urllib.parse import unquote

    return unquote(fragment)


def unescaped(part: str) -> str:
    """A part of a reference as the key that it stands for."""
    return pointer.unescaped(unquoted(part))


def _entry(owner: Node, key: str) -> Node | None:
    """The entry of a mapping or list as it is there, even when its value is an alias."""
    if isinstance(owner.value, Mapping):
        return Node.entry(owner.tree, owner.value, key) if key in owner.value else None
    return owner.get(int(key)) if key.isascii() and key.isdigit() and len(key) <= MAX_INDEX_DIGITS else None
