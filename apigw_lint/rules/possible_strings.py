"""Owns which strings a node may be once the gateway's variables are put in, and how a message says when that is so."""

from __future__ import annotations

from apigw_lint.gateway.spec import Spec
from apigw_lint.source.tree import Node


def possible_strings(spec: Spec, node: Node | None) -> list[tuple[str, str]]:
    """The strings that a node may be, each with the condition on the variables, which is empty when it always holds.

    Blank strings are left out; there are none if that is unknown.
    """
    return [
        (possible.value, possible.when)
        for possible in spec.variables.possible(node)
        if isinstance(possible.value, str) and possible.value.strip()
    ]


def when_clause(condition: str) -> str:
    """A condition as the end of a message: `, when 'stage' is 'prod'`; empty without a condition."""
    return f", when {condition}" if condition else ""
