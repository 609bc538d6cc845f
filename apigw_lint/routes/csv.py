"""Renders the table of routes as CSV (RFC 4180), for spreadsheets and scripts."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from apigw_lint.routes.table import Row

_FIELDS = [name for name in Row._fields if name not in ("alternatives", "calls")]
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def render(rows: Sequence[Row]) -> str:
    """A line for each operation below the names of the columns.

    A cell that a spreadsheet would take for a formula has an apostrophe in front.
    """
    stream = io.StringIO()
    writer = csv.writer(stream)
    writer.writerow(_FIELDS)
    writer.writerows([_cell(str(getattr(row, name))) for name in _FIELDS] for row in rows)
    return stream.getvalue()


def _cell(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text
