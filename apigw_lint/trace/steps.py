"""Owns what a trace consists of."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from apigw_lint.source.text import Located
from apigw_lint.source.tree import Node


class Status(StrEnum):
    """What a step means for the request: `REFUSED` ends it, `OPEN` is not documented or not known yet."""

    OK = "ok"
    REFUSED = "refused"
    OPEN = "open"
    INFO = "info"


class Step(NamedTuple):
    """One thing that happens to a request.

    `name` is one of `NAMES`. `place` is where in the file that is written, None if nowhere. `details` are names and
    values. `asks` says that an authorizer decides here whether the request goes on.
    """

    name: str
    status: Status
    text: str
    place: Located | None = None
    details: tuple[tuple[str, str], ...] = ()
    asks: bool = False


NAMES = ("match", "operation", "preflight", "security", "parameters", "body", "integration", "answer")


class Outcome(StrEnum):
    """What becomes of a request.

    `ANSWERED` by an operation, or by a CORS rule in a way that the browser goes on. `REFUSED` by a validator, or by the
    browser after a preflight. `UNSERVED` by any operation. `OPEN` if that is not documented or not known yet.
    """

    ANSWERED = "answered"
    REFUSED = "refused"
    UNSERVED = "unserved"
    OPEN = "open"


class Trace(NamedTuple):
    """The steps of a request in their order, and what becomes of it."""

    steps: tuple[Step, ...]
    outcome: Outcome


def place_of(node: Node | None) -> Located | None:
    """In which file a node is, and where in it: its key, or else itself."""
    if node is None:
        return None
    return node.tree.source.located(node.key_span or node.span)
