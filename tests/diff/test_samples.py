"""What `diff` says of requests is what `trace` says of them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable

from hypothesis import given
from hypothesis import strategies as st

from apigw_lint.gateway.spec import Spec
from apigw_lint.inputs import from_text
from apigw_lint.trace.request import request_of
from apigw_lint.trace.steps import Status
from apigw_lint.trace.tracing import trace
from tests.diff.states import compared

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
ANY = "x-yc-apigateway-any-method"
SEGMENTS = st.sampled_from(("a", "b", "any-x", "{x}", "{longer}"))
KEYS = st.sets(st.sampled_from(("get", "post", ANY)), min_size=1, max_size=2)
TAKEN = re.compile(r"'(.*?) (/\S*)' was answered by '(\S+)', and now '(\S+)' answers.*")
GONE = re.compile(r"'(?:\S+) (?:\S+)' is gone: requests such as '(\S+) (\S+)' are answered by '(\S+)' now.*")

Paths = dict[str, set[str]]


@st.composite
def paths(draw: st.DrawFn) -> str:
    """A path with up to one greedy parameter, perhaps with a slash at its end."""
    segments = draw(st.lists(SEGMENTS, min_size=0, max_size=2))
    greedy = draw(st.sampled_from((None, None, "{p+}", "{rest+}")))
    after = draw(st.sampled_from(((), ("a",), ("{z}",)))) if greedy else ()
    whole = [*segments, *([greedy] if greedy else []), *after]
    return "/" + "/".join(whole) + draw(st.sampled_from(("", "", "", "/"))) * bool(whole)


SPECIFICATIONS = st.tuples(st.dictionaries(paths(), KEYS, min_size=1, max_size=5), st.booleans())


def written(served: Paths, *, ignores_slash: bool) -> str:
    """A specification with some paths and the keys of their operations."""
    item = {"x-yc-apigateway-integration": {"type": "dummy", "http_code": 200}}
    return json.dumps(
        {
            "openapi": "3.0.0",
            "info": {"title": "a", "version": "1"},
            "x-yc-apigateway": {"ignoreTrailingSlashes": ignores_slash},
            "paths": {path: dict.fromkeys(sorted(keys), item) for path, keys in served.items()},
        }
    )


def server(text: str, method: str, path: str) -> str | None:
    """The path that surely serves a request, None if that is open or there is none."""
    spec = Spec(from_text("api.json", text).documents[0], chosen={})
    steps = [step for step in trace(spec, request_of(method, path)).steps if step.name in ("match", "operation")]
    doubts = [step for step in steps if step.status in (Status.OPEN, Status.REFUSED)]
    if not steps or any("can be read in several ways" not in step.text for step in doubts):
        return None
    found = re.match(r"'(\S+)' matches", steps[0].text)
    return found[1] if found else None


def asked(words: str) -> Iterable[str]:
    """The methods that a change names."""
    return METHODS if words == "any" else re.split(r", | and ", words)


@given(SPECIFICATIONS, SPECIFICATIONS)
def test_trace_confirms_samples(before: tuple[Paths, bool], after: tuple[Paths, bool]) -> None:
    """Each request that is shown was answered by the path that is named, and now is by the other one."""
    old, new = (written(served, ignores_slash=ignores) for served, ignores in (before, after))
    for change in compared(old, new, "api.json"):
        if change.rule == "other-path-answers":
            found = TAKEN.fullmatch(change.full_message)
            assert found, change.full_message
            for method in asked(found[1]):
                assert (server(old, method, found[2]), server(new, method, found[2])) == (found[3], found[4])
        elif change.rule == "operation-removed" and "requests such as" in change.full_message:
            found = GONE.fullmatch(change.full_message)
            assert found, change.full_message
            assert server(new, found[1], found[2]) == found[3]


def test_sample_that_another_path_has() -> None:
    """Where a path with fewer segments has the shortest sample of two greedy ones, a longer one shows the change."""
    before: Paths = {"/{p+}/a": {"get"}, "/{longer}/{x}": {"get"}}
    old, new = (written(served, ignores_slash=True) for served in (before, {**before, "/{p+}/{z}": {"get"}}))
    (found,) = compared(old, new, "api.json")
    sample = TAKEN.fullmatch(found.full_message)
    assert sample
    assert (sample[3], sample[4]) == ("/{p+}/a", "/{p+}/{z}")
    assert (server(old, "GET", sample[2]), server(new, "GET", sample[2])) == ("/{p+}/a", "/{p+}/{z}")
