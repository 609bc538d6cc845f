"""Owns which service account an integration or an authorizer uses, its own or that of the gateway.

Source: the field tables of https://yandex.cloud/en/docs/api-gateway/concepts/extensions/ and its integration pages. An
`http` integration does not use the account of the gateway, `dummy` and `swagger` use none.
"""

from __future__ import annotations

from typing import NamedTuple

from apigw_lint.gateway.spec import Spec
from apigw_lint.gateway.substitution import integration_type
from apigw_lint.source.tree import Mapping, Node, Sequence

ACCOUNT_KEYS = ("service_account_id", "serviceAccountId", "service_account")
"""The keys that give an account: the usual spelling, the other documented one, and an older one."""
NEED_ACCOUNT = ("cloud_ymq", "cloud_ydb", "cloud_datastreams", "cloud_datasphere")
"""The integration types that cannot be called without an account."""
_WITHOUT_ACCOUNT = ("dummy", "swagger")


class Account(NamedTuple):
    """The account of an integration or authorizer: where it is written, and whether that is the gateway object.

    `node` is None if there is none, or if that is unknown: then `is_unknown` is true.
    """

    node: Node | None
    is_of_gateway: bool = False
    is_unknown: bool = False


def account_of(spec: Spec, owner: Node) -> Account | None:
    """The account of an integration or an authorizer, None for an integration that uses none."""
    kind = integration_type(owner)
    if kind in _WITHOUT_ACCOUNT:
        return None
    if own := _written(owner):
        return _account(own, is_of_gateway=False)
    if any(spec.may_have(owner, key) for key in ACCOUNT_KEYS):
        return Account(None, is_unknown=True)
    if kind == "http":
        return Account(None)
    gateway = spec.gateway_object
    if gateway is not None and (inherited := _written(gateway)):
        return _account(inherited, is_of_gateway=True)
    return Account(None, is_unknown=may_gateway_have_account(spec))


def _account(node: Node, *, is_of_gateway: bool) -> Account:
    is_shaped = not isinstance(node.value, (Mapping, Sequence))
    return Account(node if is_shaped else None, is_of_gateway, is_unknown=not is_shaped)


def may_gateway_have_account(spec: Spec) -> bool:
    """Whether the gateway object gives an account, or that is unknown."""
    if spec.gateway_object is None:
        return spec.may_have(spec.root, "x-yc-apigateway")
    return may_have_account(spec, spec.gateway_object)


def may_have_account(spec: Spec, owner: Node | None) -> bool:
    """Whether an object gives an account, or that is unknown."""
    return any(spec.may_have(owner, key) for key in ACCOUNT_KEYS)


def _written(owner: Node) -> Node | None:
    nodes = (owner.get(key) for key in ACCOUNT_KEYS) if isinstance(owner.value, Mapping) else ()
    return next((node for node in nodes if node is not None), None)
