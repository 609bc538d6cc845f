"""Owns who answers the CORS preflight requests of a path, and which CORS headers an answer has.

A CORS rule of the path, or else of the gateway object, makes the gateway answer. Without one, or with `origin: false`,
the `options` operation answers: often a `dummy` that someone wrote for this, a stub.

Sources: https://yandex.cloud/en/docs/api-gateway/concepts/extensions/cors for CORS rules,
https://fetch.spec.whatwg.org/#http-cors-protocol for what browsers make of the headers.
"""

from __future__ import annotations

from enum import Enum, auto
from itertools import groupby
from typing import NamedTuple

from apigw_lint.cached import cached_property
from apigw_lint.gateway.cors_headers import CorsHeader, items, meant_cors_header
from apigw_lint.gateway.kinds import Kinds
from apigw_lint.gateway.lookup import Presence, lookup
from apigw_lint.gateway.operations import Operation
from apigw_lint.gateway.references import References
from apigw_lint.gateway.substitution import integration_type
from apigw_lint.gateway.variables import Variables
from apigw_lint.source.tree import Mapping, Node, Sequence, Tree
from apigw_lint.source.unknown import has_open_keys

CORS = "x-yc-apigateway-cors"


class CorsAnswer:
    """The CORS headers of an answer: those that a CORS rule gives, or those of a dummy's `http_headers`.

    `node` is the rule or the integration object, and `holder` the object that has the headers, None without one.
    """

    def __init__(self, kinds: Kinds, variables: Variables, node: Node, *, is_rule: bool) -> None:
        self._kinds = kinds
        self._variables = variables
        self.node = node
        self.is_rule = is_rule
        self.holder = node if is_rule else node.get("http_headers")
        self._names: dict[CorsHeader, frozenset[str] | None] = {}
        self._lacks: dict[CorsHeader, bool] = {}

    @cached_property
    def _keys(self) -> dict[str, str]:
        """The keys as written, by their text in lower case: names of headers have no case."""
        holder = self.holder
        return (
            {}
            if holder is None or not isinstance(holder.value, Mapping)
            else {key.lower(): key for key in holder.value}
        )

    def key(self, header: CorsHeader) -> str:
        """The documented key of a header in this kind of answer."""
        return header.field if self.is_rule else header.name

    def get(self, header: CorsHeader) -> Node | None:
        """What is written for a header, None without it."""
        if self.is_rule:
            return self.node.get(header.field)
        key = self._keys.get(header.name.lower())
        return self.holder.get(key) if self.holder is not None and key is not None else None

    def has_header(self, name: str) -> bool:
        """Whether a dummy answers with a header of this name, in lower case."""
        return not self.is_rule and name in self._keys

    def lacks(self, header: CorsHeader) -> bool:
        """Whether the answer surely does not have a header."""
        if header not in self._lacks:
            self._lacks[header] = self._is_absent(header)
        return self._lacks[header]

    def _is_absent(self, header: CorsHeader) -> bool:
        if self.is_rule:
            return lookup(self._kinds, self.node, header.field) is Presence.ABSENT
        if self.holder is None:
            return lookup(self._kinds, self.node, "http_headers") is Presence.ABSENT
        is_known = isinstance(self.holder.value, Mapping) and not has_open_keys(self.holder)
        if not is_known or header.name.lower() in self._keys:
            return False
        return not any(meant_cors_header(key) == header.name for key in self._keys.values())

    def names(self, header: CorsHeader) -> frozenset[str] | None:
        """The names that a header lists, in lower case, with any value of the variables; None if that is unknown."""
        if header not in self._names:
            self._names[header] = self._listed(header)
        return self._names[header]

    def _listed(self, header: CorsHeader) -> frozenset[str] | None:
        names: set[str] = set()
        for node in items(self.get(header)):
            possible = [possible.value for possible in self._variables.possible(node)]
            if not possible:
                return None
            for value in possible:
                if not isinstance(value, str) or "{" in value:
                    return None
                names.update(value.replace(",", " ").replace("'", " ").replace('"', " ").lower().split())
        return frozenset(names)


class Handler(Enum):
    """Who answers the preflight requests of a path."""

    RULE = auto()
    OPERATION = auto()
    UNSURE = auto()


class PathCors(NamedTuple):
    """What is known of a path: its operations, and what answers its preflight requests.

    `rule` is where the CORS rule of the path, or else of the gateway object, is written, perhaps a reference, whether
    it is in force or not. `answer` is that of the rule in force, or of the stub; None if something else answers, or
    nothing, or that is unknown. `stub` is the operation that is the stub.
    """

    path_item: Node
    operations: tuple[Operation, ...]
    handler: Handler
    rule: Node | None
    answer: CorsAnswer | None
    stub: Operation | None


class Cors:
    """CORS in one document."""

    def __init__(
        self,
        tree: Tree,
        kinds: Kinds,
        references: References,
        variables: Variables,
        operations: tuple[Operation, ...],
    ) -> None:
        self._tree = tree
        self._kinds = kinds
        self._references = references
        self._variables = variables
        self._operations = operations
        self._answers: dict[int, CorsAnswer] = {}

    @cached_property
    def paths(self) -> tuple[PathCors, ...]:
        """Every path that has operations."""
        groups = groupby(self._operations, key=lambda operation: operation.path)
        return tuple(self._path(tuple(operations)) for _, operations in groups)

    def rule_of(self, path_item: Node) -> Node | None:
        """Where the CORS rule of a path is written: its own, or else that of the gateway object."""
        return path_item.get(CORS) or self._of_gateway

    def handler(self, path_item: Node) -> Handler:
        """Who answers the preflight requests of a path."""
        if lookup(self._kinds, path_item, CORS) is Presence.UNSURE:
            return Handler.UNSURE
        entry = self.rule_of(path_item)
        return self._handler_without_rule if entry is None else self._handler_by(entry)

    def answer_of_rule(self, rule: Node) -> CorsAnswer:
        """The CORS headers that a CORS rule gives."""
        return self._answer(rule, is_rule=True)

    def answer_of_dummy(self, integration: Node) -> CorsAnswer | None:
        """The CORS headers that an integration answers with; None unless it is a dummy: others send what they like."""
        return self._answer(integration, is_rule=False) if integration_type(integration) == "dummy" else None

    def _path(self, operations: tuple[Operation, ...]) -> PathCors:
        path_item = operations[0].path_item
        handler, rule = self.handler(path_item), self.rule_of(path_item)
        if handler is Handler.RULE:
            node = self._references.resolve(rule)
            answer = self.answer_of_rule(node) if node else None
            return PathCors(path_item, operations, handler, rule, answer, None)
        answer, stub = None, None
        for operation in operations if handler is Handler.OPERATION else ():
            if operation.key == "options" and operation.integration is not None:
                answer = self.answer_of_dummy(operation.integration)
                stub = operation if answer else None
        return PathCors(path_item, operations, handler, rule, answer, stub)

    def _answer(self, node: Node, *, is_rule: bool) -> CorsAnswer:
        answer = self._answers.get(id(node.value))
        if answer is None:
            answer = self._answers[id(node.value)] = CorsAnswer(self._kinds, self._variables, node, is_rule=is_rule)
        return answer

    @cached_property
    def _of_gateway(self) -> Node | None:
        root = self._tree.root
        return root.descend("x-yc-apigateway", "cors") if root else None

    @cached_property
    def _handler_without_rule(self) -> Handler:
        """Who answers without any rule. A rule in a wrong place has a finding, and shows what is meant."""
        root = self._tree.root
        is_misplaced = any(self._kinds.of(node.container) != "path item" for node in self._tree.holding(CORS))
        presence = lookup(self._kinds, root, "x-yc-apigateway")
        if presence is Presence.PRESENT and root is not None:
            presence = lookup(self._kinds, root.get("x-yc-apigateway"), "cors")
        return Handler.OPERATION if presence is Presence.ABSENT and not is_misplaced else Handler.UNSURE

    def _handler_by(self, entry: Node) -> Handler:
        """Who answers where a rule is written: the operation if its origin is false."""
        rule = self._references.resolve(entry)
        origin = rule.get("origin") if rule else None
        if origin is not None and isinstance(origin.value, Sequence):
            return Handler.RULE
        possible = {possible.value is False for possible in self._variables.possible(origin)}
        if len(possible) != 1 or origin is None or origin.value is None:
            return Handler.UNSURE
        return Handler.OPERATION if possible.pop() else Handler.RULE
