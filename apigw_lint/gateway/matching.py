"""Owns which paths match the path of a request, and which values their parameters then have.

Source: https://yandex.cloud/en/docs/api-gateway/concepts/extensions/greedy-parameters. A parameter takes at least one
character of a segment, a greedy one takes several segments. About percent escapes the documentation says nothing: here
they are decoded after the path is split, so that `%2F` is a part of a segment.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import unquote

from apigw_lint.gateway.routing import Route, precedence, serves_before

_PARAMETER = re.compile(r"\{([^{}]*)\}")

Characters = list[str | None]
"""The characters of a path, None for a slash between segments."""


class Match(NamedTuple):
    """A path that matches, and the values of its parameters by their names without a plus.

    `is_clear` says that there is one way to read them; otherwise the values are those of one of the ways.
    """

    route: Route
    values: dict[str, str]
    is_clear: bool


def match(route: Route, request_path: str, *, ignores_slash: bool) -> Match | None:
    """How a path matches the path of a request, which is still percent-encoded; None if it does not.

    `ignores_slash` says that slashes at the end of both do not count.
    """
    path = route.path
    if ignores_slash:
        path, request_path = path.rstrip("/"), request_path.rstrip("/")
    text = _characters(request_path)
    tokens = _PARAMETER.split(path)
    reached = [{0}]
    for number, token in enumerate(tokens):
        reached.append(_after(token, text, reached[-1], is_name=number % 2 == 1))
        if not reached[-1]:
            return None
    if len(text) not in reached[-1]:
        return None
    end, values, is_clear = len(text), {}, True
    for number in reversed(range(len(tokens))):
        token = tokens[number]
        if number % 2 == 0:
            end -= len(_characters(token))
            continue
        starts = _starts(token, text, reached[number], end)
        is_clear = is_clear and len(starts) == 1
        values[token.removesuffix("+")] = "".join(part or "/" for part in text[starts[-1] : end])
        end = starts[-1]
    return Match(route, dict(reversed(values.items())), is_clear)


def in_order(matches: Iterable[Match]) -> list[Match]:
    """Matches in the order in which the gateway prefers their paths; what is not documented stays as it is."""
    return sorted(matches, key=lambda one: precedence(one.route))


def tied(matches: list[Match]) -> list[Match]:
    """Those of some sorted matches of which it is not documented whether they or the first one serve the request."""
    return [one for one in matches[1:] if serves_before(matches[0].route, one.route) is None]


@lru_cache(maxsize=256)
def _characters(path: str) -> Characters:
    segments = [unquote(segment) for segment in path.split("/")]
    characters: Characters = list(segments[0])
    for segment in segments[1:]:
        characters.append(None)
        characters.extend(segment)
    return characters


def _after(token: str, text: Characters, starts: set[int], *, is_name: bool) -> set[int]:
    """Where a literal, or a parameter of a name, may end that begins at one of some places."""
    if not is_name:
        literal = _characters(token)
        size = len(literal)
        return {start + size for start in starts if text[start : start + size] == literal}
    if token.endswith("+"):
        return set(range(min(starts) + 1, len(text) + 1))
    ends: set[int] = set()
    is_open = False
    for place, character in enumerate(text):
        is_open = (is_open or place in starts) and character is not None
        if is_open:
            ends.add(place + 1)
    return ends


def _starts(token: str, text: Characters, reached: set[int], end: int) -> list[int]:
    """Where a parameter that ends at a place may begin, the shortest value first."""
    if token.endswith("+"):
        return sorted((start for start in reached if start < end), reverse=True)
    starts, start = [], end - 1
    while start >= 0 and text[start] is not None:
        if start in reached:
            starts.append(start)
        start -= 1
    return starts
