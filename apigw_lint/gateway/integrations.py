"""Owns integration objects: where they are written, and of which type each is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from apigw_lint.cached import cached_property
from apigw_lint.gateway.kinds import Kinds
from apigw_lint.gateway.references import References
from apigw_lint.gateway.substitution import integration_type
from apigw_lint.source.tree import Mapping, Node, Tree


class Integrations:
    """The integration objects of one document."""

    def __init__(self, tree: Tree, kinds: Kinds, references: References) -> None:
        self._tree = tree
        self._kinds = kinds
        self._references = references

    @cached_property
    def written(self) -> tuple[Node, ...]:
        """Every integration object, where it is written: in operations, components and error handlers."""
        inline = (
            node
            for node in self._tree.holding("x-yc-apigateway-integration")
            if self._kinds.of(node.container) in ("operation", "validation error handler")
        )
        shared = (node for _, node in self._references.components("x-yc-apigateway-integrations"))
        referred = (
            Node.entry(self._tree, container.parent, container.key)
            for container, kind in self._tree.entries
            if kind == "integration"
        )
        by_identity = {
            id(node.value): node
            for node in (*inline, *shared, *referred)
            if isinstance(node.value, Mapping) and "$ref" not in node.value
        }
        return tuple(by_identity.values())

    @cached_property
    def _by_type(self) -> dict[str, list[Node]]:
        by_type: dict[str, list[Node]] = defaultdict(list)
        for node in self.written:
            by_type[integration_type(node)].append(node)
        return by_type

    def of_type(self, *types: str) -> Iterator[Node]:
        """The integration objects of some types, their old spellings included."""
        return (node for name in types for node in self._by_type.get(name, ()))
