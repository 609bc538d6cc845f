"""Globs mean what git says, and none takes long."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from apigw_lint.globs import Globs
from apigw_lint.walk import walk
from tests.support import GOOD, run

GLOB = st.text("ab*?/!\\\\#-. ", min_size=1, max_size=8) | st.sampled_from(
    [
        "[ab]*",
        "[!a]",
        "[^a]b",
        "a[[:alpha:]]",
        "*.b",
        "/a",
        "a/",
        "**/a",
        "a/**",
        "a/**/b",
        "!a",
        "\\!a",
        "\\#a",
        "[]a]",
        "a[b",
    ]
)
PATH = st.lists(st.text("ab-!#. ]", min_size=1, max_size=3), min_size=1, max_size=4).map("/".join)


def ignored_by_git(folder: Path, globs: list[str], paths: list[str]) -> set[str]:
    """Which paths git ignores in a repository with these globs."""
    (folder / ".gitignore").write_text("".join(f"{glob}\n" for glob in globs))
    command = ["git", "-C", str(folder), "check-ignore", "--no-index", "-z", "--stdin"]
    done = subprocess.run(command, input="\0".join(paths), capture_output=True, text=True, check=False)
    return set(filter(None, done.stdout.split("\0")))


def is_ignored(globs: Globs, path: str) -> bool:
    """The same as git asks it: first about each folder on the way, then about the file."""
    names = path.split("/")
    folders = ["/".join(names[:number]) for number in range(1, len(names))]
    return any(globs.verdict(folder, is_folder=True) for folder in folders) or bool(
        globs.verdict(path, is_folder=False)
    )


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty repository."""
    folder = tmp_path_factory.mktemp("repository")
    subprocess.run(["git", "init", "-q", str(folder)], check=True)
    return folder


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(globs=st.lists(GLOB, min_size=1, max_size=3), paths=st.lists(PATH, min_size=8, max_size=20, unique=True))
def test_as_git_does(globs: list[str], paths: list[str], repository: Path) -> None:
    """Random globs ignore what git ignores.

    Left out: git's own slips, `x**/` (where git compares letters before the first sign apart) and `//`.
    """
    assume(
        not any(
            "//" in glob or "**" in glob.replace("/**/", "").removeprefix("**/").removesuffix("/**") for glob in globs
        )
    )
    paths = [path for path in paths if not {".", ".."} & set(path.split("/"))]
    ours = Globs(globs, are_bad_ones_left_out=True)
    assert {path for path in paths if is_ignored(ours, path)} == ignored_by_git(repository, globs, paths)


@pytest.mark.parametrize(
    ("glob", "path"),
    [
        ("*a*a*a*a*a*a*ab", "a" * 70),
        ("*?" * 60 + "b", "a" * 4000),
        ("[a-b]*" * 60 + "c", "a" * 4000),
        ("**/a/" * 30 + "b", "a/" * 1000 + "a"),
        ("a*" * 2000, "a" * 4000 + "b"),
    ],
)
def test_no_glob_backtracks(glob: str, path: str) -> None:
    """The shapes for which regular expressions take for ever end within a second, a margin of ten at least."""
    start = time.process_time()
    Globs([glob]).match_file(path)
    assert time.process_time() - start < 1


def test_line_that_is_no_glob(tmp_path: Path) -> None:
    """One bad line of a `.gitignore` does not take the others with it."""
    (tmp_path / ".git").mkdir()
    (tmp_path / ".gitignore").write_text("!\n[z-a]\nbuild/\na\\\n*.gen.yaml\n!keep.gen.yaml\n")
    for name in ("build/a.yaml", "b.gen.yaml", "keep.gen.yaml", "c.yaml"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(GOOD)
    assert sorted(Path(found.path).name for found in walk(str(tmp_path), (".yaml",))) == ["c.yaml", "keep.gen.yaml"]


def test_last_match_counts(tmp_path: Path) -> None:
    """In a configuration a file can be taken back out of a folder that is excluded."""
    (tmp_path / ".apigw-lint.yaml").write_text("exclude: [api/, '!api/b.yaml']\n")
    for name in ("api/a.yaml", "api/b.yaml"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(GOOD)
    done = run("check", "api/a.yaml", "api/b.yaml", cwd=tmp_path)
    assert "skipped api/a.yaml: excluded by .apigw-lint.yaml" in done.stderr
    assert "1 file checked, 1 skipped: nothing found" in done.stderr


def test_only_ignore_files_above_are_asked(tmp_path: Path) -> None:
    """Thousands of folders with an ignore file each take the time of their number."""
    (tmp_path / ".git").mkdir()
    for number in range(2000):
        folder = tmp_path / f"folder{number}"
        folder.mkdir()
        (folder / ".gitignore").write_text("*.gen.yaml\nbuild/\n!a.yaml\n")
        (folder / "a.yaml").write_text("")
        (folder / "a.gen.yaml").write_text("")
    start = time.process_time()
    assert sum(1 for _ in walk(str(tmp_path), (".yaml",))) == 2000
    assert time.process_time() - start < 20
