"""Owns placeholders in a text: what a tool fills in later, and what someone forgot to fill in.

The gateway's own variable, `${var.name}`, is neither, and so is jq's `${.path}`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import islice

from apigw_lint.bounds import MAX_FORGOTTEN
from apigw_lint.source.pattern import pattern

VARIABLE = re.compile(r"(?<!\$)\$\{var\.([^{}\s]+)\}")

_LATER_PART = (
    r"\$?\$\{(?![.|])[^{}]*(?:\{[^{}]*\}[^{}]*)*\}"  # ${NAME}, ${a.b[0]}, ${f({a = 1})}, $${...}
    r"|(?<!%)%\{~?\s*(?:if|for|else|endif|endfor)\b[^{}]*\}"  # %{ if x }
    r"|\{\{(?:(?!\{\{)[\s\S])*?\}\}|\{%(?:(?!\{%)[\s\S])*?%\}|<%(?:(?!<%)[\s\S])*?%>"  # {{ x }}, {% x %}, <% x %>
    r"|(?<![$\w])\$(?!ref\b)[A-Z_][A-Z0-9_]+\b"  # $NAME
    r"|(?<![A-Za-z0-9])__[A-Za-z][A-Za-z0-9_]*__(?![A-Za-z0-9])"  # __NAME__
    r"|%[A-Z][A-Z0-9_]{2,}%"  # %NAME%
    r"|#\{[A-Za-z_][\w.-]*\}#|@@[A-Za-z_][\w.-]*@@"  # #{NAME}#, @@NAME@@
)
_LATER_WHOLE = r"\$(?!latest$|ref$)[A-Za-z_][A-Za-z0-9_]*"
_LATER = pattern(_LATER_PART)
_WHOLE_LATER = pattern(_LATER_WHOLE)
_ANGLE = r"""<[^\W\d_][^<>{}"'=;@\n]*>"""
_FORGOTTEN_WORD = (
    r"(?<![A-Za-z0-9])(?:(?:YOUR|REPLACE)[_-][A-Z][A-Za-z0-9_-]*|CHANGE[_-]?ME|INSERT[_-][A-Z0-9_-]{0,60}HERE)(?![A-Za-z0-9])"
    r"|ЗАМЕНИТ[ЕЬ][\w-]*|ВСТАВЬТЕ[\w-]*|УКАЖИТЕ_[\w-]*"
    r"|\*{3,}"
)
_FORGOTTEN = pattern(f"{_ANGLE}|{_FORGOTTEN_WORD}")

UNKNOWN = f"{_LATER_PART}|^{_LATER_WHOLE}$|{_ANGLE}|{_FORGOTTEN_WORD}"
UNKNOWN_KEY = rf"{UNKNOWN}|^\{{[A-Z][A-Z0-9_]*\}}$"
"""What a text or a key has in it that is filled in later or was forgotten: patterns for JavaScript too."""

_FORGOTTEN_STARTS = ("***", "YOUR", "REPLACE", "CHANGE", "INSERT", "ЗАМЕНИТ", "ВСТАВЬТЕ", "УКАЖИТЕ_")
_NAME_IN_BRACES = pattern(r"[A-Z][A-Z0-9_]*")


class Placeholders:
    """What is filled in later: the placeholders of common tools, and texts that the user named.

    A `*` in a named text matches up to 500 characters of a line.
    """

    def __init__(self, named: Sequence[str] = ()) -> None:
        patterns = (r"[^\r\n]{0,500}?".join(map(re.escape, text.split("*"))) for text in named)
        self._named = re.compile("|".join(patterns)) if named else None

    def is_later(self, text: str) -> bool:
        """Whether a text is filled in later, as a whole or in part; `${var.name}` included."""
        return _is_later(text, self._named)

    def is_unknown(self, text: str) -> bool:
        """Whether a text, wherever it is, may be one that is filled in later or was forgotten."""
        return _is_unknown(text, self._named)

    def is_unknown_key(self, key: str) -> bool:
        """Whether a mapping's key is filled in later or was forgotten."""
        return _is_unknown_key(key, self._named)

    def without(self, text: str) -> str:
        """The text with what is filled in later blanked out, of the same length; gateway variables stay."""
        if self._named is not None:
            text = self._named.sub(lambda match: "\0" * len(match[0]), text)
        if not _has_marks(text):
            return text
        return _LATER.sub(lambda match: match[0] if VARIABLE.fullmatch(match[0]) else "\0" * len(match[0]), text)


class _NoPlaceholders(Placeholders):
    def is_later(self, text: str) -> bool:
        return False

    def is_unknown(self, text: str) -> bool:
        return False

    def is_unknown_key(self, key: str) -> bool:
        return False


LITERAL = _NoPlaceholders()
"""For a text of our own: nothing in it is filled in later, and a plain scalar has one meaning, that of YAML 1.2."""
NONE_NAMED = Placeholders()
"""The placeholders of common tools alone."""


def _is_later(text: str, named: re.Pattern[str] | None) -> bool:
    if named is not None and named.search(text):
        return True
    if not _has_marks(text):
        return False
    return _LATER.search(text) is not None or _WHOLE_LATER.fullmatch(text) is not None


def _has_marks(text: str) -> bool:
    """Whether a text has the marks that every placeholder has; much faster than the patterns."""
    return "$" in text or "{{" in text or "%" in text or "__" in text or "}#" in text or "@@" in text


@lru_cache(maxsize=16_384)
def _is_unknown(text: str, named: re.Pattern[str] | None) -> bool:
    return _is_later(text, named) or _FORGOTTEN.search(text) is not None


@lru_cache(maxsize=16_384)
def _is_unknown_key(key: str, named: re.Pattern[str] | None) -> bool:
    return (
        _is_later(key, named)
        or re.fullmatch(r"\{[A-Z][A-Z0-9_]*\}", key) is not None
        or _FORGOTTEN.search(key) is not None
    )


def is_name(text: str) -> bool:
    """Whether a text is a name in capitals, as placeholders in braces or brackets are written."""
    return _NAME_IN_BRACES.fullmatch(text) is not None


def forgotten(text: str) -> list[tuple[int, str]]:
    """What someone forgot to fill in within a text: offsets and texts, the first ones."""
    whole = _FORGOTTEN.fullmatch(text.strip())
    if whole:
        return [(text.index(whole[0]), whole[0])]
    first = islice(_FORGOTTEN.finditer(text), MAX_FORGOTTEN)
    return [(match.start(), match[0]) for match in first if not _is_prose(text, match)]


def forgotten_in_key(key: str) -> list[str]:
    """What someone forgot to fill in within a key."""
    return [match[0] for match in islice(_FORGOTTEN.finditer(key), MAX_FORGOTTEN)]


def candidates(text: str) -> list[int]:
    """Offsets in a whole document where a forgotten placeholder may be, in order."""
    offsets = [match.start() for match in re.finditer(_ANGLE, text)] if "<" in text else []
    if any(start in text for start in _FORGOTTEN_STARTS):
        offsets += [match.start() for match in re.finditer(_FORGOTTEN_WORD, text)]
    return sorted(offsets)


def _is_prose(text: str, match: re.Match[str]) -> bool:
    """Whether `<word>` is part of a sentence: there are blanks around it."""
    if not match[0].startswith("<"):
        return False
    rest = text[: match.start()] + text[match.end() :]
    return " " in rest.strip() or "</" in text
