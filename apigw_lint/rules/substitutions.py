"""Rules about `{name}` in the fields of integrations."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from apigw_lint.diagnostic import Consequence, Fix, Severity
from apigw_lint.edit import Edits, combined, make_fix, replace_in
from apigw_lint.gateway import websocket
from apigw_lint.gateway.routing import parameter_names
from apigw_lint.gateway.schemas import fields_of
from apigw_lint.gateway.spec import Operation, Spec
from apigw_lint.gateway.substitution import LEGACY_TYPES, SUBSTITUTED_FIELDS, Use, first_names
from apigw_lint.rules.names import Names, is_declared, is_mistake, labels
from apigw_lint.rules.repair import declaration, declare
from apigw_lint.rules.rule import Problem, rule
from apigw_lint.source.tree import Node
from apigw_lint.spelling import listed

MAX_JUDGED = 50_000
"""How many names of one integration are judged: each for every group of operations that declare the same."""

_FEW = 50
"""In how many operations, and of how many names, a fix declares what is not declared."""


@rule(Severity.ERROR, Consequence.BROKEN, also=(Severity.WARNING,), fixes="unsafe")
def undeclared_substitution(spec: Spec) -> Iterator[Problem]:
    """A `{name}` that no parameter of the operation feeds.

    The gateway replaces `{name}` by the request parameter of that name, if the operation or its path declares it:
    path, query, header or cookie. Otherwise the text goes out as it stands, braces included.
    In free text, the content of a dummy or the context of a function, this is a warning.

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
    findings = _undeclared(spec)
    declarations = _Declarations(findings if spec.is_openapi_3_0 else [])
    crowds: dict[tuple[int, ...], _Crowd] = {}
    for finding in findings:
        key = tuple(map(id, finding.groups))
        crowd = crowds[key] = crowds.get(key) or _Crowd(finding.groups)
        use = finding.use
        text = f"{{{use.name}}}"
        where, related = (f" in {crowd.labels}", crowd.related) if finding.total > 1 else ("", ())
        yield Problem(
            use.node,
            f"no parameter '{use.name}' is declared{where}: '{text}' goes out as it stands{_hint(finding)}",
            at=use.node.find(text, use.offset),
            fix=_repaired(finding, crowd, declarations),
            severity=Severity.WARNING if use.is_free_text else None,
            related=related,
        )


class _Group:
    """Operations that use one integration and have the same names; `due` is what each must declare, and where."""

    def __init__(self, first: Operation) -> None:
        self.names = Names(first)
        self.operations = [first]
        self.due: dict[str, str] = {}


class _Finding:
    """A use, how many operations have it, and the groups of those that do not declare its name."""

    def __init__(self, use: Use) -> None:
        self.use = use
        self.total = 0
        self.groups: list[_Group] = []

    @cached_property
    def names(self) -> Names:
        """The names of the first operation that does not declare this one."""
        return min(self.groups, key=lambda group: group.operations[0].number).names

    @cached_property
    def variable(self) -> str | None:
        """How the gateway's variable is written that lacks its `$`."""
        kind, _, name = self.use.name.partition(".")
        spec = self.names.operation.spec
        if kind != "var":
            return None
        close = name if name in spec.variables else self.names.nearest(name, spec.variables)
        return f"{'$$' if spec.is_escaped else '$'}{{var.{close}}}" if close else None

    @cached_property
    def meant(self) -> str | None:
        """The declared name, or name of the path, that an undeclared one most likely stands for."""
        if self.has_plus_of_path:
            return self.use.name[:-1]
        names, name = self.names, self.use.name
        return None if names.has_in_path(name) else names.nearest(name, names.all)

    @property
    def has_plus_of_path(self) -> bool:
        """Whether the name is that of a parameter with the plus that only the path has."""
        name = self.use.name
        return name.endswith("+") and is_declared(self.names.operation, name[:-1])


class _Crowd:
    """All operations of some groups, in the order of the document."""

    def __init__(self, groups: list[_Group]) -> None:
        by_number = {one.number: one for group in groups for one in group.operations}
        self.operations = [by_number[number] for number in sorted(by_number)]
        self.labels = labels(self.operations)
        self.related = tuple((operation.node, "used here") for operation in self.operations[:10])


class _Declarations:
    """The fixes that declare parameters: of an operation all at once, or some would be taken for others misspelt."""

    def __init__(self, findings: list[_Finding]) -> None:
        for finding in findings:
            name = finding.use.name
            if not finding.use.is_free_text and not name.endswith("+") and not finding.meant:
                for group in finding.groups:
                    group.due[name] = "path" if group.names.has_in_path(name) else "query"
        self._groups: dict[Node, list[_Group]] = {}
        for group in dict.fromkeys(group for finding in findings for group in finding.groups):
            for operation in group.operations:
                self._groups.setdefault(operation.node, []).append(group)
        self._due: dict[Node, dict[str, str]] = {}
        self._edits: dict[Node, Edits | None] = {}
        self._fixes: dict[_Crowd, Fix | None] = {}

    def fix(self, name: str, crowd: _Crowd) -> Fix | None:
        """Everything declared that some operations lack, a name among it; nothing when that is more than a few."""
        if len(crowd.operations) > _FEW:
            return None
        dues = [self._due_of(operation.node) for operation in crowd.operations]
        if not all(name in due for due in dues):
            return None
        if crowd not in self._fixes:
            self._fixes[crowd] = self._fix(crowd, list(dict.fromkeys(name for due in dues for name in due)))
        return self._fixes[crowd]

    def _fix(self, crowd: _Crowd, names: list[str]) -> Fix | None:
        if len(names) > _FEW:
            return None
        edits = combined(self._edits_of(operation.node) for operation in crowd.operations)
        return make_fix(f"declare {_counted(names)}", edits)

    def _due_of(self, node: Node) -> dict[str, str]:
        if node not in self._due:
            groups = [group for group in self._groups.get(node, ()) if not group.names.are_asked_too_often]
            self._due[node] = {name: place for group in groups for name, place in group.due.items()}
        return self._due[node]

    def _edits_of(self, node: Node) -> Edits | None:
        if node not in self._edits:
            self._edits[node] = declare(node, *(declaration(*one) for one in self._due_of(node).items()))
        return self._edits[node]


def _repaired(finding: _Finding, crowd: _Crowd, declarations: _Declarations) -> Fix | None:
    """A misspelt name put right, or else declared; not in free text, where braces may be meant."""
    use = finding.use
    if use.is_free_text:
        return None
    if finding.variable:
        edits = replace_in(use.node, use.offset, f"{{{use.name}}}", finding.variable)
        return make_fix(f"write '{finding.variable}'", edits)
    if finding.meant is None:
        return declarations.fix(use.name, crowd)
    meant = f"{{{finding.meant}}}"
    edits = replace_in(use.node, use.offset, f"{{{use.name}}}", meant) if len(crowd.operations) == 1 else None
    return make_fix(f"write '{meant}'", edits)


def _counted(names: list[str]) -> str:
    if len(names) == 1:
        return f"the parameter '{names[0]}'"
    return f"the parameters {listed(names, 'and')}" if len(names) <= 5 else f"{len(names)} parameters"


def _undeclared(spec: Spec) -> list[_Finding]:
    """The uses that some operation does not declare; of a shared integration, with all that do not."""
    findings: dict[tuple[object, ...], _Finding] = {}
    for integration, operations in spec.usages:
        uses = spec.substitutions(integration)
        if not uses or _are_declared({use.name for use in uses}, operations):
            continue
        groups = _groups([one for one in operations if not one.has_unknown_parameters], 1 + MAX_JUDGED // len(uses))
        total = sum(len(group.operations) for group in groups)
        for use in uses:
            if not websocket.is_header(use.name):
                place = (use.node.raw_span, use.offset)
                finding = findings[place] = findings.get(place) or _Finding(use)
                finding.total += total
                finding.groups += [group for group in groups if is_mistake(group.names, use)]
    return [finding for finding in findings.values() if finding.groups]


def _are_declared(names: set[str], operations: list[Operation]) -> bool:
    """Whether all operations declare these names in the very same letters."""
    return all(names <= operation.declared.names for operation in operations)


def _groups(operations: list[Operation], limit: int) -> list[_Group]:
    """Operations by what they declare and what their paths have, the first ones."""
    if len(operations) == 1:
        return [_Group(operations[0])]
    found: dict[tuple[object, ...], _Group] = {}
    for one in operations:
        key = (one.declared.written, tuple(parameter_names(one.path)), one.event is None)
        if key in found:
            found[key].operations.append(one)
        elif len(found) < limit:
            found[key] = _Group(one)
    return list(found.values())


def _hint(finding: _Finding) -> str:
    name, names = finding.use.name, finding.names
    if finding.has_plus_of_path:
        return f", write '{{{name[:-1]}}}': the plus belongs to the path alone"
    if names.has_in_path(name):
        return f"; the path has it, but 'parameters' must declare '{name}' too"
    if finding.variable:
        return f", a variable is written '{finding.variable}'"
    close = finding.meant
    if close is not None and close not in names.declared:
        close = names.nearest(name, names.declared)
    return f", did you mean '{{{close}}}'?" if close else ""


@rule(Severity.WARNING, Consequence.BROKEN, yields_to=("bad-value", "wrong-type", "odd-identifier"))
def unsubstituted_parameter(spec: Spec) -> Iterator[Problem]:
    """`{name}` of a declared parameter in a field where the gateway does not substitute.

    Parameters are put into some fields only: the url, headers and query of `http`, the object of `object_storage`,
    and so on. In other fields the text goes out as it stands.

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
        kind = integration.text("type") or ""
        kind = LEGACY_TYPES.get(kind, kind)
        found = list(_in_fixed_fields(integration, kind))
        if not found:
            continue
        declared = {id(one.declared): one for one in operations}.values()
        for node, name, offset in found:
            place = (node.identity, offset)
            if place not in reported and any(is_declared(operation, name) for operation in declared):
                reported.add(place)
                message = f"nothing is substituted in {_where(node, kind)}: '{{{name}}}' goes out as it stands"
                yield Problem(node, message, at=node.find(f"{{{name}}}", offset))


def _in_fixed_fields(integration: Node, kind: str) -> Iterator[tuple[Node, str, int]]:
    """Every `{name}` in the documented fields without substitution, and its offset."""
    substituted = SUBSTITUTED_FIELDS.get(kind, ())
    for field, value in integration.value.items():
        if isinstance(value, str) and "{" in value and field not in substituted and field in fields_of(kind):
            for name, offset in first_names(value):
                yield Node.entry(integration.tree, integration.value, field), name, offset


def _where(node: Node, kind: str) -> str:
    fields = SUBSTITUTED_FIELDS.get(kind)
    return f"'{node.key}', only in {listed(fields, 'and')}" if fields else f"a {kind} integration"
