"""`check --since`: what is new since a revision of git, in real repositories."""

from __future__ import annotations

import os
import random
import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from apigw_lint.configfile import Configs
from apigw_lint.revisions import RevisionError, read_at
from apigw_lint.run import check_targets, targets
from tests.support import RULE_FOLDERS, header, read
from tests.support import run as run_command

if shutil.which("git") is None:
    pytest.skip("git is not installed", allow_module_level=True)

UNKNOWN_KEY = header("paths: {/a: {get: {x-yc-apigateway-integration: {type: dummy, http_code: 200, cod: 1}}}}\n")
Git = Callable[..., str]


@pytest.fixture(autouse=True)
def no_settings_of_the_user(monkeypatch: pytest.MonkeyPatch) -> None:
    """Git as it is without the settings of a user."""
    for name in ("GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM"):
        monkeypatch.setenv(name, os.devnull)
    for role in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{role}_NAME", "a")
        monkeypatch.setenv(f"GIT_{role}_EMAIL", "a@example.org")


@pytest.fixture
def git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Git:
    """Git in the working directory, which is a new repository."""
    folder = tmp_path / "project"
    folder.mkdir()
    monkeypatch.chdir(folder)

    def run_git(*arguments: str) -> str:
        command = ["git", "-c", "protocol.file.allow=always", *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout

    run_git("init", "--quiet", "--initial-branch=main")
    return run_git


def _commit(git: Git, **files: str) -> None:
    for name, text in files.items():
        Path(f"{name}.yaml").write_bytes(text.encode())
    git("add", "--all")
    git("commit", "--quiet", "--message=x")


def _check(*arguments: str, code: int, given: str = "") -> tuple[list[str], str]:
    """The findings of `check --format line`, without lines and columns, and standard error."""
    done = run_command("check", "--format", "line", *arguments, cwd=Path.cwd(), stdin=given.encode())
    assert done.returncode == code, done.stderr
    return [re.sub(r":\d+:\d+-\d+:\d+:", "", line) for line in done.stdout.splitlines()], done.stderr


def test_only_what_is_new(git: Git) -> None:
    """What was there is counted and not shown, wherever its lines are now; a second one of the same is new."""
    _commit(git, api=UNKNOWN_KEY)
    known = "unknown key 'cod' in dummy integration"
    assert _check("--since", "HEAD", code=0) == ([], "1 file checked: nothing found (1 there before)\n")
    moved = UNKNOWN_KEY.replace("paths:", "# words\n\npaths:")
    Path("api.yaml").write_text(moved)
    assert _check("--since", "HEAD", code=0)[0] == []
    Path("api.yaml").write_text(moved.replace("/a:", "/b: {get: {x-yc-apigateway-integration: {type: dumy}}}, /a:"))
    found, said = _check("--since", "HEAD", code=1)
    assert len(found) == 1
    assert "'dumy' is not a valid value of 'type'" in found[0]
    assert "1 file checked: 1 error (1 there before)" in said
    Path("other.yaml").write_text(UNKNOWN_KEY)
    found, _ = _check("--since", "HEAD", "other.yaml", code=1)
    assert known in found[0]


def test_renamed_files(git: Git) -> None:
    """A file that has a new name is compared with itself."""
    _commit(git, api=UNKNOWN_KEY)
    git("mv", "api.yaml", "новый api.yaml")
    assert _check("--since", "HEAD", code=0)[0] == []


@pytest.mark.parametrize("name", ["with blank.yaml", "с кириллицей.yaml", "a'b\"c.yaml", "HEAD:x.yaml", "-x.yaml"])
def test_names(git: Git, name: str) -> None:
    """No name of a file is taken for anything else, also below the top of the repository."""
    folder = Path("sub folder")
    folder.mkdir()
    (folder / name).write_text(UNKNOWN_KEY)
    git("add", "--all")
    git("commit", "--quiet", "--message=x")
    os.chdir(folder)
    assert _check("--since", "main", code=0)[1].endswith("nothing found (1 there before)\n")
    assert read_at("main", name) == UNKNOWN_KEY.encode()
    assert read_at("main", f"sub folder/{name}") == UNKNOWN_KEY.encode()


def test_line_endings_and_other_hosts(git: Git) -> None:
    """Windows line endings, a heredoc of Terraform, and a template are read then as they are now."""
    heredoc = 'resource "yandex_api_gateway" "x" {\n  name = "x"\n  spec = <<-EOT\n' + UNKNOWN_KEY + "  EOT\n}\n"
    Path("main.tf").write_text(heredoc)
    Path("spec.yaml.tpl").write_text(UNKNOWN_KEY.replace("200", "${code}"))
    _commit(git, api=UNKNOWN_KEY)
    assert len(_check(code=1)[0]) == 3
    Path("api.yaml").write_bytes(UNKNOWN_KEY.replace("\n", "\r\n").encode())
    Path("main.tf").write_text("# words\n" + heredoc)
    assert _check("--since", "HEAD", code=0)[1] == "3 files checked: nothing found (3 there before)\n"


def test_standard_input(git: Git) -> None:
    """Standard input is compared with the file whose name it has; without a name that cannot be."""
    _commit(git, api=UNKNOWN_KEY)
    assert _check("-", "--stdin-filename", "api.yaml", "--since", "HEAD", given=UNKNOWN_KEY, code=0)[0] == []
    _, said = _check("-", "--since", "HEAD", given=UNKNOWN_KEY, code=2)
    assert "'--since' needs the name of standard input: add '--stdin-filename'" in said


def test_syntax_errors(git: Git) -> None:
    """A file that could not be read then either is not new; one that cannot be read any more is."""
    _commit(git, api=UNKNOWN_KEY)
    Path("api.yaml").write_text(UNKNOWN_KEY + "x: [\n")
    assert "[syntax]" in _check("--since", "HEAD", code=1)[0][0]
    _commit(git)
    assert _check("--since", "HEAD", code=0)[0] == []


def test_since_the_merge_base(git: Git) -> None:
    """With three dots, what the other branch has repaired meanwhile is not new here."""
    _commit(git, api=UNKNOWN_KEY)
    git("switch", "--quiet", "--create", "feature")
    git("switch", "--quiet", "main")
    _commit(git, api=UNKNOWN_KEY.replace(", cod: 1", ""))
    git("switch", "--quiet", "feature")
    assert len(_check("--since", "main", code=1)[0]) == 1
    assert _check("--since", "main...", code=0)[0] == []


def test_together_with_a_baseline(git: Git) -> None:
    """A baseline hides more, and both are counted."""
    _commit(git, api=UNKNOWN_KEY)
    Path("other.yaml").write_text(UNKNOWN_KEY)
    _check("--write-baseline", "known", "other.yaml", code=0)
    assert _check("--since", "HEAD", "--baseline", "known", code=0)[1] == (
        "2 files checked: nothing found (1 in the baseline, 1 there before)\n"
    )


@pytest.mark.parametrize(
    ("revision", "message"),
    [
        ("mian", "unknown revision 'mian', did you mean 'main'?"),
        ("HEAD~3", "unknown revision 'HEAD~3': there is no such branch, tag or commit"),
        ("--output=x", "'--output=x' is an option, not a revision"),
        ("", "the revision is empty: is a variable in the command not set?"),
        ("main..HEAD", "'main..HEAD' is not one revision: write 'A', or 'A...' for where this branch left 'A'"),
        ("main:api.yaml", "'main:api.yaml' is a file, not a commit"),
    ],
)
def test_wrong_revisions(git: Git, revision: str, message: str) -> None:
    """A revision that there is not, or that is none, has one sentence, exit code 2, and leaves no file behind."""
    _commit(git, api=UNKNOWN_KEY)
    found, said = _check(f"--since={revision}", code=2)
    assert found == []
    assert said.splitlines()[-1] == f"Error: --since: {message}"
    assert sorted(path.name for path in Path.cwd().iterdir()) == [".git", "api.yaml"]


def test_without_a_repository(git: Git, tmp_path: Path) -> None:
    """A file in no repository, and a repository without commits, are said to be that."""
    Path("api.yaml").write_text(UNKNOWN_KEY)
    assert "the repository has no commits yet" in _check("--since", "HEAD", code=2)[1]
    (tmp_path / "alone.yaml").write_text(UNKNOWN_KEY)
    os.chdir(tmp_path)
    assert "'alone.yaml' is in no git repository" in _check("--since", "HEAD", "alone.yaml", code=2)[1]


def test_without_git(git: Git, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without git there is one sentence."""
    _commit(git, api=UNKNOWN_KEY)
    monkeypatch.setenv("PATH", "")
    with pytest.raises(RevisionError, match="git is not installed, or not in PATH"):
        read_at("HEAD", "api.yaml")


def test_shallow_clones(git: Git, tmp_path: Path) -> None:
    """In a clone of one commit, as servers make it, the message has the command that brings what is missing."""
    _commit(git, api=UNKNOWN_KEY)
    git("switch", "--quiet", "--create", "feature")
    _commit(git, api=UNKNOWN_KEY.replace("/a:", "/b:"), other=UNKNOWN_KEY)
    address = f"file://{Path.cwd()}"
    clone = tmp_path / "clone"
    git("clone", "--quiet", "--depth=1", "--branch=feature", address, str(clone))
    os.chdir(clone)
    for revision in ("origin/main", "HEAD~1"):
        _, said = _check("--since", revision, code=2)
        match = re.search(r"is not in this shallow clone: run 'git (fetch [^']*)'$", said.strip())
        assert match, said
        git(*match[1].split())
        found, _ = _check("--since", revision, code=1)
        assert len(found) == 2
    git("fetch", "--quiet", "--depth=1", "origin", "main")
    assert len(_check("--since", "FETCH_HEAD", code=1)[0]) == 2


def test_random_edits(git: Git) -> None:
    """Of two versions of a document, exactly those findings are new whose identities the old one has not."""
    chance = random.Random(14)
    folders = [folder for folder in RULE_FOLDERS if (folder / "bad.yaml").is_file()]
    names = [f"f{number}" for number in range(12)]
    old, new = {}, {}
    for name in names:
        lines = read(chance.choice(folders) / "bad.yaml").splitlines(keepends=True)
        old[name] = "".join(lines)
        for _ in range(chance.randrange(4)):
            at = chance.randrange(3, len(lines))
            lines[at : at + 1] = chance.choice([[], [lines[at], "# words\n"], [lines[at].replace("a", "o")]])
        new[name] = "".join(lines)
    _commit(git, **new)
    for name, text in old.items():
        Path(f"{name}.yaml").write_bytes(text.encode())
    git("commit", "--quiet", "--all", "--message=old")
    before = _identities()
    for name, text in new.items():
        Path(f"{name}.yaml").write_bytes(text.encode())
    new_ones = _identities("HEAD")
    assert new_ones == _identities() - before
    assert new_ones


def _identities(since: str | None = None) -> Counter[tuple[str, ...]]:
    """The path and identity of each finding of a run."""
    results = check_targets(targets(["."]), Configs(is_ignored=True), since)
    return Counter((one.source.path, *one.identity) for _, report in results for one in report.found)
