"""The language server, as a client of the tests' own sees it."""
