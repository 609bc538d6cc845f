"""Rules about parameters and the `{name}` that they are substituted for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from functools import cached_property
from itertools import islice

from apigw_lint.diagnostic import Consequence, Fix, Severity
from apigw_lint.edit import Edits, offer, replace_in, replace_value, together
from apigw_lint.nearest import MAX_SUGGESTIONS, listed, nearest
from apigw_lint.rules.repair import declaration, declare, made_required
from apigw_lint.rules.rule import Problem, rule
from apigw_lint.source.placeholder import is_unknown_key
from apigw_lint.source.text import Span
from apigw_lint.source.tree import Node
from apigw_lint.spec import websocket
from apigw_lint.spec.model import Listing, Operation, Parameter, Spec
from apigw_lint.spec.routing import parameter_names
from apigw_lint.spec.schema import fields_of
from apigw_lint.spec.substitution import LEGACY_TYPES, SUBSTITUTED_FIELDS, Use, first_names

MAX_JUDGED = 50_000
"""How many names of one integration are judged: each for every group of operations that declare the same."""

MAX_IN_ONE_PATH = 100
"""How many undeclared names of one path are reported."""

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


class _Names:
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


class _Group:
    """Operations that use one integration and have the same names; `due` is what each must declare, and where."""

    def __init__(self, first: Operation) -> None:
        self.names = _Names(first)
        self.operations = [first]
        self.due: dict[str, str] = {}


class _Finding:
    """A use, how many operations have it, and the groups of those that do not declare its name."""

    def __init__(self, use: Use) -> None:
        self.use = use
        self.total = 0
        self.groups: list[_Group] = []

    @cached_property
    def names(self) -> _Names:
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
        self.labels = _labels(self.operations)
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
        edits = together(self._edits_of(operation.node) for operation in crowd.operations)
        return offer(f"declare {_counted(names)}", edits)

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
        return offer(f"write '{finding.variable}'", edits)
    if finding.meant is None:
        return declarations.fix(use.name, crowd)
    meant = f"{{{finding.meant}}}"
    edits = replace_in(use.node, use.offset, f"{{{use.name}}}", meant) if len(crowd.operations) == 1 else None
    return offer(f"write '{meant}'", edits)


def _counted(names: list[str]) -> str:
    if len(names) == 1:
        return f"the parameter '{names[0]}'"
    return f"the parameters {listed(names, 'and')}" if len(names) <= 5 else f"{len(names)} parameters"


def _labels(operations: list[Operation]) -> str:
    shown = ", ".join(f"'{operation.label}'" for operation in operations[:3])
    return shown + (f" and {len(operations) - 3} more" if len(operations) > 3 else "")


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
                finding.groups += [group for group in groups if _is_mistake(group.names, use)]
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


def _is_mistake(names: _Names, use: Use) -> bool:
    """Whether an operation with these names should declare that of a use and does not."""
    operation = names.operation
    if is_declared(operation, use.name) or _is_declared_misspelt(names, use.name):
        return False
    if operation.event and websocket.nearest_header(use.name):
        return False
    return not use.is_code or names.nearest(use.name, names.declared) is not None


def _is_declared_misspelt(names: _Names, name: str) -> bool:
    """Whether the path has this name and it is declared misspelt, which `unused-path-parameter` reports."""
    return name in names.in_path and names.nearest(name, names.strays) is not None


def is_declared(operation: Operation, name: str) -> bool:
    """Whether a parameter feeds `{name}`; names of headers are compared without regard to case."""
    return name in operation.declared.names or name.lower() in operation.declared.headers


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
            place = (node.place, offset)
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
            where = "" if len(lacking) == len(operations) else f" in {_labels(lacking)}"
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
    edits = together(declare(owner, declaration(name, "path")) for owner in owners)
    return offer(f"declare the parameter '{name}'", edits)


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
    known = _Names(operation)
    has_misspelt = not declared.issubset(known.in_path)
    return set() if has_misspelt else {name for name in lacking if not _is_used(known, name)}


def _is_used(names: _Names, name: str) -> bool:
    """Whether a name is substituted, so that `undeclared-substitution` reports it."""
    spec = names.operation.spec
    return any(
        _is_mistake(names, use)
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
    return parameter.place.get("$ref") or parameter.node.get("name") or parameter.place


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
        if name is not None and name.place not in seen:
            seen.add(name.place)
            due = parameter.name.removesuffix("+")
            fix = offer(f"write 'name: {due}'", replace_value(name, due), safe=True)
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
        if node.place in seen:
            continue
        required = node.get("required")
        if required is None and any(is_unknown_key(key) or nearest(key, ("required",)) for key in node.value):
            continue
        if required is None or required.value is False:
            seen.add(node.place)
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
                is_alias = other.place == parameter.place
                related = () if is_alias else ((_name_node(other), "first listed here"),)
                place = owner.get("parameters") if is_alias else _name_node(parameter)
                yield Problem(place, message, related=related)
