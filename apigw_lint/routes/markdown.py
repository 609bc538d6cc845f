"""Renders the table of routes as Markdown, for documentation and job summaries."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from apigw_lint.formats.markdown import code, table_row
from apigw_lint.formats.printable import printable
from apigw_lint.gateway.access import Access
from apigw_lint.routes.columns import by_spec, table
from apigw_lint.routes.sums import sums_in_words
from apigw_lint.routes.table import Row

_PLAIN = ("Line", "Method", "CORS", "Validation")


def render(rows: Sequence[Row]) -> str:
    """A table for each specification, and the sums."""
    specs = by_spec(rows)
    blocks = []
    for name, own in specs.items():
        if len(specs) > 1:
            blocks.append(f"### {code(printable(name))}")
        blocks.append("\n".join(_lines(own)))
    return "\n\n".join([*blocks, sums_in_words(rows)]) + "\n"


def _lines(rows: Sequence[Row]) -> Iterator[str]:
    names, cells = table(rows)
    yield table_row(names)
    yield table_row(["---"] * len(names))
    for row, own in zip(rows, cells, strict=True):
        yield table_row(_cell(row, name, cell) for name, cell in zip(names, own, strict=True))


def _cell(row: Row, name: str, cell: str) -> str:
    if name == "Access" and row.access is Access.PUBLIC:
        return "**public**"
    return code(cell) if cell and (name not in _PLAIN or cell == "*") else cell
