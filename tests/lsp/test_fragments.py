"""The language server knows a fragment as what it is."""

from __future__ import annotations

from tests.lsp.client import Client

ITEM = "get:\n  x-yc-apigateway-integration: {type: dummy, http_code: '200'}\n  summary: a\nputs: {}\n"


def test_fragment(client: Client) -> None:
    """Findings are where they are in the file, keys of a path item are proposed, and the outline has its operations."""
    uri = client.open("item.yaml", ITEM)
    assert [one["range"]["start"] for one in client.diagnostics(uri)] == [
        {"line": 1, "character": 56},
        {"line": 3, "character": 0},
    ]
    found = client.request("textDocument/completion", client.at(uri, "puts|: {}"))
    labels = [one["label"] for one in (found["items"] if isinstance(found, dict) else found)]
    assert "put" in labels
    assert "openapi" not in labels
    symbols = client.request("textDocument/documentSymbol", {"textDocument": {"uri": uri}})
    assert [symbol["name"] for symbol in symbols] == ["get", "puts"]
