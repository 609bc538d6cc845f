"""Owns what `http` integrations send to their backends of the requests that they get."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from apigw_lint.cached import cached_property
from apigw_lint.fix.edits import Edits, insert_entry
from apigw_lint.gateway.addresses import end_of_authority
from apigw_lint.gateway.operations import Operation
from apigw_lint.gateway.parameters import Parameter
from apigw_lint.gateway.spec import Spec
from apigw_lint.gateway.substitution import integration_type
from apigw_lint.gateway.variables import sole_variable
from apigw_lint.source.pattern import pattern
from apigw_lint.source.tree import Mapping, Node
from apigw_lint.source.unknown import has_open_keys, is_unknown

ALL = "*"
"""The key of `headers` or `query` that forwards everything."""

_NAME = pattern(r"\{([^{}]+)\}")
_NAME_IN_QUERY = pattern(r"[?&]([^?&=#]+)=")


class BackendRequest:
    """What an `http` integration sends; `operations` are those that use it, WebSocket events left out.

    `headers` and `query` are the names that it sends, those of headers in lower case, and `names` what it substitutes;
    each is None if it is unknown.
    """

    def __init__(self, spec: Spec, integration: Node, operations: list[Operation]) -> None:
        self._spec = spec
        self.integration = integration
        self.operations = operations
        self._edits: dict[tuple[str, str, str], Edits | None] = {}

    @cached_property
    def headers(self) -> frozenset[str] | None:
        """The names of the headers in lower case."""
        keys = self._keys("headers")
        return None if keys is None else frozenset(map(str.lower, keys))

    @cached_property
    def query(self) -> frozenset[str] | None:
        """The names of the query parameters, those in the url included."""
        keys, urls = self._keys("query"), self._urls
        if keys is None or urls is None:
            return None
        return keys.union(*map(_names_in_query, urls))

    @cached_property
    def names(self) -> frozenset[str] | None:
        """The names in braces, in the url, the headers and the query."""
        values = [self._values(string) for field in ("headers", "query") for string in self._strings(field)]
        if self._urls is None or any(texts is None for texts in values):
            return None
        return frozenset().union(*(_names_in(text) for texts in (self._urls, *values) for text in texts or ()))

    @property
    def is_known(self) -> bool:
        """Whether all that it sends is known."""
        return self.headers is not None and self.query is not None and self.names is not None

    def may_send(self, parameter: Parameter) -> bool:
        """Whether a parameter in the query, a header or a cookie reaches the backend, or that is unknown."""
        headers, query, names = self.headers, self.query, self.names
        if headers is None or query is None or names is None:
            return True
        name = parameter.name
        if parameter.location == "query":
            return name in names or name in query or ALL in query
        if parameter.location == "cookie":
            return name in names or "cookie" in headers or ALL in headers
        return name.lower() in self._lower_names or name.lower() in headers or ALL in headers

    @cached_property
    def is_greedy(self) -> bool:
        """Whether an operation has a greedy path."""
        return any("+}" in operation.path for operation in self.operations)

    def is_declared_everywhere(self, name: str) -> bool:
        """Whether all operations declare a parameter of this name."""
        return name in self._common_names or name.lower() in self._common_names

    @cached_property
    def _common_names(self) -> set[str]:
        """The names that all operations declare, those of headers in lower case."""
        declared = {id(operation.declared): operation.declared for operation in self.operations}.values()
        return set.intersection(*(each.names | each.headers for each in declared))

    def insert(self, field: str, key: str, value: str) -> Edits | None:
        """One more entry of `headers` or `query`."""
        line = field, key, value
        if line not in self._edits:
            node, integration = self.integration.get(field), self.integration
            self._edits[line] = (
                insert_entry(node, key, value) if node else insert_entry(integration, field, {key: value})
            )
        return self._edits[line]

    @cached_property
    def _lower_names(self) -> frozenset[str]:
        return frozenset(map(str.lower, self.names or ()))

    def _keys(self, field: str) -> frozenset[str] | None:
        node = self.integration.get(field)
        if node is None:
            return frozenset() if self._spec.lacks(self.integration, field) else None
        return frozenset(node.value) if isinstance(node.value, Mapping) and not has_open_keys(node) else None

    def _strings(self, field: str) -> Iterator[Node]:
        node = self.integration.get(field)
        return node.strings() if node else iter(())

    def _values(self, string: Node) -> list[str] | None:
        """What a value may be, None if that is unknown; a placeholder with text around it hides no name."""
        text = string.value
        if "${var." in text:
            values = [str(possible.value) for possible in self._spec.variables.possible(string)]
            return values or (None if sole_variable(text) else [text])
        is_placeholder = text and not self._spec.placeholders.without(text).strip("\0 ")
        return None if is_placeholder else [text]

    @cached_property
    def _urls(self) -> list[str] | None:
        """What the url may be, None if that is unknown; only its host may be a placeholder."""
        node = self.integration.get("url")
        if node is None or not isinstance(node.value, str):
            return None
        url = node.value
        if "${var." in url:
            return [str(possible.value) for possible in self._spec.variables.possible(node)] or None
        rest = url[end_of_authority(self._spec.placeholders.without(url)) :]
        has_unknown_path = self._spec.placeholders.is_unknown(rest) if rest else is_unknown(node)
        return None if has_unknown_path else [url]


@lru_cache(maxsize=256)
def _names_in(text: str) -> frozenset[str]:
    """The names in braces of a text, which many integrations may share."""
    return frozenset(_NAME.findall(text))


@lru_cache(maxsize=256)
def _names_in_query(url: str) -> frozenset[str]:
    """The names of the query parameters of a URL, which many integrations may share."""
    return frozenset(_NAME_IN_QUERY.findall(url))


class Line(NamedTuple):
    """A line that an integration lacks in `headers` or `query`."""

    request: BackendRequest
    field: str
    key: str
    value: str

    @property
    def text(self) -> str:
        """The line in words, as it is written in YAML."""
        key, value = (f"'{text}'" if set(text) & set("*{") else text for text in (self.key, self.value))
        return f"{key}: {value}"

    @property
    def edits(self) -> Edits | None:
        """The line written."""
        return self.request.insert(self.field, self.key, self.value)


def backend_requests(spec: Spec) -> Iterator[BackendRequest]:
    """What each `http` integration sends that operations other than WebSocket events use as their own."""
    for integration, users in spec.own_usages:
        if integration_type(integration) == "http":
            operations = [operation for operation in users if not operation.event]
            if operations:
                yield BackendRequest(spec, integration, operations)
