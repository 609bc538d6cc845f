"""Rules about parameters and the `{name}` that they are substituted for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from apigw_lint.diagnostic import Consequence, Fix, Severity
from apigw_lint.edit import offer, replace_in, replace_value, together
from apigw_lint.nearest import listed, nearest, only_nearest
from apigw_lint.rules.repair import declaration, declare, made_required
from apigw_lint.rules.rule import Problem, rule
from apigw_lint.source.placeholder import is_unknown_key
from apigw_lint.source.text import Span
from apigw_lint.source.tree import Node
from apigw_lint.spec import websocket
from apigw_lint.spec.model import Operation, Parameter, Spec
from apigw_lint.spec.routing import parameter_names
from apigw_lint.spec.schema import fields_of
from apigw_lint.spec.substitution import LEGACY_TYPES, SUBSTITUTED_FIELDS, Use, names


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
    due = _due(spec, findings)
    for finding in findings:
        use, users = finding.use, finding.operations
        severity = Severity.WARNING if use.is_free_text else None
        text = f"{{{use.name}}}"
        related: tuple[tuple[Node, str], ...] = ()
        where = ""
        if finding.total > 1:
            where = f" in {_labels(users)}"
            related = tuple((operation.node, "used here") for operation in users[:10])
        message = f"no parameter '{use.name}' is declared{where}: '{text}' goes out as it stands{_hint(finding)}"
        at = use.node.find(text, use.offset)
        yield Problem(use.node, message, at=at, fix=_repaired(finding, due), severity=severity, related=related)


def _repaired(finding: _Finding, due: dict[Node, dict[str, str]]) -> Fix | None:
    """A misspelt name put right, or else declared; not in free text, where braces may be meant."""
    use, users = finding.use, finding.operations
    if use.is_free_text:
        return None
    if variable := _variable(finding):
        return offer(f"write '{variable}'", replace_in(use.node, use.offset, f"{{{use.name}}}", variable))
    close = _meant(finding)
    if close:
        is_clear = len(users) == 1 and only_nearest(use.name, _candidates(users[0])) in (close, None)
        edits = replace_in(use.node, use.offset, f"{{{use.name}}}", f"{{{close}}}") if is_clear else None
        return offer(f"write '{{{close}}}'", edits)
    places = [due.get(user.node, {}) for user in users]
    if not all(use.name in names for names in places):
        return None
    edits = together(
        declare(user.node, *(declaration(*one) for one in names.items()))
        for user, names in zip(users, places, strict=True)
    )
    return offer(f"declare {_counted(dict.fromkeys(name for names in places for name in names))}", edits)


def _counted(found: Iterable[str]) -> str:
    shown = list(found)
    if len(shown) == 1:
        return f"the parameter '{shown[0]}'"
    return f"the parameters {listed(shown, 'and')}" if len(shown) <= 5 else f"{len(shown)} parameters"


def _due(spec: Spec, findings: list[_Finding]) -> dict[Node, dict[str, str]]:
    """For each operation the parameters that it must declare, and where each is: all at once, or some would
    be taken for others misspelt."""
    due: dict[Node, dict[str, str]] = {}
    for finding in findings if spec.is_openapi_3_0 else ():
        name = finding.use.name
        if not finding.use.is_free_text and not name.endswith("+") and not _meant(finding):
            for user in finding.operations:
                due.setdefault(user.node, {})[name] = "path" if _has_in_path(user, name) else "query"
    return due


def _meant(finding: _Finding) -> str | None:
    """The declared name, or name of the path, that an undeclared one most likely stands for."""
    name, user = finding.use.name, finding.operations[0]
    if name.endswith("+") and is_declared(user, name[:-1]):
        return name[:-1]
    return None if _has_in_path(user, name) else nearest(name, _candidates(user))


def _variable(finding: _Finding) -> str | None:
    """How the gateway's variable is written that lacks its `$`."""
    kind, _, name = finding.use.name.partition(".")
    spec = finding.operations[0].spec
    close = name if name in spec.variables else nearest(name, spec.variables)
    return f"{'$$' if spec.is_escaped else '$'}{{var.{close}}}" if kind == "var" and close else None


def _candidates(operation: Operation) -> list[str]:
    in_path = [name.removesuffix("+") for name in parameter_names(operation.path)]
    return list(dict.fromkeys((*_names(operation), *in_path)))


def _has_in_path(operation: Operation, name: str) -> bool:
    return f"{{{name}}}" in operation.path or f"{{{name}+}}" in operation.path


def _labels(operations: list[Operation]) -> str:
    shown = ", ".join(f"'{operation.label}'" for operation in operations[:3])
    return shown + (f" and {len(operations) - 3} more" if len(operations) > 3 else "")


class _Finding:
    def __init__(self, use: Use) -> None:
        self.use = use
        self.total = 0
        self.operations: list[Operation] = []


def _undeclared(spec: Spec) -> list[_Finding]:
    """The uses that some operation does not declare; of a shared integration, with all that do not."""
    findings: dict[tuple[object, ...], _Finding] = {}
    shared: set[int] = set()
    seen: set[int] = set()
    for operation in spec.operations:
        for integration in operation.integrations:
            (shared if id(integration.value) in seen else seen).add(id(integration.value))
    for operation in spec.operations:
        for use in _questionable(spec, operation, shared):
            if operation.has_unknown_parameters or websocket.is_header(use.name):
                continue
            finding = findings.setdefault((use.node.raw_span, use.offset), _Finding(use))
            finding.total += 1
            if _is_mistake(operation, use):
                finding.operations.append(operation)
    return [finding for finding in findings.values() if finding.operations]


def _questionable(spec: Spec, operation: Operation, shared: set[int]) -> Iterator[Use]:
    """The uses of an operation, but not where all names are plainly declared and nobody else uses the integration."""
    for integration in operation.integrations:
        uses = spec.substitutions(integration)
        is_fine = all(use.name in operation.declared_names for use in uses)
        if not is_fine or id(integration.value) in shared:
            yield from uses


def _is_mistake(operation: Operation, use: Use) -> bool:
    if is_declared(operation, use.name) or _is_declared_misspelt(operation, use.name):
        return False
    if operation.event and websocket.nearest_header(use.name):
        return False
    return not use.is_code or nearest(use.name, _names(operation)) is not None


def _is_declared_misspelt(operation: Operation, name: str) -> bool:
    """Whether the path has this name and it is declared misspelt, which `unused-path-parameter` reports."""
    in_path = [one.removesuffix("+") for one in parameter_names(operation.path)]
    return name in in_path and any(
        one.location == "path" and one.name not in in_path and nearest(one.name, [name]) for one in operation.parameters
    )


def is_declared(operation: Operation, name: str) -> bool:
    """Whether a parameter feeds `{name}`; names of headers are compared without regard to case."""
    return name in operation.declared_names or name.lower() in operation.declared_headers


def _names(operation: Operation) -> list[str]:
    return [parameter.name for parameter in operation.parameters]


def _hint(finding: _Finding) -> str:
    name, operation = finding.use.name, finding.operations[0]
    if name.endswith("+") and is_declared(operation, name[:-1]):
        return f", write '{{{name[:-1]}}}': the plus belongs to the path alone"
    if _has_in_path(operation, name):
        return f"; the path has it, but 'parameters' must declare '{name}' too"
    if variable := _variable(finding):
        return f", a variable is written '{variable}'"
    close = nearest(name, _names(operation))
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
    seen = set()
    for operation in spec.operations:
        for integration in operation.integrations:
            kind = integration.text("type") or ""
            kind = LEGACY_TYPES.get(kind, kind)
            for node, name, offset in _in_fixed_fields(integration, kind):
                if is_declared(operation, name) and (node.place, offset) not in seen:
                    seen.add((node.place, offset))
                    message = f"nothing is substituted in {_where(node, kind)}: '{{{name}}}' goes out as it stands"
                    yield Problem(node, message, at=node.find(f"{{{name}}}", offset))


def _in_fixed_fields(integration: Node, kind: str) -> Iterator[tuple[Node, str, int]]:
    """Every `{name}` in the documented fields without substitution, and its offset."""
    substituted = SUBSTITUTED_FIELDS.get(kind, ())
    for field, value in integration.value.items():
        if isinstance(value, str) and "{" in value and field not in substituted and field in fields_of(kind):
            for name, offset in names(value):
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
        for name in dict.fromkeys(parameter_names(path)):
            lacking = [operation for operation in operations if _lacks(operation, name)]
            if name.endswith("+") or not lacking:
                continue
            where = "" if len(lacking) == len(operations) else f" in {_labels(lacking)}"
            place = _path_node(spec, path)
            key_span = place.key_span
            at = place.tree.source.text.find(f"{{{name}}}", key_span.start, key_span.end) if key_span else -1
            span = Span(at, at + len(name) + 2) if at >= 0 else key_span
            related = tuple((operation.node, "it lacks the parameter") for operation in lacking[:5]) if where else ()
            message = f"no parameter declares '{{{name}}}' of this path{where}{_elsewhere(lacking[0], name)}"
            fix = _declared_in_path(operations, lacking, name)
            yield Problem(place, message, at=span, fix=fix, related=related)


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


def _lacks(operation: Operation, name: str) -> bool:
    """Whether a name of the path is not declared, and no other rule says so already."""
    elsewhere = ("query", "header", "cookie")
    in_path = [one.name.removesuffix("+") for one in operation.parameters if one.location not in elsewhere]
    if name in in_path or operation.has_unknown_parameters:
        return False
    keys = operation.node.value
    if any(is_unknown_key(key) or (key != "parameters" and nearest(key, ("parameters",))) for key in keys):
        return False
    in_its_place = [
        one for one in in_path if f"{{{one}}}" not in operation.path and f"{{{one}+}}" not in operation.path
    ]
    uses = (use for one in operation.integrations for use in operation.spec.substitutions(one))
    return not in_its_place and not any(use.name == name and _is_mistake(operation, use) for use in uses)


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
    found: dict[Node, list[_Stray]] = {}
    for path, parameter, declared in spec.listings:
        if parameter.location != "path":
            continue
        known = [name.removesuffix("+") for name in parameter_names(path)]
        if parameter.name.removesuffix("+") not in known:
            free = [name for name in known if name not in declared]
            close = nearest(parameter.name, free) or (free[0] if len(free) == 1 else None)
            found.setdefault(_name_node(parameter), []).append(_Stray(path, parameter.name, close))
    for node, strays in found.items():
        stray = strays[0]
        others = f"'{strays[1].path}'" if len(strays) == 2 else f"{len(strays) - 1} more"
        subject = f"the path '{stray.path}' has" if len(strays) == 1 else f"the paths '{stray.path}' and {others} have"
        hint = f", did you mean '{stray.close}'?" if stray.close else ""
        yield Problem(node, f"{subject} no '{{{stray.name}}}'{hint}")


class _Stray(NamedTuple):
    path: str
    name: str
    close: str | None


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
    for _, parameter, _ in spec.listings:
        is_greedy = parameter.location == "path" and parameter.name.endswith("+")
        name = parameter.node.get("name") if is_greedy else None
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
    for path, parameter, _ in spec.listings:
        node = parameter.node
        is_named = f"{{{parameter.name}}}" in path and not parameter.name.endswith("+")
        if parameter.location != "path" or not is_named or node.place in seen:
            continue
        required = node.get("required")
        if required is None and any(is_unknown_key(key) or nearest(key, ("required",)) for key in node.value):
            continue
        if required is None or required.value is False:
            seen.add(node.place)
            message = f"the path parameter '{parameter.name}' must have 'required: true'"
            yield Problem(required or node, message, fix=made_required(node))


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
        if id(owner.value) in seen:
            continue
        seen.add(id(owner.value))
        first: dict[tuple[str, str | None], Parameter] = {}
        for parameter in spec.listed_parameters(owner).known:
            name = parameter.name.lower() if parameter.location == "header" else parameter.name
            other = first.setdefault((name, parameter.location), parameter)
            if other is not parameter and parameter.location:
                message = f"the {parameter.location} parameter '{parameter.name}' is listed twice"
                is_alias = other.place == parameter.place
                related = () if is_alias else ((_name_node(other), "first listed here"),)
                place = owner.get("parameters") if is_alias else _name_node(parameter)
                yield Problem(place, message, related=related)
