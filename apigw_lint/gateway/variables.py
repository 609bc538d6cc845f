"""Owns the gateway's variables: their declarations, and what a value may be once they are put in.

Source: https://yandex.cloud/en/docs/api-gateway/concepts/extensions/parametrization
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property, lru_cache
from itertools import product
from math import prod
from typing import NamedTuple

from apigw_lint.bounds import MAX_COMBINATIONS, MAX_REMEMBERED_STRINGS
from apigw_lint.source.text import PLAIN, TERRAFORM
from apigw_lint.source.tree import Mapping, Node, Sequence, Tree
from apigw_lint.source.unknown import is_unknown, is_unknown_text

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

    def origin(self, value: Scalar) -> Node:
        """Where one of the choices is written first."""
        return next(node for node in self.values if (type(node.value), node.value) == (type(value), value))


class Possible(NamedTuple):
    """One value that a node may have.

    `when` says for which values of the variables, and is empty when it always has it. Of a node that is nothing but one
    variable, `origin` is the default or the entry of the enum that the value comes from: a mistake in it is made there.
    """

    value: Scalar
    when: str
    origin: Node | None = None


class Variables:
    """The variables of one document, and what values may be once they are substituted."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self.possible_text = lru_cache(maxsize=MAX_REMEMBERED_STRINGS)(self._possible_text)
        """What a string, or the beginning of one, may be; empty if that is unknown."""

    @cached_property
    def declared(self) -> dict[str, Variable]:
        """The declared variables by name, well-shaped ones only."""
        root = self._tree.root
        node = root.descend("x-yc-apigateway", "variables") if root else None
        return {name: _variable(name, child) for name, child in node.items()} if node else {}

    @cached_property
    def is_escaped(self) -> bool:
        """Whether this goes through Terraform, where `$${var.name}` is the gateway's and `${var.name}` Terraform's."""
        if self._tree.style == TERRAFORM:
            return True
        return self._tree.source.style != PLAIN and "$${var." in self._tree.source.text

    def possible(self, node: Node | None, *, is_text: bool = False) -> list[Possible]:
        """What a scalar may be: itself, or its text with each value of the variables in it.

        Empty if that is unknown: it has a placeholder, an undeclared variable, or too many combinations. `is_text` says
        that a string is due, so that the text of a scalar counts and not what YAML reads it as.
        """
        if node is None:
            return []
        value = node.value
        if isinstance(value, str) and "${var." in value:
            return self.possible_text(value)
        is_scalar = not isinstance(value, (Mapping, Sequence))
        is_known = is_scalar and not (is_unknown_text(node) if is_text else is_unknown(node))
        return [Possible(value, "")] if is_known else []

    def known(self, text: str) -> list[Scalar]:
        """The known values of a string with variables: where it is nothing but one variable, the others may be unknown.

        Empty if there are more than are tried.
        """
        if possible := self.possible_text(text):
            return [each.value for each in possible]
        variable = self.declared.get(sole_variable(text) or "")
        if variable is None or len(variable.values) > MAX_COMBINATIONS or self._is_terraforms(text):
            return []
        return [node.value for node in variable.values if not is_unknown(node)]

    def _is_terraforms(self, text: str) -> bool:
        """Whether a text has a variable of Terraform."""
        return self.is_escaped and any(text[use.start() - 1 : use.start()] != "$" for use in uses(text))

    def _possible_text(self, text: str) -> list[Possible]:
        if self._is_terraforms(text):
            return []
        names = list(dict.fromkeys(use[1] for use in uses(text)))
        choices = [self.declared[name].choices if name in self.declared else () for name in names]
        if not 0 < prod(map(len, choices)) <= MAX_COMBINATIONS:
            return []
        sole = sole_variable(text)
        possible_by_condition: dict[str, Possible] = {}
        for chosen in product(*choices):
            values = dict(zip(names, chosen, strict=True))
            when = " and ".join(f"'{name}' is '{written(value)}'" for name, value in values.items())
            origin = self.declared[sole].origin(chosen[0]) if sole else None
            possible_by_condition[when] = Possible(_filled(text, values), when, origin)
        is_later = self._tree.placeholders.is_later
        possible = list(possible_by_condition.values())
        return [] if any(isinstance(one.value, str) and is_later(one.value) for one in possible) else possible


def _variable(name: str, node: Node) -> Variable:
    values = tuple(_values(node))
    return Variable(name, node, values, _choices(values))


def _choices(values: tuple[Node, ...]) -> tuple[Scalar, ...]:
    distinct = {(type(node.value), node.value): node.value for node in values}
    is_known = len(distinct) <= MAX_COMBINATIONS and not any(map(is_unknown, values))
    return tuple(distinct.values()) if is_known else ()


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
    """A value as written in a text."""
    return str(value).lower() if isinstance(value, bool) else "null" if value is None else str(value)
