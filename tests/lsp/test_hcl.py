"""An object of HCL in a `.tf` is a document for editors too."""

from __future__ import annotations

from apigw_lint.config import Config
from apigw_lint.lsp import actions, completion, hover, renaming, symbols
from apigw_lint.lsp.analysis import Analysis, Text, analyse
from apigw_lint.lsp.settings import Settings
from apigw_lint.source.text import Span
from tests.hcl import gateway

TEXT = gateway(
    """{
    openapi = "3.0.0"
    info = { title = "API", version = "1" }
    paths = {
      "/a/{id}" = { get = {
        parameters = [{ name = "id", in = "path", required = true, schema = { type = "string" } }]
        x-yc-apigateway-integration = { type = "object_storage", bucket = "b", object = "{id}", objct = "c" }
      } }
    }
  }"""
)


def analysed() -> Analysis:
    return analyse(Text("file:///main.tf", "/main.tf", TEXT), Settings(Config()))


def test_rename() -> None:
    """A parameter is renamed in the path, in its declaration and where it is substituted."""
    edit = renaming.rename(analysed(), TEXT.index('"id"') + 1, "key")
    assert edit.document_changes is not None
    (change,) = edit.document_changes
    assert len(change.edits) == 3  # type: ignore[union-attr]


def test_outline_and_hover() -> None:
    """The outline has the operation, and hover tells what is documented of a key."""
    (whole,) = symbols.document_symbols(analysed())
    assert [child.name for child in whole.children or ()] == ["info", "paths"]
    assert hover.hover(analysed(), TEXT.index("bucket") + 1) is not None


def test_actions() -> None:
    """An ignore comment and an explanation are offered."""
    at = TEXT.index("objct")
    titles = [action.title for action in actions.code_actions(analysed(), Span(at, at))]
    assert {"ignore 'unknown-key' here", "explain 'unknown-key'"} <= set(titles)


def test_no_completion() -> None:
    """Nothing is proposed in an object: what is proposed in YAML is not HCL."""
    analysis = analysed()
    assert not any(completion.completion(analysis, offset) for offset in range(0, len(TEXT), 7))
