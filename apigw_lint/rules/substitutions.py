"""Rules about `{name}` in the fields of integrations."""

from __future__ import annotations

from collections.abc import Iterator

from apigw_lint.bounds import MAX_CHECKED_NAMES, MAX_DECLARED
from apigw_lint.cached import cached_property
from apigw_lint.diagnostic import Consequence, Fix, Severity
from apigw_lint.fix.edits import Edits, combined, make_fix, replace_in
from apigw_lint.gateway import websocket
from apigw_lint.gateway.operations import Operation
from apigw_lint.gateway.routing import parameter_names
from apigw_lint.gateway.spec import Spec
from apigw_lint.gateway.substitution import SUBSTITUTED_FIELDS, Use, integration_type, names_in_fixed_fields
from apigw_lint.gateway.variables import Variables
from apigw_lint.rules.operation_names import OperationNames, is_declared, is_undeclared
from apigw_lint.rules.parameter_fixes import declare_parameters, parameter_object
from apigw_lint.rules.phrases import operation_labels
from apigw_lint.rules.rule import Problem, rule
from apigw_lint.source.tree import Node
from apigw_lint.spelling import listed


@rule(Severity.ERROR, Consequence.BROKEN, other_severities=(Severity.WARNING,), fixes="unsafe")
def undeclared_substitution(spec: Spec) -> Iterator[Problem]:
    """A `{name}` that no parameter of the operation provides.

    The gateway replaces `{name}` with the request parameter of that name if the operation or its path declares it:
    path, query, header or cookie. Otherwise `{name}` is sent literally. In the content of a `dummy` and the context of
    a function this is a warning.

    Bad:
        /pets/{id}:
          get:
            parameters:
              - {name: id, in: path, required: true, schema: {type: string}}
            x-yc-apigateway-integration:
              type: http
              url: https://example.com/pets/{pet}

    Good:
        /pets/{id}:
          get:
            parameters:
              - {name: id, in: path, required: true, schema: {type: string}}
            x-yc-apigateway-integration:
              type: http
              url: https://example.com/pets/{id}

    See: https://yandex.cloud/en/docs/api-gateway/concepts/extensions/parametrization
    """
    undeclared_uses = _undeclared_uses(spec)
    declarations = _Declarations(undeclared_uses if spec.is_openapi_3_0 else [])
    affected_by_groups: dict[tuple[int, ...], _AffectedOperations] = {}
    for undeclared in undeclared_uses:
        key = tuple(map(id, undeclared.groups))
        if key not in affected_by_groups:
            affected_by_groups[key] = _AffectedOperations(undeclared.groups)
        affected = affected_by_groups[key]
        use = undeclared.use
        text = f"{{{use.name}}}"
        where, related = (f" in {affected.labels}", affected.related) if undeclared.total > 1 else ("", ())
        yield Problem(
            use.node,
            f"parameter '{use.name}' is not declared",
            hint=f"{where}: '{text}' is sent literally{_hint(undeclared)}",
            at=use.node.find(text, use.offset),
            fix=_fix(undeclared, affected, declarations),
            severity=Severity.WARNING if use.is_free_text else None,
            related=related,
        )


class _OperationGroup:
    """Operations that use one integration and have the same names.

    `to_declare` is what a fix declares in each: the location of each parameter by its name.
    """

    def __init__(self, first: Operation) -> None:
        self.names = OperationNames(first)
        self.operations = [first]
        self.to_declare: dict[str, str] = {}


class _UndeclaredUse:
    """A use, how many operations have it, and the groups of those that do not declare its name."""

    def __init__(self, variables: Variables, use: Use) -> None:
        self._variables = variables
        self.use = use
        self.total = 0
        self.groups: list[_OperationGroup] = []

    @cached_property
    def names(self) -> OperationNames:
        """The names of the first operation that does not declare this one."""
        return min(self.groups, key=lambda group: group.operations[0].number).names

    @cached_property
    def variable(self) -> str | None:
        """The gateway's variable that this is when its `$` is missing, as it must be written."""
        kind, _, name = self.use.name.partition(".")
        if kind != "var":
            return None
        declared = self._variables.declared
        variable = name if name in declared else self.names.nearest(name, declared)
        return self._variables.reference(variable) if variable else None

    @cached_property
    def suggestion(self) -> str | None:
        """The declared name, or name of the path, that this one is most likely a misspelling of."""
        if self.has_plus_of_path:
            return self.use.name[:-1]
        names, name = self.names, self.use.name
        return None if names.has_in_path(name) else names.nearest(name, names.all)

    @property
    def has_plus_of_path(self) -> bool:
        """Whether the name is that of a parameter with the plus that only the path has."""
        name = self.use.name
        return name.endswith("+") and is_declared(self.names.operation, name[:-1])


class _AffectedOperations:
    """All operations of some groups, in the order of the document."""

    def __init__(self, groups: list[_OperationGroup]) -> None:
        by_number = {operation.number: operation for group in groups for operation in group.operations}
        self.operations = [by_number[number] for number in sorted(by_number)]
        self.labels = operation_labels(self.operations)
        self.related = tuple((operation.node, "used here") for operation in self.operations[:10])


class _Declarations:
    """The fixes that declare parameters: of an operation all at once, or some would be taken for others misspelt."""

    def __init__(self, undeclared_uses: list[_UndeclaredUse]) -> None:
        for undeclared in undeclared_uses:
            name = undeclared.use.name
            if not undeclared.use.is_free_text and not name.endswith("+") and not undeclared.suggestion:
                for group in undeclared.groups:
                    group.to_declare[name] = "path" if group.names.has_in_path(name) else "query"
        self._groups_of: dict[Node, list[_OperationGroup]] = {}
        for group in dict.fromkeys(group for undeclared in undeclared_uses for group in undeclared.groups):
            for operation in group.operations:
                self._groups_of.setdefault(operation.node, []).append(group)
        self._parameters: dict[Node, dict[str, str]] = {}
        self._edits: dict[Node, Edits | None] = {}
        self._fixes: dict[_AffectedOperations, Fix | None] = {}

    def fix(self, name: str, affected: _AffectedOperations) -> Fix | None:
        """All parameters declared that some operations lack, `name` among them; None when these are too many."""
        if len(affected.operations) > MAX_DECLARED:
            return None
        parameters = [self._parameters_of(operation.node) for operation in affected.operations]
        if not all(name in locations for locations in parameters):
            return None
        if affected not in self._fixes:
            names = dict.fromkeys(name for locations in parameters for name in locations)
            self._fixes[affected] = self._fix_of_all(affected, list(names))
        return self._fixes[affected]

    def _fix_of_all(self, affected: _AffectedOperations, names: list[str]) -> Fix | None:
        if len(names) > MAX_DECLARED:
            return None
        edits = combined(self._edits_of(operation.node) for operation in affected.operations)
        return make_fix(f"declare {_parameters_in_words(names)}", edits)

    def _parameters_of(self, node: Node) -> dict[str, str]:
        """The parameters that an operation lacks: locations by names."""
        if node not in self._parameters:
            groups = [group for group in self._groups_of.get(node, ()) if not group.names.has_reached_limit]
            self._parameters[node] = {name: location for group in groups for name, location in group.to_declare.items()}
        return self._parameters[node]

    def _edits_of(self, node: Node) -> Edits | None:
        if node not in self._edits:
            parameters = (parameter_object(name, location) for name, location in self._parameters_of(node).items())
            self._edits[node] = declare_parameters(node, *parameters)
        return self._edits[node]


def _parameters_in_words(names: list[str]) -> str:
    if len(names) == 1:
        return f"the parameter '{names[0]}'"
    return f"the parameters {listed(names, 'and')}" if len(names) <= 5 else f"{len(names)} parameters"


def _fix(undeclared: _UndeclaredUse, affected: _AffectedOperations, declarations: _Declarations) -> Fix | None:
    """A misspelt name corrected, or else declared; in free text, where braces may be meant, only the former."""
    use = undeclared.use
    text = f"{{{use.name}}}"
    if undeclared.variable:
        edits = replace_in(use.node, use.offset, text, undeclared.variable)
        return make_fix(f"write '{undeclared.variable}'", edits)
    if undeclared.suggestion is None:
        return None if use.is_free_text else declarations.fix(use.name, affected)
    suggestion = f"{{{undeclared.suggestion}}}"
    is_right = len(affected.operations) == 1 or all(
        is_declared(operation, undeclared.suggestion) for operation in affected.operations
    )
    edits = replace_in(use.node, use.offset, text, suggestion) if is_right else None
    return make_fix(f"write '{suggestion}'", edits)


def _hint(undeclared: _UndeclaredUse) -> str:
    """What to write instead, as the end of the message."""
    name, names = undeclared.use.name, undeclared.names
    if undeclared.has_plus_of_path:
        return f"; write '{{{name[:-1]}}}', the plus belongs only in the path"
    if names.has_in_path(name):
        return "; it is in the path, but must also be declared in 'parameters'"
    if undeclared.variable:
        return f"; for the variable, write '{undeclared.variable}'"
    suggestion = undeclared.suggestion
    if suggestion is not None and suggestion not in names.declared:
        suggestion = names.nearest(name, names.declared)
    return f", did you mean '{{{suggestion}}}'?" if suggestion else ""


def _undeclared_uses(spec: Spec) -> list[_UndeclaredUse]:
    """The uses that some operation does not declare; of a shared integration, with all that do not."""
    by_position: dict[tuple[object, ...], _UndeclaredUse] = {}
    for integration, operations in spec.usages:
        uses = spec.substitutions.of(integration)
        if not uses or _are_declared({use.name for use in uses}, operations):
            continue
        listed_operations = [operation for operation in operations if not operation.has_unknown_parameters]
        groups = _groups(listed_operations, 1 + MAX_CHECKED_NAMES // len(uses))
        total = sum(len(group.operations) for group in groups)
        for use in uses:
            if not websocket.is_header(use.name):
                position = (use.node.raw_span, use.offset)
                undeclared = by_position.setdefault(position, _UndeclaredUse(spec.variables, use))
                undeclared.total += total
                undeclared.groups += [group for group in groups if is_undeclared(group.names, use)]
    return [undeclared for undeclared in by_position.values() if undeclared.groups]


def _are_declared(names: set[str], operations: list[Operation]) -> bool:
    """Whether all operations declare these names in the very same letters."""
    return all(names <= operation.declared.names for operation in operations)


def _groups(operations: list[Operation], limit: int) -> list[_OperationGroup]:
    """Operations by what they declare and what their paths have, the first ones."""
    if len(operations) == 1:
        return [_OperationGroup(operations[0])]
    groups: dict[tuple[object, ...], _OperationGroup] = {}
    for operation in operations:
        key = (operation.declared.written, tuple(parameter_names(operation.path)), operation.event is None)
        if key in groups:
            groups[key].operations.append(operation)
        elif len(groups) < limit:
            groups[key] = _OperationGroup(operation)
    return list(groups.values())


@rule(Severity.WARNING, Consequence.BROKEN, yields_to=("bad-value", "wrong-type", "odd-identifier"))
def unsubstituted_parameter(spec: Spec) -> Iterator[Problem]:
    """`{name}` of a declared parameter in a field that the gateway does not substitute.

    Parameters are substituted only in some fields: the url, headers and query of `http`, the object of
    `object_storage`, and others that the documentation lists. Elsewhere `{name}` is sent literally.

    Bad:
        /files/{bucket}/{file}:
          get:
            parameters:
              - {name: bucket, in: path, required: true, schema: {type: string}}
              - {name: file, in: path, required: true, schema: {type: string}}
            x-yc-apigateway-integration:
              type: object_storage
              bucket: '{bucket}'
              object: '{file}'
              service_account_id: aje0123456789abcdefg

    Good:
        /files/{file}:
          get:
            parameters:
              - {name: file, in: path, required: true, schema: {type: string}}
            x-yc-apigateway-integration:
              type: object_storage
              bucket: files
              object: '{file}'
              service_account_id: aje0123456789abcdefg

    See: https://yandex.cloud/en/docs/api-gateway/concepts/extensions/parametrization
    """
    reported = set()
    for integration, operations in spec.usages:
        kind = integration_type(integration)
        names = list(names_in_fixed_fields(integration))
        if not names:
            continue
        distinct = {id(operation.declared): operation for operation in operations}.values()
        for node, name, offset in names:
            position = (node.identity, offset)
            if position not in reported and any(is_declared(operation, name) for operation in distinct):
                reported.add(position)
                message = (
                    f"parameters are not substituted in {_field_in_words(node, kind)}: '{{{name}}}' is sent literally"
                )
                yield Problem(node, message, at=node.find(f"{{{name}}}", offset))


def _field_in_words(node: Node, kind: str) -> str:
    fields = SUBSTITUTED_FIELDS.get(kind)
    return f"'{node.key}' (only in {listed(fields, 'and')})" if fields else f"a {kind} integration"
