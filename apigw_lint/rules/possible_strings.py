"""Owns which strings a node may be once the gateway's variables are put in, and how a message says when that is so."""

from __future__ import annotations

from typing import NamedTuple

from apigw_lint.gateway.spec import Spec
from apigw_lint.source.tree import Node


class PossibleString(NamedTuple):
    """One string that a node may be; `when` says for which variable values, and is empty when it always is that."""

    value: str
    when: str


def possible_strings(spec: Spec, node: Node | None) -> list[PossibleString]:
    """The strings that a node may be, blank ones left out; empty when it cannot be told."""
    return [
        PossibleString(possible.value, possible.when)
        for possible in spec.possible(node)
        if isinstance(possible.value, str) and possible.value.strip()
    ]


def when_clause(condition: str) -> str:
    """A condition as the end of a message: `, when 'stage' is 'prod'`; empty without a condition."""
    return f", when {condition}" if condition else ""
