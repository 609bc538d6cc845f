"""Rules about parameters and the names in paths."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import islice

from apigw_lint.bounds import MAX_PATH_NAMES, MAX_SUGGESTIONS
from apigw_lint.diagnostic import Consequence, Fix, Severity
from apigw_lint.fix.edits import combined, make_fix, replace_in, replace_value
from apigw_lint.gateway.operations import Listing, Operation
from apigw_lint.gateway.parameters import Parameter
from apigw_lint.gateway.routing import has_clear_parameters, parameter_names
from apigw_lint.gateway.spec import Spec
from apigw_lint.rules.operation_names import OperationNames, is_undeclared
from apigw_lint.rules.parameter_fixes import declare_parameters, make_required, parameter_object
from apigw_lint.rules.phrases import operation_labels
from apigw_lint.rules.rule import Problem, rule
from apigw_lint.source.text import Span
from apigw_lint.source.tree import Node
from apigw_lint.spelling import nearest


@rule(Severity.WARNING, Consequence.INVALID, fixes="unsafe", yields_to=("malformed-path",))
def undeclared_path_parameter(spec: Spec) -> Iterator[Problem]:
    """A `{name}` in a path that no parameter declares.

    OpenAPI requires a declaration with `in: path` and `required: true`, in the operation or its path. An undeclared
    parameter cannot be substituted or validated.

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
    for path, operations in _operations_by_path(spec).items():
        names = parameter_names(path)
        undeclared_by_operation = _undeclared_by_operation(spec, operations, names)
        undeclared = set().union(*(missing for _, missing in undeclared_by_operation))
        if not undeclared:
            continue
        node = _path_node(spec, path)
        reported = list(islice((name for name in dict.fromkeys(names) if name in undeclared), MAX_PATH_NAMES))
        for name, span in _spans_in_key(node, reported).items():
            affected = [operation for operation, missing in undeclared_by_operation if name in missing]
            where = "" if len(affected) == len(operations) else f" in {operation_labels(affected)}"
            related = (
                tuple((operation.node, "the parameter is missing here") for operation in affected[:5]) if where else ()
            )
            hint = where + _other_location_hint(affected[0], name)
            message = f"path parameter '{{{name}}}' is not declared"
            fix = _declare_fix(operations, affected, name) if spec.is_openapi_3_0 else None
            yield Problem(node, message, hint=hint, at=span, fix=fix, related=related)


def _operations_by_path(spec: Spec) -> dict[str, list[Operation]]:
    """The operations of each path with parameters whose text is known."""
    by_path: dict[str, list[Operation]] = {}
    for operation in spec.operations:
        if "{" in operation.path and not spec.placeholders.is_unknown_key(operation.path):
            by_path.setdefault(operation.path, []).append(operation)
    return by_path


def _undeclared_by_operation(
    spec: Spec, operations: list[Operation], names: list[str]
) -> list[tuple[Operation, set[str]]]:
    """The operations of a path, and the names in it that each does not declare and no other rule reports.

    What all of them lack is one mistake: `undeclared-substitution` reports it if one of them substitutes it.
    """
    undeclared = [_undeclared_names(operation, names) for operation in operations]
    substituted = [
        _used_names(spec, operation, missing) for operation, missing in zip(operations, undeclared, strict=True)
    ]
    reported = set().union(*substituted).intersection(*undeclared)
    return [
        (operation, missing - used - reported)
        for operation, missing, used in zip(operations, undeclared, substituted, strict=True)
    ]


def _undeclared_names(operation: Operation, names: list[str]) -> set[str]:
    """The names of the path that an operation does not declare, none when they may be declared otherwise."""
    declared = operation.declared.in_path
    undeclared = {name for name in names if name not in declared and not name.endswith("+")}
    if not undeclared or operation.has_unknown_parameters:
        return set()
    has_misspelt = not declared.issubset(OperationNames(operation).in_path)
    return set() if has_misspelt else undeclared


def _used_names(spec: Spec, operation: Operation, undeclared: set[str]) -> set[str]:
    """Of some names those that are substituted, so that `undeclared-substitution` reports them."""
    names = OperationNames(operation) if undeclared else None
    return {name for name in undeclared if names and _is_used(spec, names, name)}


def _is_used(spec: Spec, names: OperationNames, name: str) -> bool:
    """Whether a name is substituted, so that `undeclared-substitution` reports it."""
    return any(
        is_undeclared(names, use)
        for integration in names.operation.integrations
        for use in spec.substitutions.of_name(integration, name)
    )


def _path_node(spec: Spec, path: str) -> Node:
    paths = spec.root.get("paths") if spec.root else None
    assert paths is not None, "operations come from paths"
    return Node.entry(spec.tree, paths.value, path)


def _spans_in_key(path: Node, names: list[str]) -> dict[str, Span | None]:
    """Where names are in the key of a path, given in their order there; where escapes hide one, the whole key."""
    text, key = path.tree.source.text, path.key_span
    spans: dict[str, Span | None] = dict.fromkeys(names, key)
    start = key.start if key else 0
    for name in names if key else ():
        at = text.find(f"{{{name}}}", start, key.end if key else 0)
        if at >= 0:
            start = at + len(name) + 2
            spans[name] = Span(at, start)
    return spans


def _declare_fix(operations: list[Operation], affected: list[Operation], name: str) -> Fix | None:
    """The parameter declared, once for the path when it has several operations and all are affected."""
    has_other_location = any(_other_location_hint(operation, name) for operation in affected)
    if has_other_location:
        return None
    is_whole_path = 1 < len(affected) == len(operations)
    owners = [affected[0].path_item] if is_whole_path else [operation.node for operation in affected]
    edits = combined(declare_parameters(owner, parameter_object(name, "path")) for owner in owners)
    return make_fix(f"declare the parameter '{name}'", edits)


def _other_location_hint(operation: Operation, name: str) -> str:
    """Where else than in the path a parameter of that name is, as the end of a message."""
    locations = (parameter.location for parameter in operation.parameters if parameter.name == name)
    location = next(locations, None)
    return f": '{name}' is declared with 'in: {location}', not 'in: path'" if location else ""


@rule(Severity.ERROR, Consequence.INVALID, fixes="unsafe")
def unused_path_parameter(spec: Spec) -> Iterator[Problem]:
    """A parameter with `in: path` that is not in the path.

    It never has a value.

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
    unused: dict[Node, _UnusedParameter] = {}
    for listing in (listing for listing in spec.listings if listing.in_path):
        free_names: dict[str, list[str]] = {}
        for position, (parameter, number, paths) in enumerate(_paths_without(listing)):
            entry = unused.setdefault(_name_node(parameter), _UnusedParameter(parameter.name))
            if not entry.paths and position < MAX_SUGGESTIONS:
                names = free_names[paths[0]] = free_names.get(paths[0]) or _free_names(spec, listing, paths[0])
                entry.suggestion = nearest(parameter.name, names) or (names[0] if len(names) == 1 else None)
            entry.number += number
            entry.paths += paths
    operations_of: dict[str, list[Operation]] = {}
    for operation in spec.operations if unused else ():
        operations_of.setdefault(operation.path, []).append(operation)
    for node, entry in unused.items():
        first, others = entry.paths[0], f"'{entry.paths[1]}'" if entry.number == 2 else f"{entry.number - 1} more"
        subject = f"path '{first}' has" if entry.number == 1 else f"paths '{first}' and {others} have"
        hint = f", did you mean '{entry.suggestion}'?" if entry.suggestion else ""
        fix = _renaming_fix(spec, node, entry, operations_of.get(first, []))
        yield Problem(node, f"{subject} no '{{{entry.name}}}'", hint=hint, fix=fix)


def _renaming_fix(spec: Spec, node: Node, entry: _UnusedParameter, operations: list[Operation]) -> Fix | None:
    """The parameter renamed to the suggestion where it is used in one path only, and what is substituted for it."""
    if entry.suggestion is None or entry.number > 1 or spec.kinds.of(node.container.parent) == "components":
        return None
    uses = [
        use
        for operation in operations
        for integration in operation.integrations
        for use in spec.substitutions.of_name(integration, entry.name)
    ]
    old, new = f"{{{entry.name}}}", f"{{{entry.suggestion}}}"
    edits = combined(
        (
            replace_value(node, entry.suggestion) if node.key == "name" else None,
            *(replace_in(use.node, use.offset, old, new) for use in uses),
        )
    )
    return make_fix(f"write '{entry.suggestion}'", edits)


class _UnusedParameter:
    """A parameter that some paths do not have: how many, the first of them, and which of their names may be meant."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.suggestion: str | None = None
        self.number = 0
        self.paths: list[str] = []


def _paths_without(listing: Listing) -> Iterator[tuple[Parameter, int, list[str]]]:
    """Each parameter that some paths of its list do not have: how many paths, and the first two."""
    paths = filter(has_clear_parameters, listing.paths)
    names_of = {path: {name.removesuffix("+") for name in parameter_names(path)} for path in paths}
    if not names_of:
        return
    in_all_paths = set.intersection(*names_of.values())
    unused = [parameter for parameter in listing.in_path if parameter.name.removesuffix("+") not in in_all_paths]
    paths_with = Counter(name for names in names_of.values() for name in names) if unused else Counter()
    for parameter in unused:
        name = parameter.name.removesuffix("+")
        first = islice((path for path, names in names_of.items() if name not in names), 2)
        yield parameter, len(names_of) - paths_with[name], list(first)


def _free_names(spec: Spec, listing: Listing, path: str) -> list[str]:
    """The names of a path that neither this list of parameters nor that of the path item declares."""
    parameters = (*listing.parameters, *spec.parameters.listed_by(listing.paths[path]).known)
    declared = {parameter.name.removesuffix("+") for parameter in parameters if parameter.location == "path"}
    names = (name.removesuffix("+") for name in parameter_names(path))
    return [name for name in names if name not in declared]


def _name_node(parameter: Parameter) -> Node:
    """The name of a parameter where a list has it: the reference, or the value of `name`."""
    return parameter.listed_at.get("$ref") or parameter.node.get("name") or parameter.listed_at


@rule(Severity.ERROR, Consequence.INVALID, fixes="safe")
def greedy_name(spec: Spec) -> Iterator[Problem]:
    """A greedy parameter declared with its plus.

    The plus belongs only in the path: `/static/{file+}` has the parameter `file`.

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
    for parameter in (parameter for listing in spec.listings for parameter in listing.in_path):
        node = parameter.node.get("name") if parameter.name.endswith("+") else None
        if node is not None and node.identity not in seen:
            seen.add(node.identity)
            name = parameter.name.removesuffix("+")
            fix = make_fix(f"write 'name: {name}'", replace_value(node, name), safe=True)
            yield Problem(node, f"the plus belongs only in the path: write 'name: {name}'", fix=fix)


@rule(Severity.WARNING, Consequence.INVALID, fixes="safe")
def optional_path_parameter(spec: Spec) -> Iterator[Problem]:
    """A path parameter without `required: true`.

    Without its parameter it would be another path, so OpenAPI requires `required: true`. A greedy parameter may be
    optional.

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
    for parameter in _parameters_in_paths(spec):
        node = parameter.node
        if node.identity in seen:
            continue
        required = node.get("required")
        if spec.lacks(node, "required") or (required is not None and required.value is False):
            seen.add(node.identity)
            message = f"path parameter '{parameter.name}' must have 'required: true'"
            yield Problem(required or node, message, fix=make_required(node), cause=message)


def _parameters_in_paths(spec: Spec) -> Iterator[Parameter]:
    """The parameters that a path has as `{name}`."""
    for listing in spec.listings:
        if listing.in_path:
            names = {name for path in listing.paths for name in parameter_names(path) if not name.endswith("+")}
            yield from (parameter for parameter in listing.in_path if parameter.name in names)


@rule(Severity.ERROR, Consequence.INVALID)
def duplicate_parameter(spec: Spec) -> Iterator[Problem]:
    """Two parameters with the same name and location in one list.

    Only one of them takes effect. A parameter of an operation may repeat one of its path: it overrides that.

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
        parameters = spec.parameters.listed_by(owner).known
        if id(parameters) in seen:
            continue
        seen.add(id(parameters))
        first_of: dict[tuple[str, str | None], Parameter] = {}
        for parameter in parameters:
            name = parameter.name.lower() if parameter.location == "header" else parameter.name
            first = first_of.setdefault((name, parameter.location), parameter)
            if first is not parameter and parameter.location:
                message = f"{parameter.location} parameter '{parameter.name}' is listed twice: remove one of them"
                is_alias = first.listed_at.is_same_as(parameter.listed_at)
                related = () if is_alias else ((_name_node(first), "first listed here"),)
                node = owner.get("parameters") if is_alias else _name_node(parameter)
                yield Problem(node, message, related=related)
