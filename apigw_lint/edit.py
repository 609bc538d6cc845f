"""Owns edits made of nodes: renamed keys, replaced values, inserted, deleted and moved entries.

Each function returns edits, or None where it cannot tell a change that alters nothing else: where an alias or a
merge stands in the way, or something that is not understood. Fragments are written here, in the style of what is
around them, so that a check without fixing needs no second parser; the fixer has every result read by one.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any, NamedTuple, ParamSpec, cast

from apigw_lint.diagnostic import Edit, Fix
from apigw_lint.source import scalar
from apigw_lint.source.pattern import pattern
from apigw_lint.source.text import Span
from apigw_lint.source.tree import Container, Mapping, Node, Sequence, Tree

Edits = tuple[Edit, ...]

_PLAIN = pattern(r"[^\W\d][\w.+/$-]*|\$ref|/[\w./-]*")
_ALIAS = pattern(r"[ \t]*:\s*\*[^\s,\[\]{}]+")
_REST_OF_LINE = pattern(r"[ \t]*(?:(?<=\s)#[^\r\n]*)?(?=[\r\n]|\Z)")
_NO_CONTENT = pattern(r"(?:[ \t]*(?:#[^\r\n]*)?(?:\r\n|\r|\n))*[ \t]*(?:#[^\r\n]*)?")
_HEADER = pattern(r"[^\n#]*")
_BLANKS = pattern(r"\s*")
_NEAR = 20
"""How many entries are looked at to learn a style."""

_P = ParamSpec("_P")


class _CannotTellError(Exception):
    """It cannot be told where something ends, or what a change would alter."""


def _careful(make: Callable[_P, Edits]) -> Callable[_P, Edits | None]:
    @wraps(make)
    def tried(*args: _P.args, **kwargs: _P.kwargs) -> Edits | None:
        try:
            return make(*args, **kwargs)
        except _CannotTellError:
            return None

    return tried


def make_fix(title: str, edits: Edits | None, *, safe: bool = False) -> Fix | None:
    """A fix of these edits, None without any."""
    return Fix(title, edits, safe) if edits else None


def combined(many: Iterable[Edits | None]) -> Edits | None:
    """The edits of several changes, each once; None when one of them is not possible."""
    found: dict[Edit, None] = {}
    for edits in many:
        if edits is None:
            return None
        found.update(dict.fromkeys(edits))
    return tuple(found)


@_careful
def rename_key(node: Node, name: str) -> Edits:
    """Gives an entry another key, quoted like the old one."""
    span = node.key_span
    if span is None or name in node.container:
        raise _CannotTellError
    _demand(_is_own(node) and node.tree.source.text[span.start] not in "*|>")
    return (Edit(span, _quoted_like(node.tree.source.slice(span), name)),)


@_careful
def replace_value(node: Node, value: str | bool) -> Edits:
    """Gives a scalar another value, in quotes where the old one had them; a boolean has none."""
    _demand(_has_own_scalar(node))
    span, written = node.value_span, node.written
    if isinstance(value, bool):
        _demand(node.is_plain)
        return (Edit(span, json.dumps(value)),)
    if node.tree.source.text[node.raw_span.start] in "|>":
        _demand(written == node.value.strip() and _PLAIN.fullmatch(value) is not None)
        return (Edit(span, value),)
    return (Edit(span, _quoted_like(written, value)),)


@_careful
def replace_in(node: Node, offset: int, old: str, new: str) -> Edits:
    """Puts `new` for the `old` that stands at an offset of a string's value."""
    _demand(_has_own_scalar(node) or node.tree.source.text[node.raw_span.start] in "|>")
    span = node.find(old, offset)
    _demand(node.tree.source.slice(span) == old and "'" not in new and '"' not in new and "\\" not in new)
    return (Edit(span, new),)


@_careful
def quote(node: Node, text: str | None = None) -> Edits:
    """Puts a plain scalar in quotes, as it is written or as `text`."""
    _demand(_has_own_scalar(node) and node.is_plain and "\n" not in node.written)
    words = node.written if text is None else text
    return (Edit(node.value_span, json.dumps(words) if _is_json(node) else _single_quoted(words)),)


@_careful
def unquote(node: Node) -> Edits:
    """Takes the quotes off a string that is a number, true or false without them."""
    written, value = node.written, scalar.resolve(node.value) if isinstance(node.value, str) else None
    _demand(_has_own_scalar(node) and written[:1] in ("'", '"') and isinstance(value, (bool, int, float)))
    _demand(written[1:-1] == node.value)
    return (Edit(node.value_span, json.dumps(value) if _is_json(node) else node.value),)


@_careful
def insert_entry(node: Node, key: str, data: Any, *, before: tuple[str, ...] = (), after: str = "") -> Edits:
    """Gives a mapping one more entry: before the first of some keys or behind one, else at its end."""
    mapping = node.value
    _demand(isinstance(mapping, Mapping) and key not in mapping and not _is_shared(node))
    entries = _own(node.tree, mapping)
    if _is_flow(node.tree, mapping):
        return (_Flow(node).entry(entries, _place_of(entries, before, after), key, data),)
    _demand(bool(entries) and _has_simple_key(entries[0]))
    place = _place_of(entries, before, after)
    if place == 0 and _has_comment_above(node.tree, _start(entries[0])):
        place = len(entries)
    return (_in_block(node, entries, place, _block({key: data}, _BlockStyle.of(node))),)


@_careful
def insert_items(node: Node, many: list[Any]) -> Edits:
    """Gives a list more items at its end."""
    items = node.value
    _demand(isinstance(items, Sequence) and not _is_shared(node))
    own = _own(node.tree, items)
    _demand(len(own) == len(items))
    if _is_flow(node.tree, items):
        return (_Flow(node).items(own, many),)
    dash = _dash(node.tree, own[0])
    between = node.tree.source.text[dash : _start(own[0])]
    gap = " " * (2 if "\n" in between else max(2, len(between)))
    written = []
    for data in many:
        first, *rest = _like(own[-1], data)
        written += [f"-{gap[1:]}{first}", *(gap + line for line in rest)]
    return (_behind(node.tree, own[-1], " " * _column(node.tree, dash), written),)


def _like(item: Node, data: Any) -> list[str]:
    """Data as lines, in braces on one line if the item before is."""
    if not isinstance(item.value, (Mapping, Sequence)) or not _is_flow(item.tree, item.value):
        return _block(data, _BlockStyle.of(item))
    keys = _own(item.tree, item.value)
    return [_one_line(data, _FlowStyle.of(keys[0]) if keys else _FlowStyle(is_json=False))]


@_careful
def delete_entry(node: Node) -> Edits:
    """Takes out an entry of a mapping or an item of a list, with its line where it has one of its own."""
    own = _own(node.tree, node.container)
    number = next((number for number, one in enumerate(own) if one.key == node.key), -1)
    _demand(number >= 0 and not _is_shared(node))
    text, end = node.tree.source.text, _end(own[number])
    if _is_flow(node.tree, node.container):
        if number > 0:
            return (Edit(Span(_end(own[number - 1]), end), ""),)
        return (Edit(Span(_start(own[0]), _start(own[1]) if len(own) > 1 else end), ""),)
    _demand(len(own) > 1)
    start = _start(own[number]) if isinstance(node.container, Mapping) else _dash(node.tree, own[number])
    line = start - _column(node.tree, start)
    if text[line:start].strip():
        _demand(number == 0 and isinstance(node.container, Mapping))
        return (Edit(Span(start, _start(own[1])), ""),)
    return (Edit(Span(line, _after_break(text, _line_end(text, end))), ""),)


@_careful
def nest_entry(node: Node, outer: str, inner: str) -> Edits:
    """Makes of `key: value` the entry `outer: {inner: value}`, in its place."""
    _demand(_is_own(node) and outer not in node.container and not _is_shared(node))
    key = cast(Span, node.key_span)
    text, written = node.tree.source.text, node.tree.source.slice(key)
    names = [_quoted_like(written, name) for name in (outer, inner)]
    end = _end(node)
    behind = text[key.end : end]
    if _is_flow(node.tree, node.container):
        colon = _FlowStyle.of(node).colon
        return (Edit(Span(key.start, end), f"{names[0]}{colon}{{{names[1]}{behind}}}"),)
    _demand(_start(node) == key.start and _has_simple_key(node))
    unit = _BlockStyle.of(node).unit
    column = " " * _column(node.tree, key.start)
    inside = _indented(text[key.end : _line_end(text, end)], unit)
    lead = f"{names[0]}:{_break(node.tree)}{column}{' ' * unit}{names[1]}"
    return (Edit(Span(key.start, _line_end(text, end)), lead + inside),)


@_careful
def move_entry(node: Node, target: Node, name: str) -> Edits:
    """Moves an entry to the end of another mapping and gives it another key; comments inside go with it."""
    _demand(not _is_shared(target) and isinstance(target.value, Mapping) and name not in target.value)
    tree, mapping = node.tree, target.value
    is_flow = _is_flow(tree, mapping)
    key = node.key_span
    deleted = delete_entry(node)
    entries = _own(tree, mapping)
    _demand(deleted is not None and is_flow == _is_flow(tree, node.container) and key is not None and bool(entries))
    key = cast(Span, key)
    _demand(_has_simple_key(node) and (is_flow or _has_simple_key(entries[0])))
    text, end = tree.source.text, _end(node)
    renamed = _quoted_like(tree.source.slice(key), name)
    if is_flow:
        lead = _Flow(target).separator(entries)
        return (*cast(Edits, deleted), _insertion(_end(entries[-1]), f"{lead}{renamed}{text[key.end : end]}"))
    column = _column(tree, _start(entries[0]))
    inside = _indented(text[key.end : _line_end(text, end)], column - _column(tree, key.start))
    return (*cast(Edits, deleted), _behind(tree, entries[-1], " " * column, [renamed + inside]))


@_careful
def move_into_empty(node: Node, target: Node) -> Edits:
    """Moves an entry of a block mapping under a sibling that has nothing behind its colon."""
    tree, text, key = node.tree, node.tree.source.text, node.key_span
    deleted = delete_entry(node)
    _demand(deleted is not None and key is not None and not _is_flow(tree, node.container))
    _demand(target.raw_span.start == target.raw_span.end and target.container is node.container and _is_own(target))
    key = cast(Span, key)
    _demand(_has_simple_key(node) and _has_simple_key(target))
    unit, column = _BlockStyle.of(target).unit, _column(tree, key.start)
    inside = _indented(text[key.start : _line_end(text, _end(node))], unit)
    at = _line_end(text, _end(target))
    return (*cast(Edits, deleted), _insertion(at, f"{_break(tree)}{' ' * (column + unit)}{inside}"))


def _insertion(at: int, text: str) -> Edit:
    return Edit(Span(at, at), text)


def _demand(holds: bool) -> None:
    if not holds:
        raise _CannotTellError


def _has_simple_key(entry: Node) -> bool:
    """Whether the colon follows the key, as it does not behind `? key`."""
    key = entry.key_span
    return key is not None and re.compile(r"[ \t]*:").match(entry.tree.source.text, key.end) is not None


def _is_own(node: Node) -> bool:
    """Whether an entry is written in its container, and is not there by a merge or an alias."""
    if node.container is node.tree.holder:
        return True
    return node.container.start <= _start(node) < node.container.end


def _has_own_scalar(node: Node) -> bool:
    """Whether this is a scalar that is written here, without an anchor that others refer to and without a tag."""
    if isinstance(node.value, (Mapping, Sequence)) or not _is_own(node):
        return False
    key, raw = node.key_span, node.raw_span
    is_alias = key is not None and raw.start < key.start
    return not is_alias and raw.start < raw.end and node.tree.source.text[raw.start] not in "&!*"


def _is_shared(node: Node) -> bool:
    """Whether this node, or one that holds it, stands elsewhere too, by an alias or a merge."""
    tree = node.tree
    container: Container = node.value if isinstance(node.value, (Mapping, Sequence)) else node.container
    while container is not tree.holder:
        if id(container) in tree.reused:
            return True
        container = container.parent
    return False


def _start(node: Node) -> int:
    """Where an entry begins: its key, or the content of an item."""
    if isinstance(node.container, Mapping):
        return node.container.spans[node.container.row(cast(str, node.key))]
    return node.raw_span.start


def _own(tree: Tree, container: Container) -> list[Node]:
    """The entries that are written in a container, in the order of the text."""
    keys: Iterable[str | int] = container if isinstance(container, Mapping) else range(len(container))
    nodes = [one for key in keys if _is_own(one := Node.entry(tree, container, key))]
    return sorted(nodes, key=_start) if tree.is_disordered else nodes


def _is_flow(tree: Tree, container: Container) -> bool:
    return tree.source.text[_opener(tree, container)] in "{["


def _opener(tree: Tree, container: Container) -> int:
    """Where a container begins, anchor and tag left out."""
    return scalar.content_span(tree.source.text, container.start, container.end).start


def _end(node: Node) -> int:
    """Where what is written of an entry ends, what may follow on its line left out."""
    text, raw, key = node.tree.source.text, node.raw_span, node.key_span
    if isinstance(node.container, Mapping) and key is not None and raw.start < key.start:
        alias = _ALIAS.match(text, key.end)
        _demand(alias is not None)
        return cast(re.Match[str], alias).end()
    _demand(_is_own(node))
    if isinstance(node.value, (Mapping, Sequence)):
        return _end_of_container(node.tree, node.value)
    if raw.start == raw.end:
        return key.end if key is not None and text[raw.start - 1 : raw.start] != ":" else raw.start
    content = scalar.content_span(text, *raw)
    if text.startswith(("|", ">"), _skip_properties(text, raw)):
        header = _HEADER.match(text, raw.start, raw.end)
        _demand(header is not None and "+" not in header[0])
    return content.end if content.start < content.end else raw.end


def _skip_properties(text: str, raw: Span) -> int:
    at = raw.start
    while at < raw.end and text[at] in "&!":
        found = re.compile(r"[^\s]+\s*").match(text, at, raw.end)
        if not found:
            break
        at = found.end()
    return at


def _end_of_container(tree: Tree, container: Container) -> int:
    if _is_flow(tree, container):
        return container.end
    own = _own(tree, container)
    _demand(bool(own))
    end = _end(own[-1])
    rest = tree.source.text[_line_end(tree.source.text, end) : container.end]
    _demand(_NO_CONTENT.fullmatch(rest) is not None)
    return end


def _line_end(text: str, offset: int) -> int:
    """Where the line of an offset ends, when nothing but a comment stands between."""
    rest = _REST_OF_LINE.match(text, offset)
    _demand(rest is not None)
    return cast(re.Match[str], rest).end()


def _after_break(text: str, offset: int) -> int:
    """The offset behind the line break at an offset, itself when there is none."""
    width = 2 if text.startswith("\r\n", offset) else 1
    return offset + width if text.startswith(("\r", "\n"), offset) else offset


def _break(tree: Tree) -> str:
    """The line break of a text: the one behind its first line."""
    text, at = tree.source.text, tree.source.line_span(1).end
    return text[at : _after_break(text, at)] or "\n"


def _column(tree: Tree, offset: int) -> int:
    return tree.source.position(offset).column - 1


def _indentation(tree: Tree, offset: int) -> str:
    """The blanks that the line of an offset begins with."""
    blanks = _BLANKS.match(tree.source.text, offset - _column(tree, offset), offset)
    return blanks[0] if blanks else ""


def _has_comment_above(tree: Tree, offset: int) -> bool:
    """Whether a key that begins its line has a comment on the line above."""
    line = offset - _column(tree, offset)
    text = tree.source.text
    if line == 0 or text[line:offset].strip():
        return False
    end = line - (2 if text[line - 2 : line] == "\r\n" else 1)
    return text[end - _column(tree, end) : end].lstrip().startswith("#")


def _dash(tree: Tree, item: Node) -> int:
    """Where the dash of an item stands."""
    text = tree.source.text
    at = text.rfind("-", 0, _start(item)) if item.raw_span.start < item.raw_span.end else _start(item) - 1
    _demand(at >= 0 and text[at] == "-" and not text[at + 1 : _start(item)].strip())
    return at


def _place_of(entries: list[Node], before: tuple[str, ...], after: str) -> int:
    """The number of the entry that a new one is put before."""
    for number, entry in enumerate(entries):
        if entry.key in before:
            return number
        if entry.key == after:
            return number + 1
    return len(entries)


def _in_block(node: Node, entries: list[Node], place: int, lines: list[str]) -> Edit:
    tree = node.tree
    indent = " " * _column(tree, _start(entries[0]))
    if place:
        return _behind(tree, entries[place - 1], indent, lines)
    lead = _break(tree) + indent
    at = _start(entries[0])
    return _insertion(at, lead.join(lines) + lead)


def _behind(tree: Tree, entry: Node, indent: str, lines: list[str]) -> Edit:
    """Lines behind the line on which an entry ends."""
    at = _line_end(tree.source.text, _end(entry))
    lead = _break(tree) + indent
    return _insertion(at, "".join(lead + line for line in lines))


def _indented(text: str, columns: int) -> str:
    """Text with all lines but the first moved to the right, or to the left when negative."""

    def moved(found: re.Match[str]) -> str:
        if columns >= 0:
            return f"{found[1]}{' ' * columns}{found[2]}"
        _demand(len(found[2]) >= -columns)
        return f"{found[1]}{found[2][-columns:]}"

    return re.sub(r"(\r\n|\r|\n)([ ]*)(?=[^\s])", moved, text)


class _BlockStyle(NamedTuple):
    """How far a level is indented, and a list under its key."""

    unit: int
    dash: int

    @classmethod
    def of(cls, node: Node) -> _BlockStyle:
        """The style around a node."""
        unit = dash = None
        tree, container = node.tree, node.value if isinstance(node.value, Mapping) else node.container
        while container is not tree.holder and (unit is None or dash is None):
            if isinstance(container, Mapping) and not _is_flow(tree, container):
                unit = _unit(tree, container) if unit is None else unit
                dash = _dash_unit(tree, container) if dash is None else dash
            container = container.parent
        unit = unit or 2
        return cls(unit, unit if dash is None else dash)


def _unit(tree: Tree, container: Mapping) -> int | None:
    outer = container.parent
    if not isinstance(outer, Mapping) or _is_flow(tree, outer):
        return None
    inside = _column(tree, _opener(tree, container)) - _column(tree, outer.start)
    return inside if inside > 0 else None


def _dash_unit(tree: Tree, container: Mapping) -> int | None:
    """How far the first list among the entries of a mapping is indented."""
    for number, (key, value) in enumerate(container.items()):
        if number >= _NEAR:
            break
        if isinstance(value, Sequence) and value and value.parent is container and not _is_flow(tree, value):
            entry = Node.entry(tree, container, key)
            return max(0, _column(tree, _opener(tree, value)) - _column(tree, _start(entry)))
    return None


def _block(data: Any, style: _BlockStyle) -> list[str]:
    """Data as lines in block style."""
    if not isinstance(data, (dict, list)) or not data:
        return [_one_line(data, _FlowStyle(is_json=False))]
    if isinstance(data, dict):
        lines = []
        for key, value in data.items():
            name = _scalar(key, is_json=False)
            if isinstance(value, (dict, list)) and value:
                step = " " * (style.unit if isinstance(value, dict) else style.dash)
                lines += [f"{name}:", *(step + line for line in _block(value, style))]
            else:
                lines.append(f"{name}: {_one_line(value, _FlowStyle(is_json=False))}")
        return lines
    lines = []
    for item in data:
        first, *rest = _block(item, style)
        lines += [f"- {first}", *("  " + line for line in rest)]
    return lines


class _FlowStyle(NamedTuple):
    """Whether keys have quotes, and what stands between key and value, and between entries."""

    is_json: bool
    colon: str = ": "
    comma: str = ", "

    @classmethod
    def of(cls, entry: Node) -> _FlowStyle:
        """The style of an entry of a flow mapping."""
        key = entry.key_span
        if key is None:
            return cls(_is_json(entry))
        text = entry.tree.source.text
        is_json = text[key.start] == '"'
        is_tight = is_json and text[key.end : key.end + 1] == ":" and not text[key.end + 1 : key.end + 2].isspace()
        return cls(is_json, ":" if is_tight else ": ", "," if is_tight else ", ")


class _Flow:
    """A mapping or list in braces or brackets that gets one more entry."""

    def __init__(self, node: Node) -> None:
        self.tree = node.tree
        self.container: Container = node.value
        self.open = _opener(self.tree, self.container)
        own = _own(self.tree, self.container)
        entry = own[0] if own and isinstance(self.container, Mapping) else _enclosing_entry(node)
        self.style = _FlowStyle.of(entry) if entry else _FlowStyle(is_json=False)
        before = self.tree.source.text[self.open + 1 : _start(own[0])] if own else ""
        self.is_tall = "\n" in before and not before.strip()
        self.indent = _indentation(self.tree, _start(own[0])) if self.is_tall else ""
        self.unit = self.indent.removeprefix(_indentation(self.tree, self.open)) or "  "

    def separator(self, entries: list[Node]) -> str:
        """What stands before an entry that is put behind others."""
        if not entries:
            return ""
        return f",{_break(self.tree)}{self.indent}" if self.is_tall else self.style.comma

    def entry(self, entries: list[Node], place: int, key: str, data: Any) -> Edit:
        """A new entry before that of a number."""
        return self._put(entries, place, f"{_scalar(key, self.style.is_json)}{self.style.colon}{self._rendered(data)}")

    def items(self, own: list[Node], many: list[Any]) -> Edit:
        """New items at the end."""
        written = (self.separator(own) or self.style.comma).join(self._rendered(data) for data in many)
        return self._put(own, len(own), written)

    def _put(self, entries: list[Node], place: int, written: str) -> Edit:
        if not entries:
            inside = Span(self.open + 1, self.container.end - 1)
            _demand(not self.tree.source.slice(inside).strip())
            return Edit(inside, written)
        if place == 0:
            at = _start(entries[0])
            return _insertion(at, written + self.separator(entries))
        at = _end(entries[place - 1])
        return _insertion(at, self.separator(entries) + written)

    def _rendered(self, data: Any) -> str:
        if not self.is_tall or not isinstance(data, (dict, list)):
            return _one_line(data, self.style)
        return _break(self.tree).join(_tall(data, self.style, self.indent, self.unit))


def _enclosing_entry(node: Node) -> Node | None:
    """The nearest entry of a mapping in braces that a node stands in."""
    tree, container, key = node.tree, node.container, node.key
    while container is not tree.holder:
        if isinstance(container, Mapping) and _is_flow(tree, container):
            return Node.entry(tree, container, key)
        container, key = container.parent, container.key
    return None


def _is_json(node: Node) -> bool:
    """Whether strings have double quotes around here: the mapping in braces that a node stands in has such keys."""
    entry = _enclosing_entry(node)
    key = entry.key_span if entry else None
    return key is not None and node.tree.source.text[key.start] == '"'


def _one_line(data: Any, style: _FlowStyle) -> str:
    if isinstance(data, dict):
        entries = (
            f"{_scalar(key, style.is_json)}{style.colon}{_one_line(value, style)}" for key, value in data.items()
        )
        return f"{{{style.comma.join(entries)}}}"
    if isinstance(data, list):
        return f"[{style.comma.join(_one_line(item, style) for item in data)}]"
    return _scalar(data, style.is_json)


def _tall(data: Any, style: _FlowStyle, indent: str, unit: str) -> list[str]:
    """Data in braces and brackets, an entry a line; the first line has no indentation."""
    if not isinstance(data, (dict, list)) or not data:
        return [_one_line(data, style)]
    lines: list[str] = []
    is_mapping = isinstance(data, dict)
    entries: Iterable[tuple[Any, Any]] = data.items() if isinstance(data, dict) else enumerate(data)
    for key, value in entries:
        first, *rest = _tall(value, style, indent + unit, unit)
        name = f"{_scalar(key, style.is_json)}{style.colon}" if is_mapping else ""
        lines += [f"{indent}{unit}{name}{first}", *rest]
        lines[-1] += ","
    lines[-1] = lines[-1][:-1]
    return ["{" if is_mapping else "[", *lines, indent + ("}" if is_mapping else "]")]


def _quoted_like(written: str, text: str) -> str:
    """A text in the quotes of another."""
    if written[:1] == '"':
        return json.dumps(text, ensure_ascii=False)
    return _single_quoted(text) if written[:1] == "'" else _scalar(text, is_json=False)


def _scalar(value: Any, is_json: bool) -> str:
    if not isinstance(value, str) or is_json:
        return json.dumps(value, ensure_ascii=False)
    is_plain = _PLAIN.fullmatch(value) and scalar.resolve(value) == value and not scalar.is_disputed(value)
    return value if is_plain else _single_quoted(value)


def _single_quoted(text: str) -> str:
    return "'{}'".format(text.replace("'", "''")) if text.isprintable() else json.dumps(text, ensure_ascii=False)
