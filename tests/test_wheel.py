"""What users install works: the built wheel in a fresh environment, far from the checkout."""

from __future__ import annotations

import subprocess
import sys
import venv
from pathlib import Path

import pytest

from tests.conftest import FIXTURES, ROOT


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of commands of an environment with nothing but the wheel."""
    folder = tmp_path_factory.mktemp("wheel")
    pip: list[str | Path] = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "wheel", "--no-deps", "--wheel-dir", folder, ROOT], check=True)
    (wheel,) = folder.glob("*.whl")
    venv.create(folder / "env", with_pip=True)
    bin_folder = folder / "env" / ("Scripts" if sys.platform == "win32" else "bin")
    install: list[str | Path] = [
        bin_folder / "python",
        "-m",
        "pip",
        "--quiet",
        "--disable-pip-version-check",
        "install",
        wheel,
    ]
    subprocess.run(install, check=True)
    return bin_folder


def test_schemas_are_in_the_wheel(installed: Path, tmp_path: Path) -> None:
    """The installed command finds its schemas without the checkout, and so finds what contradicts them."""
    spec = tmp_path / "spec.yaml"
    spec.write_bytes((FIXTURES / "specs" / "websocket-seed.yaml").read_bytes().replace(b"type: dummy", b"type: dumy"))
    command = [str(installed / "apigw-lint"), "check", "--format", "line", "spec.yaml"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stderr
    assert "did you mean 'dummy'? [bad-value]" in done.stdout


def test_package_contents(installed: Path, tmp_path: Path) -> None:
    """The wheel says that it is typed, and brings the schemas, the report's among them; tests stay at home."""
    script = (
        "import apigw_lint, os; folder = os.path.dirname(apigw_lint.__file__); print(folder);"
        "print(sorted(os.listdir(folder + '/schemas')), os.path.exists(folder + '/py.typed'));"
        "from apigw_lint import lint; print(len(lint('a', 'openapi: 3.0.0').found));"
        "import importlib.util; print(importlib.util.find_spec('tests'))"
    )
    done = subprocess.run(
        [installed / "python", "-c", script], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    where, contents, findings, tests = done.stdout.splitlines()
    assert not where.startswith(str(ROOT))
    expected = sorted(path.name for path in (ROOT / "schemas").iterdir())
    assert contents == f"{expected} True"
    assert findings == "2"
    assert tests == "None"
