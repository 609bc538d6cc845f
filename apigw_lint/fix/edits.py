"""Owns edits made of nodes: renamed keys, replaced values, inserted, deleted and moved entries.

Each function returns edits, or None where it cannot tell a change that alters nothing else: where an alias or a
merge is in the way, or something that is not understood.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any, ParamSpec

from apigw_lint.diagnostic import Edit, Fix
from apigw_lint.fix.extent import (
    CannotTellError,
    after_line_break,
    column,
    comments_above,
    dash_offset,
    entry_end,
    entry_start,
    has_comment_above,
    has_simple_key,
    is_flow,
    is_replaceable_scalar,
    is_shared,
    is_written_here,
    line_break,
    line_end,
    require,
    required,
    written_entries,
)
from apigw_lint.fix.render import (
    BlockStyle,
    FlowLayout,
    FlowStyle,
    block_lines,
    has_json_quotes,
    item_lines,
    quoted_like,
    render_scalar,
    shift_lines,
    single_quoted,
)
from apigw_lint.source import scalar
from apigw_lint.source.pattern import pattern
from apigw_lint.source.text import Span
from apigw_lint.source.tree import Mapping, Node, Sequence, Tree

Edits = tuple[Edit, ...]

_COMMA = pattern(r"(?:[ \t]*,)?")
_COMMENT = pattern(r"\s#")
_BLOCK_SCALAR_MARK = pattern(r"([|>][-+0-9]*)[^\r\n]*")

_P = ParamSpec("_P")


def _none_if_unclear(make: Callable[_P, Edits]) -> Callable[_P, Edits | None]:
    """A function that returns None where it cannot tell; a node of HCL is edited in HCL, or not at all."""

    @wraps(make)
    def make_or_none(*args: _P.args, **kwargs: _P.kwargs) -> Edits | None:
        is_hcl = isinstance(args[0], Node) and args[0].tree.is_hcl
        try:
            return (_in_hcl(make.__name__) if is_hcl else make)(*args, **kwargs)
        except CannotTellError:
            return None

    return make_or_none


def _in_hcl(name: str) -> Callable[..., Edits]:
    """The function of this name for objects of HCL."""
    from apigw_lint.fix.hcl_edits import EDITS

    return EDITS.get(name, _refused)


def _refused(*_: Any, **__: Any) -> Edits:
    raise CannotTellError


def make_fix(title: str, edits: Edits | None, *, safe: bool = False) -> Fix | None:
    """A fix of these edits, None without any."""
    return Fix(title, edits, safe) if edits else None


def combined(changes: Iterable[Edits | None]) -> Edits | None:
    """The edits of several changes, each once; None when one of them is not possible."""
    all_edits: dict[Edit, None] = {}
    for edits in changes:
        if edits is None:
            return None
        all_edits.update(dict.fromkeys(edits))
    return tuple(all_edits)


@_none_if_unclear
def rename_key(node: Node, name: str) -> Edits:
    """Gives an entry another key, quoted like the old one."""
    span = required(node.key_span)
    require(name not in node.container and is_written_here(node) and node.tree.source.text[span.start] not in "*|>")
    return (Edit(span, quoted_like(node.tree.source.slice(span), name)),)


@_none_if_unclear
def replace_in_key(node: Node, offset: int, old: str, new: str) -> Edits:
    """Puts `new` in the place of the `old` at an offset of an entry's key."""
    key = str(node.key)
    span = required(node.find_in_key(old, offset))
    require(f"{key[:offset]}{new}{key[offset + len(old) :]}" not in node.container and is_written_here(node))
    require(node.tree.source.slice(span) == old and "'" not in new and '"' not in new and "\\" not in new)
    return (Edit(span, new),)


@_none_if_unclear
def replace_value(node: Node, value: str | float | bool) -> Edits:
    """Gives a scalar another value, in quotes where the old one had them; a number or boolean has none."""
    require(is_replaceable_scalar(node))
    span, written = node.value_span, node.written
    if not isinstance(value, str):
        require(node.is_plain)
        return (Edit(span, json.dumps(value)),)
    if _is_block_scalar(node):
        return _on_one_line(node, render_scalar(value, is_json=False))
    return (Edit(span, quoted_like(written, value)),)


def _on_one_line(node: Node, written: str) -> Edits:
    """A block scalar replaced by a scalar after the colon; a comment after the `|` or `>` stays."""
    header = required(_BLOCK_SCALAR_MARK.match(node.tree.source.text, node.raw_span.start))
    content = Span(header.end(), node.value_span.end)
    require(content.start < node.value_span.start)
    return (Edit(Span(*header.span(1)), written), Edit(content, ""))


@_none_if_unclear
def replace_in(node: Node, offset: int, old: str, new: str) -> Edits:
    """Puts `new` in the place of the `old` at an offset of a string's value; with quotes if a brace needs them."""
    require(is_replaceable_scalar(node) or _is_block_scalar(node))
    if node.is_plain and "{" in new and "{" not in old:
        require("\n" not in node.written and node.value.startswith(old, offset))
        return required(replace_value(node, node.value[:offset] + new + node.value[offset + len(old) :]))
    span = node.find(old, offset)
    require(node.tree.source.slice(span) == old and "'" not in new and '"' not in new and "\\" not in new)
    return (Edit(span, new),)


@_none_if_unclear
def fold(node: Node) -> Edits:
    """Makes of a block scalar a folded one without a line break at its end: one line, whose words stay the same."""
    require(_is_block_scalar(node) and is_written_here(node))
    text, start = node.tree.source.text, node.raw_span.start
    lines = node.value.rstrip("\n").split("\n")
    require(all(line and line[0] not in " \t" for line in lines) and (text[start] == "|" or len(lines) == 1))
    end = start + 1
    while text[end : end + 1] in ("+", "-"):
        end += 1
    require(text[end : end + 1] in ("\r", "\n", " "))
    return (Edit(Span(start, end), ">-"),)


@_none_if_unclear
def quote(node: Node, value: str | None = None) -> Edits:
    """Puts a plain scalar in quotes, as it is written or as `value`."""
    require(is_replaceable_scalar(node) and node.is_plain and "\n" not in node.written)
    new = node.written if value is None else value
    return (Edit(node.value_span, json.dumps(new) if has_json_quotes(node) else single_quoted(new)),)


@_none_if_unclear
def quote_key(node: Node) -> Edits:
    """Puts the plain key of an entry in quotes."""
    span = required(node.key_span)
    key = node.tree.source.slice(span)
    require(is_written_here(node) and key == node.key)
    return (Edit(span, json.dumps(key) if has_json_quotes(node) else single_quoted(key)),)


@_none_if_unclear
def unquote(node: Node) -> Edits:
    """Takes the quotes off a string that is a number, true or false without them."""
    written, value = node.written, scalar.resolve(node.value) if isinstance(node.value, str) else None
    require(is_replaceable_scalar(node) and written[:1] in ("'", '"') and isinstance(value, (bool, int, float)))
    require(written[1:-1] == node.value)
    return (Edit(node.value_span, json.dumps(value) if has_json_quotes(node) else node.value),)


@_none_if_unclear
def insert_entry(node: Node, key: str, data: Any, *, before: tuple[str, ...] = (), after: str = "") -> Edits:
    """Gives a mapping one more entry: before the first of some keys or after one, else at its end."""
    tree, mapping = node.tree, node.value
    require(isinstance(mapping, Mapping) and key not in mapping and not is_shared(node))
    entries = written_entries(tree, mapping)
    position = _position(entries, before, after)
    if is_flow(tree, mapping):
        layout = FlowLayout(node)
        return (_insert_in_flow(layout, entries, position, layout.entry(key, data)),)
    require(bool(entries) and has_simple_key(entries[0]))
    if position == 0 and has_comment_above(tree, entry_start(entries[0])):
        position = len(entries)
    return (_insert_in_block(tree, entries, position, block_lines({key: data}, BlockStyle.of(node))),)


@_none_if_unclear
def insert_items(node: Node, items: list[Any]) -> Edits:
    """Gives a list more items at its end."""
    tree, sequence = node.tree, node.value
    require(isinstance(sequence, Sequence) and not is_shared(node))
    entries = written_entries(tree, sequence)
    require(len(entries) == len(sequence))
    if is_flow(tree, sequence):
        layout = FlowLayout(node)
        separator = layout.separator(entries) or layout.style.comma
        written = separator.join(layout.value(data) for data in items)
        return (_insert_in_flow(layout, entries, len(entries), written),)
    dash = dash_offset(tree, entries[0])
    after_dash = tree.source.text[dash : entry_start(entries[0])]
    indent = " " * (2 if "\n" in after_dash else max(2, len(after_dash)))
    lines = []
    for data in items:
        first, *rest = item_lines(entries[-1], data)
        lines += [f"-{indent[1:]}{first}", *(indent + line for line in rest)]
    return (_insert_lines_after(entries[-1], " " * column(tree, dash), lines),)


@_none_if_unclear
def delete_entry(node: Node, *, keeps_comments: bool = False) -> Edits:
    """Takes out an entry of a mapping or an item of a list, with its line where it has one of its own.

    With `keeps_comments`, what is written beside it and around it stays, on a line of its own where needed.
    """
    tree, container = node.tree, node.container
    entries = written_entries(tree, container)
    position = next((position for position, entry in enumerate(entries) if entry.key == node.key), -1)
    require(position >= 0 and not is_shared(node))
    end = entry_end(entries[position])
    if is_flow(tree, container):
        deleted = _deleted_in_flow(entries, position, end)
        return deleted if not keeps_comments or not _has_comment(tree, deleted[0].span) else _with_comma(node, end)
    require(len(entries) > 1)
    is_mapping = isinstance(container, Mapping)
    start = entry_start(entries[position]) if is_mapping else dash_offset(tree, entries[position])
    text, line_start = tree.source.text, start - column(tree, start)
    if text[line_start:start].strip():
        require(position == 0 and is_mapping)
        return (Edit(Span(start, entry_start(entries[1])), ""),)
    last = line_end(text, end)
    if keeps_comments and (rest := text[end:last].lstrip()):
        return (Edit(Span(start, last - len(rest)), ""),)
    return (Edit(Span(line_start, after_line_break(text, last)), ""),)


def _deleted_in_flow(entries: list[Node], position: int, end: int) -> Edits:
    """An entry in braces or brackets taken out, with what separates it from the one before or after."""
    if position > 0:
        return (Edit(Span(entry_end(entries[position - 1]), end), ""),)
    return (Edit(Span(entry_start(entries[0]), entry_start(entries[1]) if len(entries) > 1 else end), ""),)


def _with_comma(node: Node, end: int) -> Edits:
    """An entry in braces or brackets that ends at an offset taken out, with no more than the comma after it."""
    comma = required(_COMMA.match(node.tree.source.text, end))
    return (Edit(Span(entry_start(node), comma.end()), ""),)


def _has_comment(tree: Tree, span: Span) -> bool:
    """Whether there may be a comment in a part of the text: it has a `#` with white space before it."""
    return _COMMENT.search(tree.source.text, span.start, span.end) is not None


@_none_if_unclear
def nest_entry(node: Node, outer: str, inner: str) -> Edits:
    """Makes of `key: value` the entry `outer: {inner: value}`, in its place."""
    require(is_written_here(node) and outer not in node.container and not is_shared(node))
    key = required(node.key_span)
    tree, text = node.tree, node.tree.source.text
    outer_key, inner_key = (quoted_like(tree.source.slice(key), name) for name in (outer, inner))
    end = entry_end(node)
    if is_flow(tree, node.container):
        colon = FlowStyle.of(node).colon
        return (Edit(Span(key.start, end), f"{outer_key}{colon}{{{inner_key}{text[key.end : end]}}}"),)
    require(entry_start(node) == key.start and has_simple_key(node))
    unit = BlockStyle.of(node).unit
    indent = " " * (column(tree, key.start) + unit)
    last = line_end(text, end)
    rest = shift_lines(text[key.end : last], unit)
    return (Edit(Span(key.start, last), f"{outer_key}:{line_break(tree)}{indent}{inner_key}{rest}"),)


@_none_if_unclear
def nest_entries(nodes: Iterable[Node], outer: str) -> Edits:
    """Makes of entries of one mapping an entry `outer` that has them, in the place of the first; comments go along."""
    first, *others = sorted(nodes, key=entry_start)
    (nested,) = required(nest_entry(first, outer, str(first.key)))
    tree, text = first.tree, first.tree.source.text
    require(not tree.is_hcl)
    if is_flow(tree, first.container):
        deleted = [required(delete_entry(node))[0] for node in others]
        require(not any(_has_comment(tree, edit.span) for edit in deleted))
        separator = FlowStyle.of(first).comma
        added = "".join(separator + text[entry_start(node) : entry_end(node)] for node in others)
        return (nested._replace(text=f"{nested.text[:-1]}{added}}}"), *deleted)
    unit = BlockStyle.of(first).unit
    lead = line_break(tree) + " " * (column(tree, entry_start(first)) + unit)
    taken = [_taken_out(node, unit, tree.source.slice(required(node.key_span))) for node in others]
    added = "".join(lead + moved for _, moved in taken)
    return (nested._replace(text=nested.text + added), *(edit for edit, _ in taken))


@_none_if_unclear
def move_entry(node: Node, target: Node, name: str) -> Edits:
    """Moves an entry to the end of another mapping and gives it another key; its comments go with it."""
    require(not is_shared(target) and isinstance(target.value, Mapping) and name not in target.value)
    tree, mapping, key = node.tree, target.value, required(node.key_span)
    is_in_flow = is_flow(tree, mapping)
    entries = written_entries(tree, mapping)
    require(is_in_flow == is_flow(tree, node.container) and bool(entries))
    require(has_simple_key(node) and (is_in_flow or has_simple_key(entries[0])))
    renamed = quoted_like(tree.source.slice(key), name)
    if is_in_flow:
        require(not has_comment_above(tree, key.start))
        separator = FlowLayout(target).separator(entries)
        rest = tree.source.text[key.end : entry_end(node)]
        return (*required(delete_entry(node)), _insertion(entry_end(entries[-1]), f"{separator}{renamed}{rest}"))
    target_column = column(tree, entry_start(entries[0]))
    deleted, moved = _taken_out(node, target_column - column(tree, key.start), renamed)
    return (deleted, _insert_lines_after(entries[-1], " " * target_column, [moved]))


@_none_if_unclear
def move_into_empty(node: Node, target: Node) -> Edits:
    """Moves an entry of a block mapping under a sibling that has nothing after its colon; its comments go with it."""
    tree, key = node.tree, required(node.key_span)
    require(not is_flow(tree, node.container))
    is_empty = target.raw_span.start == target.raw_span.end
    require(is_empty and target.container is node.container and is_written_here(target))
    require(has_simple_key(node) and has_simple_key(target))
    unit = BlockStyle.of(target).unit
    deleted, moved = _taken_out(node, unit, tree.source.slice(key))
    indent = " " * (column(tree, key.start) + unit)
    above = line_end(tree.source.text, entry_end(target))
    return (deleted, _insertion(above, f"{line_break(tree)}{indent}{moved}"))


def _taken_out(node: Node, columns: int, key: str) -> tuple[Edit, str]:
    """An entry of a block mapping taken out, and its lines with another key, shifted by some columns.

    The comments right above it that are indented like it are a part of it, unless the text begins with them.
    """
    tree, text, span = node.tree, node.tree.source.text, required(node.key_span)
    (deleted,) = required(delete_entry(node))
    comments = comments_above(tree, span.start)
    if not text[:comments].strip():
        comments = span.start
    if comments < span.start:
        deleted = Edit(Span(comments - column(tree, comments), deleted.span.end), "")
    lines = f"{text[comments : span.start]}{key}{text[span.end : line_end(text, entry_end(node))]}"
    return deleted, shift_lines(lines, columns)


def _insertion(offset: int, text: str) -> Edit:
    return Edit(Span(offset, offset), text)


def _is_block_scalar(node: Node) -> bool:
    return node.tree.source.text[node.raw_span.start] in "|>"


def _position(entries: list[Node], before: tuple[str, ...], after: str) -> int:
    """The position among entries of a new one."""
    for position, entry in enumerate(entries):
        if entry.key in before:
            return position
        if entry.key == after:
            return position + 1
    return len(entries)


def _insert_in_flow(layout: FlowLayout, entries: list[Node], position: int, written: str) -> Edit:
    """Something written into braces or brackets as the entry of a position."""
    if not entries:
        inside = Span(layout.start + 1, layout.container.end - 1)
        require(not layout.tree.source.slice(inside).strip())
        return Edit(inside, written)
    if position == 0:
        return _insertion(entry_start(entries[0]), written + layout.separator(entries))
    return _insertion(entry_end(entries[position - 1]), layout.separator(entries) + written)


def _insert_in_block(tree: Tree, entries: list[Node], position: int, lines: list[str]) -> Edit:
    """Lines written into a block mapping as the entry of a position."""
    start = entry_start(entries[0])
    indent = " " * column(tree, start)
    if position:
        return _insert_lines_after(entries[position - 1], indent, lines)
    lead = line_break(tree) + indent
    return _insertion(start, lead.join(lines) + lead)


def _insert_lines_after(entry: Node, indent: str, lines: list[str]) -> Edit:
    """Lines after the line on which an entry ends."""
    tree = entry.tree
    lead = line_break(tree) + indent
    return _insertion(line_end(tree.source.text, entry_end(entry)), "".join(lead + line for line in lines))
