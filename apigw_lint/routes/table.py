"""Owns the table of routes: a row for each operation, in the order in which the gateway prefers them.

Everything in a row may be shown: secrets are hidden.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from apigw_lint.gateway.access import Access
from apigw_lint.gateway.handling import Handling, handlings
from apigw_lint.gateway.spec import Spec
from apigw_lint.gateway.words import (
    UNKNOWN,
    access_words,
    account_words,
    cors_words,
    method_words,
    target_words,
    validation_words,
)
from apigw_lint.inputs import Input
from apigw_lint.masking import mask_of
from apigw_lint.source.mask import Mask
from apigw_lint.spelling import joined


class Row(NamedTuple):
    """An operation: where it is written, what it serves, and what the gateway does with its requests.

    `line` and `column` are 1-based, the column in code points. `method` is `*` for the any-method and `ws:connect` or
    the like for a WebSocket event. `integration` is its type, `none` without one; where a variable chooses between
    several, they are joined by `or`. `access` says whether anyone may call, `security` who may, in words.
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


def rows(content: Input) -> list[Row]:
    """The rows of all documents of an input."""
    mask = mask_of(content.source, content.documents)
    return [row for tree in content.documents for row in rows_of(content, Spec(tree), mask)]


def rows_of(content: Input, spec: Spec, mask: Mask) -> Iterator[Row]:
    """The rows of one document of an input."""
    for handling in handlings(spec):
        yield _row(content, spec, handling, mask)


def _row(content: Input, spec: Spec, handling: Handling, mask: Mask) -> Row:
    operation, calls = handling.operation, handling.calls
    key = operation.node.key_span or operation.node.span
    position = content.source.position(key.start + spec.tree.source.start)
    has_integration = spec.may_have(operation.node, "x-yc-apigateway-integration")
    return Row(
        content.source.path,
        position.line,
        position.column,
        method_words(operation),
        mask.hide(operation.path),
        mask.hide(_joined(call.target.type or UNKNOWN for call in calls) or (UNKNOWN if has_integration else "none")),
        mask.hide(_joined(target_words(call.target) for call in calls)),
        handling.protection.access,
        mask.hide(access_words(handling.protection)),
        cors_words(handling.cors),
        validation_words(handling.validation),
        mask.hide(_joined(account_words(call.account) for call in calls)),
        mask.hide(operation.node.text("operationId") or ""),
        mask.hide(operation.node.text("summary") or ""),
    )


def _joined(words: Iterable[str]) -> str:
    """Different words, each once; empty without any."""
    different = [*dict.fromkeys(filter(None, words))]
    return joined(different) if different else ""
