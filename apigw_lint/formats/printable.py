"""Owns escaping what must not reach a terminal, a log or a comment: what is obeyed there, and what cannot be seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apigw_lint.source.pattern import pattern

if TYPE_CHECKING:
    from re import Match

_CONTROLS = "\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff"
_INVISIBLE = (
    "\xad\u034f\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f"
    "\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\ufffb\U000110bd\U000110cd\U00013430-\U0001345f"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
_RUNNER_COMMAND = r"(?<=#)#(?=\[|vso\[|teamcity\[)"
_UNSAFE = pattern(f"[{_CONTROLS}{_INVISIBLE}]|{_RUNNER_COMMAND}")


def printable(text: str) -> str:
    """A string on one line in which control characters and invisible ones are escaped.

    `##[` and the like, which the runners of CI servers obey wherever they are in a line, get an escape too.
    """
    return _UNSAFE.sub(_escaped, text)


def _escaped(match: Match[str]) -> str:
    if match[0] == "#" or "\udc80" <= match[0] <= "\udcff":  # the latter stand for bytes of a name that is not UTF-8
        return rf"\x{ord(match[0]) & 0xFF:x}"
    return match[0].encode("unicode_escape").decode()


def at_line_start(text: str) -> str:
    """A string that can begin a line: GitHub's runner obeys what begins with `::`, so a path gets a `./`."""
    return f"./{text}" if text.lstrip().startswith("::") else text
