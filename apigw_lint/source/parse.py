"""Owns the way from text to tree: parser events in, a tree with positions out."""

from __future__ import annotations

import re
from array import array
from collections.abc import Callable, Iterable
from time import perf_counter
from typing import Any

import yaml

from apigw_lint import memory
from apigw_lint.bounds import MAX_BRANCHES, MAX_DEPTH, MAX_NODES
from apigw_lint.source import scalar
from apigw_lint.source.known import Known, filled, uses
from apigw_lint.source.pattern import pattern
from apigw_lint.source.placeholder import NONE_NAMED, Placeholders
from apigw_lint.source.text import ELIDED, PLAIN, SHELL_STYLES, TERRAFORM, Source, Span
from apigw_lint.source.tree import DuplicateKey, Mapping, Node, Sequence, TextProblem, Tree

_TOO_DEEP = f"nested more than {MAX_DEPTH} levels deep"

_CORE_TAGS = "tag:yaml.org,2002:"
_RESOLVED_TAGS = frozenset(_CORE_TAGS + name for name in ("null", "bool", "int", "float"))
_SURROGATES = pattern(r"(?<!\\)((?:\\\\)*\\u)([dD][89a-fA-F][0-9a-fA-F]{2})")
_OLD_BREAKS = "\x85\u2028\u2029"
_MOVED_BREAKS = str.maketrans(_OLD_BREAKS, "\ue800\ue801\ue802")
_RESTORED_BREAKS = str.maketrans("\ue800\ue801\ue802", _OLD_BREAKS)
_MERGE: Any = "".join(("<", "<"))
"""The key of a merge; its identity distinguishes it from a `<<` in quotes."""
_BRACKETS = pattern(r"""[\[\]{}]|"(?:\\.|[^"\\])*"|'[^']*'|(?<!\S)#[^\r\n]*""", re.DOTALL)
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_HALF_PAIR = pattern("[\ud800-\udfff]")
"""Half of a character beyond the first 65,536: an editor may send one while somebody types."""
_MOVED_PAIR = pattern("([\ue000-\ue3ff])([\ue400-\ue7ff])")


def parse(
    source: Source, style: str = PLAIN, placeholders: Placeholders = NONE_NAMED, known: Iterable[Known] = ()
) -> Tree:
    """The tree of a text whose placeholders are of a style; `placeholders` defines which values are set at deploy time.

    In a template of Terraform the `known` variables have their values.

    Never raises: what cannot be read is a syntax error of the tree.
    """
    start = perf_counter()
    tree = _read(Tree(source, placeholders), style, known)
    tree.seconds = perf_counter() - start
    return tree


def _read(tree: Tree, style: str, known: Iterable[Known]) -> Tree:
    source = tree.source
    if style == PLAIN:
        text, has_moved = _readable(_without_tabs(source.text))
        return _from_events(tree, text, _restored if has_moved else None)
    mask, restored = _masked(source.text, style)
    text, _ = _readable(_without_tabs(mask.text))
    values = {one.name: one for one in known} if style == TERRAFORM else {}
    restore = _filling(restored, values) if values else restored

    def read(tree: Tree, text: str) -> Tree:
        tree = _from_events(tree, text, lambda value: _restored(restore(value)))
        tree.known = uses(source.text, values)
        tree.style = style
        mask.note(tree)
        return tree

    first = tree = read(tree, text)
    for _ in range(MAX_BRANCHES):
        if not tree.alternatives:
            break
        text = _without_last_branches(tree, text)
        tree.other = other = read(Tree(source, tree.placeholders), text)
        if other.syntax_errors:
            tree.other = None
            break
        tree = other
    return first


def _without_last_branches(tree: Tree, text: str) -> str:
    """A text of the same length in which those branches are blank that the tree has of several with the same key."""
    pieces, at = [], 0
    for start, end in sorted({_entry_span(one.container, one.key) for one in tree.alternatives}):
        if start >= at:
            written = text[start:end].rstrip()
            pieces += [text[at:start], re.sub(r"[^\r\n]", "\n", written)]
            at = start + len(written)
    return "".join((*pieces, text[at:]))


def _entry_span(container: Mapping, key: str) -> tuple[int, int]:
    row = container.row(key)
    return container.spans[row], container.spans[row + 3]


def _masked(text: str, style: str) -> tuple[Any, Callable[[str], str]]:
    """The mask of a text, with a `text` for the parser and a `note` of what is unknown, and what restores a value."""
    if style == ELIDED:
        from apigw_lint.source import elided

        return elided.masked(text), str
    if style in SHELL_STYLES:
        from apigw_lint.source import shell

        return shell.masked(text, style), shell.restored
    from apigw_lint.source import template

    return template.masked(text, style), template.restored


def _filling(restored: Callable[[str], str], values: dict[str, Known]) -> Callable[[str], str]:
    """What restores a value with the known variables in it, unless it stands in for what is unknown."""
    from apigw_lint.source.template import is_stand_in

    return lambda value: restored(value) if is_stand_in(value) else filled(restored(value), values)


def _without_tabs(text: str) -> str:
    """JSON may be indented with tabs, YAML may not."""
    return text.replace("\t", " ") if text.lstrip()[:1] in ("{", "[") else text


def _from_events(tree: Tree, text: str, restore: Callable[[str], str] | None) -> Tree:
    try:
        with memory.paused():
            _build(tree, text, restore)
    except UnicodeEncodeError:
        return _from_events(tree, _HALF_PAIR.sub("\ufffd", text), restore)
    except yaml.YAMLError as error:
        from apigw_lint.source import anchors, syntax

        renamed, names = anchors.with_ascii_names(text, _LOADER)
        if names:
            tree = _from_events(Tree(tree.source, tree.placeholders), renamed, restore)
            tree.renamed_anchors = names
            return tree
        return _unread(tree, _too_deep(text, error) or syntax.from_yaml_error(error, tree.source))
    except _RefusedError as refused:
        return _unread(tree, refused.problem)
    return tree


def _unread(tree: Tree, problem: TextProblem) -> Tree:
    """A tree of nothing but what is wrong: half a document would only be misjudged."""
    unread = Tree(tree.source, tree.placeholders)
    unread.syntax_errors.append(problem)
    return unread


def _too_deep(text: str, error: yaml.YAMLError) -> TextProblem | None:
    """Where a text that the parser refuses is nested too deep, None when it is not.

    Parsers look ahead, and some have a limit of their own, so they may fail before they give out an event that is too
    deep. The text between the last event and the failure is a part of one line: there brackets are counted.
    """
    depth = at = 0
    try:
        event: Any
        for event in yaml.parse(text, _LOADER):
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            at = event.end_mark.index
    except yaml.YAMLError:
        pass
    mark: Any = getattr(error, "problem_mark", None)
    for match in _BRACKETS.finditer(text, at, mark.index if mark else len(text)):
        if match[0] in "[{" and depth >= MAX_DEPTH:
            return TextProblem(Span(match.start(), match.end()), _TOO_DEEP)
        depth += (match[0] in "[{") - (match[0] in "]}")
    return None


def _readable(text: str) -> tuple[str, bool]:
    r"""The text as the parser takes it, of the same length, and whether characters had to be moved.

    JSON's `\ud83d\ude00` is not YAML, and the parser, which is for YAML 1.1, breaks lines at U+0085, U+2028 and U+2029:
    both are moved to a private area of Unicode and brought back by `_restored`.
    """
    moved = text
    if "\\ud" in text or "\\uD" in text:
        moved = _SURROGATES.sub(lambda found: f"{found[1]}{int(found[2], 16) + 0x800:04x}", text)
    if any(letter in text for letter in _OLD_BREAKS):
        moved = moved.translate(_MOVED_BREAKS)
    return moved, moved != text


def _restored(value: str) -> str:
    """A value with what `_readable` moved in its place; half a surrogate pair becomes U+FFFD."""
    pairs = _MOVED_PAIR.sub(
        lambda found: chr(0x10000 + ((ord(found[1]) - 0xE000) << 10) + ord(found[2]) - 0xE400), value
    )
    return re.sub("[\ue000-\ue7ff]", "\ufffd", pairs).translate(_RESTORED_BREAKS)


class _RefusedError(Exception):
    def __init__(self, start: int, end: int, message: str) -> None:
        super().__init__(message)
        self.problem = TextProblem(Span(start, end), message)


def _build(tree: Tree, text: str, restore: Callable[[str], str] | None) -> None:
    """Reads the events of a text into its tree; `restore` brings back in values what was moved before parsing.

    One loop with everything frequent in local variables, since it sees each scalar of the document; what is rare
    (anchors, tags, repeated and merged keys) is left to `_RareEvents`. `box` is the open container, `key` its key
    that waits for a value, None if a key is expected.
    """
    rare = _RareEvents(tree, text, restore)
    watched = tree.watched
    names: dict[str, str] = {}
    stack: list[tuple[Any, ...]] = []
    box: Any = tree.holder
    spans: list[int] = []
    is_mapping = False
    key: Any = None
    key_start = key_end = count = 0
    resolve, not_text = scalar.resolve, scalar.STARTS_OF_OTHER_THAN_TEXT
    scalar_event = yaml.ScalarEvent
    mapping_start, mapping_end = yaml.MappingStartEvent, yaml.MappingEndEvent
    sequence_start, sequence_end = yaml.SequenceStartEvent, yaml.SequenceEndEvent
    has_anchors = "&" in text
    get_event = _LOADER(text).get_event
    for event in iter(get_event, None):
        kind = type(event)
        if kind is scalar_event:
            value = event.value
            start = event.start_mark.index
            end = event.end_mark.index
            if restore is not None:
                value = restore(value)
            if key is None and is_mapping:
                if has_anchors and event.anchor:
                    rare.anchors[event.anchor] = (value, start, end, 1)
                key_start = start
                key_end = end
                key = names.get(value)
                if key is None:
                    key = names[value] = value
                    if key[:2] == "x-" or key == "$ref":
                        watched[key] = []
                if key in watched:
                    watched[key].append(box)
                elif key == "<<" and not event.style:
                    key = _MERGE
                continue
            is_plain, is_quoted = event.implicit
            if is_plain:
                if value[:1] in not_text:
                    value = resolve(value)
            elif not is_quoted:
                value = rare.tagged(event.tag, value, start)
            if has_anchors and event.anchor:
                rare.anchors[event.anchor] = (value, start, end, 1)
        elif kind is mapping_start or kind is sequence_start:
            start = event.start_mark.index
            if len(stack) >= MAX_DEPTH:
                raise _RefusedError(start, start + 1, _TOO_DEEP)
            anchor = event.anchor
            stack.append((box, spans, is_mapping, key, key_start, key_end, start, anchor, count))
            parent = box
            box = Mapping() if kind is mapping_start else Sequence()
            box.parent = parent
            box.key = key if is_mapping else len(parent)
            if event.tag is not None:
                rare.tagged(event.tag, None, start)
            if anchor:
                rare.anchors[anchor] = (None, 0, 0, 0)
            spans, key = [], None
            is_mapping = kind is mapping_start
            continue
        elif kind is mapping_end or kind is sequence_end:
            value = box
            value.spans = array("I", spans)
            box, spans, is_mapping, key, key_start, key_end, start, anchor, before = stack.pop()
            value.start = start
            end = value.end = event.end_mark.index
            if rare.is_waiting:
                rare.settle(value)
            if anchor:
                rare.anchors[anchor] = (value, start, end, count - before + 1)
        elif kind is yaml.AliasEvent:
            value, start, end, weight = rare.aliased(event, len(stack))
            if isinstance(value, (Mapping, Sequence)) and key is not _MERGE:
                tree.reused.setdefault(id(value), []).append((box, key if is_mapping else len(box)))
            count += weight
            if count > MAX_NODES:
                message = f"aliases expand this document to more than {MAX_NODES:,} values"
                raise _RefusedError(start, end, message)
        elif kind is yaml.DocumentStartEvent and tree.holder:
            start = event.start_mark.index
            if text[start + 3 :].strip(" \t\r\n.-"):
                message = "only one YAML document is allowed per file"
                raise _RefusedError(start, start + 3, message)
            break
        else:
            continue
        count += 1
        if not is_mapping:
            box.append(value)
            spans += (start, end)
        elif key is None:
            key = rare.odd_key(box, value, start, end)
            key_start = start
            key_end = end
        elif key in box or key is _MERGE:
            rare.put(box, key, value, (key_start, key_end, start, end))
            key = None
        else:
            box[key] = value
            spans += (key_start, key_end, start, end)
            key = None
    tree.holder.spans = array("I", spans)
    if tree.holder:
        tree.root = Node.entry(tree, tree.holder, 0)


class _RareEvents:
    """What few documents have: anchors, tags, repeated keys, merged mappings."""

    def __init__(self, tree: Tree, text: str, restore: Callable[[str], str] | None) -> None:
        self.tree = tree
        self.text = text
        self.restore = restore
        self.anchors: dict[str, tuple[Any, int, int, int]] = {}
        self.repeated: list[tuple[Mapping, str, tuple[int, int, int, int]]] = []
        self.merged: list[tuple[Mapping, Any, Span]] = []
        self.parts: dict[int, list[Mapping]] = {}
        self.heights: dict[int, int] = {}

    @property
    def is_waiting(self) -> bool:
        """Whether some mapping has entries that wait until all its keys are known."""
        return bool(self.repeated or self.merged)

    def tagged(self, tag: str, value: Any, start: int) -> Any:
        """The value of a node with a tag; a tag of another tool makes it unknown."""
        if tag in _RESOLVED_TAGS and isinstance(value, str):
            return scalar.resolve(value)
        if not tag.startswith(_CORE_TAGS) and tag != "!":
            self.tree.foreign.add(start)
        return value

    def aliased(self, event: Any, depth: int) -> tuple[Any, int, int, int]:
        """The value, its place and its weight in nodes that an alias refers to, so many levels deep."""
        start, end, name = event.start_mark.index, event.end_mark.index, event.anchor
        written = self.tree.source.text[start:end]
        if name not in self.anchors:
            raise _RefusedError(start, end, f"alias '{written}' has no anchor '&{written[1:]}' above it")
        if not self.anchors[name][3]:
            raise _RefusedError(start, end, f"alias '{written}' is inside the value that it refers to")
        value = self.anchors[name][0]
        if isinstance(value, (Mapping, Sequence)) and depth + self.height(value) > MAX_DEPTH:
            raise _RefusedError(start, end, f"with '{written}' expanded, this is {_TOO_DEEP}")
        return self.anchors[name]

    def height(self, value: Any) -> int:
        """How many levels a container has, with those that are merged into it and that aliases refer to."""
        untold = [value]
        while untold:
            box = untold[-1]
            items = box.values() if isinstance(box, Mapping) else box
            inner = [item for item in items if isinstance(item, (Mapping, Sequence))]
            inner += self.parts.get(id(box), ())
            waiting = [item for item in inner if id(item) not in self.heights]
            untold += waiting
            if not waiting:
                self.heights[id(box)] = 1 + max((self.heights[id(item)] for item in inner), default=0)
                untold.pop()
        return self.heights[id(value)]

    def odd_key(self, box: Mapping, value: Any, start: int, end: int) -> str:
        """A key that is an alias or a container: the alias's text, or the text as it is written."""
        if not isinstance(value, str):
            value = self.text[start:end].strip()
            if self.restore is not None:
                value = self.restore(value)
        if value.startswith("x-") or value == "$ref":
            self.tree.watched.setdefault(value, []).append(box)
        return str(value)

    def put(self, box: Mapping, key: Any, value: Any, spans: tuple[int, int, int, int]) -> None:
        """Takes an entry whose key is `<<` or is there already."""
        if key is _MERGE:
            self.merged.append((box, value, Span(*spans[:2])))
        else:
            self.repeated.append((box, key, spans))
            box[key] = value

    def settle(self, box: Any) -> None:
        """Gives a complete mapping the entries that waited: repeated keys, then merged ones."""
        repeated = []
        while self.repeated and self.repeated[-1][0] is box:
            repeated.append(self.repeated.pop())
        if repeated:
            self.settle_repeated(box, repeated[::-1])
        while self.merged and self.merged[-1][0] is box:
            self.merge(*self.merged.pop())

    def settle_repeated(self, box: Mapping, repeated: list[tuple[Mapping, str, tuple[int, int, int, int]]]) -> None:
        rows = {name: 4 * number for number, name in enumerate(box)}
        for _, key, spans in repeated:
            row = rows[key]
            old = box.spans[row : row + 2]
            self.tree.duplicates.append(
                DuplicateKey(box, key, scalar.content_span(self.text, *old), scalar.content_span(self.text, *spans[:2]))
            )
            box.spans[row : row + 4] = array("I", spans)

    def merge(self, box: Mapping, value: Any, place: Span) -> None:
        """`<<`: entries of other mappings, where no key of the own name exists; the first of a list wins."""
        for other in value if type(value) is Sequence else [value]:
            if type(other) is not Mapping:
                self.tree.unmerged.append((place, other))
                continue
            self.tree.reused.setdefault(id(other), []).append((box, None))
            self.parts.setdefault(id(box), []).append(other)
            for number, (key, item) in enumerate(other.items()):
                if key not in box:
                    box[key] = item
                    box.spans.extend(other.spans[4 * number : 4 * number + 4])
                    if key in self.tree.watched:
                        self.tree.watched[key].append(box)
                    if other.parent is box and isinstance(item, (Mapping, Sequence)):
                        item.parent = box
