"""Owns making one tree of several: the texts of the files one after the other, a root for each of them.

So what works with offsets into the text of a tree works for all files; `Source.located` knows of which file a span is.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence as Row

from apigw_lint.source.containers import Container, Mapping, Sequence, containers_in
from apigw_lint.source.text import Piece, Source, Span
from apigw_lint.source.tree import Node, TextProblem, Tree


def joined(sources: Row[Source]) -> Source:
    """Several texts as one, called like the first; each is a piece of it, after a line break."""
    pieces = []
    start = 0
    for source in sources:
        pieces.append(Piece(start, source, 0))
        start += len(source.text) + 1
    return Source(sources[0].path, "\n".join(source.text for source in sources), sources[0].style, pieces)


def separated(text: str, starts: Row[int]) -> list[str]:
    """The texts that were joined into one, by the offset at which each begins."""
    ends = (*(start - 1 for start in starts[1:]), None)
    return [text[start:end] for start, end in zip(starts, ends, strict=True)]


def join(first: Tree, others: Row[Tree]) -> None:
    """Adds trees to the first one, in whose text theirs follow, each after a line break; they are of no use then."""
    first.source = joined([first.source, *(tree.source for tree in others)])
    first.starts = [piece.start for piece in first.source.pieces]
    for tree, start in zip(others, first.starts[1:], strict=True):
        _add(first, tree, start)
    if first.root is None and first.holder:
        first.root = Node.entry(first, first.holder, 0)


def _add(first: Tree, tree: Tree, by: int) -> None:
    """Adds one tree whose text begins at an offset."""
    number = len(first.holder)
    value = tree.holder[0] if tree.holder else None
    first.holder.append(value)
    first.holder.spans += array("I", [place + by for place in tree.holder.spans] if tree.holder else (by, by))
    if isinstance(value, (Mapping, Sequence)):
        value.parent, value.key = first.holder, number
        _shift(value, by)
    first.syntax_errors += [_moved(problem, by) for problem in tree.syntax_errors]
    first.syntax_errors += [_moved(tree.not_json, by)] if tree.not_json else []
    first.skipped += [_moved(problem, by) for problem in tree.skipped]
    for ours, theirs in ((first.duplicates, tree.duplicates), (first.alternatives, tree.alternatives)):
        ours += [key._replace(first=key.first.moved(by), second=key.second.moved(by)) for key in theirs]
    first.unmerged += [(span.moved(by), other) for span, other in tree.unmerged]
    first.foreign.update(start + by for start in tree.foreign)
    first.reused.update(tree.reused)
    for key, containers in tree.watched.items():
        first.watched.setdefault(key, []).extend(containers)
    for name, spans in tree.renamed_anchors.items():
        first.renamed_anchors.setdefault(name, []).extend(span.moved(by) for span in spans)
    first.seconds += tree.seconds


def _shift(root: Container, by: int) -> None:
    """Moves a container and all that is written in it."""
    for container in containers_in(root):
        container.start += by
        container.end += by
        container.spans = array("I", [place + by for place in container.spans])


def _moved(problem: TextProblem, by: int) -> TextProblem:
    related = tuple((span.moved(by), text) for span, text in problem.related)
    return TextProblem(Span(*problem.span).moved(by), problem.message, related)
