"""Specifications in Markdown are linted where they stand, and what documentation leaves out is never a mistake."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable
from itertools import takewhile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apigw_lint import lint
from apigw_lint.fix.text import FixOptions, fix_text
from apigw_lint.source.fences import blocks
from tests.conftest import FIXTURES
from tests.support import BAD, EVERYTHING, GOOD, lines, read, report_on, run, underlined

FORMS = sorted((FIXTURES / "markdown").glob("*.md"))
SAMPLE = random.Random(5)
README = f"# Title\n\n- Do this:\n\n  ```yaml\n{''.join(f'  {line}' for line in BAD.splitlines(True))}  ```\n\nEnd\n"


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.stem)
def test_form(path: Path, golden: Callable[[Path, str], None], monkeypatch: pytest.MonkeyPatch) -> None:
    """Each form gives what its golden file says, at the lines of the file."""
    monkeypatch.chdir(FIXTURES / "markdown")
    report = report_on(path.name)
    golden(path.with_suffix(".out"), lines(report.found) + "".join(f"checked {name}\n" for name in report.checked))


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.stem)
def test_windows_line_ends(path: Path) -> None:
    """CRLF changes no finding, and the same lines and columns are named."""
    text = read(path)
    assert lines(lint("a.md", text.replace("\n", "\r\n")).found) == lines(lint("a.md", text).found)


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.stem)
def test_prefixes(path: Path) -> None:
    """No beginning of a file crashes anything."""
    text = read(path)
    for end in SAMPLE.sample(range(len(text)), 40):
        assert "crash" not in {one.rule for one in lint("a.md", text[:end], EVERYTHING).found}


def block(info: str, body: str) -> str:
    """A fenced block."""
    return f"```{info}\n{body}```\n"


@pytest.mark.parametrize(
    "info",
    ["yaml", "yml", "YAML", "json", "{.yaml}", "{ .yaml .annotate }", 'yaml title="a"', "yaml{1,3}", " yaml", ""],
)
def test_languages(info: str) -> None:
    """A block in YAML or JSON is a document, whatever else its fence says, and so is a specification in no language."""
    assert [underlined(one) for one in lint("a.md", block(info, BAD)).found] == ["dumy"]


@pytest.mark.parametrize("info", ["text", "python", "diff", "console"])
def test_other_languages(info: str) -> None:
    """A block in another language is none."""
    assert lint("a.md", block(info, BAD)).skipped == [("a.md", "no fenced block in it is a gateway specification")]


def test_fragment_without_language() -> None:
    """What does not begin as a specification is none in a block without a language."""
    assert not lint("a.md", block("", BAD.partition("\n")[2])).checked


@pytest.mark.parametrize(
    "text",
    [
        f"<!--\n{block('yaml', BAD)}-->\n",
        f"````md\n{block('yaml', BAD)}````\n",
        f"~~~\n{block('yaml', BAD)}~~~\n",
        f"Use ``` here\n\n{BAD}",
    ],
    ids=["comment", "longer fence", "other fence", "inline"],
)
def test_no_block(text: str) -> None:
    """What is not shown as a block of its own is none."""
    assert not lint("a.md", text).checked


def test_fence_after_comment() -> None:
    """A comment ends where it says, and what looks like one in a line is none."""
    text = f"<!-- one -->\n\n<!--\ntwo -->\n\nWrite `<!--` there.\n\n{block('yaml', BAD)}"
    assert [underlined(one) for one in lint("a.md", text).found] == ["dumy"]


ELISIONS = ["...", "…", "# ...", "# the rest as above ...", "// ..."]


@pytest.mark.parametrize("elision", ELISIONS)
def test_elision_anywhere(elision: str) -> None:
    """A line that stands for what is left out adds no finding, wherever it is put and whatever entry it replaces."""
    text = read(FIXTURES / "rules" / "unknown-key" / "good.yaml").splitlines(keepends=True)
    before = lint("a.md", block("yaml", "".join(text))).found
    for at in range(1, len(text)):
        indent = text[at][: len(text[at]) - len(text[at].lstrip())]
        line = f"{indent}{elision}\n"
        after = lint("a.md", block("yaml", "".join((*text[:at], line, *text[at:])))).found
        assert {(one.rule, one.message) for one in after} <= {(one.rule, one.message) for one in before}, at
        entry = [text[at], *takewhile(re.compile(f"{indent} ").match, text[at + 1 :])]
        left = lint("a.md", block("yaml", "".join((*text[:at], line, *text[at + len(entry) :])))).found
        assert not [one for one in left if one.severity == "error"], at


def test_elided_values() -> None:
    """An elided value or entry is unknown, and what is written beside it is judged."""
    text = block("yaml", BAD.replace("type: dumy", "type: dumy, ...").replace("title: API", "title: ..., x: [...]"))
    assert [underlined(one) for one in lint("a.md", text).found if one.rule == "bad-value"] == ["dumy"]


def test_terraform_in_a_list() -> None:
    """A heredoc in a block is a part of a part, and has its place in the file."""
    body = "".join(f"    {line}" for line in GOOD.replace("dummy", "dumy").splitlines(keepends=True))
    resource = f'resource "yandex_api_gateway" "a" {{\n  spec = <<-EOT\n{body}  EOT\n}}\n'
    (finding,) = lint("a.md", f"# A\n\n{block('hcl', resource)}").found
    assert (underlined(finding), finding.source.position(finding.span.start).line) == ("dumy", 8)


def test_what_is_around_a_specification() -> None:
    """What is left out beside a heredoc, before or after it, is no part of it, and neither is what `merge` spreads."""
    heredoc = f"  spec = <<-EOT\n{BAD}EOT\n"
    forms = {
        "after": f'resource "yandex_api_gateway" "a" {{\n{heredoc}}}\n...\n',
        "before": f'...\nresource "yandex_api_gateway" "a" {{\n  # ...\n{heredoc}}}\n',
        "spread": 'resource "yandex_api_gateway" "a" {\n  spec = yamlencode(merge([for one in [1] : {\n'
        '    openapi = "3.0.0", info = { title = "A", version = "1" }\n'
        '    paths = { "/" = { get = { x-yc-apigateway-integration = { type = "dumy" } } } }\n  }]...))\n}\n',
    }
    for name, body in forms.items():
        assert "not-linted" not in {one.rule for one in lint("a.md", block("hcl", body)).found}, name
        if name != "spread":
            assert [underlined(one) for one in lint("a.md", block("hcl", body)).found] == ["dumy"], name
    script = f"yc ...\ncat > a.yaml <<'END'\n{BAD}END\n...\n"
    assert [underlined(one) for one in lint("a.md", block("sh", script)).found] == ["dumy"]
    inside = forms["after"].replace("paths:", "...\npaths:")
    assert [one.rule for one in lint("a.md", block("hcl", inside)).found] == ["not-linted"]


def test_paths_alone() -> None:
    """`paths` without the rest are an excerpt of a specification: what is in them is linted, and nothing is missing."""
    paths = BAD[BAD.index("paths:") :]
    for text in (paths, f"{paths}components: {{schemas: {{}}}}\n"):
        found = lint("a.md", block("yaml", text)).found
        assert [underlined(one) for one in found] == ["dumy"], text
    assert not lint("a.md", block("yaml", paths.replace("x-yc-apigateway", "x-other"))).found
    limits = "paths: {/a: {get: {x-yc-apigateway-rate-limit: {allRequest: {rps: 1}}}}}\n"
    found = lint("a.md", block("yaml", limits)).found
    assert {one.rule for one in found} == {"unknown-key", "deprecated-rate-limit"}
    report = lint("a.md", block("yaml", paths))
    assert [part for _, part in report.fragments] == ["paths"]


def test_placeholders_of_examples() -> None:
    """What a reader is to fill in is no warning, whatever language the block is in."""
    text = GOOD.replace("type: dummy, http_code: 200", "type: cloud_functions, function_id: <function_id>")
    resource = f'resource "yandex_api_gateway" "a" {{\n  spec = <<-EOT\n{text}EOT\n}}\n'
    for info, body in (("yaml", text), ("hcl", resource), ("sh", f"cat <<'END'\n{text}END\n")):
        found = [one for one in lint("a.md", block(info, body)).found if one.rule == "leftover-placeholder"]
        assert [(one.severity, underlined(one)) for one in found] == [("info", "<function_id>")], info


def test_fix_keeps_the_rest() -> None:
    """A fix changes the word that it is about, and no other byte."""
    for mark in ("", "\ufeff"):
        for end in ("\n", "\r\n"):
            text = mark + README.replace("\n", end)
            done = fix_text("README.md", text, EVERYTHING, FixOptions(unsafe=True, rules=frozenset({"bad-value"})))
            assert done.text == text.replace("dumy", "dummy")


def test_opting_in(tmp_path: Path) -> None:
    """In a folder Markdown and scripts are read if the configuration says so, and named files always."""
    (tmp_path / "README.md").write_text(README)
    (tmp_path / "a.sh").write_text(f"cat <<'END'\n{BAD}END\n")
    (tmp_path / "other.md").write_text("# Nothing\n")
    (tmp_path / "good.yaml").write_text(GOOD)
    assert run("check", "--list-files", ".", cwd=tmp_path).stdout == "good.yaml: YAML\n"
    named = run("check", "--list-files", "README.md", "a.sh", "other.md", cwd=tmp_path)
    assert named.stdout == "README.md: Markdown with 1 block (line 5)\na.sh: shell script with 1 heredoc\n"
    assert named.stderr == "skipped other.md: no fenced block in it is a gateway specification\n"
    (tmp_path / ".apigw-lint.yaml").write_text("markdown: true\nshell: true\n")
    done = run("check", ".", "--format", "line", cwd=tmp_path)
    assert [line.partition(":")[0] for line in done.stdout.splitlines()] == ["README.md", "a.sh"]
    assert done.stderr.startswith("3 files checked: 2 errors")
    shown = run("config", "README.md", cwd=tmp_path).stdout
    assert "markdown: true" in shown and "shell: true" in shown
    (tmp_path / ".apigw-lint.yaml").write_text("markdown: false\n")
    assert run("check", "--list-files", ".", cwd=tmp_path).stdout == "good.yaml: YAML\n"


def test_other_commands(tmp_path: Path) -> None:
    """Routes, traces and differences have those of a block, with its lines."""
    (tmp_path / "README.md").write_text(README.replace("dumy", "dummy"))
    (tmp_path / "new.md").write_text(README.replace("dumy", "dummy").replace("/a:", "/b:"))
    routes = json.loads(run("routes", "README.md", "--format", "json", cwd=tmp_path).stdout)
    assert [(route["path"], route["line"]) for route in routes["routes"]] == [("/a", 8)]
    assert "/a" in run("trace", "GET", "/a", "README.md", cwd=tmp_path).stdout
    done = run("diff", "README.md", "new.md", "--format", "line", cwd=tmp_path)
    assert "operation-removed" in done.stdout


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.sampled_from(["```", "````yaml", "~~~", "> ```yaml", "<!--", "-->", "- ```json", "a: b", "", "  ```"]))
)
def test_blocks_are_apart(parts: list[str]) -> None:
    """Blocks follow each other, and each covers whole lines of the text."""
    text = "\n".join(parts)
    at = 0
    for one in blocks(text):
        assert at <= one.span.start <= one.span.end <= len(text)
        assert one.span.start == len(text) or one.span.start == 0 or text[one.span.start - 1] == "\n"
        at = one.span.end
