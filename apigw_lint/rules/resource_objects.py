"""Owns which objects name resources of the cloud."""

from __future__ import annotations

from collections.abc import Iterator

from apigw_lint.gateway.spec import Spec
from apigw_lint.source.tree import Mapping, Node


def resource_objects(spec: Spec) -> Iterator[Node]:
    """The objects that may have fields with ids: integrations, authorizers, the gateway object, its profile."""
    yield from spec.integrations.written
    for scheme in spec.components_of("security scheme"):
        if authorizer := scheme.get("x-yc-apigateway-authorizer"):
            yield authorizer
    gateway = spec.gateway_object
    if gateway is not None:
        yield gateway
        profile = gateway.get("smartWebSecurity")
        if profile is not None and isinstance(profile.value, Mapping):
            yield profile
