"""Real clients of the command. A test skips where its client is absent, or fails there when clients are required."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Never

import pytest

from tests.conftest import ROOT

ADDRESS = "<address of this repository>"
REVISION = "<commit or tag>"

_NOT_INHERITED = ("GIT_", "XDG_", "PRE_COMMIT", "APIGW_LINT", "_APIGW_LINT", "VIM", "NVIM", "NODE_", "BASH_ENV", "ENV")


def require(client: str) -> str:
    """The path of a client's command. Skips the test where there is none, or fails when clients are required."""
    beside = shutil.which(client, path=str(Path(sys.executable).parent))
    return beside or shutil.which(client) or _missing(client)


def require_module(client: str) -> None:
    """The same for a client that is a Python package."""
    if find_spec(client) is None:
        _missing(client)


def require_node_packages(folder: Path) -> None:
    """The same for the packages that `npm ci` installs in a folder."""
    require("npm")
    if not (folder / "node_modules").is_dir():
        _missing(f"what 'npm ci' installs in {folder}")


def require_file(path: Path) -> Path:
    """The same for a client that is a file; `npm ci` in `tests/clients/node` brings those of Node."""
    return path if path.exists() else _missing(path.name)


def _missing(client: str) -> Never:
    reason = f"{client} is not installed"
    if os.environ.get("APIGW_LINT_REQUIRE_CLIENTS"):
        pytest.fail(reason)
    pytest.skip(reason)


def environment(folder: Path, **more: str) -> dict[str, str]:
    """The variables of a user with an empty home, whose `apigw-lint` is the one under test.

    Only pip's cache is that of this machine, so that nothing is fetched twice.
    """
    home, commands = folder / "home", folder / "commands"
    home.mkdir(parents=True, exist_ok=True)
    commands.mkdir(exist_ok=True)
    add_command(commands, "apigw-lint", f'exec env PYTHONPATH="{ROOT}" "{sys.executable}" -m apigw_lint "$@"')
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(_NOT_INHERITED) and name not in ("CI", "VIRTUAL_ENV", "PYTHONPATH")
    }
    places = {f"XDG_{name}_HOME": str(home / name.lower()) for name in ("CONFIG", "CACHE", "DATA", "STATE")}
    return {
        **kept,
        **places,
        "HOME": str(home),
        "PIP_CACHE_DIR": os.environ.get("PIP_CACHE_DIR", str(Path.home() / ".cache" / "pip")),
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "LC_ALL": "C.UTF-8",
        "TERM": "dumb",
        "PATH": os.pathsep.join([str(commands), str(Path(sys.executable).parent), os.environ["PATH"]]),
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        **more,
    }


def add_command(folder: Path, name: str, script: str) -> None:
    """A command that is a line of shell."""
    (folder / name).write_text(f"#!/bin/sh\n{script}\n")
    (folder / name).chmod(0o755)


def copy_checkout(folder: Path) -> None:
    """Fills a folder with what a clone would hold if everything here were committed."""
    if not (ROOT / ".git").exists():
        shutil.copytree(
            ROOT, folder, ignore=shutil.ignore_patterns(".venv*", ".*_cache", "__pycache__", "node_modules")
        )
        return
    command = [require("git"), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", check=True).stdout
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)


def run(
    command: Sequence[str | Path], *, cwd: Path, env: dict[str, str], check: bool = True, stdin: str = ""
) -> subprocess.CompletedProcess[str]:
    """A finished command, its output as text. Fails the test, with the output, when the exit code is not 0."""
    done = subprocess.run(
        command, cwd=cwd, env=env, input=stdin, capture_output=True, encoding="utf-8", check=False, timeout=600
    )
    assert not check or done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done


def findings(*arguments: str, cwd: Path, env: dict[str, str]) -> list[dict[str, Any]]:
    """What `--format json` says about files."""
    done = run(["apigw-lint", "check", "--format", "json", *arguments], cwd=cwd, env=env, check=False)
    found = json.loads(done.stdout)["diagnostics"]
    assert isinstance(found, list)
    return found
