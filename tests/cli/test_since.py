"""`check --since` reports what is new against a revision of git."""

from __future__ import annotations

import json
import os
import random
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from contextlib import chdir
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apigw_lint import Config, Report
from apigw_lint.configfile import Configs
from apigw_lint.revisions import OldFile, Revision
from apigw_lint.run import checked_targets, targets
from apigw_lint.since import compare, revisions_for
from tests.conftest import FIXTURES
from tests.repositories import commit, git, isolate, repository, shallow_clone
from tests.support import BAD, GOOD, OTHER, report_on, run

TWO = BAD.replace("/a:", "/a: {get: {x-yc-apigateway-integration: {type: dumy, http_code: 200}}}, /b:")
"""The same mistake at another place too."""
HEREDOC = 'resource "yandex_api_gateway" "a" {{\n  spec = <<EOT\n{}EOT\n}}\n'


@pytest.fixture(autouse=True)
def _alone(monkeypatch: pytest.MonkeyPatch) -> None:
    isolate(monkeypatch)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A repository with a bad file, a good one and an unrelated one."""
    return repository(tmp_path / "project", bad__yaml=BAD, good__yaml=GOOD, other__yaml=OTHER)


def pointers(output: str) -> list[tuple[str, str]]:
    """The paths and pointers of the findings in a JSON report."""
    return [(one["path"], one["pointer"]) for one in json.loads(output)["diagnostics"]]


def test_nothing_is_new(project: Path) -> None:
    """What was there is counted and not shown, whatever its lines and line breaks are now."""
    (project / "bad.yaml").write_bytes(b"\xef\xbb\xbf# a\r\n\r\n" + BAD.replace("\n", "\r\n").encode())
    done = run("check", "--since", "main", cwd=project)
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr == "2 files checked: nothing found (1 already at 'main')\n"
    assert run("check", cwd=project).returncode == 1


def test_new_findings(project: Path) -> None:
    """A second finding, the same mistake at another place, and all findings of a new file are new."""
    (project / "bad.yaml").write_text(TWO)
    (project / "new.yaml").write_text(BAD)
    done = run("check", "--since", "main", "--format", "json", cwd=project)
    assert done.returncode == 1
    type_of = "/paths/~1{}/get/x-yc-apigateway-integration/type"
    assert pointers(done.stdout) == [("bad.yaml", type_of.format("b")), ("new.yaml", type_of.format("a"))]
    assert done.stderr.splitlines()[0] == "3 files checked: 2 errors (1 already at 'main')"


def test_equal_findings_are_counted(project: Path) -> None:
    """Of three findings that are equal, two are old if there were two."""
    commit(project, {"equal.yaml": GOOD + "x-a: 1\n" * 3})
    (project / "equal.yaml").write_text(GOOD + "x-a: 1\n" * 4)
    done = run("check", "--since", "HEAD", "equal.yaml", cwd=project)
    assert (done.returncode, done.stderr.splitlines()[0]) == (1, "1 file checked: 1 error (2 already at 'HEAD')")


def test_where_the_branch_left(project: Path) -> None:
    """`main...` is the commit where HEAD left main, `main` what it is now."""
    git(project, "switch", "--quiet", "--create", "feature")
    commit(project, {"one.yaml": GOOD})
    git(project, "switch", "--quiet", "main")
    commit(project, {"bad.yaml": GOOD})
    git(project, "switch", "--quiet", "feature")
    assert run("check", "--since", "main...", cwd=project).returncode == 0
    assert run("check", "--since", "main", cwd=project).returncode == 1


def test_from_a_subfolder(project: Path) -> None:
    """Paths count from the working directory, wherever that is in the repository, or outside of it."""
    (project / "sub").mkdir()
    for folder, *paths in ((project / "sub", "..", str(project / "bad.yaml")), (project.parent, "project")):
        done = run("check", "--since", "main", *paths, cwd=folder)
        assert (done.returncode, done.stderr) == (0, "2 files checked: nothing found (1 already at 'main')\n")


def test_renamed_file(project: Path) -> None:
    """A file that was renamed and changed a little is compared with what it was; its old name tells its language."""
    long = BAD + "".join(f"# {number}\n" for number in range(30))
    commit(project, {"long.yaml.tpl": "${x}\n" + long})
    (project / "api").mkdir()
    git(project, "mv", "long.yaml.tpl", "api/шлюз 1.yaml")
    (project / "api" / "шлюз 1.yaml").write_text(f"{long}x-yc-apigateway: {{servce_account_id: a}}\n")
    done = run("check", "--since", "main", "--format", "line", "api", cwd=project)
    assert [line.rpartition(" ")[2] for line in done.stdout.splitlines()] == ["[unknown-key]"]
    assert "(1 already at 'main')" in done.stderr


def test_untracked_copy(project: Path) -> None:
    """A file that git does not know is new, though it is the copy of another one."""
    (project / "copy.yaml").write_text(BAD)
    done = run("check", "--since", "main", "--format", "json", cwd=project)
    assert [path for path, _ in pointers(done.stdout)] == ["copy.yaml"]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such names")
def test_odd_names(project: Path) -> None:
    """Any name of a file is only a name."""
    names = ["a b.yaml", "a\nb.yaml", "a:b.yaml", "'\"$x.yaml", "шлюз.yaml", "-x.yaml", ":(top)*.yaml"]
    commit(project, dict.fromkeys(names, BAD))
    done = run("check", "--since", "main", cwd=project)
    assert (done.returncode, done.stderr) == (0, "9 files checked: nothing found (8 already at 'main')\n")


def test_terraform(project: Path) -> None:
    """Heredocs of a `.tf`, and files that it names as templates, are compared as the run reads them."""
    main = HEREDOC.format(BAD) + 'resource "yandex_api_gateway" "b" {\n  spec = templatefile("b.yaml", {})\n}\n'
    template = BAD.replace("paths:", "%{ if x }\npaths:") + "%{ endif }\n"
    commit(project, {"main.tf": main, "b.yaml": template})
    assert "3 errors" in run("check", cwd=project).stderr
    done = run("check", "--since", "main", cwd=project)
    assert (done.returncode, done.stdout) == (0, ""), done.stdout
    (project / "main.tf").write_text(main.replace("/a:", "/b: {get: {}}, /a:"))
    (project / "b.yaml").write_text(template.replace("dumy", "htp"))
    done = run("check", "--since", "main", "--format", "json", cwd=project)
    assert {path for path, _ in pointers(done.stdout)} == {"main.tf", "b.yaml"}


def test_broken_syntax(project: Path) -> None:
    """A syntax error that was there is old; a file that had one before has only new findings."""
    commit(project, {"broken.yaml": f"{BAD}a: [\n"})
    assert run("check", "--since", "main", cwd=project).returncode == 0
    (project / "broken.yaml").write_text(f"{BAD}\ta: 1\n")
    done = run("check", "--since", "main", "--format", "line", cwd=project)
    assert [line.rpartition(" ")[2] for line in done.stdout.splitlines()] == ["[syntax]"]
    (project / "broken.yaml").write_text(BAD)
    done = run("check", "--since", "main", "--format", "line", cwd=project)
    assert [line.rpartition(" ")[2] for line in done.stdout.splitlines()] == ["[bad-value]"]


def test_unreadable_file(project: Path) -> None:
    """A file that cannot be read is never old."""
    (project / "windows.yaml").write_bytes("# Привет\n".encode("windows-1251"))
    commit(project, {})
    done = run("check", "--since", "main", "--format", "line", "windows.yaml", cwd=project)
    assert done.returncode == 1
    assert "[unreadable-file]" in done.stdout


def test_old_text_cannot_be_read(project: Path) -> None:
    """All is new in a file that was no text, and in one that was a pointer of Git LFS, which is said."""
    (project / "windows.yaml").write_bytes(f"{BAD}# Привет\n".encode("windows-1251"))
    commit(project, {"large.yaml": "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n"})
    for name in ("windows", "large"):
        (project / f"{name}.yaml").write_text(BAD)
    done = run("check", "--since", "main", "--format", "json", cwd=project)
    assert [path for path, _ in pointers(done.stdout)] == ["large.yaml", "windows.yaml"]
    assert done.stderr.splitlines()[0] == (
        "all that is found in large.yaml counts as new: "
        "at 'main' it is a pointer of Git LFS, and its content is not in the repository"
    )


def test_configuration_of_now(project: Path) -> None:
    """Old files are linted as the configuration says now: a rule that is turned on makes no old mistake new."""
    commit(project, {".apigw-lint.yaml": "rules: {bad-value: off}\n"})
    (project / ".apigw-lint.yaml").write_text("rules: {bad-value: warning}\n")
    done = run("check", "--since", "HEAD", cwd=project)
    assert (done.returncode, done.stderr) == (0, "2 files checked: nothing found (1 already at 'HEAD')\n")


def test_with_a_baseline(project: Path) -> None:
    """Baseline and revision both hide; of equal findings, what the baseline hides is not counted as old again."""
    commit(project, {"equal.yaml": GOOD + "x-a: 1\n" * 2})
    run("check", "--write-baseline", "known.jsonl", "equal.yaml", cwd=project)
    done = run("check", "--since", "main", "--baseline", "known.jsonl", cwd=project)
    assert done.stderr == "3 files checked: nothing found (1 in the baseline, 1 already at 'main')\n"
    (project / "equal.yaml").write_text(GOOD + "x-a: 1\n" * 3)
    done = run("check", "--since", "main", "--baseline", "known.jsonl", "equal.yaml", cwd=project)
    assert done.stderr.splitlines()[0] == "1 file checked: 1 error (1 in the baseline)"


def test_with_ignore_comments(project: Path) -> None:
    """What a comment ignores now is ignored, not old; taking the comment away makes nothing new that was ignored."""
    ignored = f"# apigw-lint: ignore-file[bad-value]\n{BAD}"
    (project / "bad.yaml").write_text(ignored)
    assert run("check", "--since", "main", cwd=project).stderr.endswith("nothing found (1 ignored)\n")
    commit(project, {})
    (project / "bad.yaml").write_text(BAD)
    assert run("check", "--since", "HEAD", cwd=project).returncode == 1


@pytest.mark.parametrize(
    ("options", "code", "printed"),
    [
        (["--exit-zero"], 0, "1 error"),
        (["--fail-level", "warning"], 1, "1 error"),
        (["--statistics"], 1, "     1 bad-value"),
        (["--max-diagnostics", "0"], 1, "(1 already at 'main', 1 not shown)"),
        (["--allow-none"], 1, "1 error"),
    ],
)
def test_other_options(options: list[str], code: int, printed: str, project: Path) -> None:
    """Other options are about the new findings alone."""
    (project / "bad.yaml").write_text(TWO)
    done = run("check", "--since", "main", *options, cwd=project)
    assert done.returncode == code
    assert printed in done.stderr


@pytest.mark.parametrize("name", ["text", "line", "json", "github", "gitlab", "junit", "checkstyle", "markdown"])
def test_formats(name: str, project: Path) -> None:
    """Each format reports the new finding and not the old one."""
    (project / "bad.yaml").write_text(TWO.replace("dumy, http", "DUMMY, http", 1))
    commit(project, {})
    (project / "bad.yaml").write_text(TWO.replace("dumy, http", "htp, http", 1))
    done = run("check", "--since", "HEAD", "--format", name, cwd=project)
    assert done.returncode == 1
    assert "htp" in done.stdout
    assert "dumy" not in done.stdout.replace("type: dumy", "")
    assert ("1 finding already at `HEAD`." in done.stdout) == (name == "markdown")


def test_sarif(project: Path) -> None:
    """SARIF has old findings too, suppressed with the reason."""
    (project / "new.yaml").write_text(BAD)
    done = run("check", "--since", "main", "--format", "sarif", cwd=project)
    (sarif,) = json.loads(done.stdout)["runs"]
    suppressions = {
        one["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]: one["suppressions"]
        for one in sarif["results"]
    }
    old = [{"kind": "external", "justification": "already at 'main'"}]
    assert suppressions == {"bad.yaml": old, "new.yaml": []}


def test_standard_input(project: Path) -> None:
    """Standard input is compared with the file that it is called like, and has to be called."""
    arguments = ("check", "--since", "main", "--format", "json", "--stdin-filename", "bad.yaml", "-")
    done = run(*arguments, cwd=project, stdin=TWO.encode())
    assert pointers(done.stdout) == [("bad.yaml", "/paths/~1b/get/x-yc-apigateway-integration/type")]
    done = run(*arguments, cwd=project, stdin=BAD.encode())
    assert (done.returncode, done.stderr) == (0, "1 file checked: nothing found (1 already at 'main')\n")
    done = run("check", "--since", "main", "-", cwd=project, stdin=BAD.encode())
    assert done.returncode == 2
    assert "'--since' needs '--stdin-filename'" in done.stderr


def test_standard_input_of_terraform(project: Path) -> None:
    """A `.tf` through standard input, whose files are not looked for, is compared with itself read like that."""
    main = 'resource "yandex_api_gateway" "a" {\n  spec = file("good.yaml")\n}\n'
    commit(project, {"main.tf": main})
    done = run("check", "--since", "main", "--stdin-filename", "main.tf", "-", cwd=project, stdin=main.encode())
    assert done.stderr == "1 file checked: nothing found (1 already at 'main')\n"


def test_several_repositories(project: Path, tmp_path: Path) -> None:
    """Each file is compared in its own repository; one that is in none is new, which is said."""
    other = repository(tmp_path / "other", bad__yaml=TWO)
    (tmp_path / "alone.yaml").write_text(BAD)
    done = run("check", "--since", "main", "--format", "json", "project", "other", "alone.yaml", cwd=tmp_path)
    assert [path for path, _ in pointers(done.stdout)] == ["alone.yaml"]
    assert done.stderr.splitlines()[:2] == [
        "all that is found in alone.yaml counts as new: it is in no git repository",
        "4 files checked: 1 error (3 already at 'main')",
    ]
    git(other, "branch", "--move", "trunk")
    done = run("check", "--since", "main", "project", "other", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "Error: in 'other', unknown revision 'main': there is no such branch, tag or commit\n"
    done = run("check", "--since", "HEAD", ".", cwd=tmp_path)
    assert done.stderr.splitlines()[1] == "4 files checked: 1 error (3 already at 'HEAD')"


@pytest.mark.parametrize(
    ("revision", "message"),
    [
        ("mian", "Error: unknown revision 'mian', did you mean 'main'?\n"),
        ("-x", "Error: '-x' is an option, not a revision\n"),
        ("", "Error: the revision is empty: is a variable in the command not set?\n"),
        ("main\x1b[31m", "Error: the revision has a control character in it\n"),
        ("HEAD:bad.yaml", "Error: 'HEAD:bad.yaml' is a file, not a commit\n"),
    ],
)
def test_no_revision(revision: str, message: str, project: Path) -> None:
    """A revision that there is not ends the command with one line, even if nothing would be found."""
    for path in ("bad.yaml", "good.yaml"):
        done = run("check", f"--since={revision}", path, cwd=project)
        assert (done.returncode, done.stdout, done.stderr) == (2, "", message)


def test_no_repository(tmp_path: Path) -> None:
    """Where no file is in a repository, there is nothing to compare with."""
    (tmp_path / "good.yaml").write_text(GOOD)
    done = run("check", "--since", "main", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (2, "Error: there is no git repository here\n")


def test_no_new_baseline(project: Path) -> None:
    """A baseline is written of all findings, so that a revision has no part in it."""
    done = run("check", "--since", "main", "--write-baseline", "known.jsonl", cwd=project)
    assert done.returncode == 2
    assert "exclude each other" in done.stderr
    assert not (project / "known.jsonl").exists()


def test_shallow_clone(project: Path, tmp_path: Path) -> None:
    """In a shallow clone of CI the message says what to fetch; after exactly that the same command works."""
    git(project, "switch", "--quiet", "--create", "feature")
    commit(project, {"new.yaml": BAD})
    clone = shallow_clone(project, tmp_path / "clone", "feature")
    done = run("check", "--since", "origin/main", cwd=clone)
    assert done.returncode == 2
    (command,) = re.findall(r"run 'git ([^']+)'", done.stderr)
    assert done.stderr == f"Error: 'origin/main' is not in this shallow clone: run 'git {command}'\n"
    git(clone, *command.split())
    done = run("check", "--since", "origin/main", "--format", "json", cwd=clone)
    assert [path for path, _ in pointers(done.stdout)] == ["new.yaml"]
    assert "(1 already at 'origin/main')" in done.stderr


def test_only_files_with_findings_are_read(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A clean file costs nothing: only the files with findings are asked for."""
    asked: list[str] = []
    read = Revision.read

    def asking(self: Revision, names: Sequence[str]) -> dict[str, OldFile | None]:
        asked.extend(names)
        return read(self, names)

    monkeypatch.setattr(Revision, "read", asking)
    monkeypatch.chdir(project)
    reports = new_since("main", ".")
    assert asked == ["bad.yaml"]
    assert [len(report.found) for report in reports if report.checked] == [0, 0]


IN_PROCESSES = """
from apigw_lint import processes, run
from apigw_lint.cli import main
run.WORTH_PROCESSES, processes.available = 1, lambda: 2
used, spread = [], processes.spread
processes.spread = lambda do, *more: (used.append(do.__name__), spread(do, *more))[1]
try:
    main(["check", "--since", "main", "--format", "json"])
finally:
    assert used == ["_report", "_identities"], used
"""


def test_several_processes(project: Path) -> None:
    """Old files that are large in total are linted in several processes too, with the same result."""
    commit(project, {f"{number}.yaml": TWO for number in range(9)})
    (project / "3.yaml").write_text(TWO.replace("dumy", "htp", 1))
    alone = run("check", "--since", "main", "--format", "json", cwd=project)
    command = [sys.executable, "-c", IN_PROCESSES]
    together = subprocess.run(command, cwd=project, capture_output=True, encoding="utf-8", check=False)
    assert (together.returncode, together.stdout, together.stderr) == (1, alone.stdout, alone.stderr)
    assert [path for path, _ in pointers(alone.stdout)] == ["3.yaml"]


def test_completion(project: Path) -> None:
    """The shell is offered branches and tags."""
    git(project, "tag", "made-later")
    env = {"_APIGW_LINT_COMPLETE": "bash_complete", "COMP_WORDS": "apigw-lint check --since ma", "COMP_CWORD": "3"}
    assert run(cwd=project, env=env).stdout.splitlines() == ["plain,main", "plain,made-later"]


def new_since(revision: str, *paths: str, config: Config | None = None) -> list[Report]:
    """The reports of a run over files without what was there at a revision."""
    configs = Configs(is_ignored=True, changes=config or Config())
    return compare(revisions_for(revision, paths), list(checked_targets(targets(paths), configs))).reports


def _identities(reports: list[Report]) -> Counter[tuple[str, ...]]:
    return Counter((one.source.path, *one.identity) for report in reports for one in report.found)


BASES = [path.read_text("utf-8") for path in sorted(FIXTURES.glob("rules/*/bad.yaml"))]


@settings(max_examples=60)
@given(seed=st.integers(0, 2**32))
def test_new_is_the_difference_of_two_runs(seed: int) -> None:
    """Whatever is edited, exactly those findings are new that a run has more often now than it had then."""
    chance = random.Random(seed)
    with TemporaryDirectory() as folder, chdir(folder):
        texts = {f"{number}.yaml": chance.choice(BASES) for number in range(3)}
        repository(Path(folder))
        commit(Path(folder), texts)
        before = _identities([report_on(".")])
        for name, text in texts.items():
            Path(name).write_text(_edited(text, chance), "utf-8", newline="")
        now = _identities([report_on(".")])
        unreadable = ("unreadable-file", "crash")
        assert not [key for key in (*before, *now) if key[1] in unreadable]
        assert _identities(new_since("HEAD", ".")) == now - before


def _edited(text: str, chance: random.Random) -> str:
    """A text with a few lines gone, repeated, moved, cut or taken from another one."""
    lines = text.split("\n")
    for _ in range(chance.randint(0, 4)):
        at = chance.randrange(len(lines))
        kind = chance.randrange(5)
        if kind == 0 and len(lines) > 1:
            del lines[at]
        elif kind == 1:
            lines.insert(at, lines[at])
        elif kind == 2:
            lines.insert(chance.randrange(len(lines)), lines[at])
        elif kind == 3:
            lines[at] = lines[at][: chance.randint(0, len(lines[at]))]
        else:
            lines.insert(at, chance.choice(chance.choice(BASES).split("\n")))
    return "\n".join(lines)
