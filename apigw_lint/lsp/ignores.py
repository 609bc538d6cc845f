"""Owns where an ignore of a finding may be written: beside it, above it, or in JSON as a key around it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from apigw_lint.diagnostic import Diagnostic, Edit
from apigw_lint.fix.edits import insert_entry, insert_items
from apigw_lint.fix.extent import line_break
from apigw_lint.lsp.analysis import Analysis
from apigw_lint.source.text import Span
from apigw_lint.source.tree import Mapping, Tree
from apigw_lint.suppress import KEY

REASON = "TODO: say why"
"""What stands in the place of the reason, which only a person knows."""

_NAMES = re.compile(r"#[ \t]*apigw-lint:[ \t]*ignore\[([^\]\r\n]*)\]")


def possible_ignores(analysis: Analysis, diagnostic: Diagnostic) -> Iterator[tuple[Edit, ...]]:
    """The edits, each in the whole text, that may ignore a finding, the best ones first; who makes one must try it."""
    place = analysis.place(diagnostic.span.start)
    if place is None or place.spec.tree.source.is_escaped:
        return
    tree = place.spec.tree
    is_json = tree.source.text.lstrip()[:1] == "{" and not tree.is_hcl
    ways = _keys(tree, diagnostic) if is_json else _comments(tree, diagnostic, place.offset)
    for edits in ways:
        yield tuple(edit._replace(span=edit.span.moved(tree.source.start)) for edit in edits)


def _comments(tree: Tree, diagnostic: Diagnostic, offset: int) -> Iterator[tuple[Edit, ...]]:
    """Comments at the line of a finding, and at that of the key whose value it is about."""
    source = tree.source
    node = tree.written_at(diagnostic.pointer)
    key = node.key_span if node else None
    numbers = dict.fromkeys(source.position(start).line for start in (offset, key.start if key else offset))
    for number in numbers:
        yield from _at_line(tree, source.line_span(number), diagnostic.rule)


def _at_line(tree: Tree, line: Span, rule: str) -> Iterator[tuple[Edit]]:
    """A name more in the comment on a line, a comment at its end, or one above it."""
    text = tree.source.slice(line)
    comment = f"# apigw-lint: ignore[{rule}] {REASON}"
    if names := _NAMES.search(text):
        at = line.start + names.end(1)
        yield (Edit(Span(at, at), f", {rule}"),)
    yield (Edit(Span(line.start + len(text.rstrip()), line.end), f" {comment}"),)
    indent = text[: len(text) - len(text.lstrip())]
    yield (Edit(Span(line.start, line.start), f"{indent}{comment}{line_break(tree)}"),)


def _keys(tree: Tree, diagnostic: Diagnostic) -> Iterator[tuple[Edit, ...]]:
    """A name more in the key of an object around the finding, or such a key; the innermost object comes first."""
    node = tree.written_at(diagnostic.pointer)
    while node is not None:
        if isinstance(node.value, Mapping):
            listed = node.get(KEY)
            edits = insert_items(listed, [diagnostic.rule]) if listed else insert_entry(node, KEY, [diagnostic.rule])
            if edits:
                yield tuple(edits)
        node = node.parent
