"""Links: pages of the documentation, the files of a `.tf`, references to other documents."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.bench.inputs import terraform
from tests.lsp.client import Client
from tests.support import header

DOCS = "https://yandex.cloud/en/docs/api-gateway/concepts/extensions/"

SPEC = header(
    """\
x-yc-apigateway: {cors: {origin: '*'}}
paths:
  /a:
    x-yc-apigateway-cors: {origin: '*'}
    x-yc-apigateway-any-method:
      x-yc-apigateway-validator: {validateRequestBody: true}
      x-yc-apigateway-integration: {type: http, url: 'https://example.com'}
    get:
      x-yc-apigateway-integration: {$ref: '#/components/x-yc-apigateway-integrations/x'}
      responses:
        '200': {$ref: 'other/responses.yaml#/components/responses/Ok'}
        '404': {$ref: 'https://example.com/responses.yaml#/Missing'}
        '500': {$ref: 'missing.yaml#/components/responses/Ok'}
components:
  securitySchemes:
    f:
      type: http
      scheme: bearer
      x-yc-apigateway-authorizer: {type: function, function_id: d4eabc}
"""
)


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    root = tmp_path_factory.mktemp("links")
    (root / "inside" / ".git").mkdir(parents=True)
    (root / "inside" / "other").mkdir()
    (root / "inside" / "other" / "responses.yaml").touch()
    (root / "outside.yaml").touch()
    with Client(root) as client:
        yield client


def links(client: Client, uri: str) -> list[tuple[str, str]]:
    """The text of each link and where it leads."""
    found = client.request("textDocument/documentLink", {"textDocument": {"uri": uri}})
    return [(client.covered(uri, link["range"]), link["target"]) for link in found]


def in_order(client: Client, uri: str) -> list[tuple[str, str]]:
    """The same, ordered by the text."""
    return sorted(links(client, uri))


def test_links_of_a_specification(client: Client) -> None:
    """Extensions lead to their pages, that of an integration to its type's; references to files that are there."""
    uri = client.open("inside/spec.yaml", SPEC)
    assert in_order(client, uri) == [
        ("'https://example.com/responses.yaml#/Missing'", "https://example.com/responses.yaml#/Missing"),
        ("'other/responses.yaml#/components/responses/Ok'", client.uri("inside/other/responses.yaml")),
        ("x-yc-apigateway", DOCS),
        ("x-yc-apigateway-any-method", f"{DOCS}any-method"),
        ("x-yc-apigateway-authorizer", f"{DOCS}function-authorizer"),
        ("x-yc-apigateway-cors", f"{DOCS}cors"),
        ("x-yc-apigateway-integration", DOCS),
        ("x-yc-apigateway-integration", f"{DOCS}http"),
        ("x-yc-apigateway-validator", f"{DOCS}validator"),
    ]


def test_links_in_a_heredoc(client: Client) -> None:
    """Links in a heredoc are where they are in the file."""
    uri = client.open("inside/main.tf", terraform(header("x-yc-apigateway: {}\npaths: {}\n")), "terraform")
    assert links(client, uri) == [("x-yc-apigateway", DOCS)]


@pytest.mark.parametrize(
    ("expression", "file"),
    [
        ('file("other/responses.yaml")', "inside/other/responses.yaml"),
        ('file("${path.module}/other/../other/responses.yaml")', "inside/other/responses.yaml"),
        ('templatefile("${path.module}/other/responses.yaml", {a = 1})', "inside/other/responses.yaml"),
        ('file("missing.yaml")', None),
        ('file("../outside.yaml")', None),
        ("local.spec", None),
    ],
)
def test_files_of_terraform(client: Client, expression: str, file: str | None) -> None:
    """A file that a `.tf` names is a link if it is there and inside the repository."""
    text = f'resource "yandex_api_gateway" "shop" {{\n  spec = {expression}\n}}\n'
    uri = client.open("inside/files.tf", text, "terraform")
    assert [target for _, target in links(client, uri)] == ([client.uri(file)] if file else [])


def test_misplaced_and_other_files(client: Client) -> None:
    """An extension in a wrong place has no link, and neither has a text that is no specification or cannot be read."""
    uri = client.open("misplaced.yaml", header("x-yc-apigateway-cors: {origin: '*'}\npaths: {}\n"))
    assert links(client, uri) == []
    assert links(client, client.open("compose.yaml", "services: {web: {image: nginx}}\n")) == []
    assert links(client, client.open("half.yaml", SPEC.replace("{origin: '*'}", "{origin: ["))) == []
