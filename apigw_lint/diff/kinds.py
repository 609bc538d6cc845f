"""Owns the kinds of changes: their names, severities and consequences, and what each means."""

from __future__ import annotations

from apigw_lint.diagnostic import Consequence, Severity
from apigw_lint.rules.rule import Rule

_ERROR, _WARNING, _INFO = Severity
_RISK, _BROKEN, _CHANGED = Consequence.RISK, Consequence.BROKEN, Consequence.CHANGED


def _kind(name: str, severity: Severity, consequence: Consequence, page: str, *others: Severity) -> Rule:
    return Rule(name, "diff", severity, consequence, None, page, other_severities=others)


NOW_PUBLIC = _kind("now-public", _ERROR, _RISK, "An authorizer was asked, and now anyone may call.")
NOW_PROTECTED = _kind("now-protected", _WARNING, _CHANGED, "Anyone could call, and now an authorizer is asked.")
AUTHORIZER_CHANGED = _kind("authorizer-changed", _WARNING, _RISK, "Another authorizer is asked, or asked otherwise.")
CORS_WIDENED = _kind(
    "cors-widened",
    _ERROR,
    _RISK,
    "Pages of more origins may read answers; an error for any origin and for credentials.",
    _INFO,
)
CORS_NARROWED = _kind("cors-narrowed", _WARNING, _BROKEN, "Pages of an origin may no longer read answers.")
VALIDATOR_OFF = _kind("validator-off", _WARNING, _RISK, "The validator no longer checks something.")
VALIDATOR_ON = _kind("validator-on", _WARNING, _CHANGED, "The validator checks something that it did not check.")
OPERATION_REMOVED = _kind("operation-removed", _ERROR, _BROKEN, "An operation is gone.")
EVENT_REMOVED = _kind("event-removed", _ERROR, _BROKEN, "A WebSocket event has no operation any more.")
PARAMETER_REQUIRED = _kind("parameter-required", _ERROR, _BROKEN, "A parameter is required that was not.")
BODY_REQUIRED = _kind("body-required", _ERROR, _BROKEN, "A request body is required that was not.")
OTHER_PATH_ANSWERS = _kind(
    "other-path-answers",
    _WARNING,
    _CHANGED,
    "Another path answers the same requests; an error if that makes them public.",
    _ERROR,
    _INFO,
)
INTEGRATION_CHANGED = _kind("integration-changed", _WARNING, _CHANGED, "An operation has another type of integration.")
TARGET_CHANGED = _kind("target-changed", _WARNING, _CHANGED, "An integration calls something else.")
SETTING_CHANGED = _kind("setting-changed", _INFO, _CHANGED, "An integration sends or answers something else.")
ACCOUNT_CHANGED = _kind("account-changed", _WARNING, _RISK, "An integration uses another service account.")
TAG_CHANGED = _kind("tag-changed", _INFO, _CHANGED, "An integration calls another version of a function.")
TIMEOUT_CHANGED = _kind("timeout-changed", _INFO, _CHANGED, "An integration waits longer or less long.")
VARIABLE_REMOVED = _kind("variable-removed", _WARNING, _CHANGED, "A variable of the gateway is gone.")
VARIABLE_DEFAULT_CHANGED = _kind(
    "variable-default-changed", _WARNING, _CHANGED, "A variable of the gateway has another default."
)
VARIABLE_VALUE_ADDED = _kind(
    "variable-value-added", _INFO, _CHANGED, "A variable of the gateway may have another value."
)
VARIABLE_VALUE_REMOVED = _kind(
    "variable-value-removed", _WARNING, _CHANGED, "A variable of the gateway may no longer have a value."
)

KINDS: dict[str, Rule] = {kind.name: kind for kind in list(globals().values()) if isinstance(kind, Rule)}
"""All kinds by name, in the order in which they are listed."""
