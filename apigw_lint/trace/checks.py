"""Owns what is asked of a request before its integration is called: credentials, parameters, the body.

Sources: https://yandex.cloud/en/docs/api-gateway/concepts/extensions/function-authorizer, `jwt-authorizer` and
`validator`. In which order the gateway asks authorizers and validators is not documented.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from apigw_lint.bounds import MAX_TRACED
from apigw_lint.gateway.access import Access, Protection, RequiredScheme
from apigw_lint.gateway.operations import Operation
from apigw_lint.gateway.security_schemes import credential
from apigw_lint.gateway.spec import Spec
from apigw_lint.gateway.validators import Validation
from apigw_lint.gateway.words import authorizer_words
from apigw_lint.source.text import Source
from apigw_lint.source.tree import Mapping, Node
from apigw_lint.spelling import listed
from apigw_lint.trace.arguments import Argument, judged, may_be_object
from apigw_lint.trace.judging import Verdict, judge
from apigw_lint.trace.mappings import mapping_of
from apigw_lint.trace.request import Request
from apigw_lint.trace.steps import Status, Step, place_of


def security_steps(protection: Protection, request: Request) -> Iterator[Step]:
    """Which authorizers are asked, and with what."""
    place = place_of(protection.security)
    if protection.access is Access.PUBLIC:
        if protection.alternatives:
            yield Step("security", Status.OK, "anyone may call: one of the alternatives asks for nothing", place)
        else:
            yield Step("security", Status.OK, "anyone may call: no security requirement is in force", place)
    if protection.access is Access.UNKNOWN:
        yield Step("security", Status.OPEN, "who may call is not known yet, or not documented", place)
    if request.event in ("message", "disconnect") and protection.alternatives:
        text = "the authorizer was asked when the connection opened, not for this event"
        yield Step("security", Status.INFO, text, place)
        return
    for number, requirement in enumerate(protection.alternatives[:MAX_TRACED]):
        for scheme in requirement:
            lead = "or " if number and scheme is requirement[0] else "and " if scheme is not requirement[0] else ""
            yield _scheme_step(scheme, request, lead)._replace(asks=protection.access is Access.PROTECTED)
    if protection.access is Access.UNENFORCED:
        yield Step("security", Status.INFO, "so anyone may call: an alternative is enforced by no authorizer", place)


def _scheme_step(scheme: RequiredScheme, request: Request, lead: str) -> Step:
    place = place_of(scheme.entry)
    if scheme.scheme is None:
        return Step("security", Status.OPEN, f"{lead}'{scheme.name}' is required, a scheme that is not known", place)
    if scheme.is_enforced is False:
        text = f"{lead}'{scheme.name}' is required, and no authorizer checks it: the gateway enforces nothing"
        return Step("security", Status.INFO, text, place)
    if scheme.is_enforced is None:
        return Step("security", Status.OPEN, f"{lead}whether '{scheme.name}' is enforced is not known yet", place)
    text = f"{lead}'{scheme.name}' is required: the authorizer is asked ({authorizer_words(scheme.authorizer)})"
    place = place_of(scheme.authorizer)
    source = credential(scheme.scheme)
    if source is None:
        return Step("security", Status.OPEN, f"{text}, where it finds the credentials is not known yet", place)
    location, name = source
    value = _credential(location, name, request)
    where = f"the {location} '{name}'" if location != "query" else f"the query parameter '{name}'"
    if value is None:
        return Step(
            "security",
            Status.OPEN,
            f"{text} with {where}, which the request lacks: what then happens is not documented",
            place,
        )
    prefix = scheme.scheme.descend("x-yc-apigateway-authorizer", "identitySource", "prefix")
    if prefix is not None and isinstance(prefix.value, str) and not value.startswith(prefix.value):
        text = f"{text}, and {where} does not begin with '{prefix.value}'"
        return Step("security", Status.OPEN, text, place_of(prefix))
    return Step("security", Status.OK, f"{text} with {where} of the request", place)


def _credential(location: str, name: str, request: Request) -> str | None:
    if location == "header":
        return request.header(name)
    pairs = request.query if location == "query" else request.cookies() if location == "cookie" else ()
    return next((value for key, value in pairs if key == name), None)


class Checked:
    """What a check of a request found: the steps, whether something is wrong, and whether a validator refuses that."""

    def __init__(self) -> None:
        self.steps: list[Step] = []
        self.is_wrong = False
        self.is_refused = False

    def fail(self, name: str, text: str, node: Node | None, check: bool | None) -> None:
        """Something does not satisfy the document; `check` says whether a validator checks that."""
        status = {True: Status.REFUSED, False: Status.INFO, None: Status.OPEN}[check]
        self.is_wrong = True
        self.is_refused = self.is_refused or check is True
        self.steps.append(Step(name, status, text, place_of(node)))


def check_parameters(spec: Spec, operation: Operation, arguments: list[Argument], validation: Validation) -> Checked:
    """Whether the parameters of a request satisfy what the operation declares."""
    checked = Checked()
    check = validation.parameters
    for argument in arguments:
        parameter = argument.parameter
        node = parameter.node
        what = f"{parameter.location or 'unknown place'} parameter '{parameter.name}'"
        if not argument.values:
            if may_be_object(spec, parameter):
                text = f"the {what} is not judged: it may be an object, and how one is written is not read here"
                checked.steps.append(Step("parameters", Status.OPEN, text, place_of(node)))
            elif node.get("required") is not None and node.value["required"] is True:
                checked.fail("parameters", f"the required {what} is missing", node, check)
            else:
                checked.steps.append(
                    Step("parameters", Status.INFO, f"the {what} is not in the request", place_of(node))
                )
            continue
        verdict = judged(spec, argument)
        details = (("value", argument.text),)
        if verdict.errors:
            for pointer, message in verdict.errors[:MAX_TRACED]:
                where = f" at '{pointer}'" if pointer else ""
                checked.fail("parameters", f"the {what} does not satisfy its schema{where}: {message}", node, check)
        elif verdict.reason:
            text = f"the {what} is not judged: {verdict.reason}"
            checked.steps.append(Step("parameters", Status.OPEN, text, place_of(node), details))
        else:
            checked.steps.append(_satisfied("parameters", what, verdict, node)._replace(details=details))
    if operation.has_unknown_parameters:
        text = "some parameters of the operation are not known yet"
        checked.steps.append(Step("parameters", Status.OPEN, text, place_of(operation.node)))
    _add_note(checked, "parameters", validation, check)
    return checked


def check_body(spec: Spec, operation: Operation, request: Request, validation: Validation) -> Checked:
    """Whether the body of a request satisfies what the operation declares."""
    checked = Checked()
    written = operation.node.get("requestBody")
    body = spec.references.resolve(written)
    if body is None or not isinstance(body.value, Mapping):
        if written is not None:
            checked.steps.append(Step("body", Status.OPEN, "what the body must be is not known yet", place_of(written)))
        return checked
    check = validation.body
    if not request.body:
        required = body.get("required")
        if required is not None and required.value is True:
            checked.fail("body", "the body is required and missing", body, check)
            _add_note(checked, "body", validation, check)
        return checked
    content = body.get("content")
    media_types = dict(content.items()) if content is not None else {}
    given = (request.header("Content-Type") or "").partition(";")[0].strip().lower()
    if not given and len(media_types) == 1:
        given = next(iter(media_types)).partition(";")[0].strip().lower()
        text = f"the request has no Content-Type: the body is read as {given}"
        checked.steps.append(Step("body", Status.INFO, text, place_of(content)))
    media_type = _media_type(media_types, given)
    if media_type is None:
        what = f"the media type '{given}' is not declared" if given else "the request has no Content-Type"
        if check is False:
            checked.steps.append(
                Step("body", Status.INFO, f"the body is not judged: {what}", place_of(content or body))
            )
        else:
            text = f"{what}: what a validator makes of the body is not documented"
            checked.steps.append(Step("body", Status.OPEN, text, place_of(content or body)))
    else:
        _judge_body(spec, media_type, given, request.body, check, checked)
    _add_note(checked, "body", validation, check)
    return checked


def _media_type(media_types: dict[str, Node], given: str) -> Node | None:
    """The declared media type that a body has: the same one, or the range that it is in."""
    by_lower = {key.partition(";")[0].strip().lower(): node for key, node in media_types.items()}
    ranges = (given, f"{given.partition('/')[0]}/*", "*/*")
    return next((by_lower[key] for key in ranges if key in by_lower), None)


def _judge_body(spec: Spec, media_type: Node, given: str, data: bytes, check: bool | None, checked: Checked) -> None:
    schema = media_type.get("schema")
    if (mapping := mapping_of(spec, media_type)) is not None:
        text = "the schema mapping makes another body of it, its expressions are not evaluated here"
        checked.steps.append(Step("body", Status.INFO, text, place_of(mapping)))
    is_json = given == "application/json" or given.endswith("+json")
    if schema is None or not is_json:
        text = "the body is not judged: " + ("it has no schema" if schema is None else f"{given} is not read here")
        checked.steps.append(Step("body", Status.OPEN, text, place_of(media_type)))
        return
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        checked.fail("body", f"the body is not UTF-8: byte {error.start + 1}", media_type, check)
        return
    try:
        value = json.loads(text, parse_constant=_refuse)
    except json.JSONDecodeError as error:
        position = Source("", text).position(error.pos)
        where = f"{position.line}:{position.column} of the body"
        checked.fail(
            "body", f"the body is not JSON: {error.msg[:1].lower()}{error.msg[1:]} at {where}", media_type, check
        )
        return
    except (ValueError, RecursionError):
        checked.fail("body", "the body is not JSON that can be read", media_type, check)
        return
    verdict = judge(spec, schema, value)
    if verdict.reason:
        checked.steps.append(Step("body", Status.OPEN, f"the body is not judged: {verdict.reason}", place_of(schema)))
    elif not verdict.errors:
        checked.steps.append(_satisfied("body", "body", verdict, schema))
    for pointer, message in verdict.errors:
        where = f" at '{pointer}'" if pointer else ""
        checked.fail("body", f"the body does not satisfy its schema{where}: {message}", schema, check)


def _satisfied(name: str, what: str, verdict: Verdict, node: Node) -> Step:
    if not verdict.formats:
        return Step(name, Status.OK, f"the {what} satisfies its schema", place_of(node))
    noun, verb = ("format", "is") if len(verdict.formats) == 1 else ("formats", "are")
    not_judged = f"its {noun} {listed(verdict.formats, 'and')} {verb} not judged"
    return Step(name, Status.OPEN, f"the {what} satisfies the rest of its schema, {not_judged}", place_of(node))


def _refuse(constant: str) -> None:
    raise ValueError(constant)


def _add_note(checked: Checked, name: str, validation: Validation, check: bool | None) -> None:
    """Says what follows from what does not satisfy the document."""
    place = place_of(validation.entry)
    if checked.is_refused:
        checked.steps.append(Step(name, Status.REFUSED, "the validator refuses the request", place))
    elif check is False and checked.is_wrong:
        key = {"parameters": "validateRequestParameters", "body": "validateRequestBody"}[name]
        text = f"no validator checks that ('{key}'): the request goes on"
        checked.steps.append(Step(name, Status.INFO, text, place))
    elif check is None and checked.is_wrong:
        checked.steps.append(Step(name, Status.OPEN, "whether a validator checks that is not known yet", place))
