"""What is beside a file can say what the file is for."""

from __future__ import annotations

from pathlib import Path

import pytest

from apigw_lint import Severity
from apigw_lint.configfile import Configs
from apigw_lint.run import Target, check_stdin, check_targets

INTEGRATION = "x-yc-apigateway-integration: {type: dummy, http_code: 200}"
PATHS = f"info: {{title: t, version: '1'}}\npaths: {{/a: {{get: {{{INTEGRATION}}}}}}}\n"
SWAGGER = f"swagger: '2.0'\n{PATHS}"


def _finding(path: Path) -> tuple[Severity, str]:
    [(_, report)] = check_targets([Target(str(path), True)], Configs())
    [diagnostic] = report.found
    assert diagnostic.rule == "not-openapi-3-0"
    return diagnostic.severity, diagnostic.message


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("api.yaml", f"openapi: 3.0.3\n{PATHS}"),
        ("api.json", '{\n  "openapi": "3.0.0",\n  "x-yc-apigateway": {}\n}'),
        ("gateway.tf", f"spec = <<-EOT\n  openapi: 3.0.0\n  {INTEGRATION}\nEOT\n"),
    ],
)
def test_beside_a_specification(tmp_path: Path, name: str, text: str) -> None:
    """Swagger 2.0 beside a specification that the gateway takes is info, and the message names that one."""
    (tmp_path / name).write_text(text, "utf-8")
    (tmp_path / "swagger.yaml").write_text(SWAGGER, "utf-8")
    severity, message = _finding(tmp_path / "swagger.yaml")
    assert severity is Severity.INFO
    assert message.endswith(f", as in '{name}' beside it")
    _, report = check_stdin(SWAGGER.encode(), str(tmp_path / "swagger.yaml"), Configs())
    assert [diagnostic.severity for diagnostic in report.found] == [Severity.INFO]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("other.yaml", SWAGGER),
        ("plain.yaml", "openapi: 3.0.0\ninfo: {title: t, version: '1'}\npaths: {}\n"),
        ("notes.txt", f"openapi: 3.0.0\n{PATHS}"),
        ("binary.yaml", "\x00openapi: 3.0.0\nx-yc-apigateway: {}"),
        ("deeper/api.yaml", f"openapi: 3.0.0\n{PATHS}"),
    ],
)
def test_alone(tmp_path: Path, name: str, text: str) -> None:
    """Without such a specification in its own folder it is an error."""
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text(text, "utf-8")
    (tmp_path / "swagger.yaml").write_text(SWAGGER, "utf-8")
    assert _finding(tmp_path / "swagger.yaml")[0] is Severity.ERROR
