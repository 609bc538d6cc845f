"""Owns the parameters that path items and operations declare."""

from __future__ import annotations

from collections import defaultdict
from typing import NamedTuple

from apigw_lint.cached import cached_property
from apigw_lint.gateway.kinds import Kinds
from apigw_lint.gateway.lookup import Presence, lookup
from apigw_lint.gateway.references import References
from apigw_lint.source.tree import Node, Sequence
from apigw_lint.source.unknown import is_unknown, is_unknown_text


class Parameter(NamedTuple):
    """A parameter object with a name; `listed_at` is where an operation lists it, perhaps a reference to `node`."""

    node: Node
    listed_at: Node
    name: str
    location: str | None


def is_upgrading(name: str) -> bool:
    """Whether clients send a header of this name only to open a WebSocket."""
    return name.lower() == "upgrade" or name.lower().startswith("sec-websocket-")


class ParameterList(NamedTuple):
    """The parameters that a path item or operation lists, and whether some of the list is unknown."""

    known: tuple[Parameter, ...]
    has_unknown: bool


class Declared:
    """The parameters of an operation: its own, and those of its path item that it does not override.

    `names` are theirs, a greedy one's without its plus, `in_path` those of parameters that are in the path, or in no
    place that there is.
    """

    def __init__(self, own: tuple[Parameter, ...], shared: tuple[Parameter, ...]) -> None:
        self.parameters = own or shared
        if own and shared:
            taken = {(parameter.name, parameter.location) for parameter in own}
            rest = (parameter for parameter in shared if (parameter.name, parameter.location) not in taken)
            self.parameters = (*own, *rest)
        elsewhere = ("query", "header", "cookie")
        self.names = {parameter.name.removesuffix("+") for parameter in self.parameters}
        self.in_path = {
            parameter.name.removesuffix("+") for parameter in self.parameters if parameter.location not in elsewhere
        }

    def named(self, name: str) -> tuple[Parameter, ...]:
        """The parameters that `{name}` stands for; names of headers are compared without regard to case."""
        candidates = self._by_lower.get(name.removesuffix("+").lower(), ())
        return tuple(
            parameter
            for parameter in candidates
            if parameter.location == "header" or parameter.name.removesuffix("+") == name.removesuffix("+")
        )

    @cached_property
    def _by_lower(self) -> dict[str, list[Parameter]]:
        by_lower: dict[str, list[Parameter]] = defaultdict(list)
        for parameter in self.parameters:
            by_lower[parameter.name.removesuffix("+").lower()].append(parameter)
        return by_lower

    @cached_property
    def headers(self) -> set[str]:
        """The names of the parameters in headers, in lower case."""
        return {parameter.name.lower() for parameter in self.parameters if parameter.location == "header"}

    @cached_property
    def upgrading(self) -> tuple[Parameter, ...]:
        """The parameters in headers with which a client opens a WebSocket."""
        in_headers = (parameter for parameter in self.parameters if parameter.location == "header")
        return tuple(parameter for parameter in in_headers if is_upgrading(parameter.name))

    @cached_property
    def written(self) -> tuple[tuple[str, str | None], ...]:
        """The name and location of each parameter: equal for operations that declare the same."""
        return tuple((parameter.name, parameter.location) for parameter in self.parameters)


class Parameters:
    """The parameters of one document; those that several operations share are the same objects."""

    def __init__(self, kinds: Kinds, references: References) -> None:
        self._kinds = kinds
        self._references = references
        self._by_owner: dict[int, ParameterList] = {}
        self._by_list: dict[int, ParameterList] = {}
        self._declared: dict[tuple[int, int], Declared] = {}

    def listed_by(self, owner: Node) -> ParameterList:
        """What a path item or operation lists under `parameters`, references followed."""
        identity = id(owner.value)
        if identity not in self._by_owner:
            self._by_owner[identity] = self._read(owner)
        return self._by_owner[identity]

    def declared(self, operation: Node, path_item: Node) -> Declared:
        """The parameters of an operation in a path item."""
        own, shared = self.listed_by(operation).known, self.listed_by(path_item).known
        identity = id(own), id(shared)
        if identity not in self._declared:
            self._declared[identity] = Declared(own, shared)
        return self._declared[identity]

    def _read(self, owner: Node) -> ParameterList:
        listed = owner.get("parameters")
        if listed is None:
            return ParameterList((), lookup(self._kinds, owner, "parameters") is Presence.UNSURE)
        identity = id(listed.value)
        if identity not in self._by_list:
            self._by_list[identity] = self._read_list(listed)
        return self._by_list[identity]

    def _read_list(self, listed: Node) -> ParameterList:
        parameters = []
        has_unknown = is_unknown(listed) or not isinstance(listed.value, Sequence)
        for listed_at in listed.entries():
            node = self._references.resolve(listed_at)
            name = node.get("name") if node else None
            if node is None or name is None or is_unknown_text(name):
                has_unknown = True
            elif isinstance(name.value, str):
                parameters.append(Parameter(node, listed_at, name.value, node.text("in")))
        return ParameterList(tuple(parameters), has_unknown)
