"""Several processes find what one finds; tests/cli/test_interrupts.py shows that they end as one does."""

from __future__ import annotations

import json
import multiprocessing
import os
import subprocess
import sys
from pathlib import Path

import pytest

from apigw_lint import processes
from tests.bench.generate import spec
from tests.conftest import ROOT
from tests.support import RULE_FOLDERS, read, report_on

SEVERAL = (
    "from apigw_lint import processes, run; processes.available = lambda: 3; run.WORTH_PROCESSES = {bytes}; "
    "from apigw_lint.cli import main; main()"
)

JOBS = "from tests.cli.test_processes import *; from apigw_lint.processes import spread"


def python(code: str, *arguments: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """Runs some code in a process of its own: the one that runs the tests has threads, and must not be forked."""
    command = [sys.executable, "-c", code, *arguments]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)


def test_same_report(tmp_path: Path) -> None:
    """The report of a folder does not depend on how many processes made it."""
    for folder in RULE_FOLDERS:
        (tmp_path / f"{folder.name}.yaml").write_text(read(folder / "bad.yaml"))
    arguments = ("check", "--format", "json", ".")
    alone = python(SEVERAL.format(bytes="10**9"), *arguments, cwd=tmp_path)
    together = python(SEVERAL.format(bytes=0), *arguments, cwd=tmp_path)
    assert (together.returncode, together.stdout) == (alone.returncode, alone.stdout)
    assert len(json.loads(alone.stdout)["diagnostics"]) > 100
    assert together.stderr == alone.stderr


def test_small_files_are_linted_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Starting processes takes longer than a few small files."""

    def refuse(*_: object) -> None:
        raise AssertionError

    monkeypatch.setattr(processes, "spread", refuse)
    (tmp_path / "spec.yaml").write_text(spec(3000, 0))
    (tmp_path / "more.yaml").write_text(spec(3000, 0))
    assert len(report_on(tmp_path).checked) == 2


def killed(number: int) -> int:
    """A job whose third process is ended by the system."""
    if number == 3 and multiprocessing.parent_process():
        os._exit(9)
    return number * number


def failed(number: int) -> int:
    """A job that fails for 0."""
    if not number:
        raise ArithmeticError("there is no job 0")
    return number - 1


def process_of(_: object) -> int:
    """A job that says who does it."""
    return os.getpid()


@pytest.mark.parametrize("number", [9, 100])
def test_a_process_that_is_killed(number: int) -> None:
    """When the system ends a process, the results are complete all the same."""
    done = python(f"{JOBS}; print(list(spread(killed, range({number}), 2)))")
    assert (done.stdout, done.stderr) == (f"{[job * job for job in range(number)]}\n", "")


@pytest.mark.parametrize("number", [3, 100])
def test_an_error_is_an_error(number: int) -> None:
    """What a job raises is raised here."""
    done = python(f"{JOBS}; list(spread(failed, range({number})[::-1], 2))")
    assert done.stderr.endswith("ArithmeticError: there is no job 0\n")


SOME_PROCESSES = """
{jobs}
started = []
def refuse(*arguments, **names):
    if len(started) == {allowed}:
        raise BlockingIOError(11, "no more processes")
    started.append(1)
    return multiprocessing.Process(*arguments, **names)
processes.Process = refuse
done_by = set(spread(process_of, range(100), 3))
print(os.getpid() in done_by, len(done_by) <= max(1, {allowed}))
"""


@pytest.mark.parametrize("allowed", [0, 1, 2])
def test_fewer_processes_than_wanted(allowed: int) -> None:
    """A system that allows fewer processes is served by those, one that allows none by the parent process."""
    done = python(SOME_PROCESSES.format(jobs=JOBS, allowed=allowed))
    assert (done.stdout, done.stderr) == (f"{allowed == 0} True\n", "")
