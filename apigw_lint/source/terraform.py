"""Owns the gateways in a `.tf` file: which resources there are, and what the specification of each is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from apigw_lint import memory
from apigw_lint.source import hcl, hcl_tree
from apigw_lint.source.hcl import Token
from apigw_lint.source.text import TERRAFORM, Source, Span

RESOURCE = "yandex_api_gateway"

_PATH = re.compile(r'"((?:\$\{ *path\.module *\}/)?(?:[^"\\$%\r\n]|[$%](?!\{))+)"')
_ENCODERS = ("yamlencode", "jsonencode")
_DEPTH = {"open": 1, "close": -1}


class Gateway(NamedTuple):
    """What the `spec` of one resource is: a heredoc, an object, a file that is named, or something that is not linted.

    `span` is the content of the heredoc, or the expression; of an object (`is_object`) what `yamlencode` or
    `jsonencode` is given. `file` is a path from the folder of the `.tf` file, and
    `is_template` says whether it goes through `templatefile`. `reason` says why nothing is linted. `unclosed` is the
    opening of a heredoc that is never closed. `name` is where the resource is named, with its quotes.
    """

    span: Span
    file: str = ""
    is_template: bool = False
    reason: str = ""
    unclosed: Span | None = None
    name: Span = Span(0, 0)
    is_object: bool = False


def gateways(text: str) -> list[Gateway]:
    """The specifications of the gateways in a `.tf` file, in order; those that are half written are left out."""
    if RESOURCE not in text:
        return []
    with memory.paused():
        return _gateways(text)


def _gateways(text: str) -> list[Gateway]:
    return [
        _gateway(text, statement[2:])._replace(name=Span(name.start, name.end))
        for name, body in _bodies(text)
        for statement in _statements(body)
        if len(statement) > 2 and _word(text, statement[0]) == "spec" and statement[1].kind == "equals"
    ]


def document(source: Source, gateway: Gateway) -> Source:
    """The heredoc or object of a gateway as a document of its own; an object with what is before it on its line."""
    start, end = gateway.span
    if gateway.is_object:
        start = source.text.rfind("\n", 0, start) + 1
    return source.part(Span(start, end), TERRAFORM)


def _bodies(text: str) -> Iterator[tuple[Token, list[Token]]]:
    """The name of each gateway and the tokens in its braces; an unclosed one ends where the next resource begins."""
    tokens = list(hcl.tokens(text))
    headers: list[tuple[int, list[Token]]] = []
    words: list[Token] = []
    for number, token in enumerate(tokens):
        if token.kind == "open" and len(words) == 3 and _word(text, words[0]) == "resource":
            headers.append((number, words))
        words = [] if token.kind in ("line", "open", "close") else [*words[:3], token]
    ends = [*(start for start, _ in headers), len(tokens)]
    for (start, (_, kind, name)), end in zip(headers, ends[1:], strict=True):
        if _word(text, kind) == RESOURCE:
            yield name, list(_until_closed(tokens[start + 1 : end]))


def _word(text: str, token: Token) -> str:
    return text[token.start : token.end].strip('"')


def _until_closed(tokens: list[Token]) -> Iterator[Token]:
    depth = 1
    for token in tokens:
        depth += _DEPTH.get(token.kind, 0)
        if depth == 0:
            return
        yield token


def _statements(body: list[Token]) -> Iterator[list[Token]]:
    """The attributes and blocks of a body, the line breaks in brackets left out."""
    depth = 0
    statement: list[Token] = []
    for token in body:
        depth += _DEPTH.get(token.kind, 0)
        if token.kind != "line":
            statement.append(token)
        elif depth <= 0 and statement:
            yield statement
            statement = []
    if statement:
        yield statement


def _gateway(text: str, value: list[Token]) -> Gateway:
    """What the expression after `spec =` is."""
    first, last = value[0], value[-1]
    span = Span(first.start, last.end)
    if first.body and first.kind == "heredoc" and len(value) == 1:
        return Gateway(first.body, unclosed=None if _is_closed(text, first) else _opening(text, first))
    written = text[span.start : span.end]
    if len(value) == 1 and written.startswith('"${') and written.endswith('}"'):
        inner = [token for token in hcl.tokens(text, span.start + 3, span.end - 2) if token.kind != "line"]
        if inner and first.end == last.end:
            return _gateway(text, inner)
    name = text[first.start : first.end]
    if name in _ENCODERS and len(value) > 2 and text[value[1].start] == "(":
        given = value[2:-1] if len(value) > 3 and text[last.start] == ")" else value[2:]
        if hcl_tree.is_object(text, given):
            return Gateway(Span(given[0].start, given[-1].end), is_object=True)
    is_call = len(value) > 3 and text[value[1].start] == "(" and last.kind == "close"
    if name in ("file", "templatefile") and is_call and value[2].kind == "string":
        return _named(text, value, span, is_template=name == "templatefile")
    return Gateway(span, reason=_reason(written))


def _opening(text: str, heredoc: Token) -> Span:
    """Where a heredoc says what it ends with: `<<EOT`."""
    end = heredoc.body.start if heredoc.body else heredoc.end
    return Span(heredoc.start, heredoc.start + len(text[heredoc.start : end].rstrip()))


def _is_closed(text: str, heredoc: Token) -> bool:
    """Whether a heredoc ends where it says; one with the beginning of another in it ends with that."""
    if not heredoc.is_closed or heredoc.body is None:
        return False
    marker = re.escape(text[slice(*_opening(text, heredoc))].lstrip("<-"))
    other = re.compile(rf"^[ \t]*spec[ \t]*=[ \t]*<<-?{marker}[ \t]*\r?$", re.MULTILINE)
    return other.search(text, *heredoc.body) is None


def _named(text: str, value: list[Token], span: Span, *, is_template: bool) -> Gateway:
    path = _PATH.fullmatch(text, value[2].start, value[2].end)
    is_whole = len(value) == 4 or (is_template and text[value[3].start] == ",")
    if path is None or not is_whole:
        reason = "the file path is an expression" if is_whole else "it is an expression"
        return Gateway(span, reason=f"the specification is not linted, because {reason}")
    file = re.sub(r"^\$\{ *path\.module *\}/", "", path[1])
    return Gateway(Span(value[2].start + 1, value[2].end - 1), file, is_template)


def _reason(written: str) -> str:
    if written.startswith('"'):
        why = "it is a quoted string: use a heredoc"
    else:
        words = " ".join(written.split())
        shown = words if len(words) <= 60 else f"{words[:57]}..."
        why = f"'{shown}' cannot be evaluated from this file"
    return f"the specification is not linted, because {why}"
