"""Owns fixing a text: applies fixes round by round, and takes back every one that does harm."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right, insort
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import accumulate
from typing import Any, NamedTuple

from apigw_lint import inputs
from apigw_lint.config import Config
from apigw_lint.diagnostic import Diagnostic, Edit, Fix, Report, Severity
from apigw_lint.linter import DEFAULT_CONFIG, lint
from apigw_lint.rules.suppression import UNUSED
from apigw_lint.source import scalar
from apigw_lint.source.text import Span
from apigw_lint.source.tree import Container, Mapping, Sequence, Tree, child_at

MAX_ROUNDS = 10

_NEW_KEY = re.compile(r"""[,\s]*["']?([\w$-]+)["']?\s*:""")
_COMMENT = re.compile(r"(?:(?<=\s)|^)#[^\r\n]*", re.MULTILINE)


class Applied(NamedTuple):
    """A fix that was made, and the line (from 1) of the text of its round that its finding was on."""

    line: int
    rule: str
    fix: Fix


class Refused(NamedTuple):
    """A finding whose fix was not made, and why."""

    diagnostic: Diagnostic
    fix: Fix
    reason: str


class Fixed(NamedTuple):
    """What became of a text."""

    text: str
    applied: list[Applied]
    refused: list[Refused]


class _Mended(NamedTuple):
    """A text that passed the checks, and what is found in it."""

    text: str
    report: Report


def fix_text(
    path: str,
    text: str,
    config: Config = DEFAULT_CONFIG,
    *,
    unsafe: bool = False,
    rules: frozenset[str] | None = None,
) -> Fixed:
    """A text with its safe fixes made, the others too when wanted; of `rules` only, if given.

    Nothing but what the edits of the fixes cover is changed. A fix is refused when its result cannot be read by our
    parser or by ruamel.yaml, loses a comment, changes a value that no edit covers, or brings a new error elsewhere.
    """
    mark = "\ufeff" if text.startswith("\ufeff") else ""
    now = _Mended(text.removeprefix(mark), lint(path, text, config))
    applied: list[Applied] = []
    reasons: dict[tuple[str, ...], str] = {}
    for _ in range(MAX_ROUNDS):
        wanted = [one for one in allowed(now.report, unsafe, rules) if _identity(one) not in reasons]
        if not wanted:
            break
        now, made = _round(path, now, wanted, config, reasons)
        applied += [Applied(one.source.position(one.span.start).line, one.rule, fix) for one, fix in made]
    refused = [
        Refused(one, fix, reasons.get(_identity(one), f"not reached in {MAX_ROUNDS} rounds"))
        for one in allowed(now.report, unsafe, rules)
        if (fix := one.fix)
    ]
    return Fixed(mark + now.text, applied, refused)


def allowed(report: Report, unsafe: bool, rules: frozenset[str] | None) -> list[Diagnostic]:
    """The findings whose fixes may be made."""
    return [
        one
        for one in report.found
        if one.fix and one.fix.edits and (unsafe or one.fix.safe) and (rules is None or one.rule in rules)
    ]


def _identity(one: Diagnostic) -> tuple[str, ...]:
    return one.rule, one.pointer, one.message


def _round(
    path: str, before: _Mended, wanted: list[Diagnostic], config: Config, reasons: dict[tuple[str, ...], str]
) -> tuple[_Mended, list[tuple[Diagnostic, Fix]]]:
    """The text after as many fixes as go together, and which; what is refused is put into `reasons`."""
    check = _Check(path, before, config)
    made: list[tuple[Diagnostic, Fix]] = []
    now = before
    parts = [_compatible(wanted)]
    while parts:
        part = parts.pop()
        outcome = check.of([*made, *part])
        if isinstance(outcome, _Mended):
            made += part
            now = outcome
        elif len(part) > 1:
            half = len(part) // 2
            parts += (part[half:], part[:half])
        else:
            alone = check.of(part) if made else outcome
            if isinstance(alone, str):
                reasons[_identity(part[0][0])] = alone
    return now, made


def _compatible(wanted: Iterable[Diagnostic]) -> list[tuple[Diagnostic, Fix]]:
    """The fixes that can be made at once, in the order of the findings."""
    taken: list[Edit] = []
    batch = []
    for one in wanted:
        fix = one.fix
        new = [edit for edit in dict.fromkeys(fix.edits) if edit not in _beside(taken, edit)] if fix else []
        if fix and not any(_clash(edit, other) for edit in new for other in _beside(taken, edit)):
            for edit in new:
                insort(taken, edit)
            batch.append((one, fix))
    return batch


def _beside(taken: list[Edit], edit: Edit) -> list[Edit]:
    """Of sorted edits that do not overlap, those that begin within another one or at its ends, and the one before."""
    first = bisect_left(taken, edit.span.start, key=lambda other: other.span.start)
    last = bisect_right(taken, edit.span.end, key=lambda other: other.span.start)
    return taken[max(0, first - 1) : last]


def _clash(one: Edit, other: Edit) -> bool:
    """Whether two edits cannot be made at once."""
    first, second = sorted((one, other))
    if first.span != second.span or first.span.start < first.span.end:
        is_at_start = first.span.start == second.span.start
        return second.span.start < first.span.end or is_at_start
    are_separate = all(edit.text[:1] in (",", "\r", "\n") for edit in (one, other))
    return not are_separate or _new_key(one.text) == _new_key(other.text) != ""


def _new_key(text: str) -> str:
    found = _NEW_KEY.match(text)
    return found[1] if found else ""


def splice(text: str, edits: Iterable[Edit]) -> str:
    """The text with edits made, none of which overlap."""
    pieces, at = [], 0
    for span, new in sorted(edits, key=lambda edit: edit.span):
        pieces += [text[at : span.start], new]
        at = span.end
    return "".join((*pieces, text[at:]))


class _Shift:
    """Where the offsets of a text are after edits."""

    def __init__(self, edits: list[Edit]) -> None:
        self.edits = sorted(edits, key=lambda edit: edit.span)
        self._ends = [edit.span.end for edit in self.edits]
        grown = (len(edit.text) - (edit.span.end - edit.span.start) for edit in self.edits)
        self._sums = [0, *accumulate(grown)]

    def __call__(self, offset: int) -> int:
        return offset + self._sums[bisect_right(self._ends, offset)]

    def touches(self, start: int, end: int) -> bool:
        """Whether an edit changes something in a range."""
        number = bisect_right(self._ends, start)
        return number < len(self.edits) and self.edits[number].span.start < end

    @property
    def places(self) -> Iterator[Span]:
        """What the edits put into the new text."""
        for number, edit in enumerate(self.edits):
            start = edit.span.start + self._sums[number]
            yield Span(start, start + len(edit.text))


class _Check:
    """The safety net under one round: says of fixes what comes of them, or why they are refused."""

    def __init__(self, path: str, before: _Mended, config: Config) -> None:
        self.path = path
        self.before = before
        self.config = config
        self.trees = _documents(path, before.text, config)
        self.was_loadable = [_is_loadable(tree.source.text) for tree in self.trees]

    def of(self, fixes: list[tuple[Diagnostic, Fix]]) -> _Mended | str:
        """The text with these fixes made, or the reason why not."""
        edits = list(dict.fromkeys(edit for _, fix in fixes for edit in fix.edits))
        text = splice(self.before.text, edits)
        shift = _Shift(edits)
        trees = _documents(self.path, text, self.config)
        going = [edit.span for one, fix in fixes if one.rule == UNUSED for edit in fix.edits]
        reason = self._broken(trees) or self._lost(trees, going) or self._changed(trees, shift)
        if reason:
            return reason
        report = lint(self.path, text, self.config)
        return self._worse(report, trees, shift, fixes) or _Mended(text, report)

    def _broken(self, trees: list[Tree]) -> str:
        """Whether the result cannot be read, or names a key twice."""
        if len(trees) != len(self.trees) or any(tree.syntax_errors for tree in trees):
            return "the result could not be read"
        if any(len(new.duplicates) > len(old.duplicates) for old, new in zip(self.trees, trees, strict=True)):
            return "a key would stand twice"
        if any(was and not _is_loadable(tree.source.text) for was, tree in zip(self.was_loadable, trees, strict=True)):
            return "ruamel.yaml could not read the result"
        return ""

    def _lost(self, trees: list[Tree], going: list[Span]) -> str:
        old = Counter(text for tree in self.trees for text, at in comments(tree) if not _is_within(at, going))
        lost = old - Counter(text for tree in trees for text, _ in comments(tree))
        return "a comment would be lost" if lost else ""

    def _changed(self, trees: list[Tree], shift: _Shift) -> str:
        """Whether a key or value that no edit covers is another, or stands at another depth."""
        for old, new in zip(self.trees, trees, strict=True):
            after = {(start, depth): value for start, _, depth, value in _leaves(new)}
            for start, end, depth, value in _leaves(old):
                if not shift.touches(start, end) and after.get((shift(start), depth), _leaves) != value:
                    return "it would change a value that it is not about"
        return ""

    def _worse(
        self, report: Report, trees: list[Tree], shift: _Shift, fixes: list[tuple[Diagnostic, Fix]]
    ) -> str | None:
        """Whether there is a new error in a part that no edit is about, or in what a safe fix or an insertion wrote."""
        known = {(one.rule, shift(one.span.start)) for one in self.before.report.found}
        known |= {(one.diagnostic.rule, shift(one.diagnostic.span.start)) for one in self.before.report.ignored}
        edited = [span for tree in trees for place in shift.places if (span := _edited(tree, place))]
        strict = {edit for _, fix in fixes if fix.safe or _only_inserts(fix) for edit in fix.edits}
        written = [place for edit, place in zip(shift.edits, shift.places, strict=True) if edit in strict]
        for one in report.found:
            if one.severity is not Severity.ERROR and one.rule != "crash":
                continue
            place = one.span.start
            if (one.rule, place) not in known and (not _is_within(place, edited) or _is_within(place, written)):
                return f"it would bring a new error: {one.message} [{one.rule}]"
        return None


def _only_inserts(fix: Fix) -> bool:
    return all(edit.span.start == edit.span.end for edit in fix.edits)


def _documents(path: str, text: str, config: Config) -> list[Tree]:
    """The trees of the documents that a text holds."""
    return list(inputs.from_text(path, text, config.template).documents)


@lru_cache(maxsize=2)
def _is_loadable(text: str) -> bool:
    """Whether ruamel.yaml reads a document; repeated keys and tags do not matter to it here.

    It is slow, and what a round ends with the next one begins with.
    """
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    if text.lstrip()[:1] in ("{", "["):
        text = text.replace("\t", " ")
    try:
        YAML(typ="safe", pure=True).compose(text)
    except (YAMLError, ValueError, RecursionError):
        return False
    return True


def comments(tree: Tree) -> Iterator[tuple[str, int]]:
    """The comments of a document, and where each begins in its file."""
    for found in _COMMENT.finditer(tree.source.text):
        if not tree.at(found.start()) and not tree.key_at(found.start()):
            yield found[0].rstrip(), tree.source.start + found.start()


def _is_within(offset: int, spans: Iterable[Span]) -> bool:
    return any(span.start <= offset < span.end for span in spans)


def _leaves(tree: Tree) -> Iterator[tuple[int, int, int, Any]]:
    """Where in the file each key and scalar begins and ends, how deep it is, what it is; each where it is written."""
    text, origin = tree.source.text, tree.source.start
    stack: list[tuple[Container, int]] = [(tree.holder, 0)]
    while stack:
        container, depth = stack.pop()
        start, end = (0, len(text)) if container is tree.holder else (container.start, container.end)
        spans, width = container.spans, 4 if isinstance(container, Mapping) else 2
        values = container.values() if isinstance(container, Mapping) else container
        for number, value in enumerate(values):
            first, last = spans[width * number + width - 2 : width * number + width]
            if isinstance(value, (Mapping, Sequence)):
                if value.parent is container:
                    stack.append((value, depth + 1))
            elif start <= first < last <= end:
                yield origin + first, origin + scalar.content_span(text, first, last).end, depth, (type(value), value)
        for number, key in enumerate(container if isinstance(container, Mapping) else ()):
            if start <= spans[4 * number] < end:
                yield origin + spans[4 * number], origin + spans[4 * number + 1], depth, key


def _edited(tree: Tree, place: Span) -> Span | None:
    """What the object covers, in the file, that holds what an edit wrote."""
    text, origin = tree.source.text, tree.source.start
    if place.start < origin:
        return None
    written = text[place.start - origin : place.end - origin]
    at = place.start - origin + len(written) - len(written.lstrip(", \t\r\n"))
    found: Container | None = None
    node = tree.root
    while node is not None and isinstance(node.value, (Mapping, Sequence)) and node.value.start <= at < node.value.end:
        found = node.value
        child = child_at(node, at)
        is_own = child is not None and isinstance(child.value, (Mapping, Sequence)) and child.value.parent is found
        node = child if is_own else None
    return Span(found.start, found.end).moved(origin) if found is not None else None
