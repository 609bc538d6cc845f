"""Owns paths and operations: which there are, and what each of them has."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from apigw_lint.cached import cached_property
from apigw_lint.gateway.kinds import ANY_METHOD, HTTP_METHODS, WEBSOCKET_EVENTS
from apigw_lint.gateway.parameters import Declared, Parameter, Parameters
from apigw_lint.gateway.references import References
from apigw_lint.gateway.routing import Route
from apigw_lint.source.tree import Mapping, Node


class Surroundings(NamedTuple):
    """What the operations of one document share; `security` is the document's own list."""

    references: References
    parameters: Parameters
    security: Node | None


class Listing:
    """The parameters that path items or operations list, and each path where that list applies, with its path item."""

    def __init__(self, parameters: tuple[Parameter, ...]) -> None:
        self.parameters = parameters
        self.in_path = [parameter for parameter in parameters if parameter.location == "path"]
        self.paths: dict[str, Node] = {}


class Served(NamedTuple):
    """A path of the document: taken apart, where it is written, and the methods that it serves."""

    route: Route
    node: Node
    methods: frozenset[str]


class Usage(NamedTuple):
    """An integration object, and the operations that use it."""

    integration: Node
    operations: list[Operation]


class Operation:
    """One operation: an HTTP method, the any-method, or a WebSocket event of a path.

    `number` counts the operations of a document.
    """

    def __init__(self, document: Surroundings, number: int, path: str, path_item: Node, key: str, node: Node) -> None:
        self._document = document
        self.number = number
        self.path = path
        self.path_item = path_item
        self.key = key
        self.node = node

    @property
    def event(self) -> str | None:
        """`connect`, `message` or `disconnect` for a WebSocket operation, else None."""
        return WEBSOCKET_EVENTS.get(self.key)

    @property
    def security(self) -> Node | None:
        """The `security` list that applies here: the operation's own or the document's, None without any."""
        return self.node.get("security") or self._document.security

    @property
    def label(self) -> str:
        """How messages name this operation: `get /pets`; by its id in a part that does not show its method."""
        if not self.has_known_method:
            return self.node.text("operationId") or "(unknown path)"
        method = f"websocket-{self.event}" if self.event else "any-method" if self.key == ANY_METHOD else self.key
        return f"{method} {self.path}" if self.has_known_path else method

    @property
    def has_known_method(self) -> bool:
        """Whether the method is written; in an operation alone it is not, and then it counts as the any-method."""
        return not self.path_item.is_made

    @property
    def has_known_path(self) -> bool:
        """Whether the path is written; in a path item or operation alone it is not."""
        return id(self.path_item.container) not in self.path_item.tree.made

    @cached_property
    def integration(self) -> Node | None:
        """The one integration of its own, references followed: None if there is none, or if a variable chooses it."""
        node = self._document.references.resolve(self.node.get("x-yc-apigateway-integration"))
        return node if node is not None and isinstance(node.value, Mapping) else None

    @cached_property
    def own_integrations(self) -> tuple[Node, ...]:
        """The integrations that this may call, references followed: several only if a variable chooses between them.

        Empty if there is none, or if it is unknown.
        """
        return self._integrations_of(self.node)

    @cached_property
    def integrations(self) -> tuple[Node, ...]:
        """Its own integrations, and those of the validator's error handler, references followed."""
        validators = self._document.references.resolve_all(self.node.get("x-yc-apigateway-validator"))
        handlers = (validator.get("validationErrorHandler") for validator in validators)
        others = (node for handler in handlers if handler for node in self._integrations_of(handler))
        return (*self.own_integrations, *others)

    def _integrations_of(self, owner: Node) -> tuple[Node, ...]:
        nodes = self._document.references.resolve_all(owner.get("x-yc-apigateway-integration"))
        return tuple(node for node in nodes if isinstance(node.value, Mapping))

    @property
    def own_parameters(self) -> tuple[Parameter, ...]:
        """The parameters that the operation itself lists."""
        return self._document.parameters.listed_by(self.node).known

    @cached_property
    def declared(self) -> Declared:
        """The operation's parameters and those of its path item that it does not override."""
        return self._document.parameters.declared(self.node, self.path_item)

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """The operation's parameters and those of its path item that it does not override."""
        return self.declared.parameters

    @property
    def has_unknown_parameters(self) -> bool:
        """Whether some parameter is unknown: a placeholder, or a reference that leads nowhere."""
        return any(self._document.parameters.listed_by(node).has_unknown for node in (self.node, self.path_item))


def usages(used: Iterable[tuple[Operation, tuple[Node, ...]]]) -> tuple[Usage, ...]:
    """Each integration of some operations, with the operations, in the order of their first use."""
    usages: dict[int, Usage] = {}
    for operation, integrations in used:
        for integration in integrations:
            usage = usages.setdefault(id(integration.value), Usage(integration, []))
            if not usage.operations or usage.operations[-1] is not operation:
                usage.operations.append(operation)
    return tuple(usages.values())


def methods_of(path_item: Node) -> frozenset[str]:
    """The HTTP methods that a path item serves, and `websocket`."""
    methods = {key for key in path_item.value if key in HTTP_METHODS}
    if ANY_METHOD in path_item.value:
        methods.update(HTTP_METHODS)
    if any(key in WEBSOCKET_EVENTS for key in path_item.value):
        methods.add("websocket")
    return frozenset(methods)
