"""Owns changes of the gateway's variables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from apigw_lint.diff.change import Change
from apigw_lint.diff.kinds import (
    VARIABLE_DEFAULT_CHANGED,
    VARIABLE_REMOVED,
    VARIABLE_VALUE_ADDED,
    VARIABLE_VALUE_REMOVED,
)
from apigw_lint.gateway.spec import Spec
from apigw_lint.gateway.variables import Variable, written
from apigw_lint.source.tree import Node, Sequence
from apigw_lint.source.unknown import has_open_keys, is_unknown
from apigw_lint.spelling import joined


def changes(old: Spec, new: Spec) -> Iterator[Change]:
    """What changes for whoever sets variables when deploying."""
    declarations = _declarations(new)
    for name, variable in old.variables.declared.items():
        now = new.variables.declared.get(name)
        if now is not None:
            yield from _values(name, variable, now)
        elif declarations is not None or not _may_declare(new):
            yield Change(VARIABLE_REMOVED, f"variable '{name}'", declarations or new.root, "is gone", is_key=True)


def _declarations(spec: Spec) -> Node | None:
    node = spec.root.descend("x-yc-apigateway", "variables") if spec.root else None
    return None if node is None or has_open_keys(node) else node


def _may_declare(spec: Spec) -> bool:
    return spec.may_have(spec.root, "x-yc-apigateway") and (
        spec.gateway_object is None or spec.may_have(spec.gateway_object, "variables")
    )


def _values(name: str, old: Variable, new: Variable) -> Iterator[Change]:
    subject = f"variable '{name}'"
    default, now = _default(old), _default(new)
    if default is not None and now is not None and written(default.value) != written(now.value):
        text = f"default was '{written(default.value)}', now '{written(now.value)}'"
        yield Change(VARIABLE_DEFAULT_CHANGED, subject, now, text)
    before, after = _enum(old), _enum(new)
    if before == after or (before is not None and None in before) or (after is not None and None in after):
        return
    place = new.node.get("enum") or new.node
    if after is None:
        yield Change(VARIABLE_VALUE_ADDED, subject, place, "may have any value now", is_key=True)
        return
    if before is None:
        text = f"could have any value, and now only {joined(_quoted(after)) or 'none'}"
        yield Change(VARIABLE_VALUE_REMOVED, subject, place, text, is_key=True)
        return
    if added := _quoted(one for one in after if one not in before):
        yield Change(VARIABLE_VALUE_ADDED, subject, place, f"may now be {joined(added)}", is_key=True)
    if lost := _quoted(one for one in before if one not in after):
        yield Change(VARIABLE_VALUE_REMOVED, subject, place, f"may no longer be {joined(lost)}", is_key=True)


def _quoted(values: Iterable[str | None]) -> list[str]:
    return [f"'{value}'" for value in values]


def _default(variable: Variable) -> Node | None:
    node = variable.node.get("default")
    is_known = node is not None and any(node == one for one in variable.values) and not is_unknown(node)
    return node if is_known else None


def _enum(variable: Variable) -> tuple[str | None, ...] | None:
    """The values that are listed, None among them for one that is unknown; None if any value may be given."""
    node = variable.node.get("enum")
    if node is None:
        return None
    if not isinstance(node.value, Sequence) or is_unknown(node):
        return (None,)
    values = {None if is_unknown(one) else written(one.value) for one in node.entries()}
    return tuple(sorted(values, key=str))
