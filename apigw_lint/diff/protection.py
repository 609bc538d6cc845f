"""Owns changes of who may call an operation."""

from __future__ import annotations

from collections.abc import Iterator

from apigw_lint.diff.change import Change
from apigw_lint.diff.kinds import ACCOUNT_CHANGED, AUTHORIZER_CHANGED, NOW_PROTECTED, NOW_PUBLIC
from apigw_lint.diff.pairs import Pair
from apigw_lint.diff.values import Difference, Values, folded, said
from apigw_lint.gateway.access import Access, Protection, RequiredScheme
from apigw_lint.gateway.accounts import ACCOUNT_KEYS, account_of
from apigw_lint.gateway.targets import DEFAULTS
from apigw_lint.gateway.variables import written
from apigw_lint.gateway.words import access_words, authorizer_words
from apigw_lint.source.tree import Node

_ENFORCED_KEYS = ("type", "in", "name", "scheme")
"""The keys of a security scheme, beside its authorizer, that decide what a caller sends and who checks it."""
_ACCOUNTS = frozenset(map(folded, ACCOUNT_KEYS))
_DEFAULTS = dict(DEFAULTS["cloud_functions"])
"""An authorizer is a function too."""


def changes(pair: Pair, values: Values) -> Iterator[Change]:
    """What changes for one operation; messages and the end of a WebSocket connection are as its beginning."""
    old, new = pair.old.protection, pair.new.protection
    operation = pair.new.operation
    if operation.event in ("message", "disconnect"):
        return
    subject = pair.subject
    words = access_words(old), access_words(new)
    cause = (id(old.security and old.security.value), id(new.security and new.security.value), words)
    if old.access is Access.PROTECTED and new.access.is_open:
        remedy = "no authorizer checks it" if new.access is Access.UNENFORCED else "anyone may call"
        text = f"was protected by {words[0]}, and now {remedy}"
        yield Change(NOW_PUBLIC, subject, operation.node, text, cause=cause, is_key=True)
    elif old.access.is_open and new.access is Access.PROTECTED:
        text = f"anyone could call this, and now {words[1]} is asked"
        yield Change(NOW_PROTECTED, subject, operation.node, text, cause=cause, is_key=True)
    elif old.access is new.access is Access.PROTECTED:
        yield from _authorizers(old, new, subject, operation.node, values)


def _authorizers(old: Protection, new: Protection, subject: str, node: Node, values: Values) -> Iterator[Change]:
    before, after = _by_name(old), _by_name(new)
    if _names(old) != _names(new):
        if not _is_renamed(old, new, values):
            text = f"was protected by {access_words(old)}, now by {access_words(new)}"
            cause = (id(old.security and old.security.value), id(new.security and new.security.value))
            yield Change(AUTHORIZER_CHANGED, subject, node, text, cause=cause, is_key=True)
        return
    for name, scheme in before.items():
        other = after[name]
        if scheme.scheme is None or other.scheme is None:
            continue
        if scheme.is_enforced and other.is_enforced is False:
            text = f"no authorizer checks '{name}' any more"
            yield Change(AUTHORIZER_CHANGED, subject, other.scheme, text, is_key=True)
            continue
        if differences := list(_differences(scheme, other, values)):
            place = next((one.new for one in differences if one.new), other.authorizer or other.scheme)
            text = f"in '{name}', {said(differences, _DEFAULTS)}"
            types = [one.authorizer.text("type") if one.authorizer else None for one in (scheme, other)]
            if None not in types and types[0] != types[1]:
                words = [authorizer_words(one.authorizer) for one in (scheme, other)]
                text = f"the authorizer of '{name}' was {words[0]}, now {words[1]}"
            yield Change(AUTHORIZER_CHANGED, subject, place, text, cause=text)
        if scheme.authorizer and other.authorizer and scheme.authorizer.text("type") == "function":
            was, now = account_of(values.old, scheme.authorizer), account_of(values.new, other.authorizer)
            if was and now and (text := values.account_change(was, now)):
                place = now.node or other.authorizer
                yield Change(ACCOUNT_CHANGED, f"authorizer '{name}'", place, text, cause=text)


def _differences(old: RequiredScheme, new: RequiredScheme, values: Values) -> Iterator[Difference]:
    """Where two schemes ask for something else, or ask otherwise; the account is left out."""
    if old.scheme is None or new.scheme is None:
        return
    keys: tuple[str, ...] = _ENFORCED_KEYS
    if not all(one.authorizer and one.authorizer.get("jwksUri") for one in (old, new)):
        keys = (*keys, "openIdConnectUrl")
    is_header = new.scheme.text("in") == "header"
    for difference in values.differences(old.scheme, new.scheme):
        is_named = difference.path == ("name",) and is_header
        if difference.path[0] in keys and not (is_named and _is_same_name(difference)):
            yield difference
    if old.authorizer is None or new.authorizer is None:
        return
    source = new.authorizer.get("identitySource")
    is_header = source is not None and source.text("in") == "header"
    for difference in values.differences(old.authorizer, new.authorizer):
        is_named = difference.path == ("identitySource", "name") and is_header
        is_account = folded(difference.path[0]) in _ACCOUNTS
        if (
            not is_account
            and not values.is_default(difference, _DEFAULTS)
            and not (is_named and _is_same_name(difference))
        ):
            yield difference


def _is_same_name(difference: Difference) -> bool:
    """Whether a name differs only in the case of its letters."""
    old, new = difference.old, difference.new
    return old is not None and new is not None and written(old.value).lower() == written(new.value).lower()


def _by_name(protection: Protection) -> dict[str, RequiredScheme]:
    return {scheme.name: scheme for requirement in protection.alternatives for scheme in requirement}


def _names(protection: Protection) -> set[frozenset[str]]:
    return {frozenset(scheme.name for scheme in requirement) for requirement in protection.alternatives}


def _is_renamed(old: Protection, new: Protection, values: Values) -> bool:
    """Whether the schemes are the same under other names, in the same order."""
    if [len(one) for one in old.alternatives] != [len(one) for one in new.alternatives]:
        return False
    pairs = [
        (left, right)
        for before, after in zip(old.alternatives, new.alternatives, strict=True)
        for left, right in zip(before, after, strict=True)
    ]
    return all(left.scheme and right.scheme and not any(_differences(left, right, values)) for left, right in pairs)
