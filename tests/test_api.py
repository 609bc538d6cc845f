"""The Python interface, as the README shows it."""

from __future__ import annotations

import doctest
import importlib
import pkgutil
import re
import subprocess
import sys
from pathlib import Path

import pytest

import apigw_lint
from apigw_lint import Config, Severity, lint
from apigw_lint.configfile import load_config_file
from tests.conftest import ROOT
from tests.support import header

MODULES = [module.name for module in pkgutil.walk_packages(apigw_lint.__path__, "apigw_lint.")]


@pytest.mark.parametrize("name", [name for name in MODULES if not name.endswith("__main__")])
def test_docstring_examples(name: str) -> None:
    """Examples in docstrings do what they show."""
    assert doctest.testmod(importlib.import_module(name)).failed == 0


def test_public_names() -> None:
    """Every public name is there, and no other is made up."""
    for name in apigw_lint.__all__:
        assert getattr(apigw_lint, name) is not None
    with pytest.raises(AttributeError):
        _ = apigw_lint.lnt


def test_configured_severity() -> None:
    """A configured severity lowers a rule's findings and raises none."""
    text = header("paths: {/a: {get: {x-yc-apigateway-integration: {type: dumy}}}}\n")
    for chosen, expected in (
        (Severity.WARNING, ["warning"]),
        (Severity.INFO, ["info"]),
        (Severity.ERROR, ["error"]),
        (None, []),
    ):
        found = lint("spec.yaml", text, Config({"bad-value": chosen})).found
        assert [one.severity.value for one in found] == expected


def test_readme_example(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """The README's five lines run, and print what it says."""
    readme = (ROOT / "README.md").read_text("utf-8")
    (code,) = re.findall(r"```python\n(.*?)```", readme, re.DOTALL)
    monkeypatch.chdir(ROOT)
    exec(compile(code, "README.md", "exec"), {})
    assert "bad-value" in capsys.readouterr().out


def test_readme_sample(monkeypatch: pytest.MonkeyPatch) -> None:
    """The output that the README shows is what the command prints."""
    readme = (ROOT / "README.md").read_text("utf-8")
    monkeypatch.chdir(ROOT / "fixtures" / "formats")
    done = subprocess.run(
        [sys.executable, "-m", "apigw_lint", "check", "gateway.yaml"], capture_output=True, text=True, check=False
    )
    assert f"$ apigw-lint check gateway.yaml\n{done.stdout}\n{done.stderr}```" in readme


def test_readme_configuration(tmp_path: Path) -> None:
    """The configuration and the ignores that the README shows are understood."""
    readme = (ROOT / "README.md").read_text("utf-8")
    blocks = re.findall(r"```yaml\n(.*?)```", readme, re.DOTALL)
    (config,) = [block for block in blocks if block.startswith("extends:")]
    (spec,) = [block for block in blocks if block.startswith("paths:\n  /old:")]
    (tmp_path / ".apigw-lint.yaml").write_text(config)
    assert load_config_file(str(tmp_path / ".apigw-lint.yaml")).baseline
    report = lint("spec.yaml", header(spec))
    assert not report.found
    assert {one.diagnostic.rule for one in report.ignored} == {
        "legacy-spelling",
        "odd-identifier",
        "missing-integration",
    }
