"""A clean run imports only what it needs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from apigw_lint import lint
from tests.conftest import FIXTURES

LIBRARIES = "import sys, click, yaml, jsonschema_rs"
"""What the command stands on: a clean run may import what these import."""
RUN = """
import sys
from apigw_lint.cli import main
try:
    main(["check", *sys.argv[1:]])
except SystemExit as end:
    assert end.code == 0, end.code
"""
ONLY_FOR_OTHER_COMMANDS = tuple(
    f"apigw_lint.{name}" for name in ("fix.apply", "fix.files", "fix.safety", "fix.text", "pages")
)
FOR_TEMPLATES = ("follow", "source.hcl", "source.template", "source.terraform")
REPORT = "\nprint('\\n'.join(sorted(sys.modules)))"


def _modules(script: str, *arguments: str) -> set[str]:
    command = [sys.executable, "-c", script + REPORT, *arguments]
    return set(subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines())


def _third_party(modules: set[str]) -> set[str]:
    names = {name.partition(".")[0] for name in modules - _modules(LIBRARIES)}
    return names - set(sys.stdlib_module_names) - {"apigw_lint", "__main__"}


def test_clean_run_imports() -> None:
    """No slow engine, no round-trip parser, no lexers; and of the standard library nothing that opens sockets."""
    modules = _modules(RUN, str(FIXTURES / "specs" / "websocket-seed.yaml"))
    assert not _third_party(modules)
    assert not modules & {f"apigw_lint.{name}" for name in FOR_TEMPLATES}
    assert {name for name in modules if name.startswith(("apigw_lint.cli.", *ONLY_FOR_OTHER_COMMANDS))} == {
        f"apigw_lint.cli.{name}" for name in ("check", "commands", "console", "exit_codes", "options", "outcome")
    }
    assert not (modules - _modules(LIBRARIES)) & {
        "asyncio",
        "socket",
        "urllib.request",
        "http.client",
        "multiprocessing",
        "pathlib",
    }


RUN_QUIETLY = """
import os, sys
from apigw_lint.cli import main
stdout, sys.stdout = sys.stdout, open(os.devnull, "w")
try:
    main(["check", "--format", "line", *sys.argv[1:]])
except SystemExit as end:
    assert end.code < 2, end.code
sys.stdout = stdout
"""
UNCLEAN = {
    "unknown key": ("http_code:", "http_kode:", "unknown-key"),
    "unknown value": ("type: dummy", "type: dumy", "bad-value"),
    "wrong type": ("http_code: 200", "http_code: '200'", "wrong-type"),
    "refused key": ("/connections:", "connections:", "bad-value"),
    "placeholder": ("http_code: 200", "http_code: ${CODE}", ""),
    "variable": ("http_code: 200", "http_code: ${var.code}", "bad-value"),
}
"""What is changed in a clean specification, and the rule that finds it, if any."""


@pytest.mark.parametrize("name", UNCLEAN)
def test_findings_need_no_more(name: str, tmp_path: Path) -> None:
    """What contradicts the schemas, or is not known yet, brings in no module that a clean specification does not."""
    clean = (FIXTURES / "specs" / "websocket-seed.yaml").read_text()
    clean += "x-yc-apigateway: {variables: {code: {default: 99}}}\n"
    before, after, rule = UNCLEAN[name]
    assert before in clean
    (tmp_path / "clean.yaml").write_text(clean)
    (tmp_path / "unclean.yaml").write_text(clean.replace(before, after))
    found = {one.rule for one in lint("unclean.yaml", clean.replace(before, after)).found}
    assert (rule in found) if rule else not found - {"unused-variable"}
    modules = [_modules(RUN_QUIETLY, str(tmp_path / f"{file}.yaml")) for file in ("unclean", "clean")]
    assert modules[0] <= modules[1]


def test_plain_yaml_with_placeholders_is_no_template(tmp_path: Path) -> None:
    """Marks of templates in a text that is YAML bring in nothing, and a `.tf` file no library."""
    spec = (FIXTURES / "specs" / "websocket-seed.yaml").read_text()
    (tmp_path / "spec.yaml").write_text(spec + "x-a: '{{ x }} {% if x %} %{ if } ${X}'\n")
    assert not _modules(RUN, str(tmp_path)) & {f"apigw_lint.{name}" for name in FOR_TEMPLATES}
    (tmp_path / ".git").mkdir()
    (tmp_path / "main.tf").write_text('resource "yandex_api_gateway" "a" {\n  spec = file("spec.yaml")\n}\n')
    modules = _modules(RUN, str(tmp_path))
    assert not _third_party(modules)
    assert "apigw_lint.source.template" not in modules


def test_folder_needs_no_library(tmp_path: Path) -> None:
    """Walking a folder brings in no library, not even for a .gitignore."""
    spec = (FIXTURES / "specs" / "websocket-seed.yaml").read_text()
    (tmp_path / "spec.yaml").write_text(spec)
    (tmp_path / ".git").mkdir()
    (tmp_path / ".gitignore").write_text("build/\n")
    assert not _third_party(_modules(RUN, str(tmp_path)))
