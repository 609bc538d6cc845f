"""Owns the blocks of a `.tf` file that have attributes others can refer to, and the attributes in them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from apigw_lint.source import hcl
from apigw_lint.source.hcl import Token

_DEPTH = {"open": 1, "close": -1}
_SHAPES = {("resource", 3), ("data", 3), ("module", 2), ("locals", 1)}
"""The first words of the headers of such blocks, and how many words these have."""


class Block(NamedTuple):
    """A block: the words of its header, and its attributes, each with the tokens of its value.

    `label` is the last word of the header.
    """

    words: tuple[str, ...]
    label: Token
    attributes: list[tuple[Token, list[Token]]]


def blocks(text: str, tokens: list[Token]) -> Iterator[Block]:
    """The resources, data sources, modules and `locals` of a file; an unclosed one ends where the next resource begins.

    Attributes that are half written are left out.
    """
    headers: list[tuple[int, list[Token]]] = []
    words: list[Token] = []
    for number, token in enumerate(tokens):
        if token.kind == "open" and words and (word(text, words[0]), len(words)) in _SHAPES:
            headers.append((number, words))
        words = [] if token.kind in ("line", "open", "close") else [*words[:3], token]
    resource = any_kind = len(tokens)
    found = []
    for start, header in reversed(headers):
        names = tuple(word(text, token) for token in header)
        body = _until_closed(tokens, start + 1, resource if names[0] == "resource" else any_kind)
        found.append(Block(names, header[-1], list(_attributes(text, body))))
        any_kind = start
        resource = start if names[0] == "resource" else resource
    return reversed(found)


def word(text: str, token: Token) -> str:
    """A name, without its quotes if it has any."""
    return text[token.start : token.end].strip('"')


def split(tokens: list[Token], separators: tuple[str, ...] = ("line",)) -> Iterator[list[Token]]:
    """The parts between separators, which are kinds of tokens; those in brackets separate nothing.

    Line breaks that are neither in brackets nor separators are left out.
    """
    depth = 0
    part: list[Token] = []
    for token in tokens:
        depth += _DEPTH.get(token.kind, 0)
        if depth <= 0 and token.kind in separators:
            if part:
                yield part
            part = []
        elif token.kind != "line" or depth > 0:
            part.append(token)
    if part:
        yield part


def arguments(text: str, call: list[Token]) -> list[list[Token]]:
    """The arguments of a call or the entries of an object, of which the first and last token are the brackets."""
    inner = [
        token._replace(kind="comma") if token.kind == "other" and text[token.start] == "," else token
        for token in call[1:-1]
    ]
    return list(split(inner, ("comma",) if text[call[0].start] == "(" else ("comma", "line")))


def parsed(text: str, start: int = 0, end: int | None = None) -> list[Token]:
    """The tokens of an expression, line breaks left out."""
    return [token for token in hcl.tokens(text, start, end) if token.kind != "line"]


def _until_closed(tokens: list[Token], start: int, end: int) -> list[Token]:
    depth = 1
    for number in range(start, end):
        depth += _DEPTH.get(tokens[number].kind, 0)
        if depth == 0:
            return tokens[start:number]
    return tokens[start:end]


def _attributes(text: str, body: list[Token]) -> Iterator[tuple[Token, list[Token]]]:
    for statement in split(body):
        if len(statement) > 2 and statement[1].kind == "equals":
            yield statement[0], statement[2:]
