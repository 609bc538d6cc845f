"""Owns specifications that are split into files: which files belong to one, and what kind each object in them has.

An object of another file has the kind that the reference to it demands, unless it has one by its place: in
`components` of a file that has them. What no reference leads to has no kind, so no rule judges it.
"""

from __future__ import annotations

from collections import deque
from typing import NamedTuple

from apigw_lint.bounds import MAX_NODES, MAX_PARTS, MAX_PARTS_BYTES
from apigw_lint.gateway.kinds import REFERABLE, kind_under
from apigw_lint.gateway.references import split
from apigw_lint.hosts.contents import Files, Reading
from apigw_lint.hosts.document import read_document
from apigw_lint.source.containers import containers_in
from apigw_lint.source.join import join
from apigw_lint.source.text import Source
from apigw_lint.source.tree import Container, Mapping, Node, Sequence, Tree, Unlinked
from apigw_lint.source.unknown import is_unknown

_TOO_MANY = Unlinked(f"is not followed: this specification has more than {MAX_PARTS:,} files")
_TOO_LARGE = Unlinked(f"is not followed: the files of this specification have more than {MAX_PARTS_BYTES:,} characters")


def follow(tree: Tree, reading: Reading) -> None:
    """Adds the files that the references of a document lead to, and those that theirs lead to."""
    if reading.files is not None and isinstance(tree.root and tree.root.value, Mapping):
        _Set(tree, reading, reading.files).follow()


class _Waiting(NamedTuple):
    """A container whose references are still to be followed: its kind, and the number of the file that it is in.

    `owner` is the kind of the container around it and `outer` of that around that; both are empty for what a reference
    leads to.
    """

    container: Container
    kind: str
    number: int
    owner: str = ""
    outer: str = ""

    @property
    def is_replaceable(self) -> bool:
        """Whether tools put what a reference leads to in the place of this, though OpenAPI has no reference there.

        None of these is ever in another one of its kind.
        """
        if self.kind == "operation":
            return self.outer in ("paths", "")
        return self.owner in ("document", "components") or self.kind == "responses"


class _Set:
    """The files of one specification, by numbers in the order in which references come to them."""

    def __init__(self, first: Tree, reading: Reading, files: Files) -> None:
        self.first = first
        self.reading = reading
        self.files = files
        self.trees = [first]
        self.names = [files.first]
        self.numbers: dict[str, int | Unlinked] = {files.first: 0}
        self.links: dict[tuple[int, str], int | Unlinked] = {}
        self.kinds: dict[int, str] = {}
        self.entries: list[tuple[Container, str]] = []
        self.waiting: deque[_Waiting] = deque()
        self.size = 0
        self.replaced: list[tuple[Mapping, Container]] = []
        self.looked_at = 0

    def follow(self) -> None:
        """Reads the files and joins them."""
        self.enter(self.first.holder[0], "document", 0)
        seen: set[int] = set()
        while self.waiting:
            one = self.waiting.popleft()
            container, kind, number = one[:3]
            if id(container) in seen:
                continue
            seen.add(id(container))
            if type(container) is Mapping and isinstance(container.get("$ref"), str):
                if kind in REFERABLE:
                    self.refer(container, kind, number)
                elif one.is_replaceable and (target := self.refer(container, kind, number)) is not None:
                    self.replaced.append((container, target))
            entries = container.items() if isinstance(container, Mapping) else enumerate(container)
            for key, value in entries:
                if isinstance(value, (Mapping, Sequence)) and (inner := kind_under(kind, key)) is not None:
                    self.waiting.append(_Waiting(value, inner, number, kind, one.owner))
        self.first.links = self.links
        if len(self.trees) > 1:
            join(self.first, self.trees[1:])
            self.first.entries = [entry for entry in self.entries if entry[0] is not self.first.holder[0]]
            for reference, target in self.replaced:
                self.replace(reference, target)

    def enter(self, container: Container, kind: str, number: int) -> None:
        """Takes a container whose kind follows from something else than the container around it."""
        self.kinds[id(container)] = kind
        self.entries.append((container, kind))
        self.waiting.append(_Waiting(container, kind, number))

    def refer(self, container: Mapping, kind: str, number: int) -> Container | None:
        """Follows one reference; returns what it leads to if that is a container outside of the first file."""
        tree = self.trees[number]
        node = Node.entry(tree, container, "$ref")
        file, pointer = split(node.value)
        if (not file and not number) or is_unknown(node) or "${var." in node.value:
            return None
        target_number = self.number_of(number, file) if file else number
        if isinstance(target_number, Unlinked):
            return None
        other = self.trees[target_number]
        target = other.resolve(pointer)
        if target is None or not isinstance(target.value, (Mapping, Sequence)):
            return None
        if self.kind_by_place(other, target.value) is None:
            self.enter(target.value, kind, target_number)
        return target.value if target_number else None

    def replace(self, reference: Mapping, target: Container) -> None:
        """Puts what a reference leads to in its place, unless that would put something into itself."""
        place = reference.parent
        if not self.holds(target, place):
            place[reference.key] = target  # type: ignore[index]
            self.first.replaced.append(reference)
            self.first.reused.setdefault(id(target), []).append((place, reference.key))

    def holds(self, target: Container, place: Container) -> bool:
        """Whether a container is, or has in it, another one; so too when there is too much to look at."""
        for container in containers_in(target):
            self.looked_at += 1
            if container is place or self.looked_at > MAX_NODES:
                return True
        return False

    def kind_by_place(self, tree: Tree, container: Container) -> str | None:
        """The kind that a container has already, by its place."""
        below: list[str | int] = []
        while id(container) not in self.kinds:
            if container is tree.holder:
                return None
            below.append(container.key)
            container = container.parent
        kind: str | None = self.kinds[id(container)]
        for key in reversed(below):
            kind = kind_under(kind, key) if kind else None
        return kind

    def number_of(self, number: int, file: str) -> int | Unlinked:
        """The number of the file that a reference in another names."""
        link = number, file
        if link not in self.links:
            name = self.files.locate(self.names[number], file)
            self.links[link] = name if isinstance(name, Unlinked) else self.number_of_name(name)
        return self.links[link]

    def number_of_name(self, name: str) -> int | Unlinked:
        """The number of a file, which is read if it is a new one."""
        if name not in self.numbers:
            self.numbers[name] = self.read(name)
        return self.numbers[name]

    def read(self, name: str) -> int | Unlinked:
        """Reads one more file."""
        if len(self.trees) > MAX_PARTS:
            return _TOO_MANY
        source = self.files.read(name)
        if isinstance(source, Unlinked):
            return source
        self.size += len(source.text)
        if self.size > MAX_PARTS_BYTES:
            return _TOO_LARGE
        number = len(self.trees)
        tree = read_document(Source(source.path, source.text, self.first.source.style), self.reading.placeholders)
        self.trees.append(tree)
        self.names.append(name)
        root = tree.root.value if tree.root else None
        components = root.get("components") if isinstance(root, Mapping) else None
        if isinstance(components, Mapping):
            self.enter(components, "components", number)
        return number
