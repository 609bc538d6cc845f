"""Owns the safety net under fixes: what a text must keep when it is edited."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from collections.abc import Sequence as Row
from functools import lru_cache
from typing import Any, NamedTuple

from apigw_lint.diagnostic import Diagnostic, Edit, Fix, Severity
from apigw_lint.fix.apply import OffsetMap, apply_edits
from apigw_lint.fix.blame import Written
from apigw_lint.fix.subject import LintedText, Subject
from apigw_lint.rules.suppression import UNUSED
from apigw_lint.source.text import Span
from apigw_lint.source.tree import Container, Mapping, Sequence, Tree

_COMMENT = re.compile(r"(?:(?<=\s)|^)#[^\r\n]*", re.MULTILINE)
_SIGN = re.compile(":")
_HCL_SIGN = re.compile("[:=]")
_HCL_COMMENT = re.compile(r"(?:#|//)[^\r\n]*|/\*.*?\*/", re.DOTALL)
_IGNORE = re.compile(r"#.*\bapigw-lint\b")


_Failure = tuple[int, str]
"""An offset in the text that fixes made, and what is wrong there."""


class Refusal(NamedTuple):
    """Why fixes are refused together, and the reasons for those of them, by number, that are to blame.

    If several may be to blame for the same, the first of them is not among these.
    """

    reason: str
    blamed: dict[int, str]


class SafetyNet:
    """Makes fixes in a text and refuses those that do harm."""

    def __init__(self, subject: Subject, before: LintedText, *, is_thorough: bool) -> None:
        """With `is_thorough` fixes whose result ruamel.yaml cannot read are refused, which takes long."""
        self._subject = subject
        self._before = before
        self._is_thorough = is_thorough
        self._text = before.read.text
        self._trees = before.read.documents
        self._sign = _HCL_SIGN if any(tree.is_hcl for tree in self._trees) else _SIGN

    def apply(self, fixes: list[tuple[Diagnostic, Fix]]) -> LintedText | Refusal:
        """The text with these fixes made, or why they are refused."""
        edits = list(dict.fromkeys(edit for _, fix in fixes for edit in fix.edits))
        offsets = OffsetMap(edits)
        starts = tuple(map(offsets.start_after, self._before.read.starts))
        read = self._subject.read(apply_edits(self._text, edits), starts)
        trees = read.documents
        removed_ignores = [edit.span for diagnostic, fix in fixes if diagnostic.rule == UNUSED for edit in fix.edits]
        if reason := self._unreadable(trees):
            return Refusal(reason, {})
        written = Written(trees, offsets, fixes)
        if duplicates := self._new_duplicates(trees, offsets):
            return _refusal(duplicates, written)
        if reason := self._lost_comment(trees, removed_ignores) or self._changed_value(trees, offsets):
            return Refusal(reason, {})
        after = self._subject.lint(read)
        return self._new_errors(after, written, offsets, fixes) or after

    def _unreadable(self, trees: Row[Tree]) -> str:
        """Why the result cannot be read, empty if it can."""
        if len(trees) != len(self._trees) or any(
            new.syntax_errors and not old.syntax_errors for old, new in zip(self._trees, trees, strict=True)
        ):
            return "the result would not be valid"
        if self._is_thorough and not stay_loadable(self._trees, trees):
            return "ruamel.yaml cannot read the result"
        if any(new.not_json and not old.not_json for old, new in zip(self._trees, trees, strict=True)):
            return "the result would not be JSON"
        return ""

    def _new_duplicates(self, trees: Row[Tree], offsets: OffsetMap) -> list[_Failure]:
        """The keys that were not repeated before; those of a mapping that has moved do not count."""
        failures = []
        for old, new in zip(self._trees, trees, strict=True):
            if len(new.duplicates) > len(old.duplicates):
                before = {offsets.after(old.source.start + duplicate.second.start) for duplicate in old.duplicates}
                places = (new.source.start + duplicate.second.start for duplicate in new.duplicates)
                failures += [(place, "it would duplicate a key") for place in places if place not in before]
        return failures

    def _lost_comment(self, trees: Row[Tree], removed_ignores: list[Span]) -> str:
        """A reason if a comment is gone that no fix was meant to remove."""
        before = Counter(
            left
            for tree in self._trees
            for comment, offset in comments(tree)
            if (left := _without_ignore(comment, offset, removed_ignores))
        )
        lost = before - Counter(comment for tree in trees for comment, _ in comments(tree))
        return "it would lose a comment" if lost else ""

    def _changed_value(self, trees: Row[Tree], offsets: OffsetMap) -> str:
        """A reason if a key or scalar that no edit covers has another value, or is at another depth."""
        for old, new in zip(self._trees, trees, strict=True):
            values = {(start, depth): value for start, _, depth, value in _keys_and_scalars(new)}
            for start, end, depth, value in _keys_and_scalars(old):
                if not offsets.is_edited(start, end) and values.get((offsets.after(start), depth)) != value:
                    return "it would change an unrelated value"
        return ""

    def _new_errors(
        self, after: LintedText, written: Written, offsets: OffsetMap, fixes: list[tuple[Diagnostic, Fix]]
    ) -> Refusal | None:
        """A refusal if there is a new error; what moves is judged as if it had been there before.

        An unsafe fix that changes something in its place may show what nobody looked at before: new errors in the
        edited object are let pass, unless there are more errors than before.
        """
        known_elsewhere = {_place(diagnostic): diagnostic.severity for diagnostic in self._before.elsewhere}
        for diagnostic in after.elsewhere:
            if _is_new(diagnostic, known_elsewhere.get(_place(diagnostic))):
                return Refusal(f"{_new_error(diagnostic)} in {diagnostic.source.path}", {})
        before = self._before.report
        old_diagnostics = [*before.found, *(ignored.diagnostic for ignored in before.ignored)]
        known = {(one.rule, offsets.after(one.span.start)): one.severity for one in old_diagnostics}
        moves = {edit for _, fix in fixes if _moves(fix, self._text, self._sign) for edit in fix.edits}
        moved_errors = Counter(map(_essence, _within_edits(old_diagnostics, moves)))
        strict_edits = {edit for _, fix in fixes if fix.safe or _only_inserts(fix) for edit in fix.edits} | moves
        edited = set(offsets.edits)
        in_place = edited - moves
        new: list[_Failure] = []
        shown: list[_Failure] = []
        for diagnostic in after.report.found:
            start = diagnostic.span.start
            severity = known.get((diagnostic.rule, start))
            if not _is_new(diagnostic, severity, is_written=written.is_by(edited, start)):
                continue
            if moved_errors[_essence(diagnostic)] > 0:
                moved_errors[_essence(diagnostic)] -= 1
                continue
            is_new = not written.is_beside(in_place, start) or written.is_by(strict_edits, start)
            (new if is_new else shown).append((start, _new_error(diagnostic)))
        if new:
            return _refusal(new, written)
        if shown and sum(map(_is_error, after.report.found)) > sum(map(_is_error, before.found)):
            return _refusal(shown, written, repaired=[_is_error(diagnostic) for diagnostic, _ in fixes])
        return None


def _refusal(failures: list[_Failure], written: Written, repaired: list[bool] | None = None) -> Refusal:
    """A refusal of fixes because of some failures; to blame is who causes more of them than the error it `repaired`."""
    reasons: dict[int, list[str]] = defaultdict(list)
    for offset, reason in failures:
        behind = sorted(written.fixes_behind(offset))
        for number in behind[1:] or behind:
            reasons[number].append(reason)
    blamed = {number: each[0] for number, each in reasons.items() if len(each) > bool(repaired and repaired[number])}
    return Refusal(failures[0][1], blamed)


def _without_ignore(comment: str, offset: int, removed: list[Span]) -> str:
    """What is left of a comment at an offset when an ignore in it is removed."""
    if _IGNORE.match(comment):
        end = offset + len(comment)
        for span in removed:
            if span.start < end and offset < span.end:
                return (comment[: max(0, span.start - offset)] + comment[span.end - offset :]).strip()
    return comment


def _is_error(diagnostic: Diagnostic) -> bool:
    return diagnostic.severity is Severity.ERROR or diagnostic.rule == "crash"


def _is_new(diagnostic: Diagnostic, known: Severity | None, *, is_written: bool = False) -> bool:
    """Whether a finding is an error that was not there, or a reference that leads to nothing any more.

    `known` is the severity that one of the same rule in the same place had before, None if there was none. What is
    written by a fix led nowhere before.
    """
    if diagnostic.rule == "external-ref" and diagnostic.severity is Severity.WARNING:
        return known is not Severity.WARNING and not is_written
    return known is None and _is_error(diagnostic)


def _new_error(diagnostic: Diagnostic) -> str:
    return f"it would cause a new error: {diagnostic.full_message} [{diagnostic.rule}]"


def _place(diagnostic: Diagnostic) -> tuple[str, str, int]:
    return diagnostic.rule, diagnostic.source.path, diagnostic.span.start


def _essence(diagnostic: Diagnostic) -> tuple[str, str]:
    """What a finding still is after it has moved: its rule, and the text that it underlines."""
    return diagnostic.rule, diagnostic.source.slice(diagnostic.span)


def _within_edits(diagnostics: list[Diagnostic], edits: Iterable[Edit]) -> Iterator[Diagnostic]:
    """The findings in what some edits replace."""
    spans = sorted(edit.span for edit in edits)
    starts = [span.start for span in spans]
    for diagnostic in diagnostics:
        number = bisect_right(starts, diagnostic.span.start) - 1
        if number >= 0 and diagnostic.span.start < spans[number].end:
            yield diagnostic


def _moves(fix: Fix, text: str, sign: re.Pattern[str]) -> bool:
    """Whether a fix writes an entry that it takes out again elsewhere, perhaps with another key before the `sign`."""
    written = _without_layout("".join(edit.text for edit in fix.edits))
    entries = (sign.split(text[edit.span.start : edit.span.end], maxsplit=1) for edit in fix.edits)
    return any((value := _without_layout("".join(entry[1:]))) and value in written for entry in entries)


def _without_layout(text: str) -> str:
    return "".join(text.split()).strip(",")


def _only_inserts(fix: Fix) -> bool:
    return all(edit.span.start == edit.span.end for edit in fix.edits)


def stay_loadable(before: Row[Tree], after: Row[Tree]) -> bool:
    """Whether ruamel.yaml reads each document of a text that it could read before a change."""
    return all(
        new.is_hcl or _is_loadable(new.source.text) or not _is_loadable(old.source.text)
        for old, new in zip(before, after, strict=True)
    )


@lru_cache(maxsize=2)
def _is_loadable(text: str) -> bool:
    """Whether ruamel.yaml reads a document; it accepts repeated keys and unknown tags here."""
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
    """The comments of a document, and the offset in its file where each begins."""
    for match in (_HCL_COMMENT if tree.is_hcl else _COMMENT).finditer(tree.source.text):
        if not tree.at(match.start()) and not tree.key_at(match.start()):
            yield match[0].rstrip(), tree.source.start + match.start()


def _keys_and_scalars(tree: Tree) -> Iterator[tuple[int, int, int, Any]]:
    """The keys and scalars of a document: start and end in its file, depth, and value; each where it is written."""
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
                yield origin + first, origin + tree.content_span(first, last).end, depth, (type(value), value)
        for number, key in enumerate(container if isinstance(container, Mapping) else ()):
            if start <= spans[4 * number] < end:
                yield origin + spans[4 * number], origin + spans[4 * number + 1], depth, key
