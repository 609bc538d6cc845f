"""A link is the file that it leads to."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.clients import environment, require
from tests.conftest import SHARED
from tests.support import BAD, GOOD, OTHER, run


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A repository with a specification, and a link to it that comes first."""
    project = tmp_path / "project"
    (project / "real").mkdir(parents=True)
    (project / ".git").mkdir()
    (project / "real" / "spec.yaml").write_text(BAD)
    (project / "alias.yaml").symlink_to("real/spec.yaml")
    return project


def found(*arguments: str, cwd: Path) -> list[str]:
    """The files that have findings, a name for each finding."""
    out = run("check", "--format", "line", "--quiet", *arguments, cwd=cwd).stdout
    return [line.partition(":")[0] for line in out.splitlines()]


def said(*arguments: str, cwd: Path) -> list[str]:
    """What is said beside the findings, without the advice."""
    lines = run("check", "--format", "line", *arguments, cwd=cwd).stderr.splitlines()
    return [line for line in lines if "'apigw-lint explain" not in line]


def test_file_and_link_are_one(project: Path) -> None:
    """In a folder, or both named in any order, the file is reported once under its own name, and nothing is said."""
    for paths in ([], ["alias.yaml", "real/spec.yaml"], ["real/spec.yaml", "alias.yaml"], ["alias.yaml", "."]):
        assert found(*paths, cwd=project) == ["real/spec.yaml"]
        assert said(*paths, cwd=project) == ["1 file checked: 1 error"]


def test_only_the_link_is_named(project: Path) -> None:
    """Both names are said, in `check` and in `fix`; servers get the file."""
    assert found("alias.yaml", cwd=project) == ["real/spec.yaml"]
    assert said("alias.yaml", cwd=project) == ["alias.yaml is a link to real/spec.yaml", "1 file checked: 1 error"]
    assert "file=real/spec.yaml," in run("check", "--format", "github", "alias.yaml", cwd=project).stdout
    done = run("fix", "--unsafe", "alias.yaml", cwd=project)
    assert done.stderr.splitlines()[0] == "alias.yaml is a link to real/spec.yaml"
    assert done.stdout.startswith("real/spec.yaml:3: ")
    assert (project / "alias.yaml").is_symlink()
    assert (project / "real" / "spec.yaml").read_text() == GOOD


def test_link_to_what_the_walk_does_not_reach(project: Path) -> None:
    """A folder with a link to a file elsewhere in the repository checks that file, and says both names."""
    (project / "here").mkdir()
    (project / "here" / "alias.yaml").symlink_to("../real/spec.yaml")
    assert found("here", cwd=project) == ["real/spec.yaml"]
    assert said("here", cwd=project)[0] == "here/alias.yaml is a link to real/spec.yaml"
    assert found(cwd=project / "here") == ["../real/spec.yaml"]


def test_configuration_follows_the_file(project: Path) -> None:
    """Exclusion, overrides and the nearest configuration are those of the file, never of the link."""
    config = project / ".apigw-lint.yaml"
    config.write_text("exclude: [alias.yaml]\n")
    assert found(cwd=project) == found("alias.yaml", cwd=project) == ["real/spec.yaml"]
    config.write_text("exclude: [real/]\n")
    assert said("alias.yaml", cwd=project)[:2] == [
        "alias.yaml is a link to real/spec.yaml",
        "skipped real/spec.yaml: excluded by .apigw-lint.yaml",
    ]
    config.write_text('overrides: [{files: [alias.yaml], rules: {bad-value: "off"}}]\n')
    assert found(cwd=project) == found("alias.yaml", cwd=project) == ["real/spec.yaml"]
    config.write_text('overrides: [{files: [real/], rules: {bad-value: "off"}}]\n')
    assert found(cwd=project) == found("alias.yaml", cwd=project) == []
    config.unlink()
    (project / "real" / ".apigw-lint.yaml").write_text('rules: {bad-value: "off"}\n')
    assert found("alias.yaml", cwd=project) == []
    done = run("check", "-", "--stdin-filename", "alias.yaml", "--quiet", cwd=project, stdin=BAD.encode())
    assert (done.returncode, done.stdout) == (0, "")


def test_ignore_files_follow_the_file(project: Path) -> None:
    """A file that git ignores stays ignored when a link leads to it, and a link that git ignores hides no file."""
    (project / ".gitignore").write_text("alias.yaml\n")
    assert found(cwd=project) == ["real/spec.yaml"]
    (project / ".gitignore").write_text("real/\n")
    assert found(cwd=project) == []
    (project / ".gitignore").unlink()
    (project / "real" / ".gitignore").write_text("*.yaml\n")
    assert found(cwd=project) == []
    (project / "here").mkdir()
    (project / "here" / "alias.yaml").symlink_to("../real/spec.yaml")
    assert found("here", cwd=project) == []
    assert found("here/alias.yaml", cwd=project) == ["real/spec.yaml"]


def test_links_to_folders(project: Path) -> None:
    """A walk follows no link to a folder; one that is named is the folder that it leads to."""
    (project / "folder").symlink_to("real")
    (project / "round").symlink_to(".")
    assert found(cwd=project) == ["real/spec.yaml"]
    assert found("folder", cwd=project) == found("folder/", cwd=project) == ["real/spec.yaml"]
    assert said("folder", cwd=project) == ["folder is a link to real", "1 file checked: 1 error"]
    assert found("folder/spec.yaml", cwd=project) == ["real/spec.yaml"]
    assert found("folder", "real", cwd=project) == ["real/spec.yaml"]
    assert said("folder", "real", cwd=project) == ["1 file checked: 1 error"]


def test_links_out_of_the_repository(project: Path) -> None:
    """A walk passes over them and says so; one that the user names is what the user wishes."""
    outside = project.parent / "outside"
    outside.mkdir()
    (outside / "spec.yaml").write_text(BAD)
    (project / "out.yaml").symlink_to("../outside/spec.yaml")
    (project / "all").symlink_to("../outside")
    (project / "device.yaml").symlink_to("/dev/zero")
    assert found(cwd=project) == ["real/spec.yaml"]
    assert said(cwd=project) == [
        "skipped out.yaml: a link to outside the repository",
        "1 file checked, 1 skipped: 1 error",
    ]
    whole = str(outside / "spec.yaml")
    assert found("out.yaml", cwd=project) == found("all", cwd=project) == [whole]
    assert said("out.yaml", cwd=project)[0] == f"out.yaml is a link to {whole}"
    assert found(".", "out.yaml", cwd=project) == [whole, "real/spec.yaml"]
    (project / ".gitignore").write_text("out.yaml\n")
    assert said(cwd=project) == ["1 file checked: 1 error"]


def test_module_outside_the_repository(project: Path) -> None:
    """A `.tf` file that a link of the repository leads to decides nothing, neither what is read nor how."""
    outside = project.parent / "outside"
    outside.mkdir()
    (outside / "main.tf").write_text('resource "yandex_api_gateway" "a" {\n  spec = file("plain.yaml")\n}\n')
    (project / "plain.yaml").write_text(OTHER)
    (project / "main.tf").symlink_to("../outside/main.tf")
    assert found(cwd=project) == ["real/spec.yaml"]
    assert said(cwd=project)[0] == "skipped main.tf: a link to outside the repository"


def test_way_to_the_repository_may_be_a_link(project: Path) -> None:
    """Links above the repository are the user's: paths stay as typed."""
    (project.parent / "way").symlink_to(project)
    way = project.parent / "way"
    elsewhere = project.parent / "elsewhere"
    elsewhere.mkdir()
    assert found(str(way / "real"), cwd=elsewhere) == [str(way / "real" / "spec.yaml")]
    assert found(str(way / "alias.yaml"), cwd=elsewhere) == [str(way / "real" / "spec.yaml")]
    assert found("way/real/spec.yaml", cwd=project.parent) == ["way/real/spec.yaml"]
    assert len(found("way", "project", "way/real", cwd=project.parent)) == 1


def test_parent_of_a_linked_folder(project: Path) -> None:
    """`link/..` is what the system takes it for, the parent of the folder that the link leads to."""
    (project / "deep" / "er").mkdir(parents=True)
    (project / "deep" / "spec.yaml").write_text(GOOD)
    (project / "spec.yaml").write_text(BAD)
    (project / "folder").symlink_to("deep/er")
    assert found("folder/../spec.yaml", cwd=project) == []
    assert said("folder/../spec.yaml", cwd=project)[-1] == "1 file checked: nothing found"


def test_links_in_a_circle(project: Path) -> None:
    """A link that leads nowhere is no file of a folder, and a finding if it is named."""
    (project / "loop.yaml").symlink_to("loop.yaml")
    (project / "gone.yaml").symlink_to("nowhere.yaml")
    assert found(cwd=project) == ["real/spec.yaml"]
    assert found("loop.yaml", cwd=project) == ["loop.yaml"]


def test_symlink_case(tmp_path: Path) -> None:
    """The shared case: the file once, the file still, nothing."""
    case = SHARED / "cases" / "symlink.sh"
    if not case.exists():
        pytest.skip(f"{case} is not here")
    env = environment(tmp_path, TMPDIR=str(tmp_path))
    done = subprocess.run([require("bash"), str(case)], env=env, capture_output=True, text=True, check=False)
    assert [line.partition(":")[0] for line in done.stdout.splitlines()] == ["real/spec.yaml"] * 2
