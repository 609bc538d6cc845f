"""Owns changes of what an operation calls: its integration, its target, its account, and how it is called."""

from __future__ import annotations

from collections.abc import Iterator

from apigw_lint.diff.change import Change
from apigw_lint.diff.kinds import (
    ACCOUNT_CHANGED,
    INTEGRATION_CHANGED,
    SETTING_CHANGED,
    TAG_CHANGED,
    TARGET_CHANGED,
    TIMEOUT_CHANGED,
)
from apigw_lint.diff.pairs import Pair
from apigw_lint.diff.values import Difference, Values, folded, said
from apigw_lint.gateway.accounts import ACCOUNT_KEYS
from apigw_lint.gateway.handling import Call, Handling
from apigw_lint.gateway.kinds import HTTP_METHODS
from apigw_lint.gateway.spec import Spec
from apigw_lint.gateway.targets import DEFAULTS
from apigw_lint.gateway.words import target_words
from apigw_lint.rules.rule import Rule

INTEGRATION = "x-yc-apigateway-integration"
_ACCOUNTS = frozenset(key.replace("_", "").lower() for key in ACCOUNT_KEYS)


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
        yield Change(INTEGRATION_CHANGED, subject, place, text, cause=text, is_key=True)


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
    account = _account(old, new, values)
    if old.target.type != new.target.type:
        text = f"integration was '{_words(old)}', now '{_words(new)}'" + (f"; {account}" if account else "")
        yield Change(INTEGRATION_CHANGED, subject, new.integration.get("type") or place, text, cause=text)
        return
    yield from _fields(old, new, subject, pair, values)
    if account:
        own = new.account.node if new.account else None
        yield Change(ACCOUNT_CHANGED, subject, own or new.integration, account, cause=account)


def _fields(old: Call, new: Call, subject: str, pair: Pair, values: Values) -> Iterator[Change]:
    target = {folded(name) for call in (old, new) for name, _ in call.target.fields}
    defaults = _defaults(new.target.type, pair)
    by_kind: dict[Rule, list[Difference]] = {}
    for difference in values.differences(old.integration, new.integration, pair.names):
        top = folded(difference.path[0])
        if top in _ACCOUNTS or top == "type" or values.is_default(difference, defaults):
            continue
        kind = (
            TAG_CHANGED
            if top == "tag"
            else TARGET_CHANGED
            if top in target
            else TIMEOUT_CHANGED
            if top.startswith("timeout")
            else SETTING_CHANGED
        )
        by_kind.setdefault(kind, []).append(difference)
    for kind, differences in by_kind.items():
        place = next((one.new for one in differences if one.new is not None), new.integration)
        text = said(differences, defaults)
        yield Change(kind, subject, place, text, cause=text)


def _defaults(kind: str, pair: Pair) -> dict[str, str]:
    """What fields mean that are not there, by their names."""
    defaults = {folded(name): value for name, value in DEFAULTS.get(kind, ())}
    methods = {one.operation.key for one in (pair.old, pair.new)} & set(HTTP_METHODS)
    if kind == "http" and len(methods) == 1 and pair.old.operation.key == pair.new.operation.key:
        defaults["method"] = methods.pop().upper()
    return defaults


def _account(old: Call, new: Call, values: Values) -> str:
    before, after = old.account, new.account
    return "" if before is None or after is None else values.account_change(before, after)


def same(old: Handling, new: Handling, values: Values) -> bool:
    """Whether two operations of any paths surely call the same in the same way."""
    pairs = list(zip(old.calls, new.calls, strict=False))
    return bool(pairs) and all(
        len(old.calls) == len(new.calls)
        and _words(before) == _words(after)
        and not values.differences(before.integration, after.integration)
        for before, after in pairs
    )
