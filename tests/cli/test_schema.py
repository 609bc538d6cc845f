"""The command `schema` gives editors their schema."""

from __future__ import annotations

import json
from pathlib import Path

from tests.conftest import ROOT
from tests.support import run


def test_schema_is_printed(tmp_path: Path) -> None:
    """The schema is printed as it is in its file."""
    done = run("schema", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == (ROOT / "schemas" / "editor.json").read_text("utf-8")
    assert json.loads(done.stdout)["title"] == "OpenAPI document"


def test_path_is_printed(tmp_path: Path) -> None:
    """With `--path` the absolute path of the file is printed."""
    done = run("schema", "--path", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"{ROOT / 'schemas' / 'editor.json'}\n"


def test_no_argument_is_taken(tmp_path: Path) -> None:
    """An argument is an error of usage."""
    assert run("schema", "config", cwd=tmp_path).returncode == 2
