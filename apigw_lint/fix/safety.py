"""Owns the safety net under fixes: what a text must keep when it is edited."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from collections.abc import Sequence as Row
from functools import lru_cache
from typing import Any, NamedTuple

from apigw_lint import inputs
from apigw_lint.config import Config
from apigw_lint.diagnostic import Diagnostic, Fix, Report, Severity
from apigw_lint.fix.apply import OffsetMap, apply_edits
from apigw_lint.linter import lint_input, reading_of
from apigw_lint.rules.suppression import UNUSED
from apigw_lint.source import scalar
from apigw_lint.source.text import Span
from apigw_lint.source.tree import Container, Mapping, Sequence, Tree, child_at

_COMMENT = re.compile(r"(?:(?<=\s)|^)#[^\r\n]*", re.MULTILINE)


class LintedText(NamedTuple):
    """A text, and what is found in it."""

    text: str
    report: Report


class SafetyNet:
    """Makes fixes in a text and refuses those that do harm."""

    def __init__(self, path: str, before: LintedText, config: Config) -> None:
        self._path = path
        self._before = before
        self._config = config
        self._trees = inputs.from_text(path, before.text, reading_of(config)).documents
        self._were_loadable = [_is_loadable(tree.source.text) for tree in self._trees]

    def apply(self, fixes: list[tuple[Diagnostic, Fix]]) -> LintedText | str:
        """The text with these fixes made, or the reason why they are refused."""
        edits = list(dict.fromkeys(edit for _, fix in fixes for edit in fix.edits))
        text = apply_edits(self._before.text, edits)
        offsets = OffsetMap(edits)
        content = inputs.from_text(self._path, text, reading_of(self._config))
        trees = content.documents
        removed_ignores = [edit.span for diagnostic, fix in fixes if diagnostic.rule == UNUSED for edit in fix.edits]
        reason = (
            self._unreadable(trees) or self._lost_comment(trees, removed_ignores) or self._changed_value(trees, offsets)
        )
        if reason:
            return reason
        report = lint_input(content, self._config)
        return self._new_error(report, trees, offsets, fixes) or LintedText(text, report)

    def _unreadable(self, trees: Row[Tree]) -> str:
        """Why the result cannot be read, or which rule of YAML it breaks; empty if it can."""
        if len(trees) != len(self._trees) or any(tree.syntax_errors for tree in trees):
            return "the result would not be valid"
        if any(len(new.duplicates) > len(old.duplicates) for old, new in zip(self._trees, trees, strict=True)):
            return "it would duplicate a key"
        if any(was and not _is_loadable(new.source.text) for was, new in zip(self._were_loadable, trees, strict=True)):
            return "ruamel.yaml cannot read the result"
        return ""

    def _lost_comment(self, trees: Row[Tree], removed_ignores: list[Span]) -> str:
        """A reason if a comment is gone that no fix was meant to remove."""
        before = Counter(
            comment
            for tree in self._trees
            for comment, offset in comments(tree)
            if not _is_within(offset, removed_ignores)
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

    def _new_error(
        self, report: Report, trees: Row[Tree], offsets: OffsetMap, fixes: list[tuple[Diagnostic, Fix]]
    ) -> str:
        """A reason if there is a new error outside the edited objects, or in what a safe fix or an insertion wrote."""
        before = self._before.report
        old_diagnostics = [*before.found, *(ignored.diagnostic for ignored in before.ignored)]
        old_errors = {(diagnostic.rule, offsets.after(diagnostic.span.start)) for diagnostic in old_diagnostics}
        edited_objects = [span for tree in trees for written in offsets.written if (span := _enclosing(tree, written))]
        strict_edits = {edit for _, fix in fixes if fix.safe or _only_inserts(fix) for edit in fix.edits}
        strict_spans = [span for edit, span in zip(offsets.edits, offsets.written, strict=True) if edit in strict_edits]
        for diagnostic in report.found:
            if diagnostic.severity is not Severity.ERROR and diagnostic.rule != "crash":
                continue
            start = diagnostic.span.start
            is_new = (diagnostic.rule, start) not in old_errors
            if is_new and (not _is_within(start, edited_objects) or _is_within(start, strict_spans)):
                return f"it would cause a new error: {diagnostic.message} [{diagnostic.rule}]"
        return ""


def _only_inserts(fix: Fix) -> bool:
    return all(edit.span.start == edit.span.end for edit in fix.edits)


def _is_within(offset: int, spans: Iterable[Span]) -> bool:
    return any(span.start <= offset < span.end for span in spans)


@lru_cache(maxsize=2)
def _is_loadable(text: str) -> bool:
    """Whether ruamel.yaml reads a document; it accepts repeated keys and unknown tags here.

    The last results are kept: this is slow, and the text that one round ends with is where the next one begins.
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
    """The comments of a document, and the offset in its file where each begins."""
    for match in _COMMENT.finditer(tree.source.text):
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
                yield origin + first, origin + scalar.content_span(text, first, last).end, depth, (type(value), value)
        for number, key in enumerate(container if isinstance(container, Mapping) else ()):
            if start <= spans[4 * number] < end:
                yield origin + spans[4 * number], origin + spans[4 * number + 1], depth, key


def _enclosing(tree: Tree, written: Span) -> Span | None:
    """The span in the file of the innermost object that holds what an edit wrote."""
    text, origin = tree.source.text, tree.source.start
    if written.start < origin:
        return None
    content = text[written.start - origin : written.end - origin]
    offset = written.start - origin + len(content) - len(content.lstrip(", \t\r\n"))
    innermost: Container | None = None
    node = tree.root
    while (
        node is not None and isinstance(node.value, (Mapping, Sequence)) and node.value.start <= offset < node.value.end
    ):
        innermost = node.value
        child = child_at(node, offset)
        is_own = child is not None and isinstance(child.value, (Mapping, Sequence)) and child.value.parent is innermost
        node = child if is_own else None
    return Span(innermost.start, innermost.end).moved(origin) if innermost is not None else None
