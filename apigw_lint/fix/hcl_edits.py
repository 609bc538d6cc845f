"""Owns the edits of objects of HCL; what is not here is not edited there.

Each function has the name and arguments of that of `edits.py` that is for YAML. They raise CannotTellError.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from apigw_lint.diagnostic import Edit
from apigw_lint.fix.extent import (
    column,
    entry_start,
    has_comment_above,
    indentation,
    line_break,
    require,
    required,
    written_entries,
)
from apigw_lint.fix.render import shift_lines
from apigw_lint.source import scalar
from apigw_lint.source.pattern import pattern
from apigw_lint.source.text import Span
from apigw_lint.source.tree import Container, Mapping, Node, Sequence, Tree

Edits = tuple[Edit, ...]

_IDENTIFIER = pattern(r"(?!for\Z)[A-Za-z_][A-Za-z0-9_-]*")
"""What may be a key without quotes; `for` would begin an expression."""
_REST_OF_LINE = pattern(r"[ \t]*(,?)[ \t]*(?:(?:#|//)[^\r\n]*)?(\r\n|\n|\r|\Z)")
_BETWEEN = pattern(r"\s*,?\s*")
_SEPARATOR = pattern(r"\s*([=:])")


def rename_key(node: Node, name: str) -> Edits:
    """Gives an entry another key, bare if the old one is and it can be."""
    span = required(node.key_span)
    written = node.tree.source.slice(span)
    require(name not in node.container and written[0] != "(")
    return (Edit(span, _quoted(name) if written[0] == '"' else _key(name)),)


def replace_in_key(node: Node, offset: int, old: str, new: str) -> Edits:
    """Puts `new` in the place of the `old` at an offset of an entry's key, which must be in quotes."""
    key, whole = str(node.key), required(node.key_span)
    span = required(node.find_in_key(old, offset))
    require(f"{key[:offset]}{new}{key[offset + len(old) :]}" not in node.container)
    require(node.tree.source.slice(whole)[0] == '"' and _is_same_in_quotes(node.tree, span, old, new))
    return (Edit(span, new),)


def replace_value(node: Node, value: str | float | bool) -> Edits:
    """Gives a scalar another value; a string is in quotes, a number or boolean is not."""
    _require_literal(node)
    require(isinstance(value, str) or node.is_plain)
    return (Edit(node.raw_span, _scalar(value)),)


def replace_in(node: Node, offset: int, old: str, new: str) -> Edits:
    """Puts `new` in the place of the `old` at an offset of a string's value."""
    _require_literal(node)
    if node.is_plain:
        text = str(node.value)
        require(text.startswith(old, offset))
        return replace_value(node, text[:offset] + new + text[offset + len(old) :])
    span = node.find(old, offset)
    require(_is_same_in_quotes(node.tree, span, old, new))
    return (Edit(span, new),)


def quote(node: Node, value: str | None = None) -> Edits:
    """Puts a number or boolean in quotes, as it is written or as `value`."""
    _require_literal(node)
    require(node.is_plain)
    return (Edit(node.raw_span, _quoted(node.written if value is None else value)),)


def unquote(node: Node) -> Edits:
    """Takes the quotes off a string that is a number, true or false without them."""
    value = scalar.resolve(node.value) if isinstance(node.value, str) else None
    require(isinstance(value, (bool, int, float)) and node.written == f'"{node.value}"')
    return (Edit(node.raw_span, json.dumps(value)),)


def insert_entry(node: Node, key: str, data: Any, *, before: tuple[str, ...] = (), after: str = "") -> Edits:
    """Gives an object one more entry: before the first of some keys or after one, else at its end."""
    tree, container = node.tree, node.value
    require(isinstance(container, Mapping) and key not in container)
    entries = _entries_in_brackets(tree, container)
    if not entries:
        return (_into_empty(tree, container, f"{_key(key)} = {_flow(data, ' = ')}"),)
    sign = _sign(entries[0])
    position = _position(entries, before, after)
    if not _is_tall(tree, container, entries):
        written = f"{_key(key)}{sign}{_flow(data, sign)}"
        if position == 0:
            return (_insertion(entry_start(entries[0]), f"{written}, "),)
        return (_insertion(_end(entries[position - 1]), f", {written}"),)
    first = entry_start(entries[0])
    indent, unit = indentation(tree, first), _unit(tree, container, first)
    lead = line_break(tree) + indent
    written = f"{_key(key)}{sign}{_tall(data, sign, lead, unit)}"
    if position == 0:
        return (_insertion(first, written + lead),)
    rest = required(_REST_OF_LINE.match(tree.source.text, _end(entries[position - 1])))
    return (_insertion(rest.start(2), lead + written + rest[1]),)


def insert_items(node: Node, items: list[Any]) -> Edits:
    """Gives a list more items at its end."""
    tree, sequence = node.tree, node.value
    require(isinstance(sequence, Sequence))
    entries = _entries_in_brackets(tree, sequence)
    if not entries:
        return (_into_empty(tree, sequence, ", ".join(_flow(item, " = ") for item in items)),)
    is_tall = _is_tall(tree, sequence, entries)
    first = entry_start(entries[0])
    lead = line_break(tree) + indentation(tree, first) if is_tall else " "
    unit = _unit(tree, sequence, first)
    written = (_tall(item, " = ", lead, unit) if is_tall else _flow(item, " = ") for item in items)
    return (_insertion(_end(entries[-1]), "".join(f",{lead}{item}" for item in written)),)


def delete_entry(node: Node, *, keeps_comments: bool = False) -> Edits:
    """Takes out an entry of an object or an item of a list, with its line where it has one of its own."""
    tree, container = node.tree, node.container
    text, start, end = tree.source.text, entry_start(node), _end(node)
    line = start - column(tree, start)
    rest = _REST_OF_LINE.match(text, end)
    if rest and not text[line:start].strip():
        comma = rest.end(1)
        if keeps_comments and text[comma : rest.start(2)].strip():
            return (Edit(Span(start, rest.start(2) - len(text[comma : rest.start(2)].lstrip())), ""),)
        return (Edit(Span(line, rest.end()), ""),)
    entries = _entries_in_brackets(tree, container)
    number = next(number for number, entry in enumerate(entries) if entry.key == node.key)
    if number:
        gap = Span(_end(entries[number - 1]), start)
        span = Span(gap.start, end)
    else:
        gap = Span(end, entry_start(entries[1]) if len(entries) > 1 else end)
        span = Span(start, gap.end)
    require(_BETWEEN.fullmatch(text, *gap) is not None)
    return (Edit(span, ""),)


def nest_entry(node: Node, outer: str, inner: str) -> Edits:
    """Makes of `key = value` the entry `outer = { inner = value }`, in its place."""
    key = required(node.key_span)
    text, end = node.tree.source.text, _end(node)
    require(outer not in node.container and text[key.start] != "(")
    return (Edit(Span(key.start, end), f"{_key(outer)}{_sign(node)}{{ {_key(inner)}{text[key.end : end]} }}"),)


def move_entry(node: Node, target: Node, name: str) -> Edits:
    """Moves an entry to the end of another object and gives it another key."""
    tree, text, key, container = node.tree, node.tree.source.text, required(node.key_span), target.value
    require(isinstance(container, Mapping) and name not in container and text[key.start] != "(")
    require(not has_comment_above(tree, key.start))
    entries = _entries_in_brackets(tree, container)
    require(bool(entries))
    renamed = _quoted(name) if text[key.start] == '"' else _key(name)
    written = renamed + text[key.end : _end(node)]
    last = _end(entries[-1])
    if not _is_tall(tree, container, entries):
        return (*delete_entry(node), _insertion(last, f", {written}"))
    indent = indentation(tree, entry_start(entries[0]))
    written = shift_lines(written, len(indent) - len(indentation(tree, key.start)))
    rest = required(_REST_OF_LINE.match(text, last))
    return (*delete_entry(node), _insertion(rest.start(2), line_break(tree) + indent + written + rest[1]))


EDITS: dict[str, Callable[..., Edits]] = {
    function.__name__: function
    for function in (
        rename_key,
        replace_in_key,
        replace_value,
        replace_in,
        quote,
        unquote,
        insert_entry,
        insert_items,
        delete_entry,
        nest_entry,
        move_entry,
    )
}
"""The edits by the names of those for YAML."""


def _require_literal(node: Node) -> None:
    """Refuses what is no scalar that is written out."""
    require(not isinstance(node.value, (Mapping, Sequence)) and node.raw_span.start not in node.tree.foreign)


def _is_same_in_quotes(tree: Tree, span: Span, old: str, new: str) -> bool:
    """Whether the text of a string is replaced as it is, without escapes."""
    return tree.source.slice(span) == old and '"' not in new and "\\" not in new and new.isprintable()


def _insertion(offset: int, text: str) -> Edit:
    return Edit(Span(offset, offset), text)


def _into_empty(tree: Tree, container: Container, written: str) -> Edit:
    inside = Span(container.start + 1, container.end - 1)
    require(not tree.source.slice(inside).strip())
    return Edit(inside, f" {written} " if isinstance(container, Mapping) else written)


def _entries_in_brackets(tree: Tree, container: Container) -> list[Node]:
    """The entries of a container in brackets; one that `merge` joins from several is refused."""
    text = tree.source.text
    require(text[container.start] in "{[")
    return written_entries(tree, container)


def _end(node: Node) -> int:
    """Where an entry ends. Raises CannotTellError for a value in parentheses or in a function that returns it."""
    text, raw = node.tree.source.text, node.raw_span
    before = text[: raw.start].rstrip()[-1:] if isinstance(node.container, Sequence) else None
    key = node.key_span
    if key is not None:
        separator = required(_SEPARATOR.match(text, key.end))
        require(not text[separator.end() : raw.start].strip())
    else:
        require(before in ("[", ",", ""))
    return raw.end


def _position(entries: list[Node], before: tuple[str, ...], after: str) -> int:
    for position, entry in enumerate(entries):
        if entry.key in before:
            return position
        if entry.key == after:
            return position + 1
    return len(entries)


def _is_tall(tree: Tree, container: Container, entries: list[Node]) -> bool:
    """Whether entries have lines of their own."""
    lead = tree.source.text[container.start + 1 : entry_start(entries[0])]
    return "\n" in lead or "\r" in lead


def _unit(tree: Tree, container: Container, first: int) -> str:
    """By what the entries of a container are indented, the first of which is at an offset."""
    return indentation(tree, first).removeprefix(indentation(tree, container.start)) or "  "


def _sign(entry: Node) -> str:
    """What is written between key and value around an entry."""
    key = required(entry.key_span)
    separator = required(_SEPARATOR.match(entry.tree.source.text, key.end))
    return " = " if separator[1] == "=" else ": "


def _key(name: str) -> str:
    return name if _IDENTIFIER.fullmatch(name) else _quoted(name)


def _quoted(value: str) -> str:
    """A string in quotes; Terraform's marks are as in values of the tree, where `$${` is escaped already."""
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    escaped = escaped.replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t")
    return f'"{escaped}"'


def _scalar(value: Any) -> str:
    return _quoted(value) if isinstance(value, str) else json.dumps(value)


def _flow(data: Any, sign: str) -> str:
    """Data on one line."""
    if isinstance(data, dict):
        entries = ", ".join(f"{_key(key)}{sign}{_flow(value, sign)}" for key, value in data.items())
        return f"{{ {entries} }}" if entries else "{}"
    if isinstance(data, list):
        return f"[{', '.join(_flow(item, sign) for item in data)}]"
    return _scalar(data)


def _tall(data: Any, sign: str, lead: str, unit: str) -> str:
    """Data over several lines; `lead` is the line break with the indentation of where it begins."""
    inner = lead + unit
    if isinstance(data, dict) and data:
        entries = (f"{inner}{_key(key)}{sign}{_tall(value, sign, inner, unit)}" for key, value in data.items())
        return f"{{{''.join(entries)}{lead}}}"
    if isinstance(data, list) and any(isinstance(item, (dict, list)) for item in data):
        return f"[{','.join(f'{inner}{_tall(item, sign, inner, unit)}' for item in data)}{lead}]"
    return _flow(data, sign)
