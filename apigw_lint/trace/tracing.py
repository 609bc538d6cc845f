"""Owns the trace of a request through a document, from its paths to the answer."""

from __future__ import annotations

from collections.abc import Iterator

from apigw_lint.gateway.access import Accesses
from apigw_lint.gateway.cors import Handler
from apigw_lint.gateway.operations import Operation
from apigw_lint.gateway.spec import Spec
from apigw_lint.gateway.validators import Validation, validation_of
from apigw_lint.gateway.variables import written
from apigw_lint.gateway.websocket import CONNECTION_ID, EVENT_HEADERS, PREFIX
from apigw_lint.source.tree import Mapping, Node
from apigw_lint.trace.arguments import arguments
from apigw_lint.trace.calling import answer_steps, integration_steps
from apigw_lint.trace.checks import check_body, check_parameters, security_steps
from apigw_lint.trace.filling import Filling
from apigw_lint.trace.handlers import (
    Candidate,
    connects_silently,
    matching,
    nothing_matches,
    operation_of,
)
from apigw_lint.trace.preflights import preflight_steps
from apigw_lint.trace.request import Request
from apigw_lint.trace.steps import Outcome, Status, Step, Trace, place_of

_EXAMPLES = {
    CONNECTION_ID: "example-connection-id",
    PREFIX + "Connected-At": "2024-01-01T00:00:00Z",
    PREFIX + "Message-Id": "example-message-id",
    PREFIX + "Disconnect-Status-Code": "1000",
    PREFIX + "Disconnect-Reason": "example reason",
}


def trace(spec: Spec, request: Request) -> Trace:
    """What the gateway does with a request, as far as its documentation says it.

    `spec` has one value for each variable of the gateway, see its `chosen`.
    """
    found = matching(spec, request)
    if not found.candidates:
        is_open = bool(found.steps or spec.tree.part)
        last = nothing_matches(spec, request)
        if is_open:
            return Trace((*found.steps, last._replace(status=Status.OPEN)), Outcome.OPEN)
        return Trace((last,), Outcome.UNSERVED)
    steps = found.steps
    if request.method == "OPTIONS" and request.event is None:
        preflight = list(_preflight(spec, found.candidates[0], request))
        if any(step.status is not Status.INFO for step in preflight):
            is_answer = preflight[0].status is Status.OK
            outcome = _outcome(preflight, Outcome.REFUSED) if is_answer else Outcome.OPEN
            return Trace((*steps, *preflight), outcome)
        steps.extend(preflight)
    chosen = operation_of(spec, found, request)
    if chosen.operation is None:
        if connects_silently(chosen.candidate, request):
            steps.pop()
            text = f"'{chosen.candidate.path}' has no operation for the event '{request.event}': nothing is called"
            steps.append(Step("operation", Status.OK, text, place_of(chosen.candidate.node)))
            return Trace(tuple(steps), Outcome.ANSWERED)
        return Trace(tuple(steps), Outcome.UNSERVED)
    handled = list(_handled(spec, chosen.operation, chosen.candidate, request))
    is_unserved = any(step.name == "integration" and step.status is Status.REFUSED for step in handled)
    outcome = _outcome(handled, Outcome.UNSERVED if is_unserved else Outcome.REFUSED)
    calls = (step.status for step in handled if step.name == "integration" and step.status is not Status.INFO)
    is_known = next(calls, Status.OPEN) is Status.OK
    is_open = outcome is Outcome.ANSWERED and not (chosen.is_sure and is_known)
    return Trace((*steps, *handled), Outcome.OPEN if is_open else outcome)


def _outcome(steps: list[Step], otherwise: Outcome) -> Outcome:
    return otherwise if any(step.status is Status.REFUSED for step in steps) else Outcome.ANSWERED


def _preflight(spec: Spec, candidate: Candidate, request: Request) -> Iterator[Step]:
    rule = spec.cors.rule_of(candidate.item)
    handler = spec.cors.handler(candidate.item)
    if handler is Handler.UNSURE:
        if request.header("Access-Control-Request-Method") is not None:
            text = "who answers the preflight is not known yet"
            yield Step("preflight", Status.INFO, text, place_of(rule))
    elif handler is Handler.RULE:
        node = spec.references.resolve(rule)
        if node is not None and isinstance(node.value, Mapping):
            yield from preflight_steps(spec, spec.cors.answer_of_rule(node), request)
    elif rule is not None:
        text = "the CORS rule has 'origin: false': the specification answers OPTIONS"
        yield Step("preflight", Status.INFO, text, place_of(rule))


def _handled(spec: Spec, operation: Operation, candidate: Candidate, request: Request) -> Iterator[Step]:
    """What happens to a request that an operation serves."""
    if request.event:
        request = _with_event_headers(request, request.event)
        details = tuple(
            (name, value + (" (an example)" if name.lower() in request.made_up else ""))
            for name, value in request.headers
            if name.lower().startswith(PREFIX.lower())
        )
        text = f"the gateway adds headers to the event '{request.event}'"
        yield Step("operation", Status.INFO, text, place_of(operation.node), details)
    protection = Accesses(spec).of(operation)
    yield from security_steps(protection, request)
    validation = validation_of(spec, operation)
    checks = validation.parameters is not False or validation.body is not False
    if protection.alternatives and checks and not protection.access.is_open and not request.event:
        text = "whether the authorizer or the validator comes first is not documented"
        yield Step("security", Status.OPEN, text, place_of(validation.entry))
    given = arguments(operation, request, candidate.match.values)
    parameters = check_parameters(spec, operation, given, validation)
    body = check_body(spec, operation, request, validation)
    yield from (*parameters.steps, *body.steps)
    filling = Filling(spec, operation, given)
    if parameters.is_refused or body.is_refused:
        yield from _refused(spec, operation, validation, request, filling)
        return
    yield from _called(spec, operation.node, operation.own_integrations, operation, request, filling)
    if validation.response_body is not False or validation.response_headers != "":
        text = "the validator checks the answer too, or that is not known yet: that is not traced"
        yield Step("answer", Status.INFO, text, place_of(validation.entry))


def _refused(
    spec: Spec, operation: Operation, validation: Validation, request: Request, filling: Filling
) -> Iterator[Step]:
    """What answers a request that the validator refuses."""
    validator = validation.validator
    handler = validator.get("validationErrorHandler") if validator else None
    if handler is None:
        return
    status = handler.get("statusCode")
    text = "the error handler of the validator answers"
    text += f", with the status {filling.text(status, is_substituted=False)}" if status else ""
    yield Step("answer", Status.INFO, text, place_of(handler))
    integrations = spec.references.resolve_all(handler.get("x-yc-apigateway-integration"))
    shaped = tuple(node for node in integrations if isinstance(node.value, Mapping))
    yield from _called(spec, handler, shaped, operation, request, filling)


def _called(
    spec: Spec,
    owner: Node,
    integrations: tuple[Node, ...],
    operation: Operation,
    request: Request,
    filling: Filling,
) -> Iterator[Step]:
    entry = owner.get("x-yc-apigateway-integration")
    if not integrations:
        is_absent = spec.lacks(owner, "x-yc-apigateway-integration")
        status = Status.REFUSED if is_absent else Status.OPEN
        text = "there is no integration: nothing answers" if is_absent else "the integration is not known yet"
        yield Step("integration", status, text, place_of(entry) or place_of(owner))
        return
    if entry is not None and isinstance(entry.value, Mapping) and "$ref" in entry.value:
        reference = entry.value["$ref"]
        text = f"the integration is {written(reference) if isinstance(reference, str) else 'elsewhere'}"
        yield Step("integration", Status.INFO, text, place_of(entry))
    for integration in integrations[:1]:
        yield from integration_steps(spec, integration, request, filling)
        answered_by = operation.node if owner is operation.node else owner
        is_event = request.event is not None
        yield from answer_steps(spec, answered_by, integration, request, filling, is_event=is_event)


def _with_event_headers(request: Request, event: str) -> Request:
    """A request of a WebSocket event with the headers that the gateway adds, those that are given left as they are."""
    examples = {**_EXAMPLES, PREFIX + "Event-Type": event.upper()}
    missing = [name for name in EVENT_HEADERS[event] if request.header(name) is None]
    added = tuple((name, examples[name]) for name in missing)
    made_up = frozenset(name.lower() for name in missing if name in _EXAMPLES)
    return request._replace(headers=(*request.headers, *added), made_up=made_up)
