"""Gateways in `.tf` files are linted where they stand, and so are the files that they name."""

from __future__ import annotations

import os
import random
import re
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path

import hcl2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apigw_lint import Config, Diagnostic, lint
from apigw_lint.run import lint_paths
from apigw_lint.source.terraform import gateways
from tests.conftest import FIXTURES
from tests.support import EVERYTHING, RULE_FOLDERS, SPECS, config_for, lines, read, underlined
from tests.test_cli import BAD, GOOD, run

FORMS = sorted(path for path in (FIXTURES / "terraform").glob("*.tf"))
TWINS = [*SPECS, *(folder / name for folder in RULE_FOLDERS for name in ("good.yaml", "bad.yaml"))]
SAMPLE = random.Random(11)


# Goldens


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.stem)
def test_form(path: Path, golden: Callable[[Path, str], None], monkeypatch: pytest.MonkeyPatch) -> None:
    """Each form gives what its golden file says, with the lines of the files."""
    monkeypatch.chdir(FIXTURES / "terraform")
    report = lint_paths([path.name])
    skips = "".join(f"skipped {name}: {reason}\n" for name, reason in report.skipped)
    checked = "".join(f"checked {name}\n" for name in report.checked)
    golden(path.with_suffix(".out"), lines(report.found) + skips + checked)


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.stem)
def test_windows_line_ends(path: Path) -> None:
    """CRLF changes no finding, and the same lines and columns are named."""
    text = read(path)
    first, second = lint("main.tf", text).found, lint("main.tf", text.replace("\n", "\r\n")).found
    assert lines(first) == lines(second)


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.stem)
def test_prefixes(path: Path) -> None:
    """No beginning of a file crashes anything: it is often half written."""
    text = read(path)
    for end in SAMPLE.sample(range(len(text)), min(150, len(text))):
        found = lint("main.tf", text[:end], EVERYTHING).found
        assert not [one.message for one in found if one.rule == "crash"]


# The oracle


def heredocs_by_oracle(text: str) -> list[str]:
    """What python-hcl2 says that the heredocs of the gateways hold."""
    found = []
    for resource in hcl2.loads(text).get("resource", []):
        for kind, named in resource.items():
            for body in named.values() if kind.strip('"') == "yandex_api_gateway" else ():
                value = str(body.get("spec", "")).strip('"')
                if value.startswith("<<") and "\n" in value:
                    found.append(value.partition("\n")[2].rpartition("\n")[0])
    return found


def heredocs(text: str) -> list[str]:
    return [text[slice(*one.span)] for one in gateways(text) if not one.file and not one.reason]


def same_as_oracle(text: str) -> None:
    mine = [one.removesuffix("\n") for one in heredocs(text)]
    assert mine == heredocs_by_oracle(text)


@pytest.mark.parametrize(
    "path", [path for path in FORMS if path.stem not in ("nested", "broken")], ids=lambda p: p.stem
)
def test_oracle_on_forms(path: Path) -> None:
    """An independent parser finds the same heredocs in the fixtures."""
    same_as_oracle(read(path))


NAMES = st.sampled_from(["a", "spec", "resource", "x_1", "labels", "yandex_api_gateway", "name-2"])
TEXTS = st.sampled_from(
    [
        "",
        "a",
        "# no comment",
        "// no",
        "/* no",
        "<<EOT",
        '\\"',
        "\\\\",
        "${var.x}",
        '${upper("}")}',
        "$${a}",
        "%%{x}",
        "{",
        "}",
    ]
)
STRINGS = st.lists(TEXTS, max_size=3).map(lambda parts: '"' + "".join(parts) + '"')
COMMENTS = st.sampled_from(
    [
        "# } resource",
        '// "',
        "/* { */",
        "/* spec = <<EOT\n a\nEOT\n */",
        '# resource "yandex_api_gateway" "x" { spec = <<EOT',
    ]
)
BODY_LINES = st.lists(
    st.sampled_from(
        [
            "openapi: 3.0.0",
            'a: "b"',
            "# comment",
            "  EOTX",
            "x: ${var.y}",
            'resource "yandex_api_gateway" "inner" {',
            "spec = <<EOT",
            "}",
            "",
            "/* not a comment",
            '"',
        ]
    ),
    min_size=1,
    max_size=5,
)


@st.composite
def heredoc(draw: st.DrawFn) -> str:
    marker = draw(st.sampled_from(["EOT", "YAML", "E_1", "spec"]))
    sign = draw(st.sampled_from(["<<", "<<-"]))
    indent = draw(st.sampled_from(["", "  "]))
    body = [line for line in draw(BODY_LINES) if line.strip() != marker]
    return "".join(f"{line}\n" for line in [f"{sign}{marker}", *body, f"{indent}{marker}"])[:-1]


VALUES = st.one_of(
    STRINGS, heredoc(), st.sampled_from(["1", "true", "var.a", '{ spec = "x" }', '["a", "b"]', 'file("a")', "a == b"])
)


@st.composite
def attribute(draw: st.DrawFn) -> str:
    return f"{draw(NAMES.filter(lambda name: name != 'spec'))} = {draw(VALUES)}\n"


@st.composite
def block(draw: st.DrawFn) -> str:
    head = draw(st.sampled_from(["canary", 'dynamic "x"', "locals"]))
    inner = "".join(draw(st.lists(attribute(), max_size=2)))
    spec = draw(st.sampled_from(["", 'spec = "inner"\n']))
    return f"{head} {{\n{inner}{spec}}}\n"


@st.composite
def resource(draw: st.DrawFn) -> str:
    before = draw(st.lists(st.one_of(COMMENTS.map(lambda text: text + "\n"), block()), max_size=2))
    body = f"name = {draw(STRINGS)}\n{''.join(before)}spec = {draw(VALUES)}\n"
    return f'resource "yandex_api_gateway" "{draw(st.sampled_from("abc"))}" {{\n{body}}}\n'


@settings(max_examples=150, deadline=None)
@given(st.lists(st.one_of(resource(), attribute(), COMMENTS.map(lambda text: text + "\n"), block()), max_size=4))
def test_oracle_on_generated(parts: list[str]) -> None:
    """An independent parser finds the same heredocs, whatever strings, comments and heredocs stand around them."""
    text = "".join(parts)
    try:
        expected = heredocs_by_oracle(text)
    except Exception:  # noqa: BLE001 - what the oracle refuses is no case
        return
    assert [one.removesuffix("\n") for one in heredocs(text)] == expected


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet='ab "{}$%<-EOT\n\\#/*=()', max_size=80))
def test_no_text_crashes(text: str) -> None:
    """Nothing that may stand behind a resource, or in a heredoc, makes the scanner or the mask fail."""
    whole = 'resource "yandex_api_gateway" "a" {\n  spec = <<EOT\n'
    for tail in (whole + text, whole + text + "\nEOT\n}\n", 'resource "yandex_api_gateway" "a" {' + text):
        assert not [one for one in lint("main.tf", tail).found if one.rule == "crash"]


def test_long_files_take_no_longer_per_byte() -> None:
    """Texts made to mislead the scanner are read in linear time."""
    import time

    for piece in ("${", '"${', "/*", "<<EOT\n${\n", 'x = "a\n', "%{ if\n", "a ${x} ", "  ${x}\n", "{{"):
        body = piece * (200_000 // len(piece))
        start = time.perf_counter()
        lint("main.tf", f'resource "yandex_api_gateway" "a" {{\nspec = <<EOT\n{body}\nEOT\n}}\n')
        lint("main.tf", f'resource "yandex_api_gateway" "a" {{\n{body}\n}}\n')
        assert time.perf_counter() - start < 10, piece


# Twins


def wrapped(text: str, indent: int) -> str:
    """A specification as a heredoc, Terraform's marks escaped."""
    escaped = text.replace("${", "$${").replace("%{", "%%{")
    if not escaped.endswith("\n"):
        escaped += "\n"
    sign = "<<-EOT" if indent else "<<EOT"
    body = textwrap.indent(escaped, " " * indent)
    return f'resource "yandex_api_gateway" "a" {{\n  name = "a"\n  spec = {sign}\n{body}{" " * indent}EOT\n}}\n'


NO_HEREDOC = {
    "unparseable": "a multi-line flow value or a comment may not be indented in the same way",
}


def _essence(found: list[Diagnostic]) -> list[tuple[str, str, str]]:
    plain = [(one.rule, one.message, underlined(one)) for one in found]
    return sorted((rule, _plain(message), _plain(words)) for rule, message, words in plain)


def _plain(text: str) -> str:
    return " ".join(text.replace("$${", "${").replace("%%{", "%{").split())


def _config(path: Path) -> Config:
    return config_for(path.parent.name) if path.parent in RULE_FOLDERS else Config()


def _skipped(path: Path) -> str | None:
    """Why a specification has no twin in a heredoc."""
    text = read(path)
    if path.suffix == ".json" and "\t" in text:
        return "JSON with tabs"
    if path.parent.name == "not-linted" or "{{" in text and path.parent.name == "leftover-placeholder":
        return "is no Terraform template"
    return None


@pytest.mark.parametrize("indent", [0, 6], ids=["plain", "indented"])
@pytest.mark.parametrize("path", TWINS, ids=lambda path: f"{path.parent.name}-{path.name}")
def test_twin(path: Path, indent: int) -> None:
    """In a heredoc, as it is and indented, the same findings underline the same words."""
    if reason := _skipped(path):
        pytest.skip(reason)
    text = read(path)
    first = lint("spec.yaml", text, _config(path)).found
    second = lint("main.tf", wrapped(text, indent), _config(path)).found
    assert _essence(list(second)) == _essence(list(first))
    moved = [one.source.position(one.span.start).line - 3 for one in second]
    assert sorted(moved) == sorted(one.source.position(one.span.start).line for one in first)


def test_few_specifications_have_no_twin() -> None:
    """The number of skipped twins is known, so that none is lost unnoticed."""
    assert sum(_skipped(path) is not None for path in TWINS) <= 4
