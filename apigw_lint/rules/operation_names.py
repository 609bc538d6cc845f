"""Owns the names of an operation, those it declares and those in its path, and whether a `{name}` is one of them."""

from __future__ import annotations

from collections.abc import Collection

from apigw_lint.bounds import MAX_SUGGESTIONS
from apigw_lint.cached import cached_property
from apigw_lint.gateway import websocket
from apigw_lint.gateway.operations import Operation
from apigw_lint.gateway.routing import parameter_names
from apigw_lint.gateway.substitution import Use
from apigw_lint.spelling import nearest


class OperationNames:
    """The names that an operation has, each once, in order: those of its parameters, and those in its path.

    `in_path_as_written` keeps the plus of a greedy name, `in_path` leaves it out.
    """

    def __init__(self, operation: Operation) -> None:
        self.operation = operation
        written = parameter_names(operation.path)
        self.in_path_as_written = frozenset(written)
        self.in_path = dict.fromkeys(name.removesuffix("+") for name in written)
        self._compared: set[str] = set()

    @cached_property
    def declared(self) -> tuple[str, ...]:
        """The names of the parameters as they are written."""
        return tuple(dict.fromkeys(parameter.name for parameter in self.operation.parameters))

    @cached_property
    def all(self) -> tuple[str, ...]:
        """What is declared, and then what else is in the path."""
        return tuple(dict.fromkeys((*self.declared, *self.in_path)))

    @cached_property
    def declared_but_not_in_path(self) -> tuple[str, ...]:
        """The parameters with `in: path` that the path does not have."""
        names = (parameter.name for parameter in self.operation.parameters if parameter.location == "path")
        return tuple(dict.fromkeys(name for name in names if name not in self.in_path))

    @property
    def has_reached_limit(self) -> bool:
        """Whether `nearest` was asked about as many names as it compares."""
        return len(self._compared) >= MAX_SUGGESTIONS

    def nearest(self, name: str, candidates: Collection[str]) -> str | None:
        """The candidate nearest to a name; None for all names after the first `MAX_SUGGESTIONS`."""
        if not candidates or (self.has_reached_limit and name not in self._compared):
            return None
        self._compared.add(name)
        return nearest(name, candidates)

    def has_in_path(self, name: str) -> bool:
        """Whether the path has a name, perhaps with a plus."""
        return name in self.in_path_as_written or f"{name}+" in self.in_path_as_written


def is_declared(operation: Operation, name: str) -> bool:
    """Whether a parameter fills in `{name}`; names of headers are compared without regard to case."""
    return name in operation.declared.names or name.lower() in operation.declared.headers


def is_undeclared(names: OperationNames, use: Use) -> bool:
    """Whether an operation with these names should declare that of a use and does not."""
    operation = names.operation
    if is_declared(operation, use.name) or _is_declared_misspelt(names, use.name):
        return False
    if operation.event and websocket.nearest_header(use.name):
        return False
    return not use.is_code or names.nearest(use.name, names.declared) is not None


def _is_declared_misspelt(names: OperationNames, name: str) -> bool:
    """Whether the path has this name and it is declared misspelt, which `unused-path-parameter` reports."""
    return name in names.in_path and names.nearest(name, names.declared_but_not_in_path) is not None
