"""Owns the columns of the table of routes for people: which there are, and what each has of a row."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from apigw_lint.formats.printable import printable
from apigw_lint.routes.table import Row


class Column(NamedTuple):
    """A column; one in which all cells are empty is left out."""

    name: str
    cell: Callable[[Row], str]


_COLUMNS = (
    Column("Line", lambda row: str(row.line)),
    Column("Method", lambda row: row.method),
    Column("Path", lambda row: row.path),
    Column("Integration", lambda row: f"{row.integration} {row.target}".strip()),
    Column("Access", lambda row: row.security),
    Column("CORS", lambda row: "" if row.method.startswith("ws:") else row.cors),
    Column("Validation", lambda row: "" if row.validation == "none" else row.validation),
    Column("Account", lambda row: row.account),
)


def table(rows: Sequence[Row]) -> tuple[list[str], list[list[str]]]:
    """The names of the columns that are not empty, and the cells of each row, each on one line."""
    columns = [column for column in _COLUMNS if any(map(column.cell, rows))]
    return [column.name for column in columns], [[printable(column.cell(row)) for column in columns] for row in rows]


def by_file(rows: Sequence[Row]) -> dict[str, list[Row]]:
    """The rows of each file."""
    files: dict[str, list[Row]] = {}
    for row in rows:
        files.setdefault(row.file, []).append(row)
    return files
