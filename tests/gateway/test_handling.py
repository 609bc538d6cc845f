"""What is in force on an operation: who may call it, which account, validator and integration it has, and its rank."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apigw_lint.gateway.handling import Handling, handlings
from apigw_lint.gateway.routing import may_overlap, precedence, route, serves_before
from apigw_lint.gateway.spec import Spec
from apigw_lint.gateway.words import (
    access_words,
    account_words,
    cors_words,
    method_words,
    target_words,
    validation_words,
)
from apigw_lint.inputs import from_text
from tests.gateway.test_routing import PATHS
from tests.support import header

DUMMY = "x-yc-apigateway-integration: {type: dummy, http_code: 200}"
SCHEMES = """
components:
  securitySchemes:
    key:
      {type: apiKey, in: header, name: X-Key,
       x-yc-apigateway-authorizer: {type: function, function_id: d4e0123456789abcdefg, tag: v2}}
    login:
      {type: openIdConnect, openIdConnectUrl: 'https://id.example.com/',
       x-yc-apigateway-authorizer: {type: jwt, identitySource: {in: header, name: Authorization}}}
    loose: {type: http, scheme: bearer}
    odd: {type: http, scheme: bearer, x-yc-apigateway-authoriser: {type: function}}
"""


def _handlings(body: str) -> tuple[Handling, ...]:
    return handlings(Spec(from_text("spec.yaml", header(body)).documents[0]))


@pytest.mark.parametrize(
    ("security", "access", "words"),
    [
        ("", "public", "public"),
        ("security: []", "public", "public"),
        ("security: [{}]", "public", "public"),
        ("security: [{key: []}, {}]", "public", "public: key (function d4e0123456789abcdefg tag v2) or anyone"),
        ("security: [{key: []}]", "protected", "key (function d4e0123456789abcdefg tag v2)"),
        ("security: [{login: []}]", "protected", "login (jwt)"),
        (
            "security: [{key: [], login: []}]",
            "protected",
            "key (function d4e0123456789abcdefg tag v2) and login (jwt)",
        ),
        (
            "security: [{login: []}, {key: []}]",
            "protected",
            "login (jwt) or key (function d4e0123456789abcdefg tag v2)",
        ),
        ("security: [{loose: []}]", "unenforced", "public: loose (not enforced)"),
        ("security: [{loose: [], login: []}]", "protected", "loose (not enforced) and login (jwt)"),
        ("security: [{loose: []}, {login: []}]", "unenforced", "public: loose (not enforced) or login (jwt)"),
        ("security: [{odd: []}]", "unknown", "odd (unknown)"),
        ("security: [{nobody: []}]", "unknown", "nobody (unknown)"),
        ("security: ['${SECURITY}']", "unknown", "unknown"),
        ("security: {key: []}", "unknown", "unknown"),
        ("securiti: [{key: []}]", "unknown", "unknown"),
    ],
)
def test_access(security: str, access: str, words: str) -> None:
    """Anyone may call unless each alternative has an authorizer; what is not known is not guessed."""
    entry = f"      {security}\n" if security else ""
    (handling,) = _handlings(f"paths:\n  /a:\n    get:\n{entry}      {DUMMY}\n{SCHEMES}")
    assert (handling.protection.access.value, access_words(handling.protection)) == (access, words)


def test_security_of_the_document() -> None:
    """The list of the document is in force where an operation has none of its own, also an empty one."""
    paths = f"paths:\n  /a:\n    get: {{{DUMMY}}}\n    put: {{security: [], {DUMMY}}}\n"
    assert [handling.protection.access.value for handling in _handlings(f"security: [key: []]\n{paths}{SCHEMES}")] == [
        "protected",
        "public",
    ]


def test_websocket_access() -> None:
    """Authorizers work when a connection opens: its messages are as protected as the operation that opens it."""
    prefix = "x-yc-apigateway-websocket"
    body = (
        "paths:\n"
        f"  /chat:\n    {prefix}-connect: {{security: [key: []], {DUMMY}}}\n    {prefix}-message: {{{DUMMY}}}\n"
        f"  /open:\n    {prefix}-message: {{{DUMMY}}}\n"
        f"  /vain:\n    {prefix}-message: {{security: [key: []], {DUMMY}}}\n"
    )
    assert [
        (method_words(handling.operation), handling.operation.path, handling.protection.access.value)
        for handling in _handlings(body + SCHEMES)
    ] == [
        ("ws:connect", "/chat", "protected"),
        ("ws:message", "/chat", "protected"),
        ("ws:message", "/open", "public"),
        ("ws:message", "/vain", "unknown"),
    ]


@pytest.mark.parametrize(
    ("gateway", "integration", "account"),
    [
        ("", "{type: cloud_functions, function_id: f}", "none"),
        ("{service_account_id: root}", "{type: cloud_functions, function_id: f}", "root"),
        ("{serviceAccountId: root}", "{type: object_storage, bucket: b, object: o}", "root"),
        ("{service_account_id: root}", "{type: cloud_functions, function_id: f, service_account_id: own}", "own"),
        ("{service_account_id: root}", "{type: http, url: 'https://example.com'}", "none"),
        ("{service_account_id: root}", "{type: http, url: 'https://example.com', serviceAccountId: own}", "own"),
        ("{service_account_id: root}", "{type: dummy, http_code: 200}", ""),
        ("{service_acount_id: root}", "{type: cloud_functions, function_id: f}", "unknown"),
        ("${GATEWAY}", "{type: cloud_functions, function_id: f}", "unknown"),
    ],
)
def test_accounts(gateway: str, integration: str, account: str) -> None:
    """The gateway's account is used unless there is an own one; `http` does not use it, `dummy` needs none."""
    root = f"x-yc-apigateway: {gateway}\n" if gateway else ""
    (handling,) = _handlings(f"{root}paths: {{/a: {{get: {{x-yc-apigateway-integration: {integration}}}}}}}\n")
    assert [account_words(call.account) for call in handling.calls] == [account]


@pytest.mark.parametrize(
    ("integration", "words"),
    [
        ("{type: cloud-functions, function_id: f, tag: v1}", "cloud_functions f tag v1"),
        ("{type: serverless_containers, container_id: c}", "serverless_containers c"),
        ("{type: object_storage, bucket: b, object: 'site/{x}'}", "object_storage b/site/{x}"),
        ("{type: http, method: POST, url: 'https://example.com/{x}'}", "http POST https://example.com/{x}"),
        ("{type: cloud_ymq, action: SendMessage, queue_url: q, folder_id: f}", "cloud_ymq q"),
        ("{type: cloud_ydb, action: GetItem, database: /d, table_name: t, key: k}", "cloud_ydb GetItem /d t"),
        ("{type: dummy, http_code: 404}", "dummy 404"),
        ("{type: swagger}", "swagger "),
        ("{type: http, url: [not, one]}", "http "),
    ],
)
def test_targets(integration: str, words: str) -> None:
    """What an integration calls, in the documented spelling of its type."""
    (handling,) = _handlings(f"paths: {{/a: {{get: {{x-yc-apigateway-integration: {integration}}}}}}}\n")
    (call,) = handling.calls
    assert f"{call.target.type} {target_words(call.target)}" == words


@pytest.mark.parametrize(
    ("gateway", "own", "words"),
    [
        ("", "", "none"),
        ("{validateRequestBody: true}", "", "body"),
        ("{validateRequestBody: true}", "{validateRequestParameters: true}", "parameters"),
        ("", "{validateRequestBody: true, validateResponseBody: true}", "body, response body"),
        ("", "{validateResponseHeaders: exact}", "response headers"),
        ("", "{validateRequestBody: false}", "none"),
        ("", "{validateRequestBody: '${var.strict}'}", "body"),
        ("", "{validateRequestBody: '${var.either}'}", "body (unknown)"),
        ("", "{validateRequestBody: '${STRICT}'}", "body (unknown)"),
        ("", "'${VALIDATOR}'", "unknown"),
        ("", "{$ref: '#/components/x-yc-apigateway-validators/strict'}", "body, parameters"),
    ],
)
def test_validation(gateway: str, own: str, words: str) -> None:
    """The validator of an operation replaces that of the gateway as a whole."""
    variables = "  variables: {strict: {default: true}, either: {default: true, enum: [true, false]}}\n"
    root = f"x-yc-apigateway:\n{variables}" + (f"  validator: {gateway}\n" if gateway else "")
    validator = f"      x-yc-apigateway-validator: {own}\n" if own else ""
    shared = "{strict: {validateRequestBody: true, validateRequestParameters: true}}"
    components = f"components: {{x-yc-apigateway-validators: {shared}}}\n"
    (handling,) = _handlings(f"{root}paths:\n  /a:\n    get:\n{validator}      {DUMMY}\n{components}")
    assert validation_words(handling.validation) == words


@pytest.mark.parametrize(
    ("gateway", "path", "words"),
    [
        ("", "", "none"),
        ("", f"options: {{{DUMMY}}}", "options"),
        ("{origin: true}", "", "rule of the gateway"),
        ("{origin: true}", "x-yc-apigateway-cors: {origin: 'https://example.com'}", "rule"),
        ("{origin: true}", "x-yc-apigateway-cors: {origin: false}", "none"),
        ("", "x-yc-apigateway-cors: '${CORS}'", "unknown"),
    ],
)
def test_cors(gateway: str, path: str, words: str) -> None:
    """The rule of a path replaces that of the gateway, and `false` hands preflights back."""
    root = f"x-yc-apigateway: {{cors: {gateway}}}\n" if gateway else ""
    entry = f"    {path}\n" if path else ""
    handling = _handlings(f"{root}paths:\n  /a:\n    get: {{{DUMMY}}}\n{entry}")[0]
    assert cors_words(handling.cors) == words


def test_variable_integrations() -> None:
    """An integration that a variable chooses is each of those that it may be."""
    body = (
        "x-yc-apigateway: {variables: {handler: {default: one, enum: [one, two]}}}\n"
        "paths: {/a: {get: {x-yc-apigateway-integration: "
        "{$ref: '#/components/x-yc-apigateway-integrations/${var.handler}'}}}}\n"
        "components: {x-yc-apigateway-integrations: {one: {type: dummy, http_code: 201}, two: {type: swagger}}}\n"
    )
    (handling,) = _handlings(body)
    assert [call.target.type for call in handling.calls] == ["dummy", "swagger"]


def test_order() -> None:
    """Fixed paths come first, then parameters, then greedy ones; of one path, the any-method and events come last."""
    message = "x-yc-apigateway-websocket-message"
    paths = {
        "/files/{name+}": ("get",),
        "/a/{q}/d": ("get",),
        "/a/b/{p}": (message, "x-yc-apigateway-any-method", "post", "get"),
        "/a/b": ("get",),
    }
    body = "".join(
        f"  {path}:\n" + "".join(f"    {key}: {{{DUMMY}}}\n" for key in keys) for path, keys in paths.items()
    )
    assert [
        f"{method_words(handling.operation)} {handling.operation.path}" for handling in _handlings(f"paths:\n{body}")
    ] == [
        "GET /a/b",
        "GET /a/b/{p}",
        "POST /a/b/{p}",
        "* /a/b/{p}",
        "ws:message /a/b/{p}",
        "GET /a/{q}/d",
        "GET /files/{name+}",
    ]


@settings(max_examples=300)
@given(st.lists(PATHS, min_size=2, max_size=6, unique=True))
def test_order_agrees_with_routing(paths: list[str]) -> None:
    """No path comes after one that surely serves requests later."""
    routes = sorted(map(route, paths), key=precedence)
    assert sorted(paths) == sorted(one.path for one in routes)
    for earlier, later in combinations(routes, 2):
        assert not may_overlap(earlier, later) or serves_before(later, earlier) is not True
