"""Rules about the ids of cloud resources."""

from __future__ import annotations

import re
from collections.abc import Iterator

from apigw_lint.diagnostic import Consequence, Severity
from apigw_lint.gateway.spec import Spec
from apigw_lint.rules.resource_objects import resource_objects
from apigw_lint.rules.rule import Problem, rule
from apigw_lint.source.tree import Mapping

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


@rule(Severity.WARNING, Consequence.BROKEN, other_severities=(Severity.INFO,))
def odd_identifier(spec: Spec) -> Iterator[Problem]:
    """A value that is not a valid id, or is the id of another resource.

    Ids of functions, containers, service accounts and folders have 20 lowercase letters and digits. The first three
    usually show the resource: `d4e` a function, `bba` a container, `aje` a service account, `b1g` a folder. A
    value that is not an id is info if the file is an example or a template by its name: it is filled in later.

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
    for owner in resource_objects(spec):
        for field in _ID_FIELDS.keys() & owner.value.keys() if isinstance(owner.value, Mapping) else ():
            node = owner.get(field)
            for possible in spec.variables.possible(node, is_text=True):
                if possible.is_to_be_set:
                    continue
                if reason := _why_not_an_id(possible.value, field):
                    is_expected = spec.tree.is_template and not _is_id(str(possible.value))
                    severity = Severity.INFO if is_expected else None
                    yield Problem(node, reason, severity=severity, possible=possible, cause=reason)


def _is_id(value: str) -> bool:
    return re.fullmatch(r"[a-z0-9]{20}", value) is not None


def _why_not_an_id(value: object, field: str) -> str:
    """Why a value cannot be the id that a field expects, in words; empty when it may be."""
    if not isinstance(value, str):
        return ""
    resource = _ID_FIELDS[field]
    if not value.strip():
        return f"'{field}' is empty: write the id of the {resource}"
    if not _is_id(value):
        letters = "character" if len(value) == 1 else "characters"
        reason = f"{len(value)} {letters}" if len(value) != 20 else "other characters"
        return f"'{value}' is not a {resource} id: an id has 20 lowercase letters and digits, this has {reason}"
    actual = _PREFIXES.get(value[:3], resource)
    return f"'{value}' looks like a {actual} id, but '{field}' requires a {resource} id" if actual != resource else ""
