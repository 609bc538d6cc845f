"""Rules about WebSocket operations."""

from __future__ import annotations

from collections.abc import Iterator

from apigw_lint.diagnostic import Consequence, Severity
from apigw_lint.edit import offer, replace_in, replace_value, together
from apigw_lint.nearest import listed, nearest
from apigw_lint.rules.repair import declaration, declare, made_required
from apigw_lint.rules.rule import Problem, rule
from apigw_lint.source.placeholder import is_unknown_key
from apigw_lint.source.tree import Node, Sequence
from apigw_lint.spec.model import Operation, Parameter, Spec
from apigw_lint.spec.places import EXTENSIONS
from apigw_lint.spec.substitution import Use
from apigw_lint.spec.websocket import (
    CONNECTION_ID,
    EVENT_HEADERS,
    PREFIX,
    is_header,
    known_header,
    nearest_header,
)

_MESSAGE = "x-yc-apigateway-websocket-message"


@rule(Severity.ERROR, Consequence.BROKEN)
def missing_websocket_message(spec: Spec) -> Iterator[Problem]:
    """A path with a WebSocket `connect` or `disconnect` operation and none for messages.

    Only `x-yc-apigateway-websocket-message` makes a path speak WebSocket. Without it no connection opens,
    and the other two are never called.

    Bad:
        /chat:
          x-yc-apigateway-websocket-connect:
            x-yc-apigateway-integration: {type: dummy, http_code: 200}

    Good:
        /chat:
          x-yc-apigateway-websocket-connect:
            x-yc-apigateway-integration: {type: dummy, http_code: 200}
          x-yc-apigateway-websocket-message:
            x-yc-apigateway-integration: {type: dummy, http_code: 200}

    See: https://yandex.cloud/en/docs/api-gateway/concepts/extensions/websocket
    """
    reported = set()
    for operation in spec.websocket_operations:
        item = operation.path_item
        is_complete = _MESSAGE in item.value or any(is_unknown_key(key) or _is_misspelt(key) for key in item.value)
        if not is_complete and item.place not in reported:
            reported.add(item.place)
            message = f"'{operation.path}' has no '{_MESSAGE}': without it the path does not speak WebSocket"
            yield Problem(operation.node, message)


def _is_misspelt(key: str) -> bool:
    """Whether a key is the message operation misspelt, which `unknown-extension` reports."""
    return key.startswith("x-yc-") and key not in EXTENSIONS and nearest(key, EXTENSIONS) == _MESSAGE


@rule(Severity.ERROR, Consequence.BROKEN, fixes="safe or unsafe")
def websocket_parameter(spec: Spec) -> Iterator[Problem]:
    """A WebSocket header that is substituted and not declared as it must be.

    The gateway hands the connection id and the like to an operation in `X-Yc-Apigateway-Websocket-...` headers. To put
    one into a substitution, the operation declares it as a parameter: that name, `in: header` and
    `required: true`. Without that the text `{X-Yc-Apigateway-Websocket-Connection-Id}` itself goes out.

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
    lacking: dict[tuple[object, ...], tuple[Use, list[Operation]]] = {}
    for operation in spec.websocket_operations:
        used = list(_uses(operation))
        yield from _misspelt_parameters(operation)
        for use in used:
            if _is_undeclared(operation, use):
                lacking.setdefault((use.node.raw_span, use.offset), (use, []))[1].append(operation)
        names = {header for use in used if (header := known_header(use.name))}
        for parameter in operation.parameters:
            if (header := known_header(parameter.name)) and header in EVENT_HEADERS.get(operation.event or "", ()):
                yield from _misdeclared(parameter, header in names)
    for use, operations in lacking.values():
        yield _undeclared(use, operations)


def _uses(operation: Operation) -> Iterator[Use]:
    """The substitutions of an operation that mean WebSocket headers, misspelt ones included."""
    integration = operation.integration
    for use in operation.spec.substitutions(integration.node) if integration else ():
        if is_header(use.name) or (operation.event and nearest_header(use.name)):
            yield use


def _declared(operation: Operation, header: str) -> Parameter | None:
    same = (one for one in operation.parameters if one.name.lower() == header.lower())
    return next(same, None)


def _is_undeclared(operation: Operation, use: Use) -> bool:
    """Whether a use names a header that does not exist, or one of the event that nothing declares."""
    header = known_header(use.name)
    if header is None:
        return _declared(operation, use.name) is None
    return (
        header in EVENT_HEADERS[operation.event or ""]
        and not _declared(operation, header)
        and not operation.has_unknown_parameters
        and not _misspelt_declaration(operation, header)
    )


def _undeclared(use: Use, operations: list[Operation]) -> Problem:
    text = f"{{{use.name}}}"
    at = use.node.find(text, use.offset)
    header = known_header(use.name)
    if header is None:
        close = nearest_header(use.name)
        hint = f", did you mean '{{{close}}}'?" if close else f": {_carried(operations[0])}"
        edits = replace_in(use.node, use.offset, text, f"{{{close}}}") if close else None
        fix = offer(f"write '{{{close}}}'", edits)
        return Problem(use.node, f"'{use.name}' is no header of WebSocket events{hint}", at=at, fix=fix)
    labels = " and ".join(f"'{operation.label}'" for operation in operations)
    message = (
        f"parameter '{header}' is not declared in {labels}, so the text '{text}' itself is sent: "
        "add it to 'parameters' with 'in: header' and 'required: true'"
    )
    related = tuple((operation.node, "this operation lacks the parameter") for operation in operations)
    wanted = declaration(header, "header", required=True)
    edits = together(declare(operation.node, wanted) for operation in operations)
    fix = offer(f"declare the parameter '{header}'", edits, safe=True)
    return Problem(use.node, message, at=at, fix=fix, related=related)


def _misspelt_declaration(operation: Operation, header: str) -> bool:
    return any(known_header(one.name) is None and nearest_header(one.name) == header for one in operation.parameters)


def _misspelt_parameters(operation: Operation) -> Iterator[Problem]:
    for parameter in operation.parameters:
        close = nearest_header(parameter.name)
        name = parameter.node.get("name")
        if name is None or known_header(parameter.name) or not (close or is_header(parameter.name)):
            continue
        hint = f", did you mean '{close}'?" if close else f": {_carried(operation)}"
        fix = offer(f"write '{close}'", replace_value(name, close)) if close else None
        yield Problem(name, f"'{parameter.name}' is no header of WebSocket events{hint}", fix=fix)


def _carried(operation: Operation) -> str:
    """Which headers an event has, in words."""
    names = [name.removeprefix(PREFIX) for name in EVENT_HEADERS[operation.event or ""]]
    return f"of '{PREFIX}...' a {operation.event} event has {listed(names, 'and')}"


def _misdeclared(parameter: Parameter, is_substituted: bool) -> Iterator[Problem]:
    node = parameter.node
    location, required = node.get("in"), node.get("required")
    if location is not None and location.value in ("query", "path", "cookie"):
        message = f"'{parameter.name}' comes as a header: write 'in: header', or it is never filled in"
        fix = offer("write 'in: header'", replace_value(location, "header"), safe=True)
        yield Problem(location, message, fix=fix)
    elif is_substituted and (required is None or required.value is False):
        message = f"'{parameter.name}' must be declared with 'required: true' to be substituted"
        yield Problem(required or node, message, fix=made_required(node))


@rule(Severity.ERROR, Consequence.BROKEN)
def unavailable_websocket_header(spec: Spec) -> Iterator[Problem]:
    """A WebSocket header that this operation never gets.

    Each event carries its own headers: a connection that opens has no message id, a message has no reason for
    disconnecting, and an ordinary HTTP operation has none of them.

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
    for operation in spec.operations if spec.mentions_websocket else ():
        available = EVENT_HEADERS.get(operation.event or "", ())
        declared = set()
        for parameter in operation.own_parameters:
            header = known_header(parameter.name)
            if header and header not in available:
                declared.add(header)
                yield Problem(parameter.node.get("name"), _unavailable(operation, header))
        for use in _uses(operation):
            header = known_header(use.name)
            if header and header not in available and header not in declared:
                at = use.node.find(f"{{{use.name}}}", use.offset)
                yield Problem(use.node, _unavailable(operation, header), at=at)


def _unavailable(operation: Operation, header: str) -> str:
    if operation.event is None:
        return f"'{header}' comes with WebSocket events only, not with '{operation.label}'"
    return f"a {operation.event} event does not carry '{header}': {_carried(operation)}"


@rule(Severity.WARNING, Consequence.STYLE, default=False)
def undeclared_connection_id(spec: Spec) -> Iterator[Problem]:
    """A WebSocket operation that does not declare the connection id.

    An integration that substitutes nothing does not need the declaration, so this rule is off unless you switch
    it on. With it, every WebSocket operation says that it works on a connection.

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
        if not operation.has_unknown_parameters and not _declared(operation, CONNECTION_ID):
            yield Problem(operation.node, f"operation '{operation.label}' does not declare '{CONNECTION_ID}'")


@rule(Severity.WARNING, Consequence.IGNORED)
def ignored_websocket_security(spec: Spec) -> Iterator[Problem]:
    """`security` on a WebSocket message or disconnect operation.

    Authorizers run once, when a connection opens. What is required of single messages is not checked: write
    `security` on `x-yc-apigateway-websocket-connect`.

    Bad:
        paths:
          /chat:
            x-yc-apigateway-websocket-message:
              security: [{token: []}]
              x-yc-apigateway-integration: {type: dummy, http_code: 200}
        components:
          securitySchemes:
            token:
              type: http
              scheme: bearer
              x-yc-apigateway-authorizer: {type: function, function_id: d4e0123456789abcdefg}

    Good:
        paths:
          /chat:
            x-yc-apigateway-websocket-connect:
              security: [{token: []}]
              x-yc-apigateway-integration: {type: dummy, http_code: 200}
            x-yc-apigateway-websocket-message:
              x-yc-apigateway-integration: {type: dummy, http_code: 200}
        components:
          securitySchemes:
            token:
              type: http
              scheme: bearer
              x-yc-apigateway-authorizer: {type: function, function_id: d4e0123456789abcdefg}

    See: https://yandex.cloud/en/docs/api-gateway/concepts/extensions/websocket
    """
    for operation in spec.websocket_operations:
        security = operation.node.get("security")
        if operation.event in ("message", "disconnect") and _demands(security):
            message = f"'security' has no effect on a {operation.event} event: authorizers run when a connection opens"
            yield Problem(security, message)


def _demands(security: Node | None) -> bool:
    return security is not None and isinstance(security.value, Sequence) and any(security.value)
