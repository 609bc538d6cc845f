"""Owns changes of the gateway as a whole: its profile of Smart Web Security, and whether a slash at the end counts.

Source: https://yandex.cloud/en/docs/api-gateway/concepts/extensions/ and its page `sws`
"""

from __future__ import annotations

from collections.abc import Iterator

from apigw_lint.diagnostic import Severity
from apigw_lint.diff.change import Change, quoted
from apigw_lint.diff.kinds import TRAILING_SLASH_COUNTS, WEB_SECURITY_CHANGED
from apigw_lint.diff.pairs import Operations
from apigw_lint.diff.values import Values
from apigw_lint.gateway.spec import Spec
from apigw_lint.source.tree import Node

_PROFILE = ("x-yc-apigateway", "smartWebSecurity", "securityProfileId")


def changes(old: Operations, new: Operations, values: Values) -> Iterator[Change]:
    """What changes for all requests."""
    yield from _web_security(values)
    setting = values.new.root.descend("x-yc-apigateway", "ignoreTrailingSlashes") if values.new.root else None
    if old.ignores_slash and not new.ignores_slash and setting is not None:
        text = "did not count, and does now: requests with one are no longer answered by paths without one"
        yield Change(TRAILING_SLASH_COUNTS, "a slash at the end of a path", setting, text)


def _web_security(values: Values) -> Iterator[Change]:
    before, after = _profile(values.old), _profile(values.new)
    is_open = any(node is None and not _is_absent(spec) for node, spec in ((before, values.old), (after, values.new)))
    if is_open or before is after or (before and after and not values.are_different(before, after)):
        return
    text = f"profile was {quoted(before) or 'none'}, now {quoted(after) or 'none'}"
    place = after or values.new.gateway_object or values.new.root
    severity = None if before else Severity.INFO
    yield Change(WEB_SECURITY_CHANGED, "Smart Web Security", place, text, severity, is_key=after is None)


def _profile(spec: Spec) -> Node | None:
    """Where the profile is named, None without one or if that is unknown."""
    return spec.root.descend(*_PROFILE) if spec.root else None


def _is_absent(spec: Spec) -> bool:
    """Whether surely no profile is named."""
    owner = spec.root
    for key in _PROFILE:
        if spec.lacks(owner, key):
            return True
        owner = owner.get(key) if owner else None
    return False
