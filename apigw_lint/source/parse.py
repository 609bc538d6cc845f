"""Owns the way from text to tree: parser events in, a tree with positions out."""

from __future__ import annotations

import gc
import re
from array import array
from typing import Any

import yaml

from apigw_lint.source import scalar, syntax
from apigw_lint.source.text import Source, Span
from apigw_lint.source.tree import Container, DuplicateKey, Mapping, Node, Sequence, Tree, Trouble

MAX_DEPTH = 256
MAX_NODES = 2_000_000

_CORE_TAGS = "tag:yaml.org,2002:"
_RESOLVED_TAGS = frozenset(_CORE_TAGS + name for name in ("null", "bool", "int", "float"))
_SURROGATES = re.compile(r"(?<!\\)((?:\\\\)*\\u)([dD][89a-fA-F][0-9a-fA-F]{2})")
_MERGE: Any = object()
_MOVED_PAIR = re.compile("([\ue000-\ue3ff])([\ue400-\ue7ff])")


def parse(source: Source) -> Tree:
    """The tree of a text. Never raises: what cannot be read is a trouble of the tree."""
    tree = Tree(source, Sequence())
    if trouble := syntax.control_character(source.text):
        tree.troubles.append(trouble)
        return tree
    text = source.text
    if text.lstrip()[:1] in ("{", "["):
        text = text.replace("\t", " ")
    text, has_moved = _without_surrogates(text)
    was_collecting = gc.isenabled()
    gc.disable()
    try:
        _Builder(tree, text, has_moved).run()
    except yaml.YAMLError as error:
        tree.troubles.append(syntax.from_yaml_error(error, source))
    except _RefusedError as refused:
        tree.troubles.append(refused.trouble)
    finally:
        if was_collecting:
            gc.enable()
    return tree


def _without_surrogates(text: str) -> tuple[str, bool]:
    r"""JSON's `\ud83d\ude00` as YAML takes it and of the same length: moved to a private area of Unicode."""
    if "\\ud" not in text and "\\uD" not in text:
        return text, False
    moved = _SURROGATES.sub(lambda found: f"{found[1]}{int(found[2], 16) + 0x800:04x}", text)
    return moved, moved != text


def _joined_surrogates(value: str) -> str:
    pairs = _MOVED_PAIR.sub(
        lambda found: chr(0x10000 + ((ord(found[1]) - 0xE000) << 10) + ord(found[2]) - 0xE400), value
    )
    return re.sub("[\ue000-\ue7ff]", "\ufffd", pairs)


class _RefusedError(Exception):
    def __init__(self, start: int, end: int, message: str) -> None:
        super().__init__(message)
        self.trouble = Trouble(Span(start, end), message)


class _Builder:
    """Takes events one by one; `box` is the open container and `key` its key that waits for a value."""

    def __init__(self, tree: Tree, text: str, has_moved: bool) -> None:
        self.tree = tree
        self.text = text
        self.has_moved = has_moved
        self.names: dict[str, str] = {}
        self.anchors: dict[str, tuple[Any, int, int, int]] = {}
        self.count = 0
        self.stack: list[tuple[Container, Any, int, int, str | None, int]] = []
        self.box: Any = tree.holder
        self.box.spans = array("I")
        self.is_mapping = False
        self.key: Any = None
        self.key_start = self.key_end = 0
        self.repeated: list[tuple[Mapping, str, tuple[int, int, int, int]]] = []
        self.merged: list[tuple[Mapping, Any]] = []

    def run(self) -> None:
        loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)(self.text)
        get_event = loader.get_event
        handlers = {
            yaml.ScalarEvent: self.scalar,
            yaml.MappingStartEvent: self.open,
            yaml.SequenceStartEvent: self.open,
            yaml.MappingEndEvent: self.close,
            yaml.SequenceEndEvent: self.close,
            yaml.AliasEvent: self.alias,
        }
        documents = 0
        try:
            while True:
                event = get_event()
                kind = type(event)
                if kind in handlers:
                    handlers[kind](event)
                elif kind is yaml.DocumentStartEvent:
                    documents += 1
                    if documents == 2:
                        self.second_document(event.start_mark.index)
                        break
                elif kind is yaml.StreamEndEvent:
                    break
        finally:
            loader.dispose()
        if documents:
            self.tree.root = Node(self.tree, self.tree.holder, 0)

    def second_document(self, start: int) -> None:
        if self.text[start + 3 :].strip(" \t\r\n.-"):
            self.tree.troubles.append(
                Trouble(Span(start, start + 3), "a second document begins here, but a specification is a single one")
            )

    def scalar(self, event: Any) -> None:
        value = event.value
        start = event.start_mark.index
        end = event.end_mark.index
        if self.has_moved:
            value = _joined_surrogates(value)
        if self.is_mapping and self.key is None:
            if event.anchor:
                self.anchors[event.anchor] = (value, start, end, 1)
            self.start_entry(value, start, end, not event.style)
            return
        tag = event.tag
        if tag is None:
            if not event.style:
                value = scalar.resolve(value)
        elif tag in _RESOLVED_TAGS:
            value = scalar.resolve(value)
        elif not tag.startswith(_CORE_TAGS) and tag != "!":
            self.tree.foreign.add(start)
        if event.anchor:
            self.anchors[event.anchor] = (value, start, end, 1)
        self.put(value, start, end)

    def start_entry(self, key: str, start: int, end: int, is_plain: bool) -> None:
        self.key = self.names.setdefault(key, key)
        self.key_start = start
        self.key_end = end
        if key[:2] == "x-" or key == "$ref":
            self.tree.watched.setdefault(self.key, []).append(self.box)
        elif key == "<<" and is_plain:
            self.key = _MERGE

    def put(self, value: Any, start: int, end: int) -> None:
        self.count += 1
        box = self.box
        if not self.is_mapping:
            box.append(value)
            box.spans.extend((start, end))
            return
        key = self.key
        self.key = None
        if key is _MERGE:
            self.merged.append((box, value))
        elif key in box:
            self.repeated.append((box, key, (self.key_start, self.key_end, start, end)))
            box[key] = value
        else:
            box[key] = value
            box.spans.extend((self.key_start, self.key_end, start, end))

    def open(self, event: Any) -> None:
        if len(self.stack) >= MAX_DEPTH:
            at = event.start_mark.index
            raise _RefusedError(at, at + 1, f"nested more than {MAX_DEPTH} levels deep")
        box: Any = Mapping() if type(event) is yaml.MappingStartEvent else Sequence()
        box.spans = array("I")
        box.parent = self.box
        box.key = self.key if self.is_mapping else len(self.box)
        box.start = event.start_mark.index
        tag = event.tag
        if tag is not None and not tag.startswith(_CORE_TAGS) and tag != "!":
            self.tree.foreign.add(box.start)
        if event.anchor:
            self.anchors[event.anchor] = (None, box.start, self.count, 0)
        self.stack.append((self.box, self.key, self.key_start, self.key_end, event.anchor, self.count))
        self.box = box
        self.is_mapping = type(box) is Mapping
        self.key = None

    def close(self, event: Any) -> None:
        box = self.box
        end = box.end = event.end_mark.index
        if self.repeated or self.merged:
            self.settle(box)
        self.box, self.key, self.key_start, self.key_end, anchor, count = self.stack.pop()
        self.is_mapping = type(self.box) is Mapping
        if anchor:
            self.anchors[anchor] = (box, box.start, end, self.count - count + 1)
        if self.is_mapping and self.key is None:
            self.start_entry(self.text[box.start : end].strip(), box.start, end, False)
        else:
            self.put(box, box.start, end)

    def alias(self, event: Any) -> None:
        start, end = event.start_mark.index, event.end_mark.index
        if event.anchor not in self.anchors:
            raise _RefusedError(start, end, f"alias '*{event.anchor}' has no anchor '&{event.anchor}' above it")
        value, value_start, value_end, weight = self.anchors[event.anchor]
        if not weight:
            raise _RefusedError(start, end, f"alias '*{event.anchor}' stands inside the value that it names")
        self.count += weight
        if self.count > MAX_NODES:
            raise _RefusedError(start, end, f"aliases make this document larger than {MAX_NODES:,} values")
        if self.is_mapping and self.key is None:
            self.start_entry(value if isinstance(value, str) else event.anchor, start, end, False)
        else:
            self.put(value, value_start, value_end)

    def settle(self, box: Any) -> None:
        """Entries that wait for all keys of a mapping to be known: repeated keys, then merged ones."""
        self.settle_repeated(box)
        while self.merged and self.merged[-1][0] is box:
            self.merge(box, self.merged.pop()[1])

    def settle_repeated(self, box: Mapping) -> None:
        entries = []
        while self.repeated and self.repeated[-1][0] is box:
            entries.append(self.repeated.pop())
        rows = {name: 4 * number for number, name in enumerate(box)}
        for _, key, spans in reversed(entries):
            row = rows[key]
            old = box.spans[row : row + 2]
            self.tree.duplicates.append(
                DuplicateKey(box, key, scalar.bare(self.text, *old), scalar.bare(self.text, *spans[:2]))
            )
            box.spans[row : row + 4] = array("I", spans)

    def merge(self, box: Mapping, value: Any) -> None:
        """`<<`: entries of other mappings, where no key of the own name exists; the first of a list wins."""
        for other in value if type(value) is Sequence else [value]:
            if type(other) is not Mapping:
                continue
            for number, (key, item) in enumerate(other.items()):
                if key not in box:
                    box[key] = item
                    box.spans.extend(other.spans[4 * number : 4 * number + 4])
                    if other.parent is box and isinstance(item, (Mapping, Sequence)):
                        item.parent = box
