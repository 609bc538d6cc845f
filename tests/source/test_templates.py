"""Templates are linted as far as they are known, with every position as it is written."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apigw_lint import Config, lint
from apigw_lint.fix.text import FixOptions, fix_text
from apigw_lint.hosts.document import read_document
from apigw_lint.source.template import masked, restored
from apigw_lint.source.text import ENVSUBST, HELM, JINJA, PLAIN, STYLES, TERRAFORM, Source
from apigw_lint.source.tree import Tree
from apigw_lint.source.unknown import is_unknown
from tests.conftest import FIXTURES, SHARED
from tests.support import BAD, EVERYTHING, GOOD, found, header, lines, read, report_in_root, report_on, run

TEMPLATES = sorted(path for path in (FIXTURES / "templates").iterdir() if path.suffix != ".out")
CORPUS = sorted(path for path in (SHARED / "corpus").glob("*") if path.suffix != ".tsv")


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_template(path: Path, golden: Callable[[Path, str], None]) -> None:
    """Each template gives what its golden file says."""
    report = report_in_root(path)
    assert report.checked
    golden(path.with_name(path.name + ".out"), lines(report.found))


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_windows_line_ends(path: Path) -> None:
    """CRLF changes no finding and no line or column."""
    text = read(path)
    assert lines(found(text, path.name)) == lines(found(text.replace("\n", "\r\n"), path.name))


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_prefixes(path: Path) -> None:
    """No beginning of a template crashes anything."""
    text = read(path)
    for end in range(0, len(text), 7):
        assert not [one for one in found(text[:end], path.name, EVERYTHING) if one.rule == "crash"]


@pytest.mark.skipif(not CORPUS, reason="the corpus of real specifications is not here")
@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.name[-60:])
def test_corpus(path: Path) -> None:
    """Each real file is linted, or one sentence says why it is not."""
    report = report_on(path)
    assert len(report.checked) + len(report.skipped) == 1
    assert not [one for one in report.found if one.rule in ("syntax", "crash")]


def tree(text: str, name: str = "x.yaml", style: str | None = None) -> Tree:
    return read_document(Source(name, text, style))


@pytest.mark.parametrize(
    ("name", "text", "style"),
    [
        ("x.yaml", "a: ${x}\n", PLAIN),
        ("x.yaml", "a: '{{ x }}'\n", PLAIN),
        ("x.yaml", "a: {{ x }}/b\n", JINJA),
        ("x.yaml", "a: {{ .Values.x }}/b\n", HELM),
        ("x.yaml", "{{- if x }}\na: 1\n{{- end }}\n", HELM),
        ("x.yaml", "%{ if x }\na: 1\n%{ endif }\n", TERRAFORM),
        ("x.yaml", "{a: ${X}}\n", ENVSUBST),
        ("x.yaml", "{a: ${var.x}}\n", PLAIN),
        ("x.tftpl", "a: 1\n", TERRAFORM),
        ("x.yaml.tpl", "a: ${x}\n", TERRAFORM),
        ("x.yaml.tpl", "a: __X__\n", PLAIN),
        ("x.yaml.tpl", "a: {{ x }}\n", JINJA),
        ("x.yaml.j2", "a: $x\n", JINJA),
        ("x.yaml.example", "a: ${X}\n", ENVSUBST),
        ("x.yaml.envsubst", "a: 1\n", ENVSUBST),
    ],
)
def test_style(name: str, text: str, style: str) -> None:
    """The style is told from the name and the text, and plain YAML that can be read is never touched."""
    assert tree(text, name).style == style


@pytest.mark.parametrize(
    ("style", "text", "value"),
    [
        (JINJA, "a: {{ x['y'] }}", {"a": "{{ x['y'] }}"}),
        (JINJA, "a: {{ x }}/{{ y }}", {"a": "{{ x }}/{{ y }}"}),
        (JINJA, "{{ x }}: 1\nb{{ x }}: 2", {"{{ x }}": 1, "b{{ x }}": 2}),
        (JINJA, "a: [{{ x }}, {b: {{ y }}}]", {"a": ["{{ x }}", {"b": "{{ y }}"}]}),
        (JINJA, 'a: "{{ x["y"] }}"', {"a": '{{ x["y"] }}'}),
        (JINJA, "a: {% if x %}b{% else %}c{% endif %}", {"a": "{% if x %}b{% else %}c{% endif %}"}),
        (JINJA, "a:\n  {{ x }}\nb: 1", {"a": "{{ x }}", "b": 1}),
        (JINJA, "a: |\n  {{ x }}\nb: 1", {"a": "{{ x }}\n", "b": 1}),
        (JINJA, "{# a: 1 #}\nb: 1", {"b": 1}),
        (JINJA, "a: {{ x", {}),
        (TERRAFORM, 'a: {b: ${x}, \'c\': "${y["z"]}"}', {"a": {"b": "${x}", "c": '${y["z"]}'}}),
        (TERRAFORM, 'a: ${join(",", [\n  1\n])}\nb: 1', {"a": '${join(",", [\n  1\n])}', "b": 1}),
        (TERRAFORM, 'a: ${ "}" } # ${', {"a": '${ "}" }'}),
        (TERRAFORM, "a: $${var.x} %%{x}", {"a": "$${var.x} %%{x}"}),
        (TERRAFORM, "a:\n${x}\nb: 1", {"a": None, "${x}": None, "b": 1}),
        (TERRAFORM, "a:\n  b: 1\n  ${x}\nc: 1", {"a": {"b": 1, "${x}": None}, "c": 1}),
        (TERRAFORM, "  ---\n  a: 1", {"a": 1}),
        (ENVSUBST, "{a: ${X}, b: ${Y:-z}}", {"a": "${X}", "b": "${Y:-z}"}),
        (
            HELM,
            "a: {{ .Values.x | quote }}\n{{- with .y }}\nb: 1\n{{- end }}",
            {"a": "{{ .Values.x | quote }}", "b": 1},
        ),
    ],
)
def test_values(style: str, text: str, value: object) -> None:
    """A placeholder is a value, a key or a part of a text, and reads as it is written."""
    made = tree(text, style=style)
    assert (made.root.value if made.root else {}) == value


@pytest.mark.parametrize(
    "text", ["a:\n${x}\nb: 1", "a: # c\n${x}\nb: 1", "a:\n  ${x}\nb: 1", "a: |\n  x\n  %{ if x }\n  y"]
)
def test_unknown(text: str) -> None:
    """A value that a placeholder on its own line may make is unknown."""
    root = tree(text, style=TERRAFORM).root
    node = root.get("a") if root else None
    assert node is not None
    assert is_unknown(node)


def test_ignored_directive() -> None:
    """A comment behind a directive, or above it, hides that it is skipped."""
    body = "{% if x %} # apigw-lint: ignore[not-linted] known\nx-a: 1\n"
    body += "# apigw-lint: ignore[not-linted] known\n{% else %}\nx-a: 2\n{% endif %}\n"
    report = lint("x.yaml", header("paths: {}\n" + body))
    assert [one.diagnostic.rule for one in report.ignored] == ["not-linted"] * 2
    assert not [one for one in report.found if one.rule in ("not-linted", "syntax", "unused-ignore")]


def test_items_of_lists() -> None:
    """A placeholder among the items of a list is an unknown item."""
    root = tree("a:\n  - b: 1\n    c: 2\n  ${x}\n  - d\n", style=TERRAFORM).root
    items = list(root.get("a").entries()) if root and root.get("a") else []  # type: ignore[union-attr]
    assert [is_unknown(one) for one in items] == [False, True, False]


def test_branches_may_repeat_keys() -> None:
    """The same key in two branches of a directive is no duplicate; twice in one branch it is."""
    body = header("paths: {}\n{% if x %}\nx-a: 1\n{% else %}\nx-a: 2\n{% endif %}\n")
    assert [one.rule for one in found(body) if one.severity == "error"] == []
    twice = found(body.replace("x-a: 2", "x-a: 2\nx-a: 3"))
    assert [one.rule for one in twice if one.severity == "error"] == ["duplicate-key"]


def test_variables_by_style() -> None:
    """`${var.x}` is the gateway's but where Terraform reads the text; there `$${var.x}` is."""
    body = header("paths: {/a: {get: {x-yc-apigateway-integration: {type: http, url: 'https://%s'}}}}\n")
    for name in ("x.yaml", "x.yaml.j2", "x.yaml.envsubst", "x.yaml.example"):
        assert "undeclared-variable" in {one.rule for one in found(body % "${var.x}", name)}, name
    assert "undeclared-variable" not in {one.rule for one in found(body % "${var.x}", "x.tftpl")}
    assert "undeclared-variable" in {one.rule for one in found(body % "$${var.x}", "x.tftpl")}


def test_suffixes_in_folders(tmp_path: Path) -> None:
    """Templates of every suffix are looked for in folders."""
    names = ["a.yaml.tpl", "b.tftpl", "c.yaml.j2", "d.yaml.example", "e.yaml.envsubst", "f.yaml"]
    for name in [*names, "g.example", "h.yaml.bak"]:
        (tmp_path / name).write_text(BAD)
    done = run("check", "--format", "line", cwd=tmp_path)
    assert [line.partition(":")[0] for line in done.stdout.splitlines()] == names


def test_configured_style(tmp_path: Path) -> None:
    """The configuration can say whose placeholders a file holds; the last glob counts."""
    (tmp_path / "x.yaml").write_text(GOOD.replace("http_code: 200", "http_code: 200, content: {'*': '${var.x}'}"))

    def rules() -> list[str]:
        done = run("check", "--format", "line", "x.yaml", cwd=tmp_path)
        return [line.rpartition("[")[2] for line in done.stdout.splitlines()]

    assert rules() == ["undeclared-variable]"]
    (tmp_path / ".apigw-lint.yaml").write_text("templates: {'*.yml': jinja, '*.yaml': terraform}\n")
    assert rules() == []
    (tmp_path / ".apigw-lint.yaml").write_text("templates: {'*.yaml': terraform, 'x.*': plain}\n")
    assert rules() == ["undeclared-variable]"]
    (tmp_path / ".apigw-lint.yaml").write_text("templates: {'*.yaml': jinj}\n")
    done = run("check", "x.yaml", cwd=tmp_path)
    assert (done.returncode, "'jinj' is not a valid value" in done.stderr) == (2, True)


PIECES = st.sampled_from(
    [
        *("{{ x }}", "${x}", "{% if x %}", "{% endif %}", "%{ if x }", "%{ endif }", "$${x}", "{#", "#}", "{{", "}}"),
        *("\n", "\n  ", "- ", ": ", "a", "'", '"', "|", "é", "\U0010f024", " # ", "{", "}", "[", "]", ",", "\r\n"),
    ]
)


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES, max_size=25).map("".join), st.sampled_from(STYLES))
def test_mask_moves_nothing(text: str, style: str) -> None:
    """A mask is as long as the text, breaks lines where it does unless in a placeholder, and never fails."""
    mask = masked(text, style)
    assert len(mask.text) == len(text)
    made = tree(text, style=style)
    for node in made.root.walk() if made.root else ():
        assert 0 <= node.span.start <= node.span.end <= len(text)
    assert not [one for one in lint("x.yaml", text, Config(template=style)).found if one.rule == "crash"]


def test_restored() -> None:
    """What is masked reads again as it was."""
    text = 'a ${x["y"]} \\ {} b é'
    assert restored(masked(text, TERRAFORM).text) == text


# Branches with the same key


def _branches(style: str, *bodies: str) -> str:
    """A template that chooses one of some entries, of one style."""
    marks = {
        TERRAFORM: ("%%{ if %s }", "%%{ else }", "%%{ endif }"),
        JINJA: ("{%% if %s %%}", "{%% else %%}", "{%% endif %%}"),
    }
    opening, between, closing = (mark.replace("%%", "%") for mark in marks[style])
    text = bodies[-1]
    for number, body in enumerate(reversed(bodies[:-1])):
        text = f"{opening.replace('%s', f'x{number}')}\n{body}{between}\n{text}{closing}\n"
    return header(f"paths:\n{text}  /z: {{get: {{x-yc-apigateway-integration: {{type: dumy}}}}}}\n")


@pytest.mark.parametrize(("style", "name"), [(TERRAFORM, "a.tftpl"), (JINJA, "a.yaml.j2")])
@pytest.mark.parametrize("number", [2, 3, 5])
def test_each_branch_is_linted(style: str, name: str, number: int) -> None:
    """Of branches that are whole entries with one key each is linted, and what is around them once."""
    types = [f"dumm{letter}" for letter in "abcde"[:number]]
    bodies = [f"  /a:\n    get: {{x-yc-apigateway-integration: {{type: {one}, http_code: 200}}}}\n" for one in types]
    diagnostics = [one for one in lint(name, _branches(style, *bodies)).found if one.rule == "bad-value"]
    assert [one.source.slice(one.span) for one in diagnostics] == [*types, "dumy"]


def test_good_branches_have_no_findings() -> None:
    """Branches that are right are no reason for any finding, whichever of them counts."""
    bodies = [
        f"  /a: {{get: {{operationId: a, x-yc-apigateway-integration: {{type: dummy, http_code: {n}}}}}}}\n"
        for n in (200, 204)
    ]
    text = _branches(TERRAFORM, *bodies).replace("{type: dumy}", "{type: dummy, http_code: 200}")
    assert {one.rule for one in lint("a.tftpl", text).found} == {"not-linted"}


def test_branches_in_braces_are_read_as_far_as_possible() -> None:
    """Where leaving out a branch would break the text, the last branch alone is linted."""
    first = '"/a": {get: {x-yc-apigateway-integration: {type: dumy}}},'
    text = header(f'paths: {{\n%{{ if x }}\n{first}\n%{{ else }}\n"/a": {{}},\n%{{ endif }}\n}}\n')
    assert not [one for one in lint("a.tftpl", text).found if one.rule in ("crash", "syntax")]


def test_branches_are_fixed_and_ignored() -> None:
    """A fix and an ignore comment reach a branch that is not the last one."""
    entry = "  /a:\n    get:\n      x-yc-apigateway-integration: {type: %s, http_code: 200}%s\n"
    text = _branches(TERRAFORM, entry % ("dumy", ""), entry % ("dummy", "")).replace(
        "type: dumy}", "type: dummy, http_code: 200}"
    )
    assert fix_text("a.tftpl", text, options=FixOptions(unsafe=True)).text == text.replace("dumy", "dummy")
    ignored = text.replace("dumy, http_code: 200}", "dumy, http_code: 200} # apigw-lint: ignore[bad-value] later")
    assert {one.rule for one in lint("a.tftpl", ignored, EVERYTHING).found} & {"bad-value", "unused-ignore"} == set()
