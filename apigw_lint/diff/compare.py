"""Owns comparing two specifications: all changes between them as diagnostics, without secrets."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from apigw_lint.config import Config
from apigw_lint.diagnostic import Diagnostic, Ignored, Report
from apigw_lint.diff import calls, cors, gateway, limits, protection, requests, variables
from apigw_lint.diff.change import Change
from apigw_lint.diff.kinds import EVENT_REMOVED, OPERATION_REMOVED
from apigw_lint.diff.pairs import Operations, pairs
from apigw_lint.diff.routes import Routes
from apigw_lint.diff.values import Values
from apigw_lint.gateway.spec import Spec
from apigw_lint.inputs import Input
from apigw_lint.linter import diagnostic_of
from apigw_lint.masking import mask_of, masked
from apigw_lint.rules import Problem
from apigw_lint.source.mask import Mask
from apigw_lint.source.tree import Tree
from apigw_lint.suppress import apply_ignores

MOST_NAMED = 3
"""Operations of which the same is said that are named."""
_VERBS = ("is ", "was ", "called ", "did ")


class Document(NamedTuple):
    """A specification, and the text that it is a part of."""

    content: Input
    tree: Tree


def documents(inputs: Iterable[Input]) -> list[Document]:
    """All documents of some inputs, in their order."""
    return [Document(content, tree) for content in inputs for tree in content.documents]


def compare(old: Sequence[Document], new: Sequence[Document], config: Config) -> Report:
    """The changes between documents that belong together by their order, sorted by place in the new ones.

    Ignore comments of the new ones hide them.
    """
    contents = {id(document.content): document.content for document in (*old, *new)}
    secrets = [mask_of(one.source, one.documents).secrets for one in contents.values()]
    mask = Mask(frozenset().union(*secrets))
    reports: list[Report] = []
    for before, after in zip(old, new, strict=True):
        for source in (after.content.source, *after.tree.sources):
            source.mask = mask
        reports.append(_report(before, after, config, mask))
    checked = list(dict.fromkeys(document.content.source.path for document in new))
    return Report.merged(reports)._replace(checked=checked, compared_with=next(iter(old)).content.source.path)


def _report(old: Document, new: Document, config: Config, mask: Mask) -> Report:
    """The changes of one document; what is wrong with its ignores is not said here but by `check`."""
    notes: list[str] = []
    diagnostics = list(_diagnostics(changes(Spec(old.tree), Spec(new.tree), notes), new, config, mask))
    sifted = apply_ignores(new.tree, diagnostics, frozenset())
    ignored = [Ignored(hidden.diagnostic, mask.hide(hidden.reason)) for hidden in sifted.ignored]
    return Report(sifted.found, ignored=ignored, notes=[mask.hide(note) for note in notes]).located


def _diagnostics(made: Iterable[Change], new: Document, config: Config, mask: Mask) -> Iterator[Diagnostic]:
    for change, subjects in _together(made):
        if not config.runs(change.kind):
            continue
        message = mask.hide(_message(subjects, change.text))
        at = change.node.key_span if change.node and change.is_key else None
        problem = Problem(
            change.node,
            message,
            at,
            severity=change.severity,
            consequence=change.consequence,
            cause=change.cause,
        )
        yield masked(diagnostic_of(new.tree.source, change.kind, problem, config), mask)


def _message(subjects: Sequence[str], text: str) -> str:
    """What is said of some subjects: one is a part of a sentence that begins with a verb."""
    if len(subjects) == 1 and text.startswith(_VERBS):
        return f"{subjects[0]} {text}"
    more = f" and {len(subjects) - MOST_NAMED} more" if len(subjects) > MOST_NAMED else ""
    return f"{', '.join(subjects[:MOST_NAMED])}{more}: {text}"


def _together(found: Iterable[Change]) -> Iterator[tuple[Change, list[str]]]:
    """Each change of one place once, with all that it is about; but an operation that is gone is one by itself."""
    by_place: dict[object, tuple[Change, list[str]]] = {}
    for change in found:
        place = change.node and change.node.identity
        is_alone = change.kind in (OPERATION_REMOVED, EVENT_REMOVED)
        key = change.kind.name, place, change.text, change.subject if is_alone else ""
        first = by_place.setdefault(key, (change, []))
        if change.subject not in first[1]:
            first[1].append(change.subject)
    yield from by_place.values()


def changes(old: Spec, new: Spec, notes: list[str]) -> Iterator[Change]:
    """What changes for callers and for safety from one specification to another; `notes` gets what is not compared."""
    values = Values(old, new)
    before, after = Operations(old), Operations(new)
    found = pairs(before, after)
    routes = Routes(before, after, values)
    yield from routes.gone(found.gone)
    yield from routes.taken_over(found.gone)
    notes += routes.notes
    seen: set[tuple[str, str]] = set()
    for pair in found.pairs:
        yield from protection.changes(pair, values)
        yield from calls.changes(pair, values)
        yield from requests.changes(pair, old, new)
        yield from limits.changes(pair, old, new)
        paths = pair.old.operation.path, pair.new.operation.path
        if paths not in seen:
            seen.add(paths)
            yield from cors.changes(pair, old, new)
    yield from variables.changes(old, new)
    yield from gateway.changes(before, after, values)
