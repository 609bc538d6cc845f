"""A walk loses nothing without a word, whatever the folders are like."""

from __future__ import annotations

import ctypes
import json
import os
import subprocess
import sys
from contextlib import chdir
from pathlib import Path

import pytest

from tests.support import BAD, GOOD, run

COMMANDS = (
    ["check"],
    ["check", "spec.yaml"],
    ["check", "-"],
    ["fix"],
    ["fix", "-", "--stdin-filename", "spec.yaml"],
    ["config", "spec.yaml"],
)
RUN = "from apigw_lint.cli import main\nmain()\n"


def run_after(script: str, *arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Runs the command after some lines of Python, which change what the system does."""
    command = [sys.executable, "-c", script + RUN, *arguments]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)


def _as_everybody() -> None:
    """Takes from the superuser the right to read everything; the process is replaced after that."""
    libc = ctypes.CDLL(None)
    for capability in (1, 2):  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH
        if os.geteuid() == 0 and libc.prctl(24, capability) != 0:  # PR_CAPBSET_DROP
            raise OSError("the right cannot be dropped")


def run_without_rights(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Runs the command as a user who may not read what its mode forbids."""
    command = [sys.executable, "-m", "apigw_lint", *arguments]
    return subprocess.run(
        command, cwd=cwd, capture_output=True, text=True, check=False, preexec_fn=_as_everybody
    )  # fmt: skip


@pytest.fixture
def locked(tmp_path: Path) -> Path:
    """A folder with a specification, and one in it that nobody may read."""
    if not sys.platform.startswith("linux"):
        pytest.skip("rights are dropped as Linux does it")
    (tmp_path / "spec.yaml").write_text(GOOD)
    (tmp_path / "locked" / "more").mkdir(parents=True)
    (tmp_path / "locked" / "more" / "spec.yaml").write_text(BAD)
    (tmp_path / "locked").chmod(0)
    return tmp_path


def test_folder_that_cannot_be_read(locked: Path) -> None:
    """It is a finding that fails the run, in a walk or named, in `check` and in `fix`; the rest is checked."""
    line = "locked:1:1-1:1: error: permission denied [unreadable-file]\n"
    for paths in ([], ["locked", "spec.yaml"], ["--allow-none", "."]):
        done = run_without_rights("check", "--format", "line", *paths, cwd=locked)
        assert (done.returncode, done.stdout) == (1, line), paths
        assert done.stderr.endswith("2 files checked: 1 error\n")
        done = run_without_rights("fix", *paths, cwd=locked)
        assert (done.returncode, done.stderr.splitlines()[0]) == (1, "locked: permission denied"), paths
    done = run_without_rights("check", "--format", "sarif", cwd=locked)
    (told,) = json.loads(done.stdout)["runs"][0]["invocations"][0]["toolExecutionNotifications"]
    assert told["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "locked"


def test_folder_that_need_not_be_read(locked: Path) -> None:
    """A folder that is ignored or excluded is not missed."""
    (locked / ".git").mkdir()
    (locked / ".gitignore").write_text("locked/\n")
    done = run_without_rights("check", cwd=locked)
    assert (done.returncode, done.stderr) == (0, "1 file checked: nothing found\n")
    (locked / ".gitignore").unlink()
    (locked / ".apigw-lint.yaml").write_text("exclude: [locked]\n")
    done = run_without_rights("check", cwd=locked)
    assert (done.returncode, done.stderr) == (0, "1 file checked: nothing found\n")


def test_named_file_that_cannot_be_read(locked: Path) -> None:
    """It is a finding, and the other files are checked."""
    (locked / "mine.yaml").write_text(BAD)
    (locked / "mine.yaml").chmod(0)
    done = run_without_rights("check", "--format", "line", "mine.yaml", "spec.yaml", cwd=locked)
    assert done.stdout == "mine.yaml:1:1-1:1: error: permission denied [unreadable-file]\n"
    assert done.stderr == "2 files checked: 1 error\n"


def test_ignore_file_that_cannot_be_read(locked: Path) -> None:
    """It ignores nothing, as for git, and the run says so."""
    (locked / "locked").rename(locked / ".terraform")
    (locked / ".gitignore").write_text("spec.yaml\n")
    (locked / ".gitignore").chmod(0)
    done = run_without_rights("check", cwd=locked)
    assert done.stderr == "skipped .gitignore: permission denied\n1 file checked, 1 skipped: nothing found\n"


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_deleted_working_directory(command: list[str], tmp_path: Path) -> None:
    """Each command says so once, and ends with 2."""
    (tmp_path / "gone").mkdir()
    done = run_after("import os\nos.rmdir(os.getcwd())\n", *command, cwd=tmp_path / "gone")
    message = "Error: the working directory does not exist any more\n"
    assert (done.returncode, done.stdout, done.stderr) == (2, "", message)


def test_working_directory_that_is_deleted_during_a_run(tmp_path: Path) -> None:
    """The same is said when the folder goes while its files are looked for."""
    gone = tmp_path / "gone"
    gone.mkdir()
    script = """
import os
from apigw_lint import configfile
def vanishing(folder):
    os.rmdir(folder)
    os.getcwd()
configfile.config_file_in = vanishing
"""
    done = run_after(script, "check", "-", cwd=gone)
    assert (done.returncode, done.stderr) == (2, "Error: the working directory does not exist any more\n")


VANISHING = """
import os, apigw_lint.{module} as module
ours = module.{name}
def vanishing(path, *rest):
    if os.path.basename(path) == "vanishing.yaml" and os.path.exists(path):
        os.unlink(path)
    return ours(path, *rest)
module.{name} = vanishing
"""


@pytest.mark.parametrize(("module", "name"), [("run", "_size"), ("run", "read"), ("run", "real_path")])
def test_file_that_vanishes(module: str, name: str, tmp_path: Path) -> None:
    """A file of a folder that is gone when it is measured, read or looked up is left out; a named one is missed."""
    script = VANISHING.format(module=module, name=name)
    (tmp_path / "spec.yaml").write_text(GOOD)
    (tmp_path / "vanishing.yaml").write_text(BAD)
    done = run_after(script, "check", "--format", "line", cwd=tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "1 file checked: nothing found\n")
    (tmp_path / "vanishing.yaml").write_text(BAD)
    done = run_after(script, "check", "--format", "line", "vanishing.yaml", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (1, "vanishing.yaml:1:1-1:1: error: no such file [unreadable-file]\n")


def test_file_that_vanishes_before_it_is_fixed(tmp_path: Path) -> None:
    """`fix` says that the file is gone, and fixes the others."""
    for name in ("spec.yaml", "vanishing.yaml"):
        (tmp_path / name).write_text(BAD)
    script = VANISHING.format(module="fix.files", name="read")
    done = run_after(script, "fix", "--unsafe", cwd=tmp_path)
    assert "Traceback" not in done.stderr
    assert (tmp_path / "spec.yaml").read_text() == GOOD
    assert not (tmp_path / "vanishing.yaml").exists()


def test_folder_that_vanishes(tmp_path: Path) -> None:
    """A folder that is gone when the walk comes to it has nothing to check any more."""
    (tmp_path / "spec.yaml").write_text(GOOD)
    (tmp_path / "gone").mkdir()
    script = """
import os
ours = os.scandir
def vanishing(path):
    if os.path.basename(path) == "gone":
        os.rmdir(path)
    return ours(path)
os.scandir = vanishing
"""
    done = run_after(script, "check", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "1 file checked: nothing found\n")


@pytest.mark.once
def test_nested_folders(tmp_path: Path) -> None:
    """Of thousands of folders in each other each file is found once; where paths get too long, that is a finding."""
    with chdir(tmp_path):
        for _ in range(2100):
            Path("d").mkdir()
            os.chdir("d")
            Path("spec.yaml").write_text(BAD)
    done = run("check", "--format", "line", "--quiet", cwd=tmp_path)
    subprocess.run(["rm", "-rf", str(tmp_path / "d")], check=True)
    lines = [line.partition(":")[0] for line in done.stdout.splitlines() if "[bad-value]" in line]
    assert sorted(lines, key=len) == ["d/" * (number + 1) + "spec.yaml" for number in range(len(lines))]
    assert len(lines) > 2000
    assert done.stdout.count("/d:1:1-1:1: error: file name too long [unreadable-file]") == 1
