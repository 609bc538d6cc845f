"""Owns phrases that messages of several families share."""

from __future__ import annotations

from collections.abc import Sequence

from apigw_lint.gateway.operations import Operation


def operation_labels(operations: Sequence[Operation]) -> str:
    """Some operations in words: the first three, and how many more there are."""
    labels = ", ".join(f"'{operation.label}'" for operation in operations[:3])
    return labels + (f" and {len(operations) - 3} more" if len(operations) > 3 else "")


def with_article(noun: str) -> str:
    """A noun with `a` or `an` in front."""
    return f"an {noun}" if noun[0] in "aeioO" else f"a {noun}"
