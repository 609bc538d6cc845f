"""Several processes find what one finds, and end as one does."""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from apigw_lint import processes
from apigw_lint.processes import spread
from tests.bench.generate import spec
from tests.conftest import ROOT
from tests.support import RULE_FOLDERS, read, report_on

SEVERAL = (
    "from apigw_lint import processes, run; processes.available = lambda: 3; run.WORTH_PROCESSES = {bytes}; "
    "from apigw_lint.cli import main; main()"
)


def python(code: str, *arguments: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """Runs some code in a process of its own: the one that runs the tests has threads, and must not be forked."""
    command = [sys.executable, "-c", code, *arguments]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)


def test_same_report(tmp_path: Path) -> None:
    """The report of a folder does not depend on how many processes made it."""
    for folder in RULE_FOLDERS:
        (tmp_path / f"{folder.name}.yaml").write_text(read(folder / "bad.yaml"))
    arguments = ("check", "--format", "json", "--timing", ".")
    alone = python(SEVERAL.format(bytes="10**9"), *arguments, cwd=tmp_path)
    together = python(SEVERAL.format(bytes=0), *arguments, cwd=tmp_path)
    assert (together.returncode, together.stdout) == (alone.returncode, alone.stdout)
    assert len(json.loads(alone.stdout)["diagnostics"]) > 100
    assert sorted(line.split()[-1] for line in together.stderr.splitlines()) == sorted(
        line.split()[-1] for line in alone.stderr.splitlines()
    )


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


def test_a_process_that_is_killed() -> None:
    """When the system ends a process, the results are complete all the same."""
    done = python("from tests.test_processes import *; print(list(spread(killed, range(9), 2)))")
    assert (done.stdout, done.stderr) == (f"{[number * number for number in range(9)]}\n", "")


def test_an_error_is_an_error() -> None:
    """What a job raises is raised here."""
    done = python("from tests.test_processes import *; list(spread(failed, [2, 1, 0], 2))")
    assert done.stderr.endswith("ArithmeticError: there is no job 0\n")


def test_no_processes_to_be_had(monkeypatch: pytest.MonkeyPatch) -> None:
    """A system without shared memory is served by one process."""

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "no shared memory")

    monkeypatch.setattr(processes, "Process", refuse)
    assert list(spread(failed, [1, 2], 2)) == [0, 1]


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="looks for processes as Linux shows them")
def test_interrupted(tmp_path: Path) -> None:
    """Ctrl-C ends all processes with 130 and no traceback."""
    (tmp_path / "0.yaml").write_text(spec(100_000, 0))
    for number in range(1, 400):
        os.link(tmp_path / "0.yaml", tmp_path / f"{number}.yaml")
    code = "from apigw_lint import processes; processes.available = lambda: 2; from apigw_lint.cli import main; main()"
    command = [sys.executable, "-c", code, "check", "."]
    with subprocess.Popen(
        command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
        while len(children.read_text().split()) < 2:
            time.sleep(0.05)
        time.sleep(0.2)
        os.killpg(process.pid, signal.SIGINT)
        _, errors = process.communicate(timeout=60)
    assert (process.returncode, errors) == (130, "interrupted\n")
