"""A baseline hides what is known, whatever line it stands on."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support import BAD, GOOD, run

TWO = BAD.replace("/a:", "/a: {get: {x-yc-apigateway-integration: {type: dumy}}}, /b:")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Two bad files and a baseline of both."""
    (tmp_path / "one.yaml").write_text(BAD)
    (tmp_path / "two.yaml").write_text(TWO)
    done = run("check", "--write-baseline", "known.jsonl", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, "")
    assert "3 findings written to the baseline" in done.stderr
    return tmp_path


def test_known_findings_are_hidden(project: Path) -> None:
    """What the baseline lists is not shown, and is counted."""
    done = run("check", "--baseline", "known.jsonl", cwd=project)
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr == "2 files checked: nothing found (3 in the baseline)\n"
    assert run("check", cwd=project).returncode == 1


def test_lines_do_not_count(project: Path) -> None:
    """Lines that move, another folder to run in, and an absolute path change nothing."""
    (project / "one.yaml").write_text("# a\n\n" + BAD.replace("info:", "# b\ninfo:"))
    assert run("check", "--baseline", "known.jsonl", cwd=project).returncode == 0
    (project / "sub").mkdir()
    done = run("check", "--baseline", "../known.jsonl", "..", str(project / "two.yaml"), cwd=project / "sub")
    assert done.returncode == 0, done.stdout


def test_new_findings_are_shown(project: Path) -> None:
    """What the baseline does not list is shown, known findings beside it are not."""
    (project / "one.yaml").write_text(BAD.replace("{get:", "{summary: 3, get:"))
    done = run("check", "--format", "line", "--baseline", "known.jsonl", cwd=project)
    assert done.returncode == 1
    assert [line.rpartition(" ")[2] for line in done.stdout.splitlines()] == ["[wrong-type]"]


def test_equal_findings_are_counted(project: Path) -> None:
    """A third finding that is equal to two known ones is new; an entry has a count and no line."""
    (project / "one.yaml").write_text(GOOD + "x-a: 1\n" * 3)
    run("check", "--write-baseline", "equal.jsonl", "one.yaml", cwd=project)
    [entry] = [json.loads(line) for line in (project / "equal.jsonl").read_text().splitlines()[1:]]
    assert set(entry) == {"path", "rule", "pointer", "message", "count"}
    assert (entry["path"], entry["rule"], entry["pointer"], entry["count"]) == ("one.yaml", "duplicate-key", "/x-a", 2)
    (project / "one.yaml").write_text(GOOD + "x-a: 1\n" * 4)
    done = run("check", "--format", "line", "--baseline", "equal.jsonl", "one.yaml", cwd=project)
    assert (done.returncode, done.stderr.splitlines()[0]) == (1, "1 file checked: 1 error (2 in the baseline)")


def test_stale_entries(project: Path) -> None:
    """What is no longer found is told for files of this run only, and dropped by the next write."""
    (project / "one.yaml").write_text(GOOD)
    done = run("check", "--baseline", "known.jsonl", "two.yaml", cwd=project)
    assert "still in the baseline" not in done.stderr
    done = run("check", "--baseline", "known.jsonl", cwd=project)
    assert (done.returncode, done.stderr.count("fixed, but still in the baseline: one.yaml")) == (0, 1)
    run("check", "--write-baseline", "known.jsonl", "one.yaml", cwd=project)
    done = run("check", "--baseline", "known.jsonl", cwd=project)
    assert (done.returncode, done.stderr.count("no longer")) == (0, 0)
    assert done.stderr.endswith("(2 in the baseline)\n")


def test_text_is_stable_and_sorted(project: Path) -> None:
    """Writing twice, or in another order, gives the same bytes, an entry a line."""
    first = (project / "known.jsonl").read_bytes()
    run("check", "--write-baseline", "known.jsonl", "two.yaml", "one.yaml", cwd=project)
    assert (project / "known.jsonl").read_bytes() == first
    lines = first.decode().splitlines()
    assert json.loads(lines[0]) == {"apigw-lint-baseline": 1}
    assert lines[1:] == sorted(lines[1:])


def test_from_the_configuration(project: Path) -> None:
    """The configuration names a baseline relative to itself."""
    (project / ".apigw-lint.yaml").write_text("baseline: known.jsonl\n")
    assert run("check", cwd=project).returncode == 0


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("[]\n", "not an apigw-lint baseline"),
        ('{"apigw-lint-baseline": 1}\n{"path": 1\n', "line 2 is not a baseline entry"),
        (None, "no such file"),
    ],
)
def test_unusable(text: str | None, reason: str, project: Path) -> None:
    """A file that is no baseline, or not there, is a wrong command."""
    (project / "known.jsonl").unlink()
    if text is not None:
        (project / "known.jsonl").write_text(text)
    done = run("check", "--baseline", "known.jsonl", cwd=project)
    assert done.returncode == 2
    assert reason in done.stderr


def test_broken_files_are_never_hidden(project: Path) -> None:
    """A file that cannot be read is no known finding."""
    (project / "one.yaml").write_text(BAD + '"')
    done = run("check", "--write-baseline", "known.jsonl", cwd=project)
    assert done.returncode == 1
    assert "[syntax]" in done.stdout
