"""Owns changes of what an operation calls: its integration, its target, its account, and how it is called."""

from __future__ import annotations

from collections.abc import Iterator

from apigw_lint.diff.change import Change, quoted, was_now
from apigw_lint.diff.kinds import (
    ACCOUNT_CHANGED,
    INTEGRATION_CHANGED,
    SETTING_CHANGED,
    TAG_CHANGED,
    TARGET_CHANGED,
    TIMEOUT_CHANGED,
)
from apigw_lint.diff.pairs import Pair
from apigw_lint.diff.values import Difference, Values
from apigw_lint.gateway.accounts import ACCOUNT_KEYS
from apigw_lint.gateway.handling import Call, Handling
from apigw_lint.gateway.spec import Spec
from apigw_lint.gateway.words import account_words, target_words
from apigw_lint.source.tree import Node

INTEGRATION = "x-yc-apigateway-integration"
_ACCOUNTS = frozenset(key.replace("_", "").lower() for key in ACCOUNT_KEYS)
_MOST_NAMED = 3


def changes(pair: Pair, values: Values) -> Iterator[Change]:
    """What changes for one operation; nothing where an integration is unknown."""
    subject = pair.subject
    entry = pair.new.operation.node.get(INTEGRATION)
    before, after = _calls(pair.old, values.old), _calls(pair.new, values.new)
    if before is None or after is None:
        return
    if len(before) == len(after) == 1:
        yield from _call(before[0], after[0], subject, pair, values)
    elif sorted(map(_words, before)) != sorted(map(_words, after)):
        place = entry or pair.new.operation.node
        text = f"called {_all_words(before)}, and now {_all_words(after)}"
        yield Change(INTEGRATION_CHANGED, subject, place, text, is_key=True)


def _calls(handling: Handling, spec: Spec) -> tuple[Call, ...] | None:
    """What an operation calls, None if that is unknown."""
    is_open = not handling.calls and spec.may_have(handling.operation.node, INTEGRATION)
    return None if is_open else handling.calls


def _words(call: Call) -> str:
    return f"{call.target.type or 'unknown'} {target_words(call.target)}".strip()


def _all_words(calls: tuple[Call, ...]) -> str:
    return " or ".join(f"'{_words(call)}'" for call in calls) or "nothing"


def _call(old: Call, new: Call, subject: str, pair: Pair, values: Values) -> Iterator[Change]:
    place = new.integration
    if not old.target.type or not new.target.type:
        return
    if old.target.type != new.target.type:
        text = f"integration was '{_words(old)}', now '{_words(new)}'"
        yield Change(INTEGRATION_CHANGED, subject, new.integration.get("type") or place, text)
    else:
        yield from _fields(old, new, subject, pair, values)
    yield from _account(old, new, subject, values)


def _fields(old: Call, new: Call, subject: str, pair: Pair, values: Values) -> Iterator[Change]:
    target = {name.replace("_", "").lower() for call in (old, new) for name, _ in call.target.fields}
    settings: list[Difference] = []
    for difference in values.differences(old.integration, new.integration, pair.names):
        top = difference.path[0].replace("_", "").lower()
        if top in _ACCOUNTS or top == "type":
            continue
        kind = (
            TAG_CHANGED
            if top == "tag"
            else TARGET_CHANGED
            if top in target
            else TIMEOUT_CHANGED
            if top.startswith("timeout")
            else None
        )
        if kind is None:
            settings.append(difference)
            continue
        text = was_now(difference.name, quoted(difference.old), quoted(difference.new))
        yield Change(kind, subject, difference.new or new.integration, text)
    if settings:
        shown = [was_now(one.name, quoted(one.old), quoted(one.new)) for one in settings[:_MOST_NAMED]]
        more = f" (and {len(settings) - len(shown)} more)" if len(settings) > len(shown) else ""
        place = next((one.new for one in settings if one.new is not None), new.integration)
        yield Change(SETTING_CHANGED, subject, place, f"{'; '.join(shown)}{more}")


def _account(old: Call, new: Call, subject: str, values: Values) -> Iterator[Change]:
    before, after = old.account, new.account
    if before is None or after is None or before.is_unknown or after.is_unknown:
        return
    if before.node is not None and after.node is not None:
        if not values.are_different(before.node, after.node):
            return
    elif before.node is after.node:
        return
    words = [f"'{account_words(one)}'" if one.node is not None else "none" for one in (before, after)]
    place: Node = after.node or new.integration
    cause = tuple(words) if after.node is None else None
    yield Change(ACCOUNT_CHANGED, subject, place, f"service account was {words[0]}, now {words[1]}", cause=cause)


def same(old: Handling, new: Handling) -> bool:
    """Whether two operations of any paths surely call the same."""
    return bool(old.calls) and [_words(one) for one in old.calls] == [_words(one) for one in new.calls]
