"""Owns the values that a command line gives to the gateway's variables."""

from __future__ import annotations

from collections.abc import Iterable

from apigw_lint.gateway.variables import Scalar, Variable, Variables, written
from apigw_lint.source.tree import Tree
from apigw_lint.spelling import did_you_mean, listed
from apigw_lint.trace.request import RequestError


def chosen(tree: Tree, words: Iterable[str]) -> dict[str, Scalar]:
    """The values of variables by their names, given as `name=value`, in the types of their defaults.

    Raises RequestError for a name that is not declared, or a value that is not one of the `enum`.
    """
    declared = Variables(tree).declared
    values: dict[str, Scalar] = {}
    for word in words:
        name, equals, text = word.partition("=")
        if not equals:
            raise RequestError(f"'{word}' gives no value: write 'name=value'")
        variable = declared.get(name)
        if variable is None:
            hint = did_you_mean(name, declared) or (
                f": declared are {listed(list(declared), 'and')}" if declared else ""
            )
            raise RequestError(f"variable '{name}' is not declared{hint}")
        values[name] = _value(variable, text)
    return values


def _value(variable: Variable, text: str) -> Scalar:
    """The value that a text is for a variable."""
    by_text: dict[str, Scalar] = {written(node.value): node.value for node in variable.values}
    if "enum" in variable.node.value:
        if variable.choices and text not in by_text:
            names = listed([written(value) for value in variable.choices])
            raise RequestError(f"variable '{variable.name}' cannot be '{text}': allowed are {names}")
        return by_text.get(text, text)
    default: Scalar = next((node.value for node in variable.values), None)
    if isinstance(default, bool):
        if text not in ("true", "false"):
            raise RequestError(f"variable '{variable.name}' cannot be '{text}': write true or false")
        return text == "true"
    if isinstance(default, (int, float)):
        try:
            return int(text) if isinstance(default, int) else float(text)
        except ValueError:
            raise RequestError(f"variable '{variable.name}' cannot be '{text}': its default is a number") from None
    return text
