"""Routing decides as the documentation says."""

from __future__ import annotations

from functools import cmp_to_key
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apigw_lint.gateway.routing import covers, may_overlap, route, serves_before
from tests.gateway.routing_oracle import matches, serving


@pytest.mark.parametrize(
    ("first", "second", "request_path"),
    [
        ("/a/{p1}/b", "/a/{p2}/{p3}", "/a/x/b"),
        ("/a/b/{p}", "/a/{q}/d", "/a/b/d"),
        ("/a/{q}/d", "/a/b/{p+}", "/a/b/d"),
        ("/a/{param}", "/a/{prm}", "/a/x"),
        ("/a/{p1}/{param+}", "/a/{q}/{prm+}", "/a/x/y/z"),
        ("/a/b", "/a/{parameter}", "/a/b"),
        ("/{parameter}", "/{p+}", "/a"),
        ("/{parameter+}", "/a/{p+}", "/a/b"),
    ],
)
def test_worked_examples(first: str, second: str, request_path: str) -> None:
    """Both paths match the request, and the first serves it, in whatever order they are written."""
    assert matches(first, request_path)
    assert matches(second, request_path)
    assert serving([first, second], request_path) == serving([second, first], request_path) == [first]


def test_undecided_and_unserved() -> None:
    """Equal lengths are undecided, and what nothing matches is served by nothing."""
    assert serving(["/a/{x}", "/a/{y}"], "/a/b") == ["/a/{x}", "/a/{y}"]
    assert serving(["/a/{x}"], "/b") == []


SEGMENTS = st.sampled_from(["a", "b", "{p}", "{long}", "{g+}", "{greedy+}"])
PATHS = st.lists(SEGMENTS, min_size=1, max_size=4).map(lambda parts: "/" + "/".join(parts))
REQUESTS = st.lists(st.sampled_from(["a", "b", "c"]), min_size=1, max_size=5)


def _reads(parts: list[str], request: list[str]) -> bool:
    """A reading of the rule of matching, one segment after the other."""
    if not parts or not request:
        return not parts and not request
    if parts[0].endswith("+}"):
        return any(_reads(parts[1:], request[taken:]) for taken in range(1, len(request) + 1))
    return (parts[0].startswith("{") or parts[0] == request[0]) and _reads(parts[1:], request[1:])


def _compare(left: str, right: str) -> int:
    """A reading of the rule of precedence, sentence by sentence: negative when the left path comes first."""
    for has in ("{", "+}"):
        # Fixed paths, then those with parameters, then those with a greedy one.
        if (has in left) != (has in right):
            return 1 if has in left else -1
    if "{" not in left:
        return 0
    if "+}" not in left:
        for ours, theirs in zip(left.split("/"), right.split("/"), strict=True):
            if ours.startswith("{") != theirs.startswith("{"):
                return 1 if ours.startswith("{") else -1
    return len(right) - len(left)


@settings(max_examples=400, deadline=None)
@given(st.lists(PATHS, min_size=1, max_size=6, unique=True), REQUESTS)
def test_against_a_plain_reading(paths: list[str], request_parts: list[str]) -> None:
    """The same paths serve as by a reading of the rules that sorts matching paths two by two."""
    request_path = "/" + "/".join(request_parts)
    matching = [path for path in paths if _reads(path[1:].split("/"), request_parts)]
    assert [path for path in paths if matches(path, request_path)] == matching
    ordered = sorted(matching, key=cmp_to_key(_compare))
    expected = [path for path in matching if _compare(path, ordered[0]) == 0]
    assert serving(paths, request_path) == expected


SHORT_PATHS = st.lists(SEGMENTS, min_size=1, max_size=3).map(lambda parts: "/" + "/".join(parts))
SHORT_REQUESTS = ["/" + "/".join(parts) for length in range(1, 6) for parts in product("abc", repeat=length)]


@settings(max_examples=300, deadline=None)
@given(SHORT_PATHS, SHORT_PATHS)
def test_covers_means_matches_too(wide: str, narrow: str) -> None:
    """A path covers another exactly if it matches whatever the other matches, unless one has several greedy parts."""
    is_clear = max(route(wide).greedy_count, route(narrow).greedy_count) <= 1
    requests = [request for request in SHORT_REQUESTS if matches(narrow, request)]
    assert covers(wide, narrow) == (is_clear and all(matches(wide, request) for request in requests))


@settings(max_examples=300, deadline=None)
@given(SHORT_PATHS, SHORT_PATHS)
def test_overlap_and_precedence(first: str, second: str) -> None:
    """Two paths overlap exactly if a request matches both, and then one serves it exactly if it comes before the other.

    With several greedy parameters in a path they may overlap.
    """
    left, right = route(first), route(second)
    common = [request for request in SHORT_REQUESTS if matches(first, request) and matches(second, request)]
    is_clear = max(left.greedy_count, right.greedy_count) <= 1
    assert may_overlap(left, right) == may_overlap(right, left)
    assert may_overlap(left, right) == bool(common) if is_clear else may_overlap(left, right) >= bool(common)
    served_by = {True: [first], False: [second], None: [first, second]}[serves_before(left, right)]
    assert all(serving([first, second], request) == served_by for request in common)


@pytest.mark.parametrize(
    ("wide", "narrow", "expected"),
    [
        ("/{all+}", "/a/{p+}", True),
        ("/{x}/{y+}", "/a/{p+}", True),
        ("/{x}/{y+}", "/{p+}", False),
        ("/a/{p+}", "/{all+}", False),
        ("/{p+}/end", "/a/{q}/end", True),
        ("/{p+}/end", "/end", False),
        ("/{a+}/x/{b+}", "/{c}/x/{d+}", False),
        ("/{p+}/a/{x}", "/{q+}/b/a/{y}", True),
        ("/{p+}/a/{x}", "/{q+}/b/{y}", False),
        ("/{x}/{p+}", "/{q+}/a", True),
        ("/a/{p+}/b", "/a/{q}/c/b", True),
        ("/a/{p+}/b", "/a/b", False),
        ("/a/{p}", "/{q}/b", False),
        ("/{p}/b", "/a/b", True),
        ("/{p}/b", "/{q+}/b", False),
        ("/v{n}/{p+}", "/v{n}/{q+}", False),
    ],
)
def test_covers(wide: str, narrow: str, expected: bool) -> None:
    """What surely takes all requests of another path is known, and a doubt is no."""
    assert covers(wide, narrow) is expected


def test_route() -> None:
    """A path is taken apart into its kind, shape and greedy parameters."""
    assert route("/a/{b}/{c+}").shape == "/a/{}/{+}"
    assert route("/a/{b+}/{c+}").greedy_count == 2
    assert route("/a/").segments[-1].text == ""
    assert not matches("/a/{b}", "/a/")
    assert matches("/v{n}.json", "/v1.json")
