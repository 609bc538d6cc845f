"""Repositories of git that tests make, whatever the configuration of the user says."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from tests.clients import require

ALONE = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_SYSTEM": os.devnull,
    "GIT_AUTHOR_NAME": "a",
    "GIT_AUTHOR_EMAIL": "a@example.org",
    "GIT_COMMITTER_NAME": "a",
    "GIT_COMMITTER_EMAIL": "a@example.org",
}
"""The variables of a user of git without a configuration, who has a name."""


def isolate(monkeypatch: pytest.MonkeyPatch) -> None:
    """Gives the test these variables and no other of git, which the test requires."""
    require("git")
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    for name, value in ALONE.items():
        monkeypatch.setenv(name, value)


def git(folder: Path, *arguments: str) -> str:
    """What git prints in a folder, without blanks around it. Fails the test if git fails."""
    command = ["git", "-c", "init.defaultBranch=main", "-c", "protocol.file.allow=always", *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout.strip()


def repository(folder: Path, **files: str) -> Path:
    """A new repository with one commit of these files, by their names with two underscores for each dot."""
    folder.mkdir(parents=True, exist_ok=True)
    git(folder, "init", "--quiet")
    commit(folder, {name.replace("__", "."): text for name, text in files.items()})
    return folder


def commit(folder: Path, files: dict[str, str]) -> str:
    """Writes files and commits all that is in the folder; the hash of the commit."""
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8", newline="")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--allow-empty", "-m", "a commit")
    return git(folder, "rev-parse", "HEAD")


def shallow_clone(origin: Path, folder: Path, branch: str = "main") -> Path:
    """A clone with the last commit of one branch alone, as CI servers make it."""
    git(origin, "clone", "--quiet", "--depth", "1", "--branch", branch, origin.as_uri(), str(folder))
    return folder
