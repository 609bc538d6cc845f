"""Owns placeholders: values that are filled in later, and values that someone forgot to fill in.

A filled-in-later value is unknown, and no rule may judge it. A forgotten one is reported once and is
unknown to every other rule. The gateway's own variable, `${var.name}`, and jq's `${.path}` are neither,
but what a variable stands for is not known to a schema.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from collections.abc import Sequence as Texts
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from itertools import islice

from apigw_lint.source import scalar
from apigw_lint.source.pattern import pattern
from apigw_lint.source.tree import Mapping, Node, Sequence

VARIABLE = re.compile(r"(?<!\$)\$\{var\.([^{}\s]+)\}")

_LATER = pattern(
    r"\$?\$\{(?![.|])[^{}]*(?:\{[^{}]*\}[^{}]*)*\}"  # ${NAME}, ${a.b[0]}, ${f({a = 1})}, $${...}
    r"|(?<!%)%\{~?\s*(?:if|for|else|endif|endfor)\b[^{}]*\}"  # %{ if x }
    r"|\{\{(?:(?!\{\{).)*?\}\}|\{%(?:(?!\{%).)*?%\}|<%(?:(?!<%).)*?%>"  # {{ x }}, {% x %}, <% x %>
    r"|(?<![$\w])\$(?!ref\b)[A-Z_][A-Z0-9_]+\b"  # $NAME
    r"|(?<![A-Za-z0-9])__[A-Za-z][A-Za-z0-9_]*__(?![A-Za-z0-9])"  # __NAME__
    r"|%[A-Z][A-Z0-9_]{2,}%",  # %NAME%
    re.DOTALL,
)
_ALSO: ContextVar[re.Pattern[str] | None] = ContextVar("also", default=None)
_WHOLE_LATER = pattern(r"\$(?!latest$|ref$)[A-Za-z_][A-Za-z0-9_]*")
_ANGLE = r"<[^\W\d_][^<>{}\"'=;@\n]*>"
_FORGOTTEN_WORD = (
    r"(?<![A-Za-z0-9])(?:(?:YOUR|REPLACE)[_-][A-Z][A-Z0-9_-]*|CHANGE[_-]?ME|INSERT[_-][A-Z0-9_-]{0,60}HERE)(?![A-Za-z0-9])"
    r"|ЗАМЕНИТ[ЕЬ][\w-]*|ВСТАВЬТЕ[\w-]*|УКАЖИТЕ_[\w-]*"
    r"|\*{3,}"
)
_FORGOTTEN = pattern(f"{_ANGLE}|{_FORGOTTEN_WORD}")
MAX_IN_ONE_TEXT = 20
"""How many forgotten placeholders of one text are told apart."""

_FORGOTTEN_STARTS = ("***", "YOUR", "REPLACE", "CHANGE", "INSERT", "ЗАМЕНИТ", "ВСТАВЬТЕ", "УКАЖИТЕ_")
_NAME_IN_BRACES = pattern(r"[A-Z][A-Z0-9_]*")

_FREE_TEXT = frozenset(
    "description summary title example examples default enum pattern content template const tags operationId".split()
)


@contextmanager
def also(texts: Texts[str]) -> Iterator[None]:
    """Within this, texts that the user named are filled in later too.

    A `*` in one stands for anything on a line, up to 500 characters.
    """
    patterns = (r"[^\r\n]{0,500}?".join(map(re.escape, text.split("*"))) for text in texts)
    token = _ALSO.set(re.compile("|".join(patterns)) if texts else None)
    try:
        yield
    finally:
        _ALSO.reset(token)


def is_later(text: str) -> bool:
    """Whether a text is filled in later, as a whole or in part; `${var.name}` included."""
    return _is_later(text, _ALSO.get())


def _is_later(text: str, named: re.Pattern[str] | None) -> bool:
    if named is not None and named.search(text):
        return True
    if not _may_be_later(text):
        return False
    return _LATER.search(text) is not None or _WHOLE_LATER.fullmatch(text) is not None


def _may_be_later(text: str) -> bool:
    """Whether a text has the marks that any placeholder has, which is quickly told."""
    return "$" in text or "{{" in text or "%" in text or "__" in text


def without(text: str) -> str:
    """The text with what is filled in later blanked out, of the same length; gateway variables stay."""
    named = _ALSO.get()
    if named is not None:
        text = named.sub(lambda found: "\0" * len(found[0]), text)
    if not _may_be_later(text):
        return text
    return _LATER.sub(lambda found: found[0] if VARIABLE.fullmatch(found[0]) else "\0" * len(found[0]), text)


def forgotten(node: Node) -> list[tuple[int, str]]:
    """What someone forgot to fill in within a string node: offset in the value, and the text."""
    text = node.value
    if not isinstance(text, str):
        return []
    path = [str(key) for key in node.path]
    if _FREE_TEXT.intersection(path) and path[:2] != ["x-yc-apigateway", "variables"]:
        return []
    whole = _FORGOTTEN.fullmatch(text.strip())
    if whole:
        return [(text.index(whole[0]), whole[0])]
    first = islice(_FORGOTTEN.finditer(text), MAX_IN_ONE_TEXT)
    return [(found.start(), found[0]) for found in first if not _is_prose(text, found)]


def forgotten_in_key(key: str) -> list[str]:
    """What someone forgot to fill in within a key."""
    return [found[0] for found in islice(_FORGOTTEN.finditer(key), MAX_IN_ONE_TEXT)]


def candidates(text: str) -> list[int]:
    """Offsets in a whole document where a forgotten value may stand, in order."""
    found = [match.start() for match in re.finditer(_ANGLE, text)] if "<" in text else []
    if any(start in text for start in _FORGOTTEN_STARTS):
        found += [match.start() for match in re.finditer(_FORGOTTEN_WORD, text)]
    return sorted(found)


def is_unknown(node: Node) -> bool:
    """Whether what this node will be is not known yet: no rule may judge it."""
    value = node.value
    if _is_foreign(node):
        return True
    if isinstance(value, str):
        return _may_be_unknown(value, _ALSO.get()) and (
            is_later(value) or bool(forgotten(node)) or (scalar.is_disputed(value) and node.is_plain)
        )
    if isinstance(value, Mapping):
        return is_braced_name(value)
    return is_bracketed_text(node)


@lru_cache(maxsize=16_384)
def _may_be_unknown(text: str, named: re.Pattern[str] | None) -> bool:
    """Whether it takes a look at where a text stands to tell whether it is unknown."""
    return _is_later(text, named) or _FORGOTTEN.search(text) is not None or scalar.is_disputed(text)


def is_braced_name(value: object) -> bool:
    """Whether YAML read `{NAME}` or `{{ x }}` as a mapping."""
    if not isinstance(value, Mapping) or len(value) != 1:
        return False
    ((key, inner),) = value.items()
    return inner is None and (key.startswith("{") or _NAME_IN_BRACES.fullmatch(key) is not None)


def is_bracketed_text(node: Node) -> bool:
    """Whether this is `[some words]`, a list of one plain text with a blank or in capitals."""
    value = node.value
    if not isinstance(value, Sequence) or len(value) != 1 or not isinstance(value[0], str):
        return False
    is_text = " " in value[0] or not value[0].isascii() or _NAME_IN_BRACES.fullmatch(value[0]) is not None
    return is_text and node.written[1:].lstrip()[:1] not in ("'", '"') and node.written.startswith("[")


def is_unknown_key(key: str) -> bool:
    """Whether a mapping's key is filled in later or was forgotten."""
    return _is_unknown_key(key, _ALSO.get())


@lru_cache(maxsize=16_384)
def _is_unknown_key(key: str, named: re.Pattern[str] | None) -> bool:
    return (
        _is_later(key, named)
        or re.fullmatch(r"\{[A-Z][A-Z0-9_]*\}", key) is not None
        or _FORGOTTEN.search(key) is not None
    )


def _is_foreign(node: Node) -> bool:
    return bool(node.tree.foreign) and node.raw_span.start in node.tree.foreign


def _is_prose(text: str, found: re.Match[str]) -> bool:
    """Whether `<word>` stands in a sentence: blanks around it."""
    if not found[0].startswith("<"):
        return False
    rest = text[: found.start()] + text[found.end() :]
    return " " in rest.strip() or "</" in text
