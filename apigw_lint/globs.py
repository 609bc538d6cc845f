"""Owns globs in the way of `.gitignore`, for whole lists of them: the last one that matches a path counts.

No pattern backtracks. Each part of a glob between two slashes becomes a regular expression in which what `*` skips is
atomic: every other piece is as long as what it matches, so its first place is always good enough. Parts are compared
with those of a path from left to right, and only the last `**` is ever moved. Source: gitignore(5), wildmatch.c of git.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

_CLASSES = {
    "alnum": "a-zA-Z0-9",
    "alpha": "a-zA-Z",
    "blank": r" \t",
    "cntrl": r"\x00-\x1f\x7f",
    "digit": "0-9",
    "graph": r"\x21-\x7e",
    "lower": "a-z",
    "print": r"\x20-\x7e",
    "punct": r"\x21-\x2f\x3a-\x40\x5b-\x60\x7b-\x7e",
    "space": r"\s",
    "upper": "A-Z",
    "xdigit": "0-9a-fA-F",
}
_ANY_DEPTH = None
"""What stands for `**` among the parts of a glob."""

_FLAWS_OF_NAMES = {
    "": "leave out one '/' of two",
    ".": "leave out './'",
    "..": "it is relative to the folder of the configuration, and nothing in that has '..' in its path",
}
"""Names that no path has in it, and what to say of them."""

_CHOICE = re.compile(r"\{[^{}/]*,[^{}/]*\}")


class GlobError(Exception):
    """Why a glob matches nothing, in words that begin in lower case."""


class _Glob(NamedTuple):
    """One glob: its parts, whether it takes back what others match, and whether it matches folders only."""

    parts: tuple[re.Pattern[str] | None, ...]
    is_negated: bool
    is_folder: bool


class Globs:
    """A list of globs. Raises GlobError for one that can match nothing, unless those are to be left out."""

    def __init__(self, lines: Iterable[str], *, are_bad_ones_left_out: bool = False) -> None:
        self._globs: list[_Glob] = []
        for line in lines:
            try:
                glob = parse_glob(line)
            except GlobError:
                if not are_bad_ones_left_out:
                    raise
            else:
                self._globs += [glob] if glob else []

    def verdict(self, path: str, *, is_folder: bool) -> bool | None:
        """What the last glob that matches this very path says: True if it matches, False if it takes it back.

        The path has forward slashes and is relative to the folder of the globs. None if no glob matches it.
        """
        names = path.split("/")
        for glob in reversed(self._globs):
            if (is_folder or not glob.is_folder) and _matches(glob.parts, names):
                return not glob.is_negated
        return None

    def match_file(self, path: str) -> bool:
        """Whether the globs name a file or a folder above it; what they say of the file itself comes first."""
        verdict = self.verdict(path, is_folder=False)
        while verdict is None and "/" in path:
            path = path.rpartition("/")[0]
            verdict = self.verdict(path, is_folder=True)
        return bool(verdict)


def parse_glob(line: str) -> _Glob | None:
    """The glob on a line, None for a comment or an empty line. Raises GlobError."""
    text = re.sub(r"(?<!\\)((?:\\\\)*)[ ]+$", r"\1", line.rstrip("\r\n"))
    if not text or text.startswith("#"):
        return None
    is_negated = text.startswith("!")
    text = text[is_negated:]
    is_folder = text.endswith("/")
    text = text.removesuffix("/")
    if not text:
        raise GlobError("there is no name in it")
    is_anchored = "/" in text
    names = text.removeprefix("/").split("/")
    if not {"", ".", ".."}.isdisjoint(names):
        raise GlobError(_FLAWS_OF_NAMES[next(name for name in names if name in _FLAWS_OF_NAMES)])
    parts = [_ANY_DEPTH if len(name) > 1 and not name.strip("*") else _part(name) for name in names]
    if not is_anchored:
        parts.insert(0, _ANY_DEPTH)
    if parts[-1] is _ANY_DEPTH and len(parts) > 1:
        parts.append(_part("*"))  # all that is below, but not the folder itself
    return _Glob(tuple(parts), is_negated, is_folder)


def flaw_of_glob(glob: str) -> str:
    """Why a glob that a person wrote matches no file, empty if it may match one."""
    if _CHOICE.search(glob):
        return "'{a,b}' has no meaning in it: write one glob for each"
    try:
        return "" if parse_glob(glob) else "it is a comment" if glob.strip() else "it is empty"
    except GlobError as error:
        return str(error)


def _part(name: str) -> re.Pattern[str]:
    """The regular expression for one name in a path. Raises GlobError."""
    pieces = [""]
    for element in _elements(name):
        if element == "*":
            pieces.append("")
        else:
            pieces[-1] += element
    first, *others = pieces
    middle = "".join(f"(?>.*?{piece})" for piece in others[:-1] if piece)
    last = f".*{others[-1]}" if others else ""
    return re.compile(f"{first}{middle}{last}", re.DOTALL)


def _elements(name: str) -> Iterator[str]:
    """A `*` for each asterisk, and a regular expression for each other sign of a name."""
    offset = 0
    while offset < len(name):
        sign = name[offset]
        if sign == "[":
            offset, element = _bracketed(name, offset + 1)
            yield element
            continue
        if sign == "\\":
            offset += 1
            if offset == len(name):
                raise GlobError("there is nothing after the last '\\'")
            yield re.escape(name[offset])
        else:
            yield {"*": "*", "?": "."}.get(sign) or re.escape(sign)
        offset += 1


def _bracketed(name: str, start: int) -> tuple[int, str]:
    """The offset after a bracket expression, and the regular expression for it. Raises GlobError."""
    offset = start + (name[start : start + 1] in ("!", "^"))
    is_negated, first, members = offset > start, offset, ""
    while name[offset : offset + 1] != "]" or offset == first:
        if offset >= len(name):
            raise GlobError("its '[' is never closed")
        if class_ := re.compile(r"\[:([a-z]*):\]").match(name, offset):
            if class_[1] not in _CLASSES:
                raise GlobError(f"there is no '{class_[0]}'")
            members += _CLASSES[class_[1]]
            offset = class_.end()
            continue
        offset, low = _member(name, offset)
        if name[offset : offset + 1] == "-" and name[offset + 1 : offset + 2] not in ("", "]"):
            offset, high = _member(name, offset + 1)
            if low > high:
                raise GlobError(f"'{low}-{high}' is not in order")
            members += f"{re.escape(low)}-{re.escape(high)}"
        else:
            members += re.escape(low)
    return offset + 1, f"[{'^' if is_negated else ''}{members}]"


def _member(name: str, offset: int) -> tuple[int, str]:
    """The offset after one sign in brackets, and the sign. Raises GlobError."""
    offset += name[offset] == "\\"
    if offset >= len(name):
        raise GlobError("its '[' is never closed")
    return offset + 1, name[offset]


def _matches(parts: tuple[re.Pattern[str] | None, ...], names: list[str]) -> bool:
    """Whether parts match all names; if a name fails, only the last `**` before it takes one name more."""
    part = name = 0
    restart: tuple[int, int] | None = None
    while name < len(names):
        if part < len(parts) and (pattern := parts[part]) is None:
            restart = (part + 1, name)
            part += 1
        elif part < len(parts) and pattern is not None and pattern.fullmatch(names[name]):
            part, name = part + 1, name + 1
        elif restart:
            part, name = restart[0], restart[1] + 1
            restart = (part, name)
        else:
            return False
    return all(pattern is None for pattern in parts[part:])
