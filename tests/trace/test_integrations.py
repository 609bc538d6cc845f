"""A trace says what an integration is called with, and what a dummy answers."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apigw_lint.trace.dummies import Choice, choice
from tests.conftest import FIXTURES
from tests.support import read
from tests.trace.support import operation, traced

PARAMETERS = (
    "parameters: [{name: id, in: path, required: true, schema: {type: string}}, "
    "{name: q, in: query, schema: {type: array, items: {type: string}}}, "
    "{name: X-Trace, in: header, schema: {type: string}}, {name: sid, in: cookie, schema: {type: string}}]"
)


def _details(integration: str, url: str = "/a/7", *options: str, start: str = "") -> dict[str, str]:
    body = f"{start}paths:\n  /a/{{id}}: {operation(integration, PARAMETERS)}\n"
    return traced(body, "GET", url, *options).details("integration")


def _with_url(url: str, more: str = PARAMETERS) -> str:
    """A specification whose operation calls a URL."""
    integration = f"{{type: http, url: '{url}'}}"
    return f"paths:\n  /a/{{id}}: {operation(integration, more)}\n"


def test_every_kind_of_parameter() -> None:
    """Parameters of the path, the query, headers and cookies are put in, arrays joined by commas."""
    integration = "{type: http, url: 'https://b.example/{id}?q={q}&t={x-trace}&s={sid}'}"
    options = ("-H", "X-TRACE: t1", "-H", "Cookie: sid=s1")
    assert _details(integration, "/a/7?q=1&q=2", *options) == {
        "url": "https://b.example/7?q=1,2&t=t1&s=s1",
        "method": "GET",
        "service account": "none",
    }


def test_greedy_parameter() -> None:
    """A greedy parameter takes several segments into the name of an object."""
    parameter = "parameters: [{name: file, in: path, required: true, schema: {type: string}}]"
    item = operation(
        "{type: object_storage, bucket: site, object: 'static/{file}', error_object: '404.html'}", parameter
    )
    found = traced(f"paths:\n  /static/{{file+}}: {item}\n", "GET", "/static/js/app.js")
    assert found.details("integration") == {
        "bucket": "site",
        "object": "static/js/app.js",
        "error_object": "404.html",
        "service account": "none",
    }


def test_undeclared_and_absent() -> None:
    """A name that is not declared is left as it is; what stands for one that is absent is open."""
    body = _with_url("https://b.example/{nope}/{q}")
    found = traced(body, "GET", "/a/7")
    assert found.details("integration")["url"] == "https://b.example/{nope}/{q}"
    notes = found.named("integration")
    assert ("info", "'{nope}' is not replaced: the operation declares no parameter 'nope'") in notes
    assert ("open", "what '{q}' becomes without the parameter 'q' in the request is not documented") in notes


def test_what_is_percent_encoded() -> None:
    """A value that needs escapes in a URL is shown decoded, and its escapes are open."""
    body = _with_url("https://b.example/{id}")
    found = traced(body, "GET", "/a/%D1%8F%20b")
    assert found.details("integration")["url"] == "https://b.example/я b"
    text = "how the value of 'id' is percent-encoded in the URL is not documented: it is shown decoded"
    assert ("open", text) in found.named("integration")


VARIABLES = "x-yc-apigateway: {variables: {stage: {default: test, enum: [test, prod]}, port: {default: 80}}}\n"


@pytest.mark.parametrize(
    ("options", "url"),
    [
        ((), "https://test.example:80"),
        (("--var", "stage=prod"), "https://prod.example:80"),
        (("--var", "stage=prod", "--var", "port=443"), "https://prod.example:443"),
    ],
)
def test_variables(options: tuple[str, ...], url: str) -> None:
    """Variables have the values that are given, the others their defaults."""
    integration = "{type: http, url: 'https://${var.stage}.example:${var.port}'}"
    assert _details(integration, "/a/7", *options, start=VARIABLES)["url"] == url


def test_variable_that_chooses_the_integration() -> None:
    """The integration that a variable chooses is the one that is called."""
    start = (
        "x-yc-apigateway: {variables: {h: {default: A, enum: ['A', 'B']}}}\n"
        "components: {x-yc-apigateway-integrations: {A: {type: http, url: 'https://a.example'}, "
        "B: {type: http, url: 'https://b.example'}}}\n"
    )
    integration = "{$ref: '#/components/x-yc-apigateway-integrations/${var.h}'}"
    assert _details(integration, start=start)["url"] == "https://a.example"
    assert _details(integration, "/a/7", "--var", "h=B", start=start)["url"] == "https://b.example"


def test_placeholder_stays() -> None:
    """A placeholder of another tool is shown as it is, and is not known yet."""
    body = _with_url("https://${HOST}/{id}")
    found = traced(body, "GET", "/a/7")
    assert found.details("integration")["url"] == "https://${HOST}/7"
    assert ("open", "'https://${HOST}/{id}' is not known yet") in found.named("integration")


def test_what_is_sent_on() -> None:
    """`*` sends all headers and all of the query on, and what is written overrides it, whatever the case of headers."""
    integration = (
        "{type: http, method: POST, url: 'https://b.example', headers: {'*': '*', x-own: ['1', '{id}']}, "
        "query: {'*': '*', B: '2'}}"
    )
    assert _details(integration, "/a/7?b=1&B=3", "-H", "X-Own: 0", "-H", "X-Other: o") == {
        "url": "https://b.example",
        "method": "POST",
        "header X-Other": "o",
        "header x-own": "1,7",
        "query b": "1",
        "query B": "2",
        "service account": "none",
    }


def test_nothing_is_sent_on() -> None:
    """Without headers and query in the integration those of the request stay behind."""
    body = _with_url("https://b.example")
    found = traced(body, "GET", "/a/7?b=1", "-H", "X-Own: 0")
    assert found.messages("integration")[1:] == [
        "no header of the request is sent but User-Agent: the integration has no 'headers'",
        "no query is sent: the integration has no 'query'",
    ]


def test_empty_is_left_out() -> None:
    """With `omitEmptyHeaders` an empty header is not sent, without it it is."""
    integration = "{type: http, url: 'https://b.example', headers: {X-A: '', X-B: null, X-C: c}%s}"
    assert [*_details(integration % "")][2:5] == ["header X-A", "header X-B", "header X-C"]
    assert [*_details(integration % ", omitEmptyHeaders: true")][2:3] == ["header X-C"]


ACCOUNT = "x-yc-apigateway: {service_account_id: aje0123456789abcdefg}\n"


@pytest.mark.parametrize(
    ("integration", "expected"),
    [
        (
            "{type: cloud_functions, function_id: d4e0123456789abcdefg, context: {a: ['{id}', 1], b: true}}",
            {
                "function_id": "d4e0123456789abcdefg",
                "context": '{"a": ["7", 1], "b": true}',
                "tag": "$latest (the default)",
                "payload_format_version": "0.1 (the default)",
            },
        ),
        (
            "{type: cloud_functions, function_id: d4e0123456789abcdefg, tag: 'v{id}', payload_format_version: '1.0'}",
            {"function_id": "d4e0123456789abcdefg", "tag": "v7", "payload_format_version": "1.0"},
        ),
        (
            "{type: serverless_containers, container_id: bba0123456789abcdefg, context: {a: '{id}'}}",
            {
                "container_id": "bba0123456789abcdefg",
                "context": '{"a": "7"}',
                "header X-Yc-ApiGateway-Operation-Context": "the context as base64",
            },
        ),
        (
            "{type: object_storage, bucket: 'b{id}', object: '{id}', error_object: {object: 'e{id}', statusCode: 404}}",
            {"bucket": "b{id}", "object": "7", "error_object object": "e7", "error_object statusCode": "404"},
        ),
        (
            "{type: cloud_datastreams, action: PutRecord, stream_name: /r/c/d/s, partition_key: '{id}'}",
            {
                "action": "PutRecord",
                "stream_name": "/r/c/d/s",
                "partition_key": "7",
                "payload_format_type": "body (the default)",
            },
        ),
        (
            "{type: cloud_ymq, action: SendMessage, queue_url: 'https://q.ex/{id}', folder_id: f, delay_seconds: 3}",
            {
                "action": "SendMessage",
                "queue_url": "https://q.ex/{id}",
                "folder_id": "f",
                "delay_seconds": "3",
                "payload_format_type": "body (the default)",
            },
        ),
        (
            "{type: cloud_ydb, action: GetItem, database: /r/c/d, table_name: 't{id}', key: '{\"id\": \"{id}\"}'}",
            {"action": "GetItem", "database": "/r/c/d", "table_name": "t7", "key": '{"id": "7"}'},
        ),
    ],
)
def test_other_integrations(integration: str, expected: dict[str, str]) -> None:
    """The fields that have substitution are filled, the others are as written, and the account is the gateway's."""
    assert _details(integration, start=ACCOUNT) == {**expected, "service account": "aje0123456789abcdefg"}


def test_account_of_http() -> None:
    """An `http` integration does not use the account of the gateway."""
    assert _details("{type: http, url: 'https://b.example'}", start=ACCOUNT)["service account"] == "none"


CONTENT = "content: {text/plain: 'p {id}', application/json: '{\"id\": \"{id}\"}'%s}"


@pytest.mark.parametrize(
    ("accept", "any_key", "body"),
    [
        ("text/plain", "", "p 7"),
        ("application/json", "", '{"id": "7"}'),
        ("application/*", "", '{"id": "7"}'),
        ("text/plain;q=0.5, application/json", "", '{"id": "7"}'),
        ("image/png", ", '*': any", "any"),
        ("text/plain;q=0", ", '*': any", "any"),
    ],
)
def test_content_by_accept(accept: str, any_key: str, body: str) -> None:
    """The best match for Accept answers, or else the key `*`."""
    integration = f"{{type: dummy, http_code: 200, {CONTENT % any_key}}}"
    spec = f"paths:\n  /a/{{id}}: {operation(integration, PARAMETERS)}\n"
    found = traced(spec, "GET", "/a/7", "-H", f"Accept: {accept}")
    assert found.messages("answer") == ["the dummy answers 200"]
    assert found.details("answer")["body"] == body


def test_no_content() -> None:
    """Without a match and without `*` the status is 415, and without Accept any content may answer."""
    spec = f"paths:\n  /a/{{id}}: {operation(f'{{type: dummy, http_code: 200, {CONTENT % str()}}}', PARAMETERS)}\n"
    found = traced(spec, "GET", "/a/7", "-H", "Accept: image/png")
    assert found.messages("answer") == ["415: no content for the Accept 'image/png', and no '*'"]
    text = "which content answers is not documented where the request has no Accept: also application/json"
    assert ("open", text) in traced(spec, "GET", "/a/7").named("answer")


TYPES = ("a/x", "a/y", "b/x", "*")
RANGES = st.tuples(st.sampled_from(["a/x", "a/y", "b/x", "a/*", "*/*", "c/z"]), st.sampled_from([0, 0.3, 1]))


@given(
    st.lists(st.sampled_from(TYPES), unique=True),
    st.lists(RANGES, min_size=1, max_size=4, unique_by=lambda one: one[0]),
)
def test_accept_against_a_plain_reading(keys: list[str], ranges: list[tuple[str, float]]) -> None:
    """No key that may answer is wanted less than another one by the most exact range that it is in."""

    def wanted(key: str) -> float:
        weights = dict(ranges)
        return next((weights[one] for one in (key, f"{key[0]}/*", "*/*") if one in weights), 0)

    found = choice(keys, ", ".join(f"{name};q={weight}" for name, weight in ranges))
    best = max((wanted(key) for key in keys if key != "*"), default=0)
    if best:
        assert found.key is not None
        assert {wanted(key) for key in (found.key, *found.others)} == {best}
    else:
        assert found == Choice("*" if "*" in keys else None)


def test_code_keeps_its_braces() -> None:
    """In HTML a name in braces that is not declared is code, and not worth a word."""
    content = "content: {text/html: '<b>{id} {color}</b>'}"
    spec = f"paths:\n  /a/{{id}}: {operation(f'{{type: dummy, http_code: 200, {content}}}', PARAMETERS)}\n"
    found = traced(spec, "GET", "/a/7")
    assert found.details("answer")["body"] == "<b>7 {color}</b>"
    assert found.messages("answer") == ["the dummy answers 200"]


def test_status_mapping() -> None:
    """The status that a response maps to is sent instead of that of the integration."""
    more = "responses: {'200': {description: ok, x-yc-status-mapping: 201}}"
    spec = f"paths:\n  /a: {operation('{type: dummy, http_code: 200}', more)}\n"
    assert traced(spec, "GET", "/a").messages("answer")[-1] == "the status 201 is sent instead of 200"
    spec = _with_url("https://b.example", more)
    expected = ["if the integration answers 200, the status 201 is sent instead"]
    assert traced(spec, "GET", "/a/7").messages("answer") == expected


def _seed(*options: str) -> dict[str, str]:
    body = read(FIXTURES / "specs" / "websocket-seed.yaml").partition("paths:")[2]
    found = traced("paths:" + body, "GET", "/connections", "--event", "message", *options)
    assert found.exit_code == 0
    assert found.messages("answer")[-1] == "the body goes back over the WebSocket connection"
    return found.details("answer")


def test_way_of_the_connection_id() -> None:
    """The id of a connection, an example or a given one, gets into the answer that goes back over it."""
    assert _seed()["body"] == '{"connection_id":"example-connection-id"}'
    given_id = _seed("-H", "x-yc-apigateway-websocket-connection-id: abc")
    assert given_id["body"] == '{"connection_id":"abc"}'


def test_undeclared_connection_id() -> None:
    """Without its declaration the name of the header goes out literally."""
    message = (
        "{x-yc-apigateway-integration: {type: dummy, http_code: 200, "
        "content: {'*': '{X-Yc-Apigateway-Websocket-Connection-Id}'}}}"
    )
    body = f"paths:\n  /ws: {{x-yc-apigateway-websocket-message: {message}}}\n"
    found = traced(body, "GET", "/ws", "--event", "message")
    assert found.details("answer")["body"] == "{X-Yc-Apigateway-Websocket-Connection-Id}"


@pytest.mark.parametrize(
    ("event", "names"),
    [
        ("connect", {"Connection-Id", "Event-Type", "Connected-At"}),
        ("message", {"Connection-Id", "Event-Type", "Message-Id"}),
        ("disconnect", {"Connection-Id", "Event-Type", "Disconnect-Status-Code", "Disconnect-Reason"}),
    ],
)
def test_headers_of_events(event: str, names: set[str]) -> None:
    """The gateway adds the headers of an event, and an `http` backend gets them without a declaration."""
    item = ", ".join(
        f"x-yc-apigateway-websocket-{one}: {{x-yc-apigateway-integration: {{type: http, url: 'https://b.example'}}}}"
        for one in ("connect", "message", "disconnect")
    )
    found = traced(f"paths:\n  /ws: {{{item}}}\n", "GET", "/ws", "--event", event)
    prefix = "X-Yc-Apigateway-Websocket-"
    assert {name.removeprefix(prefix) for name in found.details("operation")} == names
    sent = (name for name in found.details("integration") if name.startswith("header "))
    assert {name.removeprefix(f"header {prefix}") for name in sent} == names


def test_event_without_an_operation() -> None:
    """A connection opens without an operation for that, and only where messages are served."""
    message = "x-yc-apigateway-websocket-message: {x-yc-apigateway-integration: {type: dummy, http_code: 200}}"
    found = traced(f"paths:\n  /ws: {{{message}}}\n", "GET", "/ws", "--event", "connect")
    assert found.exit_code == 0
    assert found.messages("operation") == ["'/ws' has no operation for the event 'connect': nothing is called"]
    http = operation("{type: dummy, http_code: 200}")
    assert traced(f"paths:\n  /ws: {http}\n", "GET", "/ws", "--event", "connect").outcome == "unserved"


def test_no_integration() -> None:
    """An operation without an integration answers nothing."""
    found = traced("paths:\n  /a: {get: {responses: {}}}\n", "GET", "/a")
    assert (found.exit_code, found.outcome) == (1, "unserved")
    assert found.named("integration") == [("refused", "there is no integration: nothing answers")]


@pytest.mark.parametrize(
    ("integration", "text"),
    [
        (
            "{type: cloud_functions, functon_id: d4e0123456789abcdefg}",
            "cloud_functions: the function is called, but 'function_id' is missing",
        ),
        (
            "{type: object_storage}",
            "object_storage: the object is read, but 'bucket' and 'object' are missing",
        ),
        ("{type: lambda}", "the type of the integration is missing or not known"),
        ("{type: '${TYPE}'}", "the type of the integration is missing or not known"),
        ("{$ref: '#/nowhere'}", "the integration is not known yet"),
    ],
)
def test_integration_that_is_not_known(integration: str, text: str) -> None:
    """If it is not known what is called, whether the request is answered is open."""
    found = traced(f"paths:\n  /a: {operation(integration)}\n", "GET", "/a")
    assert (found.exit_code, found.outcome) == (1, "open")
    assert found.named("integration")[0] == ("open", text)


def test_schema_mappings() -> None:
    """Schema mappings of both bodies are named, and not evaluated."""
    mapped = "{application/json: {schema: {x-yc-schema-mapping: {type: static, template: '${.a}'}}}}"
    more = f"requestBody: {{content: {mapped}}}, responses: {{'200': {{description: ok, content: {mapped}}}}}"
    for integration, which in (
        ("{type: dummy, http_code: 200}", ""),
        ("{type: http, url: 'https://b.example'}", " of an answer 200"),
    ):
        body = f"paths:\n  /a: {operation(integration, more)}\n"
        found = traced(body, "GET", "/a", "--data", "{}", "-H", "Content-Type: application/json")
        assert "the schema mapping makes another body of it, its expressions are not evaluated here" in found.messages(
            "body"
        )
        text = f"the schema mapping makes another body{which}, its expressions are not evaluated here"
        assert text in found.messages("answer")


def test_validator_of_answers() -> None:
    """That a validator checks the answer is said, and not traced."""
    more = "x-yc-apigateway-validator: {validateResponseBody: true}"
    found = traced(f"paths:\n  /a: {operation('{type: dummy, http_code: 200}', more)}\n", "GET", "/a")
    assert (
        found.messages("answer")[-1]
        == "the validator checks the answer too, or that is not known yet: that is not traced"
    )


def test_every_combination_of_accept_is_decided() -> None:
    """Without Accept the first of the contents is shown, the others may answer too."""
    for keys in itertools.permutations(TYPES, 2):
        assert choice(keys, None) == Choice(keys[0], keys[1:])


def _message(integration: str) -> str:
    return f"paths: {{/ws: {{x-yc-apigateway-websocket-message: {{x-yc-apigateway-integration: {integration}}}}}}}\n"


def test_what_a_function_gets_of_an_event() -> None:
    """A function gets the headers of an event in its request context, which is said for events alone."""
    function = "{type: cloud_functions, function_id: d4e0123456789abcdefg}"
    text = "the function gets what the headers of the event say in 'requestContext'"
    found = traced(_message(function), "GET", "/ws", "--event", "message")
    assert ("info", text) in found.named("integration")
    found = traced(f"paths: {{/a: {operation(function)}}}\n", "GET", "/a")
    assert "requestContext" not in str(found.steps)


def test_what_a_container_gets() -> None:
    """A container gets its context as base64 in a header, and the headers of an event."""
    container = "{type: serverless_containers, container_id: bba0123456789abcdefg, context: {a: b}}"
    found = traced(_message(container), "GET", "/ws", "--event", "message")
    headers = {name: value for name, value in found.details("integration").items() if name.startswith("header ")}
    assert headers == {
        "header X-Yc-ApiGateway-Operation-Context": "the context as base64",
        "header X-Yc-Apigateway-Websocket-Connection-Id": "example-connection-id",
        "header X-Yc-Apigateway-Websocket-Event-Type": "MESSAGE",
        "header X-Yc-Apigateway-Websocket-Message-Id": "example-message-id",
    }
    plain = "{type: serverless_containers, container_id: bba0123456789abcdefg}"
    found = traced(f"paths: {{/a: {operation(plain)}}}\n", "GET", "/a")
    assert "header" not in str(found.details("integration"))
