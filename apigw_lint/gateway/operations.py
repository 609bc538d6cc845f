"""Owns paths and operations: which there are, and what each of them has."""

from __future__ import annotations

from functools import cached_property
from typing import NamedTuple

from apigw_lint.gateway.integrations import Integration
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

    `integration` has its references followed, and is None if there is none or it is unknown; `number` counts the
    operations of a document.
    """

    def __init__(self, document: Surroundings, number: int, path: str, path_item: Node, key: str, node: Node) -> None:
        self._document = document
        self.number = number
        self.path = path
        self.path_item = path_item
        self.key = key
        self.node = node
        self.integration = self._integration()

    def _integration(self) -> Integration | None:
        named_at = self.node.get("x-yc-apigateway-integration")
        node = self._document.references.resolve(named_at) if named_at else None
        if named_at is None or node is None or not isinstance(node.value, Mapping):
            return None
        return Integration(node, named_at)

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
        """How messages name this operation: `get /pets`."""
        method = f"websocket-{self.event}" if self.event else "any-method" if self.key == ANY_METHOD else self.key
        return f"{method} {self.path}"

    @cached_property
    def integrations(self) -> tuple[Node, ...]:
        """The integration, and that of the validator's error handler, references followed."""
        resolve = self._document.references.resolve
        own = (self.integration.node,) if self.integration else ()
        validator = resolve(self.node.get("x-yc-apigateway-validator"))
        handler = validator.descend("validationErrorHandler", "x-yc-apigateway-integration") if validator else None
        node = resolve(handler)
        return own if node is None or not isinstance(node.value, Mapping) else (*own, node)

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


def methods_of(path_item: Node) -> frozenset[str]:
    """The HTTP methods that a path item serves, and `websocket`."""
    methods = {key for key in path_item.value if key in HTTP_METHODS}
    if ANY_METHOD in path_item.value:
        methods.update(HTTP_METHODS)
    if any(key in WEBSOCKET_EVENTS for key in path_item.value):
        methods.add("websocket")
    return frozenset(methods)
