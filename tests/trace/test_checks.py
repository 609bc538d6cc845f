"""A trace says what is asked of a request: credentials, parameters, the body, and who answers preflights."""

from __future__ import annotations

import pytest

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
        ("{type: integer}", "p=x", "'x' is not of type 'integer'"),
        ("{type: integer, minimum: 6}", "p=5", "5 is less than the minimum of 6"),
        ("{type: integer, minimum: 5, exclusiveMinimum: true}", "p=5", "5 is less than or equal to the minimum of 5"),
        ("{type: string}", "p=5", ""),
        ("{type: boolean}", "p=true", ""),
        ("{type: boolean}", "p=yes", "'yes' is not of type 'boolean'"),
        ("{enum: [1, 2]}", "p=1", ""),
        ("{type: string, enum: [a, b]}", "p=c", "'c' is not one of ['a', 'b']"),
        ("{allOf: [{type: integer}, {maximum: 3}]}", "p=2", ""),
        ("{type: string, pattern: '^[a-z]+$'}", "p=A", "'A' does not match '^[a-z]+$'"),
        ("{type: array, items: {type: integer}}", "p=1&p=2", ""),
        ("{type: array, items: {type: string}}", "p=1&p=2", ""),
        ("{type: array, uniqueItems: true, items: {type: integer}}", "p=1&p=1", "[1, 1] has non-unique elements"),
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
        ("{type: object}", "how it is an object is not read here"),
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
            "satisfy its schema at '/children/0/id': 'x' is not of type 'integer'",
        ),
        ("{}", "satisfy its schema: 'id' is a required property"),
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
    assert found.messages("body")[1] == "the body does not satisfy its schema: 'n' is a required property"
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
