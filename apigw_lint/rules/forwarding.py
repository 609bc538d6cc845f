"""Rules about what an `http` integration leaves out of the request that it forwards."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from apigw_lint.bounds import MAX_DECLARED
from apigw_lint.diagnostic import Consequence, Fix, Severity
from apigw_lint.fix.edits import combined, make_fix
from apigw_lint.gateway.kinds import ANY_METHOD
from apigw_lint.gateway.operations import Operation
from apigw_lint.gateway.routing import parameter_names
from apigw_lint.gateway.spec import Spec
from apigw_lint.rules.backend_requests import ALL, BackendRequest, Line, backend_requests
from apigw_lint.rules.dropped_parameters import dropped_parameters
from apigw_lint.rules.operation_names import is_declared
from apigw_lint.rules.parameter_fixes import declare_parameters, parameter_object
from apigw_lint.rules.phrases import operation_labels
from apigw_lint.rules.rule import Problem, rule
from apigw_lint.source.tree import Mapping, Node
from apigw_lint.source.unknown import has_open_keys

_KINDS = {"query": "query parameter", "header": "header", "cookie": "cookie"}
_IN_WORDS = {"query": "query parameters", "headers": "headers"}
_WITH_BODY = ("post", "put", "patch", ANY_METHOD)
_CONTENT_TYPE = "Content-Type"
_CHANGING = (*_WITH_BODY, "delete")


@rule(Severity.WARNING, Consequence.BROKEN, fixes="unsafe")
def parameter_dropped(spec: Spec) -> Iterator[Problem]:
    """A declared query parameter, header or cookie that an `http` integration does not forward.

    An `http` integration sends only what its `url`, `headers` and `query` say, and `User-Agent`. A declaration alone
    forwards nothing: substitute the parameter as `{name}`, or forward all with `'*': '*'`. Parameters that an
    authorizer reads, or that a validator can reject, may end at the gateway and are not reported.

    For an optional parameter also see `omitEmptyHeaders` and `omitEmptyQueryParameters`: they leave out what is empty.

    Bad:
        /orders:
          get:
            parameters:
              - {name: page, in: query, schema: {type: integer}}
            x-yc-apigateway-integration:
              type: http
              url: https://example.com/orders

    Good:
        /orders:
          get:
            parameters:
              - {name: page, in: query, schema: {type: integer}}
            x-yc-apigateway-integration:
              type: http
              url: https://example.com/orders
              query: {page: '{page}'}

    See: https://yandex.cloud/en/docs/api-gateway/concepts/extensions/http
    """
    for dropped in dropped_parameters(spec, backend_requests(spec)):
        parameter = dropped.parameter
        line = dropped.lines[0]
        where = "" if dropped.is_always_dropped else f" of {operation_labels(list(dropped.operations.values()))}"
        message = f"{_KINDS[parameter.location or '']} '{parameter.name}' never reaches the backend"
        hint = f"{where}: add {line.text} to '{line.field}'"
        yield Problem(
            parameter.node.get("name"),
            message,
            hint=hint,
            fix=dropped.fix,
            related=tuple((line.request.integration, "not sent here") for line in dropped.lines[:5]),
            cause=(message, hint) if dropped.is_always_dropped else None,
        )


@rule(Severity.WARNING, Consequence.BROKEN, fixes="unsafe")
def content_type_dropped(spec: Spec) -> Iterator[Problem]:
    """A request body that an `http` integration forwards without its `Content-Type`.

    An `http` integration sends the body, but of the headers only those that it lists, and `User-Agent`. Most frameworks
    do not read a body without a type. If clients send one media type, write it; otherwise declare the header and
    substitute it. A body that `x-yc-schema-mapping` makes is the gateway's own and not reported.

    Bad:
        /orders:
          post:
            requestBody:
              content: {application/json: {schema: {type: object}}}
            x-yc-apigateway-integration:
              type: http
              url: https://example.com/orders

    Good:
        /orders:
          post:
            requestBody:
              content: {application/json: {schema: {type: object}}}
            x-yc-apigateway-integration:
              type: http
              url: https://example.com/orders
              headers: {Content-Type: application/json}

    See: https://yandex.cloud/en/docs/api-gateway/concepts/extensions/http
    """
    for request in backend_requests(spec):
        bodies = _untyped_bodies(spec, request)
        if not bodies:
            continue
        advice, fix = _type_problem(spec, request, bodies)
        message, hint = "the backend gets this body without its type", f": {advice}"
        related = ((request.integration, "not sent here"), *((body, "this body too") for body in bodies[1:5]))
        yield Problem(bodies[0], message, hint=hint, at=bodies[0].key_span, fix=fix, related=related, cause=hint)


def _untyped_bodies(spec: Spec, request: BackendRequest) -> list[Node]:
    """The bodies that an integration forwards without their type."""
    headers = request.headers
    if headers is None or ALL in headers or "content-type" in headers or not _may_forward_body(request.integration):
        return []
    with_body = (one for one in request.operations if one.key in _WITH_BODY and one.has_known_method)
    owners = (operation.node.value for operation in with_body)
    bodies = [Node.entry(spec.tree, owner, "requestBody") for owner in owners if "requestBody" in owner]
    return [] if any(_is_unknown_or_mapped(spec, body) for body in bodies) else bodies


def _may_forward_body(integration: Node) -> bool:
    method = integration.get("method")
    return method is None or str(method.value).lower() in _WITH_BODY


def _is_unknown_or_mapped(spec: Spec, body: Node) -> bool:
    """Whether it is not known what a body may be, or the gateway makes it."""
    media_types = _media_types(spec, body)
    if media_types is None or not media_types.value or has_open_keys(media_types):
        return True
    schemas = [spec.references.resolve(media_type.get("schema")) for _, media_type in media_types.items()]
    return any(schema is not None and spec.may_have(schema, "x-yc-schema-mapping") for schema in schemas)


def _media_types(spec: Spec, body: Node) -> Node | None:
    resolved = spec.references.resolve(body)
    media_types = resolved.get("content") if resolved else None
    return media_types if media_types is not None and isinstance(media_types.value, Mapping) else None


def _type_problem(spec: Spec, request: BackendRequest, bodies: list[Node]) -> tuple[str, Fix | None]:
    """What to write so that the backend gets the type of a body, as the end of a message, and the fix that does so."""
    literal = _sole_media_type(spec, bodies)
    undeclared = [operation for operation in request.operations if not is_declared(operation, _CONTENT_TYPE)]
    if undeclared and request.is_greedy:
        line = Line(request, "headers", ALL, ALL)
    elif undeclared and literal:
        line = Line(request, "headers", _CONTENT_TYPE, literal)
    else:
        line = Line(request, "headers", _CONTENT_TYPE, f"{{{_CONTENT_TYPE}}}")
    advice = f"add {line.text} to 'headers'"
    if not undeclared or line.value != f"{{{_CONTENT_TYPE}}}":
        return advice, make_fix(advice, line.edits)
    parameter = parameter_object(_CONTENT_TYPE, "header")
    declarations = [declare_parameters(operation.node, parameter) for operation in undeclared[:MAX_DECLARED]]
    advice = f"declare the header '{_CONTENT_TYPE}' and {advice}"
    edits = combined([line.edits, *declarations]) if len(undeclared) <= MAX_DECLARED else None
    return advice, make_fix(advice, edits)


def _sole_media_type(spec: Spec, bodies: list[Node]) -> str | None:
    """The media type of some bodies if it is one, and no range and none with a boundary that clients choose."""
    names = {name for body in bodies if (node := _media_types(spec, body)) for name in node.value}
    name = names.pop() if len(names) == 1 else ""
    return name if "/" in name and "*" not in name and not name.lower().startswith("multipart/") else None


@rule(Severity.WARNING, Consequence.BROKEN, fixes="unsafe")
def headers_dropped(spec: Spec) -> Iterator[Problem]:
    """An `http` proxy of a whole subtree that forwards no request header.

    Such a proxy cannot list the headers of paths that the specification does not know: without `'*': '*'` the backend
    gets no `Content-Type`, no `Authorization` and no cookies. Reported are proxies that serve `post`, `put`, `patch`,
    `delete` or any method, as those are APIs; a proxy of files may well need none. One that lists some headers is a
    choice, and not reported.

    With `'*': '*'` the documentation's example also sets `Host` to that of the backend.

    Bad:
        /api/{path+}:
          x-yc-apigateway-any-method:
            parameters: [{name: path, in: path, required: true, schema: {type: string}}]
            x-yc-apigateway-integration:
              type: http
              url: https://example.com/{path}

    Good:
        /api/{path+}:
          x-yc-apigateway-any-method:
            parameters: [{name: path, in: path, required: true, schema: {type: string}}]
            x-yc-apigateway-integration:
              type: http
              url: https://example.com/{path}
              headers: {'*': '*', Host: example.com}
              query: {'*': '*'}

    See: https://yandex.cloud/en/docs/api-gateway/concepts/extensions/http
    """
    for proxy in _proxies(spec):
        if "headers" in proxy.lacking:
            yield proxy.problem


@rule(Severity.WARNING, Consequence.BROKEN, yields_to=("headers-dropped",), fixes="unsafe")
def query_dropped(spec: Spec) -> Iterator[Problem]:
    """An `http` proxy of a whole subtree that forwards no query parameter.

    Such a proxy cannot list the query parameters of paths that the specification does not know: without `'*': '*'` the
    backend gets none. Reported are proxies that serve `post`, `put`, `patch`, `delete` or any method, as those are
    APIs; a proxy of files may well need none. One that lists some parameters is a choice, and not reported. If it
    forwards no headers either, `headers-dropped` says both.

    Bad:
        /api/{path+}:
          x-yc-apigateway-any-method:
            parameters: [{name: path, in: path, required: true, schema: {type: string}}]
            x-yc-apigateway-integration:
              type: http
              url: https://example.com/{path}
              headers: {'*': '*'}

    Good:
        /api/{path+}:
          x-yc-apigateway-any-method:
            parameters: [{name: path, in: path, required: true, schema: {type: string}}]
            x-yc-apigateway-integration:
              type: http
              url: https://example.com/{path}
              headers: {'*': '*'}
              query: {'*': '*'}

    See: https://yandex.cloud/en/docs/api-gateway/concepts/extensions/http
    """
    for proxy in _proxies(spec):
        if "query" in proxy.lacking:
            yield proxy.problem


class _Proxy(NamedTuple):
    """An integration that forwards whole subtrees, and which of `headers` and `query` it lacks."""

    request: BackendRequest
    operations: list[Operation]
    lacking: list[str]

    @property
    def problem(self) -> Problem:
        """What is wrong, in both fields."""
        node = self.request.integration
        if len(self.lacking) == 1:
            node = node.get(self.lacking[0]) or node
        dropped = " and ".join(f"no {_IN_WORDS[field]}" for field in self.lacking)
        fields = " and ".join(f"'{field}'" for field in self.lacking)
        advice = f"add '*': '*' to {fields}"
        message = f"this proxy forwards {dropped}"
        edits = combined(Line(self.request, field, ALL, ALL).edits for field in self.lacking)
        shared = self.operations[:5] if len(self.operations) > 1 else []
        related = tuple((operation.node, "used here") for operation in shared)
        return Problem(node, message, hint=f": {advice}", fix=make_fix(advice, edits), related=related, cause=message)


def _proxies(spec: Spec) -> Iterator[_Proxy]:
    """The proxies of whole subtrees that forward nothing in a field, which no other rule reports."""
    for request in backend_requests(spec):
        operations = [operation for operation in request.operations if _forwards_subtree(request, operation)]
        if not any(operation.key in _CHANGING for operation in operations) or not _may_change(request.integration):
            continue
        sent = {"headers": request.headers, "query": request.query}
        empty = [field for field, names in sent.items() if names == frozenset()]
        reported = _reported_fields(spec, request) if empty else ()
        lacking = [field for field in empty if field not in reported]
        if lacking:
            yield _Proxy(request, operations, lacking)


def _reported_fields(spec: Spec, request: BackendRequest) -> set[str]:
    """The fields of which another rule says what they lack."""
    fields = {line.field for dropped in dropped_parameters(spec, (request,)) for line in dropped.lines}
    return fields | {"headers"} if _untyped_bodies(spec, request) else fields


def _may_change(integration: Node) -> bool:
    """Whether an integration calls its backend with a method that may change something."""
    method = integration.get("method")
    return method is None or str(method.value).lower() in _CHANGING


def _forwards_subtree(request: BackendRequest, operation: Operation) -> bool:
    """Whether an operation has a greedy path whose rest the integration substitutes."""
    greedy = [name[:-1] for name in parameter_names(operation.path) if name.endswith("+")]
    return bool(greedy) and not (request.names or frozenset()).isdisjoint(greedy)
