"""Owns the gateway's variables: their declarations, and what a value may be once they are put in.

Source: https://yandex.cloud/en/docs/api-gateway/concepts/extensions/parametrization
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import product
from math import prod
from typing import NamedTuple

from apigw_lint.source import placeholder
from apigw_lint.source.text import PLAIN, TERRAFORM
from apigw_lint.source.tree import Mapping, Node, Sequence, Tree

MAX_COMBINATIONS = 64

Scalar = str | int | float | bool | None


class Variable(NamedTuple):
    """A declared variable; `values` are the nodes of its default and of its enum, the default first.

    `choices` are the different values, the default first: none when one of them is not known, or when there are more
    than are tried.
    """

    name: str
    node: Node
    values: tuple[Node, ...]
    choices: tuple[Scalar, ...]


class Possible(NamedTuple):
    """One value that a node may have; `when` says for which variable values, and is empty when it always has it."""

    value: Scalar
    when: str


def declared(tree: Tree) -> dict[str, Variable]:
    """The variables of a document by name, well-shaped ones only."""
    node = tree.root.descend("x-yc-apigateway", "variables") if tree.root else None
    return {name: _variable(name, one) for name, one in node.items()} if node else {}


def _variable(name: str, node: Node) -> Variable:
    values = tuple(_values(node))
    return Variable(name, node, values, _choices(values))


def _choices(values: tuple[Node, ...]) -> tuple[Scalar, ...]:
    found = {(type(node.value), node.value): node.value for node in values}
    is_known = len(found) <= MAX_COMBINATIONS and not any(map(placeholder.is_unknown, values))
    return tuple(found.values()) if is_known else ()


def _values(variable: Node) -> Iterator[Node]:
    default, enum = variable.get("default"), variable.get("enum")
    if default is not None and not isinstance(default.value, (Mapping, Sequence)):
        yield default
    for node in enum.entries() if enum else ():
        if not isinstance(node.value, (Mapping, Sequence)):
            yield node


def uses(text: str) -> Iterator[re.Match[str]]:
    """Every `${var.name}` of a text; group 1 is the name. `$${var.name}` counts: templates write it so."""
    return re.finditer(r"\$\{var\.([^{}\s]+)\}", text)


def is_escaped(tree: Tree) -> bool:
    """Whether this goes through Terraform, where `$${var.name}` is the gateway's and `${var.name}` Terraform's own."""
    if tree.style == TERRAFORM:
        return True
    return tree.source.style != PLAIN and "$${var." in tree.source.text


def possible(node: Node, fill: Callable[[str], list[Possible]]) -> list[Possible]:
    """What a scalar node may be: itself, or what `fill` makes of its text with each value of the variables in it.

    Empty when it cannot be told: it has a placeholder, an undeclared variable, or too many combinations.
    """
    text = node.value
    if not isinstance(text, str) or "${var." not in text:
        is_scalar = not isinstance(text, (Mapping, Sequence))
        return [Possible(text, "")] if is_scalar and not placeholder.is_unknown(node) else []
    return fill(text)


def possible_text(text: str, variables: dict[str, Variable], *, escaped: bool = False) -> list[Possible]:
    """What a text, or the beginning of one, may be with the variables put in; empty when it cannot be told."""
    if escaped and any(text[use.start() - 1 : use.start()] != "$" for use in uses(text)):
        return []
    names = list(dict.fromkeys(use[1] for use in uses(text)))
    choices = [variables[name].choices if name in variables else () for name in names]
    if not 0 < prod(map(len, choices)) <= MAX_COMBINATIONS:
        return []
    found: dict[str, Scalar] = {}
    for chosen in product(*choices):
        values = dict(zip(names, chosen, strict=True))
        when = " and ".join(f"'{name}' is '{written(value)}'" for name, value in values.items())
        found[when] = _filled(text, values)
    if any(isinstance(value, str) and placeholder.is_later(value) for value in found.values()):
        return []
    return [Possible(value, when) for when, value in found.items()]


def sole_variable(text: str) -> str | None:
    """The name of the variable that a text consists of, None for any other text."""
    whole = re.fullmatch(r"\$?\$\{var\.([^{}\s]+)\}", text)
    return whole[1] if whole else None


def _filled(text: str, values: dict[str, Scalar]) -> Scalar:
    """The text with values put in; a text of nothing but one variable becomes its value."""
    name = sole_variable(text)
    if name is not None:
        return values[name]
    return re.sub(r"\$?\$\{var\.([^{}\s]+)\}", lambda use: written(values[use[1]]), text)


def written(value: Scalar) -> str:
    """A value as it stands in a text."""
    return str(value).lower() if isinstance(value, bool) else "null" if value is None else str(value)
