"""Owns the page of routes: one HTML file with a table that can be filtered, and the chart.

Nothing of a specification can run or load anything in it: all text is escaped, and the policy of the page allows its
own script and its own styles alone (https://www.w3.org/TR/CSP3/#framework-directive-source-list).
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256

from apigw_lint.gateway.access import Access
from apigw_lint.routes.chart import Chart, chart_of
from apigw_lint.routes.columns import by_spec
from apigw_lint.routes.markup import shown
from apigw_lint.routes.page_parts import SCRIPT, STYLE
from apigw_lint.routes.sums import sums
from apigw_lint.routes.svg import svg
from apigw_lint.routes.table import Row

_COLUMNS = ("Method", "Path", "Integration", "Target", "Access", "CORS", "Validation", "Service account")


def render(rows: Sequence[Row]) -> str:
    """The page of a table of routes, which needs no other file and no network. Control characters become visible."""
    return "\n".join(_page(rows)) + "\n"


def _page(rows: Sequence[Row]) -> Iterator[str]:
    files = [*dict.fromkeys(row.file for row in rows)]
    name = shown(files[0]) if len(files) == 1 else f"{len(files)} files"
    policy = f"default-src 'none'; style-src {_hash(STYLE)}; script-src {_hash(SCRIPT)}; base-uri 'none'"
    yield '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">'
    yield f'<meta http-equiv="Content-Security-Policy" content="{policy}; form-action \'none\'">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield '<meta name="color-scheme" content="light dark">'
    yield f"<title>Routes of {name}</title>\n<style>{STYLE}</style>\n</head>\n<body>"
    yield "<header><h1>Routes</h1>"
    yield "".join(f'<p class="file">{shown(file)}</p>' for file in files[:5])
    if len(files) > 5:
        yield f'<p class="file">and {len(files) - 5} more files</p>'
    yield from _sums(rows)
    yield "</header>\n<main>"
    specs = by_spec(rows)
    charts = [chart_of(own) for own in specs.values()]
    if rows:
        yield from _filters(rows)
    yield f'<p id="count" role="status" aria-live="polite">{_count(len(rows), "operation")}</p>'
    if rows:
        yield from _charts(list(specs), charts)
        yield from _table(specs, charts)
    yield f"</main>\n<script>{SCRIPT}</script>\n</body>\n</html>"


def _hash(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _sums(rows: Sequence[Row]) -> Iterator[str]:
    of = sums(rows)
    counts = {
        "operations": of.operations,
        "public": of.public,
        "protected": of.protected,
        **({"access unknown": of.unknown} if of.unknown else {}),
        "without CORS": of.without_cors,
    }
    yield "<dl>"
    for word, number in counts.items():
        yield f'<div class="{word.split()[0]}"><dt>{word}</dt><dd>{number}</dd></div>'
    yield "</dl>"


def _filters(rows: Sequence[Row]) -> Iterator[str]:
    yield '<form id="filters" role="search" hidden>'
    yield '<label class="wide">Search <input id="search" type="search" autocomplete="off" spellcheck="false"></label>'
    yield from _choice("method", "Method", (row.method for row in rows))
    yield from _choice("type", "Integration", (row.integration for row in rows))
    yield '<label class="check"><input id="public" type="checkbox"> Public only</label>'
    yield '<button type="reset">Clear</button>\n</form>'


def _choice(name: str, label: str, values: Iterable[str]) -> Iterator[str]:
    options = "".join(f'<option value="{shown(value)}">{shown(value)}</option>' for value in sorted({*values}))
    yield f'<label>{label} <select id="{name}"><option value="">all</option>{options}</select></label>'


def _charts(specs: list[str], charts: list[Chart]) -> Iterator[str]:
    yield '<details id="chart" open><summary>Paths and their backends</summary>'
    yield '<p class="legend">'
    accesses = {box.access for chart in charts for box in chart.paths}
    for word, names in (
        ("public", (Access.PUBLIC, Access.UNENFORCED)),
        ("protected", (Access.PROTECTED,)),
        ("unknown", (Access.UNKNOWN,)),
    ):
        if accesses.intersection(names):
            yield f'<span class="{word}"><svg width="34" height="12" aria-hidden="true">'
            yield f'<path class="edge {word}" d="M10,6H34"/><circle cx="6" cy="6" r="4.5"/></svg> {word}</span>'
    yield "</p>"
    for number, (name, chart) in enumerate(zip(specs, charts, strict=True)):
        of = f" of {shown(name)}" if len(charts) > 1 else ""
        if of:
            yield f'<h2 class="file">{shown(name)}</h2>'
        yield f'<div class="scroll" tabindex="0" role="region" aria-label="Chart of paths and backends{of}">'
        yield svg(chart, number)
        yield "</div>"
    yield "</details>"


def _table(specs: dict[str, list[Row]], charts: list[Chart]) -> Iterator[str]:
    yield '<div class="scroll table" tabindex="0" role="region" aria-label="Table of routes">\n<table id="routes">'
    yield "<caption>Operations in the order in which the gateway prefers their paths</caption>"
    several = len(specs) > 1
    heads = "".join(f'<th scope="col">{name}</th>' for name in (*_COLUMNS, "Written at" if several else "Line"))
    yield f"<thead><tr>{heads}</tr></thead>\n<tbody>"
    edges = (
        (name, row, f"{number}-{edge}")
        for number, ((name, own), chart) in enumerate(zip(specs.items(), charts, strict=True))
        for row, edge in zip(own, chart.edge_of_row, strict=True)
    )
    for name, row, edge in edges:
        data = f'data-method="{shown(row.method)}" data-type="{shown(row.integration)}" data-edge="{edge}"'
        public = " data-public" if row.access.is_open else ""
        spec = name if several else ""
        yield f'<tr class="{row.access}" {data}{public}>{_cells(row, spec)}</tr>'
    yield "</tbody>\n</table>\n</div>"


def _cells(row: Row, spec: str) -> str:
    place = f"{row.file}:{row.line}" if spec else str(row.line)
    gateway = f"<small>gateway {shown(row.gateway)}</small>" if spec and row.gateway else ""
    notes = "".join(f"<small>{shown(text)}</small>" for text in (row.operation_id, row.summary) if text)
    badge = "public" if row.access.is_open else row.access
    detail = row.security.removeprefix("public").removeprefix(": ") if row.access.is_open else row.security
    more = f"<small>{shown(detail)}</small>" if detail and detail != badge else ""
    cells = [
        f'<td><code class="method">{shown(row.method)}</code></td>',
        f'<th scope="row"><code>{shown(row.path)}</code>{notes}</th>',
        f'<td class="type">{shown(row.integration)}</td>',
        f"<td><code>{shown(row.target)}</code></td>",
        f'<td><span class="badge {row.access}">{badge}</span>{more}</td>',
        f"<td>{shown(row.cors)}</td>",
        f"<td>{shown(row.validation)}</td>",
        f"<td><code>{shown(row.account)}</code></td>",
        f'<td class="place">{shown(place)}{gateway}</td>',
    ]
    return "".join(cells)
