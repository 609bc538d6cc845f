"""Owns the security schemes of a document and their authorizers, as two families of rules ask about them."""

from __future__ import annotations

from collections.abc import Iterator

from apigw_lint.gateway.spec import Spec
from apigw_lint.source.tree import Mapping, Node

AUTHORIZER = "x-yc-apigateway-authorizer"


def security_schemes(spec: Spec) -> dict[str, Node]:
    """The security schemes by name, references followed."""
    schemes = {name: spec.references.resolve(node) for name, node in spec.components("securitySchemes")}
    return {name: node for name, node in schemes.items() if node is not None and isinstance(node.value, Mapping)}


def authorizers(spec: Spec) -> Iterator[tuple[Node, Node]]:
    """The scheme and the authorizer of every security scheme that has one."""
    for scheme in security_schemes(spec).values():
        authorizer = scheme.get(AUTHORIZER)
        if authorizer is not None and isinstance(authorizer.value, Mapping):
            yield scheme, authorizer
