"""Owns anchors whose names the parser refuses: YAML allows `&функция`, libyaml and PyYAML only ASCII letters."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import product
from string import ascii_letters, digits
from typing import Any

import yaml

from apigw_lint.source.text import Span

Names = dict[str, list[Span]]
"""Where the anchor of a name and its aliases are written, with their `&` or `*`."""

_NAME = re.compile(r"(?<![^\s\[\]{},])([&*])(?=[\w.-]*[^\W\x00-\x7f])([\w.-]++)(?=[\s,\[\]{}]|\Z)")
_ASCII_NAME = re.compile(r"&([\w-]+)", re.ASCII)


def with_ascii_names(text: str, loader: Any) -> tuple[str, Names]:
    """The text with other anchors of the same length, and the names that it had; none when nothing is to be done.

    What looks like an anchor inside a string or a comment stays: which is which, the parser says once all of them
    have names that it takes.
    """
    matches = list(_NAME.finditer(text))
    anchored = {match[2] for match in matches if match[1] == "&"}
    matches = [match for match in matches if match[2] in anchored]
    new_names = _new_names(text, anchored)
    if not matches or new_names is None:
        return text, {}
    is_anchor = _anchors(_renamed(text, matches, new_names), loader)
    matches = [match for match in matches if match.start() in is_anchor]
    names: Names = {}
    for match in matches:
        names.setdefault(match[2], []).append(Span(match.start(), match.end()))
    return _renamed(text, matches, new_names), names


def _renamed(text: str, matches: list[re.Match[str]], new_names: dict[str, str]) -> str:
    pieces, end = [], 0
    for match in matches:
        pieces += [text[end : match.start(2)], new_names[match[2]]]
        end = match.end()
    return "".join((*pieces, text[end:]))


def _new_names(text: str, names: set[str]) -> dict[str, str] | None:
    """For each name another of the same length that no anchor has; None when there are not enough."""
    taken = {match[1] for match in _ASCII_NAME.finditer(text)}
    unused = {length: _unused(length, taken) for length in map(len, names)}
    new_names = {}
    for name in sorted(names):
        new_name = next(unused[len(name)], None)
        if new_name is None:
            return None
        new_names[name] = new_name
    return new_names


def _unused(length: int, taken: set[str]) -> Iterator[str]:
    """The names of a length that are not taken; long ones differ in their last characters."""
    free = min(length, 4)
    endings = product(ascii_letters + digits, repeat=free)
    names = ("a" * (length - free) + "".join(ending) for ending in endings)
    return (name for name in names if name not in taken)


def _anchors(text: str, loader: Any) -> set[int]:
    """The offsets of the anchors and aliases of a text, up to where it cannot be read."""
    offsets = set()
    try:
        event: Any
        for event in yaml.parse(text, loader):
            if getattr(event, "anchor", None):
                start = event.start_mark.index
                offsets.add(start if isinstance(event, yaml.AliasEvent) else text.index(f"&{event.anchor}", start))
    except yaml.YAMLError:
        pass
    return offsets
