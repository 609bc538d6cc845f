"""Rules about paths that get in each other's way."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from apigw_lint.diagnostic import Consequence, Severity
from apigw_lint.gateway.kinds import HTTP_METHODS
from apigw_lint.gateway.routing import Kind, covers
from apigw_lint.gateway.spec import Served, Spec
from apigw_lint.rules.rule import Problem, rule
from apigw_lint.source.tree import Node
from apigw_lint.spelling import listed

MAX_RIVALS = 200
"""How many greedy paths with the same beginning one is compared with."""


def _common(left: Served, right: Served) -> str:
    """The requests that both serve, in words; empty when there are none."""
    methods = left.methods & right.methods
    if not methods or methods.issuperset(HTTP_METHODS):
        return "requests" if methods else ""
    return listed([name for name in (*HTTP_METHODS, "websocket") if name in methods], "and") + " requests"


@rule(Severity.WARNING, Consequence.BROKEN)
def ambiguous_path(spec: Spec) -> Iterator[Problem]:
    """Two paths that differ only in the names of their parameters.

    They match the same requests, so one of the two never serves a method that both have. The gateway takes the one
    whose text is longer; which of two equally long ones, the documentation does not say.

    Bad:
        /pets/{id}:
          get:
            parameters: [{name: id, in: path, required: true, schema: {type: string}}]
            x-yc-apigateway-integration: {type: dummy, http_code: 200}
        /pets/{name}:
          get:
            parameters: [{name: name, in: path, required: true, schema: {type: string}}]
            x-yc-apigateway-integration: {type: dummy, http_code: 404}

    Good:
        /pets/{id}:
          get:
            parameters: [{name: id, in: path, required: true, schema: {type: string}}]
            x-yc-apigateway-integration: {type: dummy, http_code: 200}
        /pets/by-name/{name}:
          get:
            parameters: [{name: name, in: path, required: true, schema: {type: string}}]
            x-yc-apigateway-integration: {type: dummy, http_code: 404}

    See: https://yandex.cloud/en/docs/api-gateway/concepts/extensions/greedy-parameters
    """
    groups: dict[str, list[Served]] = defaultdict(list)
    for place in spec.served:
        if place.route.kind is not Kind.FIXED:
            groups[place.route.shape].append(place)
    for places in groups.values():
        first: dict[str, Served] = {}
        for place in sorted(places, key=lambda place: -len(place.route.path)):
            winner = next((first[method] for method in sorted(place.methods) if method in first), None)
            if winner is not None:
                yield _clash(winner, place)
            for method in place.methods:
                first.setdefault(method, place)


def _clash(winner: Served, loser: Served) -> Problem:
    requests = _common(winner, loser)
    if len(winner.route.path) == len(loser.route.path):
        why = "which of the two serves them is not documented, as both are equally long"
    else:
        why = f"'{winner.route.path}' serves them, as its text is longer"
    message = f"'{loser.route.path}' matches the same {requests} as '{winner.route.path}': {why}"
    return Problem(loser.node, message, at=loser.node.key_span, related=(_also(winner),))


def _also(place: Served) -> tuple[Node, str]:
    return place.node, "the other path"


@rule(Severity.WARNING, Consequence.BROKEN)
def trailing_slash_clash(spec: Spec) -> Iterator[Problem]:
    """Two paths that differ only in a slash at the end.

    The gateway ignores such a slash unless `x-yc-apigateway.ignoreTrailingSlashes` is false, so both match the same
    requests.

    Bad:
        /pets: {get: {x-yc-apigateway-integration: {type: dummy, http_code: 200}}}
        /pets/: {get: {x-yc-apigateway-integration: {type: dummy, http_code: 404}}}

    Good:
        x-yc-apigateway: {ignoreTrailingSlashes: false}
        paths:
          /pets: {get: {x-yc-apigateway-integration: {type: dummy, http_code: 200}}}
          /pets/: {get: {x-yc-apigateway-integration: {type: dummy, http_code: 404}}}

    See: https://yandex.cloud/en/docs/api-gateway/concepts/extensions/
    """
    ignores = spec.root.descend("x-yc-apigateway", "ignoreTrailingSlashes") if spec.root else None
    if ignores is not None and ignores.value is not True:
        return
    first: dict[tuple[str, str], Served] = {}
    for place in spec.served:
        shape = place.route.shape
        twin = shape.rstrip("/") if shape.endswith("/") else f"{shape}/"
        other = next((first[twin, method] for method in sorted(place.methods) if (twin, method) in first), None)
        for method in place.methods:
            first.setdefault((shape, method), place)
        if other is not None:
            message = (
                f"'{place.route.path}' and '{other.route.path}' match the same {_common(place, other)}: a slash at the "
                "end is ignored unless 'ignoreTrailingSlashes' is false"
            )
            yield Problem(place.node, message, at=place.node.key_span, related=(_also(other),))


@rule(Severity.WARNING, Consequence.BROKEN)
def unreachable_route(spec: Spec) -> Iterator[Problem]:
    """A greedy path that another greedy path always wins over.

    Among paths with greedy parameters the one with the longer text wins, even when the other one is more
    specific. So a long parameter name can take all requests away from a path with a fixed beginning.

    Bad:
        /{everything-else+}:
          get:
            x-yc-apigateway-integration: {type: dummy, http_code: 404}
        /static/{file+}:
          get:
            x-yc-apigateway-integration: {type: dummy, http_code: 200}

    Good:
        /{rest+}:
          get:
            x-yc-apigateway-integration: {type: dummy, http_code: 404}
        /static/{file+}:
          get:
            x-yc-apigateway-integration: {type: dummy, http_code: 200}

    See: https://yandex.cloud/en/docs/api-gateway/concepts/extensions/greedy-parameters
    """
    greedy = [place for place in spec.served if place.route.kind is Kind.GREEDY]
    rivals = _Rivals(greedy)
    for place in greedy:
        winner = next((rival for rival in rivals.of(place) if _always_wins(rival, place)), None)
        if winner is not None:
            message = (
                f"'{winner.route.path}' matches all requests of '{place.route.path}' and wins, as the longer of two "
                "greedy paths does: this one is never called"
            )
            yield Problem(place.node, message, at=place.node.key_span, related=(_also(winner),))


class _Rivals:
    """The greedy paths by the fixed segments that they begin with, of each shape the longest."""

    def __init__(self, places: list[Served]) -> None:
        longest: dict[tuple[str, frozenset[str]], Served] = {}
        for place in places:
            known = longest.setdefault((place.route.shape, place.methods), place)
            if len(place.route.path) > len(known.route.path):
                longest[place.route.shape, place.methods] = place
        self.by_start: dict[tuple[str, ...], list[Served]] = defaultdict(list)
        for place in longest.values():
            self.by_start[place.route.start].append(place)
        self.lengths = sorted(set(map(len, self.by_start)))

    def of(self, place: Served) -> Iterator[Served]:
        """The paths that could cover another one: their beginning is a beginning of its own; not too many of them."""
        start = place.route.start
        for length in self.lengths:
            if length <= len(start):
                yield from self.by_start.get(start[:length], ())[:MAX_RIVALS]


def _always_wins(winner: Served, loser: Served) -> bool:
    return (
        len(winner.route.path) > len(loser.route.path)
        and winner.route.shape != loser.route.shape
        and bool(loser.methods)
        and loser.methods <= winner.methods
        and covers(winner.route.path, loser.route.path)
    )


@rule(Severity.WARNING, Consequence.INVALID)
def several_greedy_parameters(spec: Spec) -> Iterator[Problem]:
    """More than one greedy parameter in a path.

    The documentation has one in each path. With two, what each of them takes is undecided.

    Bad:
        /{a+}/files/{b+}:
          get:
            x-yc-apigateway-integration: {type: dummy, http_code: 200}

    Good:
        /{a}/files/{b+}:
          get:
            parameters: [{name: a, in: path, required: true, schema: {type: string}}]
            x-yc-apigateway-integration: {type: dummy, http_code: 200}

    See: https://yandex.cloud/en/docs/api-gateway/concepts/extensions/greedy-parameters
    """
    for place in spec.served:
        if place.route.greedy_count > 1:
            message = (
                f"'{place.route.path}' has {place.route.greedy_count} greedy parameters: what each takes is undecided"
            )
            yield Problem(place.node, message, at=place.node.key_span)
