"""Keeps true what pages show of the command: a `console` block with `$ apigw-lint ...` holds what the command prints.

The commands run one after the other in a copy of `fixtures/docs`, so that a page can show a file, its findings and
its fixes. A line `$ cat FILE` shows a file of that folder.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

PATTERN = re.compile(r"(?ms)^```console\n(\$ .*?)^```$")
"""A block that begins with a command; the group is all of it."""

_COMMAND = re.compile(r"(?m)^\$ (.*)\n")


def refreshed(page: str, root: Path) -> str:
    """A page whose blocks show what their commands print now."""
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(root / "fixtures" / "docs", folder, dirs_exist_ok=True)
        return PATTERN.sub(lambda block: f"```console\n{_run(block[1], Path(folder), root)}```", page)


def _run(block: str, folder: Path, root: Path) -> str:
    return "".join(f"$ {command}\n{_output(command, folder, root)}" for command in _COMMAND.findall(block))


def _output(command: str, folder: Path, root: Path) -> str:
    """What a command prints, both streams together. Raises ValueError for other commands than these two."""
    program, *arguments = shlex.split(command)
    if program == "cat":
        return "".join((folder / name).read_text("utf-8") for name in arguments)
    if program != "apigw-lint":
        raise ValueError(f"'{program}' cannot run in a page: use 'apigw-lint' or 'cat'")
    done = subprocess.run(
        [sys.executable, "-m", "apigw_lint", *arguments],
        cwd=folder,
        env=_environment(root),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    return done.stdout.decode()


def _environment(root: Path) -> dict[str, str]:
    """The variables of this process, without those that change what the command prints; this checkout is imported."""
    kept = {name: value for name, value in os.environ.items() if name not in ("GITHUB_ACTIONS", "FORCE_COLOR")}
    return {**kept, "NO_COLOR": "1", "PYTHONPATH": str(root)}
