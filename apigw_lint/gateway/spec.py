"""Owns the view of a specification that rules see, made of objects that each own one part of its meaning.

Only well-shaped parts are shown; what is not well-shaped is a matter of the schemas.
"""

from __future__ import annotations

from collections.abc import Iterator

from apigw_lint.cached import cached_property
from apigw_lint.gateway.cors import Cors
from apigw_lint.gateway.integrations import Integrations
from apigw_lint.gateway.kinds import COMPONENT_SECTIONS, GATEWAY, OPERATION_KEYS, Kinds
from apigw_lint.gateway.lookup import Presence, lookup
from apigw_lint.gateway.objects import Objects
from apigw_lint.gateway.operations import Listing, Operation, Served, Surroundings, Usage, methods_of, usages
from apigw_lint.gateway.own_keys import is_gateway_document
from apigw_lint.gateway.parameters import Parameters
from apigw_lint.gateway.references import References
from apigw_lint.gateway.routing import route
from apigw_lint.gateway.schema_errors import SchemaError, schema_errors
from apigw_lint.gateway.substitution import Substitutions
from apigw_lint.gateway.variables import Scalar, Variables
from apigw_lint.source.text import ELIDED
from apigw_lint.source.tree import Mapping, Node, Tree
from apigw_lint.source.unknown import has_unknown_key


class Spec:
    """One document as rules see it; `schema` names the schema of the whole, usually that of OpenAPI.

    `chosen` gives values of the gateway's variables, and leaves the others at their defaults; without it each variable
    may have any value that it declares.
    """

    def __init__(self, tree: Tree, schema: str = "openapi", chosen: dict[str, Scalar] | None = None) -> None:
        self.tree = tree
        self.root = tree.root
        self.placeholders = tree.placeholders
        self.kinds = Kinds(tree)
        self.objects = Objects(tree)
        self.variables = Variables(tree, chosen)
        self.references = References(tree, self.kinds, self.variables)
        self.parameters = Parameters(self.kinds, self.references)
        self.integrations = Integrations(tree, self.kinds, self.references)
        self.substitutions = Substitutions()
        self._schema = schema

    @cached_property
    def version(self) -> str:
        """The `openapi` value as text, `swagger 2.0` for the older format, empty when there is none."""
        root = self.root
        if root is None or not isinstance(root.value, Mapping):
            return ""
        if "openapi" in root.value:
            return str(root.value["openapi"])
        return f"swagger {root.value['swagger']}" if "swagger" in root.value else ""

    @property
    def is_all(self) -> bool:
        """Whether all of the specification is seen: it is no part of one, and no example with something left out."""
        return not self.tree.part and self.tree.style != ELIDED

    @property
    def is_specification(self) -> bool:
        """Whether this is read as an OpenAPI document, and not as a configuration of apigw-lint."""
        return self._schema == "openapi"

    @property
    def is_openapi_3_0(self) -> bool:
        """Whether the schemas of OpenAPI 3.0 apply; a version that is not known yet, or not seen, counts as 3.0."""
        is_known = bool(self.version) or not (self.root and has_unknown_key(self.root))
        return not is_known or self.version.startswith("3.0") or self.placeholders.is_later(self.version)

    @cached_property
    def is_gateway_spec(self) -> bool:
        """Whether this is an OpenAPI document with at least one key that is the gateway's or nearly is."""
        return is_gateway_document(self.tree)

    @property
    def mentions_websocket(self) -> bool:
        """Whether there is anything of WebSocket in the document."""
        return any(word in self.tree.source.text for word in ("-websocket-", "-Websocket-", "-WEBSOCKET-"))

    @cached_property
    def gateway_object(self) -> Node | None:
        """The value of `x-yc-apigateway` at the root, None when there is none."""
        return self.root.get("x-yc-apigateway") if self.root else None

    @cached_property
    def security(self) -> Node | None:
        """The `security` list of the document, which applies to operations without one of their own."""
        return self.root.get("security") if self.root else None

    def components(self, section: str) -> Iterator[tuple[str, Node]]:
        """The names and nodes of one section of `components`."""
        return self.references.components(section)

    def components_of(self, kind: str) -> Iterator[Node]:
        """The components of a kind, and the objects of other files that references make one."""
        tree = self.tree
        yield from (node for _, node in self.components(COMPONENT_SECTIONS[kind]))
        yield from (Node.entry(tree, inner.parent, inner.key) for inner, own in tree.entries if own == kind)

    def lookup(self, node: Node | None, key: str) -> Presence:
        """Whether a mapping has a key, see `gateway.lookup`; a gateway object in the wrong place makes it unsure."""
        presence = lookup(self.kinds, node, key)
        is_misplaced = presence is Presence.ABSENT and key == GATEWAY and GATEWAY in self.tree.watched
        return Presence.UNSURE if is_misplaced else presence

    def may_have(self, node: Node | None, key: str) -> bool:
        """Whether a mapping has a key, or that is unknown."""
        return self.lookup(node, key) is not Presence.ABSENT

    def lacks(self, node: Node | None, key: str) -> bool:
        """Whether a mapping surely does not have a key."""
        return self.lookup(node, key) is Presence.ABSENT

    @cached_property
    def schema_errors(self) -> tuple[SchemaError, ...]:
        """What contradicts the schemas, in document order, unknown values left out."""
        is_whole = self._schema != "openapi" or self.is_openapi_3_0
        return schema_errors(self.tree, self.kinds, self._schema if is_whole else None, self.variables.possible)

    def errors(self, *keywords: str) -> Iterator[SchemaError]:
        """The schema errors of these keywords."""
        return (error for error in self.schema_errors if error.keyword in keywords)

    @cached_property
    def path_items(self) -> tuple[tuple[str, Node], ...]:
        """The paths and their path items, local references followed."""
        paths = self.root.get("paths") if self.root else None
        path_items = []
        for path, node in paths.items() if paths else ():
            if path.startswith("/") or self.placeholders.is_unknown_key(path):
                item = self.references.resolve(node)
                if item is not None and isinstance(item.value, Mapping):
                    path_items.append((path, item))
        return tuple(path_items)

    @cached_property
    def operations(self) -> tuple[Operation, ...]:
        """Every operation of every path, callbacks left out: the gateway does not serve them."""
        document = Surroundings(self.references, self.parameters, self.security)
        operations: list[Operation] = []
        for path, item in self.path_items:
            for key in item.value:
                if key in OPERATION_KEYS and (node := item.get(key)) is not None and isinstance(node.value, Mapping):
                    operations.append(Operation(document, len(operations), path, item, key, node))
        return tuple(operations)

    @cached_property
    def websocket_operations(self) -> tuple[Operation, ...]:
        """The operations that serve WebSocket events."""
        return tuple(operation for operation in self.operations if operation.event)

    @cached_property
    def cors(self) -> Cors:
        """Who answers the preflight requests of each path, and with which headers."""
        return Cors(self.tree, self.kinds, self.references, self.variables, self.operations)

    @cached_property
    def usages(self) -> tuple[Usage, ...]:
        """Each integration object that operations use, with those, in the order of their first use."""
        return usages((operation, operation.integrations) for operation in self.operations)

    @cached_property
    def own_usages(self) -> tuple[Usage, ...]:
        """The same of the operations' own integrations, those of error handlers left out."""
        return usages((operation, operation.own_integrations) for operation in self.operations)

    @cached_property
    def served(self) -> tuple[Served, ...]:
        """The paths whose text is known, in document order."""
        paths = self.root.get("paths") if self.root else None
        if paths is None:
            return ()
        return tuple(
            Served(route(path), Node.entry(self.tree, paths.value, path), methods_of(item))
            for path, item in self.path_items
            if not self.placeholders.is_unknown_key(path) and path.startswith("/")
        )

    @cached_property
    def listings(self) -> tuple[Listing, ...]:
        """Every list of parameters of path items and operations, with the paths that are known."""
        items = {path: item for path, item in self.path_items if not self.placeholders.is_unknown_key(path)}
        owners = [
            *items.items(),
            *((operation.path, operation.node) for operation in self.operations if operation.path in items),
        ]
        listings: dict[int, Listing] = {}
        for path, owner in owners:
            parameters = self.parameters.listed_by(owner).known
            if parameters:
                listing = listings.get(id(parameters)) or Listing(parameters)
                listings[id(parameters)] = listing
                listing.paths[path] = items[path]
        return tuple(listings.values())

    def prepare(self) -> None:
        """Makes the views that many rules look at."""
        for usage in self.usages:
            self.substitutions.of(usage.integration)
        self.objects.prepare()
        _ = (
            self.served,
            self.listings,
            self.integrations.written,
            self.references.written,
            self.variables.declared,
        )
