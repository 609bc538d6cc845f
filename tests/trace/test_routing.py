"""A trace says which path wins and why, and which operation serves the request."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apigw_lint.gateway.spec import Spec
from apigw_lint.source.parse import parse
from apigw_lint.source.text import Source
from apigw_lint.trace.request import request_of
from apigw_lint.trace.steps import Outcome
from apigw_lint.trace.tracing import trace
from tests.gateway.routing_oracle import serving
from tests.support import header
from tests.trace.support import DUMMY, operation, traced

AFTER = {
    "kind": "a path without parameters comes first",
    "greedy": "a path with a greedy parameter comes last",
    "longer": "the longer path text wins",
}


@pytest.mark.parametrize(
    ("first", "second", "url", "why"),
    [
        ("/a/{p1}/b", "/a/{p2}/{p3}", "/a/x/b", "the fixed segment 'b' comes before the parameter '{p3}'"),
        ("/a/b/{p}", "/a/{q}/d", "/a/b/d", "the fixed segment 'b' comes before the parameter '{q}'"),
        ("/a/{q}/d", "/a/b/{p+}", "/a/b/d", AFTER["greedy"]),
        ("/a/{param}", "/a/{prm}", "/a/x", AFTER["longer"]),
        ("/a/{p1}/{param+}", "/a/{q}/{prm+}", "/a/x/y/z", AFTER["longer"]),
        ("/a/b", "/a/{parameter}", "/a/b", AFTER["kind"]),
        ("/prefix/{param+}/suffix", "/{everything+}", "/prefix/a/b/suffix", AFTER["longer"]),
    ],
)
def test_worked_examples(first: str, second: str, url: str, why: str) -> None:
    """The first path wins whatever the order in the document, and the trace says why."""
    for paths in ((first, second), (second, first)):
        body = "paths:\n" + "".join(f"  {path}: {operation(DUMMY)}\n" for path in paths)
        found = traced(body, "GET", url)
        assert found.exit_code == 0
        assert found.named("match") == [
            ("ok", f"'{first}' matches"),
            ("info", f"'{second}' matches too and comes after '{first}': {why}"),
        ]
        assert found.named("operation") == [("ok", f"get {first} serves the request")]
        assert found.steps[0]["line"] == 4 + paths.index(first)


def test_equal_lengths() -> None:
    """Of two paths that the documentation does not order, the trace says so."""
    body = f"paths:\n  /a/{{x}}: {operation(DUMMY)}\n  /a/{{y}}: {operation(DUMMY)}\n"
    text = "'/a/{y}' matches too, and which of the two serves the request is not documented"
    assert ("open", text) in traced(body, "GET", "/a/1").named("match")


@pytest.mark.parametrize(
    ("setting", "expected"),
    [
        ("", 0),
        ("x-yc-apigateway: {ignoreTrailingSlashes: true}\n", 0),
        ("x-yc-apigateway: {ignoreTrailingSlashes: false}\n", 1),
        ("x-yc-apigateway: {ignoreTrailingSlashes: '${var.on}', variables: {on: {default: false}}}\n", 1),
    ],
)
def test_slash_at_the_end(setting: str, expected: int) -> None:
    """A slash at the end of a request is ignored unless the gateway object says otherwise."""
    found = traced(f"{setting}paths:\n  /a: {operation(DUMMY)}\n", "GET", "/a/")
    assert found.exit_code == expected
    assert found.outcome == ("unserved" if expected else "answered")


def test_slash_that_is_not_known() -> None:
    """If it is not known whether slashes are ignored, the trace says so where it matters."""
    body = f"x-yc-apigateway: {{ignoreTrailingSlashes: '${{ON}}'}}\npaths:\n  /a: {operation(DUMMY)}\n"
    text = "whether slashes at the end count is not known yet: 'ignoreTrailingSlashes'"
    assert ("open", text) in traced(body, "GET", "/a/").named("match")
    assert len(traced(body, "GET", "/a").named("match")) == 1


def test_method_that_the_winner_lacks() -> None:
    """A path that wins and lacks the method is an open question, the operation of the next one is shown."""
    body = f"paths:\n  /a/b: {operation(DUMMY)}\n  /a/{{x}}: {{post: {{x-yc-apigateway-integration: {DUMMY}}}}}\n"
    found = traced(body, "POST", "/a/b")
    assert (found.exit_code, found.outcome) == (1, "open")
    text = "'/a/b' wins by its path but serves no POST; whether the gateway goes on to '/a/{x}' is not documented"
    assert found.named("operation") == [("open", text), ("ok", "post /a/{x} serves the request")]


def test_no_method_anywhere() -> None:
    """Without an operation for the method the request is not served, and the trace names those that there are."""
    found = traced(f"paths:\n  /a: {operation(DUMMY)}\n", "DELETE", "/a")
    assert (found.exit_code, found.outcome) == (1, "unserved")
    assert found.named("operation") == [("refused", "'/a' serves no DELETE: it has get")]


def test_request_to_a_websocket() -> None:
    """A path that has nothing but events of WebSocket connections says how to trace those."""
    message = f"x-yc-apigateway-websocket-message: {{x-yc-apigateway-integration: {DUMMY}}}"
    found = traced(f"paths:\n  /ws: {{{message}}}\n", "GET", "/ws")
    text = "it has websocket-message, for events of WebSocket connections: say which one with '--event'"
    assert found.named("operation") == [("refused", f"'/ws' serves no GET: {text}")]


def test_any_method() -> None:
    """The any-method serves each method that the path does not define."""
    item = (
        f"{{get: {{x-yc-apigateway-integration: {DUMMY}}}, "
        f"x-yc-apigateway-any-method: {{x-yc-apigateway-integration: {DUMMY}}}}}"
    )
    body = f"paths:\n  /a: {item}\n"
    assert traced(body, "GET", "/a").messages("operation") == ["get /a serves the request"]
    expected = "any-method /a serves the request: '/a' has no 'patch' of its own"
    assert traced(body, "PATCH", "/a").messages("operation") == [expected]


@pytest.mark.parametrize(
    ("url", "near"),
    [("/pet", "/pets"), ("/pets/1/2/3", "/pets/{id}"), ("/pats/1", "/pets")],
)
def test_no_path(url: str, near: str) -> None:
    """A request that no path serves gets the path that is nearest."""
    body = f"paths:\n  /pets: {operation(DUMMY)}\n  /pets/{{id}}: {operation(DUMMY)}\n"
    found = traced(body, "GET", url)
    assert (found.exit_code, found.outcome) == (1, "unserved")
    assert found.named("match") == [("refused", f"no path serves '{url}', the nearest is '{near}'")]


def test_path_that_is_not_known() -> None:
    """A path with a placeholder may serve the request, so nothing is refused."""
    found = traced(f"paths:\n  '/${{BASE}}/x': {operation(DUMMY)}\n", "GET", "/a/x")
    assert (found.exit_code, found.outcome) == (1, "open")
    assert found.named("match")[0] == ("open", "path '/${BASE}/x' is not known yet: it may serve this request")


def test_variable_in_a_path() -> None:
    """A variable in a path has its default, or the value that is given."""
    body = "x-yc-apigateway: {variables: {v: {default: one, enum: [one, two]}}}\n"
    body += f"paths:\n  '/${{var.v}}/x': {operation(DUMMY)}\n"
    assert traced(body, "GET", "/one/x").exit_code == 0
    assert traced(body, "GET", "/two/x").exit_code == 1
    assert traced(body, "GET", "/two/x", "--var", "v=two").exit_code == 0


SEGMENTS = st.sampled_from(["a", "b", "{p}", "{long}", "{g+}", "v{n}"])
PATHS = st.lists(SEGMENTS, min_size=1, max_size=3).map(lambda parts: "/" + "/".join(parts))
URLS = st.lists(st.sampled_from(["a", "b", "va"]), min_size=1, max_size=4).map(lambda parts: "/" + "/".join(parts))


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(PATHS, st.sampled_from(["get", "x-yc-apigateway-any-method", "post"]), min_size=1), URLS)
def test_against_a_plain_reading(methods: dict[str, str], url: str) -> None:
    """A request is answered exactly if a path that serves it, as the documentation reads, has its method."""
    item = f"{{x-yc-apigateway-integration: {DUMMY}}}"
    body = "".join(f"  {path}: {{{method}: {item}}}\n" for path, method in methods.items())
    found = trace(Spec(parse(Source("spec.yaml", header("paths:\n" + body))), chosen={}), request_of("GET", url))
    winners = serving(methods, url)
    if not winners:
        assert found.outcome is Outcome.UNSERVED
        assert [step.name for step in found.steps] == ["match"]
        return
    assert any(found.steps[0].text.startswith(f"'{path}' matches") for path in winners)
    first = next(path for path in winners if found.steps[0].text.startswith(f"'{path}' matches"))
    assert (found.outcome is Outcome.ANSWERED) == (methods[first] != "post")
