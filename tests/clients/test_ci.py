"""The jobs for CI servers in docs/ci.md: their steps, run as the servers run them."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
import yaml

from tests.blocks import block
from tests.clients import ADDRESS, REVISION, add_command, environment, require, run
from tests.repositories import commit, git, isolate, repository, shallow_clone
from tests.support import GOOD, OTHER, WARNING

INSTALL = f"install --quiet git+{ADDRESS}@{REVISION}\n"


class Server:
    """A folder with a project, in which installing does nothing."""

    def __init__(self, folder: Path, text: str, working_directory: str = ".") -> None:
        self.bash = require("bash")
        self.folder = folder / "project" / working_directory
        self.folder.mkdir(parents=True)
        (self.folder / "gateway.yaml").write_text(text)
        (self.folder / "other.yaml").write_text(OTHER)
        self.env = environment(folder, CI="true")
        self.installed = folder / "installed"
        add_command(folder / "commands", "pip", f'echo "$*" >> "{self.installed}"')
        self.output = ""

    def code(self, *options: str) -> int:
        """The exit code of bash, whose output is kept."""
        done = run([self.bash, *options], cwd=self.folder, env=self.env, check=False)
        self.output = done.stdout
        return done.returncode

    def report(self, name: str) -> str:
        """The text of a report."""
        assert self.installed.read_text() == INSTALL
        return (self.folder / name).read_text("utf-8")


@pytest.fixture(params=[(GOOD, 0), (WARNING, 1)], ids=["clean", "warning"])
def case(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Server, int]:
    """A server with a project, and how many findings that has."""
    text, number = request.param
    return Server(tmp_path, text), number


def load(heading: str) -> Any:
    """The only YAML block below a heading."""
    return yaml.load(block("docs/ci.md", heading, "yaml"), yaml.BaseLoader)


def run_workflow(server: Server, steps: list[dict[str, Any]]) -> list[int]:
    """The exit codes of the steps that are scripts."""
    server.env["GITHUB_ACTIONS"] = "true"
    script = server.folder.parent / "step.sh"
    codes = []
    for step in steps:
        if "run" in step:
            script.write_text(step["run"])
            codes.append(server.code("-e", str(script)))
    return codes


@pytest.mark.parametrize("heading", ["GitHub Actions", "Only what is new"])
def test_workflow_auditor(heading: str, tmp_path: Path) -> None:
    """A workflow auditor finds nothing in the workflows, whose actions are pinned to commits."""
    auditor = require("zizmor")
    workflow = tmp_path / ".github" / "workflows" / "apigw-lint.yml"
    workflow.parent.mkdir(parents=True)
    text = block("docs/ci.md", heading, "yaml")
    workflow.write_text(text.replace(ADDRESS, "https://example.com/apigw-lint").replace(REVISION, "v1.0.0"))
    run([auditor, "--offline", "--no-progress", str(workflow)], cwd=tmp_path, env=environment(tmp_path))
    workflow.write_text(text.replace("persist-credentials: false", "fetch-depth: 1"))
    done = run(
        [auditor, "--offline", "--no-progress", str(workflow)], cwd=tmp_path, env=environment(tmp_path), check=False
    )
    assert done.returncode > 10
    assert "artipacked" in done.stdout


def test_github(case: tuple[Server, int]) -> None:
    """The workflow annotates and fails from a warning on, and uploads the report in both cases."""
    server, number = case
    workflow = load("GitHub Actions")
    assert set(workflow["on"]) == {"push", "pull_request"}
    assert workflow["permissions"] == {"contents": "read", "actions": "read", "security-events": "write"}
    steps = workflow["jobs"]["apigw-lint"]["steps"]
    assert run_workflow(server, steps) == [0, number]
    assert server.output.count("::warning file=gateway.yaml,line=1,") == number

    upload = steps[-1]
    assert upload["uses"].partition("@")[0] == "github/codeql-action/upload-sarif"
    assert upload["if"] == "${{ !cancelled() }}"
    (sarif,) = json.loads(server.report(upload["with"]["sarif_file"]))["runs"]
    assert len(sarif["results"]) == number


def test_what_a_pull_request_changes(tmp_path: Path) -> None:
    """The step writes the changes since the branch left its base into the job's summary, and fails for an error."""
    (step,) = load("What a pull request changes")["steps"]
    text = GOOD.replace("paths:", "paths: {/b: {get: {x-yc-apigateway-integration: {type: swagger}}}}\n#")
    server = Server(tmp_path, GOOD)
    summary = tmp_path / "summary.md"
    server.env |= {"GITHUB_STEP_SUMMARY": str(summary), "BASE": "main"}
    identity = ("-c", "user.name=a", "-c", "user.email=a@example.org")
    git = require("git")
    for command in (
        ("init", "--quiet", "--initial-branch=main"),
        ("add", "--all"),
        (*identity, "commit", "--quiet", "--message=base"),
        ("update-ref", "refs/remotes/origin/main", "HEAD"),
    ):
        run([git, *command], cwd=server.folder, env=server.env)
    assert run_workflow(server, [step]) == [0]
    sentence = "`gateway.yaml` compared with `origin/main...:gateway.yaml`, no changes for callers or for safety."
    assert summary.read_text() == f"## apigw-lint diff: no changes\n\n{sentence}\n"
    (server.folder / "gateway.yaml").write_text(text)
    assert run_workflow(server, [step]) == [1]
    assert "::error file=gateway.yaml,line=3," in server.output
    assert "| operation-removed |" in summary.read_text()


def test_gitlab(case: tuple[Server, int]) -> None:
    """The job prints findings, fails from a warning on, and leaves a code quality report in both cases."""
    server, number = case
    job = load("GitLab")["apigw-lint"]
    assert server.code("-eo", "pipefail", "-c", "\n".join(job["script"])) == number
    assert server.output.count("[not-openapi-3-0]") == number
    assert job["artifacts"]["when"] == "always"
    report = json.loads(server.report(job["artifacts"]["reports"]["codequality"]))
    assert [one["location"]["path"] for one in report] == ["gateway.yaml"] * number


def test_plain_shell(case: tuple[Server, int]) -> None:
    """The script prints findings, fails from a warning on, and leaves a JUnit report in both cases."""
    server, number = case
    assert server.code("-c", block("docs/ci.md", "Any other server", "sh")) == number
    assert server.output.count("[not-openapi-3-0]") == number
    report = ElementTree.fromstring(server.report("apigw-lint.xml"))
    assert len(list(report.iter("failure"))) == number


@pytest.fixture
def pull_request(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository whose main branch has a warning, and a branch with one more, merged as a server merges it."""
    isolate(monkeypatch)
    origin = repository(tmp_path / "origin", gateway__yaml=WARNING, other__yaml=OTHER)
    git(origin, "switch", "--quiet", "--create", "feature")
    commit(origin, {"new.yaml": WARNING})
    git(origin, "switch", "--quiet", "main")
    commit(origin, {"later.yaml": WARNING})
    git(origin, "switch", "--quiet", "--create", "merged")
    git(origin, "merge", "--quiet", "--no-edit", "feature")
    return origin


@pytest.mark.parametrize("is_new", [False, True])
def test_only_new_on_github(is_new: bool, pull_request: Path, tmp_path: Path) -> None:
    """The workflow for pull requests annotates and fails for what the branch brings, at the depth that it fetches."""
    if not is_new:
        git(pull_request, "switch", "--quiet", "--create", "harmless", "main")
        git(pull_request, "commit", "--quiet", "--allow-empty", "-m", "harmless")
    steps = load("Only what is new")["jobs"]["apigw-lint"]["steps"]
    server = Server(tmp_path, WARNING)
    shutil.rmtree(server.folder)
    depth, branch = steps[0]["with"]["fetch-depth"], "merged" if is_new else "harmless"
    clone = ["clone", "--quiet", "--depth", depth, "--branch", branch, pull_request.as_uri(), str(server.folder)]
    git(tmp_path, *clone)
    assert run_workflow(server, steps) == [0, int(is_new)]
    assert re.findall("::warning file=([^,]+)", server.output) == ["new.yaml"] * is_new


def test_only_new_on_other_servers(pull_request: Path, tmp_path: Path) -> None:
    """The script fetches the main branch into a shallow clone, and shows what it does not have."""
    server = Server(tmp_path, WARNING)
    shutil.rmtree(server.folder)
    shallow_clone(pull_request, server.folder, "merged")
    script = block("docs/ci.md", "Only what is new", "sh")
    assert server.code("-c", script) == 1
    assert re.findall(r"(?m)^(\S+\.yaml):\d", server.output) == ["new.yaml"]


def test_job_in_a_subfolder(tmp_path: Path) -> None:
    """With a working directory, annotations and reports name the file from the top of the repository all the same."""
    server = Server(tmp_path, WARNING, "services/orders")
    (tmp_path / "project" / ".git").mkdir()
    name = "services/orders/gateway.yaml"
    steps = load("GitHub Actions")["jobs"]["apigw-lint"]["steps"]
    assert run_workflow(server, steps) == [0, 1]
    assert f"::warning file={name},line=1," in server.output
    (sarif,) = json.loads((server.folder / steps[-1]["with"]["sarif_file"]).read_text("utf-8"))["runs"]
    place = {"uri": name, "uriBaseId": "%SRCROOT%"}
    assert [one["location"] for one in sarif["artifacts"]] == [place]
    (result,) = sarif["results"]
    assert result["locations"][0]["physicalLocation"]["artifactLocation"] == place

    job = load("GitLab")["apigw-lint"]
    assert server.code("-eo", "pipefail", "-c", "\n".join(job["script"])) == 1
    assert server.output.startswith("gateway.yaml")
    report = json.loads((server.folder / job["artifacts"]["reports"]["codequality"]).read_text("utf-8"))
    assert [one["location"]["path"] for one in report] == [name]

    assert server.code("-c", block("docs/ci.md", "Any other server", "sh")) == 1
    suites = ElementTree.parse(server.folder / "apigw-lint.xml").getroot()
    assert [suite.get("name") for suite in suites] == [name]


@pytest.mark.parametrize(
    ("heading", "scripts"),
    [
        ("GitHub Actions", lambda job: [step["run"] for step in job["jobs"]["apigw-lint"]["steps"] if "run" in step]),
        ("GitLab", lambda job: job["apigw-lint"]["script"]),
    ],
)
def test_failed_installation(heading: str, scripts: Callable[[Any], list[str]], tmp_path: Path) -> None:
    """A job whose installation fails does not pass."""
    server = Server(tmp_path, GOOD)
    add_command(tmp_path / "commands", "pip", "exit 1")
    assert server.code("-e", "-c", "\n".join(scripts(load(heading)))) == 1
    assert list(server.folder.glob("*.json")) == list(server.folder.glob("*.sarif")) == []
