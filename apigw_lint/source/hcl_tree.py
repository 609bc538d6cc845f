"""Owns reading an object of HCL, as in `yamlencode({...})`, into a tree.

Objects and lists, also joined by `merge` and `concat`, are read; any other expression is a value that is not known, and
an argument of `merge` that is one is an entry whose key is not known. The object that a `for` repeats is read once: it
has the keys that the `for` lists, like an alias in YAML, or else one that is not known.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence as Row
from math import isfinite
from time import perf_counter
from typing import Any, NoReturn

from apigw_lint import memory
from apigw_lint.bounds import MAX_NODES
from apigw_lint.source import hcl_for
from apigw_lint.source.hcl import Token
from apigw_lint.source.hcl_expression import Expression, RefusedError, refuse
from apigw_lint.source.pattern import pattern
from apigw_lint.source.placeholder import NONE_NAMED, Placeholders
from apigw_lint.source.text import TERRAFORM, Source, Span
from apigw_lint.source.tree import DuplicateKey, Mapping, Node, Sequence, TextProblem, Tree

_OBJECT, _LIST, _CALL, _WRAPPER, _FOR = range(5)
_WRAPPERS = frozenset(("tomap", "tolist", "toset"))
"""Functions that return what they are given."""
_JOINING = {"merge": Mapping, "concat": Sequence}
_WORDS = {"true": True, "false": False, "null": None}
_TERMS = frozenset(("word", "string", "number", "heredoc"))
_NUMBER = pattern(r"([0-9]{1,300})(\.[0-9]{1,300})?([eE][-+]?[0-9]{1,5})?")
_NAME_LIKE = pattern(r"[/\w.{}$-]*[./][/\w.{}$-]*")
_OWN_KEY = "x-yc-"


def is_object(text: str, tokens: Row[Token]) -> bool:
    """Whether an expression is an object that is written out, or joined from some of which one may be."""
    words = (text[token.start : token.end] for token in tokens if token.kind != "line")
    first = next((word for word in words if word not in ("(", "tomap")), "")
    return first == "{" or (first == "merge" and "{" in words)


def parse_object(source: Source, start: int, placeholders: Placeholders = NONE_NAMED) -> Tree:
    """The tree of the expression from an offset to the end of a text.

    Never raises: what cannot be read is a syntax error of the tree.
    """
    began = perf_counter()
    tree = _new(source, placeholders)
    try:
        with memory.paused():
            _Reader(tree, start).read()
    except RefusedError as refused:
        tree = _new(source, placeholders)
        tree.syntax_errors.append(refused.problem)
    tree.seconds = perf_counter() - began
    return tree


def _new(source: Source, placeholders: Placeholders) -> Tree:
    tree = Tree(source, placeholders)
    tree.style = TERRAFORM
    tree.is_hcl = True
    return tree


class _Box:
    """A container that is being filled: the row in `spans` of each key, and the key that waits for its value.

    `other_keys` are those that the same value has in a `for`.
    """

    __slots__ = ("container", "key", "key_span", "other_keys", "rows", "spans")

    def __init__(self, container: Any) -> None:
        self.container = container
        self.spans: list[int] = []
        self.rows: dict[str, int] = {}
        self.key = ""
        self.key_span = Span(0, 0)
        self.other_keys: list[tuple[str, Span]] = []


class _Frame:
    """What is open: brackets, up to the token `end`, and the box that what is in them goes into.

    `joins` says whether values are joined into the box, and not put into it; `is_owner` whether the box is closed with
    the brackets; `first_row` is where the entries of these brackets begin in it.
    """

    __slots__ = ("box", "end", "first_row", "is_owner", "joins", "kind", "start")

    def __init__(self, kind: int, start: int, end: int, box: _Box, *, joins: bool = False, is_owner: bool) -> None:
        self.kind = kind
        self.start = start
        self.end = end
        self.box = box
        self.joins = joins
        self.is_owner = is_owner
        self.first_row = len(box.spans)


class _Reader:
    """Reads the tokens of an expression, with a stack instead of recursion."""

    def __init__(self, tree: Tree, start: int) -> None:
        self.tree = tree
        self.expression = Expression(tree.source.text, start)
        self.text = self.expression.text
        self.tokens = self.expression.tokens
        self.closers = self.expression.closers
        self.at = 0
        self.frames: list[_Frame] = []
        self.names: dict[str, str] = {}
        self.count = 0

    def read(self) -> None:
        """Fills the tree. Raises RefusedError."""
        tree = self.tree
        root = _Box(tree.holder)
        self.frames.append(_Frame(_WRAPPER, 0, len(self.tokens), root, is_owner=False))
        while self.frames:
            frame = self.frames[-1]
            if frame.kind != _OBJECT:
                self._skip_lines()
            if self.at >= frame.end:
                self._close(self.frames.pop())
            elif frame.kind == _OBJECT:
                self._entry(frame)
            else:
                self._value(frame)
        tree.holder.spans = array("I", root.spans)
        if tree.holder:
            tree.root = Node.entry(tree, tree.holder, 0)

    def _skip_lines(self) -> None:
        self.at = self.expression.after_lines(self.at)

    # Entries

    def _entry(self, frame: _Frame) -> None:
        """Reads a key and what is between it and its value, then the value."""
        tokens, text = self.tokens, self.text
        token = tokens[self.at]
        if token.kind == "line":
            self.at += 1
            return
        after = self.at + 1
        kind = token.kind
        following = tokens[after] if after < frame.end else None
        is_simple = following is not None and (following.kind == "equals" or text[following.start] == ":")
        if is_simple and kind in ("word", "number"):
            key = text[token.start : token.end]
        elif is_simple and kind == "string":
            key = self.expression.key_in_quotes(token, self.tree.placeholders)
        else:
            after = self._end_of_key(frame)
            key = self.expression.unknown(token.start, tokens[after - 1].end)
        box = frame.box
        box.key = self.names.setdefault(key, key)
        box.key_span = Span(token.start, tokens[after - 1].end)
        self.at = after + 1
        self._value(frame)

    def _end_of_key(self, frame: _Frame) -> int:
        """The number of the token after a key that is an expression, `=` or `:`."""
        tokens, text = self.tokens, self.text
        start = number = self.at
        while number < frame.end:
            token = tokens[number]
            written = text[token.start]
            if token.kind == "equals" or written == ":":
                break
            if token.kind == "line" or written == ",":
                number = frame.end
                break
            number = self.closers[number] + 1 if token.kind == "open" else number + 1
        first = tokens[start]
        if text[first.start] == ",":
            refuse(first.start, first.end, "an entry is missing before this comma")
        if number >= frame.end or number == start:
            end = self._end_of_line(start, frame.end)
            refuse(first.start, end, "a value is missing: write 'key = value'")
        end = tokens[number - 1].end
        if text[first.start] != "(" and _NAME_LIKE.fullmatch(text, first.start, end):
            refuse(first.start, end, f"this key must be in quotes: '\"{text[first.start : end]}\"'")
        return number

    def _end_of_line(self, number: int, limit: int) -> int:
        """Where the last token on a line ends, before a comma."""
        end = self.tokens[number].end
        while number < limit and self.tokens[number].kind != "line" and not self.expression.begins(number, ","):
            end = self.tokens[number].end
            number += 1
        return end

    # Values

    def _value(self, frame: _Frame) -> None:
        """Reads a value, or opens what it is, and passes over what separates it from the next."""
        tokens, text, at = self.tokens, self.text, self.at
        token = tokens[at] if at < frame.end else None
        if token is None or token.kind == "line" or text[token.start] == ",":
            place = tokens[at - 1]
            is_comma = token is not None and text[token.start] == "," and frame.kind != _OBJECT
            start, end = (token.start, token.end) if token and is_comma else (place.start, place.end)
            refuse(start, end, f"a value is missing {'before' if is_comma else 'after'} this")
        kind = token.kind
        name = text[token.start : token.end]
        after = at + 1
        opener = at if kind == "open" else at + 1 if kind == "word" and self.expression.begins(after, "(") else None
        if opener is not None:
            after = self.closers[opener] + 1
        elif name == "-" and after < frame.end and tokens[after].kind == "number":
            after += 1
        is_whole = self._ends(after, frame)
        if is_whole and opener is not None and self._open(frame, name, opener):
            return
        if not is_whole or opener is not None or (kind == "word" and name not in _WORDS):
            self._put_unknown(frame)
            return
        if kind in ("string", "heredoc"):
            self._put_text(frame, token)
        elif kind == "number" or name == "-":
            end = tokens[after - 1].end
            self._put(frame, self._number(token.start, end), token.start, end)
        elif kind == "word":
            self._put(frame, _WORDS[name], token.start, token.end)
        else:
            self._put_unknown(frame)
            return
        self.at = max(self.at, after)
        self._separator(frame)

    def _ends(self, number: int, frame: _Frame) -> bool:
        """Whether a value ends before a token."""
        tokens = self.tokens
        while number < frame.end:
            token = tokens[number]
            if token.kind != "line":
                written = self.text[token.start : token.end]
                return written == "," or (frame.kind == _FOR and written in ("if", "."))
            if frame.kind == _OBJECT:
                return True
            number += 1
        return True

    def _separator(self, frame: _Frame) -> None:
        """Passes over a comma or line break, of which a value is followed by one or is the last."""
        if frame.kind == _FOR:
            self.at = frame.end
            return
        if frame.kind != _OBJECT:
            self._skip_lines()
        if self.at < frame.end:
            self.at += 1
        if frame.kind == _WRAPPER:
            self._skip_lines()
            if self.at < frame.end:
                token = self.tokens[self.at]
                refuse(token.start, token.end, "only one value may be here")

    def _open(self, frame: _Frame, name: str, opener: int) -> bool:
        """Opens an object, a list or a function whose arguments are read; false for anything else."""
        start, end = self.tokens[self.at].start, self.closers[opener]
        container: type[Any] | None
        if name in _JOINING:
            kind, container = _CALL, _JOINING[name]
        elif name == "(" or name in _WRAPPERS:
            kind, container = _WRAPPER, None
        elif name == "{":
            is_for = hcl_for.is_for(self.expression, opener)
            if is_for and not self._is_object(hcl_for.body(self.expression, opener)):
                return False
            kind, container = (_FOR if is_for else _OBJECT), Mapping
        elif name == "[" and not hcl_for.is_for(self.expression, opener):
            kind, container = _LIST, Sequence
        else:
            return False
        if container is None:
            new = _Frame(kind, start, end, frame.box, joins=frame.joins, is_owner=False)
        elif frame.joins:
            if type(frame.box.container) is not container:
                return False
            new = _Frame(kind, start, end, frame.box, joins=kind == _CALL, is_owner=False)
        else:
            inner, outer = container(), frame.box
            inner.parent = outer.container
            inner.key = outer.key if isinstance(outer.container, Mapping) else len(outer.container)
            inner.start = start
            new = _Frame(kind, start, end, _Box(inner), joins=kind == _CALL, is_owner=True)
        self.frames.append(new)
        self.at = opener + 1
        if kind == _FOR:
            self._begin_for(new, opener)
        return True

    def _is_object(self, number: int) -> bool:
        """Whether an object begins with a token."""
        return self.expression.begins(number, "{") or self.expression.written(number) in _JOINING

    def _begin_for(self, frame: _Frame, opener: int) -> None:
        """Gives the box of a `for` its keys."""
        box = frame.box
        keys = hcl_for.keys(self.expression, opener, self.tree.placeholders, box.rows)
        (box.key, box.key_span), *box.other_keys = keys
        self.at = hcl_for.body(self.expression, opener)

    def _close(self, frame: _Frame) -> None:
        """Ends what the last frame had open."""
        if not self.frames:
            if frame.end and not frame.box.container:
                refuse(self.tokens[0].start, self.tokens[0].end, "a value is missing")
            return
        outer = self.frames[-1]
        self.at = frame.end + 1
        if frame.is_owner:
            box = frame.box
            container = box.container
            container.spans = array("I", box.spans)
            container.end = self.tokens[frame.end].end
            self._put(outer, container, frame.start, container.end)
        self._separator(outer)

    def _number(self, start: int, end: int) -> str | int | float:
        written = self.text[start:end]
        match = _NUMBER.fullmatch(written.lstrip("- \t"))
        if match is None:
            if written.count(".") > 1:
                refuse(start, end, f"'{written}' is not a number: write it in quotes")
            return self.expression.unknown(start, end)
        sign = -1 if written[0] == "-" else 1
        if not (match[2] or match[3]):
            return sign * int(match[0])
        number = float(match[0])
        return sign * number if isfinite(number) else written

    def _put_text(self, frame: _Frame, token: Token) -> None:
        meant = self.expression.meant(token)
        value = meant.value
        if meant.has_parts and not self.tree.placeholders.is_later(value):
            self.tree.foreign.add(token.start)
        self._put(frame, value, token.start, token.end)

    def _put_unknown(self, frame: _Frame) -> None:
        """Takes an expression that is not evaluated."""
        tokens, text = self.tokens, self.text
        first = number = last = self.at
        is_after_term = False
        while number < frame.end:
            token = tokens[number]
            kind, written = token.kind, text[token.start]
            if kind == "line" and frame.kind != _OBJECT:
                number += 1
                continue
            if kind == "line" or written == ",":
                break
            if is_after_term and (kind in _TERMS or written == "{"):
                self._missing_separator(frame, token)
            if kind == "equals":
                refuse(token.start, token.end, "a comma or a line break is missing before this entry")
            if kind == "open":
                number = self.closers[number]
            last = number
            is_after_term = kind in _TERMS or kind == "open"
            number += 1
        start, end = tokens[first].start, tokens[last].end
        if _OWN_KEY in text[start:end] and not frame.joins:
            shown = self.expression.shown(start, end)
            message = f"'{shown}' is not evaluated: what is written in it is not linted"
            self.tree.skipped.append(TextProblem(Span(start, end), message))
        self.tree.foreign.add(start)
        self.at = number
        self._put(frame, self.expression.unknown(start, end), start, end)
        self._separator(frame)

    def _missing_separator(self, frame: _Frame, token: Token) -> NoReturn:
        what = "a comma or a line break is missing" if frame.kind == _OBJECT else "a comma is missing"
        refuse(token.start, token.end, f"{what} before this")

    def _put(self, frame: _Frame, value: Any, start: int, end: int) -> None:
        """Gives a value to the box of a frame."""
        self.count += 1
        if self.count > MAX_NODES:
            refuse(start, end, f"an object has more than {MAX_NODES:,} values")
        box = frame.box
        container = box.container
        if not isinstance(container, Mapping):
            if not frame.joins or value is not None:
                container.append(value)
                box.spans += (start, end)
            return
        key, key_span = box.key, box.key_span
        if frame.joins:
            if value is None:
                return
            message = f"what '{self.expression.shown(start, end)}' adds here is not linted"
            self.tree.skipped.append(TextProblem(Span(start, end), message))
            key, value, key_span = self.expression.unknown(start, end), None, Span(start, end)
            start = end
            self.tree.foreign.add(end)
        self._put_entry(frame, key, value, (*key_span, start, end))
        if frame.kind == _FOR:
            for other, span in box.other_keys if isinstance(value, (Mapping, Sequence)) else ():
                self.count += 1
                self._put_entry(frame, other, value, (*span, *span))
                self.tree.reused.setdefault(id(value), []).append((container, other))

    def _put_entry(self, frame: _Frame, key: str, value: Any, spans: tuple[int, int, int, int]) -> None:
        """Gives a value and its key to a mapping."""
        box = frame.box
        if key in box.rows:
            self._replace(frame, key, value, spans)
            return
        if key[:2] == "x-" or key == "$ref":
            self.tree.watched.setdefault(key, []).append(box.container)
        box.rows[key] = len(box.spans)
        box.container[key] = value
        box.spans += spans

    def _replace(self, frame: _Frame, key: str, value: Any, spans: tuple[int, int, int, int]) -> None:
        """Takes an entry whose key is there already: the later one counts, also if it is of another object."""
        box, tree = frame.box, self.tree
        row = box.rows[key]
        old, new = Span(*box.spans[row : row + 2]), Span(*spans[:2])
        is_repeated = row >= frame.first_row and not tree.placeholders.is_unknown_key(key)
        (tree.duplicates if is_repeated else tree.alternatives).append(DuplicateKey(box.container, key, old, new))
        box.container[key] = value
        box.spans[row : row + 4] = spans
