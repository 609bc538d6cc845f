"""Owns which strings a node may be once the gateway's variables are put in, and how a message says when that is so."""

from __future__ import annotations

from apigw_lint.gateway.spec import Spec
from apigw_lint.gateway.variables import Possible
from apigw_lint.source.tree import Node


def possible_strings(spec: Spec, node: Node | None) -> list[tuple[str, Possible]]:
    """The strings that a node may be, blank ones left out; none if that is unknown."""
    return [
        (possible.value, possible)
        for possible in spec.variables.possible(node, is_text=True)
        if isinstance(possible.value, str) and possible.value.strip()
    ]


def when_clause(condition: str) -> str:
    """A condition as the end of a message: `, when 'stage' is 'prod'`; empty without a condition."""
    return f", when {condition}" if condition else ""
