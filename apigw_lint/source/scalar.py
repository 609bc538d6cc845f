"""Owns what a YAML scalar means, and its exact span in the text."""

from __future__ import annotations

import re
from math import isfinite

from apigw_lint.source.pattern import pattern
from apigw_lint.source.text import Span

_WORDS: dict[str, bool | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_INTEGER = pattern(r"[-+]?[0-9]{1,300}")
_FLOAT = pattern(r"[-+]?(?:\.[0-9]{1,300}|[0-9]{1,300}(?:\.[0-9]{0,300})?)(?:[eE][-+]?[0-9]{1,5})?")
_DISPUTED = pattern(
    r"(?:[yY]|[nN]|[yY]es|YES|[nN]o|NO|[oO]n|ON|[oO]ff|OFF"
    r"|[-+]?0[0-9]+|[-+]?0[xob][0-9a-fA-F_]+"
    r"|[-+]?[0-9]+_[0-9_]*(?:\.[0-9_]*)?|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?"
    r"|[-+]?[0-9]+(?:\.[0-9]*[eE]|[eE][-+]?)[0-9]+|[-+]\.[0-9].*"
    r"|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)"
    r"|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2})"
)
_NUMBER_START = frozenset("+-.0123456789")
STARTS_OF_OTHER_THAN_TEXT = frozenset(("", *_NUMBER_START, *(word[:1] for word in _WORDS)))
"""First characters of plain scalars that may not be strings; the empty string for an empty scalar."""
_PROPERTY = pattern(r"(?:!<[^>\n]*>|[&!][^\s,\[\]{}]*)(?:[ \t]+|[ \t]*(?:#[^\r\n]*)?(?:\r\n|\r|\n)[ \t]*)*")


def resolve(text: str) -> str | int | float | bool | None:
    """The value of a plain scalar: null, a boolean, a number, or a string.

    What YAML 1.1 and 1.2 read differently is a string, see `is_disputed`.
    """
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in _NUMBER_START or is_disputed(text):
        return text
    if _INTEGER.fullmatch(text):
        return int(text)
    if _FLOAT.fullmatch(text):
        number = float(text)
        return number if isfinite(number) else text
    return text


def is_disputed(text: str) -> bool:
    """Whether a plain scalar means different things to YAML 1.1 and 1.2 (`on`, `010`, `1:30`, `1_000`)."""
    return _DISPUTED.fullmatch(text) is not None


def content_span(text: str, start: int, end: int) -> Span:
    """A parser's range without anchor and tag; for a block scalar, from the first to the last visible character."""
    while start < end and text[start] in "&!":
        match = _PROPERTY.match(text, start, end)
        if not match:
            break
        start = match.end()
    if start < end and text[start] in "|>":
        return _block_content(text, start, end)
    return Span(start, end)


def _block_content(text: str, start: int, end: int) -> Span:
    body = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)").match(text, start, end)
    if body is None:
        return Span(start, end)
    content = text[body.end() : end]
    if not content.strip():
        return Span(start, body.end() - len(body[0]) + len(body[0].rstrip("\r\n")))
    first = body.end() + len(content) - len(content.lstrip())
    return Span(first, body.end() + len(content.rstrip()))
