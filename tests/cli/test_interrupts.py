"""Ctrl-C ends the command with 130 and one word, at whatever moment; no process stays, no file is left half-written.

The command interrupts itself at a chosen moment (an audit event of Python, a fork, a write): nothing depends on time.
"""

from __future__ import annotations

import os
import pty
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.cli.test_cli import read_terminal
from tests.cli.test_cli_fix import SAFE
from tests.support import BAD, GOOD

pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals and process groups as POSIX has them")

START = """
import io, os, signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
def interrupt(*_):
    os.killpg(0, signal.SIGINT)
"""
RUN = """
from apigw_lint.cli import main
main(sys.argv[1:])
"""
SEVERAL_PROCESSES = """
import multiprocessing
multiprocessing.set_start_method("fork")
from apigw_lint import processes, run
processes.available = lambda: 2
run.WORTH_PROCESSES = 0
"""
STANDARD_OUTPUT = """
class Interrupting(io.RawIOBase):
    def writable(self):
        return True
    def write(self, data):
        interrupt()
        return len(data)
sys.stdout = io.TextIOWrapper(io.BufferedWriter(Interrupting()))
"""
SECONDS = 60
COMMANDS = {
    "check": ["check", "bad.yaml"],
    "fix": ["fix", "--diff", "safe.yaml"],
    "rules": ["rules"],
    "explain": ["explain", "bad-value"],
    "config": ["config", "bad.yaml"],
}


def at(event: str, word: str = "", do: str = "interrupt()") -> str:
    """Code that does something at each audit event of a name whose first argument holds a word."""
    return f"""
def hook(event, details):
    if event == {event!r} and {word!r} in str(details[:1]):
        {do}
sys.addaudithook(hook)
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A bad file, one that can be fixed, and a folder of good ones."""
    (tmp_path / "bad.yaml").write_text(BAD)
    (tmp_path / "safe.yaml").write_text(SAFE)
    (tmp_path / "many").mkdir()
    for number in range(40):
        (tmp_path / "many" / f"{number}.yaml").write_text(GOOD)
    return tmp_path


def run(moment: str, *arguments: str, cwd: Path) -> tuple[int, str, str]:
    """The exit code and both outputs; no process of the command may be left."""
    command = [sys.executable, "-c", START + moment + RUN, *arguments]
    with subprocess.Popen(
        command, cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        try:
            output, errors = process.communicate(timeout=SECONDS)
            is_alone = not _signal_group(process.pid, 0)
        finally:
            _signal_group(process.pid, signal.SIGKILL)
    assert is_alone
    return process.returncode, output, errors


def _signal_group(leader: int, number: int) -> bool:
    """Sends a signal to a group of processes; whether there is one."""
    try:
        os.killpg(leader, number)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.parametrize("moment", ["apigw_lint.interrupts", "click", "apigw_lint.rules.values", "apigw_lint.spelling"])
@pytest.mark.parametrize("arguments", COMMANDS.values(), ids=COMMANDS)
def test_start(moment: str, arguments: Sequence[str], project: Path) -> None:
    """While modules are imported, the first and the last among them."""
    assert run(at("import", moment), *arguments, cwd=project) == (130, "", "interrupted\n")


@pytest.mark.parametrize("arguments", COMMANDS.values(), ids=COMMANDS)
def test_output(arguments: Sequence[str], project: Path) -> None:
    """While the result is written."""
    assert run(STANDARD_OUTPUT, *arguments, cwd=project) == (130, "", "interrupted\n")


@pytest.mark.parametrize("arguments", [["check", "bad.yaml"], ["fix", "safe.yaml"], ["check", "many"]])
def test_work(arguments: Sequence[str], project: Path) -> None:
    """While files are read."""
    file = "7.yaml" if "many" in arguments else arguments[-1]
    assert run(at("open", file), *arguments, cwd=project) == (130, "", "interrupted\n")
    assert (project / "safe.yaml").read_text() == SAFE


def test_where_no_exception_can_be_raised(project: Path) -> None:
    """In a callback whose exceptions Python drops."""
    drop = """
import weakref
class Dropped:
    pass
def drop():
    dropped = Dropped()
    reference = weakref.ref(dropped, interrupt)
    del dropped
"""
    assert run(drop + at("import", "click", "drop()"), "check", "bad.yaml", cwd=project) == (130, "", "interrupted\n")


@pytest.mark.parametrize("arguments", COMMANDS.values(), ids=COMMANDS)
def test_end(arguments: Sequence[str], project: Path) -> None:
    """When the result is out, it counts: Ctrl-C while Python shuts down changes nothing."""
    moment = "import atexit\natexit.register(interrupt)\n"
    assert run(moment, *arguments, cwd=project) == run("", *arguments, cwd=project)


def test_background(project: Path) -> None:
    """A process that ignores Ctrl-C from its start, as background jobs do, goes on doing so."""
    ignoring = "signal.signal(signal.SIGINT, signal.SIG_IGN)\n"
    moment = ignoring + at("import", "click")
    assert run(moment, "check", "bad.yaml", cwd=project) == run(ignoring, "check", "bad.yaml", cwd=project)


@pytest.mark.parametrize("event", ["os.chmod", "os.rename"])
def test_file_is_replaced_as_a_whole(event: str, project: Path) -> None:
    """While a file is replaced: it is, and nothing else is left behind."""
    before = sorted(path.name for path in project.iterdir())
    assert run(at(event), "fix", "safe.yaml", cwd=project) == (130, "", "interrupted\n")
    assert (project / "safe.yaml").read_text() == GOOD
    assert sorted(path.name for path in project.iterdir()) == before


@pytest.mark.parametrize(
    "moment",
    [
        at("os.fork"),
        "os.register_at_fork(after_in_child=interrupt)\n",
        at("open", "many/7.yaml"),
        at("open", "many/7.yaml", "os.kill(os.getppid(), signal.SIGINT)"),
        at("os.kill"),
    ],
    ids=["before a fork", "in a new process", "in a process that works", "in the first process only", "at their end"],
)
def test_several_processes(moment: str, project: Path) -> None:
    """While processes start, work and end, and when only the first of them receives the signal."""
    assert run(SEVERAL_PROCESSES + moment, "check", "many", cwd=project) == (130, "", "interrupted\n")


def test_first_process_is_killed(project: Path) -> None:
    """The others do not stay when the system ends the first one: what they inherited, its outputs, is closed."""
    moment = SEVERAL_PROCESSES + at("open", "many/7.yaml", "os.kill(os.getppid(), signal.SIGKILL)")
    command = [sys.executable, "-c", START + moment + RUN, "check", "many"]
    with subprocess.Popen(
        command, cwd=project, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
    ) as process:
        try:
            outputs = process.communicate(timeout=SECONDS)
        finally:
            _signal_group(process.pid, signal.SIGKILL)
    assert (process.returncode, *outputs) == (-signal.SIGKILL, b"", b"")


@pytest.mark.parametrize(
    ("moment", "code", "last"),
    [(at("open", "7.yaml"), 130, "interrupted"), ("", 0, "40 files checked: nothing found")],
    ids=["interrupted", "done"],
)
def test_cursor(moment: str, code: int, last: str, project: Path) -> None:
    """The cursor, which the progress bar hides, is shown again, and what is said stands on a line of its own."""
    at_once = "from apigw_lint.cli import console\nconsole.PROGRESS_AFTER = -1\n"
    terminal, theirs = pty.openpty()
    command = [sys.executable, "-c", START + at_once + moment + RUN, "check", "many"]
    with subprocess.Popen(command, cwd=project, stdout=theirs, stderr=theirs, start_new_session=True) as process:
        os.close(theirs)
        shown = read_terminal(terminal)
    os.close(terminal)
    assert process.returncode == code
    assert "\x1b[?25l" in shown
    assert shown.endswith(f"\x1b[?25h\r\n{last}\r\n")
