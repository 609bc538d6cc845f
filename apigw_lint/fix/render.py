"""Owns how a fragment is written in the style of what is around it: block or flow, quotes, indentation.

Fragments are written here and not by a YAML library, so that a check needs no second parser; the fixer has every
result read by one.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any, NamedTuple

from apigw_lint.bounds import MAX_STYLE_ENTRIES
from apigw_lint.fix.extent import (
    column,
    container_start,
    entry_start,
    indentation,
    is_flow,
    line_break,
    require,
    written_entries,
)
from apigw_lint.source import scalar
from apigw_lint.source.pattern import pattern
from apigw_lint.source.tree import Container, Mapping, Node, Sequence, Tree

PLAIN_SCALAR = pattern(r"[^\W\d][\w.+/$-]*(?: [\w.+/-]+)*|\$ref|/[\w./-]*")
"""The strings that are written without quotes, unless they would be read as something else."""


class BlockStyle(NamedTuple):
    """By how many columns a mapping is indented under its key, and a list."""

    unit: int
    dash: int

    @classmethod
    def of(cls, node: Node) -> BlockStyle:
        """The style around a node."""
        unit = dash = None
        tree, container = node.tree, node.value if isinstance(node.value, Mapping) else node.container
        while container is not tree.holder and (unit is None or dash is None):
            if isinstance(container, Mapping) and not is_flow(tree, container):
                unit = _mapping_indent(tree, container) if unit is None else unit
                dash = _list_indent(tree, container) if dash is None else dash
            container = container.parent
        unit = unit or 2
        return cls(unit, unit if dash is None else dash)


def _mapping_indent(tree: Tree, container: Mapping) -> int | None:
    """By how many columns a mapping is indented under the mapping that holds it."""
    outer = container.parent
    if not isinstance(outer, Mapping) or is_flow(tree, outer):
        return None
    indent = column(tree, container_start(tree, container)) - column(tree, outer.start)
    return indent if indent > 0 else None


def _list_indent(tree: Tree, container: Mapping) -> int | None:
    """By how many columns the first list among the entries of a mapping is indented."""
    for number, (key, value) in enumerate(container.items()):
        if number >= MAX_STYLE_ENTRIES:
            break
        if isinstance(value, Sequence) and value and value.parent is container and not is_flow(tree, value):
            entry = Node.entry(tree, container, key)
            return max(0, column(tree, container_start(tree, value)) - column(tree, entry_start(entry)))
    return None


class FlowStyle(NamedTuple):
    """Whether strings have JSON's quotes, and what is written between key and value, and between entries."""

    is_json: bool
    colon: str = ": "
    comma: str = ", "

    @classmethod
    def of(cls, entry: Node) -> FlowStyle:
        """The style of an entry of a flow mapping."""
        key = entry.key_span
        if key is None:
            return cls(has_json_quotes(entry))
        text = entry.tree.source.text
        is_json = text[key.start] == '"'
        is_tight = is_json and text[key.end : key.end + 1] == ":" and not text[key.end + 1 : key.end + 2].isspace()
        return cls(is_json, ":" if is_tight else ": ", "," if is_tight else ", ")


_YAML_FLOW = FlowStyle(is_json=False)


class FlowLayout:
    """How the entries of a mapping in braces or a list in brackets are laid out: on one line, or one on each."""

    def __init__(self, node: Node) -> None:
        self.tree = node.tree
        self.container: Container = node.value
        self.start = container_start(self.tree, self.container)
        entries = written_entries(self.tree, self.container)
        is_mapping = isinstance(self.container, Mapping)
        entry = entries[0] if entries and is_mapping else _enclosing_flow_entry(node)
        self.style = FlowStyle.of(entry) if entry else _YAML_FLOW
        lead = self.tree.source.text[self.start + 1 : entry_start(entries[0])] if entries else ""
        self.is_tall = "\n" in lead and not lead.strip()
        self.indent = indentation(self.tree, entry_start(entries[0])) if self.is_tall else ""
        self.unit = self.indent.removeprefix(indentation(self.tree, self.start)) or "  "

    def separator(self, entries: list[Node]) -> str:
        """What is written between other entries and one that follows them, empty when there are none."""
        if not entries:
            return ""
        return f",{line_break(self.tree)}{self.indent}" if self.is_tall else self.style.comma

    def entry(self, key: str, data: Any) -> str:
        """A key with its value."""
        return f"{render_scalar(key, self.style.is_json)}{self.style.colon}{self.value(data)}"

    def value(self, data: Any) -> str:
        """A value; over several lines where the entries are."""
        if not self.is_tall or not isinstance(data, (dict, list)):
            return _flow(data, self.style)
        return line_break(self.tree).join(_flow_lines(data, self.style, self.indent, self.unit))


def _enclosing_flow_entry(node: Node) -> Node | None:
    """The nearest entry of a mapping in braces that holds a node or is it."""
    tree, container, key = node.tree, node.container, node.key
    while container is not tree.holder:
        if isinstance(container, Mapping) and is_flow(tree, container):
            return Node.entry(tree, container, key)
        container, key = container.parent, container.key
    return None


def has_json_quotes(node: Node) -> bool:
    """Whether strings have double quotes around here: the mapping in braces that holds a node has such keys."""
    entry = _enclosing_flow_entry(node)
    key = entry.key_span if entry else None
    return key is not None and node.tree.source.text[key.start] == '"'


def item_lines(previous: Node, data: Any) -> list[str]:
    """The lines of a new item, in braces on one line if the item before it is."""
    if not isinstance(previous.value, (Mapping, Sequence)) or not is_flow(previous.tree, previous.value):
        return block_lines(data, BlockStyle.of(previous))
    entries = written_entries(previous.tree, previous.value)
    return [_flow(data, FlowStyle.of(entries[0]) if entries else _YAML_FLOW)]


def block_lines(data: Any, style: BlockStyle) -> list[str]:
    """Data as lines in block style, without the indentation of what is around."""
    if not isinstance(data, (dict, list)) or not data:
        return [_flow(data, _YAML_FLOW)]
    lines = []
    if isinstance(data, dict):
        for key, value in data.items():
            name = render_scalar(key, is_json=False)
            if isinstance(value, (dict, list)) and value:
                indent = " " * (style.unit if isinstance(value, dict) else style.dash)
                lines += [f"{name}:", *(indent + line for line in block_lines(value, style))]
            else:
                lines.append(f"{name}: {_flow(value, _YAML_FLOW)}")
        return lines
    for item in data:
        first, *rest = block_lines(item, style)
        lines += [f"- {first}", *("  " + line for line in rest)]
    return lines


def _flow(data: Any, style: FlowStyle) -> str:
    """Data in flow style on one line."""
    if isinstance(data, dict):
        entries = (
            f"{render_scalar(key, style.is_json)}{style.colon}{_flow(value, style)}" for key, value in data.items()
        )
        return f"{{{style.comma.join(entries)}}}"
    if isinstance(data, list):
        return f"[{style.comma.join(_flow(item, style) for item in data)}]"
    return render_scalar(data, style.is_json)


def _flow_lines(data: Any, style: FlowStyle, indent: str, unit: str) -> list[str]:
    """Data in flow style, an entry on each line; the first line has no indentation."""
    if not isinstance(data, (dict, list)) or not data:
        return [_flow(data, style)]
    lines: list[str] = []
    is_mapping = isinstance(data, dict)
    entries: Iterable[tuple[Any, Any]] = data.items() if isinstance(data, dict) else enumerate(data)
    for key, value in entries:
        first, *rest = _flow_lines(value, style, indent + unit, unit)
        name = f"{render_scalar(key, style.is_json)}{style.colon}" if is_mapping else ""
        lines += [f"{indent}{unit}{name}{first}", *rest]
        lines[-1] += ","
    lines[-1] = lines[-1][:-1]
    return ["{" if is_mapping else "[", *lines, indent + ("}" if is_mapping else "]")]


def render_scalar(value: Any, is_json: bool) -> str:
    """A scalar as JSON, or as YAML with quotes only where it needs them."""
    if not isinstance(value, str) or is_json:
        return json.dumps(value, ensure_ascii=False)
    is_plain = PLAIN_SCALAR.fullmatch(value) and scalar.resolve(value) == value and not scalar.is_disputed(value)
    return value if is_plain else single_quoted(value)


def quoted_like(written: str, value: str) -> str:
    """A string in the quotes of another, which is given as it is written."""
    if written[:1] == '"':
        return json.dumps(value, ensure_ascii=False)
    return single_quoted(value) if written[:1] == "'" else render_scalar(value, is_json=False)


def single_quoted(value: str) -> str:
    """A string in single quotes; in double ones where it has characters that cannot be printed."""
    return "'{}'".format(value.replace("'", "''")) if value.isprintable() else json.dumps(value, ensure_ascii=False)


def shift_lines(text: str, columns: int) -> str:
    """Text with all lines but the first moved to the right, or to the left when negative. Raises CannotTellError."""

    def shift(match: re.Match[str]) -> str:
        if columns >= 0:
            return f"{match[1]}{' ' * columns}{match[2]}"
        require(len(match[2]) >= -columns)
        return f"{match[1]}{match[2][-columns:]}"

    return re.sub(r"(\r\n|\r|\n)([ ]*)(?=[^\s])", shift, text)
