"""Owns how a default differs from the values that it may have: of the gateway's variables, and of schemas."""

from __future__ import annotations

from apigw_lint.diagnostic import Fix
from apigw_lint.gateway import variables
from apigw_lint.rules.suggested_fixes import write_instead
from apigw_lint.source.tree import Node
from apigw_lint.spelling import did_you_mean, listed, only_nearest


def is_in(default: Node, enum: Node) -> bool:
    """Whether a scalar is one of the values of an `enum`; `1` and `1.0` are the same number."""
    value = type_in_words(default), default.value
    return any((type_in_words(node), node.value) == value for node in enum.entries())


def difference(default: Node, enum: Node) -> tuple[str, str]:
    """How a default differs from the values that it is not one of, and the hint."""
    text = variables.written(default.value)
    values = {variables.written(node.value): node for node in enum.entries() if type_in_words(node)}
    if text in values:
        other = type_in_words(values[text])
        return f"{type_in_words(default)}, but '{text}' in 'enum' is {other}", ": quote both or neither"
    hint = did_you_mean(text, values) or (f": allowed are {listed(list(values), 'and')}" if 1 < len(values) < 6 else "")
    return "not in its 'enum'", hint


def default_fix(default: Node, enum: Node) -> Fix | None:
    """A misspelt default replaced by the value that it is nearest to."""
    strings = tuple(node.value for node in enum.entries() if isinstance(node.value, str))
    is_misspelt = isinstance(default.value, str) and default.value not in strings
    return write_instead(default, only_nearest(default.value, strings)) if is_misspelt else None


def type_in_words(node: Node) -> str:
    """The type of a string, number or boolean; numbers of both kinds go together. Empty for anything else."""
    if isinstance(node.value, bool):
        return "a boolean"
    if isinstance(node.value, (int, float)):
        return "a number"
    return "a string" if isinstance(node.value, str) else ""
