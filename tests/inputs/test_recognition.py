"""What a named file is, and what the files of a folder are: specifications, plain OpenAPI, something else."""

from __future__ import annotations

from pathlib import Path

import pytest

from apigw_lint import Config, lint
from apigw_lint.gateway.kinds import EXTENSIONS
from tests.support import BAD, GOOD, OTHER, header, lines, report_on, run

OPERATION = "paths:\n  /a:\n    get:\n      {}: {{type: dummy, http_code: 200}}\n"
INTEGRATION = "x-yc-apigateway-integration"
PETSTORE = header(
    "servers: [{url: 'https://example.com/v1'}]\n"
    "paths:\n"
    "  /pets:\n"
    "    get: {operationId: listPets, responses: {'200': {description: all}}}\n"
    "    post: {operationId: createPet, responses: {'201': {description: one}}}\n"
    "  /pets/{id}:\n"
    "    get:\n"
    "      parameters: [{name: id, in: path, required: true, schema: {type: string}}]\n"
    "      responses: {'200': {description: one}}\n"
)
MISSPELT = {
    "yc-apigateway-integration": "",
    "yc_apigateway_integration": "",
    "apigateway-integration": "",
    "x_yc_apigateway_integration": "",
    "xyc-apigateway-integration": "",
    "xx-yc-apigateway-integration": "",
    "X-YC-APIGATEWAY-INTEGRATION": "",
    "yc-apigatewy-integraton": "",
    "x-cy-apigateway-integration": "",
    "x-ycapigateway-integration": "",
    "x-yandex-apigateway-integration": "",
    "x-apigateway-integration": "",
    "x-yc-apigatway-integration": "",
    "х-yc-apigateway-integration": " with a Latin 'x'",
    "x-yс-apigateway-integration": " with a Latin 'c'",
    "x-ус-apigateway-integration": " with a Latin 'y'",
    "Х-YС-apigateway-integration": " with a Latin 'x'",
    "x-yc-аpigateway-integration": " with a Latin 'a'",
    "x–yc–apigateway–integration": " with a plain '-'",
}
"""Misspellings of the integration's key, and what the suggestion says about letters that look alike."""


def _checked(*paths: Path) -> list[str]:
    return [Path(path).name for path in report_on(*paths).checked]


@pytest.mark.once
@pytest.mark.parametrize("key", MISSPELT)
def test_misspelt_key(key: str, tmp_path: Path) -> None:
    """A document whose only key of the gateway is misspelt is one everywhere; one finding says what is meant."""
    path = tmp_path / "api" / "spec.yaml"
    path.parent.mkdir()
    path.write_text(header(OPERATION.format(key)), "utf-8")
    for arguments in (["api/spec.yaml"], ["api"], ["--allow-none", "api/spec.yaml"]):
        done = run("check", "--format", "line", *arguments, cwd=tmp_path)
        assert done.returncode == 1
        assert done.stdout.startswith("api/spec.yaml:6:7-6:")
        assert f", did you mean '{INTEGRATION}'{MISSPELT[key]}? [unknown-" in done.stdout
        assert done.stdout.count("\n") == 1
    fixed = run("fix", "--unsafe", "api", cwd=tmp_path)
    assert fixed.returncode == 0
    assert path.read_text("utf-8") == header(OPERATION.format(INTEGRATION))


@pytest.mark.parametrize("name", [name for name in EXTENSIONS if name != "x-yc-apigateway"])
def test_each_extension(name: str, tmp_path: Path) -> None:
    """Each extension is recognised without its `x-`, and with a Cyrillic letter in it."""
    for key in (name.removeprefix("x-"), name.replace("c", "с", 1)):
        (tmp_path / "spec.yaml").write_text(header(f"paths: {{}}\n{key}: {{}}\n"), "utf-8")
        assert _checked(tmp_path) == ["spec.yaml"]


@pytest.mark.parametrize(
    "text",
    [
        header(OPERATION.format("x-amazon-apigateway-integration")),
        header(OPERATION.format("x-google-backend")),
        header("x-google-management: {}\npaths: {}\n"),
        header(OPERATION.format("x-aliyun-apigateway-backend")),
        header("paths: {/a: {x-apigateway-any-method: {x-apigateway-backend: {}, x-apigateway-cors: true}}}\n"),
        header(OPERATION.format("x-ycloud-id")),
        header("paths: {}\ncomponents: {schemas: {A: {properties: {yandexApiGateway: {type: string}}}}}\n"),
        header("paths: {}\ncomponents: {headers: {X-YC-Apigateway-Id: {schema: {type: string}}}}\n"),
        header("paths: {}\n# yc-apigateway-integration: see the gateway's pages\n"),
        header("paths: {}\ncyc-mapping: 1\npolicy-schemas: 2\ncy-apiary: 3\n"),
        "kind: Deployment\nmetadata: {annotations: {yc-apigateway-integration: 'on', paths: openapi}}\n",
    ],
)
def test_keys_of_others(text: str, tmp_path: Path) -> None:
    """Keys of other gateways, names that authors chose, comments and other documents make no specification."""
    (tmp_path / "spec.yaml").write_text(text)
    assert _checked(tmp_path) == []


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("petstore.yaml", PETSTORE),
        ("petstore.yml.bak", PETSTORE),
        ("petstore", PETSTORE),
        ("petstore.txt", PETSTORE),
        ("petstore.yaml.tpl", PETSTORE),
        ("paths.yaml", PETSTORE.partition("servers")[2].partition("\n")[2]),
    ],
)
def test_plain_openapi(name: str, text: str, tmp_path: Path) -> None:
    """Of a plain OpenAPI document that is named no operation has an integration; a hook and a walk pass it over."""
    (tmp_path / name).write_text(text)
    done = run("check", "--format", "line", name, cwd=tmp_path)
    message = f"warning: no operation has an '{INTEGRATION}': the gateway serves no request [missing-integration]\n"
    assert message in done.stdout
    assert done.stdout.count("[missing-integration]") == 1
    assert done.returncode == int("paths." in name)
    done = run("check", "--allow-none", name, cwd=tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "0 files checked, 1 skipped: nothing found\n")
    assert _checked(tmp_path) == []


def test_plain_openapi_on_standard_input(tmp_path: Path) -> None:
    """Standard input counts as named, unless an editor sends every file."""
    done = run("check", "-", "--format", "line", cwd=tmp_path, stdin=PETSTORE.encode())
    assert done.stdout.count("[missing-integration]") == 1
    done = run("check", "-", "--allow-none", cwd=tmp_path, stdin=PETSTORE.encode())
    assert (done.returncode, done.stdout) == (0, "")
    assert run("fix", "-", cwd=tmp_path, stdin=PETSTORE.encode()).stdout == PETSTORE


def test_one_finding_beside_keys_of_the_gateway() -> None:
    """Only without any key of the gateway the whole is told; else most operations may be served in another way."""
    found = lint("spec.yaml", f"{PETSTORE}x-yc-apigateway: {{}}\n").found
    assert [(one.rule, one.severity) for one in found] == [("missing-integration", "info")] * 3
    one_operation = header("paths: {/a: {get: {responses: {}}}}\n")
    assert lines(lint("spec.yaml", one_operation, Config()).found) == (
        f"spec.yaml:3:14-3:17: warning: operation 'get /a' has no '{INTEGRATION}': its requests are not served "
        "[missing-integration]\n"
    )


def test_folder_names_plain_openapi(tmp_path: Path) -> None:
    """The summary of a folder names the OpenAPI documents that it passed over, a few of them."""
    (tmp_path / "good.yaml").write_text(GOOD)
    (tmp_path / "other.yaml").write_text(OTHER)
    (tmp_path / "petstore.yaml").write_text(PETSTORE)
    reason = f": OpenAPI without a key like '{INTEGRATION}'; to check one, name it\n"
    for command, found in (("check", "nothing found"), ("fix", "0 fixes applied")):
        done = run(command, ".", cwd=tmp_path)
        assert done.stderr == f"passed over petstore.yaml{reason}1 file checked: {found}\n"
    for name, text in (
        ("a.json", '{"paths": {}, "swagger": "2.0"}'),
        ("b.json", '{"name": "b", "dependencies": {"openapi": "3.0.0"}}'),
        ("b.yaml", "'openapi' : 3.1.0\npaths: {}\n"),
        ("c.yaml", "spec:\n  openapi: 3.0.0\n"),
        ("d.yaml", f"{PETSTORE}# x-yc-apigateway\n"),
        ("e.yaml", PETSTORE),
    ):
        (tmp_path / name).write_text(text)
    done = run("check", ".", cwd=tmp_path)
    assert done.stderr == f"passed over a.json, b.yaml, d.yaml and 2 more{reason}1 file checked: nothing found\n"
    assert run("check", "--allow-none", ".", cwd=tmp_path).stderr == "1 file checked: nothing found\n"
    (tmp_path / "good.yaml").unlink()
    done = run("check", ".", cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr.endswith(f"{reason}0 files checked: no gateway specification found\n")


SCRIPT = f"#!/bin/sh\ncat > spec.yaml <<'END'\n{GOOD}END\nif [ -e a ]; then echo \"{{a: $b\"; fi\n"


@pytest.mark.once
@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("deploy.sh", f"echo '{GOOD}'\n", "no heredoc in it is a gateway specification"),
        ("deploy.ps1", SCRIPT, "not YAML, JSON or Terraform: a PowerShell script"),
        ("README.md", f"# Title\n\n```text\n{GOOD}```\n", "no fenced block in it is a gateway specification"),
        ("Deploy.PY", f"SPEC = '''\n{GOOD}'''\n", "not YAML, JSON or Terraform: Python"),
        ("pyproject.toml", "[tool.x-yc-a]\n", "not YAML, JSON or Terraform: TOML"),
        ("logo.png", "\x89PNG\0", "not YAML, JSON or Terraform: an image"),
        ("deploy.sh.tpl", SCRIPT, "not YAML, JSON or Terraform: a shell script"),
        ("deploy", SCRIPT, "not YAML, JSON or Terraform"),
        ("notes.txt", f"Put this:\n\n{GOOD}- so it is: 'done\n", "not YAML, JSON or Terraform"),
        ("package.json", '{"name": "a"}', "not a gateway specification: no 'openapi', 'swagger' or 'paths' at the top"),
        ("pod.yaml", OTHER, "not a gateway specification: no 'openapi', 'swagger' or 'paths' at the top"),
        ("list.yaml", "paths: [src]\n", "not a gateway specification: no 'openapi', 'swagger' or 'paths' at the top"),
    ],
)
def test_something_else(name: str, text: str, reason: str, tmp_path: Path) -> None:
    """A named file that is something else is skipped in words, alone with exit code 2."""
    (tmp_path / name).write_text(text, "latin-1")
    for command in ("check", "fix"):
        done = run(command, name, cwd=tmp_path)
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr.startswith(f"skipped {name}: {reason}\n0 files checked")
    (tmp_path / "good.yaml").write_text(GOOD)
    done = run("check", name, "good.yaml", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (
        0,
        f"skipped {name}: {reason}\n1 file checked, 1 skipped: nothing found\n",
    )


def test_another_kind_on_standard_input(tmp_path: Path) -> None:
    """The name of standard input counts too."""
    done = run("check", "-", "--stdin-filename", "a.ps1", cwd=tmp_path, stdin=SCRIPT.encode())
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("skipped a.ps1: not YAML, JSON or Terraform: a PowerShell script\n")


@pytest.mark.parametrize("name", ["spec", "spec.yaml.bak", "spec.txt", "openapi.yaml.orig", "spec.yaml~"])
def test_other_suffixes(name: str, tmp_path: Path) -> None:
    """A named specification is linted whatever its suffix, half written too; in a folder it is not looked for."""
    (tmp_path / name).write_text(BAD)
    assert run("check", name, "--format", "line", cwd=tmp_path).stdout.endswith("[bad-value]\n")
    (tmp_path / name).write_text(f"# the API\n---\n{BAD}'\n")
    assert run("check", name, "--format", "line", cwd=tmp_path).stdout.endswith("[syntax]\n")
    assert _checked(tmp_path) == []


def test_half_written(tmp_path: Path) -> None:
    """A named OpenAPI document that cannot be parsed is told so; in a folder only one with keys of the gateway."""
    (tmp_path / "plain.yaml").write_text(f"{PETSTORE}'\n")
    (tmp_path / "near.yaml").write_text(header(OPERATION.format("yc-apigateway-integration")) + "'\n")
    (tmp_path / "ingress.yaml").write_text("kind: Ingress\npaths:\n  - a: b: c\n")
    assert _checked(tmp_path) == ["near.yaml"]
    assert _checked(tmp_path / "plain.yaml", tmp_path / "ingress.yaml") == ["plain.yaml"]


@pytest.mark.parametrize("text", ["", "\n \n"])
def test_empty_file(text: str, tmp_path: Path) -> None:
    """An empty file that is named is a mistake, one that a hook hands over is not."""
    (tmp_path / "empty.yaml").write_text(text)
    assert run("check", "empty.yaml", "--format", "line", cwd=tmp_path).stdout.endswith("empty file [syntax]\n")
    assert run("check", "--allow-none", "empty.yaml", cwd=tmp_path).returncode == 0


def test_opentofu(tmp_path: Path) -> None:
    """A `.tofu` file is read like a `.tf` file, named and in a folder, with the files that it names."""
    heredoc = "spec = <<-EOT\n" + "".join(f"    {line}\n" for line in BAD.splitlines()) + "  EOT"
    (tmp_path / "main.tofu").write_text(f'resource "yandex_api_gateway" "a" {{\n  {heredoc}\n}}\n')
    for path in ("main.tofu", "."):
        done = run("check", "--format", "line", path, cwd=tmp_path)
        assert done.stdout.startswith("main.tofu:5:60-5:64: error: 'dumy' is not a valid value")
    (tmp_path / "main.tofu").write_text(
        'resource "yandex_api_gateway" "a" {\n  spec = templatefile("spec.txt", {})\n}\n'
    )
    (tmp_path / "spec.txt").write_text(BAD)
    done = run("check", "--format", "line", "main.tofu", cwd=tmp_path)
    assert done.stdout.startswith("spec.txt:3:56-3:60: error: 'dumy' is not a valid value")
