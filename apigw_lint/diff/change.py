"""Owns what a change is: a kind, what it is about, and where that is in the new specification."""

from __future__ import annotations

from collections.abc import Hashable
from typing import NamedTuple

from apigw_lint.diagnostic import Consequence, Severity
from apigw_lint.rules.rule import Rule
from apigw_lint.source.tree import Mapping, Node, Sequence


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
    """A value in quotes as it is written; an object or a list only by its kind, None for no node."""
    if node is None:
        return None
    if isinstance(node.value, Mapping):
        return "an object"
    if isinstance(node.value, Sequence):
        return "a list"
    value = node.value
    return f"'{str(value).lower() if isinstance(value, bool) else 'null' if value is None else value}'"
