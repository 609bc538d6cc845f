"""Files as they were at a revision of git."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from apigw_lint import revisions
from apigw_lint.revisions import OldFile, Revision, RevisionError, Revisions, read_at
from tests.repositories import commit, git, isolate, repository, shallow_clone

ODD_NAMES = [
    "a b.yaml",
    "a\nb.yaml",
    "a\r",
    "'\"$(x)`.yaml",
    "a:b.yaml",
    "шлюз.yaml",
    "-x.yaml",
    "*.yaml",
    "\\.yaml",
    "a\tb missing",
    ":(top)x",
    "x^{}",
]
"""Names that a shell, git's syntax of revisions, its quotes or its answers could get wrong."""


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository, the working directory, with two commits of one file, its branch and a tag of the first one."""
    isolate(monkeypatch)
    folder = repository(tmp_path / "here", api__yaml="first\r\n")
    git(folder, "tag", "v1")
    commit(folder, {"api.yaml": "second\n", "sub/api.yaml": "below\n"})
    monkeypatch.chdir(folder)
    return folder


def why_not(name: str, path: str = "api.yaml") -> str:
    """Why a file at a revision cannot be read."""
    with pytest.raises(RevisionError) as caught:
        read_at(name, path)
    return str(caught.value)


def command_in(message: str) -> list[str]:
    """The command of git that a message says to run."""
    (command,) = re.findall(r"run 'git ([^']+)'", message)
    return str(command).split()


@pytest.mark.parametrize("name", ["v1", "HEAD^", "HEAD~1", "main~1", "tags/v1", "main@{1}", ":/a commit"])
def test_revisions(name: str) -> None:
    """Whatever git takes as a commit is a revision; content is as it was stored, whatever the line breaks."""
    assert read_at(name, "api.yaml") == (b"second\n" if name.startswith(":/") else b"first\r\n")


def test_what_was_no_file() -> None:
    """A file that was not there, a folder, and what is below a file are None."""
    assert [read_at("v1", path) for path in ("none.yaml", "sub/api.yaml", "api.yaml/x")] == [None] * 3
    assert read_at("HEAD", "sub") is None


def test_relative_to_the_folder_and_to_the_top(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A path is relative to the working directory, or to the top of the repository if there was no such file."""
    monkeypatch.chdir(here / "sub")
    assert read_at("HEAD", "api.yaml") == b"below\n"
    assert read_at("v1", "api.yaml") == b"first\r\n"
    assert read_at("HEAD", "../api.yaml") == b"second\n"
    assert read_at("HEAD", "sub/api.yaml") == b"below\n"
    assert read_at("HEAD", str(here / "api.yaml")) == b"second\n"
    assert why_not("HEAD", "../../x") == "'../../x' is in no git repository"


def test_folder_that_is_gone(here: Path) -> None:
    """A file is found though its folder is not there any more."""
    shutil.rmtree(here / "sub")
    assert read_at("HEAD", "sub/api.yaml") == b"below\n"


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such names")
def test_odd_names(here: Path) -> None:
    """Blanks, line breaks, quotes, colons, Cyrillic letters and signs of git's own are parts of a name."""
    commit(here, {name: f"<{name}>" for name in ODD_NAMES})
    assert {name: read_at("HEAD", name) for name in ODD_NAMES} == {name: f"<{name}>".encode() for name in ODD_NAMES}
    files = Revisions("HEAD").files([*ODD_NAMES, "none\nof.yaml", "api.yaml missing"])
    assert files == {
        **{name: OldFile(name, f"<{name}>".encode()) for name in ODD_NAMES},
        "none\nof.yaml": None,
        "api.yaml missing": None,
    }
    assert {read_at("v1", name) for name in ODD_NAMES} == {None}


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="names are Unicode there")
def test_name_that_is_no_text(here: Path) -> None:
    """Bytes of a name that are not UTF-8 are kept."""
    (here / os.fsdecode(b"\xff.yaml")).write_text("odd")
    commit(here, {})
    assert read_at("HEAD", os.fsdecode(b"\xff.yaml")) == b"odd"


def test_links(here: Path) -> None:
    """Links are followed as they were, those of folders too, and never out of the repository."""
    (here / "folder").symlink_to("sub")
    (here / "file.yaml").symlink_to("folder/api.yaml")
    (here / "out.yaml").symlink_to("/etc/passwd")
    (here / "gone.yaml").symlink_to("nowhere")
    (here / "loop.yaml").symlink_to("loop.yaml")
    commit(here, {})
    for name in ("folder", "file.yaml"):
        (here / name).unlink()
    assert read_at("HEAD", "file.yaml") == read_at("HEAD", "folder/api.yaml") == b"below\n"
    assert why_not("HEAD", "out.yaml") == "'out.yaml' at 'HEAD': a link to outside the repository"
    assert read_at("HEAD", "gone.yaml") is read_at("HEAD", "loop.yaml") is None


def test_large_file(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file beyond the limit is not read."""
    monkeypatch.setattr(revisions, "MAX_BYTES", 6)
    assert why_not("HEAD") == "'api.yaml' at 'HEAD': larger than 6 bytes"


def test_pointer_of_git_lfs(here: Path) -> None:
    """What Git LFS stores elsewhere is said to be elsewhere."""
    commit(here, {"big.yaml": "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n"})
    assert why_not("HEAD", "big.yaml").endswith("a pointer of Git LFS, and its content is not in the repository")


def test_many_files_few_processes(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many files there are, git is run three times: for the commit, the hashes and the contents."""
    names = [f"{number}.yaml" for number in range(50)]
    commit(here, {name: name for name in names})
    commands = []
    run = subprocess.run

    def counted(command: list[str], **options: object) -> subprocess.CompletedProcess[bytes]:
        commands.append(command)
        return run(command, **options)  # type: ignore[call-overload,no-any-return]

    monkeypatch.setattr(subprocess, "run", counted)
    assert Revisions("HEAD").files(names) == {name: OldFile(name, name.encode()) for name in names}
    assert len(commands) == 3


def test_renamed_file(here: Path) -> None:
    """A file that was renamed since, and changed a little, is the one that it was; a new one is none."""
    text = "".join(f"line {number}\n" for number in range(30))
    commit(here, {"old name.yaml": text})
    git(here, "mv", "old name.yaml", "sub/new name.yaml")
    (here / "sub" / "new name.yaml").write_text(f"{text}more\n")
    (here / "other.yaml").write_text("other")
    files = Revisions("HEAD").files(["sub/new name.yaml", "other.yaml"])
    old = files["sub/new name.yaml"]
    assert old is not None
    assert (Path(old.path).relative_to(here).as_posix(), old.data) == ("old name.yaml", text.encode())
    assert files["other.yaml"] is None


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("mian", "unknown revision 'mian', did you mean 'main'?"),
        ("mian...", "unknown revision 'mian', did you mean 'main...'?"),
        ("what-is-this", "unknown revision 'what-is-this': there is no such branch, tag or commit"),
        ("-h", "'-h' is an option, not a revision"),
        ("--output=x", "'--output=x' is an option, not a revision"),
        ("", "the revision is empty: is a variable in the command not set?"),
        ("a\nb", "the revision has a control character in it"),
        ("a..b", "'a..b' is not one revision: write 'A', or 'A...' for where this branch left 'A'"),
        ("a...b", "'a...b' is not one revision: write 'A', or 'A...' for where this branch left 'A'"),
        ("^main", "'^main' is not one revision: write 'A', or 'A...' for where this branch left 'A'"),
        ("HEAD:api.yaml", "'HEAD:api.yaml' is a file, not a commit"),
        ("HEAD^{tree}", "'HEAD^{tree}' is a folder, not a commit"),
        ("HEAD:../x", "unknown revision 'HEAD:../x': there is no such branch, tag or commit"),
        ("HEAD~9", "unknown revision 'HEAD~9': there is no such branch, tag or commit"),
        ("1" * 40, f"unknown revision '{'1' * 40}': there is no such branch, tag or commit"),
        ("0" * 40, f"'{'0' * 40}' stands for no commit: a server says so of a branch that is new"),
    ],
)
def test_no_revision(name: str, message: str) -> None:
    """What is no commit is told in one sentence, with what to write instead; nothing is taken for an option."""
    assert why_not(name) == message


@example("\ud800")
@example("a\0b")
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=st.one_of(st.text(max_size=12), st.text("HEADmain^~@{}:/.-0123456789abcdef!*?[\\ ", max_size=12)))
def test_any_revision(name: str) -> None:
    """Any text is a commit or no revision, and any text is a file that there was or was not; nothing else happens."""
    try:
        revision = Revision(name, str(Path.cwd()))
    except RevisionError as error:
        assert "\n" not in str(error)
    else:
        assert re.fullmatch("[0-9a-f]{40}", revision.commit)
    assert Revision("HEAD", str(Path.cwd())).read([name, "api.yaml"])["api.yaml"] == OldFile("api.yaml", b"second\n")


def test_ambiguous(here: Path) -> None:
    """A name that a branch and a tag have is refused, because git would choose."""
    git(here, "branch", "v1", "main")
    message = "'v1' is the name of several things: write 'heads/v1' for the branch, or 'tags/v1' for the tag"
    assert why_not("v1") == message
    assert read_at("heads/v1", "api.yaml") == b"second\n"
    assert read_at("tags/v1", "api.yaml") == b"first\r\n"


def test_ambiguous_hash(here: Path) -> None:
    """A short hash that several commits have is told to be too short."""
    commits = "".join(f"commit refs/heads/x\ncommitter a <a> {number} +0000\ndata 0\n" for number in range(1000))
    subprocess.run(["git", "fast-import", "--quiet"], cwd=here, input=commits, text=True, check=True)
    short = [one[:4] for one in git(here, "log", "--format=%H", "x").split()]
    twice = next(one for one in short if short.count(one) > 1)  # of a thousand about eight pairs begin alike
    assert why_not(twice) == f"'{twice}' is the beginning of several hashes: write more of it"


def test_where_a_branch_left(here: Path) -> None:
    """With three dots the commit counts where HEAD left the other branch."""
    git(here, "switch", "--quiet", "--create", "feature")
    commit(here, {"api.yaml": "feature\n"})
    git(here, "switch", "--quiet", "main")
    commit(here, {"api.yaml": "third\n"})
    git(here, "switch", "--quiet", "feature")
    assert read_at("main", "api.yaml") == b"third\n"
    assert read_at("main...", "api.yaml") == b"second\n"
    git(here, "switch", "--quiet", "--orphan", "alone")
    commit(here, {"api.yaml": "alone\n"})
    assert why_not("main...") == "'main' and HEAD have no commit in common"


def test_no_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file in no repository, one in a folder that only looks like one, and a repository without commits."""
    monkeypatch.chdir(tmp_path)
    assert why_not("HEAD", "x.yaml") == "'x.yaml' is in no git repository"
    (tmp_path / "here" / "looks" / ".git").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "here" / "looks")
    assert why_not("HEAD", "x.yaml") == "'.' is no git repository, though there is a '.git' in it"
    (tmp_path / "empty").mkdir()
    git(tmp_path / "empty", "init", "--quiet")
    monkeypatch.chdir(tmp_path / "empty")
    assert why_not("HEAD", "x.yaml") == "the repository has no commits yet"
    assert why_not("main", "x.yaml") == "the repository has no commits yet"
    monkeypatch.chdir(tmp_path)
    assert why_not("HEAD", "empty/x.yaml") == "in 'empty', the repository has no commits yet"


def test_other_users_repository(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What git says of a repository of another user is said in one line, with the command that git asks for."""
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    command = f"git config --global --add safe.directory {here}"
    assert why_not("HEAD") == f"git does not trust the repository, because it is another user's: run '{command}'"


def test_no_git(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without git there is one message; a program of that name in the working directory is not run."""
    (here / "git").write_text("#!/bin/sh\ntouch started\n")
    (here / "git").chmod(0o755)
    monkeypatch.setenv("PATH", os.pathsep.join(["", "."]))
    assert why_not("HEAD") == "git is not installed, or not in PATH"
    assert not (here / "started").exists()


def test_variables_of_hooks(here: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a hook says of the repository that it was started in does not change which one a file is in."""
    other = repository(tmp_path / "other", api__yaml="other\n")
    for name, value in {"DIR": ".git", "WORK_TREE": "/", "INDEX_FILE": ".git/none", "PREFIX": "x/"}.items():
        monkeypatch.setenv(f"GIT_{name}", str(other / value) if name == "DIR" else value)
    assert read_at("HEAD", "api.yaml") == b"second\n"


def test_damaged_repository(here: Path) -> None:
    """A file whose content is lost is as one that was not there; a commit without its folder is told."""
    blob, tree = git(here, "rev-parse", "HEAD:api.yaml"), git(here, "rev-parse", "v1^{tree}")
    for one in (blob, tree):
        (here / ".git" / "objects" / one[:2] / one[2:]).unlink()
    assert read_at("HEAD", "api.yaml") is None
    assert read_at("v1", "api.yaml") is None


def test_submodule(here: Path, tmp_path: Path) -> None:
    """A file of a submodule is looked up in the repository of that, under its own revisions."""
    inner = repository(tmp_path / "inner", api__yaml="inner\n")
    git(here, "submodule", "--quiet", "add", str(inner), "vendored")
    commit(here, {})
    assert read_at("HEAD", "vendored/api.yaml") == b"inner\n"
    assert why_not("v1", "vendored/api.yaml").startswith("in 'vendored', unknown revision 'v1'")


def test_worktree(here: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A linked worktree is a repository too."""
    git(here, "worktree", "add", "--quiet", str(tmp_path / "tree"), "v1")
    monkeypatch.chdir(tmp_path / "tree")
    assert read_at("main", "api.yaml") == b"second\n"


@pytest.fixture
def feature(here: Path) -> Path:
    """The repository with a branch that left the main one, which went on."""
    git(here, "switch", "--quiet", "--create", "feature")
    commit(here, {"api.yaml": "feature\n"})
    commit(here, {"api.yaml": "feature more\n"})
    git(here, "switch", "--quiet", "main")
    for number in range(3):
        commit(here, {"api.yaml": f"main {number}\n"})
    return here


@pytest.mark.parametrize(
    ("name", "command", "wanted"),
    [
        ("origin/main", "git fetch --depth=1 origin +refs/heads/main:refs/remotes/origin/main", b"main 2\n"),
        ("origin/main...", "git fetch --unshallow origin +refs/heads/main:refs/remotes/origin/main", b"second\n"),
        ("HEAD^", "git fetch --deepen=1", b"feature\n"),
        ("HEAD~2", "git fetch --deepen=2", b"second\n"),
        ("HEAD^^", "git fetch --unshallow", b"second\n"),
    ],
)
def test_shallow_clone(
    name: str, command: str, wanted: bytes, feature: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a shallow clone the message says what to fetch, and after that command the revision is there."""
    clone = shallow_clone(feature, tmp_path / "clone", "feature")
    monkeypatch.chdir(clone)
    message = why_not(name)
    assert message == f"'{name.removesuffix('...')}' is not in this shallow clone: run '{command}'"
    git(clone, *command_in(message))
    assert read_at(name, "api.yaml") == wanted


@pytest.mark.parametrize(("name", "wanted"), [("main", b"main 2\n"), ("v1", b"first\r\n")])
def test_shallow_clone_and_a_name(
    name: str, wanted: bytes, feature: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What may be a branch or a tag is fetched without a name of its own, and then is FETCH_HEAD."""
    clone = shallow_clone(feature, tmp_path / "clone", "feature")
    monkeypatch.chdir(clone)
    message = why_not(name)
    command = f"git fetch --depth=1 origin {name}"
    assert message == f"'{name}' is not in this shallow clone: run '{command}', and use 'FETCH_HEAD'"
    git(clone, *command_in(message))
    assert read_at("FETCH_HEAD", "api.yaml") == wanted


def test_shallow_clone_and_a_hash(feature: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A commit is fetched by its hash."""
    clone = shallow_clone(feature, tmp_path / "clone", "feature")
    monkeypatch.chdir(clone)
    one = git(feature, "rev-parse", "v1")
    message = why_not(one)
    assert message == f"'{one}' is not in this shallow clone: run 'git fetch --depth=1 origin {one}'"
    git(clone, *command_in(message))
    assert read_at(one, "api.yaml") == b"first\r\n"


def test_shallow_clone_without_the_fork(feature: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """If both branches are there and not where they parted, the message says what to fetch for that."""
    clone = shallow_clone(feature, tmp_path / "clone", "feature")
    git(clone, "fetch", "--depth=1", "origin", "+refs/heads/main:refs/remotes/origin/main")
    monkeypatch.chdir(clone)
    message = why_not("origin/main...")
    assert message.startswith("where HEAD left 'origin/main' is not in this shallow clone: run 'git fetch --unshallow")
    git(clone, *command_in(message))
    assert read_at("origin/main...", "api.yaml") == b"second\n"


def test_clone_of_one_branch(feature: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a clone of one branch with all its history, the other one is fetched; a local name leads to that."""
    git(tmp_path, "clone", "--quiet", "--single-branch", "--branch", "feature", feature.as_uri(), "clone")
    monkeypatch.chdir(tmp_path / "clone")
    message = why_not("origin/main")
    command = "git fetch origin +refs/heads/main:refs/remotes/origin/main"
    assert message == f"'origin/main' is not in this clone: run '{command}'"
    git(tmp_path / "clone", *command_in(message))
    assert read_at("origin/main", "api.yaml") == b"main 2\n"
    assert why_not("main") == "unknown revision 'main', did you mean 'origin/main'?"


def test_partial_clone(feature: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A clone without contents fetches nothing by itself: the message says what to fetch."""
    git(feature, "config", "uploadpack.allowFilter", "true")
    git(tmp_path, "clone", "--quiet", "--filter=blob:none", "--no-checkout", feature.as_uri(), "clone")
    monkeypatch.chdir(tmp_path / "clone")
    message = why_not("origin/feature")
    command = "git fetch --refetch --no-filter"
    assert message == f"files of 'origin/feature' are not in this partial clone: run '{command}'"
    git(tmp_path / "clone", *command_in(message))
    assert read_at("origin/feature", "api.yaml") == b"feature more\n"


def test_nothing_of_the_repository_is_run(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No program that the configuration of the repository names is started, and no lock or index is written."""
    program = here / "program"
    program.write_text("#!/bin/sh\ntouch started\ncat\n")
    program.chmod(0o755)
    for key in ("core.fsmonitor", "core.pager", "diff.external", "diff.x.textconv", "diff.x.command"):
        git(here, "config", key, str(program))
    commit(here, {".gitattributes": "*.yaml diff=x\n", "long.yaml": "a line\n" * 30})
    git(here, "mv", "long.yaml", "renamed.yaml")
    (here / "started").unlink(missing_ok=True)
    index = (here / ".git" / "index").read_bytes()
    os.utime(here / "api.yaml", (1, 1))
    files = Revisions("HEAD").files(["renamed.yaml", "none.yaml", "api.yaml"])
    assert [bool(file) for file in files.values()] == [True, False, True]
    assert not (here / "started").exists()
    assert (here / ".git" / "index").read_bytes() == index
