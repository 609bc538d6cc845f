"""Owns how a key or a value is written at the cursor: quotes, colon, comma, and snippets with places to fill in."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import NamedTuple

from apigw_lint.fix.extent import is_flow
from apigw_lint.fix.render import BlockStyle, quoted_like, single_quoted
from apigw_lint.gateway.allowed import types_of, values_of
from apigw_lint.gateway.in_force import Part
from apigw_lint.lsp.cursor import Cursor
from apigw_lint.source.pattern import pattern
from apigw_lint.source.placeholder import LITERAL
from apigw_lint.source.tree import Mapping

_COLON = pattern(r"[ \t]*:")
_NEXT_ENTRY = pattern(r"[ \t]*[^\s,}\]#]|\s*\"")
_JSON = pattern(r"\s*[{\[]")


class Insertion(NamedTuple):
    """A text for the place of what is typed; `is_snippet` says whether it has places to fill in."""

    text: str
    is_snippet: bool = False


class Style:
    """How things are written around a cursor in a text, for a client that takes snippets or does not.

    `quote` is the one that what is typed begins with; `has_colon` says whether a key is typed in front of a colon.
    """

    def __init__(self, cursor: Cursor, text: str, *, takes_snippets: bool) -> None:
        tree, container = cursor.tree, cursor.node.container
        self._takes_snippets = takes_snippets
        self._is_json = _JSON.match(text) is not None
        self._is_flow = container is not tree.holder and is_flow(tree, container)
        self._is_literal = tree.placeholders is LITERAL
        first = text[cursor.typed.start : cursor.typed.end][:1]
        self.quote = first if first in ("'", '"') else ""
        self.has_colon = isinstance(container, Mapping) and _COLON.match(text, cursor.typed.end) is not None
        self._comma = "," if self._is_flow and _NEXT_ENTRY.match(text, cursor.typed.end) else ""
        block = BlockStyle.of(cursor.node)
        line = text[text.rfind("\n", 0, cursor.typed.start) + 1 : cursor.typed.start]
        self._margin = " " * len(line.lstrip())
        self._unit, self._dash = " " * block.unit, " " * block.dash

    def value(self, value: str, types: Sequence[str] = ("string",)) -> str:
        """A value of one of some types."""
        if "string" not in types and types:
            return value
        if self._is_json:
            return json.dumps(value, ensure_ascii=False)
        if self._is_literal:
            return value
        return quoted_like(self.quote, value)

    def reference(self, address: str) -> str:
        """The address of a reference."""
        return self.value(address) if self._is_json or self.quote else single_quoted(address)

    def reference_entry(self) -> Insertion:
        """A reference with the beginning of its address."""
        if self.has_colon or not self._takes_snippets:
            return self.entry("$ref", ())
        return Insertion(f"{self._escaped(self._key('$ref'))}: {self.reference('#/$1')}{self._comma}", is_snippet=True)

    def entry(self, name: str, parts: Sequence[Part]) -> Insertion:
        """A key and the beginning of its value, on which schemas are in force; the key alone if a colon follows."""
        if self.has_colon:
            return Insertion(self._key(name))
        return self.entries([(name, parts)])

    def entries(self, entries: Sequence[tuple[str, Sequence[Part]]]) -> Insertion:
        """Several entries, each on a line in block style; only the first where none can be left to be filled in."""
        entries = entries if self._takes_snippets else entries[:1]
        texts = [self._entry(name, parts, number) for number, (name, parts) in enumerate(entries, 1)]
        between = ", " if self._is_flow else f"\n{self._margin}"
        return Insertion(between.join(texts) + self._comma, is_snippet=self._takes_snippets)

    def _entry(self, name: str, parts: Sequence[Part], number: int) -> str:
        key = self._key(name)
        values, types = values_of(parts), types_of(parts)
        if any(part.schema.get("maxItems") == 0 for part in parts):
            return f"{self._escaped(key)}: []"
        if len(values) == 1:
            return self._escaped(f"{key}: {self.value(values[0], types)}")
        if not self._takes_snippets:
            return f"{key}:{self._opened(types)}"
        key = self._escaped(key)
        if values:
            choices = (re.sub(r"([\\,|$}])", r"\\\1", self.value(value, types)) for value in values)
            return f"{key}: ${{{number}|{','.join(choices)}|}}"
        return f"{key}:{self._opened(types).replace('@', f'${number}')}"

    def _opened(self, types: Sequence[str]) -> str:
        """The beginning of a value of some type, with `@` where it goes on."""
        at = "@" if self._takes_snippets else ""
        first = types[0] if types else ""
        if first not in ("object", "array"):
            return f' "{at}"' if self._is_json and first == "string" else f" {at}"
        if self._is_flow:
            return f" {{{at}}}" if first == "object" else f" [{at}]"
        if not self._takes_snippets:
            return ""
        return f"\n{self._margin}{self._unit}{at}" if first == "object" else f"\n{self._margin}{self._dash}- {at}"

    def _key(self, name: str) -> str:
        if self._is_json:
            return json.dumps(name, ensure_ascii=False)
        return quoted_like(self.quote, name)

    def _escaped(self, text: str) -> str:
        return re.sub(r"([\\$}])", r"\\\1", text) if self._takes_snippets else text
