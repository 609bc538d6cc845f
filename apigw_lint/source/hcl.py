"""Owns reading HCL, Terraform's language, as far as needed to know where each piece of it ends."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from apigw_lint.source.text import Span

_COMMENT = r"(?:\#|//)[^\r\n]*|/\*(?s:.*?)(?:\*/|\Z)"
_HEREDOC = r"<<-?(?P<marker>[^\W\d][\w-]*)[ \t]*(?:\r\n|\n)"
_PLAIN = r"\"(?:[^\"\\$%\r\n]++|\\[^\r\n]|[$%](?!\{))*+\""
_TOKEN = re.compile(
    rf"[^\S\r\n]*+(?:(?P<line>\r\n|\n|\r)|(?P<word>[^\W\d][\w-]*)|(?P<plain>{_PLAIN})|(?P<comment>{_COMMENT})"
    rf"|(?P<heredoc>{_HEREDOC})|(?P<string>\")|(?P<open>[{{(\[])|(?P<close>[}})\]])"
    r"|(?P<number>[0-9]+(?:\.[0-9]+)*(?:[eE][-+]?[0-9]+)?)|(?P<operator>[=!<>]=|=>)|(?P<equals>=)|(?P<other>[^\s])|(?P<end>\Z))"
)
_CODE = re.compile(rf"{_COMMENT}|{_HEREDOC}|[\"{{}}]")
_STRING = re.compile(r"\\[^\r\n]|\$\$\{|%%\{|[$%]\{|[\"\r\n]")
_ESCAPES = ("$${", "%%{")


class Token(NamedTuple):
    """A piece of HCL: its kind and its place; of a heredoc `body` is the text between its markers.

    `is_closed` is false for a string that does not end on its line, and for a heredoc whose marker does not come again:
    it goes to the end of the text.
    """

    kind: str
    start: int
    end: int
    body: Span | None = None
    is_closed: bool = True


_new = tuple.__new__


def tokens(text: str, start: int = 0, end: int | None = None) -> Iterator[Token]:
    """The pieces of a text, comments and blanks left out; what is never closed ends with its line, or the text."""
    end = len(text) if end is None else end
    is_broken = False
    while True:
        for found in _TOKEN.finditer(text, start, end):
            kind = found.lastgroup
            if kind == "comment":
                continue
            if kind == "plain":
                kind = "string"
            elif kind == "heredoc" or kind == "string":
                # After the first unclosed one the search for ends stays short, so that no text takes long.
                token = None if is_broken else _closed(text, found, end)
                is_broken = token is None
                token = token or _cut(text, found, end)
                start = token.end
                yield token
                break
            elif kind == "end":
                return
            first, last = found.span(found.lastindex or 0)
            yield _new(Token, (kind, first, last, None, True))


def _closed(text: str, head: re.Match[str], end: int) -> Token | None:
    """The string or heredoc that starts here, None if it is never closed."""
    closed = closing(text, head.end(), head["marker"] or '"', end)
    if closed is None:
        return None
    last = max(text.rfind("\n", head.end(), closed) + 1, head.end())
    kind = str(head.lastgroup)
    return Token(kind, head.start(kind), closed, Span(head.end(), last))


def _cut(text: str, head: re.Match[str], end: int) -> Token:
    """The string or heredoc that starts here, when its content is damaged: a line, or up to the marker."""
    kind = str(head.lastgroup)
    start = head.start(kind)
    if kind == "string":
        line = re.compile(r"(?:\\[^\r\n]|[^\"\\\r\n])*\"?").match(text, head.end(), end)
        return Token(kind, start, line.end() if line else end, is_closed=False)
    mark = _marker(head["marker"]).search(text, head.end(), end)
    if mark is None:
        return Token(kind, start, end, Span(head.end(), end), is_closed=False)
    return Token(kind, start, mark.end(), Span(head.end(), mark.start()))


def closing(text: str, start: int, what: str, end: int) -> int | None:
    """Where something ends that is open at `start`; None when it is not closed before `end`.

    `what` closes it: a brace, a quote, or the marker of a heredoc. Strings, comments, heredocs and `${...}` inside are
    passed over.
    """
    stack = [what]
    while found := _pattern(stack[-1]).search(text, start, end):
        start = found.end()
        word = found[0]
        top = stack[-1]
        if top == "}":
            _in_code(stack, found)
        elif word in ("${", "%{"):
            stack.append("}")
        elif word in _ESCAPES or word[0] == "\\":
            continue
        elif top == '"' and word != '"' and len(stack) == 1:
            return None
        else:
            stack.pop()
        if not stack:
            return start
    return None


def _in_code(stack: list[str], found: re.Match[str]) -> None:
    if found["marker"]:
        stack.append(found["marker"])
    elif found[0] == "}":
        stack.pop()
    elif found[0] in ("{", '"'):
        stack.append("}" if found[0] == "{" else '"')


@lru_cache(maxsize=64)
def _pattern(closer: str) -> re.Pattern[str]:
    """What to look for inside of something that `closer` ends."""
    if closer in ("}", '"'):
        return _CODE if closer == "}" else _STRING
    return re.compile(rf"\$\$\{{|%%\{{|[$%]\{{|{_marker(closer).pattern}", re.MULTILINE)


@lru_cache(maxsize=64)
def _marker(name: str) -> re.Pattern[str]:
    return re.compile(rf"^[ \t]*{name}[ \t]*(?=[\r\n]|\Z)", re.MULTILINE)
