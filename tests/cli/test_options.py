"""What single options and commands do: excluding, listing, colours, exit codes, pages for programs."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from apigw_lint.diff.kinds import KINDS
from apigw_lint.rules import RULES
from tests.conftest import FIXTURES, ROOT
from tests.support import BAD, GOOD, OTHER, run


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A repository with a good, a bad and an unrelated file in a folder."""
    folder = tmp_path / "api"
    for made in (tmp_path / ".git", folder):
        made.mkdir()
    (folder / "good.yaml").write_text(GOOD)
    (folder / "bad.yaml").write_text(BAD)
    (folder / "other.yaml").write_text(OTHER)
    return tmp_path


def test_exclude(project: Path) -> None:
    """Globs are relative to the working directory and hold beside those of the configuration, for named files too."""
    (project / ".apigw-lint.yaml").write_text("exclude: [api/good.yaml]\n")
    assert run("check", "--exclude", "bad*", cwd=project / "api").returncode == 2
    assert run("check", "--exclude", "/bad.yaml", cwd=project).returncode == 1
    done = run("check", "--exclude", "/api/b*", "--exclude", "x", "api/bad.yaml", "api/good.yaml", cwd=project)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.splitlines()[:2] == [
        "skipped api/bad.yaml: excluded by --exclude",
        "skipped api/good.yaml: excluded by .apigw-lint.yaml",
    ]
    done = run("check", "-", "--stdin-filename", "bad.yaml", "--exclude", "bad.yaml", cwd=project, stdin=BAD.encode())
    assert (done.returncode, done.stdout) == (2, "")
    assert run("fix", "--unsafe", "--exclude", "bad*", "api", cwd=project).returncode == 2
    assert (project / "api" / "bad.yaml").read_text() == BAD


@pytest.mark.parametrize("command", ["check", "fix"])
def test_many_skipped_for_one_reason(command: str, project: Path) -> None:
    """What is skipped for one reason is one line as soon as there are more than three of it."""
    names = [f"{number}.yaml" for number in range(5)]
    for name in names:
        (project / name).write_text(OTHER)
    reason = "not a gateway specification: no 'openapi', 'swagger' or 'paths' at the top"
    said = run(command, *names[:3], "api/good.yaml", cwd=project).stderr.splitlines()
    assert said[:-1] == [f"skipped {name}: {reason}" for name in names[:3]]
    said = run(command, *names, "api/good.yaml", cwd=project).stderr.splitlines()
    assert said[:-1] == [f"skipped 0.yaml, 1.yaml, 2.yaml and 2 more: {reason}"]


@pytest.mark.parametrize("glob", ["", "!", "[z-a]", "#a", "a\\", "./a", "a//b", "*.{yaml,yml}"])
def test_glob_that_matches_nothing(glob: str, project: Path) -> None:
    """Such a glob is a wrong command."""
    done = run("check", "--exclude", glob, cwd=project)
    assert done.returncode == 2
    assert f"Error: Invalid value for '--exclude': '{glob}' matches no file" in done.stderr


def test_exit_zero(project: Path) -> None:
    """Findings do not change the exit code; a wrong command, and nothing to check, still do."""
    done = run("check", "--exit-zero", "--format", "line", cwd=project)
    assert (done.returncode, done.stdout.count("\n")) == (0, 1)
    assert run("check", "--exit-zero", "nowhere.yaml", cwd=project).returncode == 2
    assert run("check", "--exit-zero", "api/other.yaml", cwd=project).returncode == 2


def test_color(project: Path) -> None:
    """The option counts more than the environment."""
    shown = {
        (choice, *env): "\x1b" in run("check", "--color", choice, cwd=project, env=dict([env])).stdout
        for choice in ("auto", "always", "never")
        for env in (("NO_COLOR", "1"), ("FORCE_COLOR", "1"))
    }
    assert shown == {key: key[0] == "always" or key[:2] == ("auto", "FORCE_COLOR") for key in shown}
    pages = {
        choice: run("explain", "--color", choice, "bad-value", cwd=project).stdout for choice in ("always", "never")
    }
    assert {choice: "\x1b" in page for choice, page in pages.items()} == {"always": True, "never": False}


def test_list_files(project: Path) -> None:
    """Each file with what it is read as, on standard output; what is skipped and why beside it."""
    for name in ("orders.yaml.j2", "main.tf"):
        (project / name).write_text((FIXTURES / "docs" / name).read_text())
    (project / "api" / "spec.json").write_text(json.dumps({"openapi": "3.0.0", "x-yc-apigateway": {}, "paths": {}}))
    done = run("check", "--list-files", ".", "README.md", "api/other.yaml", "--exclude", "good.yaml", cwd=project)
    assert (done.returncode, done.stdout.splitlines()) == (
        2,
        [
            "main.tf: Terraform with 1 gateway",
            "orders.yaml.j2: jinja template",
            "api/bad.yaml: YAML",
            "api/spec.json: JSON",
        ],
    )
    assert done.stderr.splitlines()[0].startswith("no such file or folder: 'README.md'")
    assert [line.partition(":")[0] for line in done.stderr.splitlines()[1:]] == ["skipped api/other.yaml"]
    assert run("check", "--list-files", cwd=project).returncode == 0
    assert run("check", "--list-files", "api/other.yaml", cwd=project).returncode == 2


def test_rules_for_programs(project: Path) -> None:
    """What is printed follows its schema, holds every rule and change, and is what `explain` prints of one."""
    printed = json.loads(run("rules", "--format", "json", cwd=project).stdout)
    schema = json.loads((ROOT / "schemas" / "rules.json").read_text())
    jsonschema.Draft7Validator.check_schema(schema)
    jsonschema.Draft7Validator(schema).validate(printed)
    assert [rule["name"] for rule in printed] == [*RULES, *KINDS]
    [one] = json.loads(run("explain", "bad-value", "--format", "json", cwd=project).stdout)
    assert one == next(rule for rule in printed if rule["name"] == "bad-value")
    assert one["page"] == (ROOT / "docs" / "rules" / "bad-value.md").read_text()


def test_explain_a_word(project: Path) -> None:
    """A part of a name lists the rules that have it; other words are a wrong command with a hint."""
    done = run("explain", "websocket", cwd=project)
    assert done.returncode == 0
    names = [line.split()[0] for line in done.stdout.splitlines() if line.startswith("  ")]
    assert names == [name for name in RULES if "websocket" in name]
    done = run("explain", "nothing-like-it", cwd=project)
    assert done.returncode == 2
    assert "unknown rule 'nothing-like-it': 'apigw-lint rules' lists all" in done.stderr
    assert "did you mean 'unknown-key'?" in run("explain", "unknwon-key", cwd=project).stderr


def test_number(project: Path) -> None:
    """What is no number is told in plain words."""
    assert "'x' is not a valid integer." in run("check", "--max-diagnostics", "x", cwd=project).stderr
    assert "0 or more" in run("check", "--max-diagnostics", "-1", cwd=project).stderr
