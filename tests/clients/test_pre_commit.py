"""The hook, run by pre-commit itself on git repositories."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import pytest
import yaml

from apigw_lint.recognition import SUFFIXES, TERRAFORM_SUFFIXES
from tests.blocks import block
from tests.clients import ADDRESS, REVISION, copy_checkout, environment, require, require_module, run
from tests.conftest import ROOT
from tests.support import BAD, GOOD, OTHER
from tests.support import run as run_command

pytestmark = pytest.mark.once
FOUND = "3:56: error: 'dumy' is not a valid value of 'type', did you mean 'dummy'? [bad-value]"


class Source(NamedTuple):
    """A clean repository of what is in the working tree now, and its only commit."""

    address: Path
    revision: str


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    """The variables of a user without any hooks."""
    return environment(
        tmp_path,
        PRE_COMMIT_HOME=str(tmp_path / "pre-commit"),
        GIT_AUTHOR_NAME="a",
        GIT_AUTHOR_EMAIL="a@example.org",
        GIT_COMMITTER_NAME="a",
        GIT_COMMITTER_EMAIL="a@example.org",
    )


@pytest.fixture
def source(tmp_path: Path, env: dict[str, str]) -> Source:
    """The repository that the hook comes from."""
    require("git")
    folder = tmp_path / "source"
    copy_checkout(folder)
    return Source(folder, commit_all(folder, env))


@pytest.fixture
def project(tmp_path: Path, env: dict[str, str]) -> Path:
    """A repository of a user, with a good specification, a bad one and an unrelated file, all of them new."""
    folder = tmp_path / "project"
    folder.mkdir()
    run(["git", "init", "--quiet"], cwd=folder, env=env)
    (folder / "good.yaml").write_text(GOOD)
    (folder / "bad.yml").write_text(BAD)
    (folder / "other.yaml").write_text(OTHER)
    return folder


def commit_all(folder: Path, env: dict[str, str]) -> str:
    """Commits all files of a new repository; the hash of the commit."""
    git(["init", "--quiet"], ["add", "--all"], ["commit", "--quiet", "-m", "all"], cwd=folder, env=env)
    return run(["git", "rev-parse", "HEAD"], cwd=folder, env=env).stdout.strip()


def git(*commands: Sequence[str], cwd: Path, env: dict[str, str]) -> None:
    for command in commands:
        run(["git", *command], cwd=cwd, env=env)


def test_try_repo(source: Source, project: Path, env: dict[str, str]) -> None:
    """The hook passes good and unrelated files, and shows the place of a finding in a bad one."""
    require_module("pre_commit")
    git(["add", "--all"], cwd=project, env=env)
    command = [sys.executable, "-m", "pre_commit", "try-repo", str(source.address), "apigw-lint", "--verbose"]
    done = run([*command, "--files", "good.yaml", "other.yaml"], cwd=project, env=env)
    assert "1 file checked, 1 skipped: nothing found" in done.stdout
    done = run([*command, "--files", "good.yaml", "other.yaml", "bad.yml"], cwd=project, env=env, check=False)
    assert done.returncode == 1
    assert f"bad.yml:{FOUND}" in done.stdout
    assert "2 files checked, 1 skipped: 1 error" in done.stdout


def test_block_of_the_page(source: Source, project: Path, env: dict[str, str]) -> None:
    """The block in docs/ci.md sets up a hook from scratch: it stops a bad commit and lets the corrected one pass."""
    git(["add", "good.yaml", "other.yaml"], cwd=project, env=env)
    script = block("docs/ci.md", "pre-commit", "sh")
    for placeholder, value in ((ADDRESS, source.address), (REVISION, source.revision)):
        assert script.count(placeholder) == 1
        script = script.replace(placeholder, str(value))
    done = run([require("bash"), "-e", "-c", script], cwd=project, env=env)
    assert "apigw-lint" in done.stdout

    git(["add", "--all"], cwd=project, env=env)
    done = run(["git", "commit", "-m", "bad"], cwd=project, env=env, check=False)
    assert done.returncode == 1
    assert FOUND in done.stderr

    (project / "bad.yml").write_text(GOOD)
    git(["add", "--all"], ["commit", "-m", "good"], cwd=project, env=env)
    (project / "other.yaml").write_text(f"{OTHER}# more\n")
    git(["commit", "-am", "nothing to check"], cwd=project, env=env)


def test_fixing_hook(source: Source, project: Path, env: dict[str, str]) -> None:
    """The second hook repairs a staged file and fails because of that; the next time it passes."""
    require_module("pre_commit")
    bad = GOOD.replace("http_code: 200", "http_code: '200'")
    (project / "bad.yml").write_text(bad)
    git(["add", "--all"], cwd=project, env=env)
    command = [sys.executable, "-m", "pre_commit", "try-repo", str(source.address), "apigw-lint-fix", "--verbose"]
    files = ["--files", "good.yaml", "other.yaml", "bad.yml"]
    done = run([*command, *files], cwd=project, env=env, check=False)
    assert done.returncode == 1
    assert "bad.yml:3: wrong-type: remove the quotes" in done.stdout
    assert (project / "bad.yml").read_text() == GOOD
    assert (project / "other.yaml").read_text() == OTHER
    git(["add", "--all"], cwd=project, env=env)
    assert "2 files checked: 0 fixes applied" in run([*command, *files], cwd=project, env=env).stdout


def test_only_what_is_new(source: Source, project: Path, tmp_path: Path, env: dict[str, str]) -> None:
    """With `--since origin/main` the hook passes what is on the main branch already, and stops what is new."""
    require_module("pre_commit")
    config = f"""
        repos:
          - repo: {source.address}
            rev: {source.revision}
            hooks:
              - {{id: apigw-lint, args: [--since, origin/main]}}
    """
    (project / ".pre-commit-config.yaml").write_text(config)
    git(["add", "--all"], ["commit", "--quiet", "-m", "all"], ["branch", "--move", "main"], cwd=project, env=env)
    git(["clone", "--quiet", str(project), str(tmp_path / "clone")], cwd=tmp_path, env=env)
    clone = tmp_path / "clone"
    git(["switch", "--quiet", "--create", "feature"], cwd=clone, env=env)
    run([sys.executable, "-m", "pre_commit", "install"], cwd=clone, env=env)
    (clone / "bad.yml").write_text(f"# more\n{BAD}")
    git(["commit", "--quiet", "-am", "nothing new"], cwd=clone, env=env)
    (clone / "new.yaml").write_text(BAD)
    git(["add", "--all"], cwd=clone, env=env)
    done = run(["git", "commit", "-m", "bad"], cwd=clone, env=env, check=False)
    assert done.returncode == 1
    assert f"new.yaml:{FOUND}" in done.stderr
    done = run([sys.executable, "-m", "pre_commit", "run", "--all-files"], cwd=clone, env=env, check=False)
    assert "3 files checked, 2 skipped: 1 error (1 already at 'origin/main')" in done.stdout


def test_files_of_the_hooks() -> None:
    """The hooks ask for the suffixes that are looked for in a folder, and for text whatever it is called."""
    suffixes = "|".join(re.escape(suffix.removeprefix(".")) for suffix in SUFFIXES)
    for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8")):
        assert (hook["types"], hook["files"]) == (["text"], rf"(?i)\.({suffixes})$")


def test_same_files_as_in_a_folder(source: Source, project: Path, env: dict[str, str]) -> None:
    """The hook lints what `check` lints in the folder, templates and all, less what the user excludes."""
    require_module("pre_commit")
    (project / "api").mkdir()
    heredoc = 'resource "yandex_api_gateway" "a" {{\n  spec = <<EOT\n{}EOT\n}}\n'
    for suffix in SUFFIXES:
        text = heredoc.format(BAD) if suffix in TERRAFORM_SUFFIXES else BAD
        (project / "api" / f"spec{suffix}").write_text(text)
    (project / "api" / "LOUD.YML").write_text(BAD)
    for name in ("spec.txt", "spec.md", "spec"):
        (project / "api" / name).write_text(BAD)
    (project / "values.tpl").write_text("{{- define }}\n")
    (project / "empty.tmpl").write_text("")
    (project / "bad.yml").unlink()
    (project / "old.yaml.tpl").write_text(BAD)
    (project / "link.yaml").symlink_to("old.yaml.tpl")
    config = f"""
        repos:
          - repo: {source.address}
            rev: {source.revision}
            hooks:
              - {{id: apigw-lint, args: [--format, line], exclude: ^old}}
    """
    (project / ".pre-commit-config.yaml").write_text(config)
    git(["add", "--all"], cwd=project, env=env)
    done = run([sys.executable, "-m", "pre_commit", "run", "--all-files"], cwd=project, env=env, check=False)
    (project / "link.yaml").unlink()
    in_folder = _with_findings(run_command("check", "--format", "line", ".", cwd=project).stdout)
    assert in_folder == {f"api/spec{suffix}" for suffix in SUFFIXES} | {"old.yaml.tpl", "api/LOUD.YML"}
    assert _with_findings(done.stdout) == in_folder - {"old.yaml.tpl"}
    assert f"{len(SUFFIXES) + 2} files checked, 4 skipped: " in done.stdout


def _with_findings(lines: str) -> set[str]:
    return {line.partition(":")[0] for line in lines.splitlines() if line.endswith("[bad-value]")}
