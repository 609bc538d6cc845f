"""Renaming a name everywhere, or saying why it cannot be renamed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from apigw_lint.config import Config
from apigw_lint.diagnostic import Edit
from apigw_lint.fix.apply import apply_edits
from apigw_lint.lsp.analysis import Analysis, Text, analyse
from apigw_lint.lsp.names import Kind
from apigw_lint.lsp.renaming import CannotRenameError, renamable, rename
from apigw_lint.lsp.settings import Settings
from tests.conftest import FIXTURES
from tests.lsp.client import CAPABILITIES, Client
from tests.lsp.test_navigation import SPEC
from tests.support import RULE_FOLDERS


def renamed(client: Client, uri: str, place: str, new: str) -> str:
    """The text after a rename, which the client takes back."""
    before = client.texts[uri]
    client.apply(client.request("textDocument/rename", {**client.at(uri, place), "newName": new}))
    after = client.texts[uri]
    client.change(uri, 0, len(after), before)
    return after


def refusal(client: Client, method: str, params: dict[str, Any]) -> str:
    """Why a request is refused: the message of an error that editors show."""
    error = client.answer(f"textDocument/{method}", params)["error"]
    assert error["code"] == -32803
    message = error["message"]
    assert isinstance(message, str)
    return message


RENAMES = [
    pytest.param(
        "🍞/{i|d}",
        "order",
        [
            ("/orders/{id}:", "/orders/{order}:"),
            ("🍞/{id}", "🍞/{order}"),
            ("path.id", "path.order"),
            ("~1orders~1{id}", "~1orders~1{order}"),
            ("Id: {name: id", "Id: {name: order"),
            ("https://example.com/{id}", "https://example.com/{order}"),
        ],
        id="parameter",
    ),
    pytest.param(
        "/users/{i|d}",
        "user",
        [("/users/{id}", "/users/{user}"), ("[{name: id", "[{name: user"), ("'user {id}", "'user {user}")],
        id="parameter of another path",
    ),
    pytest.param(
        "parameters: [{name: pa|ge", "first", [("name: page", "name: first"), ("{page}", "{first}")], id="query"
    ),
    pytest.param("st|age: {", "среда", [("stage: {", "среда: {"), ("var.stage", "var.среда")], id="variable"),
    pytest.param(
        "schemas/Or|der/", "Item", [(f"{before}Order", f"{before}Item") for before in ("/", "    ", "r: ")], id="schema"
    ),
    pytest.param("I|d: {", "Order-1", [("/Id'", "/Order-1'"), ("Id: {", "Order-1: {")], id="component"),
    pytest.param(
        "Back|end:", "200", [("/Backend'", "/200'"), ("Backend:", "'200':")], id="component that needs quotes"
    ),
    pytest.param("[{token: []}]\npaths".replace("tok", "tok|"), "key", [("token", "key")], id="security scheme"),
    pytest.param("operationId: get|Order\n", "order/get", [("getOrder", "order/get")], id="operation"),
]


@pytest.mark.parametrize(("place", "new", "changes"), RENAMES)
def test_rename(shared: Client, place: str, new: str, changes: list[tuple[str, str]]) -> None:
    """A new name is written in each place, and in no other."""
    expected = SPEC
    for before, after in changes:
        expected = expected.replace(before, after)
    assert expected != SPEC
    assert renamed(shared, shared.open("spec.yaml", SPEC), place, new) == expected


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32"])
def test_range_of_the_name(tmp_path: Path, encoding: str) -> None:
    """An editor gets the range of the name alone, in its own units."""
    with Client(tmp_path, encoding=encoding) as client:
        uri = client.open("spec.yaml", SPEC)
        found = client.request("textDocument/prepareRename", client.at(uri, "🍞/{i|d}"))
        start = SPEC.index("🍞/{") + 3
        assert client.span(uri, found) == (start, start + 2)


OBSTACLES = """\
openapi: 3.0.0
info: {title: Obstacles, version: '1'}
x-yc-apigateway: {variables: {stage: {default: prod, enum: [prod, test]}}}
security: [{scheme: []}]
paths:
  /a/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: string}}]
    get:
      operationId: &first first
      summary: *first
      parameters:
        - {name: X-Id, in: header, schema: {type: string}}
        - {name: sid, in: cookie, schema: {type: string}}
        - {name: key, in: query, schema: {type: string}}
        - {name: url, in: query, schema: {type: string}}
        - {name: free, in: query, schema: {type: string}}
      callbacks: {done: {'{$request.query.url}': {post: {responses: {'200': {description: Done}}}}}}
      x-yc-apigateway-integration: {type: http, url: "https://example.com/{\\x69d}/{X-Id}/{sid}/{key}/{url}/{free}"}
    put:
      operationId: ${PREFIX}Put
      x-yc-apigateway-integration: {$ref: '#/components/x-yc-apigateway-integrations/${var.stage}'}
    post:
      operationId: twice
      x-yc-apigateway-validator: {$ref: '#/components/x-yc-apigateway-validators/${VALIDATOR}'}
      x-yc-apigateway-integration: {type: dummy, http_code: 200}
    delete:
      operationId: twice
      x-yc-apigateway-integration: {type: dummy, http_code: 200}
    patch:
      operationId: once
      x-yc-apigateway-integration: {type: dummy, http_code: 200}
components:
  securitySchemes:
    scheme: {type: apiKey, in: query, name: key}
  x-yc-apigateway-validators:
    Strict: {validateRequestBody: true}
  x-yc-apigateway-integrations:
    prod: {type: dummy, http_code: 200}
    test: {type: dummy, http_code: 200}
"""
NO_NAME = "there is no name here that can be renamed: components, variables, parameters and operationIds can"
REFUSALS = [
    pytest.param("http_c|ode: 200}\n    delete", NO_NAME, id="key"),
    pytest.param("/a|/{id}", NO_NAME, id="path"),
    pytest.param(
        "name: i|d,", "'id' in line 18 is written with escapes or on several lines: rename it by hand", id="escape"
    ),
    pytest.param(
        "&first fir|st", "'first' in line 9 is repeated by an alias or a merge: rename it by hand", id="alias"
    ),
    pytest.param("{X-I|d}", "clients send the header 'X-Id' under this name: rename it by hand", id="header"),
    pytest.param("name: si|d,", "clients send the cookie 'sid' under this name: rename it by hand", id="cookie"),
    pytest.param("{ke|y}", "the security scheme 'scheme' reads 'key': rename it by hand", id="credential"),
    pytest.param("{ur|l}", "'$request.query.url' in line 17 may mean 'url': rename it by hand", id="expression"),
    pytest.param("P|ut", "a placeholder is a part of '${PREFIX}Put': rename it by hand", id="placeholder"),
    pytest.param(
        "post:\n      operationId: tw|ice",
        "several operations have the operationId 'twice': make it unique first",
        id="duplicate",
    ),
    pytest.param("pr|od: {type", "'prod' in line 21 is put together with a variable: rename it by hand", id="variable"),
    pytest.param(
        "Stri|ct", "the reference in line 24 has a placeholder and may mean 'Strict': rename it by hand", id="reference"
    ),
]


@pytest.mark.parametrize(("place", "reason"), REFUSALS)
def test_refused(shared: Client, place: str, reason: str) -> None:
    """What cannot be renamed in each place is refused, by both requests, and the reason is told."""
    uri = shared.open("obstacles.yaml", OBSTACLES)
    params = shared.at(uri, place)
    assert refusal(shared, "prepareRename", params) == reason
    assert refusal(shared, "rename", {**params, "newName": "other"}) == reason


NEW_NAMES = [
    pytest.param("{fr|ee}", "id", "'id' is taken: choose another name", id="declared"),
    pytest.param("{fr|ee}", "key", "'key' is taken: choose another name", id="declared elsewhere"),
    pytest.param(
        "{fr|ee}",
        "a b",
        "'a b' is no legal parameter name: write a letter or '_' first, then also digits, '.' and '-'",
        id="parameter",
    ),
    pytest.param(
        "{fr|ee}",
        "",
        "'' is no legal parameter name: write a letter or '_' first, then also digits, '.' and '-'",
        id="empty",
    ),
    pytest.param("operationId: on|ce", "twice", "'twice' is taken: choose another name", id="operation taken"),
    pytest.param(
        "operationId: on|ce",
        "a b",
        "'a b' is no legal operation name: write letters, digits, '.', ':', '/', '-' and '_'",
        id="operation",
    ),
    pytest.param(
        "sta|ge: {", "a/b", "'a/b' is no legal variable name: write letters, digits, '.', '-' and '_'", id="variable"
    ),
    pytest.param(
        "[{sche|me", "a b", "'a b' is no legal component name: write letters, digits, '.', '-' and '_'", id="component"
    ),
]


@pytest.mark.parametrize(("place", "new", "reason"), NEW_NAMES)
def test_refused_new_name(shared: Client, place: str, new: str, reason: str) -> None:
    """A new name that is none, or that means something else already, is refused."""
    uri = shared.open("obstacles.yaml", OBSTACLES)
    assert refusal(shared, "rename", {**shared.at(uri, place), "newName": new}) == reason


def test_refused_mistake(shared: Client) -> None:
    """A new name in which the linter finds a mistake is refused, with what it says."""
    uri = shared.open("spec.yaml", SPEC)
    params = {**shared.at(uri, "schemas/Or|der/"), "newName": "Заказ"}
    assert refusal(shared, "rename", params).startswith("'Заказ' would be a mistake: ")


def test_component_taken(shared: Client) -> None:
    """The name of another component of its section is taken, and that of a component elsewhere is free."""
    uri = shared.open("obstacles.yaml", OBSTACLES.replace("${VALIDATOR}", "Strict").replace("${var.stage}", "prod"))
    assert (
        refusal(shared, "rename", {**shared.at(uri, "pr|od: {type"), "newName": "test"})
        == "'test' is taken: choose another name"
    )
    expected = shared.texts[uri].replace("Strict", "test")
    assert renamed(shared, uri, "Stri|ct:", "test") == expected


def test_syntax_error(shared: Client) -> None:
    """While nothing can be read, nothing can be renamed."""
    uri = shared.open("spec.yaml", f"{SPEC}broken: [\n")
    assert refusal(shared, "prepareRename", shared.at(uri, "st|age: {")) == NO_NAME


def test_repeated_key(shared: Client) -> None:
    """Where a key is repeated, the name may also be in what is not read."""
    uri = shared.open(
        "spec.yaml", SPEC.replace("  /users/{id}:", "  /orders/{id}: {summary: 'Order of {page}'}\n  /users/{id}:")
    )
    reason = "not all of the document is read, and 'stage' may be used there: rename it by hand"
    assert refusal(shared, "prepareRename", shared.at(uri, "st|age: {")) == reason


def test_changes_without_versions(tmp_path: Path) -> None:
    """A client that does not know versions of edits gets changes."""
    with Client(tmp_path, {**CAPABILITIES, "workspace": {}}) as client:
        uri = client.open("spec.yaml", SPEC)
        edit = client.request("textDocument/rename", {**client.at(uri, "st|age: {"), "newName": "stand"})
        assert list(edit) == ["changes"]
        client.apply(edit)
        assert client.texts[uri] == SPEC.replace("stage", "stand")


BODY = """\
openapi: 3.0.0
info: {title: Заказы 🍞, version: '1'}
x-yc-apigateway: {variables: {stage: {default: 🍞, enum: [🍞, test]}}}
paths:
  /{id}/🍞:
    get:
      parameters: [{name: id, in: path, required: true, schema: {type: string}}]
      x-yc-apigateway-integration:
        type: dummy
        http_code: 200
        content:
          text/plain: |-
            🍞 ${var.stage} {id}
            {id}
"""


@pytest.mark.parametrize("line_break", ["\n", "\r\n"])
@pytest.mark.parametrize(("name", "mark"), [("spec.yaml", ""), ("spec.yaml", "\ufeff")])
def test_lines_and_marks(shared: Client, line_break: str, name: str, mark: str) -> None:
    """Names are found behind emoji, in block scalars, with any line break and a byte order mark."""
    text = mark + BODY.replace("\n", line_break)
    uri = shared.open(name, text)
    expected = text.replace("{id}", "{bread}").replace("name: id", "name: bread")
    assert renamed(shared, uri, "/{i|d}/", "bread") == expected
    assert renamed(shared, uri, "{st|age:", "stand") == text.replace("stage", "stand")


def test_heredocs(shared: Client) -> None:
    """In a `.tf` file a name is one of its own document."""
    indented = "".join(f"    {line}" for line in BODY.replace("${var", "$${var").splitlines(keepends=True))
    one = 'resource "yandex_api_gateway" "a" {\n  spec = <<-EOT\n' + indented + "  EOT\n}\n"
    text = one + one.replace("stage", "other").replace("{id}", "{no}")
    uri = shared.open("main.tf", text, "terraform")
    assert renamed(shared, uri, "{st|age:", "stand") == text.replace("stage", "stand")
    bread = one.replace("{id}", "{bread}").replace("name: id", "name: bread")
    assert renamed(shared, uri, "/{i|d}/", "bread") == text.replace(one, bread)


WRITTEN_ANEW = frozenset(("y", "n", "on", "Off", "0x10", "A-B", "Сайт"))
"""Names that are written otherwise by a rename: with quotes, which others do not need, or without needless escapes."""


def analysed(path: Path, text: str) -> Analysis:
    """What the server knows of a text."""
    return analyse(Text(path.as_uri(), str(path), text), Settings(Config()))


def rules(analysis: Analysis) -> Counter[str]:
    """How often each rule has found something."""
    return Counter(one.rule for one in analysis.everything.found)


def names_of(analysis: Analysis) -> Iterator[tuple[str, int]]:
    """The names of a text that may be renamed, each with the offset where it is written first."""
    for spec in analysis.specs:
        for name in analysis.names(spec).all:
            if name.kind is not Kind.PART:
                yield name.text, name.places[0].span.start + spec.tree.source.start


def after_rename(analysis: Analysis, offset: int, new: str) -> str:
    """The whole text after a rename."""
    edit = rename(analysis, offset, new)
    assert edit.document_changes
    edits = edit.document_changes[0].edits  # type: ignore[union-attr]
    changes = [Edit(analysis.span(one.range), one.new_text) for one in edits]  # type: ignore[union-attr]
    mark = analysis.text.text[: len(analysis.text.text) - len(analysis.source.text)]
    return mark + apply_edits(analysis.source.text, changes)


def check_there_and_back(path: Path) -> None:
    """Asserts of each name of a file that a rename adds no finding, and that renaming back gives the text as it was."""
    before = analysed(path, path.read_bytes().decode("utf-8", "replace"))
    for name, offset in names_of(before):
        try:
            renamable(before, offset)
            text = after_rename(before, offset, f"{name}_x")
        except CannotRenameError as error:
            assert "is taken" not in str(error), (path, name)
            continue
        after = analysed(path, text)
        assert not rules(after) - rules(before), (path, name)
        if rules(after) != rules(before):
            assert not path.name.startswith("good"), (path, name)
            continue
        back = after_rename(after, offset + (text[offset] in "'\""), name)
        if name in WRITTEN_ANEW:
            assert rules(analysed(path, back)) == rules(before)
        else:
            assert back == before.text.text, (path, name)


CLEAN = [path for name in ("specs", "clean", "templates") for path in sorted((FIXTURES / name).glob("*.*"))]


@pytest.mark.parametrize("folder", RULE_FOLDERS, ids=lambda path: path.name)
def test_there_and_back(folder: Path) -> None:
    """After a rename in a good fixture the linter finds the same, and renaming back gives the text as it was."""
    for path in sorted(folder.glob("good*.yaml")):
        check_there_and_back(path)


@pytest.mark.parametrize("path", CLEAN, ids=lambda path: path.name)
def test_there_and_back_in_whole_specifications(path: Path) -> None:
    """The same in whole specifications and in templates."""
    check_there_and_back(path)


@pytest.mark.exhaustive
@pytest.mark.parametrize("folder", RULE_FOLDERS, ids=lambda path: path.name)
def test_there_and_back_with_mistakes(folder: Path) -> None:
    """After a rename in a bad fixture the linter finds nothing new."""
    for path in sorted(folder.glob("*.yaml")):
        check_there_and_back(path)
