"""Servers get the path that a file has in the repository, people and editors the one that they typed."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from urllib.parse import unquote
from xml.etree import ElementTree

import pytest

from tests.clients import environment, require
from tests.conftest import SHARED
from tests.support import BAD, run

SERVERS = ("github", "sarif", "gitlab", "checkstyle", "junit")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A repository with a specification in a folder of a folder."""
    project = tmp_path / "project"
    (project / "svc" / "a").mkdir(parents=True)
    (project / ".git").mkdir()
    (project / "svc" / "a" / "spec.yaml").write_text(BAD)
    return project


def paths(form: str, *arguments: str, cwd: Path) -> set[str]:
    """The paths that a report has, as a server reads them."""
    out = run("check", "--quiet", "--format", form, *arguments, cwd=cwd).stdout
    if form == "github":
        return {line.partition("file=")[2].partition(",")[0] for line in out.splitlines()}
    if form == "gitlab":
        return {issue["location"]["path"] for issue in json.loads(out)}
    if form == "sarif":
        return {unquote(place["uri"]) for place in _places(json.loads(out))}
    root = ElementTree.fromstring(out)
    names = {element.get("name") or "" for element in root}
    if form == "junit":
        assert {case.get("classname") for case in root.iter("testcase")} == names
    return names


def _places(node: object) -> list[dict[str, str]]:
    """The locations of artifacts anywhere in a SARIF log."""
    if isinstance(node, dict):
        return [node] if "uri" in node else [place for value in node.values() for place in _places(value)]
    return [place for item in node for place in _places(item)] if isinstance(node, list) else []


@pytest.mark.once
@pytest.mark.parametrize("form", SERVERS)
def test_paths_of_the_repository(form: str, project: Path) -> None:
    """The working directory and the way of typing change nothing in what servers get."""
    (project / "other").mkdir()
    for cwd, typed in [
        (project, "."),
        (project, "svc/a/spec.yaml"),
        (project / "svc" / "a", "."),
        (project / "svc" / "a", "./spec.yaml"),
        (project / "other", "../svc"),
        (project / "other", str(project / "svc" / "a" / "spec.yaml")),
        (project.parent, "project/svc/a"),
        (Path("/"), str(project)),
    ]:
        assert paths(form, typed, cwd=cwd) == {"svc/a/spec.yaml"}, (cwd, typed)


def test_place_in_junit(project: Path) -> None:
    """The text of a failed test begins with the place, its path from the top of the repository too."""
    root = ElementTree.fromstring(run("check", "--format", "junit", cwd=project / "svc").stdout)
    (failure,) = root.iter("failure")
    assert (failure.text or "").startswith("svc/a/spec.yaml:3:")


def test_paths_as_typed(project: Path) -> None:
    """What people, editors and programs read names a file as they did."""
    cwd = project / "svc"
    for typed, shown in [("a", "a/spec.yaml"), ("./a/spec.yaml", "a/spec.yaml"), ("../svc/a", "../svc/a/spec.yaml")]:
        assert run("check", "--format", "line", typed, cwd=cwd).stdout.startswith(f"{shown}:3:"), typed
        assert run("check", "--format", "text", typed, cwd=cwd).stdout.startswith(shown), typed
        assert f"| `{shown}:3:" in run("check", "--format", "markdown", typed, cwd=cwd).stdout, typed
        (found,) = json.loads(run("check", "--format", "json", typed, cwd=cwd).stdout)["diagnostics"]
        assert found["path"] == shown


@pytest.mark.parametrize("form", SERVERS)
def test_paths_without_a_repository(form: str, project: Path) -> None:
    """Paths are told from the working directory; what is not below that has its whole path."""
    (project / ".git").rmdir()
    assert paths(form, "svc", cwd=project) == {"svc/a/spec.yaml"}
    whole = str(project / "svc" / "a" / "spec.yaml")
    (project / "other").mkdir()
    for typed in ("../svc", whole):
        wanted = f"file://{whole}" if form == "sarif" else whole
        assert paths(form, typed, cwd=project / "other") == {wanted}


@pytest.mark.parametrize("form", SERVERS)
def test_each_file_has_its_own_repository(form: str, project: Path) -> None:
    """A file of another repository is told from the top of that one."""
    other = project.parent / "other"
    (other / ".git").mkdir(parents=True)
    (other / "api.yaml").write_text(BAD)
    assert paths(form, ".", "../other", cwd=project) == {"svc/a/spec.yaml", "api.yaml"}


def test_fingerprints_do_not_depend_on_the_working_directory(project: Path) -> None:
    """A finding is the same one for a server wherever the job runs."""
    for form, key in (("gitlab", "fingerprint"), ("sarif", "partialFingerprints")):
        outputs = [run("check", "--format", form, ".", cwd=cwd).stdout for cwd in (project, project / "svc" / "a")]
        first, second = ([line for line in out.splitlines() if f'"{key}"' in line] for out in outputs)
        assert first == second and len(first) == 1


def test_submodule_and_worktree(tmp_path: Path) -> None:
    """Servers check out a submodule as a part of the repository around it, and a worktree by itself."""
    git, env = require("git"), environment(tmp_path)

    def make(*arguments: str, cwd: Path) -> None:
        author = ["-c", "user.name=n", "-c", "user.email=e@example.com", "-c", "protocol.file.allow=always"]
        subprocess.run([git, *author, *arguments], cwd=cwd, env=env, check=True, capture_output=True)

    part, whole = tmp_path / "part", tmp_path / "whole"
    for folder in (part, whole):
        folder.mkdir()
        make("init", "-q", cwd=folder)
    (part / "spec.yaml").write_text(BAD)
    make("add", ".", cwd=part)
    make("commit", "-qm", "one", cwd=part)
    make("submodule", "add", "../part", "vendored/part", cwd=whole)
    make("worktree", "add", str(whole / "trees" / "one"), cwd=part)
    for cwd in (whole, whole / "vendored" / "part"):
        typed = str(whole / "vendored")
        assert paths("github", typed, cwd=cwd) == {"vendored/part/spec.yaml"}
    assert paths("github", "trees", cwd=whole) == {"spec.yaml"}


def test_standard_input(project: Path) -> None:
    """Standard input has the path of its name; without one it has no place in the repository."""
    for name, wanted in (("a/new.yaml", "svc/a/new.yaml"), ("../top.yaml", "top.yaml"), (None, "<stdin>")):
        named = ["--stdin-filename", name] if name else []
        done = run("check", "-", "--format", "github", *named, cwd=project / "svc", stdin=BAD.encode())
        assert done.stdout.startswith(f"::error file={wanted},line=3,"), name


def test_names_that_are_no_text(tmp_path: Path) -> None:
    """Tabs, line breaks and bytes that are not UTF-8 in a name arrive wherever the format can hold them."""
    if os.name != "posix":
        pytest.skip("such names are for POSIX")
    (tmp_path / "a\tb\nc.yaml").write_text(BAD)
    for form in ("sarif", "gitlab", "checkstyle", "junit"):
        assert paths(form, ".", cwd=tmp_path) == {"a\tb\nc.yaml"}, form
    assert "file=a\tb%0Ac.yaml,line=3," in run("check", "--format", "github", cwd=tmp_path).stdout
    (tmp_path / "a\tb\nc.yaml").unlink()

    name = os.fsdecode(b"n\xff.yaml")
    (tmp_path / name).write_text(BAD)
    for form in ("gitlab", "checkstyle", "junit", "github"):
        assert paths(form, ".", cwd=tmp_path) >= {r"n\xff.yaml"}, form
    assert '"uri": "n%FF.yaml"' in run("check", "--format", "sarif", cwd=tmp_path).stdout
    assert run("fix", "--unsafe", name, cwd=tmp_path).returncode == 0
    assert run("check", "--quiet", cwd=tmp_path).stdout == ""


def test_subfolder_case(tmp_path: Path) -> None:
    """The shared case: each report names the file from the top of the repository."""
    case = SHARED / "cases" / "subfolder.sh"
    if not case.exists():
        pytest.skip(f"{case} is not here")
    env = environment(tmp_path, TMPDIR=str(tmp_path))
    done = subprocess.run([require("bash"), str(case)], env=env, capture_output=True, text=True, check=False)
    assert done.stdout.splitlines() == ["svc/a/spec.yaml"] * 5
