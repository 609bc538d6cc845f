"""Rules about integrations: whether there is one, and the fields of those that call services of the cloud."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from apigw_lint.diagnostic import Consequence, Severity
from apigw_lint.fix.edits import make_fix, quote, rename_key, replace_value
from apigw_lint.gateway.accounts import NEED_ACCOUNT, may_gateway_have_account, may_have_account
from apigw_lint.gateway.foreign import has_foreign_integration
from apigw_lint.gateway.operations import Operation
from apigw_lint.gateway.spec import Spec
from apigw_lint.gateway.substitution import LEGACY_TYPES, integration_type
from apigw_lint.rules.possible_strings import possible_strings
from apigw_lint.rules.rule import Problem, rule
from apigw_lint.source.pattern import pattern
from apigw_lint.source.tree import Node
from apigw_lint.spelling import listed

_INTEGRATION = "x-yc-apigateway-integration"
_GATEWAY = "x-yc-apigateway"


_HIDES = pattern(r"private|internal|hidden|exclud|ignor|skip|disabl|draft|planned|unpublish")
_SHOWS = pattern(r"public|publish|deploy|expos|enabl|external")


@rule(Severity.WARNING, Consequence.BROKEN, other_severities=(Severity.INFO,))
def missing_integration(spec: Spec) -> Iterator[Problem]:
    """An operation without an integration.

    The integration serves the request. An operation without one is only documentation: its requests are not served.

    It may be a choice, because a script takes the operation out before it deploys, or adds the integration:

    - Nothing is reported if the operation or its path has an `x-` key of your own that says so: one that is named like
      `x-private-api`, `x-internal`, `x-hidden`, `x-ignore` or `x-draft`, has such a value, says `false` to something
      like `x-public`, or is a flag that is `true` here and on no operation with an integration.
    - If most operations have no integration, that is info, reported once. If the document has no extension at all, it
      is a warning, reported once.

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
    unserved, served = _unserved_and_served(spec)
    paths = spec.root.get("paths") if spec.root else None
    if paths and len(unserved) > 1 and not served and not spec.is_gateway_spec:
        yield Problem(paths, f"no operation has an '{_INTEGRATION}': the gateway serves no request")
        return
    flags = {key for operation in served for key, value in _own_keys(operation) if value is True}
    unserved = [operation for operation in unserved if not _is_left_out(operation, flags)]
    are_most = len(unserved) > max(1, len(served))
    for operation in unserved:
        if are_most:
            message = f"no '{_INTEGRATION}', as in most operations here: the requests are not served"
            yield Problem(operation.node, message, severity=Severity.INFO, cause=message)
        else:
            message = f"operation '{operation.label}' has no '{_INTEGRATION}': its requests are not served"
            yield Problem(operation.node, message)


def _unserved_and_served(spec: Spec) -> tuple[list[Operation], list[Operation]]:
    """The operations that surely have no integration, not even in the wrong place, and all others."""
    unserved: list[Operation] = []
    served: list[Operation] = []
    for operation in spec.operations:
        is_elsewhere = _INTEGRATION in operation.path_item.value or has_foreign_integration(operation.node)
        is_unserved = spec.lacks(operation.node, _INTEGRATION) and not is_elsewhere
        (unserved if is_unserved else served).append(operation)
    return unserved, served


def _own_keys(operation: Operation) -> Iterator[tuple[str, Any]]:
    """The `x-` keys of an operation and its path item that are not the gateway's, and their values."""
    for owner in (operation.node, operation.path_item):
        for key, value in owner.value.items():
            if key.startswith("x-") and not key.startswith("x-yc-"):
                yield key, value


def _is_left_out(operation: Operation, flags: set[str]) -> bool:
    """Whether an `x-` key says that an operation is not deployed as it is; `flags` are set on served operations too."""
    for key, value in _own_keys(operation):
        is_off = value is None or str(value).lower() in ("false", "no", "off", "")
        if is_off and _SHOWS.search(key.lower()) and not _HIDES.search(key.lower()):
            return True
        if not is_off and (_HIDES.search(key.lower()) or (isinstance(value, str) and _HIDES.search(value.lower()))):
            return True
        if value is True and key not in flags:
            return True
    return False


@rule(Severity.WARNING, Consequence.DEPRECATED, fixes="safe")
def legacy_spelling(spec: Spec) -> Iterator[Problem]:
    """An older spelling of a type or a key.

    Older pages, and templates that follow them, have `cloud-functions`, `object-storage` and `service_account`. The
    reference has `cloud_functions`, `object_storage` and `service_account_id`.

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
    for integration in spec.integrations.written:
        kind = integration.get("type")
        if kind is not None and isinstance(kind.value, str) and kind.value in LEGACY_TYPES:
            name = LEGACY_TYPES[kind.value]
            fix = make_fix(f"write '{name}'", replace_value(kind, name), safe=True)
            yield Problem(kind, f"'{kind.value}' is an older spelling of '{name}'", fix=fix, cause=name)
        account = integration.get("service_account")
        if account is not None:
            fix = make_fix("rename it to 'service_account_id'", rename_key(account, "service_account_id"), safe=True)
            message = "'service_account' is an older spelling of 'service_account_id'"
            yield Problem(account, message, at=account.key_span, fix=fix, cause=account.key)


@rule(Severity.ERROR, Consequence.INVALID, fixes="safe")
def unquoted_version(spec: Spec) -> Iterator[Problem]:
    """A `payload_format_version` without quotes.

    Without quotes YAML reads `1.0` as a number, but the value must be a string: `'1.0'` or `'0.1'`.

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
    for integration in spec.integrations.of_type("cloud_functions"):
        node = integration.get("payload_format_version")
        if node is None or isinstance(node.value, bool) or not isinstance(node.value, (int, float)):
            continue
        version = {0.1: "0.1", 1: "1.0"}.get(node.value)
        expected = f"'{version}'" if version else "'0.1' or '1.0'"
        message = f"'payload_format_version' must be a string, not the number {node.written}: write {expected}"
        fix = make_fix(f"write '{version}' in quotes", quote(node, version), safe=True) if version else None
        yield Problem(node, message, fix=fix, cause=message)


_MAY_BE_PUBLIC = {
    "cloud_functions": "functions",
    "serverless_containers": "containers",
    "object_storage": "objects",
}


@rule(Severity.ERROR, Consequence.BROKEN, other_severities=(Severity.INFO,))
def missing_service_account(spec: Spec) -> Iterator[Problem]:
    """An integration calls a cloud service without a service account.

    Queues, databases, data streams and DataSphere nodes require authorization: `service_account_id` in the integration
    or under `x-yc-apigateway`. Functions, containers and objects may be public, so for those it is info, reported once
    per document.

    Bad:
        /orders:
          post:
            x-yc-apigateway-integration:
              type: cloud_ymq
              action: SendMessage
              queue_url: https://message-queue.api.cloud.yandex.net/b1g0123456789abcdefg/dj600000000000000001/orders
              folder_id: b1g0123456789abcdefg

    Good:
        x-yc-apigateway:
          service_account_id: aje0123456789abcdefg
        paths:
          /orders:
            post:
              x-yc-apigateway-integration:
                type: cloud_ymq
                action: SendMessage
                queue_url: https://message-queue.api.cloud.yandex.net/b1g0123456789abcdefg/dj600000000000000001/orders
                folder_id: b1g0123456789abcdefg

    See: https://yandex.cloud/en/docs/api-gateway/concepts/extensions/
    """
    if may_have_account(spec, spec.root) or may_gateway_have_account(spec):
        return
    public: dict[str, list[Node]] = {}
    for integration in spec.integrations.written:
        kind = integration_type(integration)
        if may_have_account(spec, integration):
            continue
        if kind in NEED_ACCOUNT:
            message = f"a {kind} integration requires 'service_account_id', here or under 'x-yc-apigateway'"
            yield Problem(integration, message, cause=message)
        elif kind in _MAY_BE_PUBLIC:
            public.setdefault(_MAY_BE_PUBLIC[kind], []).append(integration)
    if public:
        yield _only_public_problem(public)


def _only_public_problem(public: dict[str, list[Node]]) -> Problem:
    """One problem for the integrations without an account, given by what they call, which may be public."""
    first = min((nodes[0] for nodes in public.values()), key=lambda node: node.raw_span)
    others = sum(map(len, public.values())) - 1
    more = f" ({others} more integration{'s lack' if others > 1 else ' lacks'} it)" if others else ""
    kinds = listed([*public], "and").replace("'", "")
    message, hint = (
        f"without 'service_account_id', here or under '{_GATEWAY}'",
        f", only public {kinds} can be called{more}",
    )
    return Problem(first, message, hint=hint, severity=Severity.INFO)


_YDB_FIELDS = ("key", "update_expression", "expression_attribute_values", "limit", "exclusive_start_key")
_YDB_ACTIONS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "PutItem": ((), ()),
    "GetItem": (("key",), ("key",)),
    "UpdateItem": (("key",), ("key", "update_expression", "expression_attribute_values")),
    "DeleteItem": (("key",), ("key",)),
    "Scan": ((), ("limit", "exclusive_start_key")),
}
"""The fields that each action needs, and those that it uses."""


@rule(Severity.WARNING, Consequence.IGNORED, other_severities=(Severity.ERROR,))
def field_not_for_action(spec: Spec) -> Iterator[Problem]:
    """A field that the action of a `cloud_ydb` integration does not use, or a missing one that it requires.

    `GetItem` and `DeleteItem` use `key`; `UpdateItem` uses `key` and optionally `update_expression` with
    `expression_attribute_values`; `Scan` uses `limit` and `exclusive_start_key`; `PutItem` takes the item from the
    request body. A missing field is an error.

    Bad:
        /orders:
          get:
            parameters: [{name: id, in: query, schema: {type: string}}]
            x-yc-apigateway-integration:
              type: cloud_ydb
              action: Scan
              database: /ru-central1/b1g0123456789abcdefg/etn00000000000000001
              table_name: orders
              key: '{"id": "{id}"}'
              service_account_id: aje0123456789abcdefg

    Good:
        /orders:
          get:
            parameters: [{name: id, in: query, schema: {type: string}}]
            x-yc-apigateway-integration:
              type: cloud_ydb
              action: GetItem
              database: /ru-central1/b1g0123456789abcdefg/etn00000000000000001
              table_name: orders
              key: '{"id": "{id}"}'
              service_account_id: aje0123456789abcdefg

    See: https://yandex.cloud/en/docs/api-gateway/concepts/extensions/ydb
    """
    for integration in spec.integrations.of_type("cloud_ydb"):
        action = integration.text("action")
        if action not in _YDB_ACTIONS:
            continue
        needed, used = _YDB_ACTIONS[action]
        for field in _YDB_FIELDS:
            if field in integration.value and field not in used:
                node = Node.entry(spec.tree, integration.value, field)
                uses = f"it uses {listed(used, 'and')}" if used else "the item comes from the request body"
                yield Problem(node, f"'{field}' has no effect with '{action}': {uses}", at=node.key_span)
        for field in needed:
            if spec.lacks(integration, field):
                message = f"'{action}' requires '{field}': the key columns as a JSON object in a string"
                yield Problem(integration, message, severity=Severity.ERROR)


@rule(Severity.ERROR, Consequence.BROKEN)
def fifo_queue(spec: Spec) -> Iterator[Problem]:
    """A `cloud_ymq` integration with a FIFO queue.

    The gateway sends only to standard queues. The name of a FIFO queue ends in `.fifo`.

    Bad:
        /orders:
          post:
            x-yc-apigateway-integration:
              type: cloud_ymq
              action: SendMessage
              queue_url: https://message-queue.api.cloud.yandex.net/b1g0123456789abcdefg/dj600000000000000001/orders.fifo
              folder_id: b1g0123456789abcdefg
              service_account_id: aje0123456789abcdefg

    Good:
        /orders:
          post:
            x-yc-apigateway-integration:
              type: cloud_ymq
              action: SendMessage
              queue_url: https://message-queue.api.cloud.yandex.net/b1g0123456789abcdefg/dj600000000000000001/orders
              folder_id: b1g0123456789abcdefg
              service_account_id: aje0123456789abcdefg

    See: https://yandex.cloud/en/docs/api-gateway/concepts/extensions/ymq
    """
    for integration in spec.integrations.of_type("cloud_ymq"):
        node = integration.get("queue_url")
        urls = ((url, possible) for url, possible in possible_strings(spec, node) if url.endswith(".fifo"))
        url, possible = next(urls, ("", None))
        if node is not None and url:
            name = url.rpartition("/")[2]
            message = f"'{name}' is a FIFO queue, but the gateway sends only to standard queues"
            at = node.find(name, node.value.rfind(name)) if name in node.value else None
            yield Problem(node, message, at=at, possible=possible, cause=url)
