"""Owns whether a node is unknown: no rule may judge a value that is set at deploy time or was forgotten.

A forgotten value is reported once, by `leftover-placeholder`, and is unknown to every other rule.
"""

from __future__ import annotations

from functools import lru_cache

from apigw_lint.source import placeholder, scalar
from apigw_lint.source.pattern import pattern
from apigw_lint.source.tree import Mapping, Node, Sequence
from apigw_lint.source.unfilled import is_due, unfilled, unfilled_variable

_FREE_TEXT = frozenset(
    "description summary title example examples default enum pattern content template const tags operationId".split()
)
"""Keys under which angle brackets and stars are usually intended."""


def is_unknown(node: Node) -> bool:
    """Whether the value of a node is not known; that of a disputed scalar (`on`, `010`) is not, as it has two."""
    return is_unknown_text(node) or is_disputed(node)


def is_unknown_text(node: Node) -> bool:
    """Whether it is not known what a node is where a string is due: there `y` is the name `y`."""
    value = node.value
    tree = node.tree
    if tree.placeholders is placeholder.LITERAL:
        return False
    if tree.foreign and node.raw_span.start in tree.foreign:
        return True
    if isinstance(value, str):
        if tree.placeholders.is_unknown(value):
            return tree.placeholders.is_later(value) or bool(forgotten(node))
        return unfilled_in(node) is not None
    return is_braced_name(value)


def is_disputed(node: Node) -> bool:
    """Whether a node is a plain scalar without a tag that YAML 1.1 and 1.2 read differently."""
    if not isinstance(node.value, str) or not is_disputed_text(node.value):
        return False
    if node.tree.placeholders is placeholder.LITERAL:
        return False
    return node.is_plain and "!" not in node.tree.source.text[node.raw_span.start : node.value_span.start]


is_disputed_text = lru_cache(maxsize=16_384)(scalar.is_disputed)
"""Whether YAML 1.1 and 1.2 read a text differently if it has no quotes; remembered, as texts are repeated."""


def may_be_unknown(node: Node) -> bool:
    """Whether a value is unknown, or a string that looks so in a place where that is usually intended."""
    return may_be_unknown_text(node) or is_disputed(node)


def may_be_unknown_text(node: Node) -> bool:
    """Like `may_be_unknown` where a string is due."""
    return is_unknown_text(node) or (isinstance(node.value, str) and node.tree.placeholders.is_unknown(node.value))


def has_unknown_key(node: Node) -> bool:
    """Whether a mapping has a key that is set at deploy time or was forgotten, so that it may have any key."""
    if not isinstance(node.value, Mapping):
        return False
    return any(map(node.tree.placeholders.is_unknown_key, node.value))


def has_open_keys(node: Node) -> bool:
    """Whether a node may have more keys than are written: it is unknown or a reference, or has an unknown key."""
    return is_unknown(node) or has_unknown_key(node) or (isinstance(node.value, Mapping) and "$ref" in node.value)


def forgotten(node: Node) -> list[tuple[int, str]]:
    """The forgotten placeholders in a string node: offsets in the value, and the placeholders."""
    if not isinstance(node.value, str):
        return []
    if (whole := unfilled_in(node)) is not None:
        return [whole]
    path = [str(key) for key in node.path]
    if _FREE_TEXT.intersection(path) and not _is_variable(path):
        is_filled = "x-yc-schema-mapping" in path and _NAME_IN_ANGLES.fullmatch(node.value.strip()) is not None
        return placeholder.forgotten(node.value) if is_filled else []
    return placeholder.forgotten(node.value)


_NAME_IN_ANGLES = pattern(r"<[^<>]*(?:[_ -]|[^\W\d_a-z])[^<>]*>")
"""A name in angle brackets that is not the tag of a markup language."""


def _is_variable(path: list[str]) -> bool:
    return path[:2] == ["x-yc-apigateway", "variables"]


def unfilled_in(node: Node) -> tuple[int, str] | None:
    """What was not filled in as an id, a name or an address of a resource, or as the value of a variable."""
    if node.container is node.tree.holder:
        return None
    key = node.container.key if isinstance(node.container, Sequence) else node.key
    is_value = key in ("default", "enum")
    if not (is_value or is_due(key)) or (node.tree.foreign and node.raw_span.start in node.tree.foreign):
        return None
    if is_value:
        return unfilled_variable(node.value) if _is_variable([str(part) for part in node.path[:2]]) else None
    return unfilled(key, node.value)


def is_braced_name(value: object) -> bool:
    """Whether YAML read `{NAME}` or `{{ x }}` as a mapping."""
    if not isinstance(value, Mapping) or len(value) != 1:
        return False
    ((key, inner),) = value.items()
    return inner is None and (key.startswith("{") or placeholder.is_name(key))


def is_bracketed_text(node: Node) -> bool:
    """Whether this is `[some words]`: a list of one plain string that has a blank, is not ASCII, or is in capitals."""
    value = node.value
    if not isinstance(value, Sequence) or len(value) != 1 or not isinstance(value[0], str):
        return False
    is_text = " " in value[0] or not value[0].isascii() or placeholder.is_name(value[0])
    return is_text and node.written[1:].lstrip()[:1] not in ("'", '"') and node.written.startswith("[")
