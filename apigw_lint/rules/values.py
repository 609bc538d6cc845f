"""Rules about single values: placeholders that were left in, and ids that cannot be ids."""

from __future__ import annotations

import re
from collections.abc import Iterator

from apigw_lint.diagnostic import Consequence, Severity
from apigw_lint.gateway.spec import Spec
from apigw_lint.rules.rule import Problem, rule
from apigw_lint.source import placeholder
from apigw_lint.source.text import Span
from apigw_lint.source.tree import Mapping, Node

_ID_FIELDS = {
    "function_id": "function",
    "container_id": "container",
    "service_account_id": "service account",
    "serviceAccountId": "service account",
    "service_account": "service account",
    "folder_id": "folder",
    "securityProfileId": "security profile",
}
_PREFIXES = {
    "aje": "service account",
    "d4e": "function",
    "bba": "container",
    "b1g": "folder",
    "d5d": "gateway",
    "fev": "security profile",
}


@rule(Severity.WARNING, Consequence.BROKEN, also=(Severity.INFO,))
def leftover_placeholder(spec: Spec) -> Iterator[Problem]:
    """A placeholder that someone forgot to fill in.

    Documentation and tutorials write `<function_id>`, `YOUR_BUCKET` or `aje****`, and such a text works only when
    it is replaced. `${NAME}`, `{{ name }}`, `$NAME` and `__NAME__` are taken for values that a tool fills in later.

    Bad:
        /hello:
          get:
            x-yc-apigateway-integration:
              type: cloud_functions
              function_id: <function id>

    Good:
        /hello:
          get:
            x-yc-apigateway-integration:
              type: cloud_functions
              function_id: d4e0123456789abcdefg

    See: https://yandex.cloud/en/docs/api-gateway/concepts/extensions/
    """
    tree = spec.tree
    severity = Severity.INFO if tree.is_template else None
    seen = set()
    for offset in placeholder.candidates(tree.source.text):
        node = tree.at(offset)
        if node is None and (entry := tree.key_at(offset)) and entry.key_span and entry.identity not in seen:
            seen.add(entry.identity)
            for text in placeholder.forgotten_in_key(str(entry.key)):
                start = tree.source.text.find(text, entry.key_span.start, entry.key_span.end)
                span = Span(start, start + len(text)) if start >= 0 else entry.key_span
                message = f"'{text}' looks like a placeholder that nobody filled in"
                yield Problem(entry, message, at=span, severity=severity)
        if node is None or node.identity in seen:
            continue
        seen.add(node.identity)
        for at, text in placeholder.forgotten(node):
            message = f"'{text}' looks like a placeholder that nobody filled in"
            yield Problem(node, message, at=node.find(text, at), severity=severity)
    for error in spec.errors("placeholder"):
        message = f"'{error.node.written}' looks like a placeholder that nobody filled in"
        yield Problem(error.node, message, at=error.node.value_span, severity=severity)


@rule(Severity.WARNING, Consequence.BROKEN)
def odd_identifier(spec: Spec) -> Iterator[Problem]:
    """An id that cannot be one, or that is plainly the id of something else.

    Ids of functions, containers, service accounts and folders have 20 characters: lowercase letters and digits.
    Their beginning tells what they name, usually `d4e` a function, `bba` a container, `aje` a service account,
    `b1g` a folder.

    Bad:
        /hello:
          get:
            x-yc-apigateway-integration:
              type: cloud_functions
              function_id: aje0123456789abcdefg

    Good:
        /hello:
          get:
            x-yc-apigateway-integration:
              type: cloud_functions
              function_id: d4e0123456789abcdefg

    See: https://yandex.cloud/en/docs/api-gateway/concepts/extensions/cloud-functions
    """
    for owner in _id_owners(spec):
        for field in _ID_FIELDS.keys() & owner.value.keys() if isinstance(owner.value, Mapping) else ():
            kind, node = _ID_FIELDS[field], owner.get(field)
            reasons = ((_oddity(one.value, field, kind), one.when) for one in spec.possible(node))
            reason, when = next((found for found in reasons if found[0]), ("", ""))
            if node is not None and reason:
                yield Problem(node, f"{reason}, when {when}" if when else reason)


def _oddity(value: object, field: str, kind: str) -> str:
    """Why a value cannot be the id of this kind, in words; empty when it may be."""
    if not isinstance(value, str):
        return ""
    if re.fullmatch(r"[a-z0-9]{20}", value) is None:
        letters = "character" if len(value) == 1 else "characters"
        reason = f"{len(value)} {letters}" if len(value) != 20 else "other characters"
        return f"'{value}' cannot be a {kind} id, 20 lowercase letters and digits: it has {reason}"
    found = _PREFIXES.get(value[:3], kind)
    return f"'{value}' looks like a {found} id, but '{field}' wants a {kind}" if found != kind else ""


def _id_owners(spec: Spec) -> Iterator[Node]:
    yield from spec.integrations
    for _, scheme in spec.components("securitySchemes"):
        if authorizer := scheme.get("x-yc-apigateway-authorizer"):
            yield authorizer
    gateway = spec.root.get("x-yc-apigateway") if spec.root else None
    if gateway is not None:
        yield gateway
        profile = gateway.get("smartWebSecurity")
        if profile is not None and isinstance(profile.value, Mapping):
            yield profile
