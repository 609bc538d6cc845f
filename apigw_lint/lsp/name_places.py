"""Owns a place where a name is written."""

from __future__ import annotations

from typing import NamedTuple

from apigw_lint.source.text import Span
from apigw_lint.source.tree import Node


class NamePlace(NamedTuple):
    """A place where a name is written: in the value of a node, or in its key, at an offset of that.

    - `text`: the name as it is written there, which may have the escapes of a reference.
    - `span`: where that is in the text of the document, without quotes and braces; all of the key or value where
      escapes, folding or a variable hide it.
    - `is_declaration`: whether the name is defined here, and not used.
    - `targets`: the objects that the name stands for here.
    """

    node: Node
    is_in_key: bool
    offset: int
    text: str
    span: Span
    is_declaration: bool
    targets: tuple[Node, ...] = ()

    @classmethod
    def in_value(
        cls, node: Node, offset: int, text: str, *, prefix: str = "", is_declaration: bool = False
    ) -> NamePlace:
        """The place of a name at an offset of a string's value, with what is surely in front of it there."""
        span = _without(prefix, node.find(prefix + text, offset - len(prefix)), len(text))
        return cls(node, False, offset, text, span, is_declaration)

    @classmethod
    def in_key(cls, node: Node, offset: int, text: str, *, prefix: str = "", is_declaration: bool = False) -> NamePlace:
        """The same at an offset of an entry's key."""
        found = node.find_in_key(prefix + text, offset - len(prefix)) or node.span
        return cls(node, True, offset, text, _without(prefix, found, len(text)), is_declaration)

    @classmethod
    def of_key(cls, node: Node, *, is_declaration: bool = False) -> NamePlace:
        """The place of a name that is the key of an entry."""
        return cls.in_key(node, 0, str(node.key), is_declaration=is_declaration)

    def leading_to(self, targets: tuple[Node, ...]) -> NamePlace:
        """The place with the objects that the name stands for."""
        return self._replace(targets=targets)

    @property
    def is_exact(self) -> bool:
        """Whether the span covers the name and nothing else."""
        return self.node.tree.source.slice(self.span) == self.text


def _without(prefix: str, span: Span, length: int) -> Span:
    """The span of a name, made of one that covers a prefix too; unchanged if it covers more than both."""
    return Span(span.start + len(prefix), span.end) if span.end - span.start == len(prefix) + length else span
