"""The outline: what has a symbol, what it says, and that ranges nest in every specification that there is."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest

from tests.bench.inputs import corpus, terraform
from tests.conftest import FIXTURES
from tests.lsp.client import Client
from tests.support import header

FILES = sorted(path for path in FIXTURES.rglob("*") if path.is_file() and path.suffix != ".out")

SPEC = """\
openapi: 3.0.0
info:
  title: Питомцы 🐱
  version: 1.0.0
x-yc-apigateway:
  service_account_id: ajeabc
  variables:
    stage:
      default: test
security:
  - key: []
paths:
  /pets:
    summary: All pets
    parameters:
      - $ref: '#/components/parameters/limit'
    get:
      summary: List them
      operationId: list
      x-yc-apigateway-integration: {type: dummy, http_code: 200}
    x-yc-apigateway-any-method:
      operationId: rest
      deprecated: true
      x-yc-apigateway-integration:
        $ref: '#/components/x-yc-apigateway-integrations/nothing'
  # about the other path
  /other:
    $ref: '#/paths/~1pets'
components:
  parameters:
    limit: {name: limit, in: query, schema: {type: integer}}
  schemas:
    Pet: {type: object}
  securitySchemes:
    key:
      type: apiKey
      name: X-Key
      in: header
  x-yc-apigateway-integrations:
    nothing: {type: dummy, http_code: 404}
"""

OUTLINE = """\
info (Питомцы 🐱): object, info to ...n: 1.0.0
x-yc-apigateway: module, x-yc-apigateway to ...lt: test
  service_account_id (ajeabc): property, service_account_id to ...: ajeabc
  variables: namespace, variables to ...lt: test
    stage (test): constant, stage to ...lt: test
security (key): array, security to ... key: []
paths: namespace, paths to .../~1pets'
  /pets (All pets): interface, /pets to ...nothing'
    get (List them): method, get to ...de: 200}
    x-yc-apigateway-any-method (rest): method, deprecated, x-yc-apigateway-any-method to ...nothing'
  /other (#/paths/~1pets): interface, /other to .../~1pets'
components: namespace, components to ...de: 404}
  parameters: namespace, parameters to ...nteger}}
    limit (query): variable, limit to ...nteger}}
  schemas: namespace, schemas to ... object}
    Pet (object): struct, Pet to ... object}
  securitySchemes: namespace, securitySchemes to ...: header
    key (apiKey): key, key to ...: header
  x-yc-apigateway-integrations: namespace, x-yc-apigateway-integrations to ...de: 404}
    nothing (dummy): function, nothing to ...de: 404}
"""

KINDS = {
    2: "module",
    3: "namespace",
    6: "method",
    7: "property",
    11: "interface",
    12: "function",
    13: "variable",
    14: "constant",
    18: "array",
    19: "object",
    20: "key",
    23: "struct",
}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    with Client(tmp_path_factory.mktemp("symbols")) as client:
        yield client


def symbols(client: Client, uri: str) -> list[dict[str, Any]]:
    """The symbols of a text."""
    found = client.request("textDocument/documentSymbol", {"textDocument": {"uri": uri}})
    assert isinstance(found, list)
    return found


def outline(client: Client, uri: str, found: list[dict[str, Any]], indent: str = "") -> str:
    """Symbols in lines, with the text that each selects and the end of its range."""
    lines = ""
    for symbol in found:
        detail = f" ({symbol['detail']})" if "detail" in symbol else ""
        tags = ", deprecated" if symbol.get("tags") == [1] else ""
        selected, last = client.covered(uri, symbol["selectionRange"]), client.covered(uri, symbol["range"])[-8:]
        lines += f"{indent}{symbol['name']}{detail}: {KINDS[symbol['kind']]}{tags}, {selected} to ...{last}\n"
        lines += outline(client, uri, symbol["children"], indent + "  ")
    return lines


@pytest.mark.parametrize("line_break", ["\n", "\r\n"], ids=["LF", "CRLF"])
def test_outline(client: Client, line_break: str) -> None:
    """Paths with their operations, components and the gateway object are symbols, comments behind them left out."""
    uri = client.open("spec.yaml", SPEC.replace("\n", line_break))
    assert outline(client, uri, symbols(client, uri)) == OUTLINE


def test_heredocs(client: Client) -> None:
    """Each gateway of a `.tf` is a symbol with the name of its resource, and a file that it names is its detail."""
    text = terraform(header("paths: {/a: {get: {summary: A}}}\nx-yc-apigateway: {}\n"))
    text += 'resource "yandex_api_gateway" "other" {\n  spec = file("${path.module}/spec.yaml")\n}\n'
    uri = client.open("main.tf", text, "terraform")
    assert outline(client, uri, symbols(client, uri)) == (
        'shop: module, "shop" to ...way: {}\n\n'
        "  info (API): object, info to ...: 1.0.0}\n"
        "  paths: namespace, paths to ...ry: A}}}\n"
        "    /a: interface, /a to ...ary: A}}\n"
        "      get (A): method, get to ...mary: A}\n"
        "  x-yc-apigateway: module, x-yc-apigateway to ...eway: {}\n"
        'other (spec.yaml): module, "other" to ...pec.yaml\n'
    )


def test_specifications_anywhere_in_terraform(client: Client) -> None:
    """A specification that a gateway has by name is a symbol of its own; the gateway has the expression as detail."""
    heredoc = "<<EOT\nopenapi: 3.0.0\npaths: {/a: {get: {x-yc-apigateway-integration: {type: dummy}}}}\nEOT\n"
    text = f'resource "yandex_api_gateway" "a" {{\n  spec = local.spec\n}}\nlocals {{\n  spec = {heredoc}}}\n'
    uri = client.open("anywhere.tf", text, "terraform")
    assert outline(client, uri, symbols(client, uri)) == (
        'a (local.spec): module, "a" to ...cal.spec\n'
        "spec: module, spec to ...mmy}}}}\n\n"
        "  paths: namespace, paths to ...ummy}}}}\n"
        "    /a: interface, /a to ...dummy}}}\n"
        "      get: method, get to ... dummy}}\n"
    )


def test_terraform_in_json(client: Client) -> None:
    """In a string of `.tf.json` each symbol is where its escapes are."""
    spec = "openapi: 3.0.0\npaths:\n  /a:\n    get: {x-yc-apigateway-integration: {type: dummy}}\n"
    text = json.dumps({"resource": {"yandex_api_gateway": {"a": {"spec": spec}}}})
    uri = client.open("main.tf.json", text, "json")
    (gateway,) = symbols(client, uri)
    (paths,) = gateway["children"]
    assert client.covered(uri, gateway["selectionRange"]) == '"a"'
    assert client.covered(uri, paths["selectionRange"]) == "paths"
    assert client.covered(uri, paths["children"][0]["selectionRange"]) == "/a"


def test_json(client: Client) -> None:
    """The keys of JSON are selected with their quotes."""
    uri = client.open("spec.json", '{"openapi": "3.0.0", "paths": {"/a": {"get": {}}}, "x-yc-apigateway": {}}', "json")
    assert outline(client, uri, symbols(client, uri)) == (
        'paths: namespace, "paths" to ...t": {}}}\n'
        '  /a: interface, "/a" to ...et": {}}\n'
        '    get: method, "get" to ...get": {}\n'
        'x-yc-apigateway: module, "x-yc-apigateway" to ...way": {}\n'
    )


def test_aliases_and_merges(client: Client) -> None:
    """What an alias or a merge repeats has a symbol only where it is written."""
    uri = client.open(
        "aliases.yaml",
        header(
            "x-yc-apigateway: {}\n"
            "paths:\n"
            "  /a: &a\n"
            "    get: {summary: A}\n"
            "  /b: *a\n"
            "  /c:\n"
            "    <<: *a\n"
            "    post: {summary: C}\n"
        ),
    )
    assert outline(client, uri, symbols(client, uri)[2:]) == (
        "paths: namespace, paths to ...mary: C}\n"
        "  /a: interface, /a to ...mary: A}\n"
        "    get (A): method, get to ...mary: A}\n"
        "  /b: interface, /b to .../b: *a\n"
        "  /c: interface, /c to ...mary: C}\n"
        "    post (C): method, post to ...mary: C}\n"
    )


def test_secrets_are_hidden(client: Client) -> None:
    """No secret is in a detail."""
    spec = header("x-yc-apigateway: {variables: {}, api_key: AQVNabcdefghijklmnopqrstuvwxyz1234567890}\npaths: {}\n")
    uri = client.open("secret.yaml", spec)
    assert [symbol.get("detail") for symbol in symbols(client, uri)[1]["children"]] == [None, "*" * 40]


def test_no_specification(client: Client) -> None:
    """Other files and texts that cannot be read have no symbols; an empty key has a name that can be shown."""
    assert symbols(client, client.open("compose.yaml", "services: {web: {image: nginx}}\n")) == []
    assert symbols(client, client.open("half.yaml", header("x-yc-apigateway: {}\npaths:\n  /a: {get: [\n"))) == []
    uri = client.open("empty.yaml", header("x-yc-apigateway: {}\npaths: {'': {}}\n"))
    assert [symbol["name"] for symbol in symbols(client, uri)[2]["children"]] == ["''"]


def _start(range_: dict[str, Any]) -> tuple[int, int]:
    return range_["start"]["line"], range_["start"]["character"]


def _end(range_: dict[str, Any]) -> tuple[int, int]:
    return range_["end"]["line"], range_["end"]["character"]


def _all(found: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for symbol in found:
        yield symbol
        yield from _all(symbol["children"])


def _is_inside(inner: dict[str, Any], outer: dict[str, Any]) -> bool:
    return _start(outer) <= _start(inner) <= _end(inner) <= _end(outer)


@pytest.mark.once
def test_ranges_nest(client: Client) -> None:
    """In every fixture and real specification each range holds what is selected and its children, one by one."""
    shown = 0
    for number, path in enumerate([*FILES, *corpus()]):
        uri = client.open(f"{number}/{path.name}", path.read_bytes().decode(errors="replace"))
        found = symbols(client, uri)
        client.close(uri)
        for symbol in _all(found):
            children = symbol["children"]
            assert symbol["name"], path
            assert _is_inside(symbol["selectionRange"], symbol["range"]), (path, symbol["name"])
            assert all(_is_inside(child["range"], symbol["range"]) for child in children), (path, symbol["name"])
            for first, second in pairwise(children):
                assert _end(first["range"]) <= _start(second["range"]), (path, second["name"])
        shown += bool(found)
    assert shown > 600
