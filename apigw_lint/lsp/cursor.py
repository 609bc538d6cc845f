"""Owns where the cursor is in a document that may not be YAML yet: the key or the scalar that is being typed.

A mark is put where the cursor is, and its line is completed until the parser takes the text; where other lines are
broken, they are left out. The tree that the parser makes of it tells what is around the mark.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from apigw_lint.source.parse import parse
from apigw_lint.source.pattern import pattern
from apigw_lint.source.placeholder import Placeholders
from apigw_lint.source.text import Source, Span
from apigw_lint.source.tree import Node, Tree

MARK = "\uf8f0"
"""A letter of the private area of Unicode, which no document has."""

_MAX_LEFT_OUT = 3
"""How many times lines that cannot be parsed are left out."""
_NEAR_LINES = 3
"""Below the cursor, in how many lines what is typed there shows to be unfinished."""
_WORD = pattern(r"[^\s,:{}\[\]\"'#]*")
_LONE = pattern(r"[ \t]*(?:-[ \t]+)*(?:\"[^\"\\]*|'[^']*|[^\s,:{}\[\]\"'#]*)")
_NO_CONTENT = pattern(r"[ \t]*(?:(?<![^\s])#.*)?")
_NEXT_WORD = pattern(r"[ \t]+[^\s,:{}\[\]#]")
_QUOTED = pattern(r"(?:^|(?<=[\s\[{,:]))(?:\"(?:\\.|[^\"\\])*(?P<double>\"?)|'(?:[^']|'')*(?P<single>'?))")
_BARE_REFERENCE = pattern(r":[ \t]+(#/\S*)\Z")
_OPENING = {"{": "}", "[": "]"}


class Cursor(NamedTuple):
    """What is being typed, in the tree of the completed text: an entry's key (`is_key`), or a scalar.

    `typed` is what is there of it in the document, quotes included, `before` the part in front of the cursor without
    its quote.
    """

    tree: Tree
    node: Node
    is_key: bool
    typed: Span
    before: str
    offset: int


class _Problem(NamedTuple):
    """Where a completed text of some length cannot be parsed."""

    start: int
    length: int


class _Repair(NamedTuple):
    """A completed text, where its mark is, and what of it was added behind the word, and where."""

    text: str
    mark: int
    added: str
    added_at: int


def cursor_at(source: Source, style: str, placeholders: Placeholders, offset: int) -> Cursor | None:
    """What is being typed at an offset, None in comments and where nothing makes the text one that can be parsed."""
    text = source.text
    if MARK in text:
        return None
    line = source.line_span(source.position(offset).line)
    for number in range(_MAX_LEFT_OUT + 2):
        problems: list[_Problem] = []
        for repair in _repairs(text, line, offset):
            tree = parse(Source(source.path, repair.text, source.style, source.pieces), style, placeholders)
            if not tree.syntax_errors:
                return _found(tree, repair, source.text, offset)
            problem = _Problem(tree.syntax_errors[0].span.start, len(repair.text))
            is_elsewhere = _is_elsewhere(text, line, problem, problems)
            problems.append(problem)
            if is_elsewhere:
                break
        before = text
        text = _left_out(text, max(problems), line) if number < _MAX_LEFT_OUT else text
        if text == before:
            text = _cut(text, line)
        if text == before:
            return None
    return None


def _is_elsewhere(text: str, line: Span, problem: _Problem, problems: list[_Problem]) -> bool:
    """Whether nothing that is typed at the cursor causes a problem: it is above, or far below however that goes on."""
    if problem.start < line.start:
        return text[problem.start] not in "{[\"'"
    near = text[line.end : problem.start].count("\n") <= _NEAR_LINES
    return not near and any(problem.length - problem.start == other.length - other.start for other in problems)


def _found(tree: Tree, repair: _Repair, text: str, offset: int) -> Cursor | None:
    """What has the mark in it."""
    entry = tree.key_at(repair.mark)
    is_key = entry is not None
    node = entry or tree.at(repair.mark)
    span = node.key_span if node and is_key else node.value_span if node else None
    if node is None or span is None or MARK not in str(node.key if is_key else node.value):
        return None
    if repair.mark != offset:
        return Cursor(tree, node, is_key, Span(repair.mark, repair.added_at), text[repair.mark : offset], offset)
    end = span.end - 1
    end = end if end <= repair.added_at else max(repair.added_at, end - len(repair.added))
    start = span.start + (text[span.start : span.start + 1] in ("'", '"') and span.start < offset)
    return Cursor(tree, node, is_key, Span(span.start, end), text[start:offset], offset)


def _repairs(text: str, line: Span, offset: int) -> Iterator[_Repair]:
    """The text with a mark at an offset, completed in the ways in which what is typed there may go on."""
    before = text[line.start : offset]
    if reference := _BARE_REFERENCE.search(before):
        start = line.start + reference.start(1)
        end = offset + len(text[offset : line.end].split(" ")[0])
        yield _Repair(f"{text[:start]}{MARK}{text[line.end :]}", start, "", end)
        return
    opened = _open_quote(before)
    quote = before[opened] if opened is not None else ""
    word = _WORD.match(text, offset)
    end = word.end() if word else offset
    is_closed = quote != "" and text.startswith(quote, end)
    end += is_closed
    rest = text[end : line.end]
    closings = [quote, ""] if quote and not is_closed else [""]
    if quote in rest:
        closings.reverse()
    is_lone = _LONE.fullmatch(before) is not None and _NO_CONTENT.fullmatch(rest) is not None
    brackets = _unclosed_brackets(before + rest)
    is_flow = bool(_unclosed_brackets(before)) or text.lstrip()[:1] in ("{", "[")
    additions = [": null", "", ":", ": null,"] if is_lone else ["", ","]
    if is_flow and _NEXT_WORD.match(rest):
        additions.reverse()
    start = line.start + opened if opened is not None else offset - len(_last_word(before))
    heads = [text[:offset]]
    if is_flow and text[start - 1 : start].isspace():
        heads.append(f"{text[: start - 1]},{text[start:offset]}")
    for head in heads:
        for closing in closings:
            for addition in additions:
                added = closing + addition
                yield _Repair(f"{head}{MARK}{text[offset:end]}{added}{text[end:]}", offset, added, end)
            if brackets:
                completed = f"{head}{MARK}{text[offset:end]}{closing}{rest}{brackets}{text[line.end :]}"
                yield _Repair(completed, offset, closing, end)


def _open_quote(before: str) -> int | None:
    """Where the quote is that is open at the end of the beginning of a line."""
    last = next(reversed(list(_QUOTED.finditer(before))), None)
    return last.start() if last and last.end() == len(before) and not (last["double"] or last["single"]) else None


def _last_word(before: str) -> str:
    return re.split(r"[\s,:{}\[\]\"'#]", before)[-1]


def _unclosed_brackets(text: str) -> str:
    """What closes the brackets that are open at the end of a text, those in quotes left out."""
    open_ones: list[str] = []
    for sign in re.findall(r"[{}\[\]]", _QUOTED.sub("", text)):
        if sign in _OPENING:
            open_ones.append(_OPENING[sign])
        elif open_ones:
            open_ones.pop()
    return "".join(reversed(open_ones))


def _left_out(text: str, problem: _Problem, line: Span) -> str:
    """The text without the line of a problem; unchanged where that is the line of the cursor, or a lone bracket."""
    at = problem.start if problem.start < line.start else problem.start - problem.length + len(text)
    source = Source("", text)
    start, end = source.line_span(source.position(at).line)
    is_kept = start <= line.end and line.start <= end
    if is_kept or text[start:end].strip() in ("", "{", "["):
        return text
    return f"{text[:start]}{' ' * (end - start)}{text[end:]}"


def _cut(text: str, line: Span) -> str:
    """The text without the lines below that of the cursor, the brackets above it closed."""
    closing = _unclosed_brackets(text[: line.start])
    return f"{text[: line.end]}\n{closing}" if text[line.end :].strip() not in ("", closing) else text
