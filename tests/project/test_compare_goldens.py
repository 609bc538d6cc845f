"""The comparison of golden files sees every difference but that of words."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from tests.clients import require
from tools import compare_goldens

BAD = "fixtures/rules/old-name/bad.yaml"
GOLDEN = f"""\
{BAD}:3:5-3:9: error: unknown key 'a: b' [unknown-key]
{BAD}:3:5-3:9: error: unknown key 'a: b' [unknown-key]
{BAD}:7:1-7:2: warning: odd [not so odd] [odd-identifier]
"""


class Repository:
    """A tiny git repository with golden files."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._git("init", "--quiet")
        self.write(BAD, "openapi: 3.0.0\npaths: {}\n# enough\n# lines\n")
        self.write("fixtures/rules/old-name/bad.out", GOLDEN)
        self.write("fixtures/terraform/main.tf", "locals {}\n# a file of its own\n")
        self.write("fixtures/terraform/main.out", "main.tf:1:1-1:2: info: half [not-linted]\nskipped main.tf: empty\n")
        self.write("fixtures/formats/json.out", "{}\n")

    def write(self, name: str, text: str) -> None:
        """A file, or its new content."""
        (self.folder / name).parent.mkdir(parents=True, exist_ok=True)
        (self.folder / name).write_text(text, "utf-8")

    def replace(self, name: str, old: str, new: str) -> None:
        """A file in which something else is written now."""
        text = (self.folder / name).read_text("utf-8")
        assert old in text
        self.write(name, text.replace(old, new))

    def move(self, old: str, new: str) -> None:
        """A file or folder under another name."""
        (self.folder / new).parent.mkdir(parents=True, exist_ok=True)
        (self.folder / old).rename(self.folder / new)

    def commit(self) -> str:
        """A commit of all files; its hash."""
        self._git("add", "--all")
        identity = ("-c", "user.name=a", "-c", "user.email=a@example.org")
        self._git(*identity, "commit", "--quiet", "-m", "all")
        return self._git("rev-parse", "HEAD").strip()

    def _git(self, *arguments: str) -> str:
        return subprocess.run(["git", *arguments], cwd=self.folder, capture_output=True, text=True, check=True).stdout


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    """A repository that is the working directory; nothing of the user's git configuration counts."""
    require("git")
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    monkeypatch.chdir(tmp_path)
    return Repository(tmp_path)


def test_words_and_names_make_no_difference(repository: Repository, capsys: pytest.CaptureFixture[str]) -> None:
    """Other messages and reasons, moved fixtures, and a golden in another format, which is named, are no difference."""
    before = repository.commit()
    repository.move("fixtures/rules/old-name", "fixtures/rules/new-name")
    repository.write(
        "fixtures/rules/new-name/bad.out",
        GOLDEN.replace("old-name", "new-name").replace("unknown key 'a: b'", "no such key: 'a: b', quite other words"),
    )
    repository.move("fixtures/terraform/main.tf", "fixtures/tf/moved.tf")
    repository.move("fixtures/terraform/main.out", "fixtures/tf/moved.out")
    repository.write(
        "fixtures/tf/moved.out", "moved.tf:1:1-1:2: info: a [not-linted]\nskipped moved.tf: nothing in it\n"
    )
    repository.write("fixtures/formats/json.out", "[]\n")
    after = repository.commit()
    said = "not compared: fixtures/formats/json.out\n5 entries are the same, 0 differ\n"
    assert compare_goldens.main([before, after]) == 0
    assert capsys.readouterr() == ("", said)
    assert compare_goldens.main([before]) == 0
    assert capsys.readouterr() == ("", said)


def test_every_other_difference_is_printed(repository: Repository, capsys: pytest.CaptureFixture[str]) -> None:
    """Another place, severity or rule, a finding that is gone, a file that is new: each is printed, the code is 1."""
    before = repository.commit()
    golden = "fixtures/rules/old-name/bad.out"
    repository.write(golden, GOLDEN.replace("3:5-3:9", "3:5-3:8", 1).replace("warning", "info"))
    repository.replace("fixtures/terraform/main.out", "skipped", "checked")
    repository.write("fixtures/new.out", "new.yaml:1:1-1:2: error: new [syntax]\n")
    expected = f"""\
+ fixtures/new.out: new.yaml:1:1-1:2: error [syntax]
- {golden}: {BAD}:3:5-3:9: error [unknown-key]
- {golden}: {BAD}:7:1-7:2: warning [odd-identifier]
+ {golden}: {BAD}:3:5-3:8: error [unknown-key]
+ {golden}: {BAD}:7:1-7:2: info [odd-identifier]
- fixtures/terraform/main.out: main.tf skipped
+ fixtures/terraform/main.out: main.tf checked
"""
    assert compare_goldens.main([before]) == 1
    assert capsys.readouterr() == (expected, "2 entries are the same, 7 differ\n")
    after = repository.commit()
    assert compare_goldens.main([before, after]) == 1
    assert capsys.readouterr().out == expected
