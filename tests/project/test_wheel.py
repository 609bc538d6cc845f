"""What users install works: the README's commands in a fresh clone, and then far from it."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.blocks import block
from tests.clients import copy_checkout, environment, run
from tests.conftest import FIXTURES, ROOT
from tools.transcripts import PATTERN

INSTALL, CHECK = block("README.md", "Install and check", "sh").splitlines()


class Clone(NamedTuple):
    """A clone in which the README's first command was run, and the variables of its user."""

    folder: Path
    env: dict[str, str]

    def run(self, *command: str, cwd: Path) -> subprocess.CompletedProcess[str]:
        """Runs a command of the environment that the README's first command made."""
        program = self.folder / ".venv" / "bin" / command[0]
        return run([program, *command[1:]], cwd=cwd, env=self.env, check=False)


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Clone:
    folder = tmp_path_factory.mktemp("installed")
    made = Clone(folder / "clone", environment(folder))
    copy_checkout(made.folder)
    run(["sh", "-c", INSTALL], cwd=made.folder, env=made.env)
    return made


def test_readme_commands(clone: Clone) -> None:
    """The README's second command shows the findings that the README shows, under the path of the clone."""
    done = run(["sh", "-c", CHECK], cwd=clone.folder, env=clone.env, check=False)
    shown = PATTERN.search((ROOT / "README.md").read_text("utf-8"))
    assert shown is not None
    assert done.returncode == 1
    expected = shown[1].replace("gateway.yaml", "fixtures/docs/gateway.yaml")
    assert f"$ apigw-lint check fixtures/docs/gateway.yaml\n{done.stdout}{done.stderr}" == expected


def test_schemas_are_installed(clone: Clone, tmp_path: Path) -> None:
    """The installed command finds its schemas without the checkout, and so finds what contradicts them."""
    spec = tmp_path / "spec.yaml"
    spec.write_bytes((FIXTURES / "specs" / "websocket-seed.yaml").read_bytes().replace(b"type: dummy", b"type: dumy"))
    done = clone.run("apigw-lint", "check", "--format", "line", "spec.yaml", cwd=tmp_path)
    assert done.returncode == 1, done.stderr
    assert "did you mean 'dummy'? [bad-value]" in done.stdout


def test_schema_for_editors_is_installed(clone: Clone, tmp_path: Path) -> None:
    """The installed command says where its schema for editors is, which is in its own environment."""
    path = Path(clone.run("apigw-lint", "schema", "--path", cwd=tmp_path).stdout.rstrip("\n"))
    assert path.is_relative_to(clone.folder / ".venv")
    assert path.read_bytes() == (ROOT / "schemas" / "editor.json").read_bytes()


def test_package_contents(clone: Clone, tmp_path: Path) -> None:
    """The package says that it is typed, and brings all schemas; tests and tools are not installed."""
    script = (
        "import apigw_lint, os; folder = os.path.dirname(apigw_lint.__file__); print(folder);"
        "print(sorted(os.listdir(folder + '/schemas')), os.path.exists(folder + '/py.typed'));"
        "from apigw_lint import lint; print(len(lint('a', 'openapi: 3.0.0').found));"
        "from importlib.util import find_spec; print(find_spec('tests'), find_spec('tools'))"
    )
    done = clone.run("python", "-c", script, cwd=tmp_path)
    where, contents, findings, others = done.stdout.splitlines()
    assert where.startswith(str(clone.folder / ".venv"))
    expected = sorted(path.name for path in (ROOT / "schemas").iterdir())
    assert contents == f"{expected} True"
    assert findings == "2"
    assert others == "None None"
