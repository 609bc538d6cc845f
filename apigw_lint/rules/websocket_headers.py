"""Rules about the headers of WebSocket events: as parameters that are declared, and in substitutions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import NamedTuple

from apigw_lint.bounds import MAX_NAMED_OPERATIONS
from apigw_lint.cached import cached_property
from apigw_lint.diagnostic import Consequence, Fix, Severity
from apigw_lint.fix.edits import combined, make_fix, replace_in, replace_value
from apigw_lint.gateway.operations import Operation
from apigw_lint.gateway.parameters import Parameter
from apigw_lint.gateway.spec import Spec
from apigw_lint.gateway.substitution import Use
from apigw_lint.gateway.websocket import (
    CONNECTION_ID,
    EVENT_HEADERS,
    MEANINGS,
    PREFIX,
    is_header,
    known_header,
    nearest_header,
)
from apigw_lint.rules.parameter_fixes import declare_parameters, make_required, parameter_object
from apigw_lint.rules.rule import Problem, rule
from apigw_lint.source.tree import Node
from apigw_lint.spelling import listed


class _SharedIntegration(NamedTuple):
    """The operations that have the same integration, and its substitutions that name WebSocket headers."""

    operations: list[Operation]
    uses: list[Use]


def _by_integration(spec: Spec, operations: Iterable[Operation]) -> Iterable[_SharedIntegration]:
    """The operations by their integrations, those of events apart: what is shared is looked at once."""
    shared: dict[tuple[int, bool], _SharedIntegration] = {}
    for operation in operations:
        for integration in operation.own_integrations or (None,):
            key = (id(integration.value) if integration else 0, operation.event is None)
            if key not in shared:
                shared[key] = _SharedIntegration([], list(_header_uses(spec, operation, integration)))
            shared[key].operations.append(operation)
    return shared.values()


def _header_uses(spec: Spec, operation: Operation, integration: Node | None) -> Iterator[Use]:
    """The substitutions of an operation's integration that name WebSocket headers, misspelt ones included."""
    for use in spec.substitutions.of(integration) if integration else ():
        if is_header(use.name) or (operation.event and nearest_header(use.name)):
            yield use


def _headers_in_words(event: str | None) -> str:
    """Which headers an event has, as the end of a message."""
    names = [name.removeprefix(PREFIX) for name in EVENT_HEADERS[event or ""]]
    return f"of '{PREFIX}...', {event} events have {listed(names, 'and')}"


@rule(Severity.ERROR, Consequence.BROKEN, fixes="safe or unsafe")
def websocket_parameter(spec: Spec) -> Iterator[Problem]:
    """A WebSocket header that is substituted but not declared correctly.

    The gateway passes the connection id and other values in `X-Yc-Apigateway-Websocket-...` headers. To substitute one,
    declare it as a parameter with that name, `in: header` and `required: true`. Otherwise
    `{X-Yc-Apigateway-Websocket-Connection-Id}` is sent literally.

    Bad:
        /chat:
          x-yc-apigateway-websocket-message:
            x-yc-apigateway-integration:
              type: dummy
              http_code: 200
              content:
                text/plain: 'You are {X-Yc-Apigateway-Websocket-Connection-Id}'

    Good:
        /chat:
          x-yc-apigateway-websocket-message:
            parameters:
              - name: X-Yc-Apigateway-Websocket-Connection-Id
                in: header
                required: true
                schema: {type: string}
            x-yc-apigateway-integration:
              type: dummy
              http_code: 200
              content:
                text/plain: 'You are {X-Yc-Apigateway-Websocket-Connection-Id}'

    See: https://yandex.cloud/en/docs/api-gateway/concepts/extensions/websocket
    """
    undeclared: dict[tuple[object, ...], tuple[Use, list[_UndeclaredHeader]]] = {}
    seen = set()
    for shared in _by_integration(spec, spec.websocket_operations):
        substituted = frozenset(header for use in shared.uses if (header := known_header(use.name)))
        for operation in shared.operations:
            key = (id(operation.parameters), operation.event, substituted)
            if key not in seen:
                seen.add(key)
                yield from _unknown_parameters(operation)
                yield from _wrong_parameters(operation, substituted)
        for use, undeclared_header in _undeclared_headers(shared):
            undeclared.setdefault((use.node.raw_span, use.offset), (use, []))[1].append(undeclared_header)
    for use, headers in undeclared.values():
        yield _undeclared_problem(use, _UndeclaredHeader.merged(use, headers))


class _UndeclaredHeader:
    """A header, the first of its uses, and the operations that do not declare it."""

    def __init__(self, use: Use, operations: list[Operation]) -> None:
        self.use = use
        self.operations = operations

    @classmethod
    def merged(cls, use: Use, headers: list[_UndeclaredHeader]) -> _UndeclaredHeader:
        """The same header with the operations of all, for one of its uses when there are several."""
        if len(headers) == 1:
            return headers[0]
        return cls(use, [operation for header in headers for operation in header.operations])

    @cached_property
    def fix(self) -> Fix | None:
        """The declarations that are missing, in all operations at once."""
        name = known_header(self.use.name) or self.use.name
        parameter = parameter_object(name, "header", required=True, description=MEANINGS.get(name, ""))
        edits = combined(declare_parameters(operation.node, parameter) for operation in self.operations)
        return make_fix(f"declare the parameter '{name}'", edits, safe=True)

    @property
    def operations_in_words(self) -> str:
        """The operations, of many the first ones and the number of the others."""
        labels = [f"'{operation.label}'" for operation in self.operations[:MAX_NAMED_OPERATIONS]]
        more = len(self.operations) - MAX_NAMED_OPERATIONS
        return f"{', '.join(labels)} and {more} more" if more > 0 else " and ".join(labels)


def _undeclared_headers(shared: _SharedIntegration) -> Iterator[tuple[Use, _UndeclaredHeader]]:
    """The uses of headers that some operations do not declare as they must."""
    headers: dict[str, _UndeclaredHeader] = {}
    for use in shared.uses:
        name = known_header(use.name)
        header = headers.get(name or use.name)
        if header is None:
            operations = (operation for operation in shared.operations if _is_undeclared(operation, use))
            # One operation is enough where the name is wrong in all.
            first = list(operations if name else islice(operations, 1))
            header = headers[name or use.name] = _UndeclaredHeader(use, first)
        if header.operations:
            yield use, header


def _is_undeclared(operation: Operation, use: Use) -> bool:
    """Whether a use names a header that does not exist, or one of the event that nothing declares."""
    header = known_header(use.name)
    if header is None:
        return _declared_parameter(operation, use.name) is None
    return (
        header in EVENT_HEADERS[operation.event or ""]
        and not _declared_parameter(operation, header)
        and not operation.has_unknown_parameters
        and not _is_declared_misspelt(operation, header)
    )


def _declared_parameter(operation: Operation, header: str) -> Parameter | None:
    name = header.lower()
    return next((parameter for parameter in operation.parameters if parameter.name.lower() == name), None)


def _is_declared_misspelt(operation: Operation, header: str) -> bool:
    names = (parameter.name for parameter in operation.parameters)
    return any(known_header(name) is None and nearest_header(name) == header for name in names)


def _undeclared_problem(use: Use, header: _UndeclaredHeader) -> Problem:
    text = f"{{{use.name}}}"
    at = use.node.find(text, use.offset)
    name = known_header(use.name)
    if name is None:
        suggestion = nearest_header(use.name)
        edits = replace_in(use.node, use.offset, text, f"{{{suggestion}}}") if suggestion else None
        hint = (
            f", did you mean '{{{suggestion}}}'?"
            if suggestion
            else f": {_headers_in_words(header.operations[0].event)}"
        )
        message, fix = f"'{use.name}' is not a WebSocket header", make_fix(f"write '{{{suggestion}}}'", edits)
        return Problem(use.node, message, hint=hint, at=at, fix=fix)
    hint = (
        f" in {header.operations_in_words}: '{text}' is sent literally; "
        "add it to 'parameters' with 'in: header' and 'required: true'"
    )
    first = header.operations[:MAX_NAMED_OPERATIONS]
    related = tuple((operation.node, "the parameter is missing here") for operation in first)
    # Only the first use has a fix of many operations: it repairs the other uses too.
    fix = header.fix if use is header.use or len(header.operations) <= MAX_NAMED_OPERATIONS else None
    return Problem(use.node, f"parameter '{name}' is not declared", hint=hint, at=at, fix=fix, related=related)


def _unknown_parameters(operation: Operation) -> Iterator[Problem]:
    """The parameters that name headers which no event has."""
    for parameter in operation.parameters:
        suggestion = nearest_header(parameter.name)
        node = parameter.node.get("name")
        if node is None or known_header(parameter.name) or not (suggestion or is_header(parameter.name)):
            continue
        hint = f", did you mean '{suggestion}'?" if suggestion else f": {_headers_in_words(operation.event)}"
        fix = make_fix(f"write '{suggestion}'", replace_value(node, suggestion)) if suggestion else None
        yield Problem(node, f"'{parameter.name}' is not a WebSocket header", hint=hint, fix=fix)


def _wrong_parameters(operation: Operation, substituted: frozenset[str]) -> Iterator[Problem]:
    """The headers of an event that are declared as something else, or as optional though they are substituted."""
    for parameter in operation.parameters:
        header = known_header(parameter.name)
        if header and header in EVENT_HEADERS.get(operation.event or "", ()):
            yield from _wrong_parameter(parameter, header in substituted)


def _wrong_parameter(parameter: Parameter, is_substituted: bool) -> Iterator[Problem]:
    node = parameter.node
    location, required = node.get("in"), node.get("required")
    if location is not None and location.value in ("query", "path", "cookie"):
        message = f"'{parameter.name}' is a header: write 'in: header', or it gets no value"
        fix = make_fix("write 'in: header'", replace_value(location, "header"), safe=True)
        yield Problem(location, message, fix=fix)
    elif is_substituted and (required is None or required.value is False):
        message = f"'{parameter.name}' must have 'required: true' to be substituted"
        yield Problem(required or node, message, fix=make_required(node))


@rule(Severity.ERROR, Consequence.BROKEN)
def unavailable_websocket_header(spec: Spec) -> Iterator[Problem]:
    """A WebSocket header that this operation never receives.

    Each event has its own headers: a connect event has no message id, a message event has no disconnect reason, and an
    ordinary HTTP operation has none of them.

    Bad:
        /chat:
          x-yc-apigateway-websocket-message:
            parameters:
              - name: X-Yc-Apigateway-Websocket-Disconnect-Reason
                in: header
                required: true
                schema: {type: string}
            x-yc-apigateway-integration: {type: dummy, http_code: 200}

    Good:
        /chat:
          x-yc-apigateway-websocket-message:
            parameters:
              - name: X-Yc-Apigateway-Websocket-Message-Id
                in: header
                required: true
                schema: {type: string}
            x-yc-apigateway-integration: {type: dummy, http_code: 200}

    See: https://yandex.cloud/en/docs/api-gateway/concepts/extensions/websocket
    """
    for shared in _by_integration(spec, spec.operations) if spec.mentions_websocket else ():
        for operation in shared.operations:
            for parameter in operation.own_parameters:
                if (header := known_header(parameter.name)) and _is_unavailable(operation, header):
                    yield Problem(parameter.node.get("name"), _unavailable_message(operation, header))
        for use, messages in _unavailable_uses(shared):
            at = use.node.find(f"{{{use.name}}}", use.offset)
            yield from (Problem(use.node, message, at=at) for message in messages)


def _unavailable_uses(shared: _SharedIntegration) -> Iterator[tuple[Use, list[str]]]:
    """The uses of headers that operations never get, and the messages; of many operations only about the first."""
    messages_of: dict[str, list[str]] = {}
    for use in shared.uses:
        if header := known_header(use.name):
            if header not in messages_of:
                operations = (operation for operation in shared.operations if _is_never_filled_in(operation, header))
                messages = dict.fromkeys(_unavailable_message(operation, header) for operation in operations)
                messages_of[header] = list(islice(messages, MAX_NAMED_OPERATIONS))
            yield use, messages_of[header]


def _is_unavailable(operation: Operation, header: str) -> bool:
    return operation.has_known_method and header not in EVENT_HEADERS.get(operation.event or "", ())


def _is_never_filled_in(operation: Operation, header: str) -> bool:
    """Whether an operation never gets a header, and does not declare it either, which is reported there."""
    is_declared = any(known_header(parameter.name) == header for parameter in operation.own_parameters)
    return _is_unavailable(operation, header) and not is_declared


def _unavailable_message(operation: Operation, header: str) -> str:
    if operation.event is None:
        return f"'{header}' is sent only with WebSocket events, not with '{operation.label}'"
    return f"{operation.event} events do not carry '{header}': {_headers_in_words(operation.event)}"


@rule(Severity.WARNING, Consequence.STYLE, default=False)
def undeclared_connection_id(spec: Spec) -> Iterator[Problem]:
    """A WebSocket operation that does not declare the connection id.

    An integration that substitutes nothing does not need the declaration, so this rule is off by default. With it,
    every WebSocket operation shows that it works on a connection.

    Bad:
        /chat:
          x-yc-apigateway-websocket-message:
            x-yc-apigateway-integration: {type: dummy, http_code: 200}

    Good:
        /chat:
          x-yc-apigateway-websocket-message:
            parameters:
              - name: X-Yc-Apigateway-Websocket-Connection-Id
                in: header
                required: true
                schema: {type: string}
            x-yc-apigateway-integration: {type: dummy, http_code: 200}

    See: https://yandex.cloud/en/docs/api-gateway/concepts/extensions/websocket
    """
    for operation in spec.websocket_operations:
        if not operation.has_unknown_parameters and not _declared_parameter(operation, CONNECTION_ID):
            yield Problem(operation.node, f"operation '{operation.label}' does not declare '{CONNECTION_ID}'")
