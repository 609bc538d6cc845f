"""The lines for shell completion in docs/command-line.md, in the shells themselves."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from apigw_lint.rules import RULES
from tests.blocks import block
from tests.clients import environment, require, run

Complete = Callable[..., list[str]]

BASH = """
COMP_WORDS=("$@")
COMP_CWORD=$(($# - 1))
$(complete -p apigw-lint | sed 's/.* -F \\([^ ]*\\) .*/\\1/') apigw-lint
printf '%s\\n' "${COMPREPLY[@]}"
"""
FISH = """
complete --do-complete "$argv" | string replace --regex '\\t.*' ''
true
"""
# The line editor is not there; what would be told to it is printed.
ZSH = """
_describe() { print -l -- ${${(P)3}%%:*} }
compadd() { print -l -- ${(P)5} }
words=("$@")
CURRENT=$#
$_comps[apigw-lint]
"""


@pytest.fixture(params=["bash", "zsh", "fish"])
def complete(request: pytest.FixtureRequest, tmp_path: Path) -> Complete:
    """What a shell makes of the words of a line, the last one unfinished."""
    name = request.param
    shell, env = require(name), environment(tmp_path)
    line = block("docs/command-line.md", "Shell completion", name)

    def completed(*words: str) -> list[str]:
        if name == "bash":
            command = [shell, "--norc", "--noprofile", "-c", line + BASH, "bash", *words]
        elif name == "zsh":
            command = [shell, "-f", "-c", f"autoload -U compinit; compinit -u\n{line}{ZSH}", "zsh", *words]
        else:
            command = [shell, "--no-config", "-c", line + FISH, " ".join(words)]
        return sorted(run(command, cwd=tmp_path, env=env).stdout.split())

    return completed


def test_options_and_rules(complete: Complete) -> None:
    """Options, commands and names of rules are completed."""
    assert complete("apigw-lint", "ex") == ["explain"]
    assert complete("apigw-lint", "check", "--dis") == ["--disable"]
    names = sorted(name for name in RULES if name.startswith("unu"))
    assert len(names) > 2
    assert complete("apigw-lint", "check", "--disable", "unu") == names
    assert complete("apigw-lint", "explain", "unu") == names
    assert complete("apigw-lint", "check", "--fail-level", "w") == ["warning"]
