"""The task for VS Code in docs/editors.md: Node runs its regular expression, as VS Code does."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from apigw_lint.formats.printable import printable
from tests.blocks import block
from tests.clients import environment, findings, require, run
from tests.conftest import FIXTURES, ROOT
from tests.support import BAD

# What VS Code's matcher does with a pattern of one line: problemMatcher.ts, SingleLineMatcher.
pytestmark = pytest.mark.once
MATCHER = """
const {pattern, output} = JSON.parse(require("fs").readFileSync(0, "utf-8"));
const {regexp, ...groups} = pattern;
const expression = new RegExp(regexp);
const match = line => {
  const found = expression.exec(line);
  return found && Object.fromEntries(Object.entries(groups).map(([name, group]) => [name, found[group]]));
};
console.log(JSON.stringify(output.split(/\\r?\\n/).slice(0, -1).map(match)));
"""


def task() -> Any:
    """The task in docs/editors.md."""
    tasks = json.loads(block("docs/editors.md", "VS Code", "json"))
    assert tasks["version"] == "2.0.0"
    (found,) = tasks["tasks"]
    return found


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """A folder with bad specifications of every kind, in files and folders with odd names."""
    folder = tmp_path / "work space"
    shutil.copytree(FIXTURES / "rules", folder / "правила")
    for name in ("a b.yaml", "спецификация.yaml", "[odd] (1).yaml", "with-1:2-3.yaml"):
        (folder / name).write_text(BAD)
    return folder


def test_every_finding_is_matched(workspace: Path, tmp_path: Path) -> None:
    """Each line of the output is one problem, and each part of it is what the JSON report says."""
    node, env = require("node"), environment(tmp_path)
    command, matcher = task(), task()["problemMatcher"]
    assert (command["command"], command["args"]) == ("apigw-lint", ["check", "--format", "line"])
    done = run([command["command"], *command["args"]], cwd=workspace, env=env, check=False)
    data = json.dumps({"pattern": matcher["pattern"], "output": done.stdout})
    matched = run([node, "-e", MATCHER], cwd=tmp_path, env=env, stdin=data).stdout
    expected = [
        {
            "file": one["path"],
            **{name: str(one[name]) for name in ("line", "column", "endLine", "endColumn")},
            "severity": one["severity"],
            "message": printable(one["message"]),
            "code": one["rule"],
        }
        for one in findings(cwd=workspace, env=env)
    ]
    assert json.loads(matched) == expected
    assert len({one["code"] for one in expected}) > 30
    assert {one["severity"] for one in expected} == {"error", "warning", "info"}
    assert {"a b.yaml", "with-1:2-3.yaml"} < {one["file"] for one in expected}


def test_matcher_of_the_extension() -> None:
    """The extension brings the matcher of the page under the name `apigw-lint`."""
    manifest = json.loads((ROOT / "editors" / "vscode" / "package.json").read_text("utf-8"))
    (matcher,) = manifest["contributes"]["problemMatchers"]
    assert matcher == {"name": "apigw-lint", "label": "apigw-lint", **task()["problemMatcher"]}


def test_columns_are_those_of_the_editor(tmp_path: Path) -> None:
    """In the editor's columns the right text is underlined behind Cyrillic, and one to the left behind an emoji."""
    node, env = require("node"), environment(tmp_path)
    script = "const [line, from, to] = process.argv.slice(1); console.log(line.slice(from - 1, to - 1))"
    for text, underlined in (("Привет", "dumy"), ("😀", " dum")):
        line = f'paths: {{/a: {{get: {{summary: "{text}", x-yc-apigateway-integration: {{type: dumy}}}}}}}}'
        (tmp_path / "spec.yaml").write_text(f"openapi: 3.0.0\ninfo: {{title: API, version: 1.0.0}}\n{line}\n", "utf-8")
        (one,) = findings("spec.yaml", cwd=tmp_path, env=env)
        shown = run([node, "-e", script, line, str(one["column"]), str(one["endColumn"])], cwd=tmp_path, env=env)
        assert shown.stdout == f"{underlined}\n"
