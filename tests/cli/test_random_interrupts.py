"""At whatever moment a run of several processes is interrupted, it ends at once, as a whole, and claims nothing."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bench.generate import spec

pytestmark = pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs /proc, as Linux has it")

MOMENTS = 25
"""How many moments are tried with each signal, in four ways, a fifth with SIGTERM: 120 in all."""
LATEST = 0.6
"""Seconds after the signal handler is there; no run of these files ends so soon."""
SECONDS = 60
RUN = """
import multiprocessing, sys
from apigw_lint import processes
processes.available = lambda: 3
from apigw_lint.cli import main
if __name__ == "__main__":
    multiprocessing.set_start_method(sys.argv.pop(1))
    main()
"""
CODES = {signal.SIGINT: (130, "interrupted\n"), signal.SIGTERM: (143, "terminated\n")}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of 12 MB of specifications, and the script that checks it in several processes."""
    made = tmp_path_factory.mktemp("many")
    (made / "run.py").write_text(RUN)
    text = spec(400_000, 0)
    for number in range(30):
        (made / f"{number}.yaml").write_text(text)
    return made


def _has_handlers(process: int) -> bool:
    """Whether SIGTERM, which Python leaves alone, is handled; the handler of SIGINT is set before."""
    status = dict(line.split(":\t", 1) for line in Path(f"/proc/{process}/status").read_text().splitlines())
    return bool(int(status["SigCgt"], 16) >> (signal.SIGTERM - 1) & 1)


def _members(session: int) -> Iterator[int]:
    """The living processes of a session."""
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                state, _, _, its_session = (entry / "stat").read_text().rpartition(")")[2].split()[:4]
            except OSError:
                continue
            if int(its_session) == session and state != "Z":
                yield int(entry.name)


def _interrupted(folder: Path, number: int, delay: float, *, group: bool, method: str) -> tuple[int, str, str]:
    """The exit code and both outputs of a run that gets a signal so many seconds after its start."""
    command = [sys.executable, "run.py", method, "check", "."]
    with subprocess.Popen(
        command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        try:
            deadline = time.monotonic() + SECONDS
            while not _has_handlers(process.pid):
                assert time.monotonic() < deadline
            time.sleep(delay)
            (os.killpg if group else os.kill)(process.pid, number)
            output, errors = process.communicate(timeout=SECONDS)
            while left := [*_members(process.pid)]:
                assert time.monotonic() < deadline, left
        finally:
            for left_over in _members(process.pid):
                os.kill(left_over, signal.SIGKILL)
    return process.returncode, output, errors


@pytest.mark.parametrize("number", CODES)
@pytest.mark.parametrize(
    ("group", "method"),
    [(False, "fork"), (True, "fork"), (False, "spawn"), (True, "forkserver")],
    ids=["one", "all", "spawned", "served"],
)
def test_any_moment(number: signal.Signals, *, group: bool, method: str, folder: Path) -> None:
    """It ends with the code of the signal and one word, no process stays, and nothing says that the run is complete."""
    moments = random.Random(f"{number} {group} {method}")
    count = MOMENTS if number == signal.SIGINT else MOMENTS // 5
    for _ in range(count):
        code, word = CODES[number]
        found = _interrupted(folder, number, moments.uniform(0, LATEST), group=group, method=method)
        assert found == (code, "", word)
