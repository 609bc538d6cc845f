"""Paths match requests as the documentation says, and give their parameters the values that it says."""

from __future__ import annotations

import re
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apigw_lint.gateway.matching import in_order, match, tied
from apigw_lint.gateway.routing import route
from tests.gateway.routing_oracle import matches, serving


@pytest.mark.parametrize(
    ("path", "request_path", "expected"),
    [
        ("/a/{p1}/b", "/a/x/b", {"p1": "x"}),
        ("/static/{file+}", "/static/js/app.js", {"file": "js/app.js"}),
        ("/prefix/{param+}/suffix", "/prefix/a/b/suffix", {"param": "a/b"}),
        ("/prefix/{param+}/suffix", "/prefix/suffix", None),
        ("/v{n}/x", "/v12/x", {"n": "12"}),
        ("/v{n}/x", "/v/x", None),
        ("/{name}.{suffix}", "/a.json", {"name": "a", "suffix": "json"}),
        ("/a/{p}", "/a/x%2Fy", {"p": "x/y"}),
        ("/a/{p}", "/a/x/y", None),
        ("/привет/{p}", "/%D0%BF%D1%80%D0%B8%D0%B2%D0%B5%D1%82/%D1%8F", {"p": "я"}),
        ("/a/b", "/a/b", {}),
        ("/", "/", {}),
        ("/{all+}", "/", None),
    ],
)
def test_values(path: str, request_path: str, expected: dict[str, str] | None) -> None:
    """A path matches or not, and its parameters have the decoded parts of the request's path."""
    found = match(route(path), request_path, ignores_slash=True)
    assert (found and found.values) == expected
    assert found is None or found.is_clear


def test_slash_at_the_end() -> None:
    """A slash at the end counts only if it is not ignored, of the path and of the request."""
    for path, request_path in (("/a/{p}", "/a/x/"), ("/a/{p}/", "/a/x")):
        ignoring = match(route(path), request_path, ignores_slash=True)
        assert ignoring is not None
        assert ignoring.values == {"p": "x"}
        assert match(route(path), request_path, ignores_slash=False) is None


def test_several_ways() -> None:
    """Where values can be read in several ways, that is said."""
    found = match(route("/{a+}/{b+}"), "/x/y/z", ignores_slash=True)
    assert found is not None
    assert not found.is_clear
    found = match(route("/{a+}/{b+}"), "/x/y", ignores_slash=True)
    assert found is not None
    assert (found.values, found.is_clear) == ({"a": "x", "b": "y"}, True)


SEGMENTS = st.sampled_from(["a", "b", "{p}", "{long}", "{g+}", "{greedy+}", "v{n}", "{n}.a", "{m}-{n}"])
PATHS = st.lists(SEGMENTS, min_size=1, max_size=4).map(lambda parts: "/" + "/".join(parts))
REQUESTS = st.lists(st.sampled_from(["a", "b", "va", "b.a", "a-b", "a-b-a"]), min_size=1, max_size=5).map(
    lambda parts: "/" + "/".join(parts)
)


def _readings(path: str, request_path: str) -> list[dict[str, str]]:
    """Every way to give the parameters of a path parts of a request, by trying all that have the right length."""
    tokens = re.split(r"\{([^{}]*)\}", path)
    names, literals = tokens[1::2], tokens[::2]
    rest = len(request_path) - len("".join(literals))
    found = []
    for lengths in product(range(1, rest + 1), repeat=len(names)):
        if sum(lengths) != rest:
            continue
        offset, values, is_match = 0, {}, True
        for literal, name, length in zip(literals, [*names, ""], [*lengths, 0], strict=True):
            is_match = is_match and request_path.startswith(literal, offset)
            offset += len(literal)
            part = request_path[offset : offset + length]
            is_match = is_match and (name.endswith("+") or "/" not in part)
            offset += length
            values[name.removesuffix("+")] = part
        if is_match:
            values.pop("")
            found.append(values)
    return found


@settings(max_examples=300, deadline=None)
@given(st.lists(PATHS, min_size=1, max_size=5, unique=True), REQUESTS)
def test_against_a_plain_reading(paths: list[str], request_path: str) -> None:
    """The paths that match, their values and the one that serves are those of a reading that tries everything."""
    found = {path: match(route(path), request_path, ignores_slash=False) for path in paths}
    assert [path for path, one in found.items() if one] == [path for path in paths if matches(path, request_path)]
    for path, one in found.items():
        if path.count("{") < 4:
            readings = _readings(path, request_path)
            assert (one is not None) == bool(readings)
            assert one is None or one.is_clear == (len(readings) == 1)
            has_twice = len({*re.findall(r"\{(\w+)", path)}) < path.count("{")
            assert one is None or has_twice or one.values in readings
    ordered = in_order(one for one in found.values() if one)
    first = [one.route.path for one in [*ordered[:1], *tied(ordered)]] if ordered else []
    assert sorted(first) == sorted(serving(paths, request_path))
