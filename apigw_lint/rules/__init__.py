"""Owns the list of rules: every rule of every family module."""

from __future__ import annotations

from apigw_lint.rules import (
    authorization,
    authorizers,
    cors,
    document,
    embedded_json,
    extensions,
    forwarding,
    headers,
    http,
    identifiers,
    ignored_by_openapi,
    integrations,
    keys,
    links,
    mapping,
    parameters,
    paths,
    placeholders,
    preflight,
    rate_limits,
    references,
    responses,
    routing,
    schema_objects,
    security,
    substitutions,
    suppression,
    terraform,
    urls,
    validators,
    values,
    variables,
    websocket,
    websocket_headers,
    yaml_versions,
)
from apigw_lint.rules.rule import Problem, Rule

FAMILIES = (
    document,
    yaml_versions,
    keys,
    values,
    extensions,
    references,
    placeholders,
    identifiers,
    integrations,
    http,
    urls,
    forwarding,
    headers,
    responses,
    embedded_json,
    substitutions,
    parameters,
    ignored_by_openapi,
    schema_objects,
    links,
    websocket,
    websocket_headers,
    authorization,
    authorizers,
    cors,
    preflight,
    validators,
    rate_limits,
    mapping,
    variables,
    paths,
    routing,
    security,
    suppression,
    terraform,
)

RULES: dict[str, Rule] = {
    rule.name: rule for family in FAMILIES for rule in vars(family).values() if isinstance(rule, Rule)
}
"""All rules by name, family by family in the order of their definition."""

__all__ = ["FAMILIES", "RULES", "Problem", "Rule"]
