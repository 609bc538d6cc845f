"""Owns the drawing of the chart of routes, as SVG inside a page that has its styles."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from unicodedata import combining, east_asian_width

from apigw_lint.formats.printable import printable
from apigw_lint.routes.chart import Box, Chart
from apigw_lint.routes.markup import shown

WIDTH = 960
_BOX_HEIGHT = 20
_PATHS = (6, 380)
_BACKENDS = (610, 344)
_BEND = 110
_COLUMNS = 42
_BACKEND_COLUMNS = 41


def svg(chart: Chart, number: int) -> str:
    """The chart as an `svg` element, one of several on a page.

    Boxes and edges have names, with the number of the chart, by which a script finds what belongs together.
    """
    return "\n".join(_lines(chart, f"{number}-"))


def _lines(chart: Chart, prefix: str) -> Iterator[str]:
    name = f"{len(chart.paths)} paths or groups of paths and the backends that they call; the table has the same"
    yield f'<svg viewBox="0 0 {WIDTH} {chart.height}" width="{WIDTH}" height="{chart.height}" role="img"'
    yield f' aria-label="{name}">'
    yield '<g class="edges">'
    start, end = sum(_PATHS), _BACKENDS[0]
    for number, edge in enumerate(chart.edges):
        y, to = chart.paths[edge.path].y, chart.backends[edge.backend].y
        curve = f"M{start},{y} C{start + _BEND},{y} {end - _BEND},{to} {end},{to}"
        ends = f'data-edge="{prefix}{number}" data-path="{prefix}{edge.path}" data-backend="{prefix}{edge.backend}"'
        yield f'<path class="edge {edge.access}" {ends} d="{curve}"/>'
    yield "</g>"
    for heading in chart.headings:
        yield f'<text class="service" x="{_BACKENDS[0]}" y="{heading.y + 8}">{shown(heading.text)}</text>'
    yield from _boxes("path", prefix, chart.paths, *_PATHS, _COLUMNS)
    yield from _boxes("backend", prefix, chart.backends, *_BACKENDS, _BACKEND_COLUMNS)
    yield "</svg>"


def _boxes(side: str, prefix: str, boxes: Sequence[Box], x: int, width: int, columns: int) -> Iterator[str]:
    is_path = side == "path"
    for number, box in enumerate(boxes):
        title = "\n".join(map(shown, [*box.title, *([f"access: {box.access}"] if is_path else [])]))
        yield f'<g class="box {side} {box.access}" data-{side}="{prefix}{number}"><title>{title}</title>'
        yield f'<rect x="{x}" y="{box.y - _BOX_HEIGHT // 2}" width="{width}" height="{_BOX_HEIGHT}" rx="4"/>'
        if is_path:
            yield f'<circle cx="{x + 13}" cy="{box.y}" r="4.5"/>'
        text = shown(_truncated(printable(box.label), columns))
        yield f'<text x="{x + (26 if is_path else 10)}" y="{box.y + 4}">{text}</text></g>'


def _truncated(text: str, columns: int) -> str:
    """Text that is at most so many columns of a monospaced font wide, an ellipsis in place of what does not fit."""
    if sum(map(_width, text)) <= columns:
        return text
    used = 0
    for number, character in enumerate(text):
        used += _width(character)
        if used >= columns:
            return f"{text[:number]}…"
    return text


def _width(character: str) -> int:
    return 0 if combining(character) else 2 if east_asian_width(character) in "WF" else 1
