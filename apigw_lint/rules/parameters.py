"""Rules about parameters and the names in paths."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import islice

from apigw_lint.diagnostic import Consequence, Fix, Severity
from apigw_lint.edit import combined, make_fix, replace_value
from apigw_lint.gateway.routing import parameter_names
from apigw_lint.gateway.spec import Listing, Operation, Parameter, Spec
from apigw_lint.rules.names import Names, is_mistake, labels
from apigw_lint.rules.repair import declaration, declare, made_required
from apigw_lint.rules.rule import Problem, rule
from apigw_lint.source.placeholder import is_unknown_key
from apigw_lint.source.text import Span
from apigw_lint.source.tree import Node
from apigw_lint.spelling import MAX_SUGGESTIONS, nearest

MAX_IN_ONE_PATH = 100
"""How many undeclared names of one path are reported."""


@rule(Severity.WARNING, Consequence.INVALID, fixes="unsafe")
def undeclared_path_parameter(spec: Spec) -> Iterator[Problem]:
    """A `{name}` in a path that no parameter declares.

    OpenAPI wants each one declared, with `in: path` and `required: true`, in the operation or in its path. An
    undeclared one cannot be substituted or checked.

    Bad:
        /pets/{id}:
          get:
            x-yc-apigateway-integration: {type: dummy, http_code: 200}

    Good:
        /pets/{id}:
          get:
            parameters:
              - {name: id, in: path, required: true, schema: {type: string}}
            x-yc-apigateway-integration: {type: dummy, http_code: 200}

    See: https://spec.openapis.org/oas/v3.0.3#path-templating
    """
    for path, operations in _by_path(spec).items():
        names = parameter_names(path)
        lacks = [(operation, _lacking(operation, names)) for operation in operations]
        undeclared = set().union(*(lack for _, lack in lacks))
        if not undeclared:
            continue
        place = _path_node(spec, path)
        shown = list(islice((name for name in dict.fromkeys(names) if name in undeclared), MAX_IN_ONE_PATH))
        for name, span in _spans_in_key(place, shown).items():
            lacking = [operation for operation, lack in lacks if name in lack]
            where = "" if len(lacking) == len(operations) else f" in {labels(lacking)}"
            related = tuple((operation.node, "it lacks the parameter") for operation in lacking[:5]) if where else ()
            message = f"no parameter declares '{{{name}}}' of this path{where}{_elsewhere(lacking[0], name)}"
            fix = _declared_in_path(operations, lacking, name)
            yield Problem(place, message, at=span, fix=fix, related=related)


def _spans_in_key(path: Node, names: list[str]) -> dict[str, Span | None]:
    """Where names stand in the key of a path, given in their order there; where escapes hide one, the whole key."""
    text, key = path.tree.source.text, path.key_span
    spans: dict[str, Span | None] = dict.fromkeys(names, key)
    start = key.start if key else 0
    for name in names if key else ():
        at = text.find(f"{{{name}}}", start, key.end if key else 0)
        if at >= 0:
            start = at + len(name) + 2
            spans[name] = Span(at, start)
    return spans


def _declared_in_path(operations: list[Operation], lacking: list[Operation], name: str) -> Fix | None:
    """The parameter declared, once for the path when it has several operations that all lack it."""
    if any(_elsewhere(one, name) for one in lacking) or not lacking[0].spec.is_openapi_3_0:
        return None
    owners = [lacking[0].path_item] if 1 < len(lacking) == len(operations) else [one.node for one in lacking]
    edits = combined(declare(owner, declaration(name, "path")) for owner in owners)
    return make_fix(f"declare the parameter '{name}'", edits)


def _elsewhere(operation: Operation, name: str) -> str:
    """Where else than in the path a parameter of that name is."""
    other = next((one.location for one in operation.parameters if one.name == name), None)
    return f": '{name}' is declared with 'in: {other}', not 'in: path'" if other else ""


def _by_path(spec: Spec) -> dict[str, list[Operation]]:
    """The operations of each path whose text is known."""
    found: dict[str, list[Operation]] = {}
    for operation in spec.operations:
        if "{" in operation.path and not is_unknown_key(operation.path):
            found.setdefault(operation.path, []).append(operation)
    return found


def _path_node(spec: Spec, path: str) -> Node:
    paths = spec.root.get("paths") if spec.root else None
    assert paths is not None, "operations come from paths"
    return Node.entry(spec.tree, paths.value, path)


def _lacking(operation: Operation, names: list[str]) -> set[str]:
    """The names of the path that are not declared, and of which no other rule says so already."""
    declared = operation.declared.in_path
    lacking = {name for name in names if name not in declared and not name.endswith("+")}
    if not lacking or operation.has_unknown_parameters:
        return set()
    keys = operation.node.value
    if any(is_unknown_key(key) or (key != "parameters" and nearest(key, ("parameters",))) for key in keys):
        return set()
    known = Names(operation)
    has_misspelt = not declared.issubset(known.in_path)
    return set() if has_misspelt else {name for name in lacking if not _is_used(known, name)}


def _is_used(names: Names, name: str) -> bool:
    """Whether a name is substituted, so that `undeclared-substitution` reports it."""
    spec = names.operation.spec
    return any(
        is_mistake(names, use)
        for integration in names.operation.integrations
        for use in spec.substitutions_of(integration, name)
    )


@rule(Severity.ERROR, Consequence.INVALID)
def unused_path_parameter(spec: Spec) -> Iterator[Problem]:
    """A parameter with `in: path` that the path does not have.

    Nothing ever fills it in.

    Bad:
        /pets/{id}:
          get:
            parameters:
              - {name: petId, in: path, required: true, schema: {type: string}}
            x-yc-apigateway-integration: {type: dummy, http_code: 200}

    Good:
        /pets/{id}:
          get:
            parameters:
              - {name: id, in: path, required: true, schema: {type: string}}
            x-yc-apigateway-integration: {type: dummy, http_code: 200}

    See: https://spec.openapis.org/oas/v3.0.3#path-templating
    """
    found: dict[Node, _Stray] = {}
    for listing in (one for one in spec.listings if one.in_path):
        free: dict[str, list[str]] = {}
        for place, (parameter, number, paths) in enumerate(_lacking_paths(listing)):
            stray = found.setdefault(_name_node(parameter), _Stray(parameter.name))
            if not stray.paths and place < MAX_SUGGESTIONS:
                names = free[paths[0]] = free.get(paths[0]) or _free_names(spec, listing, paths[0])
                stray.close = nearest(parameter.name, names) or (names[0] if len(names) == 1 else None)
            stray.number += number
            stray.paths += paths
    for node, stray in found.items():
        first, others = stray.paths[0], f"'{stray.paths[1]}'" if stray.number == 2 else f"{stray.number - 1} more"
        subject = f"the path '{first}' has" if stray.number == 1 else f"the paths '{first}' and {others} have"
        hint = f", did you mean '{stray.close}'?" if stray.close else ""
        yield Problem(node, f"{subject} no '{{{stray.name}}}'{hint}")


class _Stray:
    """A parameter that some paths do not have: how many, the first of them, and what may be meant there."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.close: str | None = None
        self.number = 0
        self.paths: list[str] = []


def _lacking_paths(listing: Listing) -> Iterator[tuple[Parameter, int, list[str]]]:
    """Each parameter in the path that some paths of its list do not have: how many, and the first two."""
    names = {path: {name.removesuffix("+") for name in parameter_names(path)} for path in listing.paths}
    everywhere = set.intersection(*names.values())
    strays = [one for one in listing.in_path if one.name.removesuffix("+") not in everywhere]
    having = Counter(name for known in names.values() for name in known) if strays else Counter()
    for parameter in strays:
        name = parameter.name.removesuffix("+")
        first = islice((path for path, known in names.items() if name not in known), 2)
        yield parameter, len(names) - having[name], list(first)


def _free_names(spec: Spec, listing: Listing, path: str) -> list[str]:
    """The names of a path that neither this list of parameters nor that of the path item declares."""
    beside = (*listing.parameters, *spec.listed_parameters(listing.paths[path]).known)
    declared = {one.name.removesuffix("+") for one in beside if one.location == "path"}
    names = (name.removesuffix("+") for name in parameter_names(path))
    return [name for name in names if name not in declared]


def _name_node(parameter: Parameter) -> Node:
    """The name of a parameter where a list has it: the reference, or the value of `name`."""
    return parameter.listed_at.get("$ref") or parameter.node.get("name") or parameter.listed_at


@rule(Severity.ERROR, Consequence.INVALID, fixes="safe")
def greedy_name(spec: Spec) -> Iterator[Problem]:
    """A greedy parameter that is declared with its plus.

    The plus belongs to the path: `/static/{file+}` has the parameter `file`.

    Bad:
        /static/{file+}:
          get:
            parameters:
              - {name: file+, in: path, required: true, schema: {type: string}}
            x-yc-apigateway-integration: {type: dummy, http_code: 200}

    Good:
        /static/{file+}:
          get:
            parameters:
              - {name: file, in: path, required: true, schema: {type: string}}
            x-yc-apigateway-integration: {type: dummy, http_code: 200}

    See: https://yandex.cloud/en/docs/api-gateway/concepts/extensions/greedy-parameters
    """
    seen = set()
    for parameter in (one for listing in spec.listings for one in listing.in_path):
        name = parameter.node.get("name") if parameter.name.endswith("+") else None
        if name is not None and name.identity not in seen:
            seen.add(name.identity)
            due = parameter.name.removesuffix("+")
            fix = make_fix(f"write 'name: {due}'", replace_value(name, due), safe=True)
            yield Problem(name, f"the plus belongs to the path alone: write 'name: {due}'", fix=fix)


@rule(Severity.WARNING, Consequence.INVALID, fixes="safe")
def optional_path_parameter(spec: Spec) -> Iterator[Problem]:
    """A path parameter without `required: true`.

    A path without it would be another path, so OpenAPI wants `required: true`. A greedy parameter may be optional.

    Bad:
        /pets/{id}:
          get:
            parameters:
              - {name: id, in: path, schema: {type: string}}
            x-yc-apigateway-integration: {type: dummy, http_code: 200}

    Good:
        /pets/{id}:
          get:
            parameters:
              - {name: id, in: path, required: true, schema: {type: string}}
            x-yc-apigateway-integration: {type: dummy, http_code: 200}

    See: https://spec.openapis.org/oas/v3.0.3#parameter-object
    """
    seen = set()
    for parameter in _named_in_path(spec):
        node = parameter.node
        if node.identity in seen:
            continue
        required = node.get("required")
        if required is None and any(is_unknown_key(key) or nearest(key, ("required",)) for key in node.value):
            continue
        if required is None or required.value is False:
            seen.add(node.identity)
            message = f"the path parameter '{parameter.name}' must have 'required: true'"
            yield Problem(required or node, message, fix=made_required(node))


def _named_in_path(spec: Spec) -> Iterator[Parameter]:
    """The parameters that a path has as `{name}`."""
    for listing in spec.listings:
        if listing.in_path:
            names = {name for path in listing.paths for name in parameter_names(path) if not name.endswith("+")}
            yield from (parameter for parameter in listing.in_path if parameter.name in names)


@rule(Severity.ERROR, Consequence.INVALID)
def duplicate_parameter(spec: Spec) -> Iterator[Problem]:
    """Two parameters of one list with the same name and place.

    Only one of the two can count. A parameter of an operation may repeat one of its path: that overrides it.

    Bad:
        /pets:
          get:
            parameters:
              - {name: limit, in: query, schema: {type: integer}}
              - {name: limit, in: query, schema: {type: string}}
            x-yc-apigateway-integration: {type: dummy, http_code: 200}

    Good:
        /pets:
          get:
            parameters:
              - {name: limit, in: query, schema: {type: integer}}
              - {name: limit, in: header, schema: {type: string}}
            x-yc-apigateway-integration: {type: dummy, http_code: 200}

    See: https://spec.openapis.org/oas/v3.0.3#operation-object
    """
    seen = set()
    for owner in (*(item for _, item in spec.path_items), *(operation.node for operation in spec.operations)):
        listed = spec.listed_parameters(owner).known
        if id(listed) in seen:
            continue
        seen.add(id(listed))
        first: dict[tuple[str, str | None], Parameter] = {}
        for parameter in listed:
            name = parameter.name.lower() if parameter.location == "header" else parameter.name
            other = first.setdefault((name, parameter.location), parameter)
            if other is not parameter and parameter.location:
                message = f"the {parameter.location} parameter '{parameter.name}' is listed twice"
                is_alias = other.listed_at.is_same_as(parameter.listed_at)
                related = () if is_alias else ((_name_node(other), "first listed here"),)
                place = owner.get("parameters") if is_alias else _name_node(parameter)
                yield Problem(place, message, related=related)
