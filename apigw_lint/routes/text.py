"""Renders the table of routes for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from apigw_lint.formats.printable import at_line_start, printable
from apigw_lint.gateway.access import Access
from apigw_lint.routes.columns import by_spec, table
from apigw_lint.routes.sums import sums_in_words
from apigw_lint.routes.table import Row

_SHORTEST = 12
"""The number of signs below which no cell is cut."""
_COLORS = {Access.PUBLIC: "33", Access.UNENFORCED: "31", Access.PROTECTED: "32", Access.UNKNOWN: "36"}
_BOLD = "1"


def render(rows: Sequence[Row], *, color: bool = False, width: int | None = None) -> str:
    """A table for each specification, and the sums. `width` are the columns of a terminal: longer cells are cut."""
    specs = by_spec(rows)
    blocks = []
    for name, own in specs.items():
        lines = [at_line_start(printable(name))] if len(specs) > 1 else []
        blocks.append("\n".join([*lines, *_lines(own, color, width)]))
    return "\n\n".join([*blocks, sums_in_words(rows)]) + "\n"


def _lines(rows: Sequence[Row], color: bool, width: int | None) -> Iterator[str]:
    names, cells = table(rows)
    access = names.index("Access")
    widths = [max(map(len, column)) for column in zip(names, *cells, strict=True)]
    if width is not None:
        widths = _narrowed(widths, width - 2 * (len(widths) - 1))
    yield _painted(_line([name.upper() for name in names], widths, {}), _BOLD, color)
    for row, own in zip(rows, cells, strict=True):
        yield _line(own, widths, {access: _COLORS[row.access]} if color else {})


def _narrowed(widths: list[int], room: int) -> list[int]:
    """Widths of columns that take no more than some room together: the widest give first, as far as they can."""
    widths = list(widths)
    while sum(widths) > room and max(widths) > _SHORTEST:
        widest = widths.index(max(widths))
        second = max((width for width in widths if width < widths[widest]), default=0)
        least = max(second, _SHORTEST, widths[widest] - (sum(widths) - room))
        widths[widest] = min(least, widths[widest] - 1)
    return widths


def _line(cells: Sequence[str], widths: Sequence[int], codes: dict[int, str]) -> str:
    parts = []
    for number, (cell, width) in enumerate(zip(cells, widths, strict=True)):
        shown = cell if len(cell) <= width else f"{cell[: width - 3]}..."
        padded = shown.rjust(width) if number == 0 else shown.ljust(width)
        parts.append(_painted(padded, codes.get(number, ""), bool(codes)))
    return "  ".join(parts).rstrip()


def _painted(text: str, code: str, color: bool) -> str:
    return f"\x1b[{code}m{text}\x1b[0m" if color and code else text
