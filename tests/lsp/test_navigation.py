"""From a name to where it is defined, and to where else it is written."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.lsp.client import Client

SPEC = """\
openapi: 3.0.0
info: {title: Заказы 🍞, version: '1'}
x-yc-apigateway:
  variables:
    stage: {default: prod, enum: [prod, test]}
    backend: {default: '#/components/x-yc-apigateway-integrations/Backend'}
security: [{token: []}]
paths:
  /orders/{id}:
    parameters: [{$ref: '#/components/parameters/Id'}]
    get:
      operationId: getOrder
      parameters: [{name: page, in: query, schema: {type: string}}]
      x-yc-apigateway-integration: {type: http, url: 'https://${var.stage}.example.com/🍞/{id}', query: {p: '{page}'}}
      responses:
        '200':
          description: The order
          links:
            self: {operationId: getOrder, parameters: {path.id: $response.body#/id}}
            other: {operationRef: '#/paths/~1orders~1{id}/put'}
          content: {application/json: {schema: {$ref: '#/components/schemas/Order/properties/id'}}}
    put:
      security: [{token: []}]
      x-yc-apigateway-integration: {$ref: '${var.backend}'}
  /users/{id}:
    get:
      parameters: [{name: id, in: path, required: true, schema: {type: string}}]
      x-yc-apigateway-integration: {type: dummy, http_code: 200, content: {text/plain: 'user {id}, not {key}'}}
  /files/{file+}:
    get:
      x-yc-apigateway-integration: {type: object_storage, bucket: files, object: '{file}'}
components:
  parameters:
    Id: {name: id, in: path, required: true, schema: {type: string}}
  securitySchemes:
    token: {type: apiKey, in: header, name: X-Token}
  schemas:
    Order: {type: object, properties: {id: {type: string}}}
    Any:
      oneOf: [{$ref: '#/components/schemas/Order'}]
      discriminator: {propertyName: kind, mapping: {order: Order, other: '#/components/schemas/Order'}}
  x-yc-apigateway-integrations:
    Backend: {type: http, url: 'https://example.com/{id}'}
"""


def asked(client: Client, uri: str, what: str, place: str, **more: Any) -> list[str]:
    """The places that an answer names, each in brackets with its line number and what is around it."""
    answer = client.request(f"textDocument/{what}", {**client.at(uri, place), **more})
    assert {one.get("uri", uri) for one in answer} <= {uri}
    text, shown = client.texts[uri], []
    for one in answer:
        start, end = client.span(uri, one["range"])
        before, after = text[:start].splitlines()[-1][-8:], text[end:].splitlines()[0][:8]
        shown.append(f"{one['range']['start']['line'] + 1}: {before.lstrip()}[{text[start:end]}]{after.rstrip()}")
    return shown


DEFINITIONS = [
    pytest.param("🍞/{i|d}", ["34: {name: [id], in: pa"], id="parameter through a reference"),
    pytest.param("🍞/{|id}", ["34: {name: [id], in: pa"], id="before the name"),
    pytest.param("🍞/{id|}", ["34: {name: [id], in: pa"], id="behind the name"),
    pytest.param("'user {i|d}", ["27: [{name: [id], in: pa"], id="parameter of its operation"),
    pytest.param("p: '{pa|ge}'", ["13: [{name: [page], in: qu"], id="parameter in the query"),
    pytest.param("example.com/{i|d}'}\n", ["34: {name: [id], in: pa"], id="of a shared integration"),
    pytest.param("/orders/{i|d}:", ["34: {name: [id], in: pa"], id="in a path"),
    pytest.param("~1orders~1{i|d}", ["34: {name: [id], in: pa"], id="in a path in a reference"),
    pytest.param("path.i|d:", ["34: {name: [id], in: pa"], id="in a link"),
    pytest.param("object: '{fi|le}'", ["29: /files/{[file]+}:"], id="in the path alone"),
    pytest.param("${var.st|age}", ["5: [stage]: {defau"], id="variable"),
    pytest.param("self: {operationId: get|Order", ["11: [get]:"], id="operation"),
    pytest.param("parameters/I|d'", ["34: [Id]: {name:"], id="component"),
    pytest.param("'#/comp|onents/parameters/", ["34: [Id]: {name:"], id="anywhere in a reference"),
    pytest.param("schemas/Or|der/prop", ["38: [Order]: {type:"], id="component within a reference"),
    pytest.param("Order/properties/i|d'", ["38: rties: {[id]: {type:"], id="part of a component"),
    pytest.param("{id}/p|ut'", ["22: [put]:"], id="operation in a reference"),
    pytest.param("integrations/Back|end'", ["43: [Backend]: {type:"], id="reference in a variable"),
    pytest.param("      security: [{to|ken", ["36: [token]: {type:"], id="security scheme"),
    pytest.param("{order: Or|der,", ["38: [Order]: {type:"], id="schema in a discriminator"),
    pytest.param("not {k|ey}", [], id="braces that are no parameter"),
    pytest.param("http_co|de", [], id="a key of the gateway"),
]


@pytest.mark.parametrize(("place", "expected"), DEFINITIONS)
def test_definition(shared: Client, place: str, expected: list[str]) -> None:
    """The definition of a name, in one step also where a reference is between."""
    assert asked(shared, shared.open("spec.yaml", SPEC), "definition", place) == expected


def test_several_definitions(shared: Client) -> None:
    """A name in an integration that several operations use is what each of them declares."""
    text = SPEC.replace("      security: [{token: []}]\n", "      parameters: [{name: id, in: path, required: true}]\n")
    uri = shared.open("several.yaml", text)
    expected = ["23: [{name: [id], in: pa"]
    assert asked(shared, uri, "definition", "example.com/{i|d}'}\n") == expected
    shared.replace(uri, "'https://${var.stage}.example.com/🍞/{id}', query: {p: '{page}'}", "'https://example.com'")
    shared.replace(uri, "{type: http, url: 'https://example.com'}", "{$ref: '${var.backend}'}")
    assert sorted(asked(shared, uri, "definition", "example.com/{i|d}'}\n")) == [*expected, "34: {name: [id], in: pa"]


PARAMETER = [
    "9: orders/{[id]}: (definition)",
    "14: .com/🍞/{[id]}', quer",
    "19: : {path.[id]: $respo",
    "20: rders~1{[id]}/put'}",
    "34: {name: [id], in: pa (definition)",
    "43: le.com/{[id]}'}",
]
OTHER_PARAMETER = [
    "25: /users/{[id]}: (definition)",
    "27: [{name: [id], in: pa (definition)",
    "28: 'user {[id]}, not {",
]
SCHEMA = [
    "21: schemas/[Order]/propert",
    "38: [Order]: {type: (definition)",
    "40: schemas/[Order]'}]",
    "41: {order: [Order], other:",
    "41: schemas/[Order]'}}",
]
SCHEME = ["7: rity: [{[token]: []}]", "23: rity: [{[token]: []}]", "36: [token]: {type: (definition)"]
VARIABLE = ["5: [stage]: {defau (definition)", "14: //${var.[stage]}.exampl"]
OPERATION = ["12: tionId: [getOrder] (definition)", "19: tionId: [getOrder], parame"]
REFERENCES = [
    pytest.param("/orders/{i|d}:", PARAMETER, id="parameter"),
    pytest.param("🍞/{i|d}", PARAMETER, id="parameter, from a use"),
    pytest.param("'user {i|d}", OTHER_PARAMETER, id="parameter of the same name in another path"),
    pytest.param("Or|der: {", SCHEMA, id="component"),
    pytest.param("    to|ken: {", SCHEME, id="security scheme"),
    pytest.param("st|age:", VARIABLE, id="variable"),
    pytest.param("self: {operationId: get|Order", OPERATION, id="operation"),
]


@pytest.mark.parametrize(("place", "expected"), REFERENCES)
def test_references(shared: Client, place: str, expected: list[str]) -> None:
    """Every place where a name is written, in order, those that define it only if they are asked for.

    A parameter is one of its path and its operations: the same name in another path is another one.
    """
    uri = shared.open("spec.yaml", SPEC)
    everywhere = asked(shared, uri, "references", place, context={"includeDeclaration": True})
    uses = asked(shared, uri, "references", place, context={"includeDeclaration": False})
    assert [f"{one} (definition)" if one not in uses else one for one in everywhere] == expected


def test_highlight(shared: Client) -> None:
    """The definitions of a name are highlighted as written, its uses as read."""
    uri = shared.open("spec.yaml", SPEC)
    found = shared.request("textDocument/documentHighlight", shared.at(uri, "object: '{fi|le}'"))
    shown = [(shared.covered(uri, one["range"]), one["range"]["start"]["line"] + 1, one["kind"]) for one in found]
    assert shown == [("file", 29, 3), ("file", 31, 2)]
    assert shared.request("textDocument/documentHighlight", shared.at(uri, "http_co|de")) == []


def test_json(shared: Client) -> None:
    """In JSON a name is found within its quotes."""
    use = {"$ref": "#/components/schemas/Order"}
    content = {"content": {"application/json": {"schema": use}}}
    call = {"type": "dummy", "http_code": 200}
    operation = {"responses": {"200": {"description": "", **content}}, "x-yc-apigateway-integration": call}
    text = json.dumps(
        {"openapi": "3.0.0", "paths": {"/a": {"get": operation}}, "components": {"schemas": {"Order": {}}}}
    )
    uri = shared.open("spec.json", text, "json")
    assert asked(shared, uri, "definition", "/schemas/Or|der") == ['1: mas": {"[Order]": {}}}}']


def test_terraform(shared: Client) -> None:
    """In a heredoc the gateway's variable has two dollars, and a name is one of its own document."""
    body = """\
    openapi: 3.0.0
    x-yc-apigateway: {variables: {stage: {default: prod}}}
    paths:
      /%s:
        get:
          summary: ${var.stage}
          x-yc-apigateway-integration: {type: http, url: 'https://$${var.stage}.example.com'}
"""
    text = "".join(
        f'resource "yandex_api_gateway" "{name}" {{\n  spec = <<-EOT\n{body % name}  EOT\n}}\n' for name in "ab"
    )
    uri = shared.open("main.tf", text, "terraform")
    params = {"textDocument": {"uri": uri}, "position": shared.position(uri, text.rindex("stage}.example"))}
    found = shared.request("textDocument/references", {**params, "context": {"includeDeclaration": True}})
    starts = [shared.span(uri, one["range"])[0] for one in found]
    assert starts == [text.rindex("stage: {default"), text.rindex("stage}.example")]


@pytest.mark.parametrize("text", ["", "openapi: [", "openapi: 3.0.0\npaths:\n  /a/{id", "just text {id}"])
def test_half_written(shared: Client, text: str) -> None:
    """Where nothing can be read there is no answer, and no error."""
    uri = shared.open("half.yaml", text)
    params = {"textDocument": {"uri": uri}, "position": shared.position(uri, len(text))}
    assert shared.request("textDocument/definition", params) == []
    assert shared.request("textDocument/references", {**params, "context": {"includeDeclaration": True}}) == []
    assert shared.request("textDocument/documentHighlight", params) == []
