"""Runs the command `trace` and reads what it says."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any, NamedTuple

from click.testing import CliRunner

from apigw_lint.cli.commands import commands
from tests.support import header


class Traced(NamedTuple):
    """What the command printed as JSON, and its exit code."""

    exit_code: int
    outcome: str
    steps: list[dict[str, Any]]

    def named(self, *names: str) -> list[tuple[str, str]]:
        """The status and message of the steps of some names."""
        return [(step["status"], step["message"]) for step in self.steps if step["step"] in names]

    def messages(self, *names: str) -> list[str]:
        """The messages of the steps of some names."""
        return [message for _, message in self.named(*names)]

    def details(self, name: str) -> dict[str, str]:
        """The details of the first step of a name that has some."""
        found = [step["details"] for step in self.steps if step["step"] == name and step["details"]]
        return {one["name"]: one["value"] for one in found[0]} if found else {}


def traced(body: str, method: str, url: str, *options: str) -> Traced:
    """A trace in a specification, of which `openapi` and `info` are left out."""
    with tempfile.TemporaryDirectory() as folder:
        spec = Path(folder) / "spec.yaml"
        spec.write_bytes(header(body).encode())
        done = CliRunner().invoke(commands, ["trace", method, url, str(spec), "--format", "json", *options])
    content = json.loads(done.stdout)
    assert done.exit_code == (0 if content["outcome"] == "answered" else 1), done.output
    return Traced(done.exit_code, content["outcome"], content["steps"])


def operation(integration: str, more: str = "") -> str:
    """A path item with a GET operation that has an integration, in YAML's flow style."""
    return f"{{get: {{{more}{', ' if more else ''}x-yc-apigateway-integration: {integration}}}}}"


DUMMY = "{type: dummy, http_code: 200}"
