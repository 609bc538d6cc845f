"""Rules about what names a resource of the cloud: addresses, tags, and values that are empty."""

from __future__ import annotations

from collections.abc import Iterator

from apigw_lint.diagnostic import Consequence, Severity
from apigw_lint.gateway.spec import Spec
from apigw_lint.gateway.variables import Possible
from apigw_lint.rules.resource_objects import resource_objects
from apigw_lint.rules.rule import Problem, rule
from apigw_lint.rules.suggested_fixes import write_instead
from apigw_lint.source.pattern import pattern
from apigw_lint.source.tree import Node

_NEVER_EMPTY = ("url", "bucket", "object", "table_name", "database", "queue_url", "stream_name", "node_id")


@rule(Severity.WARNING, Consequence.BROKEN)
def empty_value(spec: Spec) -> Iterator[Problem]:
    """The address or name of what an integration calls is empty.

    Requests then fail, although the specification is accepted.

    Bad:
        /logo.png:
          get:
            x-yc-apigateway-integration: {type: object_storage, bucket: '', object: logo.png}

    Good:
        /logo.png:
          get:
            x-yc-apigateway-integration: {type: object_storage, bucket: site, object: logo.png}

    See: https://yandex.cloud/en/docs/api-gateway/concepts/extensions/
    """
    for integration in spec.integrations.written:
        for field in _NEVER_EMPTY:
            for node, text, possible in _texts(spec, integration.get(field)):
                if not text.strip() and not possible.is_to_be_set:
                    message = f"'{field}' is empty: without it nothing can be called"
                    yield Problem(node, message, possible=possible, cause=message)


def _texts(spec: Spec, node: Node | None) -> Iterator[tuple[Node, str, Possible]]:
    """The strings that a node may be, blank ones too; none if that is unknown."""
    for possible in spec.variables.possible(node):
        if node is not None and isinstance(possible.value, str):
            yield node, possible.value, possible


_SEGMENT = r"[^/\s]+"
_ADDRESSES = {
    "queue_url": (
        pattern(rf"https?://{_SEGMENT}/{_SEGMENT}/{_SEGMENT}/{_SEGMENT}/?"),
        "a queue url, 'https://message-queue.api.cloud.yandex.net/<cloud>/<queue>/<name>'",
    ),
    "database": (
        pattern(rf"/{_SEGMENT}/{_SEGMENT}/{_SEGMENT}/?"),
        "the path of a database, '/<region>/<cloud>/<database>'",
    ),
    "stream_name": (
        pattern(rf"/{_SEGMENT}/{_SEGMENT}/{_SEGMENT}/{_SEGMENT}(?:/{_SEGMENT})*/?"),
        "the path of a stream, '/<region>/<cloud>/<database>/<stream>'",
    ),
}
"""By field, the form that the documentation shows, as a pattern and in words."""


@rule(Severity.WARNING, Consequence.BROKEN)
def odd_address(spec: Spec) -> Iterator[Problem]:
    """The address of a queue, database or stream has a form that no page of the documentation shows.

    A queue has a URL, a database and a stream have a path that begins with the region; an endpoint such as
    `grpcs://...` or a name alone is not enough.

    Bad:
        /orders:
          post:
            x-yc-apigateway-integration:
              type: cloud_ydb
              action: PutItem
              database: grpcs://ydb.serverless.yandexcloud.net:2135/?database=/ru-central1/b1g0123456789abcdefg/etn0123
              table_name: orders
              service_account_id: aje0123456789abcdefg

    Good:
        /orders:
          post:
            x-yc-apigateway-integration:
              type: cloud_ydb
              action: PutItem
              database: /ru-central1/b1g0123456789abcdefg/etn0123456789abcdefg
              table_name: orders
              service_account_id: aje0123456789abcdefg

    See: https://yandex.cloud/en/docs/api-gateway/concepts/extensions/ydb
    """
    for integration in spec.integrations.of_type("cloud_ymq", "cloud_ydb", "cloud_datastreams"):
        for field, (form, in_words) in _ADDRESSES.items():
            for node, text, possible in _texts(spec, integration.get(field)):
                if text.strip() and "{" not in text and form.fullmatch(text.strip()) is None:
                    message = f"'{text}' is not {in_words}"
                    yield Problem(node, message, possible=possible, cause=message)


_TAG = pattern(r"\$latest|[a-z0-9_-]+")


@rule(Severity.WARNING, Consequence.BROKEN, fixes="unsafe")
def odd_tag(spec: Spec) -> Iterator[Problem]:
    """The tag of a function has characters that no tag has, or is empty.

    A tag is `$latest` or has lowercase letters, digits, `-` and `_`. Without `tag`, `$latest` is called.

    Bad:
        /hello:
          get:
            x-yc-apigateway-integration: {type: cloud_functions, function_id: d4e0123456789abcdefg, tag: v1.2}

    Good:
        /hello:
          get:
            x-yc-apigateway-integration: {type: cloud_functions, function_id: d4e0123456789abcdefg, tag: v1-2}

    See: https://yandex.cloud/en/docs/api-gateway/concepts/extensions/cloud-functions
    """
    for owner in resource_objects(spec):
        if owner.text("type") not in ("cloud_functions", "cloud-functions", "function"):
            continue
        for node, text, possible in _texts(spec, owner.get("tag")):
            fix = None
            if not text.strip():
                message = "'tag' is empty: remove it, or write '$latest'"
            elif text != "$latest" and text.lower() in ("latest", "$latest") and not text.islower():
                message = f"'{text}' is not a tag, did you mean '$latest'?"
                fix = write_instead(possible.origin or node, "$latest")
            elif "{" not in text and _TAG.fullmatch(text) is None:
                message = f"'{text}' is not a tag: a tag has lowercase letters, digits, '-' and '_'"
            else:
                continue
            yield Problem(node, message, fix=fix, possible=possible, cause=message)
