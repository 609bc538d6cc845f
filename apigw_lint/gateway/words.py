"""Owns how what is in force on an operation is said in a few words, as it is written in the document.

Nothing is hidden here: who shows these words hides secrets.
"""

from __future__ import annotations

from apigw_lint.gateway.access import Access, Protection, RequiredScheme, Requirement
from apigw_lint.gateway.accounts import Account
from apigw_lint.gateway.cors import CORS, Handler, PathCors
from apigw_lint.gateway.kinds import ANY_METHOD
from apigw_lint.gateway.operations import Operation
from apigw_lint.gateway.targets import Target
from apigw_lint.gateway.validators import Validation
from apigw_lint.gateway.variables import written
from apigw_lint.source.tree import Mapping, Node, Sequence

UNKNOWN = "unknown"


def method_words(operation: Operation) -> str:
    """`GET`, `*` for the any-method, `ws:message` for a WebSocket event."""
    if not operation.has_known_method:
        return UNKNOWN
    return f"ws:{operation.event}" if operation.event else "*" if operation.key == ANY_METHOD else operation.key.upper()


def target_words(target: Target) -> str:
    """What an integration calls, without its type: `d4e0123456789abcdefg tag stable`, `bucket/object`; may be empty."""
    fields = {name: field_words(node) for name, node in target.fields}
    if target.type == "object_storage":
        return "/".join(fields.values())
    if target.type == "cloud_functions" and "tag" in fields:
        return f"{fields.get('function_id', '')} tag {fields['tag']}".strip()
    return " ".join(value for name, value in fields.items() if name != "action" or target.type == "cloud_ydb")


def field_words(node: Node) -> str:
    """The value of a field; an unquoted `{NAME}`, which is a mapping in YAML, as it is written."""
    return node.written if isinstance(node.value, (Mapping, Sequence)) else written(node.value)


def account_words(account: Account | None) -> str:
    """The account that is used, `none`, or an empty string where none can be."""
    if account is None:
        return ""
    if account.node is None:
        return UNKNOWN if account.is_unknown else "none"
    return written(account.node.value)


def path_words(operation: Operation) -> str:
    """The path as it is written; `unknown` in a part of a specification that does not show it."""
    return operation.path if operation.has_known_path else UNKNOWN


def access_words(protection: Protection) -> str:
    """Who may call: `public`, or the schemes with what enforces them, `and` and `or` as they are."""
    alternatives = " or ".join(map(_requirement_words, protection.alternatives))
    if protection.access is Access.PUBLIC:
        return "public" if len(protection.alternatives) < 2 else f"public: {alternatives}"
    if protection.access is Access.UNENFORCED:
        return f"public: {alternatives}"
    return alternatives or UNKNOWN


def _requirement_words(requirement: Requirement) -> str:
    return " and ".join(map(_scheme_words, requirement)) or "anyone"


def _scheme_words(scheme: RequiredScheme) -> str:
    if scheme.is_enforced:
        return f"{scheme.name} ({authorizer_words(scheme.authorizer)})"
    return f"{scheme.name} ({'unknown' if scheme.is_enforced is None else 'not enforced'})"


def authorizer_words(authorizer: Node | None) -> str:
    """What an authorizer is: `jwt`, or `function` with its id and tag."""
    kind = authorizer.text("type") if authorizer else None
    if authorizer is None or kind != "function":
        return kind or UNKNOWN
    nodes = authorizer.get("function_id"), authorizer.get("tag")
    function_id, tag = (written(node.value) if node else "" for node in nodes)
    return " ".join((kind, *filter(None, (function_id, tag and f"tag {tag}"))))


def cors_words(cors: PathCors) -> str:
    """Who answers the preflight requests of a path: `rule`, `rule of the gateway`, `options`, `none`."""
    if cors.handler is Handler.UNSURE:
        return UNKNOWN
    if cors.handler is Handler.RULE:
        return "rule" if CORS in cors.path_item.value else "rule of the gateway"
    return "options" if any(operation.key == "options" for operation in cors.operations) else "none"


def validation_words(validation: Validation) -> str:
    """What the validator checks, `none` if nothing."""
    checks = {
        "body": validation.body,
        "parameters": validation.parameters,
        "response body": validation.response_body,
        "response headers": validation.response_headers,
    }
    words = [f"{name} (unknown)" if value is None else name for name, value in checks.items() if value or value is None]
    return UNKNOWN if len(words) == len(checks) and None in checks.values() else ", ".join(words) or "none"
