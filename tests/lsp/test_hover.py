"""Hover says what a key, a value or a name means, as the schemas and the gateway's model know it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from apigw_lint.gateway.documented import documented_keys
from apigw_lint.gateway.kinds import Kinds
from apigw_lint.source.parse import parse
from apigw_lint.source.text import Source
from tests.bench.inputs import terraform
from tests.lsp.client import Client
from tests.support import SPECS, header, read

DOCS = "https://yandex.cloud/en/docs/api-gateway/concepts/extensions/"
OPENAPI = "https://spec.openapis.org/oas/v3.0.3"
TOKEN = "AQVNabcdefghijklmnopqrstuvwxyzABCDEFGHIJ"

SPEC = header(
    f"""\
x-yc-apigateway:
  cors: {{origin: '*'}}
  variables:
    stage:
      description: Где работает 🐱
      default: test
      enum: [test, prod]
    any: {{default: 1}}
    token: {{default: {TOKEN}}}
security:
  - key: []
paths:
  /pets/{{id}}:
    parameters:
      - $ref: '#/components/parameters/id'
    get:
      summary: One pet
      security: [{{jwt: []}}, {{open: []}}, {{}}]
      x-yc-apigateway-integration:
        type: http
        url: https://${{var.stage}}.example.com/{{id}}/${{var.any}}/🐱{{kind}}
        method: GET
        headers:
          X-Token: ${{var.token}}
        timeouts: {{connect: 3}}
        service_account_id: aje0123456789abcdefg
      parameters:
        - name: kind
          in: query
          schema: {{type: string, enum: [cat, dog]}}
    x-yc-apigateway-any-method:
      x-yc-apigateway-integration:
        $ref: '#/components/x-yc-apigateway-integrations/nothing'
  /pets/mine:
    get:
      security: []
      x-yc-apigateway-integration: {{type: dummy, http_code: 200, content: {{'*': mine}}}}
  /{{rest+}}:
    get: &default {{x-yc-apigateway-integration: {{type: dummy, http_code: 404}}}}
  /pets/{{no}}:
    post: *default
components:
  parameters:
    id:
      name: id
      in: path
      required: true
      schema: {{type: string}}
  securitySchemes:
    key:
      type: apiKey
      name: X-Key
      in: header
      x-yc-apigateway-authorizer:
        type: function
        function_id: d4e0123456789abcdefg
        authorizer_result_ttl_in_seconds: 300
    jwt:
      type: openIdConnect
      openIdConnectUrl: https://id.example.com
      x-yc-apigateway-authorizer: {{type: jwt, identitySource: {{in: cookie, name: jwt}}}}
    open: {{type: http, scheme: bearer}}
  x-yc-apigateway-integrations:
    nothing: {{type: dummy, http_code: 404}}
"""
)

CASES = {
    # keys and values
    "u|rl: https": f"""\
**`url`** string, required

URL to call, reachable from the internet or from the gateway's user network. `{{name}}` is replaced by the request \
parameter of that name.

[Documentation]({DOCS}http)""",
    "method: G|ET": f"""\
**`method`** string

HTTP method of the call, the request's own by default.

Allowed: `GET`, `HEAD`, `POST`, `PUT`, `PATCH`, `DELETE`, `OPTIONS`, `TRACE`, `CONNECT`.

[Documentation]({DOCS}http)""",
    "con|nect: 3": f"""\
**`connect`** number, at least 0

Time to connect, in seconds. At most the gateway's own request timeout.

[Documentation]({DOCS}http)""",
    "X-To|ken: ": f"""\
**`headers`** object

Headers of the call: name to value or list of values; `'*': '*'` forwards the request's. Only `User-Agent` is sent by \
default; `{{name}}` in a value is replaced by the request parameter of that name.

[Documentation]({DOCS}http)""",
    "aje01234|56789abcdefg": f"""\
**`service_account_id`** string

Id of the service account that authorizes the call. The one of `x-yc-apigateway` is not used here.

Parameters are not substituted here.

[Documentation]({DOCS}http)""",
    "type: htt|p\n        url": f"""\
**`type`** string, required

Type of the integration: what serves the request. It decides which other fields there are.

Forwards the request to a URL.

Allowed: `dummy`, `cloud_functions`, `serverless_containers`, `http`, `object_storage`, `cloud_datasphere`, \
`cloud_datastreams`, `cloud_ymq`, `cloud_ydb`, `swagger`.

[Documentation]({DOCS}http)""",
    "x-yc-apigateway-integrati|on:\n        type: http": f"""\
**`x-yc-apigateway-integration`** object

What the gateway calls or returns to serve requests to this operation.

Forwards the request to a URL.

[Documentation]({DOCS}http)""",
    "o|penapi: 3": f"""\
**`openapi`** string or number

Version of OpenAPI that the document follows, such as `3.0.3`.

[Documentation]({OPENAPI}#openapi-object)""",
    # parameters
    "example.com/{i|d}": """\
**`id`** path parameter, line 46

```yaml
id:
  name: id
  in: path
  required: true
  schema: {type: string}
```""",
    "🐱{k|ind}": """\
**`kind`** query parameter, line 30

```yaml
name: kind
in: query
schema: {type: string, enum: [cat, dog]}
```""",
    # variables
    "${var.s|tage}": """\
**`${var.stage}`** variable, line 6

Где работает 🐱

Default: `test`. Allowed: `test`, `prod`.""",
    "${var.a|ny}": """\
**`${var.any}`** variable, line 10

Default: `1`. Any value is allowed.""",
    "$|{var.any}": """\
**`${var.any}`** variable, line 10

Default: `1`. Any value is allowed.""",
    "${var.t|oken}": f"""\
**`${{var.token}}`** variable, line 11

Default: `{"*" * 40}`. Any value is allowed.""",
    # references
    "integrations/no|thing'": """\
**`nothing`** integration, line 66

```yaml
nothing: {type: dummy, http_code: 404}
```""",
    # paths
    "/pe|ts/{id}:": """\
**`/pets/{id}`** serves any method.

Requests (GET) that also match `/pets/mine` go there.

Requests (GET) that also match `/{rest+}` come here.

Which path serves requests (POST) that also match `/pets/{no}` is not documented.""",
    "/pets/m|ine:": """\
**`/pets/mine`** serves GET.

Requests that also match `/pets/{id}` or `/{rest+}` come here.""",
    # security schemes
    "k|ey: []": """\
**`key`** security scheme, line 52

Credentials: header `X-Key`.

Enforced by function `d4e0123456789abcdefg`. Results are cached for `300` s, for each path of the specification.""",
    "{j|wt: []}": """\
**`jwt`** security scheme, line 60

Credentials: cookie `jwt`.

Enforced by the gateway, which checks tokens against `https://id.example.com`. Results are not cached.""",
    "op|en: {type": """\
**`open`** security scheme, line 64

Credentials: header `Authorization`.

The gateway does not enforce it: it has no `x-yc-apigateway-authorizer`.""",
    # operations
    "ge|t:\n      summary": f"""\
**`get`** object

What a GET request to this path does.

[Documentation]({OPENAPI}#path-item-object)

- Integration: `http`, url `https://${{var.stage}}.example.com/{{id}}/${{var.any}}/🐱{{kind}}`
- Security: `jwt` (jwt authorizer), `open` (not enforced by the gateway) or none
- CORS: the rule of the gateway answers preflight requests""",
    "x-yc-apigateway-any-m|ethod": f"""\
**`x-yc-apigateway-any-method`** object

Operation that serves every HTTP method this path does not define itself.

[Documentation]({DOCS}any-method)

- Integration: `dummy`, http_code `404`
- Security of the document: `key` (function authorizer)
- CORS: the rule of the gateway answers preflight requests""",
    "ge|t:\n      security: []": f"""\
**`get`** object

What a GET request to this path does.

[Documentation]({OPENAPI}#path-item-object)

- Integration: `dummy`, http_code `200`
- Security: none
- CORS: the rule of the gateway answers preflight requests""",
}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    with Client(tmp_path_factory.mktemp("hover")) as client:
        yield client


def hover(client: Client, uri: str, place: str) -> tuple[str, str] | None:
    """What is said at a place, and the part of the text that it is about."""
    found = client.request("textDocument/hover", client.at(uri, place))
    if found is None:
        return None
    assert found["contents"]["kind"] == "markdown"
    return found["contents"]["value"], client.covered(uri, found["range"])


@pytest.mark.parametrize("place", CASES)
def test_hover(client: Client, place: str) -> None:
    """Each place of a specification has the expected text."""
    uri = client.open("spec.yaml", SPEC)
    found = hover(client, uri, place)
    assert found
    assert found[0] == CASES[place]


@pytest.mark.parametrize(
    ("place", "covered"),
    [
        ("u|rl: https", "url"),
        ("method: G|ET", "GET"),
        ("🐱{k|ind}", "kind"),
        ("${var.s|tage}", "stage"),
        ("/pe|ts/{id}:", "/pets/{id}"),
        ("integrations/no|thing'", "nothing"),
        ("{j|wt: []}", "jwt"),
    ],
)
def test_range(client: Client, place: str, covered: str) -> None:
    """The range is that of the key, the value or the name, also behind emoji."""
    found = hover(client, client.open("spec.yaml", SPEC), place)
    assert found
    assert found[1] == covered


def test_secrets_without_findings(tmp_path: Path) -> None:
    """A secret is stars in a hover, the outline and completion, also where nothing is found in the text."""
    (tmp_path / ".apigw-lint.yaml").write_text("rules: {hardcoded-secret: 'off'}\n")
    text = header(
        f"x-yc-apigateway:\n  variables:\n    api-token: {{default: {TOKEN}}}\n"
        "paths:\n  /a:\n    get:\n      security: []\n      responses: {'200': {description: ok}}\n"
        "      x-yc-apigateway-integration: {type: dummy, http_code: 200, content: {'*': '${var.api-token}'}}\n"
    )
    with Client(tmp_path) as client:
        uri = client.open("spec.yaml", text)
        assert client.diagnostics(uri) == []
        shown = hover(client, uri, "${var.api|-token}")
        assert shown
        assert f"Default: `{'*' * len(TOKEN)}`." in shown[0]
        symbols = client.request("textDocument/documentSymbol", {"textDocument": {"uri": uri}})
        completed = client.request("textDocument/completion", client.at(uri, "${var.|api-token}"))
        assert [TOKEN in str(answer) for answer in (symbols, completed)] == [False, False]
        assert "api-token" in str(completed)


@pytest.mark.parametrize("place", ["🐱{k|ind}", "${var.t|oken}", "/pe|ts/{id}:", "con|nect: 3"])
def test_crlf(client: Client, place: str) -> None:
    """Line ends of Windows change nothing."""
    uri = client.open("crlf.yaml", SPEC.replace("\n", "\r\n"))
    found = hover(client, uri, place)
    assert found
    assert found[0] == CASES[place]


def test_heredoc(client: Client) -> None:
    """In a heredoc lines are those of the file, and variables are written as Terraform wants it."""
    spec = header(
        "x-yc-apigateway: {variables: {a: {default: x}}}\n"
        "paths:\n  /a: {get: {x-yc-apigateway-integration: {type: http, url: 'https://a.example/$${var.a}'}}}\n"
    )
    uri = client.open("main.tf", terraform(spec), "terraform")
    text = "**`$${var.a}`** variable, line 6\n\nDefault: `x`. Any value is allowed."
    assert hover(client, uri, "$${var.|a}") == (text, "a")


def test_json(client: Client) -> None:
    """Keys of JSON are covered with their quotes."""
    uri = client.open("spec.json", '{"openapi": "3.0.0", "paths": {"/a": {"get": {}}}, "x-yc-apigateway": {}}', "json")
    assert hover(client, uri, '"/|a"') == ("**`/a`** serves GET.", '"/a"')


def test_long_excerpts_are_cut(client: Client) -> None:
    """No more than some lines of what a reference leads to are shown, and secrets in them are hidden."""
    query = "".join(f"          q{number}: x\n" for number in range(20))
    uri = client.open(
        "long.yaml",
        header(
            "x-yc-apigateway: {}\n"
            "paths: {/a: {get: {x-yc-apigateway-integration: "
            "{$ref: '#/components/x-yc-apigateway-integrations/Long'}}}}\n"
            "components:\n  x-yc-apigateway-integrations:\n"
            "    Long:\n      type: http\n      url: https://a.example\n"
            f"      headers: {{Authorization: Api-Key {TOKEN}}}\n      query:\n{query}"
        ),
    )
    shown = "".join(f"      q{number}: x\n" for number in range(7))
    text = (
        "**`Long`** integration, line 7\n\n```yaml\nLong:\n  type: http\n  url: https://a.example\n"
        f"  headers: {{Authorization: Api-Key {'*' * 40}}}\n  query:\n{shown}...\n```"
    )
    assert hover(client, uri, "integrations/Lo|ng'") == (text, "Long")


def test_nothing_to_say(client: Client) -> None:
    """Unknown keys, comments, other files and texts that cannot be read have no hover."""
    uri = client.open("odd.yaml", header("x-yc-apigateway: {cros: 1}\npaths: {} # comment\n"))
    assert hover(client, uri, "cr|os") is None
    assert hover(client, uri, "# com|ment") is None
    assert hover(client, client.open("compose.yaml", "services: {web: {image: nginx}}\n"), "im|age") is None
    uri = client.open("half.yaml", SPEC.replace("{origin: '*'}", "{origin: ["))
    assert hover(client, uri, "method: G|ET") is None


@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.name)
def test_every_documented_key(client: Client, path: Path) -> None:
    """Each key that the schemas document says what it is, with a link to a page."""
    text = read(path)
    uri = client.open(path.name, text)
    tree = parse(Source(path.name, text))
    kinds = Kinds(tree)
    assert tree.root
    for node in tree.root.walk():
        key, span = str(node.key), node.key_span
        if span is None or key not in documented_keys(kinds.of(node.container)).keys:
            continue
        position = client.position(uri, span.start)
        found = client.request("textDocument/hover", {"textDocument": {"uri": uri}, "position": position})
        shown = found["contents"]["value"]
        assert shown.startswith(f"**`{key}`**")
        assert "](https://" in shown
        assert client.covered(uri, found["range"]) == text[span.start : span.end]
