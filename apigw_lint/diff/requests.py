"""Owns changes of what a request needs: parameters, a body, and what the validator checks."""

from __future__ import annotations

from collections.abc import Iterator

from apigw_lint.diff.change import Change
from apigw_lint.diff.kinds import BODY_REQUIRED, PARAMETER_REQUIRED, VALIDATOR_OFF, VALIDATOR_ON
from apigw_lint.diff.pairs import Pair
from apigw_lint.gateway.operations import Operation
from apigw_lint.gateway.parameters import Parameter
from apigw_lint.gateway.spec import Spec
from apigw_lint.gateway.validators import VALIDATOR, Validation
from apigw_lint.source.tree import Mapping, Node
from apigw_lint.spelling import joined


def changes(pair: Pair, old: Spec, new: Spec) -> Iterator[Change]:
    """What changes for one operation."""
    yield from _parameters(pair)
    yield from _body(pair, old, new)
    yield from _validation(pair)


def _key(parameter: Parameter) -> tuple[str, str | None]:
    name = parameter.name.lower() if parameter.location == "header" else parameter.name
    return name, parameter.location


def _is_required(node: Node | None) -> bool | None:
    """Whether a parameter or a body is required, None if that is unknown."""
    if node is None or not isinstance(node.value, Mapping):
        return None
    required = node.get("required")
    return False if required is None else required.value if isinstance(required.value, bool) else None


def _parameters(pair: Pair) -> Iterator[Change]:
    if pair.old.operation.has_unknown_parameters:
        return
    before = {_key(parameter): parameter for parameter in pair.old.operation.parameters}
    for parameter in pair.new.operation.parameters:
        if parameter.location not in ("query", "header", "cookie") or _is_required(parameter.node) is not True:
            continue
        known = before.get(_key(parameter))
        if known is not None and _is_required(known.node) is not False:
            continue
        how = "is required now" if known is not None else "is new and required"
        text = f"{parameter.location} parameter '{parameter.name}' {how}"
        place = parameter.node.get("required") or parameter.node
        yield Change(PARAMETER_REQUIRED, pair.subject, place, text)


def _body(pair: Pair, old: Spec, new: Spec) -> Iterator[Change]:
    body = new.references.resolve(pair.new.operation.node.get("requestBody"))
    if _is_required(body) is not True or body is None:
        return
    if _was_optional(pair.old.operation, old):
        place = body.get("required") or body
        yield Change(BODY_REQUIRED, pair.subject, place, "a request body is required now")


def _was_optional(operation: Operation, spec: Spec) -> bool:
    written = operation.node.get("requestBody")
    if written is None:
        return spec.lacks(operation.node, "requestBody")
    return _is_required(spec.references.resolve(written)) is False


_CHECKS = {
    "body": "the request body",
    "parameters": "request parameters",
    "response_body": "the response body",
    "response_headers": "response headers",
}


def _validation(pair: Pair) -> Iterator[Change]:
    old, new, operation = pair.old.validation, pair.new.validation, pair.new.operation
    before, after = _checks(old), _checks(new)
    off = [words for name, words in _CHECKS.items() if before[name] is True and after[name] is False]
    on = [words for name, words in _CHECKS.items() if before[name] is False and after[name] is True]
    cause = (id(old.entry and old.entry.value), id(new.entry and new.entry.value))
    place = new.validator or operation.node.get(VALIDATOR) or operation.node
    subject = pair.subject
    if off:
        text = f"the validator no longer checks {joined(off, 'and')}"
        yield Change(VALIDATOR_OFF, subject, place, text, cause=(*cause, *off), is_key=True)
    if on:
        text = f"the validator now checks {joined(on, 'and')}"
        yield Change(VALIDATOR_ON, subject, place, text, cause=(*cause, *on), is_key=True)


def _checks(validation: Validation) -> dict[str, bool | None]:
    headers = validation.response_headers
    is_checked = None if headers is None else headers not in ("", "any")
    return {
        "body": validation.body,
        "parameters": validation.parameters,
        "response_body": validation.response_body,
        "response_headers": is_checked,
    }
