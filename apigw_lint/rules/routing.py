"""Rules about paths that get in each other's way."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from apigw_lint.bounds import MAX_COMPARED_PATHS
from apigw_lint.diagnostic import Consequence, Severity
from apigw_lint.gateway.kinds import GATEWAY, HTTP_METHODS
from apigw_lint.gateway.operations import Served
from apigw_lint.gateway.routing import Kind, covers
from apigw_lint.gateway.spec import Spec
from apigw_lint.rules.rule import Problem, rule
from apigw_lint.spelling import listed


@rule(Severity.WARNING, Consequence.BROKEN)
def ambiguous_path(spec: Spec) -> Iterator[Problem]:
    """Two paths that differ only in the names of their parameters.

    They match the same requests, so for a method that both have only one is served: the longer path. For paths of equal
    length the documentation does not say which one.

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
    by_shape: dict[str, list[Served]] = defaultdict(list)
    for served in spec.served:
        if served.route.kind is not Kind.FIXED:
            by_shape[served.route.shape].append(served)
    for same_shape in by_shape.values():
        winner_of: dict[str, Served] = {}
        for served in sorted(same_shape, key=lambda served: -len(served.route.path)):
            winner = next((winner_of[method] for method in sorted(served.methods) if method in winner_of), None)
            if winner is not None:
                yield _ambiguity(winner, served)
            for method in served.methods:
                winner_of.setdefault(method, served)


def _ambiguity(winner: Served, loser: Served) -> Problem:
    requests = _common_requests(winner, loser)
    if len(winner.route.path) == len(loser.route.path):
        explanation = "which of them wins is not documented, as both are equally long"
    else:
        explanation = f"'{winner.route.path}' serves them because it is longer"
    message = f"'{loser.route.path}' matches the same {requests} as '{winner.route.path}': {explanation}"
    return _problem_of_two(loser, winner, message)


def _problem_of_two(served: Served, other: Served, message: str) -> Problem:
    """A problem at a path that shows another path too."""
    return Problem(served.node, message, at=served.node.key_span, related=((other.node, "the other path"),))


def _common_requests(left: Served, right: Served) -> str:
    """The requests that both serve, in words; empty when there are none."""
    methods = left.methods & right.methods
    if not methods or methods.issuperset(HTTP_METHODS):
        return "requests" if methods else ""
    return listed([name for name in (*HTTP_METHODS, "websocket") if name in methods], "and") + " requests"


@rule(Severity.WARNING, Consequence.BROKEN)
def trailing_slash_clash(spec: Spec) -> Iterator[Problem]:
    """Two paths that differ only in a trailing slash.

    The gateway ignores a trailing slash unless `x-yc-apigateway.ignoreTrailingSlashes` is false, so both match the same
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
    if spec.gateway_object is None and spec.may_have(spec.root, GATEWAY):
        return
    ignores_slashes = spec.gateway_object.get("ignoreTrailingSlashes") if spec.gateway_object else None
    if ignores_slashes is not None and ignores_slashes.value is not True:
        return
    first_of: dict[tuple[str, str], Served] = {}
    for served in spec.served:
        shape = served.route.shape
        twin = shape.rstrip("/") if shape.endswith("/") else f"{shape}/"
        keys = ((twin, method) for method in sorted(served.methods))
        other = next((first_of[key] for key in keys if key in first_of), None)
        for method in served.methods:
            first_of.setdefault((shape, method), served)
        if other is not None:
            message = (
                f"'{served.route.path}' and '{other.route.path}' match the same {_common_requests(served, other)}: "
                "a trailing slash is ignored unless 'ignoreTrailingSlashes' is false"
            )
            yield _problem_of_two(served, other, message)


@rule(Severity.WARNING, Consequence.BROKEN)
def unreachable_route(spec: Spec) -> Iterator[Problem]:
    """A greedy path that is never served, because another greedy path always wins.

    Among greedy paths the longer one wins, even if the other is more specific. So a long parameter name can take all
    requests from a path with a fixed prefix. Paths with several greedy parameters are not compared: what these match is
    not documented, see several-greedy-parameters.

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
    greedy = [served for served in spec.served if served.route.kind is Kind.GREEDY]
    longest = _LongestPaths(greedy)
    for served in greedy:
        winner = next((other for other in longest.that_may_cover(served) if _always_wins(other, served)), None)
        if winner is not None:
            message = (
                f"'{winner.route.path}' matches every request for '{served.route.path}' and wins because it is "
                "longer: this path is never served"
            )
            yield _problem_of_two(served, winner, message)


class _LongestPaths:
    """Of the greedy paths with the same shape and methods the longest, by the fixed segments that they begin with."""

    def __init__(self, greedy: list[Served]) -> None:
        longest: dict[tuple[str, frozenset[str]], Served] = {}
        for served in greedy:
            key = (served.route.shape, served.methods)
            if key not in longest or len(served.route.path) > len(longest[key].route.path):
                longest[key] = served
        self.by_start: dict[tuple[str, ...], list[Served]] = defaultdict(list)
        for served in longest.values():
            self.by_start[served.route.start].append(served)
        self.lengths = sorted(set(map(len, self.by_start)))

    def that_may_cover(self, served: Served) -> Iterator[Served]:
        """The paths whose beginning is a beginning of this one, not too many of them."""
        start = served.route.start
        for length in self.lengths:
            if length <= len(start):
                yield from self.by_start.get(start[:length], ())[:MAX_COMPARED_PATHS]


def _always_wins(winner: Served, loser: Served) -> bool:
    return (
        len(winner.route.path) > len(loser.route.path)
        and bool(loser.methods)
        and loser.methods <= winner.methods
        and covers(winner.route.path, loser.route.path)
        and winner.route.shape != loser.route.shape
    )


@rule(Severity.WARNING, Consequence.INVALID)
def several_greedy_parameters(spec: Spec) -> Iterator[Problem]:
    """A path with more than one greedy parameter.

    The documentation describes one per path; with two, it is undefined what each of them matches.

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
    for served in spec.served:
        number = served.route.greedy_count
        if number > 1:
            message = (
                f"'{served.route.path}' has {number} greedy parameters: the documentation describes only one per path"
            )
            yield Problem(served.node, message, at=served.node.key_span)
