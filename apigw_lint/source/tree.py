"""Owns the tree: YAML or JSON text read into plain data that knows where everything was written.

A `Node` is a light view of one value in its container and is what the rest of the program works with.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from operator import itemgetter
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from apigw_lint.bounds import MAX_INDEX_DIGITS
from apigw_lint.source import pointer, scalar
from apigw_lint.source.containers import Container, Mapping, Sequence
from apigw_lint.source.known import Known
from apigw_lint.source.locate import Layout
from apigw_lint.source.placeholder import NONE_NAMED, Placeholders
from apigw_lint.source.search import Search
from apigw_lint.source.text import PLAIN, Source, Span

if TYPE_CHECKING:
    from apigw_lint.source.hcl_text import Places

__all__ = ["Container", "DuplicateKey", "Mapping", "Node", "Sequence", "TextProblem", "Tree", "Unlinked"]

REST = "${the rest of the specification}"
"""The key of what a part of a specification does not show: a placeholder, so that nothing is known to be absent."""


class Node:
    """One value of the tree, in its place.

    A container reached through an alias is the node where it was written.
    """

    __slots__ = ("container", "key", "tree", "value")

    def __init__(self, tree: Tree, container: Container, key: str | int, value: Any) -> None:
        self.tree = tree
        self.container = container
        self.key = key
        self.value = value

    @classmethod
    def entry(cls, tree: Tree, container: Container, key: str | int) -> Node:
        """The node of an entry as it is in this container, even when its value is an alias."""
        return cls(tree, container, key, container[key])  # type: ignore[index]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Node) and self.identity == other.identity

    def __hash__(self) -> int:
        return hash(self.identity)

    def __repr__(self) -> str:
        return f"Node({self.pointer!r}, {self.value!r})"

    @property
    def identity(self) -> tuple[int, str | int]:
        """What distinguishes this node from every other of its tree."""
        return id(self.container), self.key

    def is_same_as(self, other: Node) -> bool:
        """Whether both are written at the same place, so that comparing them compares a value with itself.

        Two nodes of one tree are the same when an alias or a merge key repeats what is written once: in
        `[&a {name: x}, *a]` the first item and the second. `==` does not see that of scalars.
        """
        return self.tree is other.tree and self.raw_span == other.raw_span

    @property
    def is_made(self) -> bool:
        """Whether this is not written, but stands for the part of a specification that is not known."""
        return self.key == REST or id(self.value) in self.tree.made

    @property
    def parent(self) -> Node | None:
        """The node that holds this one, None for the root."""
        if self.container is self.tree.holder:
            return None
        return Node.entry(self.tree, self.container.parent, self.container.key)

    @property
    def path(self) -> tuple[str | int, ...]:
        """The keys and indices from the root to here."""
        parts: list[str | int] = []
        container, key = self.container, self.key
        while container is not self.tree.holder:
            parts.append(key)
            container, key = container.parent, container.key
        return tuple(reversed(parts))

    @property
    def pointer(self) -> str:
        """The JSON Pointer (RFC 6901) of this node in what is written; what is made around that has none."""
        last = self.tree.last_pointer
        if last[0] != self.identity:
            steps = (f"/{pointer.escaped(str(part))}" for part in self.path[len(self.tree.place) :])
            last = self.tree.last_pointer = self.identity, "".join(steps)
        return last[1]

    def get(self, key: str | int) -> Node | None:
        """The entry of a mapping or item of a sequence, None when there is none."""
        container = self.value
        kind = type(container)
        if kind is Mapping:
            if key not in container:
                return None
        elif kind is not Sequence or not isinstance(key, int) or not 0 <= key < len(container):
            return None
        value = container[key]
        kind = type(value)
        if kind is Mapping or kind is Sequence:
            return Node(self.tree, value.parent, value.key, value)
        return Node(self.tree, container, key, value)

    def descend(self, *path: str | int) -> Node | None:
        """The node at the end of a path of keys and indices, None when there is none."""
        node: Node | None = self
        for key in path:
            node = node.get(key) if node else None
        return node

    def text(self, key: str) -> str | None:
        """The entry of a mapping when it is a string, else None."""
        value = self.value.get(key) if type(self.value) is Mapping else None
        return value if isinstance(value, str) else None

    def items(self) -> Iterator[tuple[str, Node]]:
        """Keys and values of a mapping; of anything else nothing."""
        if isinstance(self.value, Mapping):
            for key in self.value:
                yield key, cast(Node, self.get(key))

    def entries(self) -> Iterator[Node]:
        """The items of a sequence; of anything else nothing."""
        if isinstance(self.value, Sequence):
            for number in range(len(self.value)):
                yield cast(Node, self.get(number))

    def strings(self, having: str = "") -> Iterator[Node]:
        """Every string in here that has a text in it, in document order, each once, aliases followed."""
        if not isinstance(self.value, (Mapping, Sequence)):
            if isinstance(self.value, str) and having in self.value:
                yield self
            return
        seen = {id(self.value)}
        open_ones = [(self.value, _entries(self.value))]
        while open_ones:
            container, entries = open_ones[-1]
            for key, value in entries:
                if isinstance(value, str):
                    if having in value:
                        yield Node(self.tree, container, key, value)
                elif isinstance(value, (Mapping, Sequence)) and id(value) not in seen:
                    seen.add(id(value))
                    open_ones.append((value, _entries(value)))
                    break
            else:
                open_ones.pop()

    def walk(self) -> Iterator[Node]:
        """This node and all under it, containers written elsewhere (aliases) left out."""
        yield self
        children = (
            self.value
            if isinstance(self.value, Mapping)
            else range(len(self.value))
            if isinstance(self.value, Sequence)
            else ()
        )
        for key in children:
            child = cast(Node, self.get(key))
            if child.container is self.value and child.key == key:
                yield from child.walk()

    @property
    def key_span(self) -> Span | None:
        """What the key in front covers, quotes included; None for items and the root of what is written."""
        if not isinstance(self.container, Mapping) or id(self.container) in self.tree.made:
            return None
        row = self.container.row(cast(str, self.key))
        return self.tree.content_span(*self.container.spans[row : row + 2])

    @property
    def raw_span(self) -> Span:
        """What the parser says the value covers: with anchor and tag, and all of a block scalar."""
        if isinstance(self.container, Mapping):
            row = self.container.row(cast(str, self.key)) + 2
        else:
            row = 2 * cast(int, self.key)
        return Span(*self.container.spans[row : row + 2])

    @property
    def value_span(self) -> Span:
        """What the value covers, anchor and tag left out; empty for a value that is not there."""
        return self.tree.content_span(*self.raw_span)

    @property
    def span(self) -> Span:
        """What a finding about this node underlines.

        A scalar itself; for containers and empty values the key in front of them; for an item
        without a key what comes first in it.
        """
        span = self.value_span
        is_container = isinstance(self.value, (Mapping, Sequence))
        if is_container or span.start == span.end:
            if (key_span := self.key_span) is not None:
                return key_span
            if is_container and self.value:
                return self._first_span()
            if span.start == span.end:
                return self.tree.gap(span)
        return span

    def _first_span(self) -> Span:
        if isinstance(self.value, Mapping):
            return self.tree.content_span(*self.value.spans[:2])
        return cast(Node, self.get(0)).span

    @property
    def is_plain(self) -> bool:
        """Whether this is a scalar written without quotes, on one line or several."""
        if isinstance(self.value, (Mapping, Sequence)):
            return False
        source, span = self.tree.source.text, self.value_span
        if self.tree.is_hcl:
            return source[self.raw_span.start] not in '"<'
        return source[span.start : span.start + 1] not in ("'", '"') and "|>".find(source[self.raw_span.start]) < 0

    @property
    def written(self) -> str:
        """The value as written in the text, quotes included."""
        return self.tree.source.slice(self.value_span)

    def find(self, text: str, offset: int) -> Span:
        """Where `text`, found at `offset` of this string's value, is in the source.

        The whole scalar when escapes or folding hide it.
        """
        searches = self.tree.searches
        if self.identity not in searches:
            searches[self.identity] = self.tree.search(self.value, self.raw_span)
        return searches[self.identity].find(text, offset)

    def find_in_key(self, text: str, offset: int) -> Span | None:
        """Where `text`, found at `offset` of this entry's key, is in the source; the whole key when escapes hide it."""
        span = self.key_span
        return self.tree.search(str(self.key), span).find(text, offset) if span else None


class TextProblem(NamedTuple):
    """A place where the text breaks YAML's rules, in words."""

    span: Span
    message: str
    related: tuple[tuple[Span, str], ...] = ()


class DuplicateKey(NamedTuple):
    """A key that one mapping has twice: the later one counts."""

    container: Mapping
    key: str
    first: Span
    second: Span


class Unlinked(NamedTuple):
    """Why the file that a reference names was not read; `hint` may end the sentence, and `suggestion` is what to write.

    Without a reason there is nothing to say of it.
    """

    reason: str
    hint: str = ""
    suggestion: str = ""


class Tree:
    """A document: its root node unless nothing could be read, and what was wrong with its syntax.

    - `holder`: a sequence whose only item is the document.
    - `placeholders`: which values in it are filled in later; `style`: the style of placeholders that it was read with.
    - `foreign`: where values with a tag of another tool (`!Ref`, `!include`) start, the tag included.
    - `watched`: the mappings with each `$ref` and `x-` key, in document order.
    - `renamed_anchors`: where anchors and aliases are whose names the parser refuses, by name.
    - `reused`: by the id of a container where else it is: the container and key of each alias, or a container and
      None where it is merged.
    - `unmerged`: where a merge (`<<`) has what is not a mapping, and that; it adds nothing.
    - `is_hcl`: whether this is an object of HCL and no YAML.
    - `skipped`: the parts of a template that could not be read; `alternatives`: keys that are repeated because a
      directive chooses between them, the last of which is in the tree, and `other` is the tree of the text without
      that; `is_template`: whether the file's name says that this is a template.
    - `known`: where a template uses variables whose values are known, in order; these are in the values of the tree.
    - `not_json`: what makes a file that should be JSON none, though it could be read.
    - `sibling`: for a document of Swagger 2.0, the name of a specification for the gateway in its folder, if known.
    - `part`: which kind of object the text is, if it is no whole document; then `root` is made around it, `place` are
      the keys from there to what is written, and `made` the ids of the containers between, see `gateway/fragments.py`.
    - `seconds`: how long reading took.

    A tree of several files, see `join.py`, holds the roots of all: `starts` are the offsets where their texts begin.
    - `links`: by the number of a file and the name of another as a reference there has it, the number of that file, or
      why it was not read.
    - `replaced`: references in whose place is what they lead to, as tools that bundle files do it where OpenAPI has no
      reference, such as an operation.
    - `entries`: the containers of other files than the first that have a kind because of what refers to them, with it.

    What is asked for again is remembered: `searches` by the identity of a string, `layouts` by container,
    `last_pointer` with its node's identity.
    """

    def __init__(self, source: Source, placeholders: Placeholders = NONE_NAMED) -> None:
        self.source = source
        self.placeholders = placeholders
        self.holder = Sequence()
        self.holder.spans = array("I")
        self.root: Node | None = None
        self.syntax_errors: list[TextProblem] = []
        self.not_json: TextProblem | None = None
        self.duplicates: list[DuplicateKey] = []
        self.foreign: set[int] = set()
        self.watched: dict[str, list[Mapping]] = {}
        self.renamed_anchors: dict[str, list[Span]] = {}
        self.reused: dict[int, list[tuple[Container, str | int | None]]] = {}
        self.unmerged: list[tuple[Span, object]] = []
        self.style = PLAIN
        self.is_hcl = False
        self.is_template = False
        self.sibling = ""
        self.skipped: list[TextProblem] = []
        self.alternatives: list[DuplicateKey] = []
        self.other: Tree | None = None
        self.known: list[tuple[int, Known]] = []
        self.part = ""
        self.place: tuple[str, ...] = ()
        self.made: frozenset[int] = frozenset()
        self.seconds = 0.0
        self.starts: list[int] = [0]
        self.links: dict[tuple[int, str], int | Unlinked] = {}
        self.entries: list[tuple[Container, str]] = []
        self.replaced: list[Mapping] = []
        self.searches: dict[tuple[int, str | int], Search | Places] = {}
        self.layouts: dict[tuple[int, int], Layout] = {}
        self.last_pointer: tuple[tuple[int, str | int], str] = ((0, 0), "")

    @property
    def is_disordered(self) -> bool:
        """Whether some keys are repeated or merged, so that entries are not in the order of the text."""
        return bool(self.duplicates or self.alternatives or self.reused)

    def known_in(self, span: Span) -> list[Known]:
        """The variables with known values that a span has in it."""
        first, last = (bisect_left(self.known, offset, key=itemgetter(0)) for offset in span)
        return [known for _, known in self.known[first:last]]

    def content_span(self, start: int, end: int) -> Span:
        """What a value covers, given what the parser says: anchor and tag left out; of a block scalar the content."""
        if self.is_hcl:
            from apigw_lint.source import hcl_text

            return hcl_text.content_span(self.source.text, start, end)
        return scalar.content_span(self.source.text, start, end)

    def search(self, value: str, raw: Span) -> Search | Places:
        """What finds parts of a string, of which the parser says where it is."""
        text, span = self.source.text, self.content_span(*raw)
        if self.is_hcl and text[raw.start] in '"<':
            from apigw_lint.source import hcl_text

            return hcl_text.Places(text, raw, span)
        return Search(text, value, span)

    def gap(self, span: Span) -> Span:
        """A span that can be seen, for a place where nothing is written: the character before it."""
        return span if span.start in self.starts else Span(span.start - 1, span.start)

    @property
    def sources(self) -> list[Source]:
        """The files of a tree of several, none for any other tree."""
        return [piece.source for piece in self.source.pieces] if len(self.starts) > 1 else []

    def whole(self, number: int) -> Span:
        """What the text of the file of a number covers."""
        is_last = number + 1 == len(self.starts)
        return Span(self.starts[number], len(self.source.text) if is_last else self.starts[number + 1] - 1)

    def whole_at(self, offset: int) -> Span:
        """What the text of the file covers that an offset is in."""
        return self.whole(bisect_right(self.starts, offset) - 1)

    def number_of(self, node: Node) -> int:
        """The number of the file that a node is in, 0 for the first."""
        if len(self.starts) == 1:
            return 0
        if node.container is self.holder:
            return cast(int, node.key)
        return bisect_right(self.starts, node.container.start) - 1

    def root_of(self, number: int) -> Node | None:
        """The root of the file of a number."""
        return self.root if not number else Node.entry(self, self.holder, number)

    def root_at(self, offset: int) -> Node | None:
        """The root of the file that an offset is in."""
        return self.root if len(self.starts) == 1 else self.root_of(bisect_right(self.starts, offset) - 1)

    def holding(self, key: str) -> Iterator[Node]:
        """Every entry with this key, `$ref` or one that begins with `x-`, in document order."""
        for container in self.watched.get(key, ()):
            if not self.is_disordered or self._is_reachable(container):
                yield Node.entry(self, container, key)

    def _is_reachable(self, container: Container) -> bool:
        """Whether a later duplicate key has not replaced this container."""
        while container is not self.holder:
            parent: Any = container.parent
            if isinstance(parent, Mapping) and parent.get(str(container.key)) is not container:
                return False
            container = container.parent
        return True

    def at(self, offset: int) -> Node | None:
        """The scalar that holds the character at an offset, None in keys and between."""
        node = self.root_at(offset)
        while node is not None and isinstance(node.value, (Mapping, Sequence)):
            node = child_at(node, offset)
        return node

    def key_at(self, offset: int) -> Node | None:
        """The entry whose key holds the character at an offset, None in values and between."""
        node, inner = None, self.root_at(offset)
        while inner is not None and isinstance(inner.value, (Mapping, Sequence)):
            node, inner = inner, child_at(inner, offset)
        return child_at(node, offset, first=0) if node and isinstance(node.value, Mapping) and not inner else None

    def item_at(self, offset: int) -> Node | None:
        """The outermost item of a sequence that begins at an offset."""
        node = self.root_at(offset)
        while node is not None and isinstance(node.value, (Mapping, Sequence)):
            node = child_at(node, offset)
            if node is not None and isinstance(node.container, Sequence) and node.raw_span.start == offset:
                return node
        return None

    @property
    def top(self) -> Node | None:
        """The root of what is written; that of a part of a specification is not `root`."""
        return self.root.descend(*self.place) if self.root else None

    def written_at(self, address: str) -> Node | None:
        """The node with this `pointer`, None when there is none."""
        return self.resolve("".join(f"/{pointer.escaped(key)}" for key in self.place) + address)

    def resolve(self, address: str, number: int = 0) -> Node | None:
        """The node that a JSON Pointer leads to in the whole file of a number, None when it leads nowhere."""
        if address and not address.startswith("/"):
            return None
        node = self.root_of(number)
        for step in address.split("/")[1:]:
            key = pointer.unescaped(step)
            if node is None:
                return None
            is_number = key.isascii() and key.isdigit() and len(key) <= MAX_INDEX_DIGITS
            node = node.get(int(key) if is_number and isinstance(node.value, Sequence) else key)
        return node


def _entries(container: Container) -> Iterator[tuple[str | int, Any]]:
    return iter(container.items() if isinstance(container, Mapping) else enumerate(container))


def child_at(node: Node, offset: int, first: int = 2) -> Node | None:
    """The entry of a container whose value, or key when `first` is 0, holds an offset."""
    tree, container = node.tree, node.value
    identity = id(container), first
    if identity not in tree.layouts:
        tree.layouts[identity] = Layout.of(container, first)
    key = tree.layouts[identity].key_at(offset)
    return None if key is None else Node.entry(tree, container, key)


def containers_at(tree: Tree, offset: int) -> list[Container]:
    """The containers around an offset, the innermost last."""
    around: list[Container] = []
    node = tree.root_at(offset)
    while (
        node is not None and isinstance(node.value, (Mapping, Sequence)) and node.value.start <= offset < node.value.end
    ):
        container = node.value
        around.append(container)
        child = child_at(node, offset)
        is_own = child is not None and isinstance(child.value, (Mapping, Sequence)) and child.value.parent is container
        node = child if is_own else None
    return around


def container_at(tree: Tree, offset: int) -> Container | None:
    """The innermost container around an offset, None outside of all."""
    around = containers_at(tree, offset)
    return around[-1] if around else None
