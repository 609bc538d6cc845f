"""Owns changes of rate limits.

Source: https://yandex.cloud/en/docs/api-gateway/concepts/extensions/rate-limit
"""

from __future__ import annotations

from collections.abc import Iterator

from apigw_lint.diff.change import Change
from apigw_lint.diff.kinds import RATE_LIMIT_CHANGED
from apigw_lint.diff.pairs import Pair
from apigw_lint.gateway.operations import Operation
from apigw_lint.gateway.spec import Spec
from apigw_lint.source.tree import Node

RATE_LIMIT = "x-yc-apigateway-rate-limit"
_SECONDS = {"rps": 1, "rpm": 60}


def changes(pair: Pair, old: Spec, new: Spec) -> Iterator[Change]:
    """What changes for one operation; nothing where a limit is unknown."""
    entry = _entry(new, pair.new.operation)
    if entry is None and _entry(old, pair.old.operation) is None:
        return
    before, after = (_limit(spec, one.operation) for spec, one in ((old, pair.old), (new, pair.new)))
    if before is None or after is None or _rate(before) == _rate(after):
        return
    text = f"rate limit was {_words(before)}, now {_words(after)}"
    yield Change(RATE_LIMIT_CHANGED, pair.subject, entry or pair.new.operation.node, text, cause=text, is_key=True)


def _owners(spec: Spec, operation: Operation) -> tuple[tuple[Node | None, str], ...]:
    """The objects that may have the limit of an operation, with its key there, the first of which counts."""
    return (operation.node, RATE_LIMIT), (operation.path_item, RATE_LIMIT), (spec.gateway_object, "rateLimit")


def _entry(spec: Spec, operation: Operation) -> Node | None:
    entries = (owner.get(key) if owner else None for owner, key in _owners(spec, operation))
    return next((entry for entry in entries if entry is not None), None)


def _limit(spec: Spec, operation: Operation) -> tuple[int, str] | None:
    """The number of requests and the unit, (0, "") without a limit, None if that is unknown."""
    entry = _entry(spec, operation)
    if entry is None:
        is_known = all(owner is None or spec.lacks(owner, key) for owner, key in _owners(spec, operation))
        return (0, "") if is_known and (spec.gateway_object or spec.lacks(spec.root, "x-yc-apigateway")) else None
    rule = spec.references.resolve(entry)
    requests = rule.get("allRequests") if rule else None
    numbers = {unit: node.value for unit in _SECONDS if requests and (node := requests.get(unit))}
    if len(numbers) != 1:
        return None
    unit, number = numbers.popitem()
    return (number, unit) if isinstance(number, int) and not isinstance(number, bool) else None


def _rate(limit: tuple[int, str]) -> int:
    """Requests in an hour."""
    number, unit = limit
    return number * 3600 // _SECONDS[unit] if unit else 0


def _words(limit: tuple[int, str]) -> str:
    return f"{limit[0]} {limit[1]}" if limit[1] else "none"
