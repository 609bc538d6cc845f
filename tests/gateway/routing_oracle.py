"""Which of several paths serves a request, written down as the documentation says it: the oracle for `covers`.

Source: https://yandex.cloud/en/docs/api-gateway/concepts/extensions/greedy-parameters
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from apigw_lint.gateway.routing import Kind, Route, Segment, route

_PARAMETER = re.compile(r"\{([^{}]*)\}")


def precedence(path: Route) -> tuple[object, ...]:
    """What routes that match the same request are sorted by; equal values are undecided."""
    kind = path.kind
    by_segment = tuple(segment.is_parameter for segment in path.segments) if kind is Kind.PARAMETERS else ()
    return (kind, by_segment, -len(path.path) if kind is not Kind.FIXED else 0)


def matches(path: str, request: str) -> bool:
    """Whether a path matches the path of a request; a parameter takes one segment, a greedy one at least one."""
    pattern = "/".join(_segment_pattern(segment) for segment in route(path).segments)
    return re.fullmatch(pattern, request.removeprefix("/"), re.DOTALL) is not None


def _segment_pattern(segment: Segment) -> str:
    parts = _PARAMETER.split(segment.text)
    literals, names = parts[::2], parts[1::2]
    takes = [".+" if name.endswith("+") else "[^/]+" for name in names]
    return "".join(re.escape(literal) + take for literal, take in zip(literals, [*takes, ""], strict=True))


def serving(paths: Iterable[str], request: str) -> list[str]:
    """The paths that may serve a request: one, several when it is undecided, none when nothing matches."""
    matching = [path for path in paths if matches(path, request)]
    best = min((precedence(route(path)) for path in matching), default=None)
    return [path for path in matching if precedence(route(path)) == best]
