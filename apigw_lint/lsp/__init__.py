"""The language server: a thin layer that answers an editor with what the command knows. Needs the extra `lsp`."""
