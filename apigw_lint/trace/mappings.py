"""Owns which schema mapping changes a body.

Source: https://yandex.cloud/en/docs/api-gateway/concepts/extensions/schema-mapping
"""

from __future__ import annotations

from apigw_lint.gateway.spec import Spec
from apigw_lint.source.tree import Mapping, Node

_KEY = "x-yc-schema-mapping"


def mapping_of(spec: Spec, media_type: Node) -> Node | None:
    """The schema mapping of the bodies of a media type, None without one."""
    schema = spec.references.resolve(media_type.get("schema"))
    return schema.get(_KEY) if schema is not None and isinstance(schema.value, Mapping) else None


def first_mapping_of(spec: Spec, response: Node | None) -> Node | None:
    """The first schema mapping of the bodies of a response, None without one."""
    resolved = spec.references.resolve(response)
    content = resolved.get("content") if resolved else None
    found = (mapping_of(spec, media_type) for _, media_type in (content.items() if content else ()))
    return next((mapping for mapping in found if mapping is not None), None)
