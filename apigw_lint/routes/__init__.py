"""The table of routes: what the gateway does with the requests of each operation."""

FORMATS = ("text", "json", "markdown", "csv", "mermaid", "html")
"""The formats of the table, each a module of this package."""
