"""Owns the view of a specification that rules see: paths, operations, parameters, integrations, references.

Only well-shaped parts are shown; what is not well-shaped is a matter of the schemas.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from functools import cached_property, lru_cache, partial
from typing import NamedTuple

from apigw_lint.gateway import variables
from apigw_lint.gateway.kinds import ANY_METHOD, HTTP_METHODS, OPERATION_KEYS, REFERABLE, WEBSOCKET_EVENTS, Kinds
from apigw_lint.gateway.routing import Route, route
from apigw_lint.gateway.schema_errors import SchemaError, schema_errors
from apigw_lint.gateway.substitution import LEGACY_TYPES, Use, uses
from apigw_lint.gateway.variables import Possible, Variable
from apigw_lint.source.placeholder import is_later, is_unknown, is_unknown_key
from apigw_lint.source.tree import Mapping, Node, Sequence, Tree

MAX_FILLED = 500
"""For how many texts with variables in them it is kept what they may be."""


class Parameter(NamedTuple):
    """A parameter object with a name; `listed_at` is where an operation lists it, perhaps a reference to `node`."""

    node: Node
    listed_at: Node
    name: str
    location: str | None


class Integration(NamedTuple):
    """An integration object; `named_at` is where an operation names it, perhaps a reference to `node`."""

    node: Node
    named_at: Node

    @property
    def type(self) -> str | None:
        """The integration type in its documented spelling, None when it is not a string."""
        written = self.node.text("type")
        return LEGACY_TYPES.get(written, written) if written else None


class ParameterList(NamedTuple):
    """The parameters that a path item or operation lists, and whether some of the list cannot be told."""

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
            taken = {(one.name, one.location) for one in own}
            self.parameters = (*own, *(one for one in shared if (one.name, one.location) not in taken))
        elsewhere = ("query", "header", "cookie")
        self.names = {one.name.removesuffix("+") for one in self.parameters}
        self.in_path = {one.name.removesuffix("+") for one in self.parameters if one.location not in elsewhere}

    @cached_property
    def headers(self) -> set[str]:
        """The names of the parameters in headers, in lower case."""
        return {one.name.lower() for one in self.parameters if one.location == "header"}

    @cached_property
    def written(self) -> tuple[tuple[str, str | None], ...]:
        """The name and place of each parameter: equal for operations that declare the same."""
        return tuple((one.name, one.location) for one in self.parameters)


class Listing:
    """The parameters that path items or operations list, and each path where that list holds, with its path item."""

    def __init__(self, parameters: tuple[Parameter, ...]) -> None:
        self.parameters = parameters
        self.in_path = [one for one in parameters if one.location == "path"]
        self.paths: dict[str, Node] = {}


class Usage(NamedTuple):
    """An integration object, and the operations that use it."""

    integration: Node
    operations: list[Operation]


class Served(NamedTuple):
    """A path of the document: taken apart, where it is written, and the methods that it serves."""

    route: Route
    node: Node
    methods: frozenset[str]


class Operation:
    """One operation: an HTTP method, the any-method, or a WebSocket event of a path.

    `integration` has its references followed, and is None when there is none or it cannot be told; `number` counts the
    operations of a document.
    """

    def __init__(self, spec: Spec, number: int, path: str, path_item: Node, key: str, node: Node) -> None:
        self.spec = spec
        self.number = number
        self.path = path
        self.path_item = path_item
        self.key = key
        self.node = node
        self.integration = self._integration()

    def _integration(self) -> Integration | None:
        place = self.node.get("x-yc-apigateway-integration")
        node = self.spec.resolve(place) if place else None
        if place is None or node is None or not isinstance(node.value, Mapping):
            return None
        return Integration(node, place)

    @property
    def event(self) -> str | None:
        """`connect`, `message` or `disconnect` for a WebSocket operation, else None."""
        return WEBSOCKET_EVENTS.get(self.key)

    @property
    def security(self) -> Node | None:
        """The `security` list that holds here: the operation's own or the document's, None without any."""
        return self.node.get("security") or self.spec.security

    @property
    def label(self) -> str:
        """How messages name this operation: `get /pets`."""
        method = f"websocket-{self.event}" if self.event else "any-method" if self.key == ANY_METHOD else self.key
        return f"{method} {self.path}"

    @cached_property
    def integrations(self) -> tuple[Node, ...]:
        """The integration, and that of the validator's error handler, references followed."""
        own = (self.integration.node,) if self.integration else ()
        validator = self.spec.resolve(self.node.get("x-yc-apigateway-validator"))
        handler = validator.descend("validationErrorHandler", "x-yc-apigateway-integration") if validator else None
        node = self.spec.resolve(handler)
        return own if node is None or not isinstance(node.value, Mapping) else (*own, node)

    @property
    def own_parameters(self) -> tuple[Parameter, ...]:
        """The parameters that the operation itself lists."""
        return self.spec.listed_parameters(self.node).known

    @cached_property
    def declared(self) -> Declared:
        """The operation's parameters and those of its path item that it does not override."""
        return self.spec.declared(self.node, self.path_item)

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """The operation's parameters and those of its path item that it does not override."""
        return self.declared.parameters

    @property
    def has_unknown_parameters(self) -> bool:
        """Whether some parameter cannot be told: a placeholder, or a reference that leads nowhere."""
        return any(self.spec.listed_parameters(node).has_unknown for node in (self.node, self.path_item))


class Spec:
    """One document as rules see it; `schema` names the schema of the whole, usually that of OpenAPI."""

    def __init__(self, tree: Tree, schema: str = "openapi") -> None:
        self.tree = tree
        self._schema = schema
        self.root = tree.root
        self.kinds = Kinds(tree)
        self._parameters_of: dict[int, ParameterList] = {}
        self._parameter_lists: dict[int, ParameterList] = {}
        self._declared: dict[tuple[int, int], Declared] = {}
        self._substitutions: dict[int, tuple[Use, ...]] = {}
        self._substitutions_by_name: dict[int, dict[str, list[Use]]] = {}

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
    def is_specification(self) -> bool:
        """Whether this is read as an OpenAPI document, and not as something of apigw-lint's own."""
        return self._schema == "openapi"

    @property
    def is_openapi_3_0(self) -> bool:
        """Whether the schemas of OpenAPI 3.0 apply; a version that is not known yet counts as 3.0."""
        return self.version.startswith("3.0") or is_later(self.version)

    @property
    def is_gateway_spec(self) -> bool:
        """Whether this is an OpenAPI document with at least one key of the gateway."""
        root = self.root
        is_openapi = (
            root is not None
            and isinstance(root.value, Mapping)
            and any(key in root.value for key in ("openapi", "swagger", "paths"))
        )
        return is_openapi and any(key.startswith("x-yc-") for key in self.tree.watched)

    @cached_property
    def schema_errors(self) -> tuple[SchemaError, ...]:
        """What contradicts the schemas, in document order, unknown values left out."""
        is_whole = self._schema != "openapi" or self.is_openapi_3_0
        return schema_errors(self.tree, self.kinds, self._schema if is_whole else None, self.possible)

    def errors(self, *keywords: str) -> Iterator[SchemaError]:
        """The schema errors of these keywords."""
        return (error for error in self.schema_errors if error.keyword in keywords)

    @cached_property
    def security(self) -> Node | None:
        """The `security` list of the document, which holds for operations without one of their own."""
        return self.root.get("security") if self.root else None

    @cached_property
    def path_items(self) -> tuple[tuple[str, Node], ...]:
        """The paths and their path items, local references followed."""
        paths = self.root.get("paths") if self.root else None
        found = []
        for path, place in paths.items() if paths else ():
            if path.startswith("/") or is_unknown_key(path):
                node = self.resolve(place)
                if node is not None and isinstance(node.value, Mapping):
                    found.append((path, node))
        return tuple(found)

    @cached_property
    def served(self) -> tuple[Served, ...]:
        """The paths whose text is known, in document order."""
        paths = self.root.get("paths") if self.root else None
        if paths is None:
            return ()
        return tuple(
            Served(route(path), Node.entry(self.tree, paths.value, path), _methods(item))
            for path, item in self.path_items
            if not is_unknown_key(path) and path.startswith("/")
        )

    @cached_property
    def operations(self) -> tuple[Operation, ...]:
        """Every operation of every path, callbacks left out: the gateway does not serve them."""
        found: list[Operation] = []
        for path, item in self.path_items:
            for key in item.value:
                if key in OPERATION_KEYS and (node := item.get(key)) is not None and isinstance(node.value, Mapping):
                    found.append(Operation(self, len(found), path, item, key, node))
        return tuple(found)

    @cached_property
    def usages(self) -> tuple[Usage, ...]:
        """Each integration object that operations use, with those, in the order of their first use."""
        found: dict[int, Usage] = {}
        for operation in self.operations:
            for integration in operation.integrations:
                usage = found.get(id(integration.value))
                if usage is None:
                    found[id(integration.value)] = Usage(integration, [operation])
                elif usage.operations[-1] is not operation:
                    usage.operations.append(operation)
        return tuple(found.values())

    @cached_property
    def websocket_operations(self) -> tuple[Operation, ...]:
        """The operations that serve WebSocket events."""
        return tuple(operation for operation in self.operations if operation.event)

    @cached_property
    def integrations(self) -> tuple[Node, ...]:
        """Every integration object, where it is written: in operations, components and error handlers."""
        inline = (
            node
            for node in self.tree.holding("x-yc-apigateway-integration")
            if self.kinds.of(node.container) in ("operation", "validation error handler")
        )
        shared = (node for _, node in self.components("x-yc-apigateway-integrations"))
        found = {
            id(node.value): node
            for node in (*inline, *shared)
            if isinstance(node.value, Mapping) and "$ref" not in node.value
        }
        return tuple(found.values())

    @cached_property
    def _by_type(self) -> dict[str, list[Node]]:
        found: dict[str, list[Node]] = defaultdict(list)
        for node in self.integrations:
            kind = node.text("type") or ""
            found[LEGACY_TYPES.get(kind, kind)].append(node)
        return found

    def integrations_of(self, *types: str) -> Iterator[Node]:
        """The integration objects of some types, which also stand for their old spellings."""
        return (node for kind in types for node in self._by_type.get(kind, ()))

    @cached_property
    def variables(self) -> dict[str, Variable]:
        """The gateway's variables by name."""
        return variables.declared(self.tree)

    def possible(self, node: Node | None) -> list[Possible]:
        """What a scalar may be, the gateway's variables put in; empty when it cannot be told."""
        return variables.possible(node, self._fill) if node else []

    @cached_property
    def _fill(self) -> Callable[[str], list[Possible]]:
        """What a text may be; the last answers are kept, as several rules ask about the same texts."""
        fill = partial(variables.possible_text, variables=self.variables, escaped=self.is_escaped)
        return lru_cache(maxsize=MAX_FILLED)(fill)

    @cached_property
    def is_escaped(self) -> bool:
        """Whether the gateway's variables are written `$${var.name}` here, as in templates of Terraform."""
        return variables.is_escaped(self.tree)

    def prepare(self) -> None:
        """Makes the views that many rules look at."""
        for usage in self.usages:
            self.substitutions(usage.integration)
        for view in ("served", "listings", "integrations", "references", "variables"):
            getattr(self, view)

    def listed_parameters(self, owner: Node) -> ParameterList:
        """What a path item or operation lists under `parameters`, references followed."""
        known = self._parameters_of.get(id(owner.value))
        if known is None:
            known = self._parameters_of[id(owner.value)] = self._read_parameters(owner)
        return known

    def declared(self, operation: Node, path_item: Node) -> Declared:
        """The parameters of an operation in a path item; those that several paths share are the same object."""
        own, shared = self.listed_parameters(operation).known, self.listed_parameters(path_item).known
        known = self._declared.get((id(own), id(shared)))
        if known is None:
            known = self._declared[id(own), id(shared)] = Declared(own, shared)
        return known

    @cached_property
    def listings(self) -> tuple[Listing, ...]:
        """Every list of parameters of path items and operations, with the paths that are known."""
        items = {path: item for path, item in self.path_items if not is_unknown_key(path)}
        owners = [*items.items(), *((one.path, one.node) for one in self.operations if one.path in items)]
        found: dict[int, Listing] = {}
        for path, owner in owners:
            known = self.listed_parameters(owner).known
            if known:
                listing = found.get(id(known)) or Listing(known)
                listing.paths[path] = items[path]
                found[id(known)] = listing
        return tuple(found.values())

    def _read_parameters(self, owner: Node) -> ParameterList:
        listed = owner.get("parameters")
        if listed is None:
            is_misspelt = any(key.lower().startswith("param") for key in owner.value)
            return ParameterList((), is_misspelt)
        known = self._parameter_lists.get(id(listed.value))
        if known is None:
            known = self._parameter_lists[id(listed.value)] = self._read_list(listed)
        return known

    def _read_list(self, listed: Node) -> ParameterList:
        parameters = []
        has_unknown = is_unknown(listed) or not isinstance(listed.value, Sequence)
        for listed_at in listed.entries():
            node = self.resolve(listed_at)
            name = node.get("name") if node else None
            if node is None or name is None or is_unknown(name):
                has_unknown = True
            elif isinstance(name.value, str):
                parameters.append(Parameter(node, listed_at, name.value, node.text("in")))
        return ParameterList(tuple(parameters), has_unknown)

    def substitutions(self, integration: Node) -> tuple[Use, ...]:
        """Every `{name}` in the substituted fields of an integration object."""
        known = self._substitutions.get(id(integration.value))
        if known is None:
            known = self._substitutions[id(integration.value)] = tuple(uses(integration))
        return known

    def substitutions_of(self, integration: Node, name: str) -> list[Use]:
        """Every `{name}` of one name in the substituted fields of an integration object."""
        by_name = self._substitutions_by_name.get(id(integration.value))
        if by_name is None:
            by_name = self._substitutions_by_name[id(integration.value)] = defaultdict(list)
            for use in self.substitutions(integration):
                by_name[use.name].append(use)
        return by_name.get(name, [])

    @cached_property
    def mentions_websocket(self) -> bool:
        """Whether there is anything of WebSocket in the document."""
        return any(word in self.tree.source.text for word in ("-websocket-", "-Websocket-", "-WEBSOCKET-"))

    def resolve(self, node: Node | None) -> Node | None:
        """The node itself, or what its local `$ref` leads to; None when that leads nowhere or in a circle."""
        for _ in range(16):
            if node is None or not isinstance(node.value, Mapping) or "$ref" not in node.value:
                return node
            target = node.text("$ref")
            node = self.target(target) if target else None
        return None

    def target(self, reference: str) -> Node | None:
        """What a reference of the form `#/...` leads to, None when it leads nowhere or outside."""
        return self.tree.resolve(unquoted(reference[1:])) if reference.startswith("#") else None

    def components(self, section: str) -> Iterator[tuple[str, Node]]:
        """The names and nodes of one section of `components`."""
        node = self.root.descend("components", section) if self.root else None
        if node is not None:
            yield from node.items()

    @cached_property
    def references(self) -> tuple[Node, ...]:
        """Every `$ref` value that stands where the contract has a reference, in document order."""
        return tuple(
            node
            for node in self.tree.holding("$ref")
            if isinstance(node.value, str) and self.kinds.of(node.container) in REFERABLE
        )

    @cached_property
    def referring(self) -> dict[str, list[Node]]:
        """The references by their text."""
        found: dict[str, list[Node]] = defaultdict(list)
        for node in self.references:
            found[node.value].append(node)
        return found


def _methods(item: Node) -> frozenset[str]:
    """The HTTP methods that a path item serves, and `websocket`."""
    methods = {key for key in item.value if key in HTTP_METHODS}
    if ANY_METHOD in item.value:
        methods.update(HTTP_METHODS)
    if any(key in WEBSOCKET_EVENTS for key in item.value):
        methods.add("websocket")
    return frozenset(methods)


def unquoted(fragment: str) -> str:
    """A URI fragment as a JSON Pointer: percent escapes decoded."""
    if "%" not in fragment:
        return fragment
    from urllib.parse import unquote

    return unquote(fragment)
