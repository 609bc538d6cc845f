"""Owns the security schemes of a document and their authorizers, as several families of rules ask about them."""

from __future__ import annotations

from collections.abc import Iterator

from apigw_lint.gateway.operations import Operation
from apigw_lint.gateway.parameters import Parameter
from apigw_lint.gateway.spec import Spec
from apigw_lint.source.tree import Mapping, Node, Sequence
from apigw_lint.source.unknown import has_open_keys, is_unknown, is_unknown_text

AUTHORIZER = "x-yc-apigateway-authorizer"


def security_schemes(spec: Spec) -> dict[str, Node]:
    """The security schemes by name, references followed; an authorizer among them is not one."""
    nodes = (entry for entry in spec.components("securitySchemes") if entry[0] != AUTHORIZER)
    schemes: dict[str, Node | None] = {}
    for name, node in nodes:
        schemes.setdefault(name, spec.references.resolve(node))
    return {name: node for name, node in schemes.items() if node is not None and isinstance(node.value, Mapping)}


def requirements(security: Node) -> Iterator[Node]:
    """The security requirement objects of a `security` list: alternatives, each with names of schemes as keys."""
    return (requirement for requirement in security.entries() if isinstance(requirement.value, Mapping))


def has_misplaced_authorizer(spec: Spec) -> bool:
    """Whether an authorizer is beside the security schemes instead of in one, which `misplaced-extension` reports."""
    return any(name == AUTHORIZER for name, _ in spec.components("securitySchemes"))


def authorizers(spec: Spec) -> Iterator[tuple[Node, Node]]:
    """The scheme and the authorizer of every security scheme that has one."""
    for scheme in security_schemes(spec).values():
        authorizer = scheme.get(AUTHORIZER)
        if authorizer is not None and isinstance(authorizer.value, Mapping):
            yield scheme, authorizer


class Credentials:
    """Where the authorizers of operations look for what they check."""

    def __init__(self, spec: Spec) -> None:
        self._spec = spec
        self._schemes = security_schemes(spec)
        self._of_list: dict[int, frozenset[tuple[str, str]] | None] = {}

    def may_be(self, operation: Operation, parameter: Parameter) -> bool:
        """Whether an authorizer of an operation reads a parameter, or that is unknown."""
        security = operation.security
        if security is None:
            return any(self._spec.may_have(owner, "security") for owner in (operation.node, self._spec.root))
        identity = id(security.value)
        if identity not in self._of_list:
            self._of_list[identity] = self._read_by(security)
        read = self._of_list[identity]
        if read is None or _place(parameter.location, parameter.name) in read:
            return True
        is_cookie_header = _place(parameter.location, parameter.name) == ("header", "cookie")
        return is_cookie_header and any(location == "cookie" for location, _ in read)

    def _read_by(self, security: Node) -> frozenset[tuple[str, str]] | None:
        """The locations and names that the authorizers of a `security` list read, None if that is unknown."""
        if not isinstance(security.value, Sequence) or is_unknown(security):
            return None
        read = set()
        for requirement in security.entries():
            if has_open_keys(requirement):
                return None
            for name, _ in requirement.items():
                scheme = self._schemes.get(name)
                if scheme is None:
                    return None
                if not self._spec.lacks(scheme, AUTHORIZER):
                    place = credential(scheme)
                    read.add(place and _place(*place))
        return None if None in read else frozenset(place for place in read if place)


def credential(scheme: Node) -> tuple[str, str] | None:
    """The location of the credentials of a scheme and their name as it is written, None if that is unknown."""
    source = scheme.descend(AUTHORIZER, "identitySource")
    if source is None and scheme.text("type") in ("http", "oauth2", "openIdConnect"):
        return "header", "Authorization"
    owner = source or scheme
    names = owner.get("in"), owner.get("name")
    location, name = (node.value if node and not is_unknown_text(node) else None for node in names)
    return (location, name) if isinstance(location, str) and isinstance(name, str) else None


def _place(location: str | None, name: str) -> tuple[str, str]:
    """A location and a name as they are compared: those of headers without regard to case."""
    return location or "", name.lower() if location == "header" else name
