"""Owns routing: which of several paths serves a request.

Source: https://yandex.cloud/en/docs/api-gateway/concepts/extensions/greedy-parameters. Of the paths that match a
request, those without parameters come first, then those with parameters but no greedy one, then the rest. Two
of the second kind are compared segment by segment, fixed before parameter; where that does not decide, and among
the last kind, the longer path text wins. About equal lengths the documentation says nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import IntEnum
from functools import lru_cache
from itertools import takewhile
from typing import NamedTuple

from apigw_lint.source.pattern import pattern

_PARAMETER = pattern(r"\{([^{}]*)\}")
_PAIRED_BRACES = pattern(r"[^{}]*(?:\{(?!\s)[^{}/?]*[^{}/?\s]\}[^{}]*)*")


class Kind(IntEnum):
    """What a path has, in the order of precedence."""

    FIXED = 0
    PARAMETERS = 1
    GREEDY = 2


class Segment(NamedTuple):
    """A part of a path between slashes: a literal, a whole parameter, a greedy one, or a mixture (`v{n}`)."""

    text: str
    is_parameter: bool
    is_greedy: bool
    is_mixed: bool


class Route(NamedTuple):
    """A path that has been taken apart."""

    path: str
    segments: tuple[Segment, ...]

    @property
    def kind(self) -> Kind:
        """The class of precedence."""
        if any(segment.is_greedy for segment in self.segments):
            return Kind.GREEDY
        return Kind.PARAMETERS if any(segment.is_parameter for segment in self.segments) else Kind.FIXED

    @property
    def shape(self) -> str:
        """The path without the names of its parameters: equal shapes match the same requests."""
        return _PARAMETER.sub(lambda found: "{+}" if found[1].endswith("+") else "{}", self.path)

    @property
    def start(self) -> tuple[str, ...]:
        """The fixed segments before the first parameter."""
        return tuple(segment.text for segment in takewhile(lambda segment: not segment.is_parameter, self.segments))

    @property
    def greedy_count(self) -> int:
        """How many greedy parameters there are."""
        return sum(name.endswith("+") for name in parameter_names(self.path))


def parameter_names(path: str) -> list[str]:
    """The names in braces of a path, a plus of greedy ones included."""
    return _PARAMETER.findall(path)


def has_clear_parameters(path: str) -> bool:
    """Whether all braces of a path are in pairs with a name between them."""
    return _PAIRED_BRACES.fullmatch(path) is not None


@lru_cache(maxsize=16_384)
def route(path: str) -> Route:
    """A path taken apart; a slash at its end makes an empty last segment."""
    return Route(path, tuple(_segment(text) for text in path.removeprefix("/").split("/")))


def _segment(text: str) -> Segment:
    if "{" not in text:
        return Segment(text, False, False, False)
    names = _PARAMETER.findall(text)
    is_whole = _PARAMETER.fullmatch(text) is not None
    return Segment(text, bool(names), any(name.endswith("+") for name in names), bool(names) and not is_whole)


def serves_before(first: Route, second: Route) -> bool | None:
    """Whether the first of two paths serves the requests that both match; None if that is not documented."""
    if first.kind is not second.kind:
        return first.kind < second.kind
    if first.kind is Kind.FIXED:
        return None
    if first.kind is Kind.PARAMETERS:
        for ours, theirs in zip(first.segments, second.segments, strict=False):
            if ours.is_parameter is not theirs.is_parameter:
                return theirs.is_parameter
    return None if len(first.path) == len(second.path) else len(first.path) > len(second.path)


def precedence(route: Route) -> tuple[object, ...]:
    """What paths are sorted by, so that each comes before those that it serves requests before."""
    if route.kind is Kind.FIXED:
        return (route.kind,)
    are_parameters = [segment.is_parameter for segment in route.segments] if route.kind is Kind.PARAMETERS else []
    return route.kind, are_parameters, -len(route.path)


def may_overlap(first: Route, second: Route) -> bool:
    """Whether there may be a request that both paths match. A mixed segment may match anything."""
    left, right = sorted((first.segments, second.segments), key=len)
    shorter_is_greedy, longer_is_greedy = (any(segment.is_greedy for segment in one) for one in (left, right))
    if len(left) < len(right) and not shorter_is_greedy:
        return False
    is_open = shorter_is_greedy or longer_is_greedy
    return _meet(left, right) and (not is_open or _meet(reversed(left), reversed(right)))


def _meet(left: Iterable[Segment], right: Iterable[Segment]) -> bool:
    """Whether segments up to a greedy parameter of either side may be the same."""
    for ours, theirs in zip(left, right, strict=False):
        if ours.is_greedy or theirs.is_greedy:
            return True
        if not (ours.is_parameter or theirs.is_parameter or ours.text == theirs.text):
            return False
    return True


def covers(wide: str, narrow: str) -> bool:
    """Whether a path surely matches every request that another one matches.

    Mixed segments, empty ones as after a trailing slash, and several greedy parameters are never sure.
    """
    left, right = route(wide).segments, route(narrow).segments
    if len(left) > len(right) or not (_fits(left, right) and _fits(reversed(left), reversed(right))):
        return False
    is_greedy = [any(segment.is_greedy for segment in segments) for segments in (left, right)]
    return (is_greedy[0] or (len(left) == len(right) and not is_greedy[1])) and _is_clear(left) and _is_clear(right)


def _is_clear(segments: Sequence[Segment]) -> bool:
    """Whether it is documented what the segments of a path match."""
    is_plain = all(segment.text and not segment.is_mixed for segment in segments)
    return is_plain and sum(segment.is_greedy for segment in segments) <= 1


def _fits(wide: Iterable[Segment], narrow: Iterable[Segment]) -> bool:
    """Whether segments up to a greedy parameter match whatever others, no fewer than they, match there.

    A greedy parameter among the others may take the place of any that follow, so only parameters match those.
    """
    is_open = False
    for ours, theirs in zip(wide, narrow, strict=False):
        if ours.is_greedy:
            return True
        is_open = is_open or theirs.is_greedy
        if not ours.is_parameter and (is_open or ours.text != theirs.text):
            return False
    return True
