"""Owns masks: what must not be shown of a text becomes stars, in whatever escapes it is written."""

from __future__ import annotations

import re
from array import array
from collections.abc import Callable, Iterable, Iterator

from apigw_lint.cached import cached_property
from apigw_lint.source.pattern import pattern

PIECE = 8
"""Characters of a secret that tell too much of it, even without the others."""

_Meaning = Callable[[str], str]
_Range = tuple[int, int]

_BLANKS = pattern(r"\s+")
_BACKSLASHES = pattern(
    r"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"
    r"|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U00(?:0[0-9a-fA-F]|10)[0-9a-fA-F]{4}|(?:\r\n|\r|\n)[ \t]*|.)|\s+",
    re.DOTALL,
)
_QUOTES = pattern(r"''|\s+")
_TILDES = pattern(r"~[01]|\s+")
_CONTROLS = {**dict.fromkeys("nrtNLP_", ""), "0": "\0", "a": "\a", "b": "\b", "e": "\x1b", "f": "\f", "v": "\v"}
"""What letters after a backslash mean; blanks are left out, and any other character means itself."""


def _of_backslash(escape: str) -> str:
    """The character that an escape with a backslash means, empty for a blank and for blanks that are not escaped."""
    if escape[-1].isspace():
        return ""
    if len(escape) == 2:
        return _CONTROLS.get(escape[1], escape[1]).strip()
    codes = (int(code, 16) for code in re.split(r"\\[xuU]", escape)[1:])
    units = "".join(map(chr, codes)).encode("utf-16-le", "surrogatepass")
    return units.decode("utf-16-le", "replace").strip()


_READINGS: tuple[tuple[str, re.Pattern[str], _Meaning], ...] = (
    ("", _BLANKS, lambda _: ""),
    ("\\", _BACKSLASHES, _of_backslash),
    ("''", _QUOTES, lambda escape: {"''": "'"}.get(escape, "")),
    ("~", _TILDES, lambda escape: {"~0": "~", "~1": "/"}.get(escape, "")),
)
"""How a text may be read: as it is, as a double quoted string of YAML, JSON or Python, as a single quoted one of YAML,
as a JSON Pointer. Each has what is in all of its escapes, the escapes, and what they mean."""


class Mask:
    """Hides secrets and pieces of them, however they are written; blanks and line breaks do not count."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self.secrets = frozenset(filter(None, map(_without_blanks, secrets)))

    def __bool__(self) -> bool:
        return bool(self.secrets)

    @cached_property
    def _pieces(self) -> dict[int, frozenset[str]]:
        """The pieces of the secrets by their width: those of a short one are itself."""
        pieces: dict[int, set[str]] = {}
        for secret in self.secrets:
            width = min(PIECE, len(secret))
            pieces.setdefault(width, set()).update(_pieces_of(secret, width))
        return {width: frozenset(group) for width, group in pieces.items()}

    @cached_property
    def _words(self) -> list[str]:
        """The secrets that look like words."""
        return [secret for secret in self.secrets if _is_word(secret)]

    def hide(self, text: str) -> str:
        """A text with a star for each character of a secret, or of a piece of one that tells something; as long."""
        if not self.secrets:
            return text
        readings = ((escapes, meaning) for mark, escapes, meaning in _READINGS if mark in text)
        ranges = sorted(found for escapes, meaning in readings for found in self._found(text, escapes, meaning))
        return _starred(text, ranges) if ranges else text

    def hides(self, text: str) -> bool:
        """Whether a text has something in it that must not be shown."""
        return self.hide(text) != text

    def _found(self, text: str, escapes: re.Pattern[str], meaning: _Meaning) -> Iterator[_Range]:
        """Where the secrets are in a text that is read in one way."""
        plain = escapes.sub(lambda escape: meaning(escape[0]), text)
        runs = [run for width, pieces in self._pieces.items() for run in _runs(plain, width, pieces)]
        runs = [(start, end) for start, end in runs if self._tells(plain[start:end])]
        if runs:
            offsets = _offsets(text, escapes, meaning)
            yield from ((offsets[start], offsets[end]) for start, end in runs)

    def _tells(self, run: str) -> bool:
        """Whether a run of pieces is more than a word that may be anywhere."""
        return not _is_word(run) or any(run in secret for secret in self._words)


def unescaped(text: str) -> str:
    """A text with what each escape with a backslash means, blanks kept."""
    return _BACKSLASHES.sub(lambda escape: escape[0] if escape[0].isspace() else _of_backslash(escape[0]), text)


def _without_blanks(text: str) -> str:
    return "".join(text.split())


def _pieces_of(text: str, width: int) -> Iterator[str]:
    return (text[offset : offset + width] for offset in range(len(text) - width + 1))


def _runs(plain: str, width: int, pieces: frozenset[str]) -> Iterator[_Range]:
    """The parts of a text that such pieces cover without a gap."""
    start = end = -1
    for offset, piece in enumerate(_pieces_of(plain, width)):
        if piece in pieces:
            if offset > end:
                if end > 0:
                    yield start, end
                start = offset
            end = offset + width
    if end > 0:
        yield start, end


def _is_word(text: str) -> bool:
    """Whether a text is letters alone, all small or all but the first, or all capitals."""
    return text.isalpha() and (text.isupper() or text[1:].islower())


def _offsets(text: str, escapes: re.Pattern[str], meaning: _Meaning) -> array[int]:
    """Where each character of a text that is read in one way is written, and at last the end of the text."""
    offsets, end = array("L"), 0
    for escape in escapes.finditer(text):
        offsets.extend(range(end, escape.start()))
        if meaning(escape[0]):
            offsets.append(escape.start())
        end = escape.end()
    offsets.extend(range(end, len(text) + 1))
    return offsets


def _starred(text: str, ranges: list[_Range]) -> str:
    """A text with a star for each character but blanks that some sorted ranges cover."""
    pieces, offset = [], 0
    for start, end in ranges:
        start, end = max(offset, start), max(offset, end)
        pieces += [text[offset:start], re.sub(r"\S", "*", text[start:end])]
        offset = end
    return "".join((*pieces, text[offset:]))


NOTHING_HIDDEN = Mask()
