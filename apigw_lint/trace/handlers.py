"""Owns which operation serves a request: the paths that match it, the one that wins, and the operation there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from apigw_lint.bounds import MAX_CANDIDATES, MAX_TRACED
from apigw_lint.gateway.kinds import ANY_METHOD, WEBSOCKET_EVENTS
from apigw_lint.gateway.matching import Match, in_order, match, tied
from apigw_lint.gateway.operations import Operation
from apigw_lint.gateway.routing import Kind, Route, route
from apigw_lint.gateway.spec import Spec
from apigw_lint.source.tree import Node
from apigw_lint.spelling import joined, nearest
from apigw_lint.trace.request import Request
from apigw_lint.trace.steps import Status, Step, place_of

_KEYS = {event: key for key, event in WEBSOCKET_EVENTS.items()}
_MESSAGE = _KEYS["message"]


class Candidate(NamedTuple):
    """A path that matches a request: as it is written, where, its path item, and how it matches."""

    path: str
    node: Node
    item: Node
    match: Match


class Found(NamedTuple):
    """What was found for a request: the paths in order of preference, and what is to be said of that."""

    candidates: list[Candidate]
    steps: list[Step]


def matching(spec: Spec, request: Request) -> Found:
    """The paths that match a request, the one that the gateway prefers first."""
    gateway = spec.gateway_object
    setting = gateway.get("ignoreTrailingSlashes") if gateway else None
    possible = [one.value for one in spec.variables.possible(setting)]
    is_default = setting is None and not (gateway and spec.may_have(gateway, "ignoreTrailingSlashes"))
    is_ignored = possible[0] is not False if len(possible) == 1 else True
    by_route: dict[int, Candidate] = {}
    unknown: list[Node] = []
    for path, item in spec.path_items:
        node = _path_node(spec, path)
        taken = _route(spec, path)
        if taken is None:
            unknown.append(node)
        elif found := match(taken, request.path, ignores_slash=is_ignored):
            by_route[id(found)] = Candidate(path, node, item, found)
    ordered = [by_route[id(one)] for one in in_order(candidate.match for candidate in by_route.values())]
    steps = [*_match_steps(ordered, is_slash_known=is_default or len(possible) == 1, request=request, setting=setting)]
    for node in unknown[:MAX_TRACED]:
        text = f"path '{node.key}' is not known yet: it may serve this request"
        if id(node.container) in spec.tree.made:
            text, node = "this file does not say of which path it is: it may serve this request", spec.tree.top or node
        steps.append(Step("match", Status.OPEN, text, place_of(node)))
    return Found(ordered, steps)


def _path_node(spec: Spec, path: str) -> Node:
    paths = spec.root.get("paths") if spec.root else None
    assert paths is not None
    return Node.entry(spec.tree, paths.value, path)


def _route(spec: Spec, path: str) -> Route | None:
    """A path with its variables put in, None if it is not known yet."""
    if "${var." in path:
        possible = spec.variables.possible_text(path)
        return route(str(possible[0].value)) if len(possible) == 1 else None
    return None if spec.placeholders.is_unknown_key(path) else route(path)


def _match_steps(
    ordered: list[Candidate], *, is_slash_known: bool, request: Request, setting: Node | None
) -> Iterator[Step]:
    if not ordered:
        return
    first = ordered[0]
    values = tuple(first.match.values.items())
    if len(ordered) == 1:
        yield Step("match", Status.OK, f"'{first.path}' matches, no other path does", place_of(first.node), values)
    else:
        yield Step("match", Status.OK, f"'{first.path}' matches", place_of(first.node), values)
    ties = {id(one) for one in tied([candidate.match for candidate in ordered])}
    for other in ordered[1:MAX_TRACED]:
        place = place_of(other.node)
        if id(other.match) in ties:
            text = f"'{other.path}' matches too, and which of the two serves the request is not documented"
            yield Step("match", Status.OPEN, text, place)
        else:
            text = f"'{other.path}' matches too and comes after '{first.path}': {_why(first.match, other.match)}"
            yield Step("match", Status.INFO, text, place)
    if not first.match.is_clear:
        text = f"the parameters of '{first.path}' can be read in several ways, and which one counts is not documented"
        yield Step("match", Status.OPEN, text, place_of(first.node))
    if not is_slash_known and (request.path.endswith("/") or any(one.path.endswith("/") for one in ordered)):
        text = "whether slashes at the end count is not known yet: 'ignoreTrailingSlashes'"
        yield Step("match", Status.OPEN, text, place_of(setting))


def _why(first: Match, other: Match) -> str:
    """Why the first of two matches comes before the other."""
    ours, theirs = first.route, other.route
    if ours.kind is not theirs.kind:
        if ours.kind is Kind.FIXED:
            return "a path without parameters comes first"
        return "a path with a greedy parameter comes last"
    if ours.kind is Kind.PARAMETERS:
        for left, right in zip(ours.segments, theirs.segments, strict=False):
            if left.is_parameter is not right.is_parameter:
                return f"the fixed segment '{left.text}' comes before the parameter '{right.text}'"
    return "the longer path text wins"


def nothing_matches(spec: Spec, request: Request) -> Step:
    """That no path serves a request, with a path that is near."""
    known = [path for path, _ in spec.path_items][:MAX_CANDIDATES]
    near = nearest(request.path, known) or _with_longest_start(request.path, known) or _with_near_start(request, known)
    hint = f", the nearest is '{near}'" if near else ""
    place = place_of(_path_node(spec, near)) if near else None
    seen = " in this fragment" if spec.tree.part else ""
    return Step("match", Status.REFUSED, f"no path{seen} serves '{request.path}'{hint}", place)


def _with_longest_start(path: str, known: list[str]) -> str | None:
    """The path that has the most segments at its beginning in common, None without a fixed one."""

    def common(other: str) -> int:
        number = 0
        for ours, theirs in zip(path.strip("/").split("/"), other.strip("/").split("/"), strict=False):
            if not ours or not (ours == theirs or (number and theirs.startswith("{"))):
                return number
            number += 1
        return number

    best = max(known, key=common, default=None)
    return best if best is not None and common(best) else None


def _with_near_start(request: Request, known: list[str]) -> str | None:
    """The first path whose first segment is nearly that of a request."""
    by_start = {path.split("/")[1]: path for path in reversed(known) if path.startswith("/")}
    return by_start.get(nearest(request.path.split("/")[1], by_start) or "")


class Chosen(NamedTuple):
    """The operation that serves a request, None if there is none, with its path; and whether that is documented."""

    operation: Operation | None
    candidate: Candidate
    is_sure: bool


def operation_of(spec: Spec, found: Found, request: Request) -> Chosen:
    """The operation of the path that wins, or of the next one that has it; adds steps to what was found."""
    first = found.candidates[0]
    by_path: dict[tuple[str, str], Operation] = {(one.path, one.key): one for one in spec.operations}
    for number, candidate in enumerate(found.candidates):
        operation = _in(by_path, candidate, request)
        if operation is None:
            continue
        if number:
            text = f"'{first.path}' wins by its path but serves no {_asked(request)}; "
            text += f"whether the gateway goes on to '{candidate.path}' is not documented"
            found.steps.append(Step("operation", Status.OPEN, text, place_of(first.node)))
        words = f"{operation.label} serves the request"
        if operation.key == ANY_METHOD:
            words += f": '{candidate.path}' has no '{request.method.lower()}' of its own"
        found.steps.append(Step("operation", Status.OK, words, place_of(operation.node)))
        return Chosen(operation, candidate, number == 0)
    served = [one for (path, _), one in by_path.items() if path == first.path]
    names = joined([one.label.partition(" ")[0] for one in served], "and") if served else "no operation"
    has = f"it has {names}"
    if served and all(one.event for one in served) and not request.event:
        has += ", for events of WebSocket connections: say which one with '--event'"
    if spec.may_have(first.item, ANY_METHOD) and ANY_METHOD not in first.item.value:
        has = "its operations are not all known yet"
    text = f"'{first.path}' serves no {_asked(request)}: {has}"
    found.steps.append(Step("operation", Status.REFUSED, text, place_of(first.node)))
    return Chosen(None, first, is_sure=True)


def _asked(request: Request) -> str:
    return f"WebSocket event '{request.event}'" if request.event else request.method


def _in(by_path: dict[tuple[str, str], Operation], candidate: Candidate, request: Request) -> Operation | None:
    if request.event:
        return by_path.get((candidate.path, _KEYS[request.event]))
    own = by_path.get((candidate.path, request.method.lower()))
    return own or by_path.get((candidate.path, ANY_METHOD))


def connects_silently(candidate: Candidate, request: Request) -> bool:
    """Whether a connection opens or closes without any operation that is called: only messages need one."""
    return request.event in ("connect", "disconnect") and _MESSAGE in candidate.item.value
