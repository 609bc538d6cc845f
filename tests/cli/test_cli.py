"""The command: what it looks at, what it prints, how it ends."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from apigw_lint import Report
from apigw_lint.cli.outcome import timing
from apigw_lint.diff.kinds import KINDS
from apigw_lint.rules import RULES
from tests.support import BAD, GOOD, OTHER, WARNING, run


def on_terminal(*arguments: str, cwd: Path, env: dict[str, str] | None = None) -> str:
    """What the command shows on a terminal."""
    terminal, theirs = pty.openpty()
    command = [sys.executable, "-m", "apigw_lint", *arguments]
    with subprocess.Popen(command, cwd=cwd, stdout=theirs, stderr=theirs, env={**os.environ, **(env or {})}):
        os.close(theirs)
        shown = read_terminal(terminal)
    os.close(terminal)
    return shown


def read_terminal(terminal: int) -> str:
    """All that is shown until the last process of a terminal is gone."""
    parts = []
    with suppress(OSError):  # what Linux says at the end
        while part := os.read(terminal, 10_000):
            parts.append(part)
    return b"".join(parts).decode()


ADVICE = "'apigw-lint fix --unsafe' repairs 1; 'apigw-lint explain bad-value' tells more\n"
"""What is said below the summary of the bad file."""
OPENAPI_JSON = """{"openapi": "3.0.0", "info": {"title": "A title of many letters", "version": "1"}, "paths": {}}"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder with a good, a bad and an unrelated file."""
    (tmp_path / "good.yaml").write_text(GOOD)
    (tmp_path / "bad.yml").write_text(BAD)
    (tmp_path / "other.yaml").write_text(OTHER)
    return tmp_path


def test_clean_run_says_what_was_checked(project: Path) -> None:
    """Success is never silent."""
    done = run("check", "good.yaml", cwd=project)
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr == "1 file checked: nothing found\n"


def test_findings_and_exit_code(project: Path) -> None:
    """An error is shown and ends with 1; nothing but findings is on stdout."""
    done = run("check", "--format", "line", "good.yaml", "bad.yml", cwd=project)
    assert done.returncode == 1
    assert (
        done.stdout
        == "bad.yml:3:56-3:60: error: 'dumy' is not a valid value of 'type', did you mean 'dummy'? [bad-value]\n"
    )
    assert done.stderr == f"2 files checked: 1 error\n{ADVICE}"


@pytest.mark.parametrize(("level", "code"), [(None, 0), ("error", 0), ("warning", 1), ("info", 1)])
def test_fail_level(level: str | None, code: int, tmp_path: Path) -> None:
    """Only findings at least as severe as the level make the run fail."""
    (tmp_path / "spec.yaml").write_text(WARNING)
    arguments = ["--fail-level", level] if level else []
    assert run("check", *arguments, "spec.yaml", cwd=tmp_path).returncode == code


def test_folder(project: Path) -> None:
    """In a folder only specifications are linted, hidden ones and those of subfolders too."""
    sub = project / "sub" / ".hidden"
    sub.mkdir(parents=True)
    (sub / "spec.json").write_text(json.dumps({"openapi": "3.0.0", "x-yc-foo": 1}))
    (sub / "spec.txt").write_text(BAD)
    done = run("check", "--format", "line", ".", cwd=project)
    assert {shown.partition(":")[0] for shown in done.stdout.splitlines()} == {"bad.yml", "sub/.hidden/spec.json"}
    assert done.stderr.startswith("3 files checked")


def test_gitignore(project: Path) -> None:
    """What git ignores is left out of folders, in nested folders and with exceptions; a named file is linted."""
    (project / ".git").mkdir()
    (project / ".gitignore").write_text("build/\n*.yml\n!keep.yml\n/sub/only-here.yaml\n")
    for name in ("build/a.yaml", "sub/a.yml", "sub/keep.yml", "sub/only-here.yaml", "sub/deep/only-here.yaml"):
        (project / name).parent.mkdir(parents=True, exist_ok=True)
        (project / name).write_text(BAD)
    (project / "sub" / "deep" / ".gitignore").write_text("*.json\n")
    (project / "sub" / "deep" / "a.json").write_text(json.dumps({"openapi": "3.0.0", "x-yc-foo": 1}))

    def linted(*paths: str, cwd: Path = project) -> set[str]:
        done = run("check", "--format", "line", *paths, cwd=cwd)
        return {shown.partition(":")[0] for shown in done.stdout.splitlines()}

    assert linted() == {"sub/keep.yml", "sub/deep/only-here.yaml"}
    assert linted("bad.yml") == {"bad.yml"}
    assert linted(".", cwd=project / "sub") == {"keep.yml", "deep/only-here.yaml"}


def test_not_a_specification(project: Path) -> None:
    """A named file that is none is a skip in words, and a run that checks nothing is no success."""
    done = run("check", "other.yaml", cwd=project)
    assert done.returncode == 2
    assert "skipped other.yaml: not a gateway specification" in done.stderr
    assert "0 files checked, 1 skipped" in done.stderr
    done = run("check", "other.yaml", "good.yaml", cwd=project)
    assert (done.returncode, done.stderr.count("skipped")) == (0, 2)
    done = run("check", "--allow-none", "other.yaml", cwd=project)
    assert (done.returncode, done.stderr) == (0, "0 files checked, 1 skipped: nothing found\n")


def test_no_path(project: Path) -> None:
    """Without a path the current folder is checked; one without specifications is no success."""
    done = run("check", "--format", "line", cwd=project)
    assert (done.returncode, done.stdout, done.stderr) == (
        1,
        "bad.yml:3:56-3:60: error: 'dumy' is not a valid value of 'type', did you mean 'dummy'? [bad-value]\n",
        f"2 files checked: 1 error\n{ADVICE}",
    )
    (project / "empty").mkdir()
    done = run("check", cwd=project / "empty")
    assert (done.returncode, done.stdout, done.stderr) == (
        2,
        "",
        "0 files checked: no gateway specification found\n",
    )
    assert run("check", "--allow-none", cwd=project / "empty").returncode == 0


def test_half_written_specification(tmp_path: Path) -> None:
    """Text that cannot be parsed is linted when it looks like a specification, and skipped when it does not."""
    (tmp_path / "broken.yaml").write_text(GOOD + '  "\n')
    (tmp_path / "helm.yaml").write_text("a: {{ x }\nb: x-yc-apigateway\n")
    done = run("check", "--format", "line", ".", cwd=tmp_path)
    assert done.stdout.startswith("broken.yaml:4:3-4:4: error: this quote is never closed")
    assert done.stderr == "1 file checked: 1 error\n"


@pytest.mark.parametrize("command", ["check", "fix"])
@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("nowhere.yaml", "no such file or folder: 'nowhere.yaml'"),
        ("good.yml", "no such file or folder: 'good.yml', did you mean 'good.yaml'?"),
        ("api/gud.yaml", "no such file or folder: 'api/gud.yaml'"),
        ("good.yaml/x", "no such file or folder: 'good.yaml/x'"),
        ("specs/*.yaml", "no file matches 'specs/*.yaml'"),
        ("", "an empty path: is a variable in the command not set?"),
    ],
)
def test_missing_path(command: str, path: str, message: str, project: Path) -> None:
    """A path that leads nowhere is a wrong command, in words even if they are few; the other files are checked."""
    report = "1 file checked: nothing found\n" if command == "check" else "1 file checked: 0 fixes applied\n"
    done = run(command, path, "good.yaml", cwd=project)
    assert (done.returncode, done.stdout, done.stderr) == (2, "", f"{message}\n{report}")
    done = run(command, path, cwd=project)
    assert (done.returncode, done.stdout, done.stderr) == (2, "", f"{message}\n")
    done = run(command, "--quiet", "--allow-none", "good.yaml", path, cwd=project)
    assert (done.returncode, done.stdout, done.stderr) == (2, "", f"{message}\n")


def test_missing_path_beside_findings(project: Path) -> None:
    """A wrong command is told from findings by its exit code, and the findings are shown."""
    done = run("check", "--format", "line", "nowhere.yaml", "bad.yml", cwd=project)
    assert (done.returncode, done.stdout.count("bad-value")) == (2, 1)


@pytest.mark.parametrize("glob", ["*d.y*ml", "[bg]*.y*ml", "**/*d.y*ml", "./*d.y*ml"])
def test_glob(glob: str, project: Path) -> None:
    """A glob that comes unexpanded names the files that a shell would find; a file of that name goes first."""
    done = run("check", "--format", "line", glob, cwd=project)
    assert done.stdout.startswith("bad.yml:3:56")
    assert done.stderr.splitlines()[0] == "2 files checked: 1 error"
    (project / "[bg]*.yaml").write_text(GOOD)
    assert run("check", "[bg]*.yaml", cwd=project).stderr == "1 file checked: nothing found\n"


def test_folder_without_specification(project: Path) -> None:
    """A folder in which nothing is checked is named, if it is not the only path."""
    (project / "empty").mkdir()
    done = run("check", "empty", "good.yaml", "empty/", cwd=project)
    expected = "no gateway specification in 'empty'\n1 file checked: nothing found\n"
    assert (done.returncode, done.stderr) == (0, expected)
    done = run("check", "empty", cwd=project)
    assert (done.returncode, done.stderr) == (2, "0 files checked: no gateway specification found\n")


def test_standard_input(tmp_path: Path) -> None:
    """Unsaved text comes through standard input under the name that it is given."""
    done = run("check", "-", "--stdin-filename", "dir/spec.yaml", "--format", "line", cwd=tmp_path, stdin=BAD.encode())
    assert done.returncode == 1
    assert done.stdout.startswith("dir/spec.yaml:3:56-3:60: error")
    assert run("check", "-", "--format", "line", cwd=tmp_path, stdin=BAD.encode()).stdout.startswith("<stdin>:3:56")
    assert run("check", "-", cwd=tmp_path, stdin=b"\xff\xfe").returncode == 1
    assert run("check", "-", cwd=tmp_path, stdin=OTHER.encode()).returncode == 2


def test_enable_and_disable(project: Path) -> None:
    """A rule can be switched on and off; a wrong name is refused with the nearest."""
    done = run("check", "--enable", "missing-responses", "--fail-level", "warning", "good.yaml", cwd=project)
    assert "[missing-responses]" in done.stdout
    assert done.returncode == 1
    assert run("check", "--disable", "bad-value", "bad.yml", cwd=project).returncode == 0
    done = run("check", "--disable", "bad-valu", "bad.yml", cwd=project)
    assert done.returncode == 2
    assert "did you mean 'bad-value'" in done.stderr


def test_color(project: Path) -> None:
    """Colours on a terminal and when they are forced; NO_COLOR and a dumb terminal have none, nor has a pipe."""
    assert "\x1b[" not in run("check", "bad.yml", cwd=project).stdout
    assert "\x1b[1;31m" in run("check", "bad.yml", cwd=project, env={"FORCE_COLOR": "1"}).stdout
    assert "\x1b[1;31m" in on_terminal("check", "bad.yml", cwd=project)
    assert "\x1b[" not in on_terminal("check", "bad.yml", cwd=project, env={"NO_COLOR": "1"})
    assert "\x1b[" not in on_terminal("check", "bad.yml", cwd=project, env={"TERM": "dumb"})
    assert "\x1b[1mbad-value\x1b[0m" in on_terminal("explain", "bad-value", cwd=project)


def test_plain_locale(tmp_path: Path) -> None:
    """Output is UTF-8 whatever the locale says."""
    (tmp_path / "спека.yaml").write_text(GOOD.replace("get", "гет"), "utf-8")
    done = run("check", "--format", "line", "спека.yaml", cwd=tmp_path, env={"LC_ALL": "C", "PYTHONUTF8": "0"})
    assert done.stdout.startswith("спека.yaml:3:")
    assert "гет" in done.stdout


def test_crash_exit_code(tmp_path: Path) -> None:
    """A failing rule is worth exit code 3."""
    (tmp_path / "bad.yaml").write_text(BAD)
    script = (
        "from apigw_lint.rules import RULES\n"
        "RULES['unused-component'] = RULES['unused-component']._replace(check=lambda spec: 1 / 0)\n"
        "from apigw_lint.cli import main\n"
        "main(['check', '--format', 'line', 'bad.yaml'])"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 3
    assert "[crash]" in done.stdout
    assert "[bad-value]" in done.stdout


def test_rules_and_explain(tmp_path: Path) -> None:
    """Every rule and change is listed with its severity, and has a page; help fits in 80 columns."""
    listing = run("rules", cwd=tmp_path).stdout
    listed = [line.split()[:2] for line in listing.splitlines() if line.startswith("  ")]
    known = (*RULES.values(), *KINDS.values())
    assert listed == [[rule.name, rule.severity.value if rule.is_default else "off"] for rule in known]
    page = run("explain", "websocket-parameter", cwd=tmp_path).stdout
    assert page.startswith("websocket-parameter (error)\n")
    assert "Bad:" in page
    assert run("explain", "websocket-parameters", cwd=tmp_path).returncode == 2
    for arguments in (["--help"], ["check", "--help"], ["routes", "-h"], ["rules", "-h"], ["explain", "-h"]):
        shown = run(*arguments, cwd=tmp_path).stdout
        assert " ".join(["apigw-lint", *arguments[:-1]]) in shown.splitlines()[0]
        assert max(map(len, shown.splitlines())) <= 80


def test_version(tmp_path: Path) -> None:
    """The version is that of the package."""
    from apigw_lint import __version__

    assert run("--version", cwd=tmp_path).stdout == f"apigw-lint {__version__}\n"


def test_same_file_twice(project: Path) -> None:
    """A file that is reached by two ways is linted once."""
    done = run("check", "--format", "line", "bad.yml", ".", "./bad.yml", cwd=project)
    assert done.stdout.count("\n") == 1
    assert done.stderr.startswith("2 files checked")


def test_several_formats(project: Path) -> None:
    """Each format goes where it is told, and files have no colours."""
    arguments = ["--format", "line", "--format", "json:report.json", "--format", "text:report.txt"]
    done = run("check", *arguments, "bad.yml", cwd=project, env={"FORCE_COLOR": "1"})
    assert done.stdout.startswith("bad.yml:3:")
    assert json.loads((project / "report.json").read_text())["summary"]["errors"] == 1
    assert "\x1b" not in (project / "report.txt").read_text()
    done = run("check", "--format", "line", "--output", "lines.txt", "bad.yml", cwd=project)
    assert (done.stdout, (project / "lines.txt").read_text().count("\n")) == ("", 1)
    done = run("check", "--format", "jsn", cwd=project)
    assert (done.returncode, "did you mean 'json'?" in done.stderr) == (2, True)
    assert run("check", "--format", "json:", cwd=project).returncode == 2
    done = run("check", "--format", "json:no/such/folder.json", "bad.yml", cwd=project)
    assert (done.returncode, "cannot write" in done.stderr) == (2, True)


def test_result_control(project: Path) -> None:
    """Findings can be counted, limited, and shown without a summary; the exit code stays."""
    text = BAD.replace("type: dumy", "type: dumy, kind: 1, http: 2")
    (project / "bad.yml").write_text(text)
    (project / "more.yaml").write_text(text.replace("dumy", "dummy"))
    done = run("check", "--format", "line", "--statistics", "--max-diagnostics", "1", ".", cwd=project)
    assert (done.returncode, done.stdout.count("\n")) == (1, 1)
    assert "3 errors (2 not shown)" in done.stderr
    assert done.stderr.splitlines()[2:] == ["     2 unknown-key", "     1 bad-value"]
    done = run("check", "--quiet", "--format", "line", ".", cwd=project)
    assert (done.stdout.count("\n"), done.stderr) == (3, "")


def test_timing(project: Path) -> None:
    """`--timing` shows what took a hundredth of the time and the sum, slowest first; the report is the same."""
    done = run(
        "check",
        "--format",
        "line",
        "--timing",
        "--disable",
        "bad-value",
        "--enable",
        "missing-responses",
        ".",
        cwd=project,
    )
    *lines, total = [line.split(maxsplit=2) for line in done.stderr.splitlines() if " ms " in line]
    names, times = [name for _, _, name in lines], [float(time) for time, _, _ in lines]
    assert "(start)" in names
    assert "bad-value" not in names
    assert names[-1].endswith(" others")
    assert times[:-1] == sorted(times[:-1], reverse=True)
    assert abs(sum(times) - float(total[0])) < 0.006 * len(times)
    plain = run(
        "check", "--format", "line", "--disable", "bad-value", "--enable", "missing-responses", ".", cwd=project
    )
    assert (plain.stdout, plain.returncode) == (done.stdout, done.returncode)
    assert " ms " not in plain.stderr


def test_what_timing_shows() -> None:
    """What took less than a hundredth is one line."""
    report = Report(seconds={"(reading)": 0.004, "bad-value": 0.0009, "wrong-type": 0.0001, "unknown-key": 0.005})
    assert timing(report, 0.09) == [
        "    90.00 ms (start)",
        "     5.00 ms unknown-key",
        "     4.00 ms (reading)",
        "     1.00 ms 2 others",
        "   100.00 ms total",
    ]


def test_check_need_not_be_named(project: Path) -> None:
    """A path or an option where a command is due means `check`; a misspelt command does not."""
    named = run("check", "--format", "line", "bad.yml", "good.yaml", cwd=project)
    assert named.returncode == 1
    for arguments in (("bad.yml", "good.yaml", "--format", "line"), ("--format", "line", "bad.yml", "good.yaml")):
        done = run(*arguments, cwd=project)
        assert (done.returncode, done.stdout, done.stderr) == (named.returncode, named.stdout, named.stderr)
    (project / "folder").mkdir()
    assert run("folder", cwd=project).stderr == run("check", "folder", cwd=project).stderr
    assert run("-", cwd=project, stdin=GOOD.encode()).stderr == "1 file checked: nothing found\n"
    done = run("chek", "bad.yml", cwd=project)
    assert (done.returncode, done.stdout) == (2, "")
    assert "there is no command or file 'chek', did you mean 'check'?" in done.stderr
    done = run("lint", "bad.yml", cwd=project)
    assert (done.returncode, done.stdout) == (2, "")
    names = "check, config, diff, explain, fix, lsp, routes, rules, schema, trace"
    assert f"'lint': the commands are {names}" in done.stderr


def test_lines_fit_the_terminal(project: Path) -> None:
    """On a terminal text is wrapped between words and code is cut around its mark; elsewhere nothing is."""
    (project / "wide.json").write_text(json.dumps({**json.loads(OPENAPI_JSON), "x-yc-apigateway": {"fooo": 1}}))
    shown = on_terminal("check", "wide.json", cwd=project, env={"COLUMNS": "60", "NO_COLOR": "1"}).splitlines()
    assert [line for line in shown if len(line) > 60 and "https://" not in line] == []
    assert shown[0].startswith("wide.json:1:")
    assert shown[1].startswith("    ")
    marked = next(number for number, line in enumerate(shown) if "^" in line)
    start = shown[marked].index("^")
    assert shown[marked - 1][start : start + 6] == '"fooo"'
    piped = run("check", "wide.json", cwd=project).stdout.splitlines()
    assert piped[0].startswith(shown[0])
    assert piped[0].endswith("[unknown-key]")


def test_github_is_chosen_in_its_workflows(project: Path) -> None:
    """In GitHub's workflows annotations are printed unless a format is named."""
    done = run("check", "bad.yml", cwd=project, env={"GITHUB_ACTIONS": "true"})
    assert done.stdout.startswith("::error ")
    done = run("check", "--format", "line", "bad.yml", cwd=project, env={"GITHUB_ACTIONS": "true"})
    assert done.stdout.startswith("bad.yml:")
