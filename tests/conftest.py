"""What all tests share: the golden files and a scrubbed environment."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings

ROOT = Path(__file__).resolve().parents[1]
FIXTURES = ROOT / "fixtures"
SHARED = ROOT.parent / "shared"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update", action="store_true", help="rewrite golden files with what is found now")


settings.register_profile("repeatable", derandomize=True, deadline=None)
settings.load_profile("repeatable")
"""A run today tries what a run tried yesterday; `--hypothesis-profile=default` hunts for new examples."""


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[Path, str], None]:
    """Compares a text with a file; with --update it writes the file."""

    def compare(path: Path, found: str) -> None:
        if request.config.getoption("--update"):
            if found:
                path.write_text(found, "utf-8", newline="\n")
            elif path.exists():
                path.unlink()
        wanted = path.read_text("utf-8") if path.exists() else ""
        assert found == wanted, f"{path} differs; if the new text is right, run pytest --update"

    return compare


_PYTHON = ("PYTHONUNBUFFERED", "PYTHONWARNINGS", "PYTHONUTF8", "PYTHONIOENCODING")


@pytest.fixture(autouse=True)
def scrubbed_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No variable of the machine changes what the command prints."""
    for name in ("NO_COLOR", "FORCE_COLOR", "TERM", "GITHUB_ACTIONS", "LC_ALL", "LANG", "COLUMNS", *_PYTHON):
        monkeypatch.delenv(name, raising=False)
    for name in [name for name in os.environ if name.startswith("APIGW_LINT_") and not name.endswith("CLIENTS")]:
        monkeypatch.delenv(name)
