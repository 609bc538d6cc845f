"""Owns what the strings of an integration become for one request: variables and `{name}` substituted.

Source: https://yandex.cloud/en/docs/api-gateway/concepts/extensions/ for `{name}`: a name that the operation does not
declare is not replaced. What stands for a declared parameter that the request does not have is not documented.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from apigw_lint.gateway.operations import Operation
from apigw_lint.gateway.spec import Spec
from apigw_lint.gateway.substitution import names
from apigw_lint.gateway.variables import written
from apigw_lint.source.tree import Mapping, Node, Sequence
from apigw_lint.trace.arguments import Argument
from apigw_lint.trace.steps import Status, Step, place_of


class Filling:
    """Fills strings for one request, and remembers what could not be."""

    def __init__(self, spec: Spec, operation: Operation, arguments: list[Argument]) -> None:
        self._spec = spec
        self._operation = operation
        self._by_parameter = {id(argument.parameter.node.value): argument for argument in arguments}
        self._undeclared: dict[str, Node] = {}
        self._absent: dict[str, Node] = {}
        self._unknown: dict[str, Node] = {}
        self._encoded: dict[str, Node] = {}

    def text(self, node: Node, *, is_code: bool = False, is_url: bool = False, is_substituted: bool = True) -> str:
        """What a scalar becomes; in code, names that are not declared are not worth a word."""
        if isinstance(node.value, (Mapping, Sequence)):
            return json.dumps(self.data(node), ensure_ascii=False)
        possible = self._spec.variables.possible(node, is_text=True)
        if len(possible) == 1:
            text = written(possible[0].value)
        else:
            text = written(node.value)
            self._unknown[text] = node
        if not is_substituted:
            return text
        pieces, end = [], 0
        for name, offset in names(text, node.tree.placeholders):
            value = self._value(name, node, is_code=is_code)
            if value is not None:
                if is_url and quote(value, safe="") != value:
                    self._encoded[name] = node
                pieces += [text[end:offset], value]
                end = offset + len(name) + 2
        return "".join((*pieces, text[end:]))

    def data(self, node: Node) -> Any:
        """What a value of any depth becomes, as JSON has it."""
        if isinstance(node.value, Mapping):
            return {key: self.data(child) for key, child in node.items()}
        if isinstance(node.value, Sequence):
            return [self.data(Node.entry(node.tree, node.value, number)) for number in range(len(node.value))]
        return self.text(node) if isinstance(node.value, str) else node.value

    def _value(self, name: str, node: Node, *, is_code: bool) -> str | None:
        parameters = self._operation.declared.named(name)
        found = [self._by_parameter.get(id(parameter.node.value)) for parameter in parameters]
        given = next((argument for argument in found if argument and argument.values), None)
        if given is not None:
            return given.text
        if parameters:
            self._absent[name] = node
        elif not is_code:
            self._undeclared[name] = node
        return None

    def notes(self, step: str) -> Iterator[Step]:
        """What could not be filled, as steps of a name."""
        for name, node in self._undeclared.items():
            if self._operation.has_unknown_parameters:
                text = f"'{{{name}}}' is replaced only if a parameter of this name is declared, which is not known yet"
                yield Step(step, Status.OPEN, text, place_of(node))
            else:
                text = f"'{{{name}}}' is not replaced: the operation declares no parameter '{name}'"
                yield Step(step, Status.INFO, text, place_of(node))
        for name, node in self._absent.items():
            text = f"what '{{{name}}}' becomes without the parameter '{name}' in the request is not documented"
            yield Step(step, Status.OPEN, text, place_of(node))
        for written_text, node in self._unknown.items():
            yield Step(step, Status.OPEN, f"'{_shortened(written_text)}' is not known yet", place_of(node))
        for name, node in self._encoded.items():
            text = f"how the value of '{name}' is percent-encoded in the URL is not documented: it is shown decoded"
            yield Step(step, Status.OPEN, text, place_of(node))


def _shortened(text: str) -> str:
    return text if len(text) <= 100 else f"{text[:100]}..."
