"""Renders the table of routes as a Mermaid flow chart from paths to backends, which GitHub and GitLab draw.

Source: https://mermaid.js.org/syntax/flowchart.html, whose charts have at most 500 edges.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from typing import NamedTuple

from apigw_lint.formats.printable import printable
from apigw_lint.routes.backends import Backend, backend_of
from apigw_lint.routes.table import Row
from apigw_lint.source.pattern import pattern

_MOST_EDGES = 500
_SPECIAL = pattern(r"[\"#`<>&\\]")


class _Edge(NamedTuple):
    """The operations of a path that go to one backend."""

    path: str
    backend: Backend


def render(rows: Sequence[Row]) -> str:
    """A chart in which public paths are marked; if there are too many edges, paths become their first segments."""
    methods = _methods(rows, lambda path: path)
    if len(methods) > _MOST_EDGES:
        methods = _methods(rows, _first_segment)
    public = {row.path for row in rows if row.access.is_open}
    return "\n".join(_lines(methods, public)) + "\n"


def _methods(rows: Sequence[Row], shortened: Callable[[str], str]) -> dict[_Edge, list[str]]:
    """The methods of each edge, in the order of the table."""
    methods: dict[_Edge, dict[str, None]] = {}
    for row in rows:
        methods.setdefault(_Edge(shortened(row.path), backend_of(row)), {})[row.method] = None
    return {edge: list(names) for edge, names in methods.items()}


def _first_segment(path: str) -> str:
    return f"/{path.split('/')[1]}/..." if path.count("/") > 1 else path


def _lines(methods: dict[_Edge, list[str]], public: Collection[str]) -> Iterator[str]:
    paths = {path: f"p{number}" for number, path in enumerate(dict.fromkeys(edge.path for edge in methods), 1)}
    backends = {one: f"b{number}" for number, one in enumerate(dict.fromkeys(edge.backend for edge in methods), 1)}
    yield "flowchart LR"
    for path, name in paths.items():
        yield f"  {name}[{_quoted(path)}]"
    for number, service in enumerate(dict.fromkeys(backend.service for backend in backends), 1):
        yield f"  subgraph s{number}[{_quoted(service)}]"
        yield from (f"    {name}[{_quoted(one.label)}]" for one, name in backends.items() if one.service == service)
        yield "  end"
    for edge, names in methods.items():
        yield f"  {paths[edge.path]} -->|{_quoted(' '.join(names))}| {backends[edge.backend]}"
    if marked := [name for path, name in paths.items() if path in public]:
        yield "  classDef public stroke:#d33,stroke-width:2px"
        yield f"  class {','.join(marked)} public"


def _quoted(text: str) -> str:
    """A label: signs that mean something in it, or that cannot be seen, become entities or escapes."""
    return f'"{_SPECIAL.sub(lambda sign: f"#{ord(sign[0])};", printable(text))}"'
