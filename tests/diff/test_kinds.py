"""Each kind of change is found where it is made, and nothing else is."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apigw_lint.diff.kinds import KINDS
from tests.diff.states import Document, Edit, after, base, compared, edited, function, in_components, reordered, written

ORDER = ("paths", "/orders/{id}")


def at(document: Document, *path: str) -> Any:
    """A part of a document."""
    part: Any = document
    for key in path:
        part = part[key]
    return part


def put(*path: str, value: object) -> Edit:
    """An edit that sets a value."""

    def edit(document: Document) -> None:
        at(document, *path[:-1])[path[-1]] = value

    return edit


def drop(*path: str) -> Edit:
    """An edit that removes a key."""

    def edit(document: Document) -> None:
        del at(document, *path[:-1])[path[-1]]

    return edit


def required_limit(document: Document) -> None:
    """Makes a parameter required."""
    at(document, *ORDER, "get")["parameters"][1]["required"] = True


INTEGRATION = "x-yc-apigateway-integration"
CORS = (*ORDER, "x-yc-apigateway-cors")
VALIDATOR = (*ORDER, "post", "x-yc-apigateway-validator")
AUTHORIZER = ("components", "securitySchemes", "token", "x-yc-apigateway-authorizer")
VARIABLES = ("x-yc-apigateway", "variables")
ME = {"get": {"security": [{"token": []}], INTEGRATION: {"type": "dummy", "http_code": 200}}}
PUBLIC_ME = {"get": {INTEGRATION: {"type": "dummy", "http_code": 200}}}

CASES: list[tuple[str, Edit, str, str]] = [
    (
        "security gone",
        drop(*ORDER, "get", "security"),
        "error now-public",
        "'get /orders/{id}' was protected by token (jwt), and now anyone may call",
    ),
    (
        "security added",
        put("paths", "/health", "get", "security", value=[{"token": []}]),
        "warning now-protected",
        "'get /health': anyone could call this, and now token (jwt) is asked",
    ),
    (
        "another key set",
        put(*AUTHORIZER, "jwksUri", value="https://other.example.com/jwks"),
        "warning authorizer-changed",
        "'get /orders/{id}': in 'token', 'jwksUri' was 'https://id.example.com/jwks', "
        "now 'https://other.example.com/jwks'",
    ),
    (
        "any origin",
        put(*CORS, "origin", value="*"),
        "error cors-widened",
        "'/orders/{id}': pages of any origin may now read answers: the origin is '*'",
    ),
    (
        "credentials",
        put(*CORS, "credentials", value=True),
        "error cors-widened",
        "'/orders/{id}': pages may now read answers to requests with credentials",
    ),
    (
        "one more origin",
        put(*CORS, "origin", value=["https://shop.example.com", "https://new.example.com"]),
        "info cors-widened",
        "'/orders/{id}': pages of 'https://new.example.com' may now read answers",
    ),
    (
        "no CORS",
        drop(*CORS),
        "warning cors-narrowed",
        "'/orders/{id}': pages of 'https://shop.example.com' may no longer read answers",
    ),
    (
        "a header less",
        put(*CORS, "allowedHeaders", value=["x-a"]),
        "warning cors-narrowed",
        "'/orders/{id}': pages may no longer send the header 'x-b'",
    ),
    (
        "a header less to read",
        put(*CORS, "exposedHeaders", value="X-Left"),
        "warning cors-narrowed",
        "'/orders/{id}': pages may no longer read the header 'x-total'",
    ),
    (
        "validator off",
        put(*VALIDATOR, "validateRequestBody", value=False),
        "warning validator-off",
        "'post /orders/{id}': the validator no longer checks the request body",
    ),
    (
        "validator gone",
        drop(*VALIDATOR),
        "warning validator-off",
        "'post /orders/{id}': the validator no longer checks the request body",
    ),
    (
        "validator on",
        put(*VALIDATOR, "validateRequestParameters", value=True),
        "warning validator-on",
        "'post /orders/{id}': the validator now checks request parameters",
    ),
    (
        "lower limit",
        put("x-yc-apigateway", "rateLimit", "allRequests", value={"rpm": 60}),
        "info rate-limit-changed",
        "'get /health', 'websocket-connect /chat', 'websocket-message /chat' and 2 more: "
        "rate limit was 100 rps, now 60 rpm",
    ),
    (
        "own limit",
        put(*ORDER, "get", "x-yc-apigateway-rate-limit", value={"allRequests": {"rps": 5}}),
        "info rate-limit-changed",
        "'get /orders/{id}': rate limit was 100 rps, now 5 rps",
    ),
    (
        "no profile",
        drop("x-yc-apigateway", "smartWebSecurity"),
        "warning web-security-changed",
        "Smart Web Security: profile was 'fev0123456789abcdefg', now none",
    ),
    (
        "slashes count",
        put("x-yc-apigateway", "ignoreTrailingSlashes", value=False),
        "warning trailing-slash-counts",
        "a slash at the end of a path did not count, and does now: "
        "requests with one are no longer answered by paths without one",
    ),
    ("path gone", drop("paths", "/health"), "error operation-removed", "'get /health' is gone"),
    ("method gone", drop(*ORDER, "post"), "error operation-removed", "'post /orders/{id}' is gone"),
    (
        "event gone",
        drop("paths", "/chat", "x-yc-apigateway-websocket-message"),
        "error event-removed",
        "'websocket-message /chat' is gone",
    ),
    (
        "parameter required",
        required_limit,
        "error parameter-required",
        "'get /orders/{id}': query parameter 'limit' is required now",
    ),
    (
        "body required",
        put(*ORDER, "post", "requestBody", "required", value=True),
        "error body-required",
        "'post /orders/{id}': a request body is required now",
    ),
    (
        "a path in front",
        put("paths", "/orders/mine", value=ME),
        "warning other-path-answers",
        "'GET /orders/mine' was answered by '/orders/{id}', and now '/orders/mine' answers",
    ),
    (
        "a public path in front",
        put("paths", "/orders/mine", value=PUBLIC_ME),
        "error other-path-answers",
        "'GET /orders/mine' was answered by '/orders/{id}', and now '/orders/mine' answers, which anyone may call",
    ),
    (
        "a longer name in front",
        put("paths", "/orders/{number}", value=ME),
        "warning other-path-answers",
        "'GET /orders/any-number' was answered by '/orders/{id}', and now '/orders/{number}' answers",
    ),
    (
        "another integration",
        put("paths", "/health", "get", INTEGRATION, value=function()),
        "warning integration-changed",
        "'get /health': integration was 'dummy 200', now 'cloud_functions d4e0123456789abcdefg tag stable'",
    ),
    (
        "another function",
        put(*ORDER, "post", INTEGRATION, "function_id", value="d4eaaaaaaaaaaaaaaaaa"),
        "warning target-changed",
        "'post /orders/{id}': 'function_id' was 'd4e0123456789abcdefg', now 'd4eaaaaaaaaaaaaaaaaa'",
    ),
    (
        "another header",
        put(*ORDER, "get", INTEGRATION, "headers", "X-From", value="proxy"),
        "info setting-changed",
        "'get /orders/{id}': 'headers.X-From' was 'gateway', now 'proxy'",
    ),
    (
        "own account",
        put(*ORDER, "post", INTEGRATION, "service_account_id", value="ajeaaaaaaaaaaaaaaaaa"),
        "warning account-changed",
        "'post /orders/{id}': service account was 'aje0123456789abcdefg', now 'ajeaaaaaaaaaaaaaaaaa'",
    ),
    (
        "another tag",
        put(*ORDER, "post", INTEGRATION, "tag", value="beta"),
        "info tag-changed",
        "'post /orders/{id}': 'tag' was 'stable', now 'beta'",
    ),
    (
        "another timeout",
        put(*ORDER, "get", INTEGRATION, "timeouts", "read", value=9),
        "info timeout-changed",
        "'get /orders/{id}': 'timeouts.read' was '5', now '9'",
    ),
    ("variable gone", drop(*VARIABLES, "color"), "warning variable-removed", "variable 'color' is gone"),
    (
        "another default",
        put(*VARIABLES, "env", "default", value="test"),
        "warning variable-default-changed",
        "variable 'env': default was 'prod', now 'test'",
    ),
    (
        "one more value",
        put(*VARIABLES, "env", "enum", value=["prod", "test", "dev"]),
        "info variable-value-added",
        "variable 'env': may now be 'dev'",
    ),
    (
        "one value less",
        put(*VARIABLES, "env", "enum", value=["prod"]),
        "warning variable-value-removed",
        "variable 'env': may no longer be 'test'",
    ),
]


@pytest.mark.parametrize(("edit", "kind", "message"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_kind(edit: Edit, kind: str, message: str) -> None:
    """An edit of one kind is exactly one change of that kind, and the message says what was and what is."""
    found = [(f"{one.severity} {one.rule}", one.full_message) for one in after(edit)]
    assert found == [(kind, message)]


def test_every_kind_has_a_case() -> None:
    """No kind of change is without a case above."""
    assert {case[2].split()[1] for case in CASES} == set(KINDS)


@pytest.mark.parametrize("case", CASES, ids=[case[0] for case in CASES])
@settings(max_examples=5)
@given(st.integers(0, 10**6))
def test_kind_in_any_form(case: tuple[str, Edit, str, str], seed: int) -> None:
    """An edit is that change alone too if each side has its keys in another order, its own style or its components."""
    rng = random.Random(seed)

    def in_some_form(document: Document) -> str:
        moved = in_components(document) if rng.random() < 0.5 else document
        mixed = reordered(moved, rng)
        return json.dumps(mixed) if rng.random() < 0.3 else written(mixed)

    found = [f"{one.severity} {one.rule}" for one in compared(in_some_form(base()), in_some_form(edited(case[1])))]
    assert found == [case[2]]


@pytest.mark.parametrize("case", CASES, ids=[case[0] for case in CASES])
def test_place(case: tuple[str, Edit, str, str]) -> None:
    """The place of a change is within the new text, and never all of it."""
    new = written(edited(case[1]))
    (found,) = compared(written(base()), new)
    assert found.source.text == new
    assert 0 < found.span.start < found.span.end < len(new)
    assert "\n" not in new[found.span.start : found.span.end]


def test_removed_path_that_another_serves() -> None:
    """A path that is gone and whose requests another one serves now is one change, with a sample of a request."""
    old, new = base(), base()
    old["paths"]["/orders/mine"] = ME
    (found,) = compared(written(old), written(new))
    assert found.rule == "operation-removed"
    message = "'get /orders/mine' is gone: requests such as 'GET /orders/mine' are answered by '/orders/{id}' now"
    assert found.full_message == message


@pytest.mark.parametrize(("content", "how"), [("hello", ", which calls the same"), ("bye", "")])
def test_path_that_calls_the_same(content: str, how: str) -> None:
    """A path that answers instead of another calls the same only if it answers the same."""
    old, new = base(), base()

    def dummy(text: str) -> Document:
        return {"get": {INTEGRATION: {"type": "dummy", "http_code": 200, "content": {"*": text}}}}

    for document in (old, new):
        document["paths"] = {"/{p+}": dummy("hello")}
    new["paths"]["/me"] = dummy(content)
    (found,) = compared(written(old), written(new))
    assert found.full_message == f"'GET /me' was answered by '/{{p+}}', and now '/me' answers{how}"
    assert found.severity == ("info" if how else "warning")


def test_method_that_becomes_public() -> None:
    """Of a path that takes several methods, the one that anyone may call now is told by itself."""
    old, new = base(), base()
    protected, public = ({"security": [{"token": []}], INTEGRATION: function(tag)} for tag in ("a", "b"))
    for document in (old, new):
        document["paths"] = {"/{p+}": {"get": protected, "post": protected}}
    new["paths"]["/me"] = {"get": public, "post": {INTEGRATION: function("c")}}
    found = sorted((str(one.severity), one.full_message) for one in compared(written(old), written(new)))
    text = "/me' was answered by '/{p+}', and now '/me' answers"
    assert found == [("error", f"'POST {text}, which anyone may call"), ("warning", f"'GET {text}")]


def test_root_beside_a_greedy_path() -> None:
    """A greedy path needs a segment, so it neither answered for the root before nor does afterwards."""
    old, new = base(), base()
    for document in (old, new):
        document["paths"] = {"/{p+}": PUBLIC_ME}
    new["paths"]["/"] = ME
    assert compared(written(old), written(new)) == []
    assert [one.full_message for one in compared(written(new), written(old))] == ["'get /' is gone"]


def test_half_of_each_path() -> None:
    """Of two paths that have some requests in common, the sample is one of those."""
    old, new = base(), base()
    for document in (old, new):
        document["paths"] = {"/{shop}/orders": PUBLIC_ME}
    new["paths"]["/main/{what}"] = {"get": {INTEGRATION: function()}}
    (found,) = compared(written(old), written(new))
    message = "'GET /main/orders' was answered by '/{shop}/orders', and now '/main/{what}' answers"
    assert found.full_message == message


def test_greedy_path_with_a_longer_text() -> None:
    """A greedy path takes over from one with a shorter text, even if only the name of the parameter is longer."""
    old, new = base(), base()
    old["paths"] = {"/{p+}": PUBLIC_ME}
    new["paths"] = {"/{p+}": PUBLIC_ME, "/api/{rest+}": {"get": {INTEGRATION: function()}}}
    (found,) = compared(written(old), written(new))
    message = "'GET /api/any-rest' was answered by '/{p+}', and now '/api/{rest+}' answers"
    assert found.full_message == message


def test_new_path_of_another_method() -> None:
    """A path that serves no method of the older one takes no request from it that is told of."""
    new = base()
    new["paths"]["/orders/mine"] = {"delete": {INTEGRATION: function()}}
    assert compared(written(base()), written(new)) == []


def test_protection_of_the_document() -> None:
    """What the whole document loses is one change, with each operation as a place."""
    old, new = base(), base()
    old["security"] = [{"token": []}]
    found = compared(written(old), written(new))
    assert [one.rule for one in found] == ["now-public"] * 3
    assert len({one.cause for one in found}) == 1


def test_removed_operations_are_told_one_by_one() -> None:
    """Each operation that is gone is named, though all of them have the same place."""
    new = base()
    del new["paths"]["/health"], new["paths"]["/chat"]
    assert sorted(one.full_message for one in compared(written(base()), written(new))) == [
        "'get /health' is gone",
        "'websocket-connect /chat' is gone",
        "'websocket-message /chat' is gone",
    ]


ANY = "x-yc-apigateway-any-method"


def test_method_beside_the_any_method() -> None:
    """A method that gets an operation of its own is compared with the any-method that served it before."""
    old, new = base(), base()
    any_method = {"security": [{"token": []}], INTEGRATION: function()}
    old["paths"]["/all"] = {ANY: any_method}
    new["paths"]["/all"] = {ANY: any_method, "post": {INTEGRATION: function()}}
    (there,) = compared(written(old), written(new))
    assert (there.rule, there.full_message) == (
        "now-public",
        "'post /all' was protected by token (jwt), and now anyone may call",
    )
    (back,) = compared(written(new), written(old))
    assert (back.rule, back.full_message.partition(":")[0]) == ("now-protected", "'post /all'")


def test_any_method_gone() -> None:
    """Of an any-method that is gone, the methods that are still served are named."""
    old, new = base(), base()
    old["paths"]["/all"] = {ANY: {INTEGRATION: function()}}
    new["paths"]["/all"] = {"get": {INTEGRATION: function()}, "post": {INTEGRATION: function()}}
    (found,) = compared(written(old), written(new))
    assert found.full_message == "'any-method /all' is gone, and only GET and POST are served"


def test_function_of_an_authorizer() -> None:
    """Another function of an authorizer is a change of the authorizer, with each operation that needs it."""
    old, new = base(), base()
    for document, tag in ((old, "v1"), (new, "v2")):
        scheme = document["components"]["securitySchemes"]["token"]
        scheme["x-yc-apigateway-authorizer"] = {"type": "function", "function_id": "d4e0123456789abcdefg", "tag": tag}
        document["security"] = [{"token": []}]
    (found,) = compared(written(old), written(new))
    assert found.rule == "authorizer-changed"
    names = "'get /health', 'websocket-connect /chat', 'get /orders/{id}' and 1 more"
    assert found.full_message == f"{names}: in 'token', 'tag' was 'v1', now 'v2'"


def test_unchecked_alternative() -> None:
    """An alternative that no authorizer checks makes an operation public."""
    old, new = base(), base()
    for document in (old, new):
        document["components"]["securitySchemes"]["key"] = {"type": "apiKey", "in": "header", "name": "X-Key"}
    new["paths"]["/orders/{id}"]["get"]["security"] = [{"token": []}, {"key": []}]
    (found,) = compared(written(old), written(new))
    message = "'get /orders/{id}' was protected by token (jwt), and now no authorizer checks it"
    assert (found.rule, found.full_message) == ("now-public", message)


def test_account_of_the_gateway() -> None:
    """Another account of the gateway is one change at its place, with the operations that use it."""
    old, new = base(), base()
    new["x-yc-apigateway"]["service_account_id"] = "ajeaaaaaaaaaaaaaaaaa"
    text = written(new)
    (found,) = compared(written(old), text)
    assert found.rule == "account-changed"
    assert found.pointer == "/x-yc-apigateway/service_account_id"
    assert text[found.span.start : found.span.end] == "ajeaaaaaaaaaaaaaaaaa"
