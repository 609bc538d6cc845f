"""Owns the location of a finding in 1-based lines and columns, columns in code points."""

from __future__ import annotations

from apigw_lint.diagnostic import Diagnostic
from apigw_lint.source.text import Position


def first_position(diagnostic: Diagnostic) -> Position:
    """The first character of the finding."""
    return diagnostic.source.position(diagnostic.span.start)


def last_position(diagnostic: Diagnostic) -> Position:
    """The last character of the finding, for formats with an inclusive end; the first one if the span is empty."""
    return diagnostic.source.position(max(diagnostic.span.start, diagnostic.span.end - 1))


def location(diagnostic: Diagnostic) -> str:
    """The start of the finding, as `path:line:column`."""
    first = first_position(diagnostic)
    return f"{diagnostic.source.path}:{first.line}:{first.column}"
