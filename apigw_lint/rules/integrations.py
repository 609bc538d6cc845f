"""Rules about integrations."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import NamedTuple

from apigw_lint.diagnostic import Consequence, Severity
from apigw_lint.fix.edits import make_fix, quote, rename_key, replace_value
from apigw_lint.gateway import addresses
from apigw_lint.gateway.spec import Operation, Spec
from apigw_lint.gateway.substitution import LEGACY_TYPES, names
from apigw_lint.rules.rule import Problem, rule
from apigw_lint.source.pattern import pattern
from apigw_lint.source.placeholder import is_unknown, is_unknown_key
from apigw_lint.source.text import Span
from apigw_lint.source.tree import Mapping, Node
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
    for integration in spec.integrations:
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
    for integration in spec.integrations_of("cloud_functions"):
        node = integration.get("payload_format_version")
        if node is None or isinstance(node.value, bool) or not isinstance(node.value, (int, float)):
            continue
        known = {0.1: "0.1", 1: "1.0"}.get(node.value)
        due = f"'{known}'" if known else "'0.1' or '1.0'"
        message = f"without quotes {node.written} is a number, but 'payload_format_version' is text: write {due}"
        fix = make_fix(f"write '{known}' in quotes", quote(node, known), safe=True) if known else None
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
    for integration in spec.integrations:
        kind = LEGACY_TYPES.get(integration.text("type") or "", integration.text("type") or "")
        if _may_have_account(integration):
            continue
        if kind in _NEED_ACCOUNT:
            message = f"a {kind} integration needs 'service_account_id', here or under 'x-yc-apigateway'"
            yield Problem(integration, message)
        elif kind in _MAY_BE_PUBLIC:
            public.setdefault(_MAY_BE_PUBLIC[kind], []).append(integration)
    if public:
        first = min((nodes[0] for nodes in public.values()), key=lambda node: node.raw_span)
        others = sum(map(len, public.values())) - 1
        more = f" ({others} more integration{'s lack' if others > 1 else ' lacks'} it)" if others else ""
        kinds = listed([*public], "and").replace("'", "")
        message = f"without 'service_account_id', here or under '{_GATEWAY}', only public {kinds} can be called{more}"
        yield Problem(first, message, severity=Severity.INFO)


def _gateway_objects(root: Node) -> Iterator[Node]:
    """The gateway object, under a misspelt key too."""
    return (node for key, node in root.items() if key == _GATEWAY or nearest(key, (_GATEWAY,)))


def _may_have_account(owner: Node) -> bool:
    """Whether an account is given, under a misspelt key too, or what is given is not all known."""
    if is_unknown(owner):
        return True
    return isinstance(owner.value, Mapping) and any(
        key in _ACCOUNT_KEYS or is_unknown_key(key) or nearest(key, _ACCOUNT_KEYS) for key in owner.value
    )


_YDB_FIELDS = ("key", "update_expression", "expression_attribute_values", "limit", "exclusive_start_key")
_YDB_ACTIONS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "PutItem": ((), ()),
    "GetItem": (("key",), ("key",)),
    "UpdateItem": (("key",), ("key", "update_expression", "expression_attribute_values")),
    "DeleteItem": (("key",), ("key",)),
    "Scan": ((), ("limit", "exclusive_start_key")),
}
"""What each action needs, and what it uses."""


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
    for integration in spec.integrations_of("cloud_ydb"):
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
            is_known = not any(is_unknown_key(key) or nearest(key, (field,)) for key in integration.value)
            if field not in integration.value and is_known:
                message = f"'{action}' needs '{field}', the key columns as a JSON object in a string"
                yield Problem(integration, message, severity=Severity.ERROR)


@rule(Severity.ERROR, Consequence.BROKEN, other_severities=(Severity.WARNING,))
def malformed_json(spec: Spec) -> Iterator[Problem]:
    """A text that must be JSON and is not, once parameters are filled in.

    `key`, `exclusive_start_key` and `expression_attribute_values` of a `cloud_ydb` integration are JSON objects in a
    string. The JSON content of a `dummy` goes to the client as it is: there it is a warning.

    Bad:
        /orders/{id}:
          get:
            parameters: [{name: id, in: path, required: true, schema: {type: string}}]
            x-yc-apigateway-integration:
              type: cloud_ydb
              action: GetItem
              database: /ru-central1/b1g0123456789abcdefg/etn00000000000000001
              table_name: orders
              key: '{id: "{id}"}'
              service_account_id: aje0123456789abcdefg

    Good:
        /orders/{id}:
          get:
            parameters: [{name: id, in: path, required: true, schema: {type: string}}]
            x-yc-apigateway-integration:
              type: cloud_ydb
              action: GetItem
              database: /ru-central1/b1g0123456789abcdefg/etn00000000000000001
              table_name: orders
              key: '{"id": "{id}"}'
              service_account_id: aje0123456789abcdefg

    See: https://yandex.cloud/en/docs/api-gateway/concepts/extensions/ydb
    """
    for integration in spec.integrations_of("cloud_ydb"):
        for field in ("key", "exclusive_start_key", "expression_attribute_values"):
            yield from _json_object(spec, integration.get(field))
    for integration in spec.integrations_of("dummy"):
        content = integration.get("content")
        for media_type, node in content.items() if content else ():
            if _is_json(_media_type(integration, media_type)):
                yield from _json_content(spec, node)


def _is_json(media_type: str) -> bool:
    return media_type.partition(";")[0].strip().lower().endswith(("/json", "+json"))


def _media_type(dummy: Node, key: str) -> str:
    """What a content goes out as: its key, or for `*` the `Content-Type` of the headers."""
    headers = dummy.get("http_headers") if key == "*" else None
    return (
        next((str(node.value) for name, node in headers.items() if name.lower() == "content-type"), "")
        if headers
        else key
    )


def _json_content(spec: Spec, node: Node) -> Iterator[Problem]:
    for possible in _texts(spec, node):
        flaw, _ = _parsed(possible.value)
        if flaw:
            message = f"the content is not JSON: {flaw.reason}{_when(possible.when)}"
            yield Problem(node, message, at=_flaw_span(node, possible, flaw), severity=Severity.WARNING)
            return


def _json_object(spec: Spec, node: Node | None) -> Iterator[Problem]:
    for possible in _texts(spec, node):
        assert node is not None, "a text has a node"
        flaw, value = _parsed(possible.value)
        if flaw is None and not isinstance(value, dict) and not _is_given(possible.value):
            flaw = _Flaw("it must be an object such as '{\"id\": 1}'", "", 0)
        if flaw:
            message = f"'{node.key}' is not a JSON object in a string: {flaw.reason}{_when(possible.when)}"
            yield Problem(node, message, at=_flaw_span(node, possible, flaw))
            return
        if node.key == "expression_attribute_values" and isinstance(value, dict):
            # A name that is substituted reads as digits here.
            odd = next((key for key in value if not key.startswith((":", "1"))), None)
            if odd is not None:
                message = f"the names in '{node.key}' begin with a colon: ':{odd}', not '{odd}'{_when(possible.when)}"
                yield Problem(
                    node, message, at=_flaw_span(node, possible, _Flaw("", odd, possible.value.find(f'"{odd}"')))
                )
                return


def _is_given(text: str) -> bool:
    """Whether a text is a parameter that may hold the whole object."""
    first = next(names(text), None)
    return first is not None and not text[: first[1]].strip()


class _Text(NamedTuple):
    value: str
    when: str


def _texts(spec: Spec, node: Node | None) -> list[_Text]:
    """What a text may be, empty ones left out."""
    return [
        _Text(possible.value, possible.when)
        for possible in spec.possible(node)
        if isinstance(possible.value, str) and possible.value.strip()
    ]


class _Flaw(NamedTuple):
    """What is wrong with a JSON text: in words, the words themselves and where they are in it."""

    reason: str
    text: str
    offset: int


def _flaw_span(node: Node, possible: _Text, flaw: _Flaw) -> Span | None:
    """Where a flaw is written; None when it is written otherwise, or no words of the text are to blame."""
    is_literal = not possible.when and flaw.text and flaw.offset >= 0
    if is_literal and node.written.count(flaw.text) == node.value.count(flaw.text):
        return node.find(flaw.text, flaw.offset)
    return None


def _parsed(text: str) -> tuple[_Flaw | None, object]:
    """What is wrong with a JSON text after substitution, and its value."""
    pieces, at = [], 0
    for name, offset in names(text):
        end = offset + len(name) + 2
        pieces += [text[at:offset], "1" * (end - offset)]
        at = end
    try:
        return None, json.loads("".join((*pieces, text[at:])), parse_int=str)
    except json.JSONDecodeError as error:
        return _flaw(error, text), None
    except RecursionError:
        return None, {}


_JSON_FLAWS = {
    "Expecting property name": "a name in double quotes belongs here",
    "Expecting ':'": "a colon is missing",
    "Expecting ','": "a comma is missing",
    "Expecting value": "a value is missing",
    "Extra data": "something stands behind its end",
    "Unterminated string": "a string has no closing quote",
    "Invalid control character": "a string has a line break or a tab in it, which JSON writes '\\n' and '\\t'",
    "Invalid \\": "JSON does not know this escape",
}
"""The beginnings of what Python's parser says, in our words: its own differ from version to version."""


_JSON_WORD = pattern(r"\"[^\"\n]*\"?|'[^'\n]*'?|[^\s,:{}\[\]\"']+|.", re.DOTALL)


def _flaw(error: json.JSONDecodeError, text: str) -> _Flaw:
    before, rest = text[: error.pos].rstrip(), text[error.pos :].lstrip()
    if error.msg.startswith("Illegal trailing comma") or (before.endswith(",") and rest.startswith(("}", "]"))):
        return _Flaw("a comma stands behind the last entry", ",", text.rfind(",", 0, error.pos + 1))
    if not rest:
        return _Flaw("it ends too early", "", 0)
    found = _JSON_WORD.match(rest)
    word = found[0] if found else ""
    return _Flaw(_reason(error.msg, word), word, error.pos)


def _reason(said: str, word: str) -> str:
    """What is wrong at a word of a JSON text."""
    close = nearest(word, ("true", "false", "null")) if said.startswith("Expecting value") else None
    if word.startswith(("//", "/*")):
        return "JSON has no comments"
    if word.startswith("'") and said.startswith("Expecting"):
        return "JSON has double quotes only"
    if close:
        return f"'{word}' is not a JSON value, did you mean '{close}'?"
    if re.match(r"[+.]?\d", word) and said.startswith("Expecting value"):
        return f"'{word}' is not how JSON writes a number"
    if re.search(r"\w", word) and said.startswith(("Expecting value", "Expecting property name")):
        return f"'{word if len(word) <= 40 else f'{word[:39]}…'}' must be in double quotes"
    return next((words for start, words in _JSON_FLAWS.items() if said.startswith(start)), "it cannot be read")


def _when(condition: str) -> str:
    return f", when {condition}" if condition else ""


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
    for integration in spec.integrations_of("cloud_ymq"):
        node = integration.get("queue_url")
        for possible in spec.possible(node) if node else ():
            if node is not None and isinstance(possible.value, str) and possible.value.endswith(".fifo"):
                name = possible.value.rpartition("/")[2]
                message = f"'{name}' is a FIFO queue, and the gateway sends to standard queues only"
                at = node.find(name, node.value.rfind(name)) if name in node.value else None
                yield Problem(node, f"{message}{_when(possible.when)}", at=at)
                break


@rule(Severity.ERROR, Consequence.INVALID, other_severities=(Severity.WARNING,))
def timeout_too_long(spec: Spec) -> Iterator[Problem]:
    """A timeout of an `http` integration that is longer than the gateway's.

    A request ends after 300 seconds unless the gateway is set to wait longer, and after 600 seconds at the latest.
    Between the two it is a warning.

    Bad:
        /report:
          get:
            x-yc-apigateway-integration:
              type: http
              url: https://example.com/report
              timeouts: {read: 900}

    Good:
        /report:
          get:
            x-yc-apigateway-integration:
              type: http
              url: https://example.com/report
              timeouts: {read: 300}

    See: https://yandex.cloud/en/docs/api-gateway/concepts/extensions/http
    """
    for integration in spec.integrations_of("http"):
        timeouts = integration.get("timeouts")
        for name, node in timeouts.items() if timeouts else ():
            seconds, when = max(_numbers(spec, node), default=(0.0, ""))
            if name not in ("connect", "read") or not seconds > 300:
                continue
            given = f"'{name}' is {seconds:.15g} seconds{_when(when)}"
            if seconds > 600:
                yield Problem(node, f"{given}, but a request to the gateway takes at most 600")
            else:
                message = f"{given}, but unless the gateway is set otherwise a request takes at most 300"
                yield Problem(node, message, severity=Severity.WARNING)


def _numbers(spec: Spec, node: Node) -> Iterator[tuple[float, str]]:
    for possible in spec.possible(node):
        if isinstance(possible.value, (int, float)) and not isinstance(possible.value, bool):
            yield possible.value, possible.when


def _dropping(spec: Spec, field: str) -> Iterator[Problem]:
    """Integrations that hand a greedy path on and drop what comes with the request."""
    users: dict[Node, list[Operation]] = {}
    for operation in spec.operations:
        integration = operation.integration
        if integration is not None and integration.type == "http" and "+}" in operation.path:
            users.setdefault(integration.node, []).append(operation)
    for shared, operations in users.items():
        node = shared.get(field)
        if node is not None and (not isinstance(node.value, Mapping) or "*" in node.value):
            continue
        keys = (*shared.value, *(node.value if node else ()))
        if any(map(is_unknown_key, keys)) or any(nearest(key, (field,)) for key in shared.value):
            continue
        what = "headers" if field == "headers" else "query parameters"
        more = f" and {len(operations) - 1} more" if len(operations) > 1 else ""
        others = " but those listed" if node and node.value else ""
        message = f"'{operations[0].label}'{more} hands on no {what}{others}: '{field}' has no '*': '*'"
        related = tuple((operation.node, "it is used here") for operation in operations[:5]) if more else ()
        yield Problem(node or shared, message, related=related)


@rule(Severity.WARNING, Consequence.BROKEN, default=False)
def headers_dropped(spec: Spec) -> Iterator[Problem]:
    """An `http` proxy of a whole subtree that hands on no request headers.

    The gateway sends only the headers that are listed; `'*': '*'` hands on all others. Sometimes dropping them is
    wanted, so this rule is off unless you switch it on.

    Bad:
        /api/{path+}:
          get:
            parameters: [{name: path, in: path, required: true, schema: {type: string}}]
            x-yc-apigateway-integration:
              type: http
              url: https://example.com/{path}

    Good:
        /api/{path+}:
          get:
            parameters: [{name: path, in: path, required: true, schema: {type: string}}]
            x-yc-apigateway-integration:
              type: http
              url: https://example.com/{path}
              headers: {'*': '*'}

    See: https://yandex.cloud/en/docs/api-gateway/concepts/extensions/http
    """
    yield from _dropping(spec, "headers")


@rule(Severity.WARNING, Consequence.BROKEN, default=False)
def query_dropped(spec: Spec) -> Iterator[Problem]:
    """An `http` proxy of a whole subtree that hands on no query parameters.

    The gateway sends only the query parameters that are listed; `'*': '*'` hands on all others. Sometimes dropping
    them is wanted, so this rule is off unless you switch it on.

    Bad:
        /api/{path+}:
          get:
            parameters: [{name: path, in: path, required: true, schema: {type: string}}]
            x-yc-apigateway-integration:
              type: http
              url: https://example.com/{path}

    Good:
        /api/{path+}:
          get:
            parameters: [{name: path, in: path, required: true, schema: {type: string}}]
            x-yc-apigateway-integration:
              type: http
              url: https://example.com/{path}
              query: {'*': '*'}

    See: https://yandex.cloud/en/docs/api-gateway/concepts/extensions/http
    """
    yield from _dropping(spec, "query")


@rule(Severity.WARNING, Consequence.BROKEN, other_severities=(Severity.INFO,))
def unreachable_url(spec: Spec) -> Iterator[Problem]:
    """An `http` integration that calls an address which the gateway cannot reach.

    The gateway runs in the cloud: `localhost` and `127.0.0.1` are not your machine. Private addresses can be reached
    through a user network only; that is an information. A text without `https://` or `http://` is no address.

    Bad:
        /orders:
          get:
            x-yc-apigateway-integration: {type: http, url: 'http://localhost:8080/orders'}

    Good:
        /orders:
          get:
            x-yc-apigateway-integration: {type: http, url: 'https://example.com/orders'}

    See: https://yandex.cloud/en/docs/api-gateway/concepts/extensions/http
    """
    for integration in spec.integrations_of("http"):
        url = integration.get("url")
        texts = _texts(spec, url)
        if url is not None and (bare := next((one for one in texts if addresses.lacks_scheme(one.value)), None)):
            is_path = re.match("/(?!/)", bare.value.strip()) is not None
            lacking = "a host" if is_path else "a scheme"
            message = f"'{bare.value}' lacks {lacking}{_when(bare.when)}: a url begins like 'https://example.com'"
            yield Problem(url, message)
        hosts = [(one.when, host) for one in texts if (host := addresses.host(one.value))]
        for wanted in (addresses.Reach.LOCAL, addresses.Reach.PRIVATE):
            when, host = next(((when, host) for when, host in hosts if addresses.reach(host) is wanted), ("", ""))
            if url is not None and host:
                yield _unreachable(url, host, when, is_local=wanted is addresses.Reach.LOCAL)
                break


def _unreachable(url: Node, host: str, when: str, *, is_local: bool) -> Problem:
    offset = url.value.lower().find(host)
    at = url.find(url.value[offset : offset + len(host)], offset) if offset >= 0 else None
    if is_local:
        return Problem(url, f"the gateway runs in the cloud and cannot reach '{host}'{_when(when)}", at=at)
    message = f"'{host}' is a private address: the gateway reaches it through a user network only{_when(when)}"
    return Problem(url, message, at=at, severity=Severity.INFO)
