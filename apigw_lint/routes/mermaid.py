"""Renders the table of routes as a Mermaid flow chart from paths to backends, which GitHub and GitLab draw.

Sources: https://mermaid.js.org/syntax/flowchart.html, and `maxEdges` and `maxTextSize` in
https://mermaid.js.org/config/schema-docs/config.html: what exceeds them is not drawn, and a chart cannot raise them. So
a large chart has less detail, and what is left out of it is counted.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from apigw_lint.formats.printable import printable
from apigw_lint.routes.backends import Backend, backend_of
from apigw_lint.routes.columns import by_spec
from apigw_lint.routes.table import Row
from apigw_lint.source.pattern import pattern
from apigw_lint.spelling import counted

MAX_EDGES = 500
MAX_TEXT = 50_000
"""Characters of a whole chart."""
_LONGEST = 200
"""Characters of a label."""
_SPECIAL = pattern(
    r"[\"#`<>&\\%*_~@\[\]]"  # of the syntax of charts, of HTML, of directives (`%%{`), of Markdown
    r"|(?<=\$)\$|\$(?=\$)"  # of formulas
    r"|(?<=www)\.|:(?=//)"  # of what Markdown takes for a link
    r"|^(?:[-+=]|\d(?=\d*[.)](?:\s|$)))"  # of lists and headings
)


class _Edge(NamedTuple):
    """The operations of a path, or of several, that go to one backend, or to several; each named by a group."""

    spec: str
    path: str
    backend: Backend


class _Detail(NamedTuple):
    """How paths and backends are grouped, and how many edges there may be."""

    path: Callable[[str], str]
    backend: Callable[[Backend], Backend]
    edges: int = MAX_EDGES


def render(rows: Sequence[Row]) -> str:
    """A chart in as much detail as is drawn, with what anyone may call marked; a section for each specification.

    Paths become their first segments first, then backends their services, and then paths become one.
    """
    operations = [(spec, row, backend_of(row)) for spec, own in by_spec(rows).items() for row in own]
    text = ""
    for detail in _DETAILS:
        edges: dict[_Edge, list[tuple[Row, Backend]]] = defaultdict(list)
        for spec, row, backend in operations:
            edges[_Edge(spec, detail.path(row.path), detail.backend(backend))].append((row, backend))
        if len(edges) > MAX_EDGES and detail.path is not _ONE_PATH.path:
            continue
        shown = dict([*edges.items()][: detail.edges])
        left_out = len(operations) - sum(map(len, shown.values()))
        text = "".join(f"{line}\n" for line in _lines(shown, left_out))
        if len(text) <= MAX_TEXT:
            break
    return text


def _first_segment(path: str) -> str:
    first, slash, _ = path.removeprefix("/").partition("/")
    return f"/{first}/..." if slash else path


def _whole_service(backend: Backend) -> Backend:
    return Backend(backend.service, "", backend.service)


_ONE_PATH = _Detail(lambda _: "all", _whole_service)
_DETAILS = (
    _Detail(lambda path: path, lambda backend: backend),
    _Detail(_first_segment, lambda backend: backend),
    _Detail(_first_segment, _whole_service),
    *(_ONE_PATH._replace(edges=MAX_EDGES >> halved) for halved in range(MAX_EDGES.bit_length())),
)


def _lines(edges: dict[_Edge, list[tuple[Row, Backend]]], left_out: int) -> Iterator[str]:
    paths: dict[tuple[str, str], list[Row]] = defaultdict(list)
    backends: dict[tuple[str, Backend], dict[Backend, None]] = defaultdict(dict)
    for edge, operations in edges.items():
        for row, backend in operations:
            paths[edge.spec, edge.path].append(row)
            backends[edge.spec, edge.backend][backend] = None
    path_names = {path: f"p{number}" for number, path in enumerate(paths, 1)}
    backend_names = {backend: f"b{number}" for number, backend in enumerate(backends, 1)}
    services = iter(range(1, len(backends) + 1))
    yield "flowchart LR"
    several = len({edge.spec for edge in edges}) > 1
    for number, (spec, own) in enumerate(groupby(paths, key=lambda path: path[0]), 1):
        if several:
            yield f"  subgraph f{number}[{_quoted(spec)}]"
            yield "  direction LR"
        for path in own:
            yield f"  {path_names[path]}[{_quoted(_path_label(path[1], paths[path]))}]"
        by_service: dict[str, list[Backend]] = defaultdict(list)
        for of, backend in backends:
            if of == spec:
                by_service[backend.service].append(backend)
        for service, members in by_service.items():
            yield f"  subgraph s{next(services)}[{_quoted(service)}]"
            for backend in members:
                label = _backend_label(backend, backends[spec, backend])
                yield f"    {backend_names[spec, backend]}[{_quoted(label)}]"
            yield "  end"
        if several:
            yield "  end"
    for edge, operations in edges.items():
        methods = " ".join(dict.fromkeys(row.method for row, _ in operations))
        ends = path_names[edge.spec, edge.path], backend_names[edge.spec, edge.backend]
        yield f"  {ends[0]} -->|{_quoted(methods)}| {ends[1]}"
    if left_out:
        more = f"{counted(left_out, 'more operation')} left out: the chart would be too large"
        yield f"  rest[{_quoted(more)}]"
    if marked := [name for path, name in path_names.items() if any(row.access.is_open for row in paths[path])]:
        yield "  classDef public stroke:#d33,stroke-width:2px"
        yield f"  class {','.join(marked)} public"


def _path_label(group: str, rows: Sequence[Row]) -> str:
    paths = {row.path for row in rows}
    return next(iter(paths)) if len(paths) == 1 else f"{group} ({len(paths)} paths)"


def _backend_label(group: Backend, backends: Collection[Backend]) -> str:
    return next(iter(backends)).label if len(backends) == 1 else f"{len(backends)} backends"


def _quoted(text: str) -> str:
    """A label: signs that mean something in it, or that cannot be seen, become entities or escapes."""
    cut = text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}..."
    return f'"{_SPECIAL.sub(_entity, printable(cut))}"'


def _entity(sign: re.Match[str]) -> str:
    return f"#{ord(sign[0])};"
