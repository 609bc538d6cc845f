"""Output that cannot be written, and output that somebody else would obey."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import unicodedata
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import unquote

import pytest

from apigw_lint.formats import FORMATS
from apigw_lint.formats.printable import printable
from tests.support import BAD, GOOD, run

FULL = Path("/dev/full")
COMMANDS = [
    *(["check", "--format", name, "good.yaml"] for name in FORMATS),
    *(["check", "--format", name, "bad.yaml"] for name in FORMATS),
    ["fix", "-"],
    ["fix", "--diff", "--unsafe", "bad.yaml"],
    ["rules"],
    ["explain", "bad-value"],
    ["config", "good.yaml"],
    ["--help"],
    ["check", "--help"],
    ["--version"],
]
CODES = {"good.yaml": 0, "bad.yaml": 1}
"""The exit code of a check."""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A good and a bad file."""
    (tmp_path / "good.yaml").write_text(GOOD)
    (tmp_path / "bad.yaml").write_text(BAD)
    return tmp_path


def _run(redirection: str, arguments: Sequence[str], cwd: Path, **env: str) -> tuple[int, str]:
    """The exit code and what is said on standard error, with standard output or error where a shell redirects it."""
    script = f'exec "$@" {redirection}'
    command = ["sh", "-c", script, "sh", sys.executable, "-m", "apigw_lint", *arguments]
    done = subprocess.run(
        command, cwd=cwd, input=GOOD, stderr=subprocess.PIPE, text=True, check=False, env={**os.environ, **env}
    )
    return done.returncode, done.stderr


@pytest.mark.skipif(not FULL.exists(), reason="needs a device that is full")
@pytest.mark.parametrize("unbuffered", ["", "1"])
@pytest.mark.parametrize("arguments", COMMANDS, ids=" ".join)
def test_full_disk(arguments: Sequence[str], unbuffered: str, project: Path) -> None:
    """A disk that is full is no finding: one message and exit code 2, in each command and format."""
    done = _run(f"> {FULL}", arguments, project, PYTHONUNBUFFERED=unbuffered)
    assert done == (2, "Error: cannot write the output: no space left on device\n")


@pytest.mark.skipif(not FULL.exists(), reason="needs a device that is full")
@pytest.mark.parametrize("instruction", ["bash_source", "zsh_source", "fish_source", "bash_complete"])
def test_full_disk_of_completion(instruction: str, project: Path) -> None:
    """The lines for shells are output like any other."""
    env = {"_APIGW_LINT_COMPLETE": instruction, "COMP_WORDS": "apigw-lint ex", "COMP_CWORD": "1"}
    assert _run(f"> {FULL}", [], project, **env) == (2, "Error: cannot write the output: no space left on device\n")


@pytest.mark.parametrize("variables", [{}, {"_APIGW_LINT_COMPLETE": "bash_source"}])
def test_reader_that_is_gone(variables: dict[str, str], project: Path) -> None:
    """A closed pipe, as `head` leaves one, ends any command without a word."""
    theirs, ours = os.pipe()
    os.close(theirs)
    command = [sys.executable, "-m", "apigw_lint", *([] if variables else ["rules"])]
    env = {**os.environ, **variables}
    done = subprocess.run(command, cwd=project, stdout=ours, stderr=subprocess.PIPE, env=env, check=False)
    os.close(ours)
    assert (done.returncode, done.stderr) == (1, b"")


@pytest.mark.skipif(os.name == "nt", reason="uses pipes of POSIX")
@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_slow_reader(unbuffered: str, project: Path) -> None:
    """A pipe that takes less at once than there is to write gets all of it, even one that does not wait."""
    theirs, ours = os.pipe()
    os.set_blocking(ours, False)
    command = [sys.executable, "-m", "apigw_lint", "rules", "--format", "json"]
    env = {**os.environ, "PYTHONUNBUFFERED": unbuffered}
    with subprocess.Popen(command, cwd=project, stdout=ours, stderr=subprocess.PIPE, env=env) as process:
        os.close(ours)
        with os.fdopen(theirs, "rb") as reader:
            time.sleep(0.5)
            whole = reader.read()
        assert process.wait() == 0
    assert len(whole) > 65_536
    assert len(json.loads(whole)) > 70


@pytest.mark.parametrize("arguments", [["check", "good.yaml"], ["fix", "-"], ["rules"], ["explain", "bad-value"]])
def test_closed_output(arguments: Sequence[str], project: Path) -> None:
    """So is standard output that is closed from the start."""
    assert _run(">&-", arguments, project) == (2, "Error: cannot write the output: bad file descriptor\n")


@pytest.mark.parametrize("redirection", [f"2> {FULL}", "2>&-"])
@pytest.mark.parametrize("file", CODES)
def test_errors_that_nobody_reads(redirection: str, file: str, project: Path) -> None:
    """Where the summary cannot be written, the findings and the exit code are those of any run."""
    if redirection.endswith(str(FULL)) and not FULL.exists():
        pytest.skip("needs a device that is full")
    assert _run(f"> out.txt {redirection}", ["check", "--format", "line", file], project) == (CODES[file], "")
    assert (project / "out.txt").read_text().count("\n") == CODES[file]


def test_closed_input(project: Path) -> None:
    """Standard input that is closed is a wrong command."""
    for arguments in (["check", "-"], ["fix", "-"]):
        code, said = _run("<&-", arguments, project)
        assert code == 2
        assert said.endswith("\nError: cannot read standard input: it is closed\n")


def test_endless_input(project: Path) -> None:
    """Standard input has the bound that files have."""
    for arguments in (["check", "-"], ["fix", "-"]):
        code, said = _run("< /dev/zero", arguments, project)
        assert code == 2
        assert said.endswith("\nError: cannot read standard input: larger than 50,000,000 bytes\n")


def test_warnings_of_libraries(project: Path) -> None:
    """No library's warning reaches the terminal, and none is an error, whatever Python is told."""
    (project / "bad.yaml").write_text(BAD.replace("title: ", "title: &a ").replace("version: ", "version: &a "))
    expected = run("fix", "--unsafe", "--diff", "bad.yaml", cwd=project)
    assert "&a" in expected.stdout
    assert expected.stderr == "bad.yaml:3: bad-value: write 'dummy'\n1 file checked: 1 fix possible in 1 file\n"
    for way in ("always", "error"):
        done = run("fix", "--unsafe", "--diff", "bad.yaml", cwd=project, env={"PYTHONWARNINGS": way})
        assert (done.returncode, done.stdout, done.stderr) == (1, expected.stdout, expected.stderr)


@pytest.mark.once
@pytest.mark.skipif(os.name == "nt", reason="such names cannot be given there")
@pytest.mark.parametrize(
    "name", ["::warning::x.yaml", " ::stop-commands::x.yaml", "##[error]x.yaml", "a##vso[x]y.yaml"]
)
def test_names_that_a_runner_would_obey(name: str, project: Path) -> None:
    """No line begins with a command of a CI server, and none holds one that is obeyed anywhere."""
    (project / name).write_text(BAD)
    (project / "bad.yaml").unlink()
    outputs = [run("check", "--format", form, ".", cwd=project).stdout for form in ("text", "line")]
    for form in ("json", "gitlab", "sarif"):
        outputs.append(run("check", "--format", form, ".", cwd=project).stdout)
        assert any(unquote(path).endswith(name) for path in _paths_in(outputs[-1])), form
    outputs.append(run("fix", "--unsafe", ".", cwd=project).stdout)
    for output in outputs:
        assert "x" in output
        for line in output.splitlines():
            assert not line.lstrip().startswith("::")
            assert not any(command in line for command in ("##[", "##vso[", "##teamcity["))


def _paths_in(report: str) -> list[str]:
    """The paths in a report that is JSON."""
    paths: list[str] = []
    json.loads(report, object_hook=lambda row: paths.append(row.get("path") or row.get("uri") or ""))
    return paths


def test_everything_invisible_is_escaped() -> None:
    """Each control, format, separator and surrogate character of Unicode is shown as an escape, other letters stay."""
    for code in range(sys.maxunicode + 1):
        letter = chr(code)
        if unicodedata.category(letter) in ("Cc", "Cf", "Zl", "Zp", "Cs"):
            assert printable(letter).isascii(), hex(code)
    text = "Привет, мир 日本 é e\u0301 ❤\ufe0f #[x] ## [x] :: \u00a0"
    assert printable(text) == text
