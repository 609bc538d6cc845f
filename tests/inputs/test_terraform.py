"""Gateways in `.tf` files are linted where they stand, and so are the files that they name."""

from __future__ import annotations

import random
import re
import textwrap
import time
from collections.abc import Callable
from pathlib import Path

import hcl2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apigw_lint import Config, Diagnostic, lint
from apigw_lint.source.terraform import Module, gateways
from tests.conftest import FIXTURES
from tests.support import (
    BAD,
    EVERYTHING,
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

FORMS = sorted(path for path in (FIXTURES / "terraform").glob("*.tf"))
TWINS = [*SPECS, *GOOD_FILES, *(folder / "bad.yaml" for folder in RULE_FOLDERS)]
SAMPLE = random.Random(11)


# Goldens


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.stem)
def test_form(path: Path, golden: Callable[[Path, str], None], monkeypatch: pytest.MonkeyPatch) -> None:
    """Each form gives what its golden file says, with the lines of the files."""
    monkeypatch.chdir(FIXTURES / "terraform")
    report = report_on(path.name)
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
        assert not [one.full_message for one in found if one.rule == "crash"]


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
    return [
        text[slice(*one.span)]
        for one in gateways(text)
        if one.is_here and not one.is_object and one.use.end >= one.span.end
    ]


def same_as_oracle(text: str) -> None:
    mine = [one.removesuffix("\n") for one in heredocs(text)]
    assert mine == heredocs_by_oracle(text)


@pytest.mark.parametrize(
    "path",
    [path for path in FORMS if path.stem not in ("nested", "broken", "broken-objects", "anywhere")],
    ids=lambda p: p.stem,
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


@settings(max_examples=100, deadline=None)
@given(st.lists(heredoc(), min_size=1, max_size=3), COMMENTS, STRINGS)
def test_oracle_on_locals(bodies: list[str], comment: str, string: str) -> None:
    """An independent parser finds the same heredocs in `locals`, and they are what the names stand for."""
    lines = [f"  a{number} = {body}\n  {comment}\n  s{number} = {string}\n" for number, body in enumerate(bodies)]
    text = f"locals {{\n{''.join(lines)}}}\n"
    try:
        (expected,) = hcl2.loads(text)["locals"]
    except Exception:  # noqa: BLE001 - what the oracle refuses is no case
        return
    module = Module(text)
    for number in range(len(bodies)):
        found = module.defined(f"local.a{number}")
        wanted = str(expected[f"a{number}"]).strip('"').partition("\n")[2].rpartition("\n")[0]
        assert text[slice(*found.span)].removesuffix("\n") == wanted


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet='ab "{}$%<-EOT\n\\#/*=()', max_size=80))
def test_no_text_crashes(text: str) -> None:
    """Nothing that may stand behind a resource, or in a heredoc, makes the scanner or the mask fail."""
    whole = 'resource "yandex_api_gateway" "a" {\n  spec = <<EOT\n'
    for tail in (whole + text, whole + text + "\nEOT\n}\n", 'resource "yandex_api_gateway" "a" {' + text):
        assert not [one for one in lint("main.tf", tail).found if one.rule == "crash"]


def test_long_files_take_no_longer_per_byte() -> None:
    """Texts made to mislead the scanner are read in linear time: ten times the processor time that they take."""
    for piece in ("${", '"${', "/*", "<<EOT\n${\n", 'x = "a\n', "%{ if\n", "a ${x} ", "  ${x}\n", "{{"):
        body = piece * (200_000 // len(piece))
        start = time.process_time()
        lint("main.tf", f'resource "yandex_api_gateway" "a" {{\nspec = <<EOT\n{body}\nEOT\n}}\n')
        lint("main.tf", f'resource "yandex_api_gateway" "a" {{\n{body}\n}}\n')
        assert time.process_time() - start < 12, piece


# Twins


def wrapped(text: str, indent: int) -> str:
    """A specification as a heredoc, Terraform's marks escaped."""
    escaped = text.replace("${", "$${").replace("%{", "%%{")
    if not escaped.endswith("\n"):
        escaped += "\n"
    sign = "<<-EOT" if indent else "<<EOT"
    body = textwrap.indent(escaped, " " * indent)
    return f'resource "yandex_api_gateway" "a" {{\n  name = "a"\n  spec = {sign}\n{body}{" " * indent}EOT\n}}\n'


def _essence(found: list[Diagnostic]) -> list[tuple[str, str, str]]:
    plain = [(one.rule, one.full_message, underlined(one)) for one in found]
    return sorted((rule, _plain(message), _plain(words)) for rule, message, words in plain)


def _plain(text: str) -> str:
    return " ".join(text.replace("$${", "${").replace("%%{", "%{").split())


def _config(path: Path) -> Config:
    return config_for(path.parent.name) if path.parent in RULE_FOLDERS else Config()


def _skipped(path: Path) -> str | None:
    """Why a specification has no twin in a heredoc."""
    text = read(path)
    if path.parent.name in ("not-linted", "leftover-placeholder") and "{{" in text:
        return "has placeholders of other tools"
    if path.parent.name == "unescaped-variable":
        return "is about what is not escaped"
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
    assert sum(_skipped(path) is not None for path in TWINS) == 11


# Files that are named


def write(folder: Path, **files: str) -> None:
    """Files by name, `__` for a slash and `_DOT_` left to the caller's names."""
    for name, text in files.items():
        path = folder / name.replace("__", "/").replace("_tf", ".tf").replace("_yaml", ".yaml")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def naming(*calls: str) -> str:
    return "".join(f'resource "yandex_api_gateway" "a{n}" {{\n  spec = {call}\n}}\n' for n, call in enumerate(calls))


def checked(folder: Path, *arguments: str) -> tuple[list[str], str]:
    done = run("check", "--format", "line", *arguments, cwd=folder)
    return done.stdout.splitlines(), done.stderr


def test_named_file_is_linted_once(tmp_path: Path) -> None:
    """A file that is walked, named by hand and named by two `.tf` files is one file."""
    call = 'file("${path.module}/x.yaml")'
    write(tmp_path, a_tf=naming(call, call), b_tf=naming('file("./x.yaml")'), x_yaml=BAD)
    for arguments in (["."], ["x.yaml", "a.tf", "b.tf"], ["a.tf", "b.tf", "./x.yaml"]):
        out, err = checked(tmp_path, *arguments)
        assert [line.partition(": ")[0] for line in out] == ["x.yaml:3:56-3:60"]
        assert err.splitlines()[0] == "3 files checked: 1 error"
    assert checked(tmp_path, "a.tf")[1].splitlines()[0] == "2 files checked: 1 error"


def test_module_decides_what_a_file_is(tmp_path: Path) -> None:
    """A file is a template when `templatefile` names it anywhere in the run, whatever its own name says."""
    text = GOOD.replace("http_code: 200", "http_code: 200, content: {'*': '${var.x}'}")
    write(tmp_path, x_yaml=text)
    assert "[undeclared-variable]" in checked(tmp_path, "x.yaml")[0][0]
    write(tmp_path, a_tf=naming('file("x.yaml")'))
    assert "[undeclared-variable]" in checked(tmp_path, ".")[0][0]
    write(tmp_path, b_tf=naming('templatefile("x.yaml", {})'))
    assert checked(tmp_path, ".")[0] == []
    assert checked(tmp_path, "x.yaml", "b.tf")[0] == []
    (tmp_path / "y.tftpl").write_text(text)
    assert checked(tmp_path, "y.tftpl")[0] == []
    write(tmp_path, c_tf=naming('file("y.tftpl")'))
    assert "[undeclared-variable]" in checked(tmp_path, "y.tftpl", "c.tf")[0][0]


def test_named_file_is_a_specification(tmp_path: Path) -> None:
    """What a `.tf` names is linted even when it does not look like a specification."""
    write(tmp_path, a_tf=naming('file("x.yaml")'), x_yaml="services: {}\n")
    out, _ = checked(tmp_path, "a.tf")
    assert out and all(line.startswith("x.yaml:") for line in out)


def test_only_the_working_tree_is_read(tmp_path: Path) -> None:
    """No path and no link leads out of the repository, or the working directory where there is none."""
    outside, inside = tmp_path / "outside", tmp_path / "repository"
    write(outside, secret_yaml=BAD)
    write(inside, api__x_yaml=BAD, module__y_yaml=BAD)
    (inside / "link.yaml").symlink_to(outside / "secret.yaml")
    (inside / "folder").symlink_to(outside)
    (inside / "near.yaml").symlink_to(inside / "api" / "x.yaml")
    calls = ["../../outside/secret.yaml", str(outside / "secret.yaml"), "../link.yaml", "../folder/secret.yaml"]
    write(
        inside, module__main_tf=naming(*(f'file("{call}")' for call in [*calls, "../near.yaml", "y.yaml", "no.yaml"]))
    )
    (inside / ".git").mkdir()
    out, _ = checked(inside / "module", "main.tf")
    reasons = [line.partition("because ")[2].removesuffix(" [not-linted]") for line in out if "main.tf" in line]
    link = "it is a link to outside the working tree"
    assert reasons == [*["it is outside the working tree"] * 2, link, link, "it does not exist"]
    assert [line.partition(":")[0] for line in out if "main.tf" not in line] == ["../api/x.yaml", "y.yaml"]
    (inside / ".git").rmdir()
    out, _ = checked(inside / "module", "main.tf")
    assert sum("outside the working tree" in line for line in out) == 5
    assert [line.partition(":")[0] for line in out if "main.tf" not in line] == ["y.yaml"]


def test_excluded_module_decides_nothing(tmp_path: Path) -> None:
    """A `.tf` that the configuration excludes names no files."""
    write(tmp_path, a_tf=naming('file("x/y.txt")'), x_yaml=GOOD)
    (tmp_path / "x").mkdir()
    (tmp_path / "x" / "y.txt").write_text(BAD)
    assert checked(tmp_path, ".")[1].splitlines()[0] == "3 files checked: 1 error"
    (tmp_path / ".apigw-lint.yaml").write_text("exclude: ['*.tf']\n")
    assert checked(tmp_path, ".")[1] == "1 file checked: nothing found\n"


def test_module_without_gateway(tmp_path: Path) -> None:
    """In a folder it is no target, named it is skipped in words; `.terraform` is not looked into."""
    write(tmp_path, a_tf='resource "yandex_function" "a" {}\n', x_yaml=GOOD)
    write(tmp_path / ".terraform", b_tf=naming("<<EOT\n" + BAD + "EOT"))
    assert checked(tmp_path, ".")[1] == "1 file checked: nothing found\n"
    assert "skipped a.tf: no specification in it" in checked(tmp_path, "a.tf")[1]


def test_standard_input(tmp_path: Path) -> None:
    """A module that is not saved is linted alone, and says of the files that it names that they are not."""
    text = naming("<<EOT\n" + BAD + "EOT", 'file("x.yaml")')
    write(tmp_path, x_yaml=BAD)
    done = run("check", "-", "--stdin-filename", "main.tf", "--format", "line", cwd=tmp_path, stdin=text.encode())
    assert [re.sub(r": .*\[", " [", line) for line in done.stdout.splitlines()] == [
        "main.tf:5:56-5:60 [bad-value]",
        "main.tf:9:16-9:22 [not-linted]",
    ]


def test_ignore_comments() -> None:
    """A comment in a heredoc hides what it says there; one of Terraform's hides nothing."""
    body = GOOD.replace("\npaths", "\n# apigw-lint: ignore[bad-value] later\npaths").replace("dummy", "dumy")
    report = lint("main.tf", naming("<<EOT\n" + body + "EOT", "<<EOT\n" + BAD + "EOT"))
    assert len(report.ignored) == 1
    assert [one.rule for one in report.found] == ["bad-value"]
    outside = "# apigw-lint: ignore-file[bad-value]\n" + naming("<<EOT\n" + BAD + "EOT")
    assert [one.rule for one in lint("main.tf", outside).found] == ["bad-value"]


def test_frames_show_the_file(tmp_path: Path) -> None:
    """The report shows the lines of the `.tf` file, placeholders as they are written."""
    write(tmp_path, main_tf=naming("<<EOT\n" + BAD.replace("200", "${var.code}") + "EOT"))
    out = run("check", "main.tf", cwd=tmp_path).stdout
    assert "5 | paths: {/a: {get: {x-yc-apigateway-integration: {type: dumy, http_code: ${var.code}}}}}\n" in out


def test_whole_file_is_kept() -> None:
    """A finding in a heredoc has the source, offsets and lines of its file."""
    text = naming("<<EOT\n" + BAD + "EOT")
    (one,) = lint("main.tf", text).found
    assert one.source.text == text
    assert text[slice(*one.span)] == "dumy"


@pytest.mark.parametrize("opening", ["<<EOT", "<<-SPEC_1"])
def test_unclosed_heredoc(opening: str) -> None:
    """A heredoc that swallows the rest of the file is reported where it begins."""
    text = naming(f"{opening}\n{GOOD}")
    (found,) = lint("main.tf", text).found
    assert found.source.slice(found.span) == opening
    assert found.message.startswith(f"heredoc '{opening}' is never closed")
