"""Owns where a written entry begins and ends: its key, its value, its dash, its line.

An entry is a key with its value, or an item of a list. Offsets are code points from the start of the text. Functions
that cannot tell raise `CannotTellError`; the edits make None of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TypeVar, cast

from apigw_lint.source.pattern import pattern
from apigw_lint.source.text import Span
from apigw_lint.source.tree import Container, Mapping, Node, Sequence, Tree

_T = TypeVar("_T")

_ALIAS = pattern(r"[ \t]*:\s*\*[^\s,\[\]{}]+")
_REST_OF_LINE = pattern(r"[ \t]*(?:(?<=\s)#[^\r\n]*)?(?=[\r\n]|\Z)")
_NO_CONTENT = pattern(r"(?:[ \t]*(?:#[^\r\n]*)?(?:\r\n|\r|\n))*[ \t]*(?:#[^\r\n]*)?")
_BLOCK_SCALAR_HEADER = pattern(r"[^\n#]*")
_WHITESPACE = pattern(r"\s*")


class CannotTellError(Exception):
    """It is unknown where something ends, or what a change would alter."""


def require(condition: bool) -> None:
    """Nothing where a condition holds. Raises CannotTellError where it does not."""
    if not condition:
        raise CannotTellError


def required(value: _T | None) -> _T:
    """The value itself. Raises CannotTellError for None."""
    if value is None:
        raise CannotTellError
    return value


def is_written_here(node: Node) -> bool:
    """Whether an entry is written in its container, and not there by a merge or an alias."""
    if node.container is node.tree.holder:
        return True
    return node.container.start <= entry_start(node) < node.container.end


def is_replaceable_scalar(node: Node) -> bool:
    """Whether this is a scalar that is written here, without an anchor that others refer to and without a tag."""
    if isinstance(node.value, (Mapping, Sequence)) or not is_written_here(node):
        return False
    key, raw = node.key_span, node.raw_span
    is_alias = key is not None and raw.start < key.start
    return not is_alias and raw.start < raw.end and node.tree.source.text[raw.start] not in "&!*"


def is_shared(node: Node) -> bool:
    """Whether this node, or one that holds it, is also used elsewhere, through an alias or a merge."""
    tree = node.tree
    container: Container = node.value if isinstance(node.value, (Mapping, Sequence)) else node.container
    while container is not tree.holder:
        if id(container) in tree.reused:
            return True
        container = container.parent
    return False


def has_simple_key(entry: Node) -> bool:
    """Whether the colon follows the key, as it does not after `? key`."""
    key = entry.key_span
    return key is not None and re.compile(r"[ \t]*:").match(entry.tree.source.text, key.end) is not None


def is_flow(tree: Tree, container: Container) -> bool:
    """Whether a container is written in braces or brackets."""
    return tree.source.text[container_start(tree, container)] in "{["


def written_entries(tree: Tree, container: Container) -> list[Node]:
    """The entries that are written in a container, in the order of the text."""
    keys: Iterable[str | int] = container if isinstance(container, Mapping) else range(len(container))
    entries = [entry for key in keys if is_written_here(entry := Node.entry(tree, container, key))]
    return sorted(entries, key=entry_start) if tree.is_disordered else entries


def container_start(tree: Tree, container: Container) -> int:
    """Where the content of a container begins, after its anchor and tag."""
    return tree.content_span(container.start, container.end).start


def entry_start(node: Node) -> int:
    """Where an entry begins: its key, or the content of an item."""
    if isinstance(node.container, Mapping):
        return node.container.spans[node.container.row(cast(str, node.key))]
    return node.raw_span.start


def entry_end(node: Node) -> int:
    """Where an entry ends, without what may follow on its line. Raises CannotTellError."""
    text, raw, key = node.tree.source.text, node.raw_span, node.key_span
    if isinstance(node.container, Mapping) and key is not None and raw.start < key.start:
        return required(_ALIAS.match(text, key.end)).end()
    require(is_written_here(node))
    if node.tree.is_hcl:
        return raw.end
    if isinstance(node.value, (Mapping, Sequence)):
        return _container_end(node.tree, node.value)
    if raw.start == raw.end:
        return key.end if key is not None and text[raw.start - 1 : raw.start] != ":" else raw.start
    content = node.tree.content_span(*raw)
    if text.startswith(("|", ">"), _after_properties(text, raw)):
        require("+" not in required(_BLOCK_SCALAR_HEADER.match(text, raw.start, raw.end))[0])
    return content.end if content.start < content.end else raw.end


def _after_properties(text: str, raw: Span) -> int:
    """Where the value begins after its anchor and tag."""
    offset = raw.start
    while offset < raw.end and text[offset] in "&!":
        match = re.compile(r"[^\s]+\s*").match(text, offset, raw.end)
        if not match:
            break
        offset = match.end()
    return offset


def _container_end(tree: Tree, container: Container) -> int:
    if is_flow(tree, container):
        return container.end
    entries = written_entries(tree, container)
    require(bool(entries))
    end = entry_end(entries[-1])
    rest = tree.source.text[line_end(tree.source.text, end) : container.end]
    require(_NO_CONTENT.fullmatch(rest) is not None)
    return end


def dash_offset(tree: Tree, item: Node) -> int:
    """Where the dash of an item of a block list is. Raises CannotTellError."""
    text, start = tree.source.text, entry_start(item)
    offset = text.rfind("-", 0, start) if item.raw_span.start < item.raw_span.end else start - 1
    require(offset >= 0 and text[offset] == "-" and not text[offset + 1 : start].strip())
    return offset


def line_end(text: str, offset: int) -> int:
    """Where the line of an offset ends. Raises CannotTellError when more than a comment follows the offset."""
    return required(_REST_OF_LINE.match(text, offset)).end()


def after_line_break(text: str, offset: int) -> int:
    """The offset after the line break at an offset, the offset itself when there is none."""
    width = 2 if text.startswith("\r\n", offset) else 1
    return offset + width if text.startswith(("\r", "\n"), offset) else offset


def line_break(tree: Tree) -> str:
    """The line break of a text: the one after its first line."""
    text, end = tree.source.text, tree.source.line_span(1).end
    return text[end : after_line_break(text, end)] or "\n"


def column(tree: Tree, offset: int) -> int:
    """How many characters are before an offset on its line."""
    return tree.source.position(offset).column - 1


def indentation(tree: Tree, offset: int) -> str:
    """The white space that the line of an offset begins with."""
    match = _WHITESPACE.match(tree.source.text, offset - column(tree, offset), offset)
    return match[0] if match else ""


def has_comment_above(tree: Tree, offset: int) -> bool:
    """Whether a key that begins its line has a comment on the line above."""
    return next(_comments_above(tree, offset), None) is not None


def comments_above(tree: Tree, offset: int) -> int:
    """Where the comments begin that are right above a key and indented like it; the key's offset without any."""
    first = offset
    for comment in _comments_above(tree, offset):
        if column(tree, comment) != column(tree, offset):
            break
        first = comment
    return first


def _comments_above(tree: Tree, offset: int) -> Iterator[int]:
    """Where the comments on the lines right above a key that begins its line are, the nearest first."""
    text, position = tree.source.text, tree.source.position(offset)
    if text[offset - position.column + 1 : offset].strip():
        return
    for line in range(position.line - 1, 0, -1):
        span = tree.source.line_span(line)
        written = text[span.start : span.end].lstrip()
        if not written.startswith("#"):
            return
        yield span.end - len(written)
