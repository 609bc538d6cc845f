"""Owns what a host finds in a text, and how it is told to read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from apigw_lint.source.known import Known
from apigw_lint.source.text import Source
from apigw_lint.source.tree import TextProblem, Tree, Unlinked

if TYPE_CHECKING:
    from apigw_lint.source.terraform import Gateway

Locate = Callable[[str], str]
"""Returns why a file that a `.tf` names is not linted; an empty string if it is linted."""


class Elsewhere(NamedTuple):
    """What a name such as `local.spec` is that another file of the folder defines: a file, or the text in that `.tf`.

    `path` is that of the `.tf`, and `reason` says why the specification is not linted.
    """

    path: str
    file: str = ""
    is_template: bool = False
    known: tuple[Known, ...] = ()
    reason: str = ""


Lookup = Callable[[str], Elsewhere | None]
"""Returns what a name is that the file itself does not define, None if nobody defines it."""


class Contents(NamedTuple):
    """The documents in a text: the text itself, or parts of it whose own sources know where in the text they are.

    `skipped` are parts of the text that are not linted, and `reason` says why nothing in it is. `gateways` are those of
    a `.tf`. `kind` says what the text is read as, empty for one that is a document itself.
    """

    documents: tuple[Tree, ...] = ()
    skipped: tuple[TextProblem, ...] = ()
    reason: str = ""
    gateways: tuple[Gateway, ...] = ()
    kind: str = ""


class NamedFile(NamedTuple):
    """A file that a `.tf` names as a specification: its path as written, and its style of placeholders.

    `known` are the variables of a template that have a known value.
    """

    path: str
    style: str
    known: tuple[Known, ...] = ()


def _not_at_hand(file: str) -> str:
    return f"'{file}' is not linted, because only this text is available"


def _unknown(_name: str) -> None:
    return None


class Files(NamedTuple):
    """The files around a specification: who refers to one gets it from here.

    A file is known by a name of its own, `first` being that of the specification. `locate` returns the name of a file
    from that of another and what a reference in it says, `read` its text.
    """

    first: str
    locate: Callable[[str, str], str | Unlinked]
    read: Callable[[str], Source | Unlinked]


class Reading(NamedTuple):
    """How a text is read: the style of its placeholders, None to detect it, and texts that are placeholders too.

    `known` are variables of a template with a known value. `locate` is called for each file that a `.tf` names,
    `lookup` for each name that another `.tf` of the folder may define, `sibling` for a document of Swagger 2.0: it
    returns the name of a specification for the gateway in the same folder, empty if there is none.
    With `is_whole` the gateway gets the text as it is, so that it cannot be a part of a specification. `hosts` are
    those that the configuration opts in to. `files` are those that references are followed to; without
    it they are not.
    """

    style: str | None = None
    placeholders: Sequence[str] = ()
    known: tuple[Known, ...] = ()
    locate: Locate = _not_at_hand
    lookup: Lookup = _unknown
    sibling: Callable[[], str] = str
    hosts: frozenset[str] = frozenset()
    is_whole: bool = False
    files: Files | None = None


DEFAULT_READING = Reading()
