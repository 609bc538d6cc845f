"""Owns the columns of the table of routes for people: which there are, and what each has of a row."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from apigw_lint.formats.printable import printable
from apigw_lint.gateway.words import UNKNOWN
from apigw_lint.routes.table import Row
from apigw_lint.spelling import joined


class Column(NamedTuple):
    """A column; one in which all cells are empty is left out."""

    name: str
    cell: Callable[[Row], str]


_COLUMNS = (
    Column("Line", lambda row: str(row.line)),
    Column("Method", lambda row: row.method),
    Column("Path", lambda row: row.path),
    Column("Integration", lambda row: integration_words(row)),
    Column("Access", lambda row: row.security),
    Column("CORS", lambda row: "" if row.method.startswith("ws:") else row.cors),
    Column("Validation", lambda row: "" if row.validation == "none" else row.validation),
    Column("Account", lambda row: row.account),
)


def table(rows: Sequence[Row]) -> tuple[list[str], list[list[str]]]:
    """The names of the columns that are not empty, and the cells of each row, each on one line."""
    columns = [column for column in _COLUMNS if any(map(column.cell, rows))]
    return [column.name for column in columns], [[printable(column.cell(row)) for column in columns] for row in rows]


def integration_words(row: Row) -> str:
    """What is called: the type of each integration and what it names."""
    calls = dict.fromkeys(f"{call.type or UNKNOWN} {call.target}".strip() for call in row.calls)
    return joined(list(calls)) if calls else row.integration


def by_spec(rows: Sequence[Row]) -> dict[str, list[Row]]:
    """The rows of each specification, by its file and gateway in words."""
    specs: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        specs.setdefault((row.file, row.gateway), []).append(row)
    return {f"{file}, gateway {gateway}" if gateway else file: own for (file, gateway), own in specs.items()}
