"""Owns the chart of routes: which paths call which backends, and where each is drawn. Numbers are pixels."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from typing import NamedTuple

from apigw_lint.gateway.access import Access
from apigw_lint.routes.backends import backend_of
from apigw_lint.routes.columns import integration_words
from apigw_lint.routes.table import Row

MAX_BOXES = 60
LINE = 26
HEADING = 34
TOP = 12

_ORDER = (Access.PUBLIC, Access.UNENFORCED, Access.UNKNOWN, Access.PROTECTED)


class Box(NamedTuple):
    """A path or a backend, or several of them: its name, lines on what it stands for, and where its middle is."""

    label: str
    title: list[str]
    y: int
    access: Access


class Heading(NamedTuple):
    """The name of a service above its backends, and where its middle is."""

    text: str
    y: int


class Edge(NamedTuple):
    """A call, from the index of a path to the index of a backend. `access` is the most open of its operations."""

    path: int
    backend: int
    access: Access


class Chart(NamedTuple):
    """The chart. `edge_of_row` has the index of the edge that each row of the table is part of."""

    paths: list[Box]
    backends: list[Box]
    headings: list[Heading]
    edges: list[Edge]
    edge_of_row: list[int]
    height: int


def chart_of(rows: Sequence[Row]) -> Chart:
    """The chart of one specification: at most `MAX_BOXES` on each side, with more they are drawn as groups."""
    starts, ends = _starts(rows), _ends(rows)
    pairs = list(zip(starts, ends, strict=True))
    path_numbers = {start: number for number, start in enumerate(dict.fromkeys(starts))}
    places: dict[Hashable, list[int]] = defaultdict(list)
    for start, (service, key) in pairs:
        places[service].append(path_numbers[start])
        places[service, key].append(path_numbers[start])
    order = sorted(dict.fromkeys(ends), key=lambda end: (_mean(places[end[0]]), end[0], _mean(places[end]), end[1]))
    backend_numbers = {end: number for number, end in enumerate(order)}

    open_paths: dict[Hashable, list[Access]] = defaultdict(list)
    calls: dict[tuple[int, int], list[Access]] = defaultdict(list)
    for (start, end), row in zip(pairs, rows, strict=True):
        open_paths[start].append(row.access)
        open_paths[end].append(row.access)
        calls[path_numbers[start], backend_numbers[end]].append(row.access)

    services = len(dict.fromkeys(service for service, _ in order))
    height = max(LINE * len(path_numbers), LINE * len(order) + HEADING * services)
    headings, ys = _column(order, TOP + (height - LINE * len(order) - HEADING * services) // 2)
    first = TOP + (height - LINE * len(path_numbers)) // 2 + LINE // 2
    paths = [
        Box(_path_label(group), _path_title(group), first + LINE * number, _most_open(open_paths[start]))
        for number, (start, group) in enumerate(_grouped(starts, rows).items())
    ]
    backends = [
        Box(_backend_label(group), _backend_title(group), y, _most_open(open_paths[end]))
        for end, y, group in zip(order, ys, _in_order(_grouped(ends, rows), order), strict=True)
    ]
    edge_numbers = {call: number for number, call in enumerate(calls)}
    edges = [Edge(*call, _most_open(accesses)) for call, accesses in calls.items()]
    edge_of_row = [edge_numbers[path_numbers[start], backend_numbers[end]] for start, end in pairs]
    return Chart(paths, backends, headings, edges, edge_of_row, height + 2 * TOP)


def _starts(rows: Sequence[Row]) -> list[tuple[str, str]]:
    """For each row what tells its path, or its group of paths, from others."""
    keys = [("", row.path) for row in rows]
    if len({*keys}) <= MAX_BOXES:
        return keys
    keys = [("", first_segment(row.path)) for row in rows]
    kept = [*dict.fromkeys(keys)]
    if len(kept) <= MAX_BOXES:
        return keys
    shown = {*kept[: MAX_BOXES - 1]}
    return [key if key in shown else ("other", "") for key in keys]


def _ends(rows: Sequence[Row]) -> list[tuple[str, str]]:
    """For each row the service, and what tells its backend from others of the service."""
    backends = [backend_of(row) for row in rows]
    keys = [(backend.service, backend.identity) for backend in backends]
    if len({*keys}) <= MAX_BOXES:
        return keys
    services = [*dict.fromkeys(backend.service for backend in backends)]
    shown = {*services[: MAX_BOXES - 1]} if len(services) > MAX_BOXES else {*services}
    return [(service, "") if service in shown else ("Other", "") for service, _ in keys]


def first_segment(path: str) -> str:
    """`/users` of `/users/{id}`."""
    return "/" + path.removeprefix("/").partition("/")[0]


def _grouped(keys: Iterable[tuple[str, str]], rows: Iterable[Row]) -> dict[tuple[str, str], list[Row]]:
    groups: dict[tuple[str, str], list[Row]] = {}
    for key, row in zip(keys, rows, strict=True):
        groups.setdefault(key, []).append(row)
    return groups


def _in_order(groups: dict[tuple[str, str], list[Row]], order: Iterable[tuple[str, str]]) -> Iterable[list[Row]]:
    return (groups[key] for key in order)


def _column(order: Iterable[tuple[str, str]], y: int) -> tuple[list[Heading], list[int]]:
    """The headings of services from `y` downwards, and the middle of each backend below them."""
    headings: list[Heading] = []
    ys: list[int] = []
    last = None
    for service, _ in order:
        if service != last:
            headings.append(Heading(service, y + HEADING // 2))
            y, last = y + HEADING, service
        ys.append(y + LINE // 2)
        y += LINE
    return headings, ys


def _path_label(group: list[Row]) -> str:
    paths = {row.path for row in group}
    if len(paths) == 1:
        return group[0].path
    segments = {first_segment(row.path) for row in group}
    name = f"{next(iter(segments))}/…" if len(segments) == 1 else "others"
    return f"{name} ({len(paths)} paths)"


def _path_title(group: list[Row]) -> list[str]:
    return _listed(dict.fromkeys(f"{row.method} {row.path}" for row in group))


def _backend_label(group: list[Row]) -> str:
    backends = {*map(backend_of, group)}
    return next(iter(backends)).label if len(backends) == 1 else f"{len(backends)} backends"


def _backend_title(group: list[Row]) -> list[str]:
    return _listed(dict.fromkeys(integration_words(row) for row in group))


def _listed(lines: dict[str, None]) -> list[str]:
    """The first lines, and how many there are besides."""
    shown = [*lines][:12]
    return [*shown, f"and {len(lines) - len(shown)} more"] if len(lines) > len(shown) else shown


def _most_open(accesses: Iterable[Access]) -> Access:
    return min(accesses, key=_ORDER.index)


def _mean(numbers: Sequence[int]) -> float:
    return sum(numbers) / len(numbers)
