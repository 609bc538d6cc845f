"""Owns which path of a specification serves a sample request."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import NamedTuple

from apigw_lint.gateway.operations import Served
from apigw_lint.gateway.routing import Route, Segment, precedence, serves_before

Sample = tuple[str, ...]
"""The segments of the path of a request."""
_MORE = ("any-more", "any-most")


def samples_of(first: Route, second: Route | None = None) -> Iterator[Sample]:
    """Requests that one path matches, or both of two; a greedy parameter has one segment, and then more of them."""
    yield sample_of(first, second)
    routes = [first] if second is None else [first, second]
    if all(_parts(route).is_greedy for route in routes):
        yield sample_of(first, second, _MORE)


def sample_of(first: Route, second: Route | None = None, more: Sample = ()) -> Sample:
    """A request that a path matches; one that two paths match where they can be brought together.

    `more` are further segments of what is greedy in each of them.
    """
    if second is None:
        filled = ((_filled(one), *(more if one.is_greedy else ())) for one in first.segments)
        return tuple(chain.from_iterable(filled))
    left, right = _parts(first), _parts(second)
    is_open = left.is_greedy and right.is_greedy
    if is_open:
        head = _together(left.before, right.before)
        tail = tuple(reversed(_together(tuple(reversed(left.after)), tuple(reversed(right.after)))))
        return (*head, "any-path", *more, *tail)
    wide, narrow = (left, right) if left.is_greedy else (right, left)
    if not wide.is_greedy:
        return _together(left.before, right.before)
    middle = len(narrow.before) - len(wide.before) - len(wide.after)
    if middle < 1:
        return tuple(map(_filled, narrow.before))
    greedy = Segment("{any-path}", True, False, False)
    return _together((*wide.before, *(greedy for _ in range(middle)), *wide.after), narrow.before)


class _Parts(NamedTuple):
    """The segments of a path before and after its greedy parameter; all are before it without one."""

    before: tuple[Segment, ...]
    after: tuple[Segment, ...]
    is_greedy: bool


def _parts(route: Route) -> _Parts:
    greedy = [number for number, segment in enumerate(route.segments) if segment.is_greedy]
    if not greedy:
        return _Parts(route.segments, (), False)
    return _Parts(route.segments[: greedy[0]], route.segments[greedy[-1] + 1 :], True)


def _together(left: tuple[Segment, ...], right: tuple[Segment, ...]) -> Sample:
    """The segments of both, fixed ones where either has them; the rest is that of the longer one."""
    shared = min(len(left), len(right))
    both = (theirs if ours.is_parameter else ours for ours, theirs in zip(left, right, strict=False))
    return tuple(map(_filled, (*both, *(left if len(left) > shared else right)[shared:])))


def _filled(segment: Segment) -> str:
    if not segment.is_parameter:
        return segment.text
    return re.sub(r"\{([^{}]*)\}", lambda found: f"any-{found[1].removesuffix('+').removeprefix('any-')}", segment.text)


def is_mixed(route: Route) -> bool:
    """Whether a path has a parameter in a part of a segment, as in `v{n}`: what that matches is not documented."""
    return any(segment.is_mixed for segment in route.segments)


_RIVALS = 10
"""Paths in the order of preference that are compared with the first: only its next ones may be equal to it."""


class _Level:
    """The paths that have the same beginning: by the next segment, or ended here, or greedy from here on.

    Greedy ones are by the segments after the greedy one, of some `lengths`; by None if those are not all fixed.
    """

    def __init__(self) -> None:
        self.fixed: dict[str, _Level] = {}
        self.parameter: _Level | None = None
        self.mixed: list[tuple[re.Pattern[str], _Level]] = []
        self.ended: list[Served] = []
        self.lengths: set[int] = set()
        self.greedy: dict[Sample | None, list[tuple[Served, tuple[Segment, ...]]]] = {}


class Table:
    """The paths of one specification, for questions about requests; a slash at the end may not count."""

    def __init__(self, served: Iterable[Served], *, ignores_slash: bool) -> None:
        self._top = _Level()
        self._ignores_slash = ignores_slash
        for one in served:
            self._add(one)

    def servers(self, sample: Sample, methods: Iterable[str]) -> dict[str, Served]:
        """What serves a request with each of some methods, where something does and that is documented.

        Whether a path that comes next serves a method that the first one does not have is not.
        """
        if self._ignores_slash and len(sample) > 1 and not sample[-1]:
            sample = sample[:-1]
        found = sorted(self._matching(self._top, sample, 0), key=lambda one: precedence(one.route))
        rivals = found[1:_RIVALS]
        if not found or not all(serves_before(found[0].route, other.route) for other in rivals):
            return {}
        return {method: found[0] for method in methods if method in found[0].methods}

    def _add(self, one: Served) -> None:
        level = self._top
        mixed: dict[str, _Level]
        segments = one.route.segments
        if self._ignores_slash and len(segments) > 1 and not segments[-1].text:
            segments = segments[:-1]
        for number, segment in enumerate(segments):
            if segment.is_greedy:
                after = segments[number + 1 :]
                is_fixed = not any(segment.is_parameter for segment in after)
                end = tuple(segment.text for segment in after) if is_fixed else None
                if is_fixed:
                    level.lengths.add(len(after))
                level.greedy.setdefault(end, []).append((one, after))
                return
            if segment.is_mixed:
                mixed = {known.pattern: inner for known, inner in level.mixed}
                text = _pattern(segment.text)
                if text not in mixed:
                    mixed[text] = _Level()
                    level.mixed.append((re.compile(text), mixed[text]))
                level = mixed[text]
            elif segment.is_parameter:
                level.parameter = level.parameter or _Level()
                level = level.parameter
            else:
                level = level.fixed.setdefault(segment.text, _Level())
        level.ended.append(one)

    def _matching(self, level: _Level, sample: Sample, at: int) -> Iterator[Served]:
        rest = sample[at:]
        ends = (None, *(rest[len(rest) - length :] for length in level.lengths if length < len(rest)))
        for one, after in (entry for end in ends for entry in level.greedy.get(end, ())):
            if len(rest) > len(after) and rest[: len(rest) - len(after)] != ("",) and _ends_with(rest, after):
                yield one
        if at == len(sample):
            yield from level.ended
            return
        text = sample[at]
        if text in level.fixed:
            yield from self._matching(level.fixed[text], sample, at + 1)
        if level.parameter is not None and text:
            yield from self._matching(level.parameter, sample, at + 1)
        for matches, inner in level.mixed:
            if matches.fullmatch(text):
                yield from self._matching(inner, sample, at + 1)


def _pattern(text: str) -> str:
    """A regular expression for a segment that is a mixture, in which no parameter can make it slow."""
    pieces = re.split(r"\{[^{}]*\}", text)
    return f"{re.escape(pieces[0])}.*{re.escape(pieces[-1])}"


def _ends_with(sample: Sample, segments: tuple[Segment, ...]) -> bool:
    if any(segment.is_greedy or segment.is_mixed for segment in segments):
        return True
    ours = sample[len(sample) - len(segments) :]
    return all(
        (text if segment.is_parameter else segment.text == text) for segment, text in zip(segments, ours, strict=True)
    )
