"""Owns the gateway's variables: their declarations, and what a value may be once they are put in.

Source: https://yandex.cloud/en/docs/api-gateway/concepts/extensions/parametrization
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import product
from math import prod
from typing import NamedTuple

from apigw_lint.bounds import MAX_COMBINATIONS, MAX_REMEMBERED_STRINGS
from apigw_lint.cached import cached_property
from apigw_lint.source.pattern import pattern
from apigw_lint.source.text import ENVSUBST, PLAIN, TERRAFORM, Span
from apigw_lint.source.tree import Mapping, Node, Sequence, Tree
from apigw_lint.source.unknown import is_unknown, is_unknown_text

_USE = re.compile(r"\$?\$\{var\.([^{}\s]+)\}")
_LIKE_USE = pattern(r"\$?\$(?:\{([^{}\r\n]{1,200})\}|\((var\.[\w.-]{1,200})\)|(?<!\w\$)(var\.[\w.-]{0,200}\w))")
_MISTAKEN_PREFIXES = frozenset(
    "var vars variable variables apigw apigateway api_gateway gateway gw stage stagevariables param params "
    "parameters".split()
)
"""What people write for `var`."""
_FREE_TEXT = frozenset(("description", "summary", "title", "example", "examples", "externalDocs"))

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
        """Where one of the choices is written first; of a value from outside of the document, the declaration."""
        same = (node for node in self.values if (type(node.value), node.value) == (type(value), value))
        return next(same, self.node)


class Use(NamedTuple):
    """A `${var.name}`, or what is meant as one: where and how it is written.

    `node` holds it in its value, at `offset`, or in its key; `is_escaped` says whether another `$` is in front, which
    is a part of `written`.
    """

    node: Node
    name: str
    written: str
    offset: int
    at: Span
    is_in_key: bool

    @property
    def is_escaped(self) -> bool:
        """Whether this is `$${var.name}`."""
        return self.written.startswith("$$")

    @property
    def is_in_declaration(self) -> bool:
        """Whether this is in the declaration of a variable."""
        return self.node.path[:2] == ("x-yc-apigateway", "variables")


class Possible(NamedTuple):
    """One value that a node may have.

    `when` says for which values of the variables, and is empty when it always has it. Of a node that is nothing but one
    variable, `origin` is the default or the entry of the enum that the value comes from: a mistake in it is made there.
    """

    value: Scalar
    when: str
    origin: Node | None = None

    @property
    def is_to_be_set(self) -> bool:
        """Whether this is a blank default of a variable that may have any value: the real one is set when deployed."""
        is_blank = isinstance(self.value, str) and not self.value.strip()
        node = self.origin
        return is_blank and node is not None and node.key == "default" and "enum" not in node.container


class Variables:
    """The variables of one document, and what values may be once they are substituted.

    `chosen` gives their values by their names, and leaves the others at their defaults: then nothing may be several
    values.
    """

    def __init__(self, tree: Tree, chosen: dict[str, Scalar] | None = None) -> None:
        self._tree = tree
        self._chosen = chosen
        self.possible_text = lru_cache(maxsize=MAX_REMEMBERED_STRINGS)(self._possible_text)
        """What a string, or the beginning of one, may be; empty if that is unknown."""

    @cached_property
    def declared(self) -> dict[str, Variable]:
        """The declared variables by name, well-shaped ones only."""
        root = self._tree.root
        node = root.descend("x-yc-apigateway", "variables") if root else None
        declared = {name: _variable(name, child) for name, child in node.items()} if node else {}
        if self._chosen is None:
            return declared
        return {name: _set(variable, self._chosen) for name, variable in declared.items()}

    @cached_property
    def is_escaped(self) -> bool:
        """Whether this goes through Terraform, where `$${var.name}` is the gateway's and `${var.name}` Terraform's."""
        if self._tree.style == TERRAFORM:
            return True
        return self._tree.source.style != PLAIN and "$${var." in self._tree.source.text

    @cached_property
    def is_surely_escaped(self) -> bool:
        """Whether this goes through Terraform and that is not only a guess from a file name such as `x.tpl`."""
        tree, source = self._tree, self._tree.source
        is_told = source.style == TERRAFORM or source.path.lower().endswith(".tftpl")
        return tree.style == TERRAFORM and (is_told or "$${" in source.text or "%{" in source.text)

    def reference(self, name: str) -> str:
        """How a variable is written in this document."""
        return f"$${{var.{name}}}" if self.is_escaped else f"${{var.{name}}}"

    @cached_property
    def uses(self) -> tuple[Use, ...]:
        """Every `${var.name}` in the values and keys of the document."""
        return tuple(self._found(_USE, lambda match: match[1]))

    @cached_property
    def gateway_uses(self) -> tuple[Use, ...]:
        """The uses of the gateway's variables, those of Terraform's left out."""
        return tuple(use for use in self.uses if use.is_escaped or not self.is_escaped)

    @cached_property
    def mistaken_uses(self) -> tuple[Use, ...]:
        """What is meant as the use of a declared variable and is not one: `${apigw.name}`, `${name}`, `${var:name}`.

        `${name}` is not if the variable is used elsewhere, or if another tool reads this text: then that fills it in.
        """
        if not self.declared:
            return ()
        used = {match[1] for match in _USE.finditer(self._tree.source.text)}
        is_of_tool = self._tree.style in (TERRAFORM, ENVSUBST) or self.is_escaped

        def name_of(match: re.Match[str]) -> str | None:
            is_escaped = match[0].startswith("$$")
            if match[1] and is_escaped != self.is_escaped and (is_of_tool or is_escaped):
                return None
            inner = (match[1] or match[2] or match[3]).strip()
            if inner in self.declared:
                return None if inner in used or (is_of_tool and not is_escaped) else inner
            prefix, _, name = inner.replace(":", ".", 1).partition(".")
            is_meant = prefix.strip().lower() in _MISTAKEN_PREFIXES and name.strip() in self.declared
            return name.strip() if is_meant and match[0].lstrip("$") != f"{{var.{name}}}" else None

        uses = self._found(_LIKE_USE, name_of)
        return tuple(use for use in uses if not use.is_in_declaration and not _FREE_TEXT.intersection(use.node.path))

    def _found(self, what: re.Pattern[str], name_of: Callable[[re.Match[str]], str | None]) -> Iterator[Use]:
        """The matches in values and keys that have a name."""
        tree = self._tree
        seen = set()
        for match in what.finditer(tree.source.text):
            name = name_of(match)
            node = tree.at(match.start()) if name else None
            if name and node is None and (entry := tree.key_at(match.start())):
                yield Use(entry, name, match[0], 0, Span(*match.span()), is_in_key=True)
            elif node is not None and isinstance(node.value, str) and node.identity not in seen:
                seen.add(node.identity)
                for inner in what.finditer(node.value):
                    if name := name_of(inner):
                        at = node.find(inner[0], inner.start())
                        yield Use(node, name, inner[0], inner.start(), at, is_in_key=False)

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


def _set(variable: Variable, chosen: dict[str, Scalar]) -> Variable:
    """A variable that has the value that is chosen, or else its default."""
    if variable.name in chosen:
        return variable._replace(values=(), choices=(chosen[variable.name],))
    default = tuple(node for node in variable.values[:1] if node.key == "default")
    return variable._replace(values=default, choices=_choices(default))


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
