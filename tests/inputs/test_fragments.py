"""A file that holds a part of a specification is linted as what it is: nothing is said that depends on the rest."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from apigw_lint import Config
from apigw_lint.gateway.fragments import attach, kind_of_part
from apigw_lint.gateway.kinds import OPERATION_KEYS
from apigw_lint.inputs import from_text
from apigw_lint.source.pointer import escaped
from apigw_lint.source.tree import Node, Tree
from tests.conftest import FIXTURES
from tests.support import (
    EVERYTHING,
    GOOD,
    GOOD_FILES,
    RULE_FOLDERS,
    SPECS,
    config_for,
    found,
    header,
    lines,
    read,
    report_in_root,
    report_on,
    run,
    underlined,
)
from tests.twins import json_twin, parsed, twin_id

FRAGMENTS = sorted(path for path in (FIXTURES / "fragments").iterdir() if path.suffix != ".out")
CLEAN = [*GOOD_FILES, *sorted((FIXTURES / "clean").glob("*.yaml")), *SPECS]
BAD = sorted(path for folder in RULE_FOLDERS for path in folder.glob("bad*.yaml"))

NEED_REST = {
    "gateway object": (
        "content-type-dropped cors-only-in-preflight ignored-header-parameter missing-service-account "
        "parameter-dropped preflight-header-missing preflight-without-cors public-operation shadowed-options "
        "static-without-head trailing-slash-clash undeclared-variable unchecked-message validator-without-effect"
    ),
    "variables": (
        "cors-reflected-credentials cors-wildcard-credentials fifo-queue malformed-json malformed-url "
        "malformed-variable open-proxy optional-target plain-http quoted-value unreachable-url"
    ),
    "components": (
        "bad-mapping-index duplicate-parameter not-greedy undeclared-path-parameter undefined-security-scheme "
        "unknown-link-operation unresolved-ref unused-path-parameter websocket-through-http"
    ),
    "the file that is bundled": "external-ref",
}
"""The rules that miss something in the paths alone, by what they need of the rest of a specification."""


class Piece(NamedTuple):
    """A part of a document: its kind, the pointer to it, and its text."""

    kind: str
    pointer: str
    text: str


def _pieces(whole: str) -> Iterator[Piece]:
    """The paths, path items, operations and components of a document in JSON, those with keys of the gateway."""
    document = json.loads(whole)
    for kind, pointer, data in _parts(document) if isinstance(document, dict) else ():
        piece = Piece(kind, pointer, json.dumps(data, ensure_ascii=False))
        if from_text("a.json", piece.text).documents[0].part:
            yield piece


def _parts(document: dict[str, Any]) -> Iterator[tuple[str, str, Any]]:
    paths, components = document.get("paths"), document.get("components")
    if isinstance(paths, dict):
        yield "paths", "/paths", paths
        for path, item in paths.items():
            if isinstance(item, dict):
                yield "path item", f"/paths/{escaped(path)}", item
                operations = ((key, item[key]) for key in item if key in OPERATION_KEYS)
                yield from (("operation", f"/paths/{escaped(path)}/{key}", value) for key, value in operations)
    if isinstance(components, dict):
        yield "components", "/components", components
        yield "document", "", {"components": components}


def _found(text: str, pointer: str = "", config: Config = EVERYTHING) -> Counter[tuple[str, str, str]]:
    """The findings in a text by rule, severity and pointer, that of the text being given."""
    return Counter((one.rule, str(one.severity), pointer + one.pointer) for one in found(text, "a.json", config))


@pytest.mark.parametrize("path", FRAGMENTS, ids=lambda path: path.name)
def test_fragments(path: Path, golden: Callable[[Path, str], None]) -> None:
    """Each kind of fragment is linted, and gives just what its golden file says."""
    report = report_in_root(path)
    parts = "".join(f"fragment: {part}\n" for _, part in report.fragments)
    golden(path.with_name(path.name + ".out"), parts + lines(report.found))


@pytest.mark.once
@pytest.mark.parametrize("path", CLEAN, ids=twin_id)
def test_a_part_of_a_clean_specification(path: Path) -> None:
    """No part of a clean specification has a finding that the whole does not have."""
    whole = json_twin(path, None)
    if whole is None:
        pytest.skip("has no JSON form")
    of_whole = _found(whole)
    for piece in _pieces(whole):
        assert not _found(piece.text, piece.pointer) - of_whole, piece


@pytest.mark.once
@pytest.mark.parametrize("path", BAD, ids=twin_id)
def test_the_paths_of_a_bad_specification(path: Path) -> None:
    """What is found in the paths of a specification is found without the rest, but by rules that need it."""
    whole = json_twin(path, None)
    if whole is None:
        pytest.skip("has no JSON form")
    rule = path.parent.name
    of_whole = _found(whole, config=config_for(rule))
    for piece in _pieces(whole):
        if piece.kind == "paths":
            of_piece = _found(piece.text, piece.pointer, config_for(rule))
            wanted = Counter({key: number for key, number in of_whole.items() if key[2].startswith("/paths/")})
            assert {name for name, _, _ in wanted - of_piece} <= _needing_rest()


def _needing_rest() -> set[str]:
    return {rule for rules in NEED_REST.values() for rule in rules.split()}


def test_rules_that_need_the_rest() -> None:
    """Each rule that is said to need the rest of a specification does: it misses something in some bad file."""
    missed: set[str] = set()
    for path in BAD:
        whole = json_twin(path, None)
        for piece in _pieces(whole) if whole else ():
            if piece.kind == "paths":
                of_piece = _found(piece.text, piece.pointer, config_for(path.parent.name))
                of_whole = _found(whole or "", config=config_for(path.parent.name))
                missed |= {key[0] for key in of_whole - of_piece if key[2].startswith("/paths/")}
    assert missed == _needing_rest()


INTEGRATION = "x-yc-apigateway-integration: {type: dummy, http_code: 200}"


@pytest.mark.parametrize(
    ("text", "part"),
    [
        (f"/a:\n  get:\n    {INTEGRATION}\n", "paths"),
        (f"/a:\n  get:\n    {INTEGRATION}\n  gte: {{}}\n/b: {{$ref: b.yaml}}\nx-note: a\n", "paths"),
        (f"/${{name}}:\n  get:\n    {INTEGRATION}\n", "paths"),
        ("/a:\n  get:\n    x-yc-apigateway-integraton: {type: dummy}\n", "paths"),
        (f"/a:\n  {INTEGRATION}\n  get: {{}}\n", "paths"),
        (f"get:\n  {INTEGRATION}\n", "path item"),
        (f"summary: a\npots: {{}}\nx-yc-apigateway-any-method:\n  {INTEGRATION}\n", "path item"),
        (f"{INTEGRATION}\n", "operation"),
        (f"summary: a\nrespones: {{}}\n{INTEGRATION}\n", "operation"),
        ("schemas: {}\nx-yc-apigateway-integrations:\n  A: {type: dummy}\n", "components"),
        ("securitySchemes: {a: {type: http, scheme: bearer, x-yc-apigateway-authorizer: {}}}\n", "components"),
        ("components: {x-yc-apigateway-validators: {}}\ntags: []\n", "components"),
        ("x-yc-apigateway: {validator: {}}\n", "x-yc-apigateway"),
        ("/a:\n  get: {responses: {}}\n", ""),
        ("/a:\n  get: {responses: {}}\nx-yc-apigateway-integration: {type: dummy}\n", "paths"),
        ("/a:\n  get: {responses: {}}\nx-yc-note: {type: dummy}\n", ""),
        (f"/a:\n  get:\n    {INTEGRATION}\nb: {{}}\n", ""),
        (f"services: {{}}\n{INTEGRATION}\n", ""),
        (f"version: '3'\nservices: {{web: {{image: a}}}}\nx-yc-apigateway:\n  {INTEGRATION}\n", ""),
        (f"apiVersion: v1\nkind: ConfigMap\ndata:\n  /a:\n    get:\n      {INTEGRATION}\n", ""),
        (f"get: hello\nput: bye\n{INTEGRATION}\n", ""),
        (f"get:\n  run: |\n    {INTEGRATION}\n", ""),
        (f"stages: [a]\ndeploy:\n  script: ['{INTEGRATION}']\n", ""),
        (f"values:\n  {INTEGRATION}\n", ""),
        (f"- get:\n    {INTEGRATION}\n", ""),
        ("parameters: {a: 1}\nvariables: {x-yc-apigateway-integration: a}\n", ""),
        (f"info: {{title: a}}\ncomponents: {{}}\n{INTEGRATION}\n", ""),
        ("schemas: {x-yc-apigateway-authorizer: {type: object}}\n", ""),
    ],
)
def test_recognition(text: str, part: str, tmp_path: Path) -> None:
    """A fragment has a key of the gateway in its place and no other keys; anything else is skipped."""
    (tmp_path / "a.yaml").write_text(text)
    report = report_on(tmp_path)
    assert [name for _, name in report.fragments] == ([part] if part else [])
    assert len(report.checked) == bool(part)


def test_what_is_said(tmp_path: Path) -> None:
    """The summary, the list of files, JSON and Markdown say that fragments were linted, and which."""
    names = ("a.yaml", "b.yaml", "c.yaml", "d.yaml", "e.yaml")
    (tmp_path / "good.yaml").write_text(GOOD)
    (tmp_path / "a.yaml").write_text(f"get:\n  {INTEGRATION}\n")
    done = run("check", ".", cwd=tmp_path)
    about = "what depends on the rest of the specification is not judged\n"
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr == f"a.yaml is a fragment (path item): {about}2 files checked: nothing found\n"
    listed = run("check", "--list-files", ".", cwd=tmp_path)
    assert listed.stdout == "a.yaml: YAML, a fragment (path item)\ngood.yaml: YAML\n"
    report = json.loads(run("check", "--format", "json", ".", cwd=tmp_path).stdout)
    assert report["fragments"] == [{"path": "a.yaml", "part": "path item"}]
    markdown = run("check", "--format", "markdown", ".", cwd=tmp_path).stdout
    assert f"- `a.yaml` is a fragment (path item): {about}" in markdown
    for name in names[1:]:
        (tmp_path / name).write_text(f"{INTEGRATION}\n")
    done = run("check", ".", cwd=tmp_path)
    assert done.stderr.startswith(
        f"a.yaml, b.yaml, c.yaml and 2 more are fragments (1 path item, 4 operation): {about}"
    )
    text = "".join(
        f"```yaml\nx-yc-apigateway: {{service_account_id: aje{name}}}\n```\n" for name in ("a" * 17, "b" * 17)
    )
    (tmp_path / "a.md").write_text(text)
    done = run("check", "a.md", cwd=tmp_path)
    assert done.stderr.startswith(f"a.md has fragments (2 x-yc-apigateway): {about}")
    markdown = run("check", "--format", "markdown", "a.md", cwd=tmp_path).stdout
    assert markdown.count("`a.md` is a fragment") == 1


def test_half_written(tmp_path: Path) -> None:
    """Paths that cannot be parsed are told so; other texts with such keys are not."""
    (tmp_path / "a.yaml").write_text(f"/a:\n  get:\n    {INTEGRATION}\n  put: 'a\n")
    (tmp_path / "a.json").write_text('{"/a": {"get": {"x-yc-apigateway-integration": {}}')
    (tmp_path / "b.yaml").write_text(f"data:\n  /a:\n    get:\n      {INTEGRATION}\n  put: 'a\n")
    found_ones = report_on(tmp_path).found
    assert [(Path(one.source.path).name, one.rule) for one in found_ones] == [
        ("a.json", "syntax"),
        ("a.yaml", "syntax"),
    ]


def test_whole_for_terraform(tmp_path: Path) -> None:
    """What a `.tf` file hands to a gateway is a whole specification, even if it has nothing but paths."""
    resource = 'resource "yandex_api_gateway" "a" {\n  spec = file("a.yaml")\n}\n'
    (tmp_path / "main.tf").write_text(resource)
    (tmp_path / "a.yaml").write_text(f"/a:\n  get:\n    {INTEGRATION}\n")
    report = report_on(tmp_path)
    assert not report.fragments
    assert "not-openapi-3-0" in {one.rule for one in report.found}


def test_places() -> None:
    """Pointers, lines and columns are those of the file, in a template too; an ignore hides what it stands beside."""
    text = f"get:\n  {INTEGRATION}\nput:\n  {INTEGRATION.replace('dummy', 'dumy')}\n"
    for name in ("a.yaml", "a.yaml.tpl"):
        (one,) = found(text, name)
        assert (one.pointer, underlined(one)) == ("/put/x-yc-apigateway-integration/type", "dumy")
        assert found(text.rstrip() + " # apigw-lint: ignore[bad-value] for a test\n", name) == []


def test_references() -> None:
    """A reference leads into the part where it is written, or to what is not seen; in its sight it must fit.

    To another file it is no mistake in a piece of a split specification, as which pre-commit may name one alone.
    """
    text = "x-yc-apigateway-integrations: {A: {type: dummy, http_code: 200}}\nschemas: {B: {$ref: '%s'}}\n"
    for reference in ("#/components/schemas/C", "#/paths/~1a", "#/x", "b.yaml#/c"):
        assert not found(text % reference), reference
    (one,) = found(text % "#/components/x-yc-apigateway-integrations/A")
    assert one.message == (
        "'#/components/x-yc-apigateway-integrations/A' points to an integration, but a schema is expected here"
    )


KINDS = ("document", "paths", "path item", "operation", "components", "schema", "parameter", "integration")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("path", [path for path in FRAGMENTS if path.suffix != ".tftpl"], ids=lambda path: path.name)
def test_attached(path: Path, kind: str) -> None:
    """Whatever a root is attached as, each node keeps its pointer, which leads to it, and its place."""
    alone, attached = parsed(read(path)), parsed(read(path))
    attach(attached, kind)
    assert [(node.pointer, node.span, node.key_span) for node in _written(attached)] == [
        (node.pointer, node.span, node.key_span) for node in _written(alone)
    ]
    assert all(attached.written_at(node.pointer) == node for node in _written(attached))
    assert all(attached.at(node.span.start) == node for node in _written(attached) if isinstance(node.value, str))


def _written(tree: Tree) -> list[Node]:
    assert tree.top is not None
    return [node for node in tree.top.walk() if not node.is_made]


def test_kinds_of_roots() -> None:
    """A whole document is no part, nor is what has no key of the gateway."""
    assert kind_of_part(parsed(GOOD)) == ""
    assert kind_of_part(parsed(header("x-yc-apigateway: {}\n"))) == ""
    assert kind_of_part(parsed("get: {}\n")) == ""


def test_routes_and_traces(tmp_path: Path) -> None:
    """A path or method that is not in the file is unknown, and what serves a request is open."""
    (tmp_path / "a.yaml").write_text(f"{INTEGRATION}\n")
    (tmp_path / "b.yaml").write_text(f"/a:\n  get:\n    {INTEGRATION}\n")
    rows = json.loads(run("routes", "--format", "json", ".", cwd=tmp_path).stdout)["routes"]
    assert [(row["file"], row["method"], row["path"]) for row in rows] == [
        ("a.yaml", "unknown", "unknown"),
        ("b.yaml", "GET", "/a"),
    ]
    done = run("trace", "GET", "/b", "a.yaml", cwd=tmp_path)
    assert "this file does not say of which path it is: it may serve this request -- 1:1" in done.stdout
    assert (
        "match (open): no path in this fragment serves '/b'" in run("trace", "GET", "/b", "b.yaml", cwd=tmp_path).stdout
    )
