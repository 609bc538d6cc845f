"""Owns which declared parameters `http` integrations do not send to their backends, though only these can need them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator

from apigw_lint.bounds import MAX_DECLARED, MAX_FORWARDED, MAX_SENT_COOKIES, MAX_SUGGESTIONS
from apigw_lint.cached import cached_property
from apigw_lint.diagnostic import Fix
from apigw_lint.fix.edits import combined, make_fix
from apigw_lint.gateway import websocket
from apigw_lint.gateway.operations import Operation
from apigw_lint.gateway.parameters import Parameter, is_upgrading
from apigw_lint.gateway.security_schemes import Credentials
from apigw_lint.gateway.spec import Spec
from apigw_lint.gateway.substitution import first_names
from apigw_lint.gateway.validators import may_check_parameters
from apigw_lint.rules.backend_requests import ALL, BackendRequest, Line
from apigw_lint.rules.operation_names import is_declared
from apigw_lint.source.tree import Mapping, Node
from apigw_lint.source.unknown import has_open_keys
from apigw_lint.spelling import nearest_of_each

_FIELDS = {"query": "query", "header": "headers", "cookie": "headers"}
"""By the location of a parameter, the field of an integration that sends it."""

_OWN_HEADERS = frozenset(("user-agent", "host", "connection", "content-length", "transfer-encoding"))
"""Headers that every request of the gateway has, without a word in the specification."""

_ANNOTATIONS = frozenset(("title", "description", "default", "example", "nullable", "deprecated", "externalDocs"))
"""Keys of a schema that allow every string."""


class DroppedParameter:
    """A declaration whose parameter does not reach the backend of some operations.

    `lines` are those that integrations lack; `is_always_dropped` tells whether it reaches no backend at all.
    """

    def __init__(self, parameter: Parameter) -> None:
        self.parameter = parameter
        self.operations: dict[int, Operation] = {}
        self.lines: list[Line] = []
        self.is_always_dropped = True

    @cached_property
    def fix(self) -> Fix | None:
        """The line that is missing, in all integrations at once that can have the same."""
        first = self.lines[0]
        edits = combined(line.edits for line in self.lines[:MAX_DECLARED] if line.text == first.text)
        return make_fix(f"add {first.text} to '{first.field}'", edits)


def dropped_parameters(spec: Spec, requests: Iterable[BackendRequest]) -> list[DroppedParameter]:
    """The parameters that only the backend can need and that some of these requests do not send."""
    dropped: dict[int, DroppedParameter] = {}
    uses: Counter[int] = Counter()
    needs = _BackendNeeds(spec)
    looked_at = 0
    for request in requests:
        if not request.is_known:
            continue
        dropped_here: dict[int, Parameter] = {}
        for operation in request.operations:
            if operation.key == "options":
                continue  # a preflight request brings none of them
            looked_at += len(operation.parameters)
            if looked_at > MAX_FORWARDED:
                break
            uses.update(id(parameter.node.value) for parameter in operation.parameters)
            for parameter in needs.unsent(request, operation):
                identity = id(parameter.node.value)
                dropped_here[identity] = parameter
                operations = dropped.setdefault(identity, DroppedParameter(parameter)).operations
                uses[identity] -= operation.number in operations
                operations[operation.number] = operation
        for identity, line in _lines(spec, request, dropped_here):
            dropped[identity].lines.append(line)
    for identity, one in dropped.items():
        one.is_always_dropped = len(one.operations) == uses[identity]
    return list(dropped.values())


class _BackendNeeds:
    """What only the backends of operations can need."""

    def __init__(self, spec: Spec) -> None:
        self._spec = spec
        self._credentials = Credentials(spec)
        self._compared = 0
        self._meant: dict[tuple[int, int], Collection[str]] = {}

    def unsent(self, request: BackendRequest, operation: Operation) -> Iterator[Parameter]:
        """The parameters of an operation that only the backend can need and that a request does not send."""
        unsent = [
            parameter
            for parameter in operation.parameters
            if parameter.location in _FIELDS and not request.may_send(parameter)
        ]
        if not unsent:
            return
        meant, is_checked = self._meant_by(request, operation), may_check_parameters(self._spec, operation)
        for parameter in unsent:
            if (
                parameter.name not in meant
                and not parameter.node.value.get("deprecated")
                and not self._is_header_of_others(operation, parameter)
                and not self._credentials.may_be(operation, parameter)
                and not (is_checked and self._can_be_rejected(parameter.node))
            ):
                yield parameter

    def _meant_by(self, request: BackendRequest, operation: Operation) -> Collection[str]:
        """The parameters whose names are misspelt where they are sent, which `undeclared-substitution` reports."""
        if self._compared >= MAX_SUGGESTIONS or not request.names:
            return ()
        identity = id(request.integration.value), id(operation.declared)
        if identity not in self._meant:
            undeclared = [name for name in request.names if not is_declared(operation, name)]
            undeclared = undeclared[: MAX_SUGGESTIONS - self._compared]
            self._compared += len(undeclared)
            self._meant[identity] = set(nearest_of_each(undeclared, sorted(operation.declared.names)).values())
        return self._meant[identity]

    def _is_header_of_others(self, operation: Operation, parameter: Parameter) -> bool:
        """Whether this is a header of the gateway's own, or reported by another rule."""
        if parameter.location != "header":
            return False
        name = parameter.name.lower()
        if name == "content-type":
            return self._spec.may_have(operation.node, "requestBody")
        return name in _OWN_HEADERS or is_upgrading(name) or websocket.is_header(name)

    def _can_be_rejected(self, parameter: Node) -> bool:
        """Whether a validator may reject a request for a parameter: it is required, or not every string is valid."""
        required = parameter.get("required")
        if required is not None and required.value is not False:
            return True
        schema = self._spec.references.resolve(parameter.get("schema"))
        if schema is None or not isinstance(schema.value, Mapping) or has_open_keys(schema):
            return True
        constraints = {key for key in schema.value if key not in _ANNOTATIONS and not key.startswith("x-")}
        return bool(constraints - {"type"}) or schema.value.get("type", "string") != "string"


def _lines(spec: Spec, request: BackendRequest, dropped: dict[int, Parameter]) -> Iterator[tuple[int, Line]]:
    """The lines that forward parameters: all where a name cannot be substituted, or a whole subtree is forwarded."""
    cookies = dict.fromkeys(parameter.name for parameter in dropped.values() if parameter.location == "cookie")
    can_send_cookies = len(cookies) <= MAX_SENT_COOKIES and all(_can_send(spec, request, name) for name in cookies)
    cookie = "; ".join(f"{name}={{{name}}}" for name in cookies) if can_send_cookies else ALL
    for identity, parameter in dropped.items():
        field, name = _FIELDS[parameter.location or ""], parameter.name
        if parameter.location == "cookie" and can_send_cookies:
            yield identity, Line(request, field, "Cookie", cookie)
        elif parameter.location != "cookie" and _can_send(spec, request, name):
            yield identity, Line(request, field, name, f"{{{name}}}")
        else:
            yield identity, Line(request, field, ALL, ALL)


def _can_send(spec: Spec, request: BackendRequest, name: str) -> bool:
    """Whether `{name}` can be substituted in all operations of an integration that forwards no whole subtree."""
    is_name = first_names(f"{{{name}}}", spec.placeholders) == ((name, 0),)
    return is_name and not request.is_greedy and request.is_declared_everywhere(name)
