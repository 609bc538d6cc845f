"""Owns what aliases repeat: a short text can make a document of millions of values, and each of them may fail."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from apigw_lint.bounds import MAX_REPEATED, MAX_ROLES
from apigw_lint.gateway.kinds import kind_under
from apigw_lint.source.tree import Mapping, Sequence, Tree

_EMPTY_MAPPING: dict[str, Any] = {}
_EMPTY_LIST: list[Any] = []

Role = str | tuple[Any, ...]
"""What is demanded of a container: its kind, or the role of the container above it and its key there."""


def is_left_out(value: Any) -> bool:
    """Whether this is only in the place of a repeated container, so that nothing follows from what it fails."""
    return value is _EMPTY_MAPPING or value is _EMPTY_LIST


class Repeats:
    """Leaves out what aliases repeat, in a document where they repeat more than MAX_REPEATED values."""

    def __init__(self, tree: Tree) -> None:
        self._are_many = bool(tree.reused) and tree.root is not None and _repeated(tree.root.value) > MAX_REPEATED
        self._roles: dict[int, set[Role]] = defaultdict(set)

    def left_out(self, value: Any, role: Role) -> Any:
        """The value itself, or a copy with something empty in the place of each container met in the same role."""
        return self._copy(value, role) if self._are_many else value

    def _copy(self, value: Any, role: Role) -> Any:
        if not isinstance(value, (Mapping, Sequence)):
            return value
        roles = self._roles[id(value)]
        if role in roles or len(roles) == MAX_ROLES:
            return _EMPTY_MAPPING if isinstance(value, Mapping) else _EMPTY_LIST
        roles.add(role)
        # Plain loops, because a comprehension would nest calls twice as deep.
        if isinstance(value, Mapping):
            mapping = {}
            for key, item in value.items():
                mapping[key] = self._copy(item, _role_under(role, key))
            return mapping
        items = []
        for item in value:
            items.append(self._copy(item, _role_under(role, 0)))  # noqa: PERF401
        return items


def _role_under(role: Role, key: str | int) -> Role:
    return (kind_under(role, key) if isinstance(role, str) else None) or (role, key)


def _repeated(root: Any) -> int:
    """How many values aliases add to those that are written."""
    sizes: dict[int, int] = {}
    written = 0

    def size(value: Any) -> int:
        nonlocal written
        if not isinstance(value, (Mapping, Sequence)):
            return 0
        known = sizes.get(id(value))
        if known is None:
            written += len(value)
            known = len(value)
            for item in value.values() if isinstance(value, Mapping) else value:
                known += size(item)
            sizes[id(value)] = known
        return known

    return size(root) - written
