"""Owns the list of rules: every rule of every family module."""

from __future__ import annotations

from apigw_lint.rules import (
    authorization,
    contract,
    document,
    extensions,
    integrations,
    parameters,
    policies,
    references,
    routing,
    security,
    substitutions,
    suppression,
    terraform,
    values,
    variables,
    websocket,
)
from apigw_lint.rules.rule import Problem, Rule

FAMILIES = (
    document,
    contract,
    extensions,
    references,
    values,
    integrations,
    substitutions,
    parameters,
    websocket,
    authorization,
    policies,
    variables,
    routing,
    security,
    suppression,
    terraform,
)

RULES: dict[str, Rule] = {
    value.name: value for family in FAMILIES for value in vars(family).values() if isinstance(value, Rule)
}
"""All rules by name, family by family in the order of their definition."""

__all__ = ["FAMILIES", "RULES", "Problem", "Rule"]
