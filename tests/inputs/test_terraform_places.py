"""Specifications in Terraform are linted wherever they are written, once, and so are the templates it fills in."""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apigw_lint import Config, Diagnostic, lint
from apigw_lint.fix.text import FixOptions, fix_text
from apigw_lint.source.quoted import unquoted
from apigw_lint.source.text import TERRAFORM, Source, Span
from tests.conftest import FIXTURES
from tests.support import (
    BAD,
    GOOD,
    GOOD_FILES,
    RULE_FOLDERS,
    SPECS,
    config_for,
    lines,
    read,
    report_on,
    run,
    underlined,
)

TWINS = [*SPECS, *GOOD_FILES, *(folder / "bad.yaml" for folder in RULE_FOLDERS)]


def local_heredoc(text: str) -> str:
    """A specification in `locals` that is handed to a module."""
    body = textwrap.indent(text if text.endswith("\n") else f"{text}\n", "    ")
    use = 'module "gateway" {\n  source = "./gateway"\n  api_gateway_spec = local.spec\n}\n'
    return f"{use}\nlocals {{\n  spec = <<-EOT\n{body}  EOT\n}}\n"


def json_string(text: str) -> str:
    """A specification as a string in `.tf.json`."""
    return json.dumps({"resource": {"yandex_api_gateway": {"a": {"name": "a", "spec": text}}}}, ensure_ascii=False)


def quoted_string(text: str) -> str:
    """A specification as a quoted string in `.tf`."""
    return f'resource "yandex_api_gateway" "a" {{\n  spec = {json.dumps(text)}\n}}\n'


FORMS = {
    "local": ("main.tf", local_heredoc),
    "json": ("main.tf.json", json_string),
    "string": ("main.tf", quoted_string),
}


def escaped(text: str) -> str:
    """A text with Terraform's marks escaped."""
    return text.replace("${", "$${").replace("%{", "%%{")


def _essence(found: list[Diagnostic], *, has_escapes: bool) -> list[tuple[str, str, str]]:
    return sorted((one.rule, _plain(one.full_message, False), _plain(underlined(one), has_escapes)) for one in found)


def _plain(text: str, has_escapes: bool) -> str:
    if has_escapes:
        text = json.loads(f'"{text}"')
    return " ".join(text.replace("$${", "${").replace("%%{", "%{").split())


def _skipped(path: Path, form: str) -> str | None:
    """Why a specification has no such twin."""
    text = read(path)
    if path.parent.name in ("not-linted", "leftover-placeholder") and "{{" in text:
        return "has placeholders of other tools"
    if path.parent.name == "unescaped-variable":
        return "is about what is not escaped"
    if "x-yc-" not in text and form != "json":
        return "has no key of the gateway"
    if not lint("main.tf", local_heredoc(escaped(text))).checked and form == "local":
        return "does not begin as a specification"
    return None


@pytest.mark.once
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("path", TWINS, ids=lambda path: f"{path.parent.name}-{path.name}")
def test_twin(path: Path, form: str) -> None:
    """A specification anywhere in Terraform gives the same findings, in the same words, about the same text."""
    if reason := _skipped(path, form):
        pytest.skip(reason)
    name, wrapped = FORMS[form]
    config = config_for(path.parent.name) if path.parent in RULE_FOLDERS else Config()
    text = read(path)
    first = list(lint("spec.yaml", text, config).found)
    second = list(lint(name, wrapped(escaped(text)), config).found)
    assert _essence(second, has_escapes=form != "local") == _essence(first, has_escapes=False)


def test_json_form(golden: Callable[[Path, str], None], monkeypatch: pytest.MonkeyPatch) -> None:
    """A `.tf.json` gives what its golden file says, with the lines of the files that it names."""
    monkeypatch.chdir(FIXTURES / "terraform")
    report = report_on("strings.tf.json")
    golden(Path("strings.tf.json.out").absolute(), lines(report.found))


# Never crying wolf


SCRIPT = "#!/bin/sh\ncat > spec.yaml <<END\n" + BAD + "END\n"
CLOUD_INIT = "#cloud-config\nwrite_files:\n  - path: /spec.yaml\n    content: |\n" + textwrap.indent(BAD, "      ")
MARKDOWN = "# How to\n\n```yaml\n" + BAD + "```\n"
PROSE = "Write openapi: 3.0.0 and then\nx-yc-apigateway-integration: {type: dumy}\n"
PLAIN_OPENAPI = "openapi: 3.0.0\ninfo: {title: t, version: 1.0.0}\npaths: {}\n"
FRAGMENT = "paths:\n  /a: {get: {x-yc-apigateway-integration: {type: dumy, http_code: 200}}}\n"


@pytest.mark.parametrize("text", [SCRIPT, CLOUD_INIT, MARKDOWN, PROSE, PLAIN_OPENAPI, FRAGMENT])
def test_other_texts_are_left_alone(text: str) -> None:
    """What only has a specification in it, or something like one, is none."""
    for name, wrapped in (
        ("main.tf", local_heredoc),
        ("main.tf.json", lambda text: json.dumps({"locals": {"a": text}})),
    ):
        report = lint(name, wrapped(text))
        assert not report.found and not report.checked
        assert report.skipped[0][1].startswith("no specification in it")


@pytest.mark.parametrize(
    "value",
    [
        "<<EOT\n%sEOT\n",
        'replace(<<EOT\n%sEOT\n  , "a", "b")\n',
        "var.is_beta ? <<EOT\n%sEOT\n  : local.other\n",
        "templatestring(<<EOT\n%sEOT\n  , { a = 1 })\n",
        "{ inner = { text = <<EOT\n%sEOT\n  } }\n",
        "[<<EOT\n%sEOT\n  ]\n",
    ],
)
@pytest.mark.parametrize(
    "block", ["locals", 'module "m"', 'resource "local_file" "f"', 'resource "yandex_api_gateway" "g"']
)
def test_heredocs_anywhere(block: str, value: str) -> None:
    """A heredoc that is a specification is linted wherever it stands, at its place, once, without another word."""
    text = f"{block} {{\n  spec = {value % BAD}}}\n"
    (found,) = lint("main.tf", text).found
    assert text[slice(*found.span)] == "dumy"


def test_heredoc_is_linted_once() -> None:
    """Two gateways and a module that share a heredoc share its findings."""
    uses = "".join(f'resource "yandex_api_gateway" "a{n}" {{\n  spec = local.spec\n}}\n' for n in range(2))
    report = lint("main.tf", uses + local_heredoc(BAD))
    assert [one.rule for one in report.found] == ["bad-value"]


@pytest.mark.parametrize(
    "use",
    [
        "local.spec",
        '"${local.spec}"',
        "trimspace(local.spec)",
        "(local.spec)",
        'replace(local.spec, "a", "b")',
        "yamlencode(yamldecode(local.spec))",
    ],
)
def test_ways_to_use_a_name(use: str) -> None:
    """A specification is found behind a name, whatever little is done to it; it need not look like one then."""
    text = f'resource "yandex_api_gateway" "a" {{\n  spec = {use}\n}}\n'
    text += "locals {\n  spec = <<EOT\nopenapi: 3.0.0\nEOT\n}\n"
    assert {one.rule for one in lint("main.tf", text).found} == {"missing-key"}


def test_names_that_go_round() -> None:
    """Names that stand for each other are followed no longer than that."""
    gateway = 'resource "yandex_api_gateway" "a" {\n  spec = local.a\n}\n'
    for text in ("a = local.a", "a = local.b\n  b = local.a"):
        (found,) = lint("main.tf", f"{gateway}locals {{\n  {text}\n}}\n").found
        assert "cannot be evaluated" in found.message
    both = json.dumps(
        {"locals": {"a": "${local.a}"}, "resource": {"yandex_api_gateway": {"a": {"spec": "${local.a}"}}}}
    )
    (found,) = lint("main.tf.json", both).found
    assert "go round in a circle" in found.message


# Files of one folder


def write(folder: Path, files: dict[str, str]) -> None:
    """Files by name."""
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)


def checked(folder: Path, *arguments: str) -> list[str]:
    """The lines of a run without hints."""
    return run("check", "--format", "line", *arguments, cwd=folder).stdout.splitlines()


GATEWAY = 'resource "yandex_api_gateway" "a" {\n  spec = local.spec\n}\n'


@pytest.mark.parametrize("arguments", [["."], ["main.tf"], ["main.tf", "locals.tf"], ["locals.tf", "main.tf"]])
def test_names_of_other_files(tmp_path: Path, arguments: list[str]) -> None:
    """A specification in another file of the folder is linted there, once, and nothing is said where it is used."""
    write(
        tmp_path, {"main.tf": GATEWAY, "again.tf": GATEWAY, "locals.tf": f"locals {{\n  spec = <<EOT\n{BAD}EOT\n}}\n"}
    )
    (line,) = checked(tmp_path, *arguments)
    assert line.startswith("locals.tf:5:56-5:60: ")


def test_names_of_other_folders(tmp_path: Path) -> None:
    """A name is that of its own folder, so that one which only another folder defines is not known."""
    write(tmp_path, {"main.tf": GATEWAY, "other/locals.tf": f"locals {{\n  spec = <<EOT\n{BAD}EOT\n}}\n"})
    found = checked(tmp_path, ".")
    assert [line.partition(":")[0] for line in found] == ["main.tf", "other/locals.tf"]
    assert "'local.spec' cannot be evaluated from this file [not-linted]" in found[0]


def test_files_behind_names(tmp_path: Path) -> None:
    """`file` and `templatefile` behind a name, in this file or another, are followed as if they were written there."""
    text = GOOD.replace("200", "${code}")
    write(tmp_path, {"main.tf": GATEWAY, "locals.tf": 'locals {\n  spec = templatefile("x.txt", { code = 99 })\n}\n'})
    (tmp_path / "x.txt").write_text(text)
    (line,) = checked(tmp_path, "main.tf")
    assert line.startswith("x.txt:3:") and "(locals.tf:2 sets '${code}')" in line
    write(tmp_path, {"main.tf": GATEWAY + (tmp_path / "locals.tf").read_text()})
    (line,) = checked(tmp_path, "main.tf")
    assert line.startswith("x.txt:3:") and "(main.tf:5 sets '${code}')" in line


def test_heredoc_behind_a_name_that_is_no_specification(tmp_path: Path) -> None:
    """What a name of another file stands for is named in one sentence when it cannot be linted there."""
    write(tmp_path, {"main.tf": GATEWAY, "locals.tf": "locals {\n  spec = <<EOT\n${local.head}\nEOT\n}\n"})
    (line,) = checked(tmp_path, ".")
    assert line.startswith("main.tf:2:10-2:20: info: ") and "'local.spec' in 'locals.tf' does not begin with" in line


def test_links_out_of_the_working_tree(tmp_path: Path) -> None:
    """A `.tf` that is a link to outside defines nothing."""
    write(tmp_path / "outside", {"locals.tf": f"locals {{\n  spec = <<EOT\n{BAD}EOT\n}}\n"})
    write(tmp_path / "inside", {"main.tf": GATEWAY})
    (tmp_path / "inside" / "locals.tf").symlink_to(tmp_path / "outside" / "locals.tf")
    (line,) = checked(tmp_path / "inside", "main.tf")
    assert "'local.spec' cannot be evaluated" in line


# Variables of templates


def template_findings(folder: Path, call: str, template: str) -> list[str]:
    """What is found in a template that a call fills in."""
    write(folder, {"main.tf": f'resource "yandex_api_gateway" "a" {{\n  spec = {call}\n}}\n', "x.tftpl": template})
    return checked(folder, "main.tf")


TEMPLATE = GOOD.replace("type: dummy", "type: ${type}")


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ('{ type = "dumy" }', "dumy"),
        ('{ "type" : "dumy", other = var.x }', "dumy"),
        ('{\n    type = "dumy" # not dummy\n    x = 1\n  }', "dumy"),
        ("{ type = 12 }", "12"),
        ("{ type = true }", "true"),
        ("{ type = var.type }", ""),
        ('{ type = "${var.type}" }', ""),
        ('{ type = "a: b" }', ""),
        ('{ type = "a\\nb" }', ""),
        ('{ type = "dumy" == var.x ? 1 : 2 }', ""),
        ('merge({ type = "dumy" }, local.x)', ""),
        ("local.x", ""),
        ("{}", ""),
    ],
)
def test_literal_variables(tmp_path: Path, given: str, expected: str) -> None:
    """A literal is put in, and named with the line that sets it; any other value stays unknown."""
    found = template_findings(tmp_path, f'templatefile("x.tftpl", {given})', TEMPLATE)
    assert [line.startswith("x.tftpl:3:56-3:63: ") and expected in line for line in found] == [True] * bool(expected)
    assert all(re.search(r"\(main\.tf:[23] sets '\$\{type\}'\)", line) for line in found)


def test_two_calls_with_different_values(tmp_path: Path) -> None:
    """A variable that two calls give different values is unknown, one with the same value is known."""
    other = 'resource "yandex_api_gateway" "b" {\n  spec = templatefile("x.tftpl", { type = "dumy", x = 1 })\n}\n'
    write(tmp_path, {"other.tf": other})
    (line,) = template_findings(tmp_path, 'templatefile("x.tftpl", { type = "dumy", x = 2 })', TEMPLATE)
    assert "dumy" in line
    assert len(checked(tmp_path, ".")) == 1
    template_findings(tmp_path, 'templatefile("x.tftpl", { type = "dumi", x = 1 })', TEMPLATE)
    assert checked(tmp_path, ".") == []


def test_escaped_and_complex_uses_are_unknown(tmp_path: Path) -> None:
    """`$${a}`, `${upper(a)}` and a directive are not the value of `a`."""
    for use in ("$${type}", "${upper(type)}", "${type.x}"):
        found = template_findings(
            tmp_path, 'templatefile("x.tftpl", { type = "dumy" })', TEMPLATE.replace("${type}", f'"{use}"')
        )
        assert found == []


def test_known_values_are_not_fixed(tmp_path: Path) -> None:
    """A fix never writes over the place where a template takes a value."""
    template_findings(tmp_path, 'templatefile("x.tftpl", { type = "dumy" })', TEMPLATE)
    run("fix", "--unsafe", ".", cwd=tmp_path)
    assert (tmp_path / "x.tftpl").read_text() == TEMPLATE


# Escapes


@given(st.text(max_size=30), st.booleans())
def test_escapes_are_read_back(text: str, is_ascii: bool) -> None:
    """A string of JSON means what was written, and each character of it is where its escape is."""
    text = text.encode("utf-16", "replace").decode("utf-16", "replace")
    written = json.dumps(text, ensure_ascii=is_ascii)
    source = Source("a.tf.json", f" {written} ")
    inner = unquoted(source, Span(2, len(written)), TERRAFORM)
    assert inner.text == text
    assert [json.loads(f'"{source.slice(inner.whole(Span(n, n + 1)))}"') for n in range(len(text))] == list(text)
    for number in range(len(text)):
        assert inner.offset_of(inner.whole(Span(number, number + 1)).start) == number


def test_half_written_json() -> None:
    """No beginning of a `.tf.json` crashes anything."""
    text = json_string(BAD)
    for end in range(len(text)):
        assert not [one for one in lint("main.tf.json", text[:end]).found if one.rule == "crash"]


# Fixes and commands


FIXABLE = GOOD.replace("http_code", "http_cod")


def test_fix_changes_the_heredoc_alone() -> None:
    """A fix in a heredoc of `locals` leaves every other byte as it was; a string with escapes is not fixed."""
    text = "# a comment\t\r\n" + local_heredoc(FIXABLE) + 'locals { a = "http_cod" }\n'
    result = fix_text("main.tf", text, options=FixOptions(unsafe=True))
    assert result.applied and result.text == text.replace("http_cod:", "http_code:")
    for name, wrapped in (FORMS["json"], FORMS["string"]):
        assert fix_text(name, wrapped(FIXABLE), options=FixOptions(unsafe=True)).text == wrapped(FIXABLE)


@pytest.mark.parametrize("form", FORMS)
def test_other_commands(tmp_path: Path, form: str) -> None:
    """`routes`, `trace` and `diff` read a specification wherever Terraform has it, and name its line."""
    name, wrapped = FORMS[form]
    write(tmp_path, {name: wrapped(GOOD), f"old/{name}": wrapped(GOOD.replace("/a", "/b"))})
    line = next(n for n, text in enumerate(wrapped(GOOD).splitlines(), 1) if "/a" in text)
    routes = json.loads(run("routes", name, "--format", "json", cwd=tmp_path).stdout)
    assert re.search(rf'"line": {line}\b', json.dumps(routes))
    assert "dummy" in run("trace", "GET", "/a", name, cwd=tmp_path).stdout
    assert "/b" in run("diff", f"old/{name}", name, cwd=tmp_path).stdout


def test_paths_elsewhere() -> None:
    """That the paths of an object are a reference, so that none of them is linted, is said."""
    spec = 'openapi = "3.0.0", info = { title = "A", version = "1" }, paths = local.paths'
    text = f'resource "yandex_api_gateway" "a" {{\n  spec = jsonencode({{ {spec} }})\n}}\n'
    (one,) = lint("a.tf", text).found
    assert (one.rule, one.severity, underlined(one)) == ("not-linted", "info", "local.paths")
