"""Owns where a finding is, in lines and columns from 1, columns in code points."""

from __future__ import annotations

from apigw_lint.diagnostic import Diagnostic
from apigw_lint.source.text import Position


def first_position(diagnostic: Diagnostic) -> Position:
    """Where the finding begins."""
    return diagnostic.source.position(diagnostic.span.start)


def last_position(diagnostic: Diagnostic) -> Position:
    """The last character of the finding, for formats whose ends are inclusive; where it begins if it is empty."""
    return diagnostic.source.position(max(diagnostic.span.start, diagnostic.span.end - 1))


def location(diagnostic: Diagnostic) -> str:
    """The finding's file and beginning, as `path:line:column`."""
    first = first_position(diagnostic)
    return f"{diagnostic.source.path}:{first.line}:{first.column}"
