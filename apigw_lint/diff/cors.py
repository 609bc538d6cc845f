"""Owns changes of which pages may read answers, and what they may send: CORS rules and stubs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from apigw_lint.diagnostic import Severity
from apigw_lint.diff.change import Change
from apigw_lint.diff.kinds import CORS_NARROWED, CORS_WIDENED
from apigw_lint.diff.pairs import Pair
from apigw_lint.gateway.cors import CorsAnswer, Handler, PathCors
from apigw_lint.gateway.cors_headers import (
    ALLOW_CREDENTIALS,
    ALLOW_HEADERS,
    ALLOW_METHODS,
    ALLOW_ORIGIN,
    EXPOSE_HEADERS,
    SAFELISTED_METHODS,
    CorsHeader,
)
from apigw_lint.gateway.kinds import ANY_METHOD, HTTP_METHODS
from apigw_lint.gateway.spec import Spec
from apigw_lint.gateway.variables import written
from apigw_lint.source.tree import Node, Sequence
from apigw_lint.spelling import joined

_ANY, _REFLECTED = "*", "true"


_SAFELISTED = frozenset(method.lower() for method in SAFELISTED_METHODS)
_NARROWER = (
    (ALLOW_METHODS, "send", "requests", "method"),
    (ALLOW_HEADERS, "send", "", "header"),
    (EXPOSE_HEADERS, "read", "", "header"),
)
"""The headers that list what pages may do, with the words for that."""


class _Allowed(NamedTuple):
    """The origins that may read answers, `*` and `true` for any, and whether with credentials, None if unknown."""

    origins: frozenset[str]
    credentials: bool | None
    rule: Node | None
    answer: CorsAnswer | None = None

    @property
    def any(self) -> bool:
        return bool(self.origins & {_ANY, _REFLECTED})


def changes(pair: Pair, old: Spec, new: Spec) -> Iterator[Change]:
    """What changes for the path of an operation; nothing where it is unknown what answers."""
    before, after = _allowed(old, pair.old.cors), _allowed(new, pair.new.cors)
    if before is None or after is None:
        return
    operation = pair.new.operation
    subject = f"'{operation.path}'"
    place = after.rule or operation.path_item
    cause = before.origins, after.origins, before.credentials, after.credentials
    for widened, severity in _widened(before, after):
        yield Change(CORS_WIDENED, subject, place, widened, severity, ("wide", *cause), is_key=True)
    lost = sorted(before.origins - after.origins)
    if lost and not after.any:
        origins = "any origin" if before.any else joined([f"'{one}'" for one in lost], "and")
        text = f"pages of {origins} may no longer read answers"
        yield Change(CORS_NARROWED, subject, place, text, None, ("narrow", *cause), is_key=True)
    elif _REFLECTED in lost and after.credentials is before.credentials is True:
        text = "the origin was reflected, now it is '*', which browsers do not accept with credentials"
        yield Change(CORS_NARROWED, subject, place, text, None, ("narrow", *cause), is_key=True)

    if before.origins and after.origins and before.credentials and after.credentials is False:
        text = "pages may no longer read answers to requests with credentials"
        yield Change(CORS_NARROWED, subject, place, text, None, ("secret", *cause), is_key=True)
    if before.origins and after.origins and before.answer and after.answer:
        keys = {one.key for one in pair.old.cors.operations}
        served = set(HTTP_METHODS) if ANY_METHOD in keys else keys & set(HTTP_METHODS)
        yield from _narrowed(before.answer, after.answer, subject, place, served)


def _narrowed(old: CorsAnswer, new: CorsAnswer, subject: str, rule: Node, served: set[str]) -> Iterator[Change]:
    """What pages may no longer send or read; `served` are the methods of the path, in lower case."""
    for header, verb, noun, name in _NARROWER:
        before, after = _names(old, header), _names(new, header)
        if before is None or after is None or _ANY in after:
            continue
        lost = before - after
        if header is ALLOW_METHODS:
            lost -= _SAFELISTED
            if not (served - after - _SAFELISTED if _ANY in lost else served & lost):
                continue
        if not lost:
            continue
        if _ANY in lost:
            only = joined(_shown(after, header), "and")
            text = f"pages could {verb} any {name}, and now only {only}" if only else f"pages may {verb} no {name} now"
        else:
            what = joined(_shown(lost, header), "and")
            named = f"{what} {noun}" if noun else f"the header{'s' if len(lost) > 1 else ''} {what}"
            text = f"pages may no longer {verb} {named}"
        yield Change(CORS_NARROWED, subject, new.get(header) or rule, text, None, (header, text), is_key=True)


def _names(answer: CorsAnswer, header: CorsHeader) -> frozenset[str] | None:
    """The names that are listed, None if that is unknown: what a rule without the list means is not documented."""
    if answer.get(header) is None:
        return frozenset() if not answer.is_rule and answer.lacks(header) else None
    return answer.names(header)


def _shown(names: frozenset[str], header: CorsHeader) -> list[str]:
    return sorted(name.upper() if header is ALLOW_METHODS else f"'{name}'" for name in names)


def _widened(before: _Allowed, after: _Allowed) -> Iterator[tuple[str, Severity]]:
    if after.any and not before.any:
        how = "reflected" if _REFLECTED in after.origins else "'*'"
        also = ", with credentials" if after.credentials else ""
        yield f"pages of any origin may now read answers{also}: the origin is {how}", Severity.ERROR
        return
    if _REFLECTED in after.origins - before.origins and after.credentials:
        yield "the origin was '*', now it is reflected, so that credentials are accepted", Severity.ERROR
        return
    if not before.any and (added := sorted(after.origins - before.origins)):
        origins = joined([f"'{one}'" for one in added], "and")
        yield f"pages of {origins} may now read answers", Severity.INFO
    if after.credentials and before.credentials is False and after.origins and before.origins:
        yield "pages may now read answers to requests with credentials", Severity.ERROR


def _allowed(spec: Spec, cors: PathCors) -> _Allowed | None:
    """The origins that are allowed, None if that is unknown."""
    if cors.handler is Handler.UNSURE or (cors.handler is Handler.RULE and cors.answer is None):
        return None
    answer = cors.answer
    if answer is None:
        has_options = any(one.key in ("options", "x-yc-apigateway-any-method") for one in cors.operations)
        return None if has_options else _Allowed(frozenset(), False, cors.rule)
    origins = _origins(spec, answer)
    if origins is None:
        return None
    return _Allowed(origins, _credentials(spec, answer), cors.rule or answer.node, answer)


def _origins(spec: Spec, answer: CorsAnswer) -> frozenset[str] | None:
    origin = answer.get(ALLOW_ORIGIN)
    if origin is None:
        return frozenset() if answer.lacks(ALLOW_ORIGIN) else None
    nodes = list(origin.entries()) if isinstance(origin.value, Sequence) else [origin]
    origins: set[str] = set()
    for node in nodes:
        possible = spec.variables.possible(node, is_text=True)
        if not possible:
            return None
        origins.update(written(one.value) for one in possible)
    return frozenset(origins - {"false", ""})


def _credentials(spec: Spec, answer: CorsAnswer) -> bool | None:
    node = answer.get(ALLOW_CREDENTIALS)
    if node is None:
        return False if answer.lacks(ALLOW_CREDENTIALS) else None
    possible = {written(one.value).lower() == "true" for one in spec.variables.possible(node)}
    return possible.pop() if len(possible) == 1 else True in possible or None
