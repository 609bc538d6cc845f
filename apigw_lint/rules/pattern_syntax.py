"""Owns what is wrong with a regular expression in every dialect.

OpenAPI names JavaScript's dialect, and what checks values has its own: only what JavaScript, Java, Python and RE2 all
refuse is called wrong, and a pattern with something that they read differently is not judged.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from apigw_lint.source.pattern import pattern

_READ_DIFFERENTLY = pattern(r"\\[QE]|\(\?#|\(\?[a-zA-Z]*x|\[\^?\]")
"""Quoted text, comments, and a set that is empty, or has not ended."""
_TOKEN = pattern(
    r"(?P<escape>\\.?)|(?P<set>\[(?:\\.|[^\\\]])*(?P<closed>\])?)|(?P<group>\(\??)|(?P<end>\))|(?P<either>\|)"
    r"|(?P<repeat>[*+?])|\{(?P<least>[0-9]{1,9}),(?P<most>[0-9]{1,9})\}|.",
    re.DOTALL,
)
_SET_ITEM = pattern(r"(?P<class>\\[dDsSwW])|\\?(?P<sign>.)", re.DOTALL)
_CODE_OF_SIGN = pattern(r"\\[^dDsSwW\W_]")


class Remedy(NamedTuple):
    """What was most likely meant by a part of a pattern, and where that part is."""

    offset: int
    old: str
    new: str


class Flaw(NamedTuple):
    """What is wrong with a pattern: the reason, the characters to blame, where they are, and what was meant."""

    reason: str
    culprit: str
    offset: int
    remedy: Remedy | None = None


def flaw_of(text: str) -> Flaw | None:
    """The first thing in a regular expression that every dialect refuses; None if it may be right."""
    if _READ_DIFFERENTLY.search(text):
        return None
    groups: list[int] = []
    previous: re.Match[str] | None = None
    for token in _TOKEN.finditer(text):
        if token["group"]:
            groups.append(token.start())
        elif token["end"] and not groups:
            return Flaw("')' closes nothing: write '\\)' for the character", ")", token.start())
        elif token["end"]:
            groups.pop()
        elif (flaw := _flaw_of_token(token, previous)) is not None:
            return flaw
        elif token["set"] and "[" in token["set"][1:]:
            return None
        previous = token
    if groups:
        return Flaw("'(' is never closed: write '\\(' for the character", "(", groups[-1])
    return None


def _flaw_of_token(token: re.Match[str], previous: re.Match[str] | None) -> Flaw | None:
    """What is wrong with one token after another."""
    start = token.start()
    if token[0] == "\\":
        return Flaw("nothing follows the last '\\'", "\\", start)
    if token["repeat"] and _is_unrepeatable(token, previous):
        return _nothing_to_repeat(token)
    if token["least"] and int(token["least"]) > int(token["most"]):
        return Flaw(f"'{token[0]}' has its numbers in the wrong order", token[0], start)
    if token["set"] and not token["closed"]:
        return Flaw("'[' is never closed: write '\\[' for the character", "[", start)
    return _reversed_range(token) if token["set"] else None


def _is_unrepeatable(token: re.Match[str], previous: re.Match[str] | None) -> bool:
    """Whether a `*`, `+` or `?` has nothing to repeat; after another one, `+` and `?` say how that one repeats."""
    if previous is None or previous["either"] or previous[0] == "(":
        return True
    return token[0] == "*" and previous["repeat"] is not None


def _nothing_to_repeat(token: re.Match[str]) -> Flaw:
    """A `*`, `+` or `?` with nothing before it; in front of a pattern, `*` is that of a file name."""
    start, sign = token.span()[0], token[0]
    if sign == "*" and start == 0:
        return Flaw("'*' has nothing to repeat, did you mean '.*'?", sign, start, Remedy(start, sign, ".*"))
    return Flaw(f"'{sign}' has nothing to repeat: write '\\{sign}' for the character", sign, start)


def _reversed_range(token: re.Match[str]) -> Flaw | None:
    """The first range of a set whose ends are in the wrong order."""
    text = token["set"]
    inside = text[1:-1].removeprefix("^")
    if _CODE_OF_SIGN.search(inside):
        return None
    before = len(text) - 1 - len(inside)
    for first, dash, last in _ranges(inside):
        if first["sign"] > last["sign"] and last["sign"] != "-":
            written = inside[first.start() : last.end()]
            reason = f"the range '{written}' has its ends in the wrong order"
            offset = token.start() + before + first.start()
            if inside.endswith("-") or (first["sign"].isalnum() and last["sign"].isalnum()):
                return Flaw(reason, written, offset)
            new = f"{text[: before + dash.start()]}{text[before + dash.end() : -1]}-]"
            return Flaw(f"{reason}: put the '-' last", written, offset, Remedy(token.start(), text, new))
    return None


def _ranges(inside: str) -> Iterator[tuple[re.Match[str], re.Match[str], re.Match[str]]]:
    """The ranges between two signs in a set: the first sign, the dash and the last sign."""
    items = list(_SET_ITEM.finditer(inside))
    number = 0
    while number + 2 < len(items):
        first, dash, last = items[number : number + 3]
        if dash[0] == "-":
            if first["sign"] and last["sign"]:
                yield first, dash, last
            number += 2
        number += 1
