"""A trace says what is asked of a request: credentials, parameters, the body, and who answers preflights."""

from __future__ import annotations

from typing import Any

import jsonschema
import pytest

from apigw_lint.trace import faults
from tests.trace.support import DUMMY, operation, traced

FUNCTION = "x-yc-apigateway-authorizer: {type: function, function_id: d4e0123456789abcdefg}"
SCHEMES = f"""components:
  securitySchemes:
    key: {{type: apiKey, in: header, name: X-Api-Key, {FUNCTION}}}
    queryKey: {{type: apiKey, in: query, name: key, {FUNCTION}}}
    cookieKey: {{type: apiKey, in: cookie, name: session, {FUNCTION}}}
    bearer: {{type: http, scheme: bearer, {FUNCTION}}}
    nobody: {{type: http, scheme: basic}}
    jwt:
      type: openIdConnect
      openIdConnectUrl: https://example.com/openid
      x-yc-apigateway-authorizer:
        type: jwt
        jwksUri: https://example.com/jwks
        identitySource: {{in: header, name: X-Token, prefix: 'Bearer '}}
paths:
"""


@pytest.mark.parametrize(
    ("scheme", "url", "header", "where"),
    [
        ("key", "/a", "x-api-key: 123", "header 'X-Api-Key'"),
        ("queryKey", "/a?key=1", "X: y", "query parameter 'key'"),
        ("cookieKey", "/a", "Cookie: a=b; session=1", "cookie 'session'"),
        ("bearer", "/a", "Authorization: Bearer 1", "header 'Authorization'"),
    ],
)
def test_credentials(scheme: str, url: str, header: str, where: str) -> None:
    """The authorizer is asked with the credentials of the request; what happens without them is open."""
    body = f"{SCHEMES}  /a: {operation(DUMMY, f'security: [{{{scheme}: []}}]')}\n"
    start = f"'{scheme}' is required: the authorizer is asked (function d4e0123456789abcdefg) with the {where}"
    assert traced(body, "GET", url, "-H", header).named("security") == [("ok", f"{start} of the request")]
    expected = [("open", f"{start}, which the request lacks: what then happens is not documented")]
    assert traced(body, "GET", "/a").named("security") == expected


def test_prefix_of_a_token() -> None:
    """A token without the prefix of its identity source is said to lack it."""
    body = f"{SCHEMES}  /a: {operation(DUMMY, 'security: [{jwt: []}]')}\n"
    start = "'jwt' is required: the authorizer is asked (jwt)"
    assert traced(body, "GET", "/a", "-H", "X-Token: Bearer a").named("security") == [
        ("ok", f"{start} with the header 'X-Token' of the request")
    ]
    assert traced(body, "GET", "/a", "-H", "X-Token: a").named("security") == [
        ("open", f"{start}, and the header 'X-Token' does not begin with 'Bearer '")
    ]


def test_nobody_checks() -> None:
    """A scheme without an authorizer enforces nothing, and without a requirement anyone may call."""
    body = f"{SCHEMES}  /a: {operation(DUMMY, 'security: [{nobody: []}]')}\n  /b: {operation(DUMMY)}\n"
    assert traced(body, "GET", "/a").messages("security") == [
        "'nobody' is required, and no authorizer checks it: the gateway enforces nothing",
        "so anyone may call: an alternative is enforced by no authorizer",
    ]
    assert traced(body, "GET", "/b").messages("security") == ["anyone may call: no security requirement is in force"]


def test_order_is_open() -> None:
    """Whether the authorizer or the validator comes first is said to be open."""
    more = "security: [{key: []}], x-yc-apigateway-validator: {validateRequestBody: true}"
    body = f"{SCHEMES}  /a: {operation(DUMMY, more)}\n"
    expected = ("open", "whether the authorizer or the validator comes first is not documented")
    assert expected in traced(body, "GET", "/a", "-H", "X-Api-Key: 1").named("security")


def _parameter(location: str, schema: str, more: str = "") -> str:
    parameter = f"{{name: p, in: {location}, {more}schema: {schema}}}"
    validator = "x-yc-apigateway-validator: {validateRequestParameters: true}"
    return f"paths:\n  /a: {operation(DUMMY, f'parameters: [{parameter}], {validator}')}\n"


@pytest.mark.parametrize(
    ("schema", "query", "fault"),
    [
        ("{type: integer}", "p=5", ""),
        ("{type: integer}", "p=x", '"x" is not of type integer'),
        ("{type: integer, minimum: 6}", "p=5", "5 is less than 6"),
        ("{type: integer, minimum: 5, exclusiveMinimum: true}", "p=5", "5 is not more than 5"),
        ("{type: integer, maximum: 4}", "p=5", "5 is more than 4"),
        ("{type: integer, maximum: 5, exclusiveMaximum: true}", "p=5", "5 is not less than 5"),
        ("{type: integer, multipleOf: 2}", "p=5", "5 is no multiple of 2"),
        ("{type: string}", "p=5", ""),
        ("{type: boolean}", "p=true", ""),
        ("{type: boolean}", "p=yes", '"yes" is not of type boolean'),
        ("{enum: [1, 2]}", "p=1", ""),
        ("{type: string, enum: [a, b]}", "p=c", '"c" is not "a" or "b"'),
        ("{allOf: [{type: integer}, {maximum: 3}]}", "p=2", ""),
        ("{type: string, pattern: '^[a-z]+$'}", "p=A", "\"A\" does not match the pattern '^[a-z]+$'"),
        ("{type: array, items: {type: integer}}", "p=1&p=2", ""),
        ("{type: array, items: {type: string}}", "p=1&p=2", ""),
        ("{type: array, uniqueItems: true, items: {type: integer}}", "p=1&p=1", "[1, 1] has an item twice"),
        ("{type: string, maxLength: 2}", "p=abc", '"abc" has 3 characters and not at most 2'),
        ("{type: string, minLength: 2}", "p=a", '"a" has 1 character and not at least 2'),
        ("{type: integer, format: int32}", "p=5", ""),
        ("{type: string, format: password}", "p=5", ""),
    ],
)
def test_schema_of_a_parameter(schema: str, query: str, fault: str) -> None:
    """A value satisfies its schema once it is read as its type, or a validator refuses the request."""
    found = traced(_parameter("query", schema), "GET", f"/a?{query}")
    if fault:
        expected = f"the query parameter 'p' does not satisfy its schema: {fault}"
        assert found.named("parameters") == [("refused", expected), ("refused", "the validator refuses the request")]
    else:
        assert found.named("parameters") == [("ok", "the query parameter 'p' satisfies its schema")]
    assert (found.exit_code, found.outcome) == ((1, "refused") if fault else (0, "answered"))


@pytest.mark.parametrize(
    ("schema", "query", "formats"),
    [
        ("{type: string, format: uuid}", "p=x", "format 'uuid' is"),
        ("{type: integer, format: int32}", "p=3000000000", "format 'int32' is"),
        ("{type: array, items: {type: string, format: date}}", "p=x", "format 'date' is"),
        ("{allOf: [{format: a}, {format: b}]}", "p=x", "formats 'a' and 'b' are"),
    ],
)
def test_formats_are_not_judged(schema: str, query: str, formats: str) -> None:
    """A value that meets a `format` is not said to satisfy that: whether it does is open."""
    found = traced(_parameter("query", schema), "GET", f"/a?{query}")
    text = f"the query parameter 'p' satisfies the rest of its schema, its {formats} not judged"
    assert found.named("parameters") == [("open", text)]
    assert found.outcome == "answered"


@pytest.mark.parametrize(
    ("schema", "more", "query"),
    [
        ("{type: object}", "style: deepObject, ", "p[a]=1"),
        ("{type: object, properties: {a: {type: string}}}", "", "a=1"),
        ("{type: object}", "required: true, ", "a=1"),
        ("{properties: {a: {type: string}}}", "", "p=1"),
        ("{oneOf: [{type: object}, {type: boolean}]}", "", "p=1"),
    ],
)
def test_objects_are_not_judged(schema: str, more: str, query: str) -> None:
    """A parameter that may be an object is neither missing nor wrong: how it is written is not read."""
    found = traced(_parameter("query", schema, more), "GET", f"/a?{query}")
    text = "the query parameter 'p' is not judged: it may be an object, and how one is written is not read here"
    assert found.named("parameters") == [("open", text)]


def test_items_that_are_objects() -> None:
    """A list whose items are objects or lists is not judged either."""
    for kind in ("object", "array"):
        found = traced(_parameter("query", f"{{type: array, items: {{type: {kind}}}}}"), "GET", "/a?p=1")
        text = "its items may be objects or lists, and how those are written is not read here"
        assert found.named("parameters") == [("open", f"the query parameter 'p' is not judged: {text}")]


@pytest.mark.parametrize(
    ("schema", "data", "fault"),
    [
        ("{type: string, nullable: true}", "true", "true is not of type string or null"),
        ("{type: object}", "null", "null is not of type object"),
        ("{enum: [a, null, true]}", '"é"', '"é" is not "a", null or true'),
        ("{additionalProperties: false, properties: {a: {}}}", '{"b": 1, "c": 2}', "'b' and 'c' are not allowed"),
        ("{maxItems: 1}", '[null, {"a": false}]', '[null, {"a": false}] has 2 items and not at most 1'),
        ("{minItems: 1}", "[]", "[] has 0 items and not at least 1"),
        ("{minProperties: 2}", '{"a": 1}', '{"a": 1} has 1 property and not at least 2'),
        ("{oneOf: [{type: string}, {type: boolean}]}", "1", "1 satisfies none of the schemas in 'oneOf'"),
        (
            "{oneOf: [{type: integer}, {type: number}]}",
            "1",
            "1 satisfies several of the schemas in 'oneOf', and just one is allowed",
        ),
        ("{anyOf: [{type: string}]}", "1", "1 satisfies none of the schemas in 'anyOf'"),
        ("{not: {type: number}}", "1", "1 satisfies the schema in 'not'"),
    ],
)
def test_faults_are_in_terms_of_json(schema: str, data: str, fault: str) -> None:
    """What is wrong with a body is said with values as JSON writes them."""
    content = f"requestBody: {{content: {{application/json: {{schema: {schema}}}}}}}"
    body = f"paths: {{/a: {{post: {{{content}, x-yc-apigateway-integration: {DUMMY}}}}}}}\n"
    found = traced(body, "POST", "/a", "--data", data, "-H", "Content-Type: application/json")
    assert found.messages("body")[0] == f"the body does not satisfy its schema: {fault}"


@pytest.mark.parametrize(
    ("schema", "value", "fault"),
    [
        ({"const": None}, 3, "3 is not null"),
        ({"exclusiveMinimum": 4}, 3, "3 is not more than 4"),
        ({"exclusiveMaximum": 1}, 3, "3 is not less than 1"),
        ({"contains": {"type": "string"}}, [True], "[true] has too few or too many items like that in 'contains'"),
        ({"dependentRequired": {"a": ["b"]}}, {"a": None}, "{\"a\": null} does not satisfy 'dependentRequired'"),
        ({"properties": {"a": False}}, {"a": None}, "null is not allowed: the schema is false"),
    ],
)
def test_faults_of_openapi_3_1(schema: dict[str, Any], value: object, fault: str) -> None:
    """The keywords of later drafts have words too."""
    (error,) = jsonschema.Draft202012Validator(schema).iter_errors(value)
    assert faults.fault(error) == fault


@pytest.mark.parametrize(
    ("more", "query", "number"),
    [
        ("", "p=a&p=b", 2),
        ("", "p=a,b", 1),
        ("explode: false, ", "p=a,b", 2),
        ("style: spaceDelimited, explode: false, ", "p=a%20b", 2),
        ("style: pipeDelimited, explode: false, ", "p=a|b", 2),
    ],
)
def test_styles_of_arrays(more: str, query: str, number: int) -> None:
    """The items of an array are read as its style writes them."""
    body = _parameter("query", f"{{type: array, minItems: {number}, maxItems: {number}}}", more)
    assert traced(body, "GET", f"/a?{query}").outcome == "answered"


def test_array_in_a_header() -> None:
    """The items of an array in a header are separated by commas."""
    body = _parameter("header", "{type: array, minItems: 2, items: {type: string}}")
    assert traced(body, "GET", "/a", "-H", "P: a,b").outcome == "answered"
    assert traced(body, "GET", "/a", "-H", "P: a").outcome == "refused"


def test_required_parameter() -> None:
    """A required parameter that is missing is refused by a validator alone."""
    body = _parameter("query", "{type: string}", "required: true, ")
    assert traced(body, "GET", "/a").named("parameters") == [
        ("refused", "the required query parameter 'p' is missing"),
        ("refused", "the validator refuses the request"),
    ]
    found = traced(body.replace("validateRequestParameters: true", ""), "GET", "/a")
    assert found.exit_code == 0
    assert found.named("parameters") == [
        ("info", "the required query parameter 'p' is missing"),
        ("info", "no validator checks that ('validateRequestParameters'): the request goes on"),
    ]


@pytest.mark.parametrize(
    ("schema", "reason"),
    [
        ("{type: integer, maximum: '${MAX}'}", "the schema has a value that is not known yet"),
        ("{$ref: '#/components/schemas/None'}", "'$ref' leads to no schema: '#/components/schemas/None'"),
        ("{type: integer, maximum: many}", "the schema is not valid"),
        ("{type: string, pattern: '('}", "the schema is not valid"),
        ("{type: object}", "it may be an object, and how one is written is not read here"),
    ],
)
def test_unknown_is_not_judged(schema: str, reason: str) -> None:
    """A schema that is not known, or that is wrong, refuses nothing."""
    found = traced(_parameter("query", schema), "GET", "/a?p=1")
    assert found.exit_code == 0
    ((status, message),) = found.named("parameters")
    assert status == "open"
    assert message.startswith(f"the query parameter 'p' is not judged: {reason}")


BODY = """components:
  schemas:
    Node:
      type: object
      required: [id, made]
      properties:
        id: {type: integer}
        made: {type: string, readOnly: true}
        name: {type: string, nullable: true}
        children: {type: array, items: {$ref: '#/components/schemas/Node'}}
paths:
  /a:
    post:
      requestBody:
        required: true
        content: {application/json: {schema: {$ref: '#/components/schemas/Node'}}}
      x-yc-apigateway-validator: {validateRequestBody: true}
      x-yc-apigateway-integration: {type: dummy, http_code: 200}
"""


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        ('{"id": 1, "name": null, "children": [{"id": 2}]}', ""),
        (
            '{"id": 1, "children": [{"id": "x"}]}',
            "satisfy its schema at '/children/0/id': \"x\" is not of type integer",
        ),
        ("{}", "satisfy its schema: 'id' is missing"),
        (
            '{"id": 1,\n x}',
            "the body is not JSON: expecting property name enclosed in double quotes at 2:2 of the body",
        ),
        ('{"id": NaN}', "the body is not JSON that can be read"),
        ("[" * 100_000, "the body is not JSON that can be read"),
    ],
)
def test_body(data: str, fault: str) -> None:
    """The body satisfies its schema, or the trace says what is wrong at which place in it."""
    found = traced(BODY, "POST", "/a", "--data", data, "-H", "Content-Type: application/json; charset=utf-8")
    assert found.outcome == ("refused" if fault else "answered")
    first = found.named("body")[0]
    assert first == ("ok", "the body satisfies its schema") if not fault else first[0] == "refused"
    assert fault in first[1]


def test_body_that_nobody_checks() -> None:
    """Without a validator the body is judged and the request goes on."""
    found = traced(
        BODY.replace("validateRequestBody: true", "validateRequestBody: false"), "POST", "/a", "--data", "{}"
    )
    assert found.outcome == "answered"
    assert found.messages("body")[-1] == "no validator checks that ('validateRequestBody'): the request goes on"


def test_body_of_another_kind() -> None:
    """What a validator makes of a media type that is not declared is open; a body that is missing is refused."""
    found = traced(BODY, "POST", "/a", "--data", "x", "-H", "Content-Type: text/plain")
    text = "the media type 'text/plain' is not declared: what a validator makes of the body is not documented"
    assert found.named("body") == [("open", text)]
    assert traced(BODY, "POST", "/a").named("body")[0] == ("refused", "the body is required and missing")


def test_names_that_yaml_versions_read_differently() -> None:
    """A name such as `n` is a name where a name is due."""
    body = BODY.replace("[id, made]", "[n]")
    found = traced(body, "POST", "/a", "--data", '{"id": 1}')
    assert found.messages("body")[1] == "the body does not satisfy its schema: 'n' is missing"
    schema = "{type: string, enum: [y, n]}"
    assert traced(_parameter("query", schema), "GET", "/a?p=y").outcome == "answered"
    assert traced(_parameter("query", schema), "GET", "/a?p=z").outcome == "refused"


def test_value_that_may_be_empty() -> None:
    """An empty value satisfies any schema if the parameter allows it."""
    assert traced(_parameter("query", "{type: integer}"), "GET", "/a?p=").outcome == "refused"
    body = _parameter("query", "{type: integer}", "allowEmptyValue: true, ")
    assert traced(body, "GET", "/a?p=").outcome == "answered"


def test_error_handler() -> None:
    """The handler of the validator answers a request that is refused."""
    handler = (
        "{validateRequestBody: true, validationErrorHandler: {statusCode: 422, x-yc-apigateway-integration: "
        "{type: dummy, http_code: 400, content: {'*': 'bad'}}}}"
    )
    found = traced(BODY.replace("{validateRequestBody: true}", handler), "POST", "/a", "--data", "{}")
    assert found.exit_code == 1
    assert found.messages("answer") == [
        "the error handler of the validator answers, with the status 422",
        "the dummy answers 400",
    ]
    assert found.details("answer") == {"body": "bad"}


ASKING = ("-H", "Origin: https://a.example", "-H", "Access-Control-Request-Method: PUT")


@pytest.mark.parametrize(
    ("rule", "options", "outcome", "details"),
    [
        (
            "{origin: true, methods: [GET, PUT], maxAge: 60}",
            (),
            "answered",
            {
                "Access-Control-Allow-Origin": "https://a.example",
                "Access-Control-Allow-Methods": "GET, PUT",
                "Access-Control-Max-Age": "60",
            },
        ),
        (
            "{origin: '*', methods: '*', allowedHeaders: '*'}",
            ("-H", "Access-Control-Request-Headers: X-A"),
            "answered",
            {
                "Access-Control-Allow-Origin": "*",
                "Access-Control-Allow-Methods": "*",
                "Access-Control-Allow-Headers": "*",
            },
        ),
        ("{origin: 'https://b.example', methods: '*'}", (), "refused", {"Access-Control-Allow-Methods": "*"}),
        (
            "{origin: ['https://a.example'], methods: 'GET,POST'}",
            (),
            "refused",
            {"Access-Control-Allow-Origin": "https://a.example", "Access-Control-Allow-Methods": "GET, POST"},
        ),
        (
            "{origin: true, methods: [PUT], allowedHeaders: [X-B]}",
            ("-H", "Access-Control-Request-Headers: X-A"),
            "refused",
            {
                "Access-Control-Allow-Origin": "https://a.example",
                "Access-Control-Allow-Methods": "PUT",
                "Access-Control-Allow-Headers": "X-B",
            },
        ),
        (
            "{origin: true, methods: '*', credentials: true}",
            (),
            "refused",
            {
                "Access-Control-Allow-Origin": "https://a.example",
                "Access-Control-Allow-Methods": "*",
                "Access-Control-Allow-Credentials": "true",
            },
        ),
    ],
)
def test_preflight(rule: str, options: tuple[str, ...], outcome: str, details: dict[str, str]) -> None:
    """A CORS rule answers a preflight with its headers, and the browser goes on or not."""
    body = f"x-yc-apigateway: {{cors: {rule}}}\npaths:\n  /a: {operation(DUMMY)}\n"
    found = traced(body, "OPTIONS", "/a", *ASKING, *options)
    assert found.outcome == outcome
    assert found.details("preflight") == details
    assert found.messages("preflight")[0] == "the CORS rule answers the preflight with 200, no integration is called"


def test_preflight_of_the_specification() -> None:
    """With `origin: false` the specification answers OPTIONS itself."""
    item = f"{{x-yc-apigateway-cors: {{origin: false}}, options: {{x-yc-apigateway-integration: {DUMMY}}}}}"
    found = traced(f"paths:\n  /a: {item}\n", "OPTIONS", "/a", *ASKING)
    assert found.exit_code == 0
    assert found.messages("preflight", "operation") == [
        "the CORS rule has 'origin: false': the specification answers OPTIONS",
        "options /a serves the request",
    ]


def test_options_that_is_no_preflight() -> None:
    """Whether a CORS rule answers OPTIONS without the headers of a preflight is open."""
    body = f"x-yc-apigateway: {{cors: {{origin: true}}}}\npaths:\n  /a: {operation(DUMMY)}\n"
    assert traced(body, "OPTIONS", "/a").outcome == "open"


def test_body_that_is_not_json_and_that_nobody_checks() -> None:
    """That a body is no JSON has a note that the request goes on, if no validator checks it."""
    content = "requestBody: {content: {application/json: {schema: {type: object}}}}"
    body = f"paths: {{/a: {{post: {{{content}, x-yc-apigateway-integration: {DUMMY}}}}}}}\n"
    found = traced(body, "POST", "/a", "--data", "{", "-H", "Content-Type: application/json")
    assert found.messages("body")[1:] == ["no validator checks that ('validateRequestBody'): the request goes on"]
