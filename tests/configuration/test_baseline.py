"""A baseline hides what is known, whatever line it stands on."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apigw_lint import Diagnostic, Severity
from apigw_lint.baseline import Baseline, BaselineError, Comparison, parse_baseline
from apigw_lint.diagnostic import Consequence
from apigw_lint.source.text import Source, Span
from tests.support import BAD, GOOD, run

TWO = BAD.replace("/a:", "/a: {get: {x-yc-apigateway-integration: {type: dumy}}}, /b:")

HEADER = '{"apigw-lint-baseline": 1}\n'
ENTRY = '{"path": "a", "rule": "b", "pointer": "/c", "message": "d", "count": 2}\n'
ODD = ["0", "-1", "1e9", "1.0", "true", "null", '"1"', "50000001", "[1]", "NaN"]
"""What is no count."""


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
        ("\n", "empty, not an apigw-lint baseline: write it again with '--write-baseline'"),
        ("", "empty, not an apigw-lint baseline: write it again with '--write-baseline'"),
        ('{"apigw-lint-baseline": 2}\n', "a baseline of a later version of apigw-lint"),
        (f"{HEADER}<<<<<<< HEAD\n", "line 2 is a mark of a merge conflict: keep the entries of both sides"),
        (f"<<<<<<< HEAD\n{HEADER}", "line 1 is a mark of a merge conflict: keep the entries of both sides"),
        (HEADER + ENTRY[:-9], "line 2 is not a baseline entry"),
        (HEADER + ENTRY + "2\n", "line 3 is not a baseline entry"),
        pytest.param(HEADER + "[" * 100_000, "line 2 is not a baseline entry", id="deep"),
        pytest.param(HEADER + ENTRY.replace("2}", "2" * 5000 + "}"), "line 2 is not a baseline entry", id="digits"),
        (HEADER + ENTRY.replace('"a"', "7"), "line 2 is not a baseline entry"),
        (None, "no such file"),
        *(
            (HEADER + ENTRY.replace("2}", f"{count}}}"), "line 2: 'count' must be a whole number from 1")
            for count in ODD
        ),
    ],
)
def test_unusable(text: str | None, reason: str, project: Path) -> None:
    """A file that is no baseline, or not there, is a wrong command."""
    (project / "known.jsonl").unlink()
    if text is not None:
        (project / "known.jsonl").write_text(text)
    done = run("check", "--baseline", "known.jsonl", cwd=project)
    assert (done.returncode, done.stderr.splitlines()[-1]) == (2, f"Error: known.jsonl: {reason}")


def test_damaged_baseline_is_not_written_over(project: Path) -> None:
    """What cannot be read may list findings of other files, so it is not lost."""
    damaged = "<<<<<<< HEAD\n" + (project / "known.jsonl").read_text()
    (project / "known.jsonl").write_text(damaged)
    assert run("check", "--write-baseline", "known.jsonl", cwd=project).returncode == 2
    assert (project / "known.jsonl").read_text() == damaged


def test_baseline_into_an_empty_file(project: Path) -> None:
    """An empty file, as other tools make them, is filled."""
    (project / "new.jsonl").write_text("")
    assert run("check", "--write-baseline", "new.jsonl", cwd=project).returncode == 0
    assert (project / "new.jsonl").read_bytes() == (project / "known.jsonl").read_bytes()


def test_what_editors_and_merges_do(project: Path) -> None:
    """Line ends of Windows, a byte order mark, blank lines, and lines that a merge has repeated change nothing."""
    header, *entries = (project / "known.jsonl").read_text().splitlines()
    text = "\ufeff" + "\r\n".join([header, "", *entries, header, *entries]) + "\r\n"
    (project / "known.jsonl").write_bytes(text.encode())
    done = run("check", "--baseline", "known.jsonl", cwd=project)
    assert (done.returncode, done.stderr) == (0, "2 files checked: nothing found (3 in the baseline)\n")


def test_large_count(project: Path) -> None:
    """However often an entry may occur, it is one entry, and told once when it matches nothing more."""
    text = (project / "known.jsonl").read_text()
    (project / "known.jsonl").write_text(text.replace('"count": 1', '"count": 50000000'))
    done = run("check", "--baseline", "known.jsonl", cwd=project)
    assert (done.returncode, done.stderr.count("fixed, but still in the baseline")) == (0, 3)


def test_repaired_neighbour(project: Path) -> None:
    """A finding stays known when another mistake is repaired and changes what the message advises."""
    wrong = GOOD + "x-yc-apigateway: {cors: {origin: false, allowHeaders: [A], headers: [B]}}\n"
    (project / "one.yaml").write_text(wrong)
    run("check", "--write-baseline", "new.jsonl", "one.yaml", cwd=project)
    (project / "one.yaml").write_text(wrong.replace("allowHeaders", "allowedHeaders"))
    shown = run("check", "--format", "line", "one.yaml", cwd=project).stdout
    assert "unknown key 'headers' in CORS rule: 'allowedHeaders' is there already" in shown
    done = run("check", "--baseline", "new.jsonl", "one.yaml", cwd=project)
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr.endswith("nothing found (1 in the baseline)\n")


WORDS = st.text(st.characters() | st.sampled_from("\n\r\x85\u2028\u2029\"\\'\ud800\ufeff"), max_size=8)


@given(st.lists(st.tuples(WORDS, WORDS, WORDS, st.integers(1, 3)), max_size=6))
def test_any_finding_can_be_written(findings: list[tuple[str, str, str, int]]) -> None:
    """What is written hides the same findings when it is read, whatever is in their names and messages."""
    found = [
        Diagnostic(Source("a.yaml", ""), Span(0, 0), rule, Severity.ERROR, Consequence.INVALID, message, pointer)
        for rule, pointer, message, number in findings
        for _ in range(number)
    ]
    text = Baseline("known.jsonl").rewritten(found, ["a.yaml"]).text()
    entries = {one.identity for one in found}
    assert len(text.splitlines()) == 1 + len(entries)
    read = parse_baseline("known.jsonl", text.encode("utf-8").decode())
    assert read.compare(found, ["a.yaml"]) == Comparison([], found, [])
    assert read.text() == text


LINES = st.sampled_from([HEADER, ENTRY, ENTRY[:40], "<<<<<<< a\n", "\n", "[]\n", "{}\n", "\u2028"]) | WORDS


@given(st.lists(LINES, max_size=5))
def test_any_text_is_a_baseline_or_is_not(lines: list[str]) -> None:
    """Whatever a file holds, it is a baseline that can be written again, or one message says why it is none."""
    try:
        baseline = parse_baseline("known.jsonl", "".join(lines))
    except BaselineError as error:
        assert str(error)[0].islower()
    else:
        assert parse_baseline("known.jsonl", baseline.text()).entries == baseline.entries


def test_broken_files_are_never_hidden(project: Path) -> None:
    """A file that cannot be read is no known finding."""
    (project / "one.yaml").write_text(BAD + '"')
    done = run("check", "--write-baseline", "known.jsonl", cwd=project)
    assert done.returncode == 1
    assert "[syntax]" in done.stdout
