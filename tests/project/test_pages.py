"""What the README and the pages in docs/ say is true: their blocks run, their tables are those of the command."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from apigw_lint import Config, lint
from apigw_lint.cli.commands import commands
from apigw_lint.configfile import load_config_file
from apigw_lint.diagnostic import Consequence, Severity
from apigw_lint.gateway.spec import Spec
from apigw_lint.recognition import TEMPLATE_SUFFIXES
from apigw_lint.rules import Rule
from apigw_lint.source.parse import parse
from apigw_lint.source.text import STYLES, Source
from tests import blocks
from tests.blocks import PAGES, Block
from tests.conftest import FIXTURES, ROOT
from tests.support import examples, header, lines
from tools import transcripts

WRITTEN = [page for page in PAGES if page.parent.name != "rules"]
"""The pages that are written by hand; the examples of the rules are held by test_rules."""

HELD_ELSEWHERE = {
    ("docs/ci.md", "pre-commit", "sh"): "clients/test_pre_commit",
    ("docs/ci.md", "GitHub Actions", "yaml"): "clients/test_ci",
    ("docs/ci.md", "What a pull request changes", "yaml"): "clients/test_ci",
    ("docs/ci.md", "Only what is new", "yaml"): "clients/test_ci",
    ("docs/ci.md", "Only what is new", "sh"): "clients/test_ci",
    ("docs/ci.md", "GitLab", "yaml"): "clients/test_ci",
    ("docs/ci.md", "Any other server", "sh"): "clients/test_ci",
    ("docs/editors.md", "Completion from JSON Schemas", "json"): "clients/test_editor_schema",
    ("docs/editors.md", "Completion from JSON Schemas", "yaml"): "clients/test_editor_schema",
    ("docs/editors.md", "Neovim", "lua"): "clients/test_neovim",
    ("docs/editors.md", "Neovim", "vim"): "clients/test_neovim",
    ("docs/editors.md", "VS Code", "json"): "clients/test_vscode",
    ("docs/editors.md", "VS Code", "sh"): "clients/test_vscode_extension",
    ("docs/command-line.md", "Shell completion", "bash"): "clients/test_completion",
    ("docs/command-line.md", "Shell completion", "zsh"): "clients/test_completion",
    ("docs/command-line.md", "Shell completion", "fish"): "clients/test_completion",
}
"""Blocks by page, heading and language that a real client runs, and the test that does it."""

BLOCKS = [found for page in WRITTEN for found in blocks.blocks(page) if found[:3] not in HELD_ELSEWHERE]
PROGRAMS = {"apigw-lint", "cat", "git", "pip", "pipx", "pytest", "python", "python3", "ruff", "mypy", "sh"}
OTHER_OPTIONS = {"--help", "--update"}
"""Options that pages name and that are not declared by a command: click's, and one of this project's pytest."""


def of(*languages: str) -> pytest.MarkDecorator:
    """Runs a test on every block of some languages."""
    chosen = [found for found in BLOCKS if found.language in languages]
    names = [f"{found.page}-{found.heading}" for found in chosen]
    return pytest.mark.parametrize("found", chosen, ids=names)


def test_every_block_is_held() -> None:
    """Each block is in a language that a test here checks, or a client runs it; none of those is gone."""
    assert {found.language for found in BLOCKS} <= {"console", "sh", "yaml", "python", "text"}
    assert {found.page for found in BLOCKS if found.language in ("python", "text")} == {
        "docs/python.md",
        "CONTRIBUTING.md",
    }
    everything = {found[:3] for page in WRITTEN for found in blocks.blocks(page)}
    assert set(HELD_ELSEWHERE) <= everything


@of("console")
def test_console(found: Block) -> None:
    """A block of output begins with the command, so that test_docs compares it with what the command prints."""
    assert transcripts.PATTERN.match(f"```console\n{found.text}```")


@of("yaml")
def test_yaml(found: Block) -> None:
    """A block of YAML is a configuration that loads, or a spec without errors, or nothing but comments."""
    content = yaml.safe_load(found.text)
    if content is None:
        assert found.text.startswith("#")
    elif "paths" in content:
        spec = found.text if "openapi" in content else header(found.text)
        assert not [one for one in lint("spec.yaml", spec).found if one.severity is Severity.ERROR], found.text
    else:
        assert set(content) <= set(_config_keys())


@of("yaml")
def test_configuration(found: Block, tmp_path: Path) -> None:
    """Each configuration that a page shows can be used."""
    if set(yaml.safe_load(found.text) or {}) <= set(_config_keys()):
        (tmp_path / ".apigw-lint.yaml").write_text(found.text)
        load_config_file(str(tmp_path / ".apigw-lint.yaml"))


def _config_keys() -> list[str]:
    schema = json.loads((ROOT / "schemas" / "config.json").read_text("utf-8"))
    return list(schema["properties"])


def _commands(text: str) -> Iterator[list[str]]:
    """The simple commands of a script, their words; comments and redirections are left out."""
    for line in text.splitlines():
        words = shlex.shlex(line, posix=True, punctuation_chars="|&;")
        words.whitespace_split = True
        command: list[str] = []
        for word in words:
            if set(word) <= set("|&;"):
                yield command
                command = []
            else:
                command.append(word)
        if command:
            yield command


@of("sh")
def test_shell(found: Block) -> None:
    """A block of shell has commands that exist: ours with its options, modules of Python, files of this checkout."""
    assert list(_commands(found.text))
    for program, *arguments in _commands(found.text):
        name = program.rpartition("/")[2]
        assert name in PROGRAMS, program
        if name == "apigw-lint":
            _accepted(arguments)
        if arguments[:1] == ["-m"]:
            assert find_spec(arguments[1]), arguments
        for argument in arguments:
            if argument.startswith(("fixtures/", "tests/", "tools/")):
                assert (ROOT / argument).exists(), argument


def _accepted(arguments: list[str]) -> None:
    """Fails when the command would refuse these arguments."""
    name, *rest = arguments
    if name in commands.commands:
        commands.commands[name].make_context(name, [word for word in rest if word != "--help"])
    else:
        assert arguments in (["--help"], ["--version"])


def test_options_in_prose() -> None:
    """Each option that a page names in its prose exists."""
    ours = {name for command in commands.commands.values() for one in command.params for name in one.opts}
    for page in WRITTEN:
        code = re.findall(r"`([^`\n]+)`", blocks.prose(page))
        named = {option for span in code for option in re.findall(r"(?<!\S)--[a-z-]+", span)}
        assert named <= ours | OTHER_OPTIONS, page


def test_python(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """The Python blocks of a page run one after the other, and print what the page says."""
    monkeypatch.chdir(FIXTURES / "docs")
    names: dict[str, Any] = {}
    runs = [found for found in BLOCKS if found.page == "docs/python.md"]
    assert [found.language for found in runs] == ["python", "text"] * 2
    for found in runs:
        if found.language == "python":
            exec(compile(found.text, found.page, "exec"), names)
        else:
            assert capsys.readouterr().out == found.text


def test_example_of_a_rule() -> None:
    """The rule in CONTRIBUTING.md is a rule: it finds its bad example and passes its good one."""
    names: dict[str, Any] = {"__name__": "apigw_lint.rules.document"}
    code = blocks.block("CONTRIBUTING.md", "Add a rule", "python")
    exec(compile(code, "CONTRIBUTING.md", "exec", dont_inherit=True), names)
    made = names["missing_summary"]
    assert isinstance(made, Rule)
    assert made.check is not None
    assert re.findall(r"-k (\S+) --update", blocks.prose("CONTRIBUTING.md")) == [made.name]
    found = {example.is_good: list(made.check(_spec(example.spec))) for example in examples(made)}
    assert len(found[False]) == 1
    assert found[True] == []


def _spec(text: str) -> Spec:
    return Spec(parse(Source("spec.yaml", text)))


def test_links() -> None:
    """Each link between pages leads to a file of the checkout, and to a heading in it."""
    for page in PAGES:
        for target in re.findall(r"\]\((?!https?:)([^)]+)\)", blocks.prose(page)):
            name, _, anchor = target.partition("#")
            path = (page.parent / name).resolve() if name else page
            assert path.exists(), f"{page}: {target}"
            assert not anchor or anchor in blocks.anchors(path), f"{page}: {target}"


def test_every_page_is_reached() -> None:
    """The README leads to each page, directly or through others."""
    reached, waiting = set(), [ROOT / "README.md"]
    while waiting:
        page = waiting.pop()
        if page not in reached:
            reached.add(page)
            links = re.findall(r"\]\((?!https?:)([^)#]+)", blocks.prose(page))
            waiting += [path for link in links if (path := (page.parent / link).resolve()).suffix == ".md"]
    assert set(PAGES) <= reached


def _written_options(heading: str) -> list[str]:
    cells = blocks.cells("docs/command-line.md", heading, "option")
    return sorted(re.findall(r"`(--[a-z-]+)", "".join(cells)))


@pytest.mark.parametrize("name", ["check", "fix", "trace"])
def test_options(name: str) -> None:
    """Every option is in the table of its command, and no other is made up."""
    options = {option for one in commands.commands[name].params for option in one.opts if option.startswith("--")}
    assert _written_options(f"apigw-lint {name}") == sorted(options)


def test_formats() -> None:
    """Every format is in the table, and no other is made up."""
    (option,) = [one for one in commands.commands["check"].params if one.name == "formats"]
    formats = [item.value for item in option.shell_complete(click.Context(commands.commands["check"]), "")]
    written = " ".join(blocks.cells("docs/command-line.md", "Report formats", "format"))
    assert re.findall(r"`([a-z]+)`", written) == formats


def test_severities_and_consequences() -> None:
    """Every severity and consequence is explained, the worst first."""
    page, heading = "docs/command-line.md", "Severity and consequence"
    assert [cell.strip("`") for cell in blocks.cells(page, heading, "severity")] == list(Severity)
    assert [cell.strip("*") for cell in blocks.cells(page, heading, "consequence")] == list(Consequence)
    meanings = [f"| *{consequence}* | {consequence.meaning} |" for consequence in Consequence]
    assert "\n".join(meanings) in (ROOT / page).read_text("utf-8")


def test_keys_of_the_configuration() -> None:
    """Every key of the configuration is in the table and in the example, and no other is made up."""
    keys = sorted(_config_keys())
    assert sorted(cell.strip("`") for cell in blocks.cells("docs/configuration.md", "Configuration", "key")) == keys
    assert sorted(yaml.safe_load(blocks.block("docs/configuration.md", "Configuration", "yaml"))) == keys


def test_template_languages() -> None:
    """Every template language is in the table, and every suffix of templates is named."""
    page = "docs/terraform-and-templates.md"
    assert sorted(cell.strip("`") for cell in blocks.cells(page, "Templates", "language")) == sorted(STYLES)
    suffixes = re.findall(r"`(\.[a-z0-9.]+)`", blocks.section(page, "Templates").partition("So are")[0])
    assert sorted(suffixes) == sorted(TEMPLATE_SUFFIXES)


def test_placeholders() -> None:
    """What the page calls filled in later is never reported, and what it calls forgotten is reported once each."""
    later, forgotten = [found.text for found in BLOCKS if (found.heading, found.language) == ("Placeholders", "yaml")]
    assert lines(lint("spec.yaml", header(later), Config()).found) == ""
    reported = [one.rule for one in lint("spec.yaml", header(forgotten)).found]
    assert reported == ["leftover-placeholder"] * 6
