"""Owns the fixes that put the suggestion of a message in the place of what is written; none without a suggestion."""

from __future__ import annotations

from apigw_lint.diagnostic import Fix
from apigw_lint.fix.edits import make_fix, rename_key, replace_in, replace_value
from apigw_lint.source.tree import Node


def write_instead(node: Node, suggestion: str | None) -> Fix | None:
    """Another value."""
    return make_fix(f"write '{suggestion}'", replace_value(node, suggestion)) if suggestion else None


def write_inside(node: Node, offset: int, old: str, suggestion: str | None) -> Fix | None:
    """Other characters in the place of some at an offset of a string's value."""
    return make_fix(f"write '{suggestion}'", replace_in(node, offset, old, suggestion)) if suggestion else None


def rename_to(node: Node, suggestion: str | None) -> Fix | None:
    """Another key."""
    return make_fix(f"rename it to '{suggestion}'", rename_key(node, suggestion)) if suggestion else None
