"""Helpers of the tests: fixtures and what is found in them."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import textwrap
from collections.abc import Sequence
from contextlib import chdir
from pathlib import Path
from typing import NamedTuple

from apigw_lint import Config, Diagnostic, Report, lint
from apigw_lint.configfile import Configs
from apigw_lint.formats import line
from apigw_lint.pages import EXAMPLE
from apigw_lint.rules import RULES, Rule
from apigw_lint.run import check_targets, targets
from tests.conftest import FIXTURES, ROOT

EVERYTHING = Config(enabled=frozenset(RULES))
RULE_FOLDERS = sorted(path for path in (FIXTURES / "rules").iterdir() if path.is_dir())
GOOD_FILES = [path for folder in RULE_FOLDERS for path in sorted(folder.glob("good*.yaml"))]
"""The clean specifications of the rules: `good.yaml`, and in each `good-<what>.yaml` another look-alike."""
SPECS = sorted(path for path in (FIXTURES / "specs").iterdir() if path.suffix in (".yaml", ".json"))


def read(path: Path) -> str:
    """The text of a fixture, line breaks as they are in the file."""
    return path.read_bytes().decode()


def found(text: str, name: str = "spec.yaml", config: Config | None = None) -> Sequence[Diagnostic]:
    """The findings in a text."""
    return lint(name, text, config or Config()).found


def found_in(path: Path, config: Config | None = None) -> Sequence[Diagnostic]:
    """The findings in a fixture, named by its path from the top of the repository."""
    return lint(path.relative_to(ROOT).as_posix(), read(path), config or Config()).found


def report_on(*paths: str | Path, config: Config | None = None) -> Report:
    """The report of a run over files and folders, their names relative to the working directory."""
    configs = Configs(is_ignored=True, changes=config or Config())
    return Report.merged(report for _, report in check_targets(targets(map(str, paths)), configs))


def report_in_root(path: Path, config: Config | None = None) -> Report:
    """The report of a run over a fixture, named by its path from the top of the repository."""
    with chdir(ROOT):
        return report_on(path.relative_to(ROOT), config=config)


def lines(diagnostics: Sequence[Diagnostic]) -> str:
    """The findings in the one-line format."""
    return "".join(f"{line.line(diagnostic)}\n" for diagnostic in diagnostics)


def config_for(rule: str) -> Config:
    """The default rules and this one, so that rules that are off by default run in their own tests."""
    return Config(enabled=frozenset({rule}))


def underlined(diagnostic: Diagnostic) -> str:
    """The text that a finding underlines."""
    return diagnostic.source.slice(diagnostic.span)


def header(body: str) -> str:
    """A whole document of what stands behind `info`."""
    return "openapi: 3.0.0\ninfo: {title: API, version: 1.0.0}\n" + body


class Example(NamedTuple):
    """An example of a rule's page: whether it is a good one, what is shown, and a whole specification of it."""

    is_good: bool
    text: str
    spec: str


def examples(rule: Rule) -> list[Example]:
    """The examples of a rule's page, in its order.

    Pages leave out `openapi` and `info`, and `paths` where nothing else stands beside it.
    """
    made = []
    for kind, body in EXAMPLE.findall(rule.doc + "\n"):
        text = textwrap.dedent(body).strip("\n") + "\n"
        whole = "paths:\n" + textwrap.indent(text, "  ") if text.startswith("/") else text
        made.append(Example(kind == "Good", text, whole if re.search("^(openapi|swagger)", whole) else header(whole)))
    return made


GOOD = header("paths: {/a: {get: {x-yc-apigateway-integration: {type: dummy, http_code: 200}}}}\n")
BAD = GOOD.replace("dummy", "dumy")
WARNING = GOOD.replace("3.0.0", "3.1.0")
OTHER = "services: {web: {image: nginx}}\n"


def run(
    *arguments: str, cwd: Path, stdin: bytes = b"", env: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Runs the command as a user would, in its own process."""
    command = [sys.executable, "-m", "apigw_lint", *arguments]
    whole = {**os.environ, **(env or {})}
    done = subprocess.run(command, cwd=cwd, input=stdin, capture_output=True, env=whole, check=False)
    return subprocess.CompletedProcess(command, done.returncode, done.stdout.decode(), done.stderr.decode())
