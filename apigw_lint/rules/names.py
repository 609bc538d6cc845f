"""What an operation declares and what its path has, as several families of rules ask about it."""

from __future__ import annotations

from collections.abc import Collection
from functools import cached_property

from apigw_lint.gateway import websocket
from apigw_lint.gateway.routing import parameter_names
from apigw_lint.gateway.spec import Operation
from apigw_lint.gateway.substitution import Use
from apigw_lint.spelling import MAX_SUGGESTIONS, nearest


class Names:
    """The names that an operation has, each once, in order: what it declares, and what stands in its path."""

    def __init__(self, operation: Operation) -> None:
        self.operation = operation
        written = parameter_names(operation.path)
        self.in_path_as_written = frozenset(written)
        self.in_path = dict.fromkeys(name.removesuffix("+") for name in written)
        self._asked: set[str] = set()

    @cached_property
    def declared(self) -> tuple[str, ...]:
        """The names of the parameters as they are written."""
        return tuple(dict.fromkeys(one.name for one in self.operation.parameters))

    @cached_property
    def all(self) -> tuple[str, ...]:
        """What is declared, and then what else stands in the path."""
        return tuple(dict.fromkeys((*self.declared, *self.in_path)))

    @cached_property
    def strays(self) -> tuple[str, ...]:
        """Parameters that are declared to be in the path and are not."""
        found = (one.name for one in self.operation.parameters if one.location == "path")
        return tuple(dict.fromkeys(name for name in found if name not in self.in_path))

    @property
    def are_asked_too_often(self) -> bool:
        """Whether no more names are compared with these."""
        return len(self._asked) >= MAX_SUGGESTIONS

    def nearest(self, name: str, known: Collection[str]) -> str | None:
        """The nearest of some known names to another one; for all but the first that are asked about none."""
        if not known or (self.are_asked_too_often and name not in self._asked):
            return None
        self._asked.add(name)
        return nearest(name, known)

    def has_in_path(self, name: str) -> bool:
        """Whether the path has a name, perhaps with a plus."""
        return name in self.in_path_as_written or f"{name}+" in self.in_path_as_written


def is_declared(operation: Operation, name: str) -> bool:
    """Whether a parameter feeds `{name}`; names of headers are compared without regard to case."""
    return name in operation.declared.names or name.lower() in operation.declared.headers


def _is_declared_misspelt(names: Names, name: str) -> bool:
    """Whether the path has this name and it is declared misspelt, which `unused-path-parameter` reports."""
    return name in names.in_path and names.nearest(name, names.strays) is not None


def is_mistake(names: Names, use: Use) -> bool:
    """Whether an operation with these names should declare that of a use and does not."""
    operation = names.operation
    if is_declared(operation, use.name) or _is_declared_misspelt(names, use.name):
        return False
    if operation.event and websocket.nearest_header(use.name):
        return False
    return not use.is_code or names.nearest(use.name, names.declared) is not None


def labels(operations: list[Operation]) -> str:
    """How messages name some operations: the first three, and how many more there are."""
    shown = ", ".join(f"'{operation.label}'" for operation in operations[:3])
    return shown + (f" and {len(operations) - 3} more" if len(operations) > 3 else "")
