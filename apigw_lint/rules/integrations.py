"""Rules about integrations."""

from __future__ import annotations

from collections.abc import Iterator

from apigw_lint.diagnostic import Consequence, Severity
from apigw_lint.nearest import nearest
from apigw_lint.rules.rule import Problem, rule
from apigw_lint.source.placeholder import is_unknown_key
from apigw_lint.spec.model import Operation, Spec
from apigw_lint.spec.substitution import LEGACY_TYPES

_INTEGRATION = "x-yc-apigateway-integration"


@rule(Severity.WARNING, Consequence.BROKEN)
def missing_integration(spec: Spec) -> Iterator[Problem]:
    """An operation without an integration.

    The integration is what answers. An operation without one is documentation: its requests are not served.

    Bad:
        /hello:
          get:
            summary: Says hello
          post:
            x-yc-apigateway-integration: {type: dummy, http_code: 200}

    Good:
        /hello:
          get:
            summary: Says hello
            x-yc-apigateway-integration: {type: dummy, http_code: 200}

    See: https://yandex.cloud/en/docs/api-gateway/concepts/extensions/
    """
    if not spec.is_gateway_spec:
        return
    for operation in spec.operations:
        if _INTEGRATION not in operation.node.value and not _is_elsewhere(operation):
            message = f"operation '{operation.label}' has no '{_INTEGRATION}': nothing answers its requests"
            yield Problem(operation.node, message)


def _is_elsewhere(operation: Operation) -> bool:
    """Whether the integration is there but misspelt or misplaced, which other rules report."""
    keys = operation.node.value
    return (
        _INTEGRATION in operation.path_item.value
        or "$ref" in keys
        or any(is_unknown_key(key) for key in keys)
        or any(key.startswith("x-yc") and nearest(key, (_INTEGRATION,)) for key in keys)
    )


@rule(Severity.WARNING, Consequence.DEPRECATED)
def legacy_spelling(spec: Spec) -> Iterator[Problem]:
    """A spelling of the earliest documentation.

    `cloud-functions`, `object-storage` and `service_account` are what the first documentation had. Today
    they are written `cloud_functions`, `object_storage` and `service_account_id`.

    Bad:
        /hello:
          get:
            x-yc-apigateway-integration:
              type: cloud-functions
              function_id: d4e0123456789abcdefg

    Good:
        /hello:
          get:
            x-yc-apigateway-integration:
              type: cloud_functions
              function_id: d4e0123456789abcdefg

    See: https://yandex.cloud/en/docs/api-gateway/concepts/extensions/cloud-functions
    """
    for integration in spec.integrations:
        kind = integration.get("type")
        if kind is not None and isinstance(kind.value, str) and kind.value in LEGACY_TYPES:
            yield Problem(kind, f"'{kind.value}' is the old spelling of '{LEGACY_TYPES[kind.value]}'")
        account = integration.get("service_account")
        if account is not None:
            yield Problem(account, "'service_account' is the old spelling of 'service_account_id'", at=account.key_span)


@rule(Severity.ERROR, Consequence.INVALID)
def unquoted_version(spec: Spec) -> Iterator[Problem]:
    """A `payload_format_version` without quotes.

    To YAML `1.0` is a number. The contract wants the text `'1.0'` or `'0.1'`.

    Bad:
        /hello:
          get:
            x-yc-apigateway-integration:
              type: cloud_functions
              function_id: d4e0123456789abcdefg
              payload_format_version: 1.0

    Good:
        /hello:
          get:
            x-yc-apigateway-integration:
              type: cloud_functions
              function_id: d4e0123456789abcdefg
              payload_format_version: '1.0'

    See: https://yandex.cloud/en/docs/api-gateway/concepts/extensions/cloud-functions
    """
    for integration in spec.integrations:
        node = integration.get("payload_format_version")
        if node is None or isinstance(node.value, bool) or not isinstance(node.value, (int, float)):
            continue
        if integration.text("type") in ("cloud_functions", "cloud-functions"):
            known = {0.1: "'0.1'", 1: "'1.0'"}.get(node.value, "'0.1' or '1.0'")
            message = f"without quotes {node.written} is a number, but 'payload_format_version' is text: write {known}"
            yield Problem(node, message)
