"""Owns changes of which operation answers a request: operations that are gone, and paths that take requests over."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from apigw_lint.bounds import MAX_OVERLAPS
from apigw_lint.diagnostic import Consequence, Severity
from apigw_lint.diff.calls import same
from apigw_lint.diff.change import Change
from apigw_lint.diff.kinds import EVENT_REMOVED, OPERATION_REMOVED, OTHER_PATH_ANSWERS
from apigw_lint.diff.pairs import Gone, Operations
from apigw_lint.diff.served import Sample, Table, is_mixed, sample_of, samples_of
from apigw_lint.diff.values import Values
from apigw_lint.gateway.access import Access
from apigw_lint.gateway.handling import Handling
from apigw_lint.gateway.kinds import ANY_METHOD, HTTP_METHODS
from apigw_lint.gateway.operations import Served
from apigw_lint.gateway.routing import Route, may_overlap, route, serves_before
from apigw_lint.gateway.words import access_words
from apigw_lint.source.tree import Node
from apigw_lint.spelling import joined

_OF_MIXED = "it is not documented whether '{}' answers '{}', so nothing is said of that"
_TOO_MANY = "too many paths are new or gone to compare each with all others: 'other-path-answers' may miss some"


class _Taking(NamedTuple):
    """A path that answers requests of another one: what is said of that, and its severity if not as usual."""

    before: Served
    after: Served
    how: str
    severity: Severity | None


class Routes:
    """Compares which paths of two specifications serve requests."""

    def __init__(self, old_operations: Operations, new_operations: Operations, values: Values) -> None:
        old, new = self._old, self._new = values.old, values.new
        self._values = values
        self._operations = old_operations, new_operations
        old_slash, new_slash = old_operations.ignores_slash, new_operations.ignores_slash
        self.notes: dict[str, None] = {}
        """What could not be compared, in sentences, in their order."""
        self._tables = Table(old.served, ignores_slash=old_slash), Table(new.served, ignores_slash=new_slash)

    def gone(self, gone: Sequence[Gone]) -> Iterator[Change]:
        """A finding for each operation that is gone, and who answers its requests now."""
        for handling, item in gone:
            operation = handling.operation
            kind = EVENT_REMOVED if operation.event else OPERATION_REMOVED
            subject = f"'{operation.label}'"
            paths = self._new.root.get("paths") if self._new.root else None
            text = "is gone"
            place: Node | None = item or paths or self._new.root
            is_asked = operation.event == "connect" and handling.protection.access is Access.PROTECTED
            text += ", and its authorizer is no longer asked" if is_asked and item is not None else ""
            if operation.key == ANY_METHOD and item is not None:
                left = [method.upper() for method in HTTP_METHODS if method in item.value]
                text += f", and only {joined(left, 'and')} {'is' if len(left) == 1 else 'are'} served" if left else ""
            if item is None and not operation.event and not self._old.placeholders.is_unknown_key(operation.path):
                sample = sample_of(route(operation.path))
                method = operation.key if operation.key in HTTP_METHODS else "get"
                server = self._tables[1].servers(sample, (method,)).get(method)
                if server is not None and not is_mixed(server.route):
                    how = self._access(handling, server, method)
                    text += f": requests such as '{_request(method, sample)}' are answered by '{server.route.path}' now"
                    text, place = text + how, server.node
            yield Change(kind, subject, place, text, is_key=True)

    def taken_over(self, gone: Sequence[Gone]) -> Iterator[Change]:
        """A finding for each path that answers requests of another that was there before, with a sample."""
        removed = {(one.old.operation.path, one.old.operation.key) for one in gone}
        told: set[tuple[str, str, str]] = set()
        for sample, methods in self._samples():
            taken: dict[_Taking, list[str]] = {}
            shared = [method for method in HTTP_METHODS if method in methods]
            sides = [table.servers(sample, shared) for table in self._tables]
            for method in shared:
                before, after = (side.get(method) for side in sides)
                if before is None or after is None or self._is_same(before.route, after.route):
                    continue
                if mixed := next((one.route.path for one in (before, after) if is_mixed(one.route)), None):
                    self.notes[_OF_MIXED.format(mixed, _request(method, sample))] = None
                    continue
                key = before.route.path, after.route.path, method
                if key in told or {(before.route.path, method), (before.route.path, ANY_METHOD)} & removed:
                    continue
                told.add(key)
                taken.setdefault(_Taking(before, after, *self._judged(before, after, method)), []).append(method)
            for taking, methods_taken in taken.items():
                yield _change(taking, methods_taken, sample)

    def _is_same(self, before: Route, after: Route) -> bool:
        """Whether a path is still the same, perhaps with other names of its parameters."""
        is_renamed = before.path not in self._operations[1].items
        return before.path == after.path or (is_renamed and self._operations[1].same_path(before.path) == after.path)

    def _judged(self, before: Served, after: Served, method: str) -> tuple[str, Severity | None]:
        """What to say of a method whose requests another path takes, and how severe that is if not as usual."""
        old = self._operations[0].serving(before.route.path, method)
        new = self._operations[1].serving(after.route.path, method)
        if old is None or new is None:
            return "", None
        if how := self._access(old, after, method):
            return how, Severity.ERROR
        is_same = same(old, new, self._values) and access_words(old.protection) == access_words(new.protection)
        return (", which calls the same", Severity.INFO) if is_same else ("", None)

    def _access(self, old: Handling, server: Served, method: str) -> str:
        """What to say of who may call now, empty if that is no worse."""
        new = self._operations[1].serving(server.route.path, method)
        is_opened = old.protection.access is Access.PROTECTED and new is not None and new.protection.access.is_open
        return ", which anyone may call" if is_opened else ""

    def _samples(self) -> Iterator[tuple[Sample, frozenset[str]]]:
        """Requests that may have another server: of paths that are in one of the specifications alone.

        They are the path's own, and those that it has in common with paths of both that it serves before.
        """
        old = {one.route.path: one for one in self._old.served}
        new = {one.route.path: one for one in self._new.served}
        left = MAX_OVERLAPS
        for mine, others in ((new, old), (old, new)):
            groups: dict[str | None, list[Served]] = {}
            for one in others.values():
                if one.route.path in mine:
                    groups.setdefault(_beginning(one.route), []).append(one)
            for path, one in mine.items():
                if path in others:
                    continue
                yield from ((sample, one.methods) for sample in samples_of(one.route))
                beginning = _beginning(one.route)
                every = groups if beginning is None else (beginning, None)
                near = [other for each in every for other in groups.get(each, ())]
                if len(near) > left:
                    self.notes[_TOO_MANY] = None
                    continue
                left -= len(near)
                for other in near:
                    is_first = serves_before(one.route, other.route) is True
                    if is_first and one.route.shape != other.route.shape and may_overlap(one.route, other.route):
                        methods = one.methods & other.methods
                        yield from ((sample, methods) for sample in samples_of(one.route, other.route))


def _change(taking: _Taking, methods: list[str], sample: Sample) -> Change:
    text = f"was answered by '{taking.before.route.path}', and now '{taking.after.route.path}' answers{taking.how}"
    requests = joined([method.upper() for method in methods], "and") if len(methods) < len(HTTP_METHODS) else "any"
    subject = f"'{requests} {_path(sample)}'"
    node, severity = taking.after.node, taking.severity
    consequence = Consequence.RISK if severity is Severity.ERROR else None
    return Change(OTHER_PATH_ANSWERS, subject, node, text, severity, is_key=True, consequence=consequence)


def _beginning(route: Route) -> str | None:
    """The first segment of a path, None if that is not fixed."""
    first = route.segments[0]
    return None if first.is_parameter else first.text


def _path(sample: Sample) -> str:
    return "/" + "/".join(sample)


def _request(method: str, sample: Sample) -> str:
    return f"{method.upper()} {_path(sample)}"
