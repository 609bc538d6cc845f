"""Owns who may call an operation: which authorizers the gateway asks, if any.

Sources: https://spec.openapis.org/oas/v3.0.3#security-requirement-object for `security`: a list of alternatives, each
of which needs all schemes that it names;
https://yandex.cloud/en/docs/api-gateway/concepts/extensions/function-authorizer and `jwt-authorizer` for what enforces
them: a scheme without an authorizer is declared and nothing checks it.
"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from apigw_lint.cached import cached_property
from apigw_lint.gateway.kinds import WEBSOCKET_EVENTS
from apigw_lint.gateway.operations import Operation
from apigw_lint.gateway.security_schemes import AUTHORIZER, requirements, security_schemes
from apigw_lint.gateway.spec import Spec
from apigw_lint.source.tree import Mapping, Node, Sequence
from apigw_lint.source.unknown import has_open_keys, is_unknown


class Access(StrEnum):
    """Who may call an operation.

    `PUBLIC` is anyone. `UNENFORCED` is anyone too, though a security scheme is required: no authorizer checks it.
    """

    PUBLIC = "public"
    UNENFORCED = "unenforced"
    PROTECTED = "protected"
    UNKNOWN = "unknown"

    @property
    def is_open(self) -> bool:
        """Whether anyone may call, as far as the gateway is concerned."""
        return self in (Access.PUBLIC, Access.UNENFORCED)


class RequiredScheme(NamedTuple):
    """A scheme that a requirement names.

    `entry` is where that is written, `scheme` the scheme and `authorizer` its authorizer, None without one.
    `is_enforced` says whether an authorizer checks it, None if that is unknown.
    """

    name: str
    entry: Node
    scheme: Node | None
    authorizer: Node | None
    is_enforced: bool | None


Requirement = tuple[RequiredScheme, ...]
"""The schemes that a request must satisfy together; none lets anyone through."""


class Protection(NamedTuple):
    """What protects an operation: `alternatives` of which a request must satisfy one.

    `security` is the list in force, None without one. Authorizers work when a WebSocket connection opens, so for its
    messages and its end `operation` is the one that opens it, None if anyone may.
    """

    access: Access
    security: Node | None
    alternatives: tuple[Requirement, ...]
    operation: Operation | None


class Accesses:
    """Who may call each operation of one document; what several share is looked up once."""

    def __init__(self, spec: Spec) -> None:
        self._spec = spec
        self._by_list: dict[int, tuple[Access, tuple[Requirement, ...]]] = {}

    def of(self, operation: Operation) -> Protection:
        """What protects an operation."""
        asked: Operation | None = operation
        if operation.event in ("message", "disconnect"):
            asked = self._connecting.get(id(operation.path_item.value))
        if asked is None:
            # Anyone may open the connection. Whether `security` means anything without an operation for that is open.
            security = operation.security
            is_required = security is not None and self._read(security)[0] is not Access.PUBLIC
            return Protection(Access.UNKNOWN if is_required else Access.PUBLIC, security, (), None)
        security = asked.security
        if security is None:
            owners = (asked.node, self._spec.root)
            is_absent = all(self._spec.lacks(owner, "security") for owner in owners)
            return Protection(Access.PUBLIC if is_absent else Access.UNKNOWN, None, (), asked)
        access, alternatives = self._read(security)
        return Protection(access, security, alternatives, asked)

    @cached_property
    def _schemes(self) -> dict[str, Node]:
        return security_schemes(self._spec)

    @cached_property
    def _connecting(self) -> dict[int, Operation]:
        """The operation that opens connections, by its path item."""
        operations = self._spec.websocket_operations
        return {id(one.path_item.value): one for one in operations if WEBSOCKET_EVENTS[one.key] == "connect"}

    def _read(self, security: Node) -> tuple[Access, tuple[Requirement, ...]]:
        identity = id(security.value)
        if identity not in self._by_list:
            self._by_list[identity] = self._read_list(security)
        return self._by_list[identity]

    def _read_list(self, security: Node) -> tuple[Access, tuple[Requirement, ...]]:
        if not isinstance(security.value, Sequence) or is_unknown(security):
            return Access.UNKNOWN, ()
        entries = list(security.entries())
        alternatives = tuple(self._requirement(entry) for entry in requirements(security))
        if len(alternatives) < len(entries) or any(map(has_open_keys, entries)):
            return Access.UNKNOWN, alternatives
        if not all(alternatives):  # no alternative at all, or one that names no scheme
            return Access.PUBLIC, alternatives
        are_enforced = [_is_enforced(requirement) for requirement in alternatives]
        if not are_enforced:
            return Access.PUBLIC, ()
        if False in are_enforced:
            return Access.UNENFORCED, alternatives
        return Access.UNKNOWN if None in are_enforced else Access.PROTECTED, alternatives

    def _requirement(self, entry: Node) -> Requirement:
        return tuple(self._required(entry, name) for name in entry.value)

    def _required(self, entry: Node, name: str) -> RequiredScheme:
        node = Node.entry(entry.tree, entry.value, name)
        scheme = self._schemes.get(name)
        if scheme is None:
            return RequiredScheme(name, node, None, None, None)
        authorizer = scheme.get(AUTHORIZER)
        if authorizer is not None and isinstance(authorizer.value, Mapping):
            return RequiredScheme(name, node, scheme, authorizer, True)
        return RequiredScheme(name, node, scheme, None, False if self._spec.lacks(scheme, AUTHORIZER) else None)


def _is_enforced(requirement: Requirement) -> bool | None:
    """Whether an authorizer checks a requirement, None if that is unknown."""
    each = {scheme.is_enforced for scheme in requirement}
    return True if True in each else None if None in each else False
