"""Owns what a change is: a kind, what it is about, and where that is in the new specification."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import NamedTuple

from apigw_lint.diagnostic import Consequence, Severity
from apigw_lint.rules.rule import Rule
from apigw_lint.source.tree import Mapping, Node, Sequence

MAX_LISTED = 5
"""Items of the longest list or object that is shown."""


class Change(NamedTuple):
    """A change: `subject` says what changed, an operation or the like, and `text` how.

    `node` is the place in the new specification, None if there is none: its key is shown if `is_key` is true.
    `severity` and `consequence` override those of the kind. Changes of one kind with the same `cause` are one, at the
    first place.
    """

    kind: Rule
    subject: str
    node: Node | None
    text: str
    severity: Severity | None = None
    cause: Hashable = None
    is_key: bool = False
    consequence: Consequence | None = None


def was_now(name: str, old: str | None, new: str | None) -> str:
    """How a value changed, in words; None is one that is not there."""
    if old is None:
        return f"'{name}' is {new}, and was not set"
    return f"'{name}' was {old}, now {'not set' if new is None else new}"


def quoted(node: Node | None) -> str | None:
    """A value in quotes; of one that is long or has others inside only the kind, None for no node."""
    if node is None:
        return None
    if isinstance(node.value, Mapping):
        fields = list(node.items())
        if not _are_plain(child for _, child in fields) or not 0 < len(fields) <= MAX_LISTED:
            return "an object"
        return "'{" + ", ".join(f"{key}: {_written(child)}" for key, child in fields) + "}'"
    if isinstance(node.value, Sequence):
        items = list(node.entries())
        words = ", ".join(map(_written, items)) if _are_plain(items) and len(items) <= MAX_LISTED else ""
        return f"'[{words}]'" if words else f"a list of {len(items)}"
    return f"'{_written(node)}'"


def _are_plain(nodes: Iterable[Node]) -> bool:
    return not any(isinstance(node.value, (Mapping, Sequence)) for node in nodes)


def _written(node: Node) -> str:
    value = node.value
    return str(value).lower() if isinstance(value, bool) else "null" if value is None else str(value)
