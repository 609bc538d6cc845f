"""Owns changes of who may call an operation."""

from __future__ import annotations

from collections.abc import Iterator

from apigw_lint.diff.change import Change, quoted, was_now
from apigw_lint.diff.kinds import AUTHORIZER_CHANGED, NOW_PROTECTED, NOW_PUBLIC
from apigw_lint.diff.pairs import Pair
from apigw_lint.diff.values import Values
from apigw_lint.gateway.access import Access, Protection, RequiredScheme
from apigw_lint.gateway.security_schemes import AUTHORIZER
from apigw_lint.gateway.words import access_words
from apigw_lint.source.tree import Node

_ENFORCED_KEYS = ("type", "in", "name", "scheme", AUTHORIZER)
"""The keys of a security scheme that decide what a caller sends and who checks it."""


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
        for difference in values.differences(scheme.scheme, other.scheme):
            if difference.path[0] in _ENFORCED_KEYS:
                place = difference.new or other.authorizer or other.scheme
                field = ".".join(key for key in difference.path if key != AUTHORIZER) or "authorizer"
                text = f"in '{name}', {was_now(field, quoted(difference.old), quoted(difference.new))}"
                yield Change(AUTHORIZER_CHANGED, subject, place, text)


def _by_name(protection: Protection) -> dict[str, RequiredScheme]:
    return {scheme.name: scheme for requirement in protection.alternatives for scheme in requirement}


def _names(protection: Protection) -> set[frozenset[str]]:
    return {frozenset(scheme.name for scheme in requirement) for requirement in protection.alternatives}


def _is_renamed(old: Protection, new: Protection, values: Values) -> bool:
    """Whether the schemes are the same under other names, in the same order."""
    if [len(one) for one in old.alternatives] != [len(one) for one in new.alternatives]:
        return False
    pairs = [
        (left.scheme, right.scheme)
        for before, after in zip(old.alternatives, new.alternatives, strict=True)
        for left, right in zip(before, after, strict=True)
    ]
    return all(
        left is not None
        and right is not None
        and not any(one.path[0] in _ENFORCED_KEYS for one in values.differences(left, right))
        for left, right in pairs
    )
