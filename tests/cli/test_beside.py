"""What is read beside the input is a regular file of a bounded size, inside the repository."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.support import BAD, GOOD, run

pytestmark = pytest.mark.skipif(os.name != "posix", reason="pipes and devices are those of POSIX")

NAME = ".apigw-lint.yaml"
SECRET = "password: swordfish\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A repository with a specification that has a finding, and a secret beside the repository."""
    project = tmp_path / "project"
    (project / ".git").mkdir(parents=True)
    (project / "spec.yaml").write_text(BAD)
    (tmp_path / "secret").write_text(SECRET)
    return project


def make(path: Path, kind: str) -> None:
    """Puts something else than a file where a file is looked for."""
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "folder":
        path.mkdir()
    elif kind == "too large":
        path.write_text("# a comment\n" * 100_000)
    else:
        path.symlink_to(kind)


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("pipe", "not a regular file"),
        ("folder", "is a directory"),
        ("too large", "larger than 1,000,000 bytes"),
        ("/dev/zero", "a link, which git does not follow"),
        ("../secret", "a link, which git does not follow"),
        ("nowhere", "a link, which git does not follow"),
    ],
)
@pytest.mark.parametrize("place", [".", "above"])
def test_ignore_file(kind: str, reason: str, place: str, project: Path) -> None:
    """A `.gitignore` that is no file ignores nothing, as for git, and the run says so."""
    make(project / ".gitignore", kind)
    folder = project if place == "." else project / "sub"
    folder.mkdir(exist_ok=True)
    (folder / "other.yaml").write_text(GOOD)
    done = run("check", "--format", "line", "other.yaml", ".", cwd=folder)
    assert f".gitignore: {reason}\n" in done.stderr
    assert f"{2 if place == '.' else 1} file" in done.stderr
    assert done.returncode == (1 if place == "." else 0)


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("pipe", "not a regular file"),
        ("folder", "is a directory"),
        ("too large", "larger than 1,000,000 bytes"),
        ("/dev/zero", "a link to outside the repository"),
        ("../secret", "a link to outside the repository"),
        ("nowhere", "no such file"),
    ],
)
@pytest.mark.parametrize("command", [["check"], ["fix"], ["config", "spec.yaml"], ["check", "-"]])
def test_configuration(kind: str, reason: str, command: list[str], project: Path) -> None:
    """A configuration file that is no file of the repository is one finding, and nothing of it is printed."""
    make(project / NAME, kind)
    done = run(*command, cwd=project)
    assert done.returncode == 2
    assert f"error: {reason} [unreadable-file]" in done.stderr
    assert done.stderr.count("error: ") == 1
    assert "swordfish" not in done.stdout + done.stderr


def test_link_to_a_configuration_in_the_repository(project: Path) -> None:
    """A configuration may be a link to a file of the repository; its globs belong to the folder of the link."""
    (project / "shared").mkdir()
    (project / "shared" / "lint.yaml").write_text('overrides: [{files: [spec.yaml], rules: {bad-value: "off"}}]\n')
    (project / NAME).symlink_to("shared/lint.yaml")
    assert run("check", "--quiet", cwd=project).returncode == 0


def test_named_configuration_may_be_anywhere(project: Path) -> None:
    """A configuration that the user names may be outside of the repository, or a link to there."""
    (project.parent / "lint.yaml").write_text('rules: {bad-value: "off"}\n')
    (project / "mine.yaml").symlink_to("../lint.yaml")
    for name in ("../lint.yaml", "mine.yaml"):
        assert run("check", "--quiet", "--config", name, "spec.yaml", cwd=project).returncode == 0


@pytest.mark.parametrize("name", ["../secret", "link", "folder/../../secret"])
def test_baseline_outside(name: str, project: Path) -> None:
    """A baseline that a configuration of the repository names must be in there; one that the user names need not."""
    (project / "link").symlink_to("../secret")
    (project / "folder").mkdir()
    (project / NAME).write_text(f"baseline: {name}\n")
    done = run("check", cwd=project)
    assert done.returncode == 2
    message = f"'{name}' is outside the repository: name such a baseline with '--baseline'"
    assert f"1:11: error: {message} [bad-value]" in done.stderr
    assert "swordfish" not in done.stdout + done.stderr
    (project / NAME).unlink()
    run("check", "--quiet", "--write-baseline", "../known.jsonl", cwd=project)
    assert run("check", "--quiet", "--baseline", "../known.jsonl", cwd=project).returncode == 0


@pytest.mark.parametrize(("kind", "reason"), [("pipe", "not a regular file"), ("folder", "is a directory")])
def test_baseline_that_is_no_file(kind: str, reason: str, project: Path) -> None:
    """A baseline that is no regular file is not waited for."""
    make(project / "known.jsonl", kind)
    (project / NAME).write_text("baseline: known.jsonl\n")
    done = run("check", cwd=project)
    assert done.returncode == 2
    assert f"known.jsonl: {reason}\n" in done.stderr


def test_siblings(project: Path) -> None:
    """What stands beside a document of Swagger 2.0 is looked at only inside of the repository, and no pipe is."""
    swagger = BAD.replace("openapi: 3.0.0", "swagger: '2.0'").replace("dumy", "dummy")
    (project / "spec.yaml").write_text(swagger)
    os.mkfifo(project / "a.yaml")
    (project / "b.yaml").symlink_to("/dev/zero")
    (project.parent / "outside.yaml").write_text(GOOD)
    (project / "c.yaml").symlink_to("../outside.yaml")
    assert run("check", "--format", "line", "--quiet", "spec.yaml", cwd=project).stdout.count(": error: ") == 1
    (project / "d.yaml").write_text(GOOD)
    done = run("check", "--format", "line", "--quiet", "spec.yaml", cwd=project)
    assert "as in 'd.yaml' beside it" in done.stdout


def test_files_that_a_module_names(project: Path) -> None:
    """A `.tf` file that names a pipe or a device waits for nothing and prints nothing of it."""
    os.mkfifo(project / "pipe.yaml")
    (project / "zero.yaml").symlink_to("/dev/zero")
    gateways = [f'resource "yandex_api_gateway" "{n}" {{\n  spec = file("{n}.yaml")\n}}\n' for n in ("pipe", "zero")]
    (project / "main.tf").write_text("".join(gateways))
    done = run("check", "--format", "line", "main.tf", cwd=project)
    assert "pipe.yaml:1:1-1:1: error: not a regular file [unreadable-file]" in done.stdout
    assert "'zero.yaml' is not linted, because it is a link to outside the working tree" in done.stdout
