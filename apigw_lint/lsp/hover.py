"""Hover: what a key, a value or a name means, and what the gateway makes of it."""

from __future__ import annotations

from collections.abc import Iterator

from lsprotocol.types import Hover, MarkupContent, MarkupKind

from apigw_lint.gateway.kinds import OPERATION_KEYS
from apigw_lint.gateway.spec import Spec
from apigw_lint.lsp.analysis import Analysis
from apigw_lint.lsp.described import description
from apigw_lint.lsp.meanings import Meanings
from apigw_lint.source.text import Span
from apigw_lint.source.tree import Node


def hover(analysis: Analysis, offset: int) -> Hover | None:
    """What is known of the key, value or name at an offset, None where there is nothing to say."""
    place = analysis.place(offset)
    if place is None:
        return None
    for span, paragraphs in _answers(analysis, *place):
        if text := "\n\n".join(paragraphs):
            content = MarkupContent(MarkupKind.Markdown, analysis.hide(text))
            return Hover(content, analysis.range_in(place.spec, span))
    return None


def _answers(analysis: Analysis, spec: Spec, offset: int) -> Iterator[tuple[Span, Iterator[str]]]:
    """What may be said of an offset, the most special first, each about a part of the text."""
    value = spec.tree.at(offset)
    node = value or spec.tree.key_at(offset)
    if node is None:
        return
    meanings = Meanings(analysis, spec)
    if found := analysis.names(spec).meant_at(offset):
        yield found.place.span, meanings.of_name(found)
    if value is not None:
        yield value.value_span, description(spec, value)
    elif key := node.key_span:
        yield key, _of_key(spec, meanings, node)


def _of_key(spec: Spec, meanings: Meanings, entry: Node) -> Iterator[str]:
    kind = spec.kinds.of(entry.container)
    about_path = list(meanings.of_path(entry)) if kind == "paths" else []
    yield from about_path or description(spec, entry)
    if kind == "path item" and entry.key in OPERATION_KEYS:
        yield from meanings.of_operation(entry)
