"""Owns references within a specification: what a `$ref` leads to, and which references there are."""

from __future__ import annotations

import posixpath
from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

from apigw_lint.bounds import MAX_INDEX_DIGITS, MAX_REFERENCE_STEPS
from apigw_lint.cached import cached_property
from apigw_lint.gateway.kinds import EXTENSIONS, REFERABLE, Kinds
from apigw_lint.gateway.variables import Variables
from apigw_lint.source import pointer
from apigw_lint.source.tree import REST, Mapping, Node, Tree, Unlinked


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
        self._depth = 0
        self._resolved: dict[tuple[int, str], tuple[Node, ...]] = {}

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
    def by_text(self) -> dict[tuple[int, str], list[Node]]:
        """The references by the number of their file and their text."""
        references: dict[tuple[int, str], list[Node]] = defaultdict(list)
        for node in self.written:
            references[self._tree.number_of(node), node.value].append(node)
        return references

    def resolve(self, node: Node | None) -> Node | None:
        """The node itself, or what its `$ref` leads to; None when that leads nowhere or in a circle."""
        for _ in range(MAX_REFERENCE_STEPS):
            if node is None or not isinstance(node.value, Mapping) or "$ref" not in node.value:
                return node
            reference = node.text("$ref")
            node = self.target(reference, node) if reference else None
        return None

    def resolve_all(self, node: Node | None) -> tuple[Node, ...]:
        """What `resolve` finds; of a reference with variables, what each of their values leads to.

        A value that is not known, or that leads nowhere, is left out.
        """
        if node is None or not isinstance(node.value, Mapping) or "$ref" not in node.value:
            return (node,) if node else ()
        written = self._tree.number_of(node), node.text("$ref") or ""
        if written not in self._resolved:
            self._resolved[written] = self._resolve_each(node)
        return self._resolved[written]

    def _resolve_each(self, node: Node) -> tuple[Node, ...]:
        resolved: dict[int, Node] = {}
        level = {id(node.value): node}
        for _ in range(MAX_REFERENCE_STEPS):
            following: dict[int, Node] = {}
            for identity, reached in level.items():
                if isinstance(reached.value, Mapping) and "$ref" in reached.value:
                    following.update((id(target.value), target) for target in self._targets(reached))
                else:
                    resolved[identity] = reached
            level = following
        return tuple(resolved.values())

    def _targets(self, node: Node) -> Iterator[Node]:
        """What a reference leads to for each known value of the variables in it."""
        reference = node.text("$ref") or ""
        if "${var." in reference:
            targets = [self.target(str(value)) for value in self._variables.known(reference)]
        else:
            targets = [self.target(reference, node)]
        yield from (target for target in targets if target is not None)

    def target(self, reference: str, origin: Node | None = None) -> Node | None:
        """What a reference leads to, None when it leads nowhere or to what is not read.

        `origin` is a node of the file that it is in, None for the first one; that is where variables have their values.
        In a part of a specification it may be meant from its own root.
        """
        number, pointer = self.place(reference, origin)
        target = None if number is None else self._tree.resolve(pointer, number)
        if target is None and number == 0 and self._tree.place:
            target = self._tree.written_at(pointer)
        if target is None and number is not None and len(self._tree.starts) > 1:
            target = self._through_references(pointer, number)
        return None if number and target and not pointer and target.value is None else target

    def _through_references(self, pointer: str, number: int) -> Node | None:
        """What a pointer leads to when the references on its way are followed, as tools that bundle files do."""
        if self._depth > MAX_REFERENCE_STEPS:
            return None
        self._depth += 1
        try:
            node = self._tree.root_of(number)
            for step in pointer.split("/")[1:]:
                owner = self.resolve(node)
                node = _entry(owner, unescaped(step)) if owner else None
            return node
        finally:
            self._depth -= 1

    def place(self, reference: str, origin: Node | None = None) -> tuple[int | None, str]:
        """The number of the file that a reference leads to, None if that is not read, and the pointer into it."""
        if reference.startswith("#"):
            return self._tree.number_of(origin) if origin else 0, unquoted(reference[1:])
        file, pointer = split(reference)
        link = self._link(file, origin)
        return link if isinstance(link, int) else None, pointer

    def is_read(self, node: Node) -> bool:
        """Whether the file that a reference leads to is read."""
        return self.place(node.value, node)[0] is not None

    def is_broken(self, node: Node) -> bool:
        """Whether the file that a reference leads to could not be parsed."""
        number = self.place(node.value, node)[0]
        whole = self._tree.whole(number) if number else None
        return whole is not None and any(
            whole.start <= problem.span.start <= whole.end for problem in self._tree.syntax_errors
        )

    def into_first(self, node: Node) -> str:
        """A reference of the form `#/...` in another file as it must be to lead into the first one."""
        first = self._tree.source.pieces[0].source.path
        own = self._tree.source.located(node.value_span).source.path
        return f"{posixpath.relpath(first, posixpath.dirname(own))}{node.value}"

    def unlinked(self, node: Node) -> Unlinked | None:
        """Why the file that a reference names was not read; None if it was, or if nobody looked for it."""
        link = self._link(split(node.value)[0], node)
        return link if isinstance(link, Unlinked) else None

    def _link(self, file: str, origin: Node | None) -> int | Unlinked | None:
        return self._tree.links.get((self._tree.number_of(origin) if origin else 0, file)) if file else None

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
        """The names and nodes of one section of `components`, those of the first file first."""
        for owner in self.all_components():
            if (node := owner.get(section)) is not None:
                yield from ((name, entry) for name, entry in node.items() if name != REST)

    def all_components(self) -> Iterator[Node]:
        """The `components` of each file that has them."""
        tree = self._tree
        first = tree.root.get("components") if tree.root else None
        if first is not None:
            yield first
        for container, kind in tree.entries:
            if kind == "components" and (first is None or container is not first.value):
                yield Node.entry(tree, container.parent, container.key)


def split(reference: str) -> tuple[str, str]:
    """The file that a reference names, as it is written, and the JSON Pointer into it."""
    file, _, fragment = reference.partition("#")
    return file, unquoted(fragment)


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
