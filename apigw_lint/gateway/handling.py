"""Owns what the gateway does with the requests of each operation: all that is in force there, in one place."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from apigw_lint.gateway.access import Accesses, Protection
from apigw_lint.gateway.accounts import Account, account_of
from apigw_lint.gateway.cors import PathCors
from apigw_lint.gateway.kinds import ANY_METHOD, HTTP_METHODS, WEBSOCKET_EVENTS
from apigw_lint.gateway.operations import Operation
from apigw_lint.gateway.routing import precedence, route
from apigw_lint.gateway.spec import Spec
from apigw_lint.gateway.targets import Target, target_of
from apigw_lint.gateway.validators import Validation, validation_of
from apigw_lint.source.tree import Node

_RANKS = {key: number for number, key in enumerate((*HTTP_METHODS, ANY_METHOD, *WEBSOCKET_EVENTS))}


class Call(NamedTuple):
    """An integration that an operation calls, what that names, and the account, None if it uses none."""

    integration: Node
    target: Target
    account: Account | None


class Handling(NamedTuple):
    """What is in force on one operation.

    `calls` has several entries only if a variable chooses between integrations, and none if there is no integration or
    if it is unknown. `cors` is what is known of the path.
    """

    operation: Operation
    calls: tuple[Call, ...]
    protection: Protection
    cors: PathCors
    validation: Validation


def handlings(spec: Spec) -> tuple[Handling, ...]:
    """What is in force on each operation, in the order in which the gateway prefers their paths.

    Of one path, methods come before the any-method, and WebSocket events come last. What the documentation does not
    decide is in document order.
    """
    accesses = Accesses(spec)
    cors = {operation.number: path for path in spec.cors.paths for operation in path.operations}
    by_integration: dict[int, Call] = {}

    def call(integration: Node) -> Call:
        identity = id(integration.value)
        if identity not in by_integration:
            account = account_of(spec, integration)
            by_integration[identity] = Call(integration, target_of(integration), account)
        return by_integration[identity]

    return tuple(
        Handling(
            operation,
            tuple(map(call, operation.own_integrations)),
            accesses.of(operation),
            cors[operation.number],
            validation_of(spec, operation),
        )
        for operation in in_order(spec.operations)
    )


def in_order(operations: Iterable[Operation]) -> list[Operation]:
    """Operations in the order in which the gateway prefers their paths."""
    operations = list(operations)
    first: dict[str, int] = {}
    for operation in operations:
        first.setdefault(operation.path, operation.number)
    return sorted(operations, key=lambda one: (precedence(route(one.path)), first[one.path], _RANKS[one.key]))
