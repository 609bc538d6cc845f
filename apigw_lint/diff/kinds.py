"""Owns the kinds of changes: their names, severities and consequences, and the page of each."""

from __future__ import annotations

from apigw_lint.diagnostic import Consequence, Severity
from apigw_lint.rules.rule import Rule

_ERROR, _WARNING, _INFO = Severity
_RISK, _BROKEN, _CHANGED = Consequence.RISK, Consequence.BROKEN, Consequence.CHANGED


def _kind(name: str, severity: Severity, consequence: Consequence, page: str, *others: Severity) -> Rule:
    return Rule(name, "changes", severity, consequence, None, page, other_severities=others)


NOW_PUBLIC = _kind(
    "now-public",
    _ERROR,
    _RISK,
    """An authorizer was asked, and now anyone may call.

    Either `security` is gone or has an alternative that needs nothing, or a scheme in it has no authorizer any more:
    then the gateway checks nothing. If this is intended, say so in an ignore comment above the operation.
    """,
)
NOW_PROTECTED = _kind(
    "now-protected",
    _WARNING,
    _CHANGED,
    """Anyone could call, and now an authorizer is asked.

    Callers that send no credentials are refused from now on.
    """,
)
AUTHORIZER_CHANGED = _kind(
    "authorizer-changed",
    _WARNING,
    _RISK,
    """Another authorizer is asked, or asked otherwise.

    Another function, another tag of it, another source of keys or another header decides who may call. Callers may be
    refused that were let through, and the reverse.
    """,
)
CORS_WIDENED = _kind(
    "cors-widened",
    _ERROR,
    _RISK,
    """Pages of more origins may read answers; an error for any origin and for credentials.

    With credentials, a page of any origin can call in the name of whoever looks at it.
    """,
    _INFO,
)
CORS_NARROWED = _kind(
    "cors-narrowed",
    _WARNING,
    _BROKEN,
    """Pages may no longer read answers, or send what they could.

    Fewer origins, methods or headers are allowed. Browsers refuse such requests of pages, and nothing of that is in
    the log of a backend. Methods count that the path has, except GET, HEAD and POST, which browsers send without being
    told.
    """,
)
VALIDATOR_OFF = _kind(
    "validator-off",
    _WARNING,
    _RISK,
    """The validator no longer checks something.

    Requests that it refused now reach the backend.
    """,
)
VALIDATOR_ON = _kind(
    "validator-on",
    _WARNING,
    _CHANGED,
    """The validator checks something that it did not check.

    Requests that do not satisfy their schemas were answered, and are refused from now on.
    """,
)
RATE_LIMIT_CHANGED = _kind(
    "rate-limit-changed",
    _INFO,
    _CHANGED,
    """The rate limit of an operation is another one.

    It is that of the operation, or else of its path, or else of the gateway. The documentation calls rate limits
    discontinued, so this is no more than worth knowing.
    """,
)
WEB_SECURITY_CHANGED = _kind(
    "web-security-changed",
    _WARNING,
    _RISK,
    """Another profile of Smart Web Security protects the gateway, or none.

    Requests that the profile refused may be answered, and the reverse. A profile where there was none is only worth
    knowing.
    """,
    _INFO,
)
OPERATION_REMOVED = _kind(
    "operation-removed",
    _ERROR,
    _BROKEN,
    """An operation is gone.

    Its callers get an error, or the answer of another path if that matches the same requests.
    """,
)
EVENT_REMOVED = _kind(
    "event-removed",
    _ERROR,
    _BROKEN,
    """A WebSocket event has no operation any more.

    Nothing is called any more when a client connects, sends a message or leaves.
    """,
)
TRAILING_SLASH_COUNTS = _kind(
    "trailing-slash-counts",
    _WARNING,
    _BROKEN,
    """A slash at the end of a path counts now, and did not.

    Requests for `/users/` were answered by the path `/users`, and are no longer.
    """,
)
PARAMETER_REQUIRED = _kind(
    "parameter-required",
    _ERROR,
    _BROKEN,
    """A parameter is required that was not.

    Callers that do not send it no longer keep the contract, and a validator refuses them.
    """,
)
BODY_REQUIRED = _kind(
    "body-required",
    _ERROR,
    _BROKEN,
    """A request body is required that was not.

    Callers that send none no longer keep the contract, and a validator refuses them.
    """,
)
OTHER_PATH_ANSWERS = _kind(
    "other-path-answers",
    _WARNING,
    _CHANGED,
    """Another path answers the same requests; an error if that makes them public.

    Of several paths that match a request, fixed ones come first and greedy ones last, so a new path may take requests
    from an older one. `apigw-lint trace` with the request that is shown says why. It is only worth knowing if both call
    the same.
    """,
    _ERROR,
    _INFO,
)
INTEGRATION_CHANGED = _kind(
    "integration-changed",
    _WARNING,
    _CHANGED,
    """An operation has another type of integration.

    Something else answers, so status codes, headers and bodies may be others.
    """,
)
TARGET_CHANGED = _kind(
    "target-changed",
    _WARNING,
    _CHANGED,
    """An integration calls something else.

    Another function, container, URL, bucket, queue or table answers from now on.
    """,
)
SETTING_CHANGED = _kind(
    "setting-changed",
    _INFO,
    _CHANGED,
    """An integration sends or answers something else.

    Such as another header, query parameter, context or content.
    """,
)
ACCOUNT_CHANGED = _kind(
    "account-changed",
    _WARNING,
    _RISK,
    """An integration or an authorizer uses another service account.

    What it calls must let that account in. Without an account it is called without authorization.
    """,
)
TAG_CHANGED = _kind(
    "tag-changed",
    _INFO,
    _CHANGED,
    """An integration calls another version of a function.

    Without a tag, and with `$latest`, each new version of the function answers at once.
    """,
)
TIMEOUT_CHANGED = _kind(
    "timeout-changed",
    _INFO,
    _CHANGED,
    """An integration waits longer or less long.

    A backend that takes longer than the timeout is no longer waited for.
    """,
)
VARIABLE_REMOVED = _kind(
    "variable-removed",
    _WARNING,
    _CHANGED,
    """A variable of the gateway is gone.

    Whoever sets it when the gateway is deployed or in a canary release sets nothing any more.
    """,
)
VARIABLE_DEFAULT_CHANGED = _kind(
    "variable-default-changed",
    _WARNING,
    _CHANGED,
    """A variable of the gateway has another default.

    A deployment that does not set the variable gets another value.
    """,
)
VARIABLE_VALUE_ADDED = _kind(
    "variable-value-added",
    _INFO,
    _CHANGED,
    """A variable of the gateway may have another value.

    With that value, the specification may call something else.
    """,
)
VARIABLE_VALUE_REMOVED = _kind(
    "variable-value-removed",
    _WARNING,
    _CHANGED,
    """A variable of the gateway may no longer have a value.

    A deployment that sets this value is refused.
    """,
)

KINDS: dict[str, Rule] = {kind.name: kind for kind in list(globals().values()) if isinstance(kind, Rule)}
"""All kinds by name, in the order in which they are listed."""
