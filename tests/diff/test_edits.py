"""Edits that people make of a specification: what is said of each, and what changes nothing."""

from __future__ import annotations

import pytest

from apigw_lint.config import Config
from apigw_lint.diff.compare import compare, documents
from apigw_lint.inputs import from_text
from tests.diff.states import compared

TEXT = """\
openapi: 3.0.0
info: {title: Shop, version: 1.0.0}
x-yc-apigateway:
  service_account_id: aje0123456789abcdefg
  cors: {origin: https://shop.example.com, methods: [GET, POST, DELETE], allowedHeaders: [Authorization, X-A]}
security:
  - key: []
components:
  securitySchemes:
    key:
      type: apiKey
      in: header
      name: X-Key
      x-yc-apigateway-authorizer: {type: function, function_id: d4e00000000000000000, tag: stable}
paths:
  /users:
    get:
      operationId: listUsers
      x-yc-apigateway-integration:
        {type: cloud_functions, function_id: d4e0123456789abcdefg, tag: $latest, context: {a: 1, b: [x, y]}}
    post:
      operationId: addUser
      x-yc-apigateway-integration: {type: cloud_functions, function_id: d4e0123456789abcdefg, tag: $latest}
  /users/{id}:
    parameters:
      - {name: id, in: path, required: true, schema: {type: string}}
    get:
      operationId: getUser
      x-yc-apigateway-integration:
        type: http
        url: https://b.example.com/users/{id}
        method: GET
        headers: {X-From: gateway, Host: b.example.com}
        timeouts: {read: 5, connect: 1}
    delete:
      operationId: deleteUser
      x-yc-apigateway-integration: {type: http, url: 'https://b.example.com/users/{id}', method: DELETE}
  /files/{p+}:
    get:
      security: []
      parameters: [{name: p, in: path, required: true, schema: {type: string}}]
      x-yc-apigateway-integration: {type: object_storage, bucket: my-bucket, object: 'a/{p}', error_object: 404.html}
  /all:
    x-yc-apigateway-any-method:
      x-yc-apigateway-integration: {type: serverless_containers, container_id: bba0123456789abcdefg}
"""
ANY = """\
    x-yc-apigateway-any-method:
      x-yc-apigateway-integration: {type: serverless_containers, container_id: bba0123456789abcdefg}
"""
METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
EACH = "".join(ANY.replace("x-yc-apigateway-any-method", method) for method in METHODS)
ACCOUNT = "service_account_id: aje0123456789abcdefg"
IDS = ("d4e00000000000000000", "d4e0123456789abcdefg", "my-bucket", "bba0123456789abcdefg")
OPERATIONS = ("operationId: listUsers", "operationId: addUser", "operationId: getUser", "operationId: deleteUser")
Replacements = tuple[tuple[str, str], ...]

SAME: dict[str, Replacements] = {
    "operation ids": (("listUsers", "users_list"), ("getUser", "users_get")),
    "older names of types": (("cloud_functions", "cloud-functions"), ("object_storage", "object-storage")),
    "the other spelling of the account": ((ACCOUNT, "serviceAccountId: aje0123456789abcdefg"),),
    "a path parameter": (("{id}", "{userId}"), ("name: id", "name: userId")),
    "a greedy parameter": (("{p+}", "{path+}"), ("{p}", "{path}"), ("name: p,", "name: path,")),
    "a slash at the end": (("  /users:", "  /users/:"),),
    "the usual tag left out": ((", tag: $latest", ""),),
    "the usual version of the payload": (("tag: $latest", "tag: $latest, payload_format_version: '0.1'"),),
    "the method of the request left out": (("        method: GET\n", ""), (", method: DELETE", "")),
    "a tag that is filled in": (("$latest", "${tag}"), ("tag: stable", "tag: ${tag}")),
    "a host that is filled in": (("https://b.example.com", "https://${host}"),),
    "the case of a header": (("Host: b", "host: b"), ("X-Key", "x-key")),
    "the name of a scheme": (("key: []", "apiKey: []"), ("    key:\n", "    apiKey:\n")),
    "one origin as a list": (("origin: https://shop.example.com", "origin: [https://shop.example.com]"),),
    "a list as one text": (("[GET, POST, DELETE]", "'GET, DELETE'"), ("[Authorization, X-A]", "'x-a, authorization'")),
    "the account at each place": ((f"  {ACCOUNT}\n", ""), *((one, f"{one}, {ACCOUNT}") for one in IDS)),
    "parameters of the path at the operations": (
        ("    parameters:\n      - {name: id, in: path, required: true, schema: {type: string}}\n", ""),
        *(
            (one, f"{one}\n      parameters: [{{name: id, in: path, required: true, schema: {{type: string}}}}]")
            for one in OPERATIONS[2:]
        ),
    ),
    "security of the document at the operations": (
        ("security:\n  - key: []\n", ""),
        *((one, f"{one}\n      security: [{{key: []}}]") for one in (*OPERATIONS, "x-yc-apigateway-any-method:")),
    ),
    "an id without quotes that is filled in": (("d4e0123456789abcdefg", "{FUNCTION}"),),
    "a tag that is filled in instead of the usual one": ((", tag: $latest", ", tag: ${tag}"),),
    "the any-method as each method": ((ANY, EACH),),
}


def edited(*replacements: tuple[str, str]) -> str:
    """The specification with some texts replaced, each of which is there."""
    text = TEXT
    for old, new in replacements:
        assert old in text
        text = text.replace(old, new)
    return text


@pytest.mark.parametrize("replacements", SAME.values(), ids=SAME)
def test_same(replacements: Replacements) -> None:
    """An edit that changes nothing for callers and for safety has no changes, in neither direction."""
    text = edited(*replacements)
    assert [one.full_message for one in compared(TEXT, text)] == []
    assert [one.full_message for one in compared(text, TEXT)] == []


SAID: dict[str, tuple[Replacements, str]] = {
    "another tag than the usual one": (
        ((", tag: $latest, context", ", tag: beta, context"),),
        "tag-changed: 'get /users': 'tag' was '$latest', now 'beta'",
    ),
    "a tag left out": (
        ((", tag: stable", ""),),
        "authorizer-changed: 'get /users', 'post /users', 'any-method /all' and 2 more: "
        "in 'key', 'tag' was 'stable', now '$latest' (the default)",
    ),
    "a longer list": (
        (("[x, y]", "[x, y, z]"),),
        "setting-changed: 'get /users': 'context.b' was '[x, y]', now '[x, y, z]'",
    ),
    "an object gone": (
        (("        timeouts: {read: 5, connect: 1}\n", ""),),
        "timeout-changed: 'get /users/{id}': 'timeouts.read' was '5', now not set; "
        "'timeouts.connect' was '1', now not set",
    ),
    "an object that is new": (
        ((", method: DELETE", ", method: DELETE, query: {a: b}"),),
        "setting-changed: 'delete /users/{id}': 'query.a' is 'b', and was not set",
    ),
    "fewer methods of CORS": (
        (("[GET, POST, DELETE]", "[GET, POST]"),),
        "cors-narrowed: '/all', '/users/{id}': pages may no longer send DELETE requests",
    ),
    "a slash that counts": (
        ((ACCOUNT, f"{ACCOUNT}\n  ignoreTrailingSlashes: false"),),
        "trailing-slash-counts: a slash at the end of a path did not count, and does now: "
        "requests with one are no longer answered by paths without one",
    ),
    "an object instead of a text": (
        (("error_object: 404.html", "error_object: {object: 404.html, statusCode: 404}"),),
        "setting-changed: 'get /files/{p+}': 'error_object' was '404.html', now '{object: 404.html, statusCode: 404}'",
    ),
    "no credentials for CORS": (
        (("cors: {", "cors: {credentials: true, "),),
        "cors-widened: '/users', '/all', '/users/{id}' and 1 more: "
        "pages may now read answers to requests with credentials",
    ),
    "another type, which has another account": (
        (
            (
                "{type: http, url: 'https://b.example.com/users/{id}', method: DELETE}",
                "{type: cloud_functions, function_id: d4e0123456789abcdefg}",
            ),
        ),
        "integration-changed: 'delete /users/{id}': integration was 'http DELETE https://b.example.com/users/{id}', "
        "now 'cloud_functions d4e0123456789abcdefg'; service account was none, now 'aje0123456789abcdefg'",
    ),
    "another account of the gateway, which the authorizer has too": (
        ((ACCOUNT, "service_account_id: ajeaaaaaaaaaaaaaaaaa"),),
        "account-changed: authorizer 'key', 'get /users', 'post /users' and 2 more: "
        "service account was 'aje0123456789abcdefg', now 'ajeaaaaaaaaaaaaaaaaa'",
    ),
}


@pytest.mark.parametrize(("replacements", "said"), SAID.values(), ids=SAID)
def test_said(replacements: Replacements, said: str) -> None:
    """An edit of one cause is one change, in words that name what was and what is."""
    assert [f"{one.rule}: {one.full_message}" for one in compared(TEXT, edited(*replacements))] == [said]


def test_credentials_no_more() -> None:
    """CORS without credentials any more is a change for pages that send them."""
    old, new = (edited(("cors: {", f"cors: {{credentials: {value}, ")) for value in ("true", "false"))
    (found,) = compared(old, new)
    assert found.rule == "cors-narrowed"
    assert found.full_message.endswith(": pages may no longer read answers to requests with credentials")


OPEN_ID = (
    ("      type: apiKey\n      in: header\n      name: X-Key\n", "      type: openIdConnect\n"),
    (
        "{type: function, function_id: d4e00000000000000000, tag: stable}",
        "{type: jwt, jwksUri: 'https://id.example.com/keys', identitySource: {in: header, name: Authorization}, "
        "audiences: [shop, admin], issuers: [a]}",
    ),
)
PROTECTED = "'get /users', 'post /users', 'any-method /all' and 2 more"


@pytest.mark.parametrize(
    ("replacements", "said"),
    [
        ([("[shop, admin]", "[admin, shop]")], []),
        ([("[shop, admin]", "[admin, '${other}']")], []),
        ([("[shop, admin]", "[admin]")], ["in 'key', 'audiences' was '[shop, admin]', now '[admin]'"]),
        (
            [("[shop, admin]", "[shop]"), ("[a]", "[b]")],
            ["in 'key', 'audiences' was '[shop, admin]', now '[shop]'; 'issuers' was '[a]', now '[b]'"],
        ),
        ([(new, old) for old, new in OPEN_ID], ["the authorizer of 'key' was jwt, now function"]),
    ],
)
def test_open_id(replacements: list[tuple[str, str]], said: list[str]) -> None:
    """All that differs in an authorizer is one change; the order of audiences is none."""
    old = new = edited(*OPEN_ID)
    for before, after in replacements:
        assert before in new
        new = new.replace(before, after)
    messages = [one.full_message for one in compared(old, new)]
    assert len(messages) == len(said)
    assert all(message.startswith(f"{PROTECTED}: {words}") for message, words in zip(messages, said, strict=True))


def test_connect_without_authorizer() -> None:
    """Where the operation that opens connections is gone, its authorizer is no longer asked."""
    call = "x-yc-apigateway-integration: {type: cloud_functions, function_id: d4e0123456789abcdefg}"
    events = ("connect", "message")
    chat = "".join(f"    x-yc-apigateway-websocket-{event}:\n      {call}\n" for event in events)
    old = f"{TEXT}  /chat:\n{chat}"
    new = f"{TEXT}  /chat:\n{chat[chat.index('    x-yc-apigateway-websocket-message') :]}"
    (found,) = compared(old, new)
    assert found.full_message == "'websocket-connect /chat' is gone, and its authorizer is no longer asked"


def test_account_of_an_authorizer() -> None:
    """Another account of an authorizer is a change of an account."""
    text = edited(("tag: stable", "tag: stable, service_account_id: ajeaaaaaaaaaaaaaaaaa"))
    (found,) = compared(TEXT, text)
    said = "authorizer 'key': service account was 'aje0123456789abcdefg', now 'ajeaaaaaaaaaaaaaaaaa'"
    assert (found.rule, found.full_message) == ("account-changed", said)


def test_same_change_of_several() -> None:
    """What changes alike in several integrations has one cause."""
    found = compared(TEXT, edited(("https://b.", "https://c.")))
    assert [one.rule for one in found] == ["target-changed"] * 2
    assert len({one.cause for one in found}) == 1


def test_any_origin_gone() -> None:
    """Origins that are named instead of any are fewer, and not one of them is new."""
    old = edited(("origin: https://shop.example.com", "origin: '*'"))
    (found,) = compared(old, TEXT)
    assert found.rule == "cors-narrowed"
    assert found.full_message.endswith(": pages of any origin may no longer read answers")


def test_any_method_no_more() -> None:
    """Methods of CORS that are named instead of any concern paths that have others, and safe ones need no name."""
    old = edited(("[GET, POST, DELETE]", "'*'"))
    (found,) = compared(old, edited(("[GET, POST, DELETE]", "[POST]")))
    message = "'/all', '/users/{id}': pages could send any method, and now only POST"
    assert (found.rule, found.full_message) == ("cors-narrowed", message)
    assert [one.full_message for one in compared(old, TEXT)] == [
        "'/all': pages could send any method, and now only DELETE, GET and POST"
    ]
    assert compared(TEXT, old) == []


@pytest.mark.parametrize(
    ("replacement", "count"),
    [
        (
            (
                "    get:\n      operationId: getUser",
                "    # apigw-lint: ignore[{}]\n    get:\n      operationId: getUser",
            ),
            0,
        ),
        (("      operationId: getUser", "      operationId: getUser # apigw-lint: ignore[{}]"), 1),
        (("openapi:", "# apigw-lint: ignore-file[{}]\nopenapi:"), 0),
    ],
)
def test_ignored(replacement: tuple[str, str], count: int) -> None:
    """An ignore comment of the new specification hides changes at its place, and only those of its kind."""
    old, new = replacement
    for name, number in (("timeout-changed", count), ("tag-changed", 1)):
        text = edited(("read: 5", "read: 6"), (old, new.format(name)))
        assert [one.rule for one in compared(TEXT, text)] == ["timeout-changed"] * number


def test_mixed_segment() -> None:
    """Whether a part of a segment takes requests from another path is not documented, which is said as a note."""
    text = edited(("  /all:", "  /users/u{id}:\n    get:\n      security: []\n      operationId: other\n  /all:"))
    sides = [documents([from_text("api.yaml", one)]) for one in (TEXT, text)]
    report = compare(sides[0], sides[1], Config())
    said = "it is not documented whether '/users/u{id}' answers 'GET /users/uany-id', so nothing is said of that"
    assert (list(report.found), report.notes) == ([], [said])
    assert compare(sides[0], sides[0], Config()).notes == []


def test_too_many_paths(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is not compared because there is too much of it is said as a note."""
    text = edited(("  /all:", "  /users/me:\n    get: {operationId: me}\n  /all:"))
    sides = [documents([from_text("api.yaml", one)]) for one in (TEXT, text)]
    assert compare(sides[0], sides[1], Config()).notes == []
    monkeypatch.setattr("apigw_lint.diff.routes.MAX_OVERLAPS", 0)
    (note,) = compare(sides[0], sides[1], Config()).notes
    assert note.startswith("too many paths are new or gone")


def test_tag_that_may_be_the_usual_one() -> None:
    """A tag that is not known yet may be the one that is usual without a tag."""
    without = edited((", tag: $latest", ""))
    assert compared(without, edited((", tag: $latest", ", tag: ${tag}"))) == []


def test_rule_instead_of_a_stub() -> None:
    """A CORS rule makes up for an operation that answered preflights, and without one the operation is gone."""
    answer = "x-yc-apigateway-integration: {type: cloud_functions, function_id: d4e0123456789abcdefg}"
    old = edited(("  /users:\n", f"  /users:\n    options:\n      security: []\n      {answer}\n"))
    assert compared(old, TEXT) == []
    cors = TEXT[TEXT.index("  cors:") : TEXT.index("security:")]
    assert [one.full_message for one in compared(old.replace(cors, ""), TEXT.replace(cors, ""))] == [
        "'options /users' is gone"
    ]


def test_slash_that_counts() -> None:
    """A slash at the end makes another path where the gateway object says so."""
    strict = (ACCOUNT, f"{ACCOUNT}\n  ignoreTrailingSlashes: false")
    found = compared(edited(strict), edited(strict, ("  /users:", "  /users/:")))
    assert [one.full_message for one in found] == ["'get /users' is gone", "'post /users' is gone"]


def test_keys_of_an_open_id() -> None:
    """The address of an OpenID provider is a change where the authorizer gets its keys from there."""
    function = "{type: function, function_id: d4e00000000000000000, tag: stable}"
    key = "      type: apiKey\n      in: header\n      name: X-Key\n"
    scheme = "      type: openIdConnect\n      openIdConnectUrl: https://id.example.com/\n"
    source = "identitySource: {in: header, name: Authorization}"
    own = f"{{type: jwt, jwksUri: 'https://id.example.com/keys', {source}}}"
    for authorizer, rules in ((f"{{type: jwt, {source}}}", ["authorizer-changed"]), (own, [])):
        old = edited((key, scheme), (function, authorizer))
        found = compared(old, old.replace("https://id.example.com/\n", "https://other.example.com/\n"))
        assert [one.rule for one in found] == rules
