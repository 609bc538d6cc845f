"""Owns changes of which pages may read answers: CORS rules and stubs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from apigw_lint.diagnostic import Severity
from apigw_lint.diff.change import Change
from apigw_lint.diff.kinds import CORS_NARROWED, CORS_WIDENED
from apigw_lint.diff.pairs import Pair
from apigw_lint.gateway.cors import CorsAnswer, Handler, PathCors
from apigw_lint.gateway.cors_headers import ALLOW_CREDENTIALS, ALLOW_ORIGIN
from apigw_lint.gateway.spec import Spec
from apigw_lint.gateway.variables import written
from apigw_lint.source.tree import Node, Sequence
from apigw_lint.spelling import joined

_ANY, _REFLECTED = "*", "true"


class _Allowed(NamedTuple):
    """The origins that may read answers, `*` and `true` for any, and whether with credentials, None if unknown."""

    origins: frozenset[str]
    credentials: bool | None
    rule: Node | None

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


def _widened(before: _Allowed, after: _Allowed) -> Iterator[tuple[str, Severity]]:
    if after.any and not before.any:
        how = "reflected" if _REFLECTED in after.origins else "'*'"
        also = ", with credentials" if after.credentials else ""
        yield f"pages of any origin may now read answers{also}: the origin is {how}", Severity.ERROR
        return
    if _REFLECTED in after.origins - before.origins and after.credentials:
        yield "the origin was '*', now it is reflected, so that credentials are accepted", Severity.ERROR
        return
    if added := sorted(after.origins - before.origins):
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
    return _Allowed(origins, _credentials(spec, answer), cors.rule or answer.node)


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
