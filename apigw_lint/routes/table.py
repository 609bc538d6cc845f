"""Owns the table of routes: a row for each operation, in the order in which the gateway prefers them.

Everything in a row may be shown: secrets are hidden.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from apigw_lint.gateway import access, handling
from apigw_lint.gateway.access import Access
from apigw_lint.gateway.handling import Handling, handlings
from apigw_lint.gateway.spec import Spec
from apigw_lint.gateway.words import (
    UNKNOWN,
    access_words,
    account_words,
    cors_words,
    field_words,
    method_words,
    path_words,
    target_words,
    validation_words,
)
from apigw_lint.inputs import Input
from apigw_lint.masking import mask_of
from apigw_lint.source.mask import Mask
from apigw_lint.source.tree import Tree
from apigw_lint.spelling import joined


class RequiredScheme(NamedTuple):
    """A security scheme that a request must satisfy.

    `authorizer` is the type of its authorizer, with the function that it calls, if it does; all empty without one.
    `is_enforced` is None if it is unknown whether anything checks the scheme.
    """

    name: str
    authorizer: str
    function_id: str
    tag: str
    is_enforced: bool | None


class Call(NamedTuple):
    """An integration: its type, the fields that name what it calls, the same in words, and its account."""

    type: str
    fields: tuple[tuple[str, str], ...]
    target: str
    account: str


class Row(NamedTuple):
    """An operation: where it is written, what it serves, and what the gateway does with its requests.

    `line` and `column` are 1-based, the column in code points. `method` is `*` for the any-method and `ws:connect` or
    the like for a WebSocket event; in a fragment, method and path may be `unknown`. `integration` is its type, `none`
    without one; where a variable chooses between several, they are joined by `or`. `access` says whether anyone may
    call, `security` who may, in words. `alternatives` are the same as data: a request must satisfy all schemes of one
    of them. `calls` are the integrations as data. `gateway` is the name of the Terraform resource, several with commas;
    empty outside of Terraform.
    """

    file: str
    line: int
    column: int
    method: str
    path: str
    integration: str
    target: str
    access: Access
    security: str
    cors: str
    validation: str
    account: str
    operation_id: str
    summary: str
    alternatives: tuple[tuple[RequiredScheme, ...], ...] = ()
    calls: tuple[Call, ...] = ()
    gateway: str = ""


def rows(content: Input, gateways: Iterable[tuple[Tree, str]] | None = None) -> list[Row]:
    """The rows of some documents of an input, each with the name of its gateway; of all, without names, by default."""
    mask = mask_of(content.source, content.documents)
    if gateways is None:
        gateways = ((tree, "") for tree in content.documents)
    return [row for tree, gateway in gateways for row in _rows(content, Spec(tree), mask, gateway)]


def _rows(content: Input, spec: Spec, mask: Mask, gateway: str) -> Iterator[Row]:
    for one in handlings(spec):
        yield _row(content, spec, one, mask, gateway)


def _row(content: Input, spec: Spec, one: Handling, mask: Mask, gateway: str) -> Row:
    operation, calls = one.operation, one.calls
    key = operation.node.key_span or operation.node.span
    source, span = spec.tree.source.located(key)
    position = source.position(span.start)
    has_integration = spec.may_have(operation.node, "x-yc-apigateway-integration")
    return Row(
        source.path,
        position.line,
        position.column,
        method_words(operation),
        mask.hide(path_words(operation)),
        mask.hide(_joined(call.target.type or UNKNOWN for call in calls) or (UNKNOWN if has_integration else "none")),
        mask.hide(_joined(target_words(call.target) for call in calls)),
        one.protection.access,
        mask.hide(access_words(one.protection)),
        cors_words(one.cors),
        validation_words(one.validation),
        mask.hide(_joined(account_words(call.account) for call in calls)),
        mask.hide(operation.node.text("operationId") or ""),
        mask.hide(operation.node.text("summary") or ""),
        tuple(tuple(_required(scheme, mask) for scheme in schemes) for schemes in one.protection.alternatives),
        tuple(_call(call, mask) for call in calls),
        gateway,
    )


def _required(scheme: access.RequiredScheme, mask: Mask) -> RequiredScheme:
    authorizer = scheme.authorizer
    kind, function_id, tag = (
        mask.hide((authorizer.text(key) if authorizer else None) or "") for key in ("type", "function_id", "tag")
    )
    return RequiredScheme(mask.hide(scheme.name), kind, function_id, tag, scheme.is_enforced)


def _call(call: handling.Call, mask: Mask) -> Call:
    fields = tuple((name, mask.hide(field_words(node))) for name, node in call.target.fields)
    target = mask.hide(target_words(call.target))
    return Call(mask.hide(call.target.type), fields, target, mask.hide(account_words(call.account)))


def _joined(words: Iterable[str]) -> str:
    """Different words, each once; empty without any."""
    different = [*dict.fromkeys(filter(None, words))]
    return joined(different) if different else ""
