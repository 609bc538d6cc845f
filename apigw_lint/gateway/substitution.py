"""Owns `{name}` substitution: which fields of an integration have it, and what counts as a name.

Source: the field tables of https://yandex.cloud/en/docs/api-gateway/concepts/extensions/ and its
integration pages.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

from apigw_lint.bounds import MAX_SUBSTITUTIONS
from apigw_lint.gateway.kinds import Kinds
from apigw_lint.gateway.schemas import fields_of
from apigw_lint.source.pattern import pattern
from apigw_lint.source.placeholder import Placeholders
from apigw_lint.source.tree import Mapping, Node

SUBSTITUTED_FIELDS: dict[str, tuple[str, ...]] = {
    "dummy": ("http_headers", "content"),
    "cloud_functions": ("tag", "context"),
    "serverless_containers": ("context",),
    "http": ("url", "headers", "query"),
    "object_storage": ("object", "error_object", "default_object"),
    "cloud_datastreams": ("partition_key",),
    "cloud_ydb": (
        "table_name",
        "key",
        "update_expression",
        "expression_attribute_values",
        "limit",
        "exclusive_start_key",
    ),
}
"""By integration type, the fields in whose strings, at any depth, parameters are substituted; not in a `statusCode`."""

LEGACY_TYPES = {"cloud-functions": "cloud_functions", "object-storage": "object_storage"}


_NAME = pattern(r"(?<![${#\\])\{([^\W\d][^\s\"'`:,;/\\\[\](){}<>|\0]*)\}")
_CODE = pattern(r"html|javascript|ecmascript|typescript|css|xml|svg|markdown|yaml|graphql")
_MARKUP = pattern(r"\s*<(?:!--|!doctype|html|\?xml|svg|[a-z][a-z0-9]*[\s>])", re.IGNORECASE)


class Use(NamedTuple):
    """A `{name}` in a string: the node, the name, the offset of its brace in the node's value.

    In a text that is code only a name close to a declared one is a mistake; in a free text a mistake
    is less certain than in a field that decides what is called.
    """

    node: Node
    name: str
    offset: int
    field: str
    is_code: bool
    is_free_text: bool


def integration_type(integration: Node) -> str:
    """The type of an integration object in its documented spelling, empty when it is not a string."""
    written = integration.text("type") or ""
    return LEGACY_TYPES.get(written, written)


def content_type(dummy: Node) -> str:
    """The `Content-Type` in the headers of a `dummy` integration, empty without one."""
    headers = dummy.get("http_headers")
    for name, node in headers.items() if headers else ():
        if name.lower() == "content-type":
            return str(node.value)
    return ""


class Substitutions:
    """The substitutions of the integrations of one document."""

    def __init__(self) -> None:
        self._uses: dict[int, tuple[Use, ...]] = {}
        self._uses_by_name: dict[int, dict[str, list[Use]]] = {}

    def of(self, integration: Node) -> tuple[Use, ...]:
        """Every `{name}` in the substituted fields of an integration object."""
        identity = id(integration.value)
        if identity not in self._uses:
            self._uses[identity] = tuple(_uses(integration))
        return self._uses[identity]

    def of_name(self, integration: Node, name: str) -> list[Use]:
        """Every `{name}` of one name in the substituted fields of an integration object."""
        identity = id(integration.value)
        if identity not in self._uses_by_name:
            by_name = self._uses_by_name[identity] = defaultdict(list)
            for use in self.of(integration):
                by_name[use.name].append(use)
        return self._uses_by_name[identity].get(name, [])


def names(text: str, placeholders: Placeholders) -> Iterator[tuple[str, int]]:
    """The names in braces of a text and the offsets of their braces, placeholders and `{{ }}` left out."""
    return ((match[1], match.start()) for match in _matches(text, placeholders))


@lru_cache(maxsize=256)
def first_names(text: str, placeholders: Placeholders) -> tuple[tuple[str, int], ...]:
    """The names of a text like `names`, no more than are looked at; remembered, as many integrations may share one."""
    return tuple((match[1], match.start()) for match in islice(_matches(text, placeholders), MAX_SUBSTITUTIONS))


def names_in_fixed_fields(integration: Node) -> Iterator[tuple[Node, str, int]]:
    """Every `{name}` in the documented fields without substitution: the node, the name, the offset of its brace."""
    kind = integration_type(integration)
    substituted = SUBSTITUTED_FIELDS.get(kind, ())
    for field, value in integration.value.items():
        if isinstance(value, str) and "{" in value and field not in substituted and field in fields_of(kind):
            for name, offset in first_names(value, integration.tree.placeholders):
                yield Node.entry(integration.tree, integration.value, field), name, offset


def _matches(text: str, placeholders: Placeholders) -> Iterator[re.Match[str]]:
    return _NAME.finditer(placeholders.without(text)) if "{" in text else iter(())


def substituted_in(kinds: Kinds, node: Node) -> Node | None:
    """The integration in a substituted field of which a string is, None for any other string."""
    tree, container, key = node.tree, node.container, node.key
    while container is not tree.holder and kinds.of(container) != "integration":
        container, key = container.parent, container.key
    if container is tree.holder:
        return None
    integration = Node.entry(tree, container.parent, container.key)
    is_substituted = key in SUBSTITUTED_FIELDS.get(integration_type(integration), ())
    return integration if is_substituted and (key != "error_object" or node.key != "statusCode") else None


def _uses(integration: Node) -> Iterator[Use]:
    for field in SUBSTITUTED_FIELDS.get(integration_type(integration), ()):
        node = integration.get(field)
        if node is not None and field == "error_object" and isinstance(node.value, Mapping):
            node = node.get("object")
        if node is None:
            continue
        for string in node.strings(having="{"):
            first = first_names(string.value, node.tree.placeholders)
            is_in_code = bool(first) and field == "content" and is_code(integration, string)
            for name, offset in first:
                yield Use(string, name, offset, field, is_in_code, field in ("content", "context"))


def is_code(integration: Node, content: Node) -> bool:
    """Whether a text in the content of a `dummy` is code, where braces and dollars have another meaning."""
    media_type = str(content.key)
    if "*" in media_type:
        media_type = content_type(integration)
    return _CODE.search(media_type.lower()) is not None or _MARKUP.match(content.value) is not None
