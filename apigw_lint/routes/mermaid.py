"""Renders the table of routes as a Mermaid flow chart from paths to backends, which GitHub and GitLab draw.

Sources: https://mermaid.js.org/syntax/flowchart.html, and `maxEdges` and `maxTextSize` in
https://mermaid.js.org/config/schema-docs/config.html: what exceeds them is not drawn, so a large chart has less detail.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from typing import NamedTuple

from apigw_lint.formats.printable import printable
from apigw_lint.routes.backends import Backend, backend_of
from apigw_lint.routes.table import Row
from apigw_lint.source.pattern import pattern

MAX_EDGES = 500
MAX_TEXT = 50_000
"""Characters of a whole chart."""
_SPECIAL = pattern(r"[\"#`<>&\\]")


class _Edge(NamedTuple):
    """The operations of a path, or of several, that go to one backend."""

    path: str
    backend: Backend


def render(rows: Sequence[Row]) -> str:
    """A chart in as much detail as is drawn, with what anyone may call marked.

    Paths become their first segments first, then backends their services, and then paths become one.
    """
    text = ""
    for path_of, one_of in _DETAILS:
        edges: dict[_Edge, dict[str, None]] = {}
        for row in rows:
            edges.setdefault(_Edge(path_of(row.path), one_of(backend_of(row))), {})[row.method] = None
        public = {path_of(row.path) for row in rows if row.access.is_open}
        text = "".join(f"{line}\n" for line in _lines(edges, public))
        if len(edges) <= MAX_EDGES and len(text) <= MAX_TEXT:
            break
    return text


def _first_segment(path: str) -> str:
    first, slash, _ = path.removeprefix("/").partition("/")
    return f"/{first}/..." if slash else path


def _whole_service(backend: Backend) -> Backend:
    return Backend(backend.service, "", backend.service)


_DETAILS: tuple[tuple[Callable[[str], str], Callable[[Backend], Backend]], ...] = (
    (lambda path: path, lambda backend: backend),
    (_first_segment, lambda backend: backend),
    (_first_segment, _whole_service),
    (lambda _: "all paths", _whole_service),
)


def _lines(edges: dict[_Edge, dict[str, None]], public: Collection[str]) -> Iterator[str]:
    paths = {path: f"p{number}" for number, path in enumerate(dict.fromkeys(edge.path for edge in edges), 1)}
    backends = {one: f"b{number}" for number, one in enumerate(dict.fromkeys(edge.backend for edge in edges), 1)}
    yield "flowchart LR"
    for path, name in paths.items():
        yield f"  {name}[{_quoted(path)}]"
    by_service: dict[str, list[Backend]] = {}
    for backend in backends:
        by_service.setdefault(backend.service, []).append(backend)
    for number, (service, own) in enumerate(by_service.items(), 1):
        yield f"  subgraph s{number}[{_quoted(service)}]"
        yield from (f"    {backends[backend]}[{_quoted(backend.label)}]" for backend in own)
        yield "  end"
    for edge, methods in edges.items():
        yield f"  {paths[edge.path]} -->|{_quoted(' '.join(methods))}| {backends[edge.backend]}"
    if marked := [name for path, name in paths.items() if path in public]:
        yield "  classDef public stroke:#d33,stroke-width:2px"
        yield f"  class {','.join(marked)} public"


def _quoted(text: str) -> str:
    """A label: signs that mean something in it, or that cannot be seen, become entities or escapes."""
    return f'"{_SPECIAL.sub(lambda sign: f"#{ord(sign[0])};", printable(text))}"'
