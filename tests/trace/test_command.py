"""The command `trace`: its words, its formats, its exit codes, and what it never shows."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from tests.conftest import FIXTURES, ROOT
from tests.support import SPECS, header, read, run

SPEC = header(
    """servers: [{url: 'https://api.example/v1'}]
x-yc-apigateway: {variables: {stage: {default: test, enum: [test, prod]}, on: {default: true}, n: {default: 1}}}
paths:
  /pets/{id}:
    get:
      parameters:
        - {name: id, in: path, required: true, schema: {type: integer}}
      x-yc-apigateway-integration:
        type: dummy
        http_code: 200
        http_headers: {X-Stage: '${var.stage}'}
        content: {'*': 'pet {id}'}
    post:
      requestBody: {content: {application/json: {schema: {type: object}}}}
      x-yc-apigateway-integration: {type: http, url: 'https://b.example', headers: {'*': '*'}}
"""
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with one specification."""
    (tmp_path / "spec.yaml").write_text(SPEC, "utf-8")
    return tmp_path


TEXT = """\
GET /pets/7?a=%s
in spec.yaml
1. match: '/pets/{id}' matches, no other path does -- 6:3
     id: 7
2. operation: get /pets/{id} serves the request -- 7:5
3. security: anyone may call: no security requirement is in force
4. parameters: the path parameter 'id' satisfies its schema -- 9:12
     value: 7
5. integration: dummy: the gateway answers itself -- 10:7
6. answer: the dummy answers 200 -- 12:9
     header X-Stage: prod
     body: pet 7
the request is answered
"""


def test_text(folder: Path) -> None:
    """A trace is a numbered list of steps with their places; control characters are escaped."""
    done = run("trace", "get", "/pets/7?a=%1B", "spec.yaml", "--var", "stage=prod", cwd=folder)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == TEXT % "\\x1b"


@pytest.mark.parametrize("where", [(".",), ()])
def test_folder(folder: Path, where: tuple[str, ...]) -> None:
    """A folder with one specification, by default the current one, is enough."""
    done = run("trace", "GET", "https://API.example/pets/7?a=b", *where, "--var", "stage=prod", cwd=folder)
    assert (done.returncode, done.stdout) == (0, TEXT % "b")


def test_standard_input(tmp_path: Path) -> None:
    """Standard input is a specification, whatever its line endings and byte order mark."""
    text = "\ufeff" + SPEC.replace("\n", "\r\n")
    arguments = ("trace", "GET", "/pets/7?a=b", "-", "--stdin-filename", "spec.yaml", "--var", "stage=prod")
    done = run(*arguments, cwd=tmp_path, stdin=text.encode())
    assert (done.returncode, done.stdout) == (0, TEXT % "b")


def test_markdown(folder: Path) -> None:
    """Markdown is a list with the same words, and nothing in it is markup of its own."""
    done = run("trace", "GET", "/pets/*x*", "spec.yaml", "--format", "markdown", cwd=folder)
    assert done.stdout.startswith(
        "### GET /pets/\\*x\\*\n\nin spec.yaml\n\n1. match: '/pets/{id}' matches, no other path does (6:3)\n"
    )
    assert done.stdout.endswith("\n\n**the request is answered**\n")


def test_answer_behind_an_authorizer(tmp_path: Path) -> None:
    """That a request is answered depends on the authorizer, if one is asked."""
    (tmp_path / "spec.yaml").write_text(
        header(
            "security: [{key: []}]\n"
            "paths: {/a: {get: {x-yc-apigateway-integration: {type: dummy, http_code: 200}}}}\n"
            "components: {securitySchemes: {key: {type: apiKey, in: header, name: X-Key,\n"
            "  x-yc-apigateway-authorizer: {type: function, function_id: d4e0123456789abcdefg}}}}\n"
        )
    )
    done = run("trace", "GET", "/a", "spec.yaml", "-H", "X-Key: mine", cwd=tmp_path)
    assert done.returncode == 0
    assert done.stdout.endswith("\nthe request is answered if the authorizer lets it through\n")


def test_json_is_described(folder: Path) -> None:
    """What is printed as JSON is what schemas/trace.json describes."""
    schema = json.loads((ROOT / "schemas" / "trace.json").read_text("utf-8"))
    jsonschema.Draft7Validator.check_schema(schema)
    requests = [("GET", "/pets/7"), ("GET", "/nowhere"), ("PATCH", "/pets/7?x=y"), ("POST", "/pets/7")]
    for method, url in requests:
        done = run("trace", method, url, "spec.yaml", "--format", "json", "--data", "{", cwd=folder)
        jsonschema.validate(json.loads(done.stdout), schema, jsonschema.Draft7Validator)
    arguments = ("trace", "GET", "/connections", str(FIXTURES / "specs" / "websocket-seed.yaml"), "--event", "message")
    done = run(*arguments, "--format", "json", cwd=folder)
    jsonschema.validate(json.loads(done.stdout), schema, jsonschema.Draft7Validator)
    assert json.loads(done.stdout)["request"]["event"] == "message"


def test_body_from_a_file(folder: Path) -> None:
    """The body may be in a file, also one whose name has a blank."""
    (folder / "a body.json").write_text("[1]")
    done = run("trace", "POST", "/pets/7", "spec.yaml", "--data", "@a body.json", cwd=folder)
    assert "the body does not satisfy its schema: [1] is not of type object" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("GET", "https://other.example/pets/7"), "'other.example' is not a host of 'servers': 'api.example'"),
        (("GET", "pets"), "'pets' is no URL: write one such as /pets?limit=10 or https://example.com/pets"),
        (("GET", "ftp://api.example/"), "'ftp://api.example/' is no URL: write one such as /pets?limit=10"),
        (("G T", "/pets"), "'G T' is no HTTP method: write one such as GET"),
        (("GET", "/pets", "-H", "nothing"), "'nothing' is no header: write 'Name: value'"),
        (("GET", "/pets", "--data", "@none.json"), "cannot read 'none.json': no such file"),
        (("GET", "/pets", "--var", "stage"), "'stage' gives no value: write 'name=value'"),
        (("GET", "/pets", "--var", "stag=prod"), "variable 'stag' is not declared, did you mean 'stage'?"),
        (("GET", "/pets", "--var", "stage=dev"), "variable 'stage' cannot be 'dev': allowed are 'test' or 'prod'"),
        (("GET", "/pets", "--var", "on=yes"), "variable 'on' cannot be 'yes': write true or false"),
        (("GET", "/pets", "--var", "n=x"), "variable 'n' cannot be 'x': its default is a number"),
    ],
)
def test_misuse(folder: Path, arguments: tuple[str, ...], message: str) -> None:
    """What cannot be traced gets one clear sentence and exit code 2."""
    method, url, *options = arguments
    done = run("trace", method, url, "spec.yaml", *options, cwd=folder)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(message)
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (SPEC + "  x: [\n", "spec.yaml:18:6: missing value or closing bracket"),
        ("a: 1\n", "there is no specification to trace the request in: spec.yaml: not a gateway specification"),
    ],
)
def test_specification_with_errors(tmp_path: Path, text: str, message: str) -> None:
    """A specification that cannot be read gets one sentence with the place, and exit code 2."""
    (tmp_path / "spec.yaml").write_text(text, "utf-8")
    done = run("trace", "GET", "/pets/7", "spec.yaml", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(message)


def test_several_specifications(folder: Path) -> None:
    """Of several specifications in a folder one must be named."""
    (folder / "other.yaml").write_text(SPEC, "utf-8")
    done = run("trace", "GET", "/pets/7", cwd=folder)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "there are 2 specifications: name a file: 'other.yaml' or 'spec.yaml'\n"


def _resource(name: str, spec: str) -> str:
    return f'resource "yandex_api_gateway" "{name}" {{\n  spec = {spec}\n}}\n'


@pytest.fixture
def module(tmp_path: Path) -> Path:
    """A folder with a Terraform module of several gateways: heredocs, a file, and one that cannot be read."""
    body = header("paths: {/a: {get: {x-yc-apigateway-integration: {type: dummy, http_code: %s}}}}")
    heredocs = [_resource(name, f"<<-EOT\n{body % code}\nEOT") for name, code in (("blue", "201"), ("green", "202"))]
    named = _resource("filed", 'file("${path.module}/api.yaml")')
    (tmp_path / "api.yaml").write_text(body % "203")
    (tmp_path / "main.tf").write_text("".join([*heredocs, named, _resource("odd", "var.spec")]))
    return tmp_path


@pytest.mark.parametrize(
    ("name", "where", "status"),
    [("blue", "main.tf", "201"), ("green", "main.tf", "202"), ("filed", "api.yaml", "203")],
)
@pytest.mark.parametrize("spec", [".", "main.tf"])
def test_gateway(module: Path, name: str, where: str, status: str, spec: str) -> None:
    """Of several gateways the one whose resource is named is traced, wherever its specification is."""
    done = run("trace", "GET", "/a", spec, "--gateway", name, cwd=module)
    assert done.returncode == 0
    assert done.stdout.startswith(f"GET /a\nin {where}, gateway '{name}'\n")
    assert f"the dummy answers {status}" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("main.tf",), "there are several gateways: choose one with --gateway: 'blue', 'green' or 'filed'\n"),
        (("main.tf", "--gateway", "x"), "there is no gateway 'x': choose 'blue', 'green' or 'filed'\n"),
        (
            ("main.tf", "--gateway", "odd"),
            "main.tf: gateway 'odd': the specification is not read, because 'var.spec' cannot be evaluated from this "
            "file\n",
        ),
        (
            (".",),
            "there are 4 specifications: name a file: 'api.yaml', 'main.tf' or 'other.yaml', or a gateway with "
            "--gateway: 'filed', 'blue' or 'green'\n",
        ),
        (
            ("other.yaml", "--gateway", "blue"),
            "there is no gateway 'blue': only resources in a '.tf' file have names\n",
        ),
    ],
)
def test_which_gateway(module: Path, arguments: tuple[str, ...], message: str) -> None:
    """Without a choice, or with one that cannot be, the sentence names the choices, or says why it cannot be."""
    (module / "other.yaml").write_text(SPEC)
    done = run("trace", "GET", "/a", *arguments, cwd=module)
    assert (done.returncode, done.stdout, done.stderr) == (2, "", message)


def test_a_file_that_terraform_names(module: Path) -> None:
    """A `.tf` file that only names one specification is enough, and one that has none says why."""
    (module / "main.tf").write_text(_resource("filed", 'file("api.yaml")'))
    done = run("trace", "GET", "/a", "main.tf", cwd=module)
    assert done.stdout.startswith("GET /a\nin api.yaml, gateway 'filed'\n")
    (module / "main.tf").write_text(_resource("odd", "var.spec"))
    done = run("trace", "GET", "/a", "main.tf", cwd=module)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "there is no specification to trace the request in: main.tf: gateway 'odd': the specification is not read, "
        "because 'var.spec' cannot be evaluated from this file\n"
    )


@pytest.mark.parametrize("command", [("trace", "GET", "/pets/7"), ("routes",)])
def test_excluded_standard_input(folder: Path, command: tuple[str, ...]) -> None:
    """Standard input that has the name of an excluded file is left out, as for `check`."""
    (folder / ".apigw-lint.yaml").write_text("exclude: ['spec.*']\n")
    done = run(*command, "-", "--stdin-filename", "spec.yaml", cwd=folder, stdin=SPEC.encode())
    assert (done.returncode, done.stdout) == (2, "")
    assert "spec.yaml: excluded by .apigw-lint.yaml" in done.stderr


SECRET = "c2VjcmV0LXRva2VuLTEyMzQ1"


@pytest.mark.parametrize("format_name", ["text", "json", "markdown"])
@pytest.mark.parametrize("name", ["Authorization: Bearer ", "X-Api-Key: ", "Cookie: session_token="])
def test_secrets_of_the_request(folder: Path, name: str, format_name: str) -> None:
    """Credentials of the request are stars where they are sent on."""
    options = ("-H", f"{name}{SECRET}", "--format", format_name)
    done = run("trace", "POST", f"/pets/7?token={SECRET}", "spec.yaml", *options, cwd=folder)
    assert done.returncode == 0
    assert "b.example" in done.stdout
    assert SECRET not in done.stdout
    assert "*" * len(SECRET) in done.stdout.replace("\\*", "*")


def test_secrets_in_the_body(folder: Path) -> None:
    """A value of the body that has the name of a secret is stars in the messages about the body."""
    text = SPEC.replace("{schema: {type: object}}", "{schema: {type: object, properties: {password: {type: integer}}}}")
    (folder / "spec.yaml").write_text(text, "utf-8")
    data = json.dumps({"password": SECRET})
    done = run("trace", "POST", "/pets/7", "spec.yaml", "--data", data, cwd=folder)
    assert f"the body does not satisfy its schema at '/password': \"{'*' * len(SECRET)}\"" in done.stdout
    assert SECRET not in done.stdout


def test_long_values_in_the_body(folder: Path) -> None:
    """Of a long value only its size is shown, so that no half of a secret is."""
    secret = "c2VjcmV0" * 40
    data = json.dumps([{"token": secret}])
    done = run("trace", "POST", "/pets/7", "spec.yaml", "--data", data, cwd=folder)
    text = f"the body does not satisfy its schema: a list of {len(data)} characters is not of type object"
    assert text in done.stdout
    assert secret[:10] not in done.stdout


def test_secrets_of_the_specification(folder: Path) -> None:
    """A secret that is written in the specification is stars."""
    text = SPEC.replace("headers: {'*': '*'}", f"headers: {{Authorization: 'Bearer {SECRET}'}}")
    (folder / "spec.yaml").write_text(text, "utf-8")
    done = run("trace", "POST", "/pets/7", "spec.yaml", cwd=folder)
    assert "header Authorization: Bearer *****" in done.stdout
    assert SECRET not in done.stdout


def test_terraform(tmp_path: Path) -> None:
    """Places in a heredoc are those of its file."""
    heredoc = "".join(f"    {line}\n" if line else "\n" for line in SPEC.replace("${", "$${").splitlines())
    resource = f'resource "yandex_api_gateway" "a" {{\n  spec = <<-EOT\n{heredoc}  EOT\n}}\n'
    (tmp_path / "main.tf").write_text(resource, "utf-8")
    done = run("trace", "GET", "/pets/7?a=b", "main.tf", "--var", "stage=prod", cwd=tmp_path)
    assert done.returncode == 0
    assert done.stdout.startswith(
        "GET /pets/7?a=b\nin main.tf, gateway 'a'\n1. match: '/pets/{id}' matches, no other path does -- 8:7\n"
    )
    assert "header X-Stage: prod" in done.stdout


def test_fixtures_are_one_specification_each(tmp_path: Path) -> None:
    """Fixtures can be named, and a request that one does not serve is no error of use; a greedy path serves it."""
    for path in SPECS[:5]:
        done = run("trace", "GET", "/surely/not/there/at/all", str(path), cwd=tmp_path)
        assert done.returncode == (0 if "\n  /{rest+}:" in read(path) else 1)
        assert done.stdout.startswith(f"GET /surely/not/there/at/all\nin {path}\n")
