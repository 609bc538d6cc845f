"""Rules about WebSocket operations."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import islice
from typing import NamedTuple

from apigw_lint.diagnostic import Consequence, Fix, Severity
from apigw_lint.fix.edits import combined, make_fix, replace_in, replace_value
from apigw_lint.gateway.kinds import EXTENSIONS
from apigw_lint.gateway.spec import Operation, Parameter, Spec
from apigw_lint.gateway.substitution import Use
from apigw_lint.gateway.websocket import (
    CONNECTION_ID,
    EVENT_HEADERS,
    PREFIX,
    is_header,
    known_header,
    nearest_header,
)
from apigw_lint.rules.repair import declaration, declare, made_required
from apigw_lint.rules.rule import Problem, rule
from apigw_lint.source.placeholder import is_unknown_key
from apigw_lint.source.tree import Node, Sequence
from apigw_lint.spelling import listed, nearest

_MESSAGE = "x-yc-apigateway-websocket-message"
_SHOWN = 10
"""How many of the operations that share an integration a finding tells of."""


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
    judged = set()
    for operation in spec.websocket_operations:
        item = operation.path_item
        if item.identity in judged:
            continue
        judged.add(item.identity)
        if _MESSAGE not in item.value and not any(is_unknown_key(key) or _is_misspelt(key) for key in item.value):
            message = f"'{operation.path}' has no '{_MESSAGE}': without it the path does not speak WebSocket"
            yield Problem(operation.node, message)


def _is_misspelt(key: str) -> bool:
    """Whether a key is the message operation misspelt, which `unknown-extension` reports."""
    return key.startswith("x-yc-") and key not in EXTENSIONS and nearest(key, tuple(EXTENSIONS)) == _MESSAGE


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
    lacking: dict[tuple[object, ...], tuple[Use, list[_Lack]]] = {}
    judged = set()
    for group in _groups(spec.websocket_operations):
        substituted = frozenset(header for use in group.uses if (header := known_header(use.name)))
        for operation in group.operations:
            key = (id(operation.parameters), operation.event, substituted)
            if key not in judged:
                judged.add(key)
                yield from _misspelt_parameters(operation)
                yield from _misdeclared_parameters(operation, substituted)
        for use, lack in _lacks(group):
            lacking.setdefault((use.node.raw_span, use.offset), (use, []))[1].append(lack)
    for use, lacks in lacking.values():
        yield _undeclared(
            use, lacks[0] if len(lacks) == 1 else _Lack(use, [o for lack in lacks for o in lack.operations])
        )


class _Group(NamedTuple):
    """The operations that have the same integration, and its substitutions that mean WebSocket headers."""

    operations: list[Operation]
    uses: list[Use]


def _groups(operations: Iterable[Operation]) -> Iterable[_Group]:
    """The operations by their integrations, those of events apart: what is shared is looked at once."""
    found: dict[tuple[int, bool], _Group] = {}
    for operation in operations:
        integration = operation.integration
        key = (id(integration.node.value) if integration else 0, operation.event is None)
        group = found.get(key)
        if group is None:
            group = found[key] = _Group([], list(_uses(operation)))
        group.operations.append(operation)
    return found.values()


def _uses(operation: Operation) -> Iterator[Use]:
    """The substitutions of an operation that mean WebSocket headers, misspelt ones included."""
    integration = operation.integration
    for use in operation.spec.substitutions(integration.node) if integration else ():
        if is_header(use.name) or (operation.event and nearest_header(use.name)):
            yield use


class _Lack:
    """A header that operations do not declare, and the first of its uses."""

    def __init__(self, use: Use, operations: list[Operation]) -> None:
        self.use = use
        self.operations = operations

    @cached_property
    def fix(self) -> Fix | None:
        """The declarations that are missing, in all operations at once."""
        header = known_header(self.use.name) or self.use.name
        wanted = declaration(header, "header", required=True)
        edits = combined(declare(operation.node, wanted) for operation in self.operations)
        return make_fix(f"declare the parameter '{header}'", edits, safe=True)

    @property
    def labels(self) -> str:
        """The operations in words, of many the first ones and the number of the others."""
        labels = [f"'{operation.label}'" for operation in self.operations[:_SHOWN]]
        more = len(self.operations) - _SHOWN
        return f"{', '.join(labels)} and {more} more" if more > 0 else " and ".join(labels)


def _lacks(group: _Group) -> Iterator[tuple[Use, _Lack]]:
    """The uses of a group that name a header which some of its operations do not declare as they must."""
    lacks: dict[str, _Lack] = {}
    for use in group.uses:
        header = known_header(use.name)
        lack = lacks.get(header or use.name)
        if lack is None:
            undeclared = (operation for operation in group.operations if _is_undeclared(operation, use))
            # One operation is enough where the name is wrong in all.
            lack = lacks[header or use.name] = _Lack(use, list(undeclared if header else islice(undeclared, 1)))
        if lack.operations:
            yield use, lack


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


def _undeclared(use: Use, lack: _Lack) -> Problem:
    text = f"{{{use.name}}}"
    at = use.node.find(text, use.offset)
    header = known_header(use.name)
    if header is None:
        close = nearest_header(use.name)
        hint = f", did you mean '{{{close}}}'?" if close else f": {_carried(lack.operations[0])}"
        edits = replace_in(use.node, use.offset, text, f"{{{close}}}") if close else None
        fix = make_fix(f"write '{{{close}}}'", edits)
        return Problem(use.node, f"'{use.name}' is no header of WebSocket events{hint}", at=at, fix=fix)
    message = (
        f"parameter '{header}' is not declared in {lack.labels}, so the text '{text}' itself is sent: "
        "add it to 'parameters' with 'in: header' and 'required: true'"
    )
    shown = lack.operations[:_SHOWN]
    related = tuple((operation.node, "this operation lacks the parameter") for operation in shown)
    # A fix of many operations stands at the first use only: there it repairs the other uses too.
    fix = lack.fix if use is lack.use or len(lack.operations) <= _SHOWN else None
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
        fix = make_fix(f"write '{close}'", replace_value(name, close)) if close else None
        yield Problem(name, f"'{parameter.name}' is no header of WebSocket events{hint}", fix=fix)


def _carried(operation: Operation) -> str:
    """Which headers an event has, in words."""
    names = [name.removeprefix(PREFIX) for name in EVENT_HEADERS[operation.event or ""]]
    return f"of '{PREFIX}...' a {operation.event} event has {listed(names, 'and')}"


def _misdeclared_parameters(operation: Operation, substituted: frozenset[str]) -> Iterator[Problem]:
    """The headers of an event that are declared as something else, or as optional though they are substituted."""
    for parameter in operation.parameters:
        header = known_header(parameter.name)
        if header and header in EVENT_HEADERS.get(operation.event or "", ()):
            yield from _misdeclared(parameter, header in substituted)


def _misdeclared(parameter: Parameter, is_substituted: bool) -> Iterator[Problem]:
    node = parameter.node
    location, required = node.get("in"), node.get("required")
    if location is not None and location.value in ("query", "path", "cookie"):
        message = f"'{parameter.name}' comes as a header: write 'in: header', or it is never filled in"
        fix = make_fix("write 'in: header'", replace_value(location, "header"), safe=True)
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
    for group in _groups(spec.operations) if spec.mentions_websocket else ():
        for operation in group.operations:
            for parameter in operation.own_parameters:
                if (header := known_header(parameter.name)) and _is_unavailable(operation, header):
                    yield Problem(parameter.node.get("name"), _unavailable(operation, header))
        for use, messages in _unavailable_uses(group):
            at = use.node.find(f"{{{use.name}}}", use.offset)
            yield from (Problem(use.node, message, at=at) for message in messages)


def _unavailable_uses(group: _Group) -> Iterator[tuple[Use, list[str]]]:
    """The uses of headers that operations never get, and what to say; of many operations only about the first."""
    known: dict[str, list[str]] = {}
    for use in group.uses:
        if header := known_header(use.name):
            if header not in known:
                messages = (_unavailable(one, header) for one in group.operations if _is_used_in_vain(one, header))
                known[header] = list(islice(dict.fromkeys(messages), _SHOWN))
            yield use, known[header]


def _is_unavailable(operation: Operation, header: str) -> bool:
    return header not in EVENT_HEADERS.get(operation.event or "", ())


def _is_used_in_vain(operation: Operation, header: str) -> bool:
    """Whether an operation never gets a header, and does not declare it either, which is reported there."""
    is_declared = any(known_header(one.name) == header for one in operation.own_parameters)
    return _is_unavailable(operation, header) and not is_declared


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
