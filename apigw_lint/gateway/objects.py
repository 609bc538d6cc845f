"""Owns the objects of a document by their kind: each of them once, however many aliases lead to it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from apigw_lint.cached import cached_property
from apigw_lint.gateway.kinds import kind_under
from apigw_lint.source.tree import Container, Mapping, Node, Sequence, Tree


class Objects:
    """The objects of one document, found in a single pass from its root."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree

    def of_kind(self, kind: str) -> Iterator[Node]:
        """The objects of a kind, where they are written, in the order in which the document comes to them."""
        tree = self._tree
        return (Node(tree, container.parent, container.key, container) for container in self._by_kind.get(kind, ()))

    def prepare(self) -> None:
        """Finds the objects."""
        _ = self._by_kind

    @cached_property
    def _by_kind(self) -> dict[str, list[Mapping]]:
        by_kind: dict[str, list[Mapping]] = defaultdict(list)
        seen = set()
        root = self._tree.root.value if self._tree.root else None
        pending: list[tuple[Container, str]] = [(root, "document")] if isinstance(root, Mapping) else []
        pending = [*reversed(self._tree.entries), *pending]
        while pending:
            container, kind = pending.pop()
            if id(container) not in seen:
                seen.add(id(container))
                if type(container) is Mapping:
                    by_kind[kind].append(container)
                pending += reversed(_inner(container, kind))
        return by_kind


def _inner(container: Container, kind: str) -> list[tuple[Container, str]]:
    """The containers in a container that have a kind, with it."""
    entries = container.items() if type(container) is Mapping else enumerate(container)
    return [
        (value, inner)
        for key, value in entries
        if (type(value) is Mapping or type(value) is Sequence) and (inner := kind_under(kind, key)) is not None
    ]
