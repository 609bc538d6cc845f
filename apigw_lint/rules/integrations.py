"""Rules about integrations: whether there is one, and the fields of those that call services of the cloud."""

from __future__ import annotations

from collections.abc import Iterator

from apigw_lint.diagnostic import Consequence, Severity
from apigw_lint.fix.edits import make_fix, quote, rename_key, replace_value
from apigw_lint.gateway.operations import Operation
from apigw_lint.gateway.spec import Spec
from apigw_lint.gateway.substitution import LEGACY_TYPES, integration_type
from apigw_lint.rules.possible_strings import possible_strings, when_clause
from apigw_lint.rules.rule import Problem, rule
from apigw_lint.source.tree import Mapping, Node
from apigw_lint.source.unknown import has_unknown_key, is_unknown
from apigw_lint.spelling import listed, nearest

_INTEGRATION = "x-yc-apigateway-integration"
_GATEWAY = "x-yc-apigateway"


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
        if _INTEGRATION not in operation.node.value and not _is_integration_elsewhere(operation):
            message = f"operation '{operation.label}' has no '{_INTEGRATION}': nothing answers its requests"
            yield Problem(operation.node, message)


def _is_integration_elsewhere(operation: Operation) -> bool:
    """Whether the integration is there but misspelt or misplaced, which other rules report."""
    keys = operation.node.value
    return (
        _INTEGRATION in operation.path_item.value
        or "$ref" in keys
        or has_unknown_key(operation.node)
        or any(key.startswith("x-yc") and nearest(key, (_INTEGRATION,)) for key in keys)
    )


@rule(Severity.WARNING, Consequence.DEPRECATED, fixes="safe")
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
    for integration in spec.integrations.written:
        kind = integration.get("type")
        if kind is not None and isinstance(kind.value, str) and kind.value in LEGACY_TYPES:
            name = LEGACY_TYPES[kind.value]
            fix = make_fix(f"write '{name}'", replace_value(kind, name), safe=True)
            yield Problem(kind, f"'{kind.value}' is the old spelling of '{name}'", fix=fix)
        account = integration.get("service_account")
        if account is not None:
            fix = make_fix("rename it to 'service_account_id'", rename_key(account, "service_account_id"), safe=True)
            message = "'service_account' is the old spelling of 'service_account_id'"
            yield Problem(account, message, at=account.key_span, fix=fix)


@rule(Severity.ERROR, Consequence.INVALID, fixes="safe")
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
    for integration in spec.integrations.of_type("cloud_functions"):
        node = integration.get("payload_format_version")
        if node is None or isinstance(node.value, bool) or not isinstance(node.value, (int, float)):
            continue
        version = {0.1: "0.1", 1: "1.0"}.get(node.value)
        expected = f"'{version}'" if version else "'0.1' or '1.0'"
        message = f"without quotes {node.written} is a number, but 'payload_format_version' is text: write {expected}"
        fix = make_fix(f"write '{version}' in quotes", quote(node, version), safe=True) if version else None
        yield Problem(node, message, fix=fix)


_NEED_ACCOUNT = ("cloud_ymq", "cloud_ydb", "cloud_datastreams", "cloud_datasphere")
_MAY_BE_PUBLIC = {
    "cloud_functions": "functions",
    "serverless_containers": "containers",
    "object_storage": "objects",
}
_ACCOUNT_KEYS = ("service_account_id", "serviceAccountId", "service_account")


@rule(Severity.ERROR, Consequence.BROKEN, other_severities=(Severity.INFO,))
def missing_service_account(spec: Spec) -> Iterator[Problem]:
    """An integration that calls a service of the cloud, and no service account to call it with.

    Queues, databases, data streams and nodes of DataSphere answer to an authorized caller only: `service_account_id` of
    the integration, or else that of `x-yc-apigateway`. Functions, containers and objects may be public, so for
    those it is an information, given once in a document.

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

    See: https://yandex.cloud/en/docs/api-gateway/concepts/extensions/ymq
    """
    if spec.root is None or _may_have_account(spec.root) or any(map(_may_have_account, _gateway_objects(spec.root))):
        return
    public: dict[str, list[Node]] = {}
    for integration in spec.integrations.written:
        kind = integration_type(integration)
        if _may_have_account(integration):
            continue
        if kind in _NEED_ACCOUNT:
            message = f"a {kind} integration needs 'service_account_id', here or under 'x-yc-apigateway'"
            yield Problem(integration, message)
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
    message = f"without 'service_account_id', here or under '{_GATEWAY}', only public {kinds} can be called{more}"
    return Problem(first, message, severity=Severity.INFO)


def _gateway_objects(root: Node) -> Iterator[Node]:
    """The gateway object, also under a misspelt key."""
    return (node for key, node in root.items() if key == _GATEWAY or nearest(key, (_GATEWAY,)))


def _may_have_account(owner: Node) -> bool:
    """Whether an account is given, perhaps under a misspelt key, or some of what is given is not known."""
    if is_unknown(owner):
        return True
    return isinstance(owner.value, Mapping) and any(
        key in _ACCOUNT_KEYS or owner.tree.placeholders.is_unknown_key(key) or nearest(key, _ACCOUNT_KEYS)
        for key in owner.value
    )


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
    """A field of a `cloud_ydb` integration that its action does not use, or one that it needs and lacks.

    `GetItem` and `DeleteItem` take `key`; `UpdateItem` takes `key` and perhaps `update_expression` with
    `expression_attribute_values`; `Scan` takes `limit` and `exclusive_start_key`; `PutItem` takes the item from the
    body. A missing field is an error.

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
                uses = f"it uses {listed(used, 'and')}" if used else "it takes the item from the body"
                yield Problem(node, f"'{action}' does not use '{field}': {uses}", at=node.key_span)
        for field in needed:
            may_be_there = any(
                spec.placeholders.is_unknown_key(key) or nearest(key, (field,)) for key in integration.value
            )
            if field not in integration.value and not may_be_there:
                message = f"'{action}' needs '{field}', the key columns as a JSON object in a string"
                yield Problem(integration, message, severity=Severity.ERROR)


@rule(Severity.ERROR, Consequence.BROKEN)
def fifo_queue(spec: Spec) -> Iterator[Problem]:
    """A FIFO queue in a `cloud_ymq` integration.

    The integration sends to standard queues only; the name of a FIFO queue ends in `.fifo`.

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
        urls = (possible for possible in possible_strings(spec, node) if possible[0].endswith(".fifo"))
        url, condition = next(urls, ("", ""))
        if node is not None and url:
            name = url.rpartition("/")[2]
            message = f"'{name}' is a FIFO queue, and the gateway sends to standard queues only"
            at = node.find(name, node.value.rfind(name)) if name in node.value else None
            yield Problem(node, f"{message}{when_clause(condition)}", at=at)
