"""What is proposed while one types, and what the text is when it is accepted."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from apigw_lint.config import Config
from apigw_lint.diff.kinds import KINDS
from apigw_lint.lsp.analysis import Client as Capabilities
from apigw_lint.lsp.analysis import Text, read
from apigw_lint.lsp.completion import completion
from apigw_lint.lsp.settings import Settings
from apigw_lint.rules import RULES
from tests import support
from tests.conftest import FIXTURES
from tests.lsp.client import CAPABILITIES, Client
from tests.lsp.completion import accept, accepted, completed, labels

HEAD = "openapi: 3.0.0\ninfo: {title: API, version: 1.0.0}\n"
OPERATION = HEAD + "paths:\n  /pets/{id}:\n    get:\n"
INTEGRATION = OPERATION + "      x-yc-apigateway-integration:\n"
REST = "    post:\n      x-yc-apigateway-integration: {type: dummy}\n"
COMPONENTS = """components:
  schemas:
    Pet: {type: object, description: A pet}
    a/b~c: {type: string}
  x-yc-apigateway-integrations:
    Mock: {type: dummy}
  securitySchemes:
    key: {type: apiKey, name: key, in: header}
    login: {type: oauth2, flows: {}}
"""


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    with Client(tmp_path_factory.mktemp("completion")) as client:
        yield client


class TestKeys:
    """Keys of an object: those that it does not have, required ones first."""

    FIELDS_OF_A_FUNCTION = ("function_id", "tag", "payload_format_version", "context", "service_account_id")

    @pytest.mark.parametrize(
        "typed",
        [
            "        type: cloud_functions\n        |\n",
            "        type: cloud_functions\n        func|\n",
            "        type: cloud_functions\n        fu|nc\n",
            "        func|\n        type: cloud_functions\n",
            "        # a comment\n        | # another\n        type: cloud_functions\n",
        ],
    )
    @pytest.mark.parametrize("rest", ["", REST])
    def test_in_a_block(self, client: Client, typed: str, rest: str) -> None:
        """The keys of a block mapping are proposed on a new line, for a word alone, and above or below other keys."""
        assert labels(client, "a.yaml", INTEGRATION + typed + rest) == [*self.FIELDS_OF_A_FUNCTION]

    @pytest.mark.parametrize(
        "typed",
        [
            "{type: cloud_functions, |}\n",
            "{type: cloud_functions, func|}\n",
            "{func|, type: cloud_functions}\n",
            "{type: cloud_functions, |\n",
            "{type: cloud_functions, 'func|\n",
            '{"type": "cloud_functions", "fu|nc"}\n',
        ],
    )
    @pytest.mark.parametrize("rest", ["", REST])
    def test_in_braces(self, client: Client, typed: str, rest: str) -> None:
        """So they are in braces, closed or not."""
        text = f"{OPERATION}      x-yc-apigateway-integration: {typed}{rest}"
        assert labels(client, "a.yaml", text) == [*self.FIELDS_OF_A_FUNCTION]

    @pytest.mark.parametrize(
        "typed",
        [
            '"type": "cloud_functions",\n|',
            '"type": "cloud_functions",\n"fu|',
            '"fu|",\n"type": "cloud_functions"',
            '"fu|\n"type": "cloud_functions"',
            '"type": "cloud_functions"\n"|"',
        ],
    )
    def test_in_json(self, client: Client, typed: str) -> None:
        """In JSON they are proposed with quotes that are open or closed, and where a comma is missing."""
        text = '{"openapi": "3.0.0", "paths": {"/a": {"get": {"x-yc-apigateway-integration": {\n%s\n}}}}}\n'
        assert labels(client, "a.json", text % typed) == [*self.FIELDS_OF_A_FUNCTION]

    @pytest.mark.parametrize(
        "broken", ["x-a: [\n", 'x-a: "\n', "word\n", "x-a: {b: 1\n", "x-a: b: c\n", "x-a: *a\n", "%\n"]
    )
    def test_beside_other_broken_lines(self, client: Client, broken: str) -> None:
        """A line below that is no YAML changes nothing."""
        text = f"{INTEGRATION}        type: cloud_functions\n        |\n{REST}{broken}"
        assert labels(client, "a.yaml", text) == [*self.FIELDS_OF_A_FUNCTION]

    def test_below_a_broken_line(self, client: Client) -> None:
        """Neither does one above."""
        text = f"{INTEGRATION}        type: cloud_functions\n        |\n{REST}"
        assert labels(client, "a.yaml", text.replace("paths:", "word\npaths:")) == [*self.FIELDS_OF_A_FUNCTION]

    @pytest.mark.parametrize("suffix", [".tf", ".yaml.j2", ".tftpl"])
    def test_in_heredocs_and_templates(self, client: Client, suffix: str) -> None:
        """Heredocs of Terraform and templates are completed like documents."""
        tag = "{{ x }}" if suffix == ".yaml.j2" else "${x}"
        text = f"{INTEGRATION}        type: cloud_functions\n        tag: {tag}\n        |\n{REST}"
        if suffix == ".tf":
            text = f'resource "yandex_api_gateway" "g" {{\n  name = "имя 🙂"\n  spec = <<-EOT\n{text}EOT\n}}\n'
        expected = [name for name in self.FIELDS_OF_A_FUNCTION if name != "tag"]
        assert labels(client, f"a{suffix}", text) == expected

    def test_with_windows_line_breaks_and_wide_characters(self, client: Client) -> None:
        """The edit is exact behind CRLF and characters outside of the basic plane."""
        text = f"{INTEGRATION}        type: cloud_functions\n        fu|n\n".replace("API", "🙂 мир")
        assert labels(client, "a.yaml", text.replace("\n", "\r\n")) == [*self.FIELDS_OF_A_FUNCTION]
        result = accept(client, "a.yaml", text.replace("\n", "\r\n"), "function_id")
        assert result.endswith("        type: cloud_functions\r\n        function_id: \r\n")

    def test_what_is_required_comes_first(self, client: Client) -> None:
        """Required keys come first, then the others in the order of the schema, a reference last."""
        items = completed(client, "a.yaml", f"{OPERATION}      parameters:\n        - |\n")
        assert [(item["label"], item["detail"]) for item in items[:4]] == [
            ("name", "string, required"),
            ("in", "string, required"),
            ("schema", "object, required"),
            ("description", "string"),
        ]
        assert items[-1]["label"] == "$ref"

    def test_what_excludes_a_key_that_is_there_is_left_out(self, client: Client) -> None:
        """Of two keys that exclude each other, the second is not proposed."""
        typed = "      parameters:\n        - name: a\n          schema: {}\n          |\n"
        assert "content" not in labels(client, "a.yaml", OPERATION + typed)
        assert "content" in labels(client, "a.yaml", (OPERATION + typed).replace("schema: {}", "in: query"))

    def test_no_keys_beside_a_reference(self, client: Client) -> None:
        """Beside a reference nothing is proposed."""
        assert labels(client, "a.yaml", f"{INTEGRATION}        $ref: '#/x'\n        |\n") == []

    @pytest.mark.parametrize(
        ("place", "left_out"),
        [
            ("x-yc-apigateway:\n  |\n", {"serviceAccountId", "rateLimit", "securityProfileId"}),
            (f"{INTEGRATION}        type: http\n        |\n", {"serviceAccountId", "service_account"}),
            (f"{OPERATION}      |\n", {"x-yc-apigateway-rate-limit"}),
        ],
    )
    def test_no_old_spellings(self, client: Client, place: str, left_out: set[str]) -> None:
        """Old spellings and discontinued keys are not proposed."""
        text = place if place.startswith("openapi") else HEAD + place
        proposed = labels(client, "a.yaml", text)
        assert len(proposed) > 5
        assert left_out.isdisjoint(proposed)

    def test_documentation(self, client: Client) -> None:
        """A key is documented with what the schema says and a link to the page."""
        [item, *_] = completed(client, "a.yaml", f"{INTEGRATION}        type: cloud_functions\n        |\n")
        page = "https://yandex.cloud/en/docs/api-gateway/concepts/extensions/cloud-functions"
        assert item["documentation"] == {
            "kind": "markdown",
            "value": f"Id of the function to call. Parameters are not substituted here.\n\n[Documentation]({page})",
        }
        assert item["kind"] == 10

    @pytest.mark.parametrize(
        "place",
        [
            f"{INTEGRATION}        type: cloud_functions # |\n",
            f"{OPERATION}      summary: a |\n",
            f"{OPERATION}      description: >-\n        a |\n",
            f"{HEAD}paths:\n  |\n",
        ],
    )
    def test_nothing_in_comments_texts_and_names(self, client: Client, place: str) -> None:
        """Where nothing is due that the schemas know, nothing is proposed."""
        assert labels(client, "a.yaml", f"{place}x-yc-apigateway: {{}}\n") == []

    def test_a_document_that_is_no_gateway_specification_yet(self, client: Client) -> None:
        """A new OpenAPI document is completed before it has a key of the gateway."""
        assert labels(client, "new.yaml", "openapi: 3.0.0\n|")[:2] == ["info", "paths"]
        assert "x-yc-apigateway-integration" in labels(client, "new.yaml", f"{OPERATION}      |\n")

    def test_nothing_in_other_files(self, client: Client) -> None:
        """Other YAML files are left alone."""
        assert labels(client, "other.yaml", "services:\n  |\n") == []


class TestTyping:
    """What the text is when an item is accepted."""

    @pytest.mark.parametrize(
        ("place", "label", "written"),
        [
            ("        type: http\n        u|\n", "url", "        type: http\n        url: \n"),
            ("        type: http\n        u|rrl: x\n", "url", "        type: http\n        url: x\n"),
            ("        type: http\n        |: x\n", "url", "        type: http\n        url: x\n"),
            ("        type: http\n        head|\n", "headers", "        type: http\n        headers:\n          \n"),
            ("        type: http\n        'u|\n", "url", "        type: http\n        'url': \n"),
            ("        type: |\n", "http", "        type: http\n"),
            ("        type: ht|tp2\n", "http", "        type: http\n"),
            ("        type: 'h|'\n", "http", "        type: 'http'\n"),
            ('        type: "h|\n', "http", '        type: "http"\n'),
            ("        |\n", "type: http", "        type: http\n        url: \n"),
            ("        |\n", "$ref", "        $ref: '#/'\n"),
        ],
    )
    def test_in_a_block(self, client: Client, place: str, label: str, written: str) -> None:
        """In a block, the colon and the next line are written where they are missing; quotes that were begun stay."""
        assert accept(client, "a.yaml", INTEGRATION + place, label) == INTEGRATION + written

    @pytest.mark.parametrize(
        ("place", "label", "written"),
        [
            ("{type: http, u|}", "url", "{type: http, url: }"),
            ("{type: http, | url: x}", "headers", "{type: http, headers: {}, url: x}"),
            ("{|}", "type: http", "{type: http, url: }"),
            ("{type: |, url: x}", "http", "{type: http, url: x}"),
        ],
    )
    def test_in_braces(self, client: Client, place: str, label: str, written: str) -> None:
        """In braces, what was typed is replaced, and nothing else."""
        head = f"{OPERATION}      x-yc-apigateway-integration: "
        assert accept(client, "a.yaml", f"{head}{place}\n", label) == f"{head}{written}\n"

    @pytest.mark.parametrize(
        ("place", "label", "written"),
        [
            ("|", "type: http", '"type": "http", "url": ""'),
            ('"ty|', "type: http", '"type": "http", "url": ""'),
            ('"type": |', "http", '"type": "http"'),
            ('"type": "h|', "http", '"type": "http"'),
            ('"type": "h|ttp"', "http", '"type": "http"'),
            ('"type": "http", "he|"', "headers", '"type": "http", "headers": {}'),
            ('"he|"\n"type": "http"', "headers", '"headers": {},\n"type": "http"'),
            ('"m|": "GET", "type": "http"', "method", '"method": "GET", "type": "http"'),
        ],
    )
    def test_in_json(self, client: Client, place: str, label: str, written: str) -> None:
        """In JSON, quotes are completed, and a comma is written if an entry follows."""
        text = '{"openapi": "3.0.0", "paths": {"/a": {"get": {"x-yc-apigateway-integration": {\n%s\n}}}}}\n'
        assert accept(client, "a.json", text % place, label) == text % written

    def test_a_value_that_needs_quotes(self, client: Client) -> None:
        """A string that would be a number without quotes gets them."""
        text = f"{INTEGRATION}        type: cloud_functions\n        payload_format_version: |\n"
        assert accept(client, "a.yaml", text, "1.0") == text.replace("|", "'1.0'")

    def test_behind_a_dash(self, client: Client) -> None:
        """Behind a dash, the next line is indented from the key."""
        text = f"{OPERATION}      parameters:\n        - sch|\n"
        written = f"{OPERATION}      parameters:\n        - schema:\n            \n"
        assert accept(client, "a.yaml", text, "schema") == written

    def test_a_client_without_snippets(self, tmp_path: Path) -> None:
        """A client that takes no snippets gets plain text."""
        capabilities = {**CAPABILITIES, "textDocument": {}}
        with Client(tmp_path, capabilities) as client:
            items = completed(client, "a.yaml", f"{INTEGRATION}        |\n")
        texts = {item["label"]: item["textEdit"]["newText"] for item in items}
        assert {label: texts[label] for label in ("type", "type: http", "$ref")} == {
            "type": "type: ",
            "type: http": "type: http",
            "$ref": "$ref: ",
        }
        assert not any("insertTextFormat" in item for item in items)


class TestValues:
    """Values that the schemas list."""

    @pytest.mark.parametrize(
        ("place", "values"),
        [
            ("      parameters: [{in: |}]\n", ["path", "query", "header", "cookie"]),
            ("      parameters:\n        - in: path\n          style: |\n", ["matrix", "label", "simple"]),
            ("      parameters:\n        - in: cookie\n          style: |\n", ["form"]),
            ("      deprecated: |\n", ["true", "false"]),
            ("      x-yc-apigateway-integration: {type: cloud_ymq, action: |}\n", ["SendMessage"]),
            ("      x-yc-apigateway-integration: {type: cloud_functions, tag: |}\n", ["$latest"]),
        ],
    )
    def test_values(self, client: Client, place: str, values: list[str]) -> None:
        """Values are those of the schemas that are in force on the object as it is."""
        text = OPERATION + place + "x-yc-apigateway: {}\n"
        assert labels(client, "a.yaml", text) == values

    def test_no_old_spellings(self, client: Client) -> None:
        """Old spellings of types are not proposed."""
        types = labels(client, "a.yaml", f"{INTEGRATION}        type: |\n")
        assert types == [
            *("dummy", "cloud_functions", "serverless_containers", "http", "object_storage"),
            *("cloud_datasphere", "cloud_datastreams", "cloud_ymq", "cloud_ydb", "swagger"),
        ]


class TestNames:
    """What is declared in the document."""

    def test_parameters(self, client: Client) -> None:
        """Behind a brace the names of the operation are proposed, those in its path that are not declared last."""
        parameters = "      parameters:\n        - {name: limit, in: query, description: How many}\n"
        text = f"{OPERATION}{parameters}      x-yc-apigateway-integration: {{type: http, url: 'https://x/{{|'}}\n"
        items = completed(client, "a.yaml", text)
        assert [(item["label"], item["detail"]) for item in items] == [
            ("limit", "query parameter"),
            ("id", "path parameter, not declared"),
        ]
        assert items[0]["documentation"]["value"] == "How many\n\nOf `get /pets/{id}`."
        assert "url: 'https://x/{id}'}" in accept(client, "a.yaml", text, "id")
        assert "url: 'https://x/{id}/y'}" in accept(client, "a.yaml", text.replace("{|", "{i|x}/y"), "id")

    def test_parameters_of_all_operations_that_share_an_integration(self, client: Client) -> None:
        """A shared integration has the names of each operation that uses it."""
        text = f"""{HEAD}paths:
  /a/{{x}}: {{get: {{x-yc-apigateway-integration: {{$ref: '#/components/x-yc-apigateway-integrations/I'}}}}}}
  /b/{{y+}}: {{get: {{x-yc-apigateway-integration: {{$ref: '#/components/x-yc-apigateway-integrations/I'}}}}}}
components:
  x-yc-apigateway-integrations:
    I:
      type: dummy
      content:
        '*': Hello {{|
"""
        assert labels(client, "a.yaml", text) == ["x", "y"]

    def test_parameters_only_where_they_are_substituted(self, client: Client) -> None:
        """A field that the gateway does not substitute has none."""
        integration = "      x-yc-apigateway-integration: {type: cloud_functions, function_id: '{|'}\n"
        assert labels(client, "a.yaml", OPERATION + integration) == []
        assert labels(client, "a.yaml", OPERATION + integration.replace("function_id", "tag")) == ["id"]

    def test_websocket_headers(self, client: Client) -> None:
        """An operation of WebSocket has the headers of its event."""
        text = f"""{HEAD}paths:
  /ws:
    x-yc-apigateway-websocket-message:
      x-yc-apigateway-integration: {{type: http, url: 'https://x', headers: {{Id: '{{X-Yc|'}}}}
"""
        prefix = "X-Yc-Apigateway-Websocket-"
        assert labels(client, "a.yaml", text) == [f"{prefix}{n}" for n in ("Connection-Id", "Event-Type", "Message-Id")]

    def test_variables(self, client: Client) -> None:
        """Behind `${` the variables of the gateway are proposed with their values."""
        text = (
            f"{OPERATION}      summary: a ${{|\nx-yc-apigateway:\n  variables: {{a.b: {{default: 1, enum: [1, 2]}}}}\n"
        )
        [item] = completed(client, "a.yaml", text)
        assert (item["label"], item["documentation"]["value"]) == ("var.a.b", "Values: `1`, `2`")
        for typed in ("${|", "${va|", "${var.|", "${var.a|", "${var.|x}"):
            assert "summary: a ${var.a.b}\n" in accept(client, "a.yaml", text.replace("${|", typed), "var.a.b")

    def test_the_value_of_a_secret_variable_is_hidden(self, client: Client) -> None:
        """A secret is not shown."""
        secret = "sk_live_4eC39HqLyjWDarjtT1zdp7dc"
        text = f"{OPERATION}      summary: ${{|\nx-yc-apigateway: {{variables: {{api_key: {{default: {secret}}}}}}}\n"
        [item] = completed(client, "a.yaml", text)
        assert item["documentation"]["value"] == f"Values: `{'*' * len(secret)}`"

    def test_variables_of_the_gateway_in_terraform(self, client: Client) -> None:
        """In Terraform, only `$${` is the gateway's."""
        body = f"{OPERATION}      summary: $${{var.|\nx-yc-apigateway: {{variables: {{a: {{default: 1}}}}}}\n"
        text = f'resource "yandex_api_gateway" "g" {{\n  spec = <<EOT\n{body}EOT\n}}\n'
        assert labels(client, "a.tf", text) == ["var.a"]
        assert labels(client, "a.tf", text.replace("$${var.|", "${var.|")) == []

    @pytest.mark.parametrize(
        ("typed", "written"),
        [
            ("$ref: |", "$ref: '#/components/schemas/Pet'"),
            ("$ref: #/|", "$ref: '#/components/schemas/Pet'"),
            ("$ref: #/components/sch|emas/x", "$ref: '#/components/schemas/Pet'"),
            ("$ref: '#/|'", "$ref: '#/components/schemas/Pet'"),
            ("$ref: '#/|", "$ref: '#/components/schemas/Pet'"),
            ('$ref: "#/comp|onents"', '$ref: "#/components/schemas/Pet"'),
        ],
    )
    def test_references(self, client: Client, typed: str, written: str) -> None:
        """References lead to objects of the kind that is due, and get the quotes that `#` needs."""
        text = f"{OPERATION}      parameters:\n        - schema:\n            %s\n{COMPONENTS}x-yc-apigateway: {{}}\n"
        addresses = ["#/components/schemas/Pet", "#/components/schemas/a~1b~0c"]
        items = completed(client, "a.yaml", text % typed)
        assert [item["label"] for item in items] == addresses
        assert items[0]["documentation"]["value"] == "A pet"
        assert accept(client, "a.yaml", text % typed, addresses[0]) == text % written

    def test_no_reference_to_the_object_itself(self, client: Client) -> None:
        """An object is not proposed to itself."""
        text = f"{HEAD}x-yc-apigateway: {{}}\ncomponents:\n  schemas:\n    A: {{$ref: '|'}}\n    B: {{}}\n"
        assert labels(client, "a.yaml", text) == ["#/components/schemas/B"]

    @pytest.mark.parametrize(
        ("typed", "written"),
        [
            ("security:\n        - |", "security:\n        - key: []"),
            ("security:\n        - k|", "security:\n        - key: []"),
            ("security: [{|}]", "security: [{key: []}]"),
            ("security:\n        - login: []\n          |", "security:\n        - login: []\n          key: []"),
        ],
    )
    def test_security_schemes(self, client: Client, typed: str, written: str) -> None:
        """Requirements name the declared schemes."""
        text = f"{OPERATION}      %s\n{COMPONENTS}"
        assert accept(client, "a.yaml", text % typed, "key") == text % written


class TestIgnores:
    """Names of rules in ignores."""

    def test_in_a_comment(self, client: Client) -> None:
        """A comment names rules that it does not name yet."""
        text = f"{INTEGRATION}        type: dumy # apigw-lint: ignore[bad-value, |]\n"
        items = completed(client, "a.yaml", text)
        assert [item["label"] for item in items] == [name for name in RULES if name != "bad-value"]
        text = text.replace("bad-value, |", "bad-|value")
        assert "ignore[bad-mapping-index]" in accept(client, "a.yaml", text, "bad-mapping-index")

    def test_in_a_key(self, client: Client) -> None:
        """So does the key that JSON has instead."""
        text = '{"openapi": "3.0.0", "x-yc-apigateway": {}, "x-apigw-lint-ignore": ["|"]}'
        assert labels(client, "a.json", text) == list(RULES)


class TestConfiguration:
    """Keys and values of `.apigw-lint.yaml`."""

    @pytest.mark.parametrize(
        ("place", "proposed"),
        [
            (
                "|",
                [
                    "extends",
                    "rules",
                    "overrides",
                    "exclude",
                    "baseline",
                    "fail-level",
                    "templates",
                    "markdown",
                    "shell",
                    "placeholders",
                ],
            ),
            ("fail-level: |", ["error", "warning", "info"]),
            ("rules:\n  bad-value: |", ["off", "info", "warning", "error"]),
            ("templates:\n  '*.x': |", ["plain", "terraform", "jinja", "helm", "envsubst"]),
            ("overrides:\n  - |", ["files", "rules"]),
        ],
    )
    def test_configuration(self, client: Client, place: str, proposed: list[str]) -> None:
        """Its keys and values are those of its schema."""
        assert labels(client, ".apigw-lint.yaml", place) == proposed

    def test_off_has_no_quotes(self, client: Client) -> None:
        """`off` is written as people write it there."""
        assert accept(client, ".apigw-lint.yaml", "rules: {bad-value: |}", "off") == "rules: {bad-value: off}"

    def test_rules(self, client: Client) -> None:
        """The keys of `rules` are rules and kinds of changes."""
        assert set(labels(client, ".apigw-lint.yaml", "rules:\n  |\n")) <= {*RULES, *KINDS}


@pytest.mark.parametrize("name", ["minimal.json", "swagger-ui.yaml"])
def test_every_offset_of_a_specification(name: str) -> None:
    """Nothing raises, wherever the cursor is, and whatever is cut off behind it."""
    text = support.read(FIXTURES / "specs" / name)
    whole = read(Text("file:///" + name, name, text), Settings(Config()))
    for offset in range(len(text) + 1):
        completion(whole, offset)
        half = read(Text("file:///" + name, name, text[:offset]), Settings(Config()))
        completion(half, offset)


@pytest.mark.parametrize(
    "name",
    [
        "jwt-authorizer.yaml",
        "mappings.yaml",
        "websocket-chat.yaml",
        pytest.param("kitchen-sink.yaml", marks=pytest.mark.exhaustive),
    ],
)
def test_accepted_keys_are_known(name: str) -> None:
    """What is proposed above each key of a specification is a key that belongs there."""
    text = support.read(FIXTURES / "specs" / name)
    count = 0
    rules = ("syntax", "duplicate-key", "unknown-key", "unknown-extension", "misplaced-extension")
    config = Config(rules={rule: None for rule in RULES if rule not in rules})
    lines = text.splitlines(keepends=True)
    for number, line in enumerate(lines):
        indentation = line[: len(line) - len(line.lstrip())]
        if not line.strip() or line.lstrip()[0] in "-#":
            continue
        before = "".join(lines[:number]) + indentation
        new = f"{before}\n{''.join(lines[number:])}"
        analysis = read(Text("file:///" + name, name, new, client=Capabilities()), Settings(Config()))
        for item in completion(analysis, len(before)):
            assert item.text_edit
            edit = {"textEdit": {"newText": item.text_edit.new_text}, "insertTextFormat": item.insert_text_format}
            result = accepted(new, len(before), len(before), {**edit, "insertTextMode": item.insert_text_mode}, "[]")
            assert support.lines(support.found(result, name, config)) == "", item.label
            count += 1
    assert count > 100
