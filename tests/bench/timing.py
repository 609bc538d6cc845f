"""Runs commands in turns and tells what each of them takes."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Hashable, Mapping
from pathlib import Path
from typing import NamedTuple, TypeVar

ROOT = Path(__file__).resolve().parents[2]
Key = TypeVar("Key", bound=Hashable)


class Figure(NamedTuple):
    """The medians over the processes of a command: seconds from start to end, MiB at the peak."""

    seconds: float
    mebibytes: float


class Command(NamedTuple):
    """A command, and the folder that its Python modules come from (None: what is installed)."""

    arguments: list[str]
    modules: Path | None = None

    def start(self, output: int = subprocess.DEVNULL) -> subprocess.Popen[str]:
        """A process far from any checkout. Compiled modules may be kept, as on a user's machine."""
        variables = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        if self.modules:
            variables["PYTHONPATH"] = str(self.modules)
        return subprocess.Popen(
            self.arguments, cwd=tempfile.gettempdir(), env=variables, stdout=output, stderr=output, text=True
        )

    def output(self) -> tuple[str, str]:
        """What the command prints and what it reports. Raises AssertionError when it ends with a traceback."""
        printed, reported = self.start(subprocess.PIPE).communicate()
        assert "Traceback (most recent call last)" not in reported, reported
        return printed, reported


class Checkout(NamedTuple):
    """A version of the project: a word for it, and the folder with it."""

    name: str
    folder: Path

    def python(self, *arguments: object) -> Command:
        """A command of this interpreter that finds the modules of this version."""
        return Command([sys.executable, "-P", *map(str, arguments)], self.folder)

    def check(self, *paths: Path) -> Command:
        """The check of files or folders."""
        return self.python("-m", "apigw_lint", "check", "--format", "line", *paths)

    @property
    def commit(self) -> str:
        """The commit that is checked out, with a plus sign when files differ from it; empty without git."""
        git = ["git", "-C", str(self.folder)]
        commit = subprocess.run([*git, "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False)
        status = subprocess.run([*git, "status", "--porcelain"], capture_output=True, text=True, check=False)
        return commit.stdout.strip() + ("+" if status.stdout else "")


def _run(command: Command) -> Figure:
    start = time.perf_counter()
    process = command.start()
    _, _, usage = os.wait4(process.pid, 0)
    return Figure(time.perf_counter() - start, usage.ru_maxrss / 1024)


def medians(commands: Mapping[Key, Command], runs: int) -> dict[Key, Figure]:
    """What each command takes, after one run that does not count.

    The commands take turns, every second time from the last to the first, so that what else the machine does is
    shared among them. Raises AssertionError when one of them crashes.
    """
    figures: dict[Key, list[Figure]] = {key: [] for key in commands}
    for command in commands.values():
        command.output()
    turns = list(commands.items())
    for _ in range(runs):
        turns.reverse()
        for key, command in turns:
            figures[key].append(_run(command))
    return {
        key: Figure(statistics.median(one.seconds for one in taken), statistics.median(one.mebibytes for one in taken))
        for key, taken in figures.items()
    }
