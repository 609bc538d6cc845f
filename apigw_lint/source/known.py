"""Owns what the variables of a template are known to be: literals that a `.tf` hands to `templatefile`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

_PLAIN = re.compile(r"(?![-?:](?:\s|\Z))[\w./+:?-](?:[\w./+@=~&;()?*$-]|:(?!\s|\Z)|[ ](?! |\Z))*|")
"""A text that means itself in YAML, with quotes and without, wherever it is put in."""
_USE = re.compile(r"(?<!\$)\$\{[ \t]*([^\W\d][\w-]*)[ \t]*\}")


class Known(NamedTuple):
    """A variable of a template with its value, and where a `.tf` sets it: the offset there, and in words."""

    name: str
    text: str
    offset: int
    place: str = ""


def filled(text: str, known: Mapping[str, Known]) -> str:
    """A text with the values of known variables in it."""
    if not known or "${" not in text:
        return text
    return _USE.sub(lambda use: known[use[1]].text if use[1] in known else use[0], text)


def uses(text: str, known: Mapping[str, Known]) -> list[tuple[int, Known]]:
    """Where known variables are used in a template: offsets in order."""
    return [(use.start(), known[use[1]]) for use in _USE.finditer(text) if use[1] in known] if known else []


def is_plain(text: str) -> bool:
    """Whether a text can be put into YAML or JSON anywhere without becoming anything but a part of a scalar."""
    return _PLAIN.fullmatch(text) is not None


def common(first: Iterable[Known], second: Iterable[Known]) -> tuple[Known, ...]:
    """The variables that two calls give the same value."""
    texts = {one.name: one.text for one in second}
    return tuple(one for one in first if texts.get(one.name) == one.text)
