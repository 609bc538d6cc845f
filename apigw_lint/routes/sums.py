"""Owns what is counted of the table of routes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from apigw_lint.gateway.access import Access
from apigw_lint.routes.table import Row
from apigw_lint.spelling import counted


class Sums(NamedTuple):
    """How many operations there are, and how many of them are what; `public` are those that anyone may call.

    `without_cors` leaves out WebSocket events.
    """

    operations: int
    public: int
    protected: int
    unknown: int
    without_cors: int
    without_validation: int


def sums(rows: Sequence[Row]) -> Sums:
    """The sums of a table."""
    accesses = [row.access for row in rows]
    return Sums(
        len(rows),
        sum(access.is_open for access in accesses),
        accesses.count(Access.PROTECTED),
        accesses.count(Access.UNKNOWN),
        sum(row.cors == "none" and not row.method.startswith("ws:") for row in rows),
        sum(row.validation == "none" for row in rows),
    )


def sums_in_words(rows: Sequence[Row]) -> str:
    """The sums on one line; what is zero is left out."""
    of = sums(rows)
    accesses = {"public": of.public, "protected": of.protected, "of unknown access": of.unknown}
    others = {"without CORS": of.without_cors, "without validation": of.without_validation}
    parts = [", ".join(f"{number} {word}" for word, number in group.items() if number) for group in (accesses, others)]
    return f"{counted(of.operations, 'operation')}: {'; '.join(filter(None, parts))}" if rows else "0 operations"
