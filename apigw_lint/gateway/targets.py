"""Owns what an integration calls: the fields that name it, and its service."""

from __future__ import annotations

from typing import NamedTuple

from apigw_lint.gateway.substitution import integration_type
from apigw_lint.source.tree import Mapping, Node, Sequence
from apigw_lint.source.unknown import is_unknown

_FIELDS = {
    "dummy": ("http_code",),
    "cloud_functions": ("function_id", "tag"),
    "serverless_containers": ("container_id",),
    "http": ("method", "url"),
    "object_storage": ("bucket", "object"),
    "cloud_datasphere": ("folder_id", "node_id"),
    "cloud_datastreams": ("action", "stream_name"),
    "cloud_ymq": ("action", "queue_url"),
    "cloud_ydb": ("action", "database", "table_name"),
    "swagger": (),
}
INTEGRATION_TYPES = tuple(_FIELDS)
"""The types of integrations in their documented spelling."""


DEFAULTS = {
    "cloud_functions": (("tag", "$latest"), ("payload_format_version", "0.1")),
    "cloud_datastreams": (("payload_format_type", "body"),),
    "cloud_ymq": (("payload_format_type", "body"),),
}
"""By integration type, the fields that have a documented default, and that."""


class Target(NamedTuple):
    """What an integration calls: its type in the documented spelling, and the fields that are written."""

    type: str
    fields: tuple[tuple[str, Node], ...]


def target_of(integration: Node) -> Target:
    """What an integration object calls; lists and mappings are left out, but not an unquoted `{NAME}`."""
    kind = integration_type(integration)
    nodes = ((field, integration.get(field)) for field in _FIELDS.get(kind, ()))
    fields = ((field, node) for field, node in nodes if node and _is_value(node))
    return Target(kind, tuple(fields))


def _is_value(node: Node) -> bool:
    return not isinstance(node.value, (Mapping, Sequence)) or is_unknown(node)
