"""Rules about what `security` requires: is the scheme there, and does an authorizer enforce it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import NamedTuple

from apigw_lint.diagnostic import Consequence, Severity
from apigw_lint.gateway.lookup import Presence
from apigw_lint.gateway.operations import Operation
from apigw_lint.gateway.security_schemes import (
    AUTHORIZER,
    authorizers,
    has_misplaced_authorizer,
    requirements,
    security_schemes,
)
from apigw_lint.gateway.spec import Spec
from apigw_lint.rules.rule import Problem, rule
from apigw_lint.rules.suggested_fixes import rename_to
from apigw_lint.source.tree import Mapping, Node
from apigw_lint.source.unknown import has_open_keys, has_unknown_key, is_unknown_text
from apigw_lint.spelling import nearest_of_each


def _are_schemes_known(spec: Spec) -> bool:
    """Whether the names of all security schemes are known: not if an authorizer is in the place of one."""
    if has_misplaced_authorizer(spec):
        return False
    if spec.tree.part:
        return False
    if spec.root and spec.root.get("components") is None and has_open_keys(spec.root):
        return False
    section = spec.root.descend("components", "securitySchemes") if spec.root else None
    owners = (spec.root.get("components") if spec.root else None, section)
    return not any(node is not None and has_open_keys(node) for node in owners)


def _security_lists(spec: Spec) -> Iterator[Node]:
    """Every `security` that is written: the document's and those of operations."""
    owners = (spec.root, *(operation.node for operation in spec.operations))
    return (node for owner in owners if owner is not None and (node := owner.get("security")))


@rule(Severity.ERROR, Consequence.INVALID, fixes="unsafe")
def undefined_security_scheme(spec: Spec) -> Iterator[Problem]:
    """`security` names a scheme that `components.securitySchemes` does not define.

    Bad:
        paths:
          /orders:
            get:
              security: [{tokn: []}]
              x-yc-apigateway-integration: {type: dummy, http_code: 200}
        components:
          securitySchemes:
            token:
              type: http
              scheme: bearer
              x-yc-apigateway-authorizer: {type: function, function_id: d4e0123456789abcdefg}

    Good:
        paths:
          /orders:
            get:
              security: [{token: []}]
              x-yc-apigateway-integration: {type: dummy, http_code: 200}
        components:
          securitySchemes:
            token:
              type: http
              scheme: bearer
              x-yc-apigateway-authorizer: {type: function, function_id: d4e0123456789abcdefg}

    See: https://spec.openapis.org/oas/v3.0.3#security-requirement-object
    """
    schemes = dict(spec.components("securitySchemes"))
    if spec.version.startswith("swagger") or not _are_schemes_known(spec):
        return
    entries = list(_requirement_entries(spec))
    undefined = [
        node for node in entries if node.key not in schemes and not spec.placeholders.is_unknown_key(str(node.key))
    ]
    suggestions = nearest_of_each((str(node.key) for node in undefined), schemes)
    for node in undefined:
        suggestion = suggestions.get(str(node.key))
        hint = f", did you mean '{suggestion}'?" if suggestion else ": declare it under 'components.securitySchemes'"
        message, fix = f"unknown security scheme '{node.key}'", rename_to(node, suggestion)
        yield Problem(node, message, hint=hint, at=node.key_span, fix=fix, cause=message)


def _requirement_entries(spec: Spec) -> Iterator[Node]:
    """Every entry of a requirement, each once; its key is the name of a scheme."""
    seen = set()
    for security in _security_lists(spec):
        for requirement in requirements(security):
            if id(requirement.value) not in seen:
                seen.add(id(requirement.value))
                yield from (Node.entry(spec.tree, requirement.value, name) for name in requirement.value)


@rule(Severity.WARNING, Consequence.RISK)
def unenforced_security(spec: Spec) -> Iterator[Problem]:
    """A security requirement that the gateway does not enforce.

    OpenAPI only describes how requests should be authorized. The gateway enforces it when the scheme has an
    `x-yc-apigateway-authorizer`; without one it checks nothing and passes every request
    on, and only the backend can check.

    Bad:
        paths:
          /orders:
            get:
              security: [{token: []}]
              x-yc-apigateway-integration: {type: dummy, http_code: 200}
        components:
          securitySchemes:
            token: {type: http, scheme: bearer}

    Good:
        paths:
          /orders:
            get:
              security: [{token: []}]
              x-yc-apigateway-integration: {type: dummy, http_code: 200}
        components:
          securitySchemes:
            token:
              type: http
              scheme: bearer
              x-yc-apigateway-authorizer: {type: function, function_id: d4e0123456789abcdefg}

    See: https://yandex.cloud/en/docs/api-gateway/concepts/extensions/function-authorizer
    """
    if has_misplaced_authorizer(spec):
        return
    unenforced = {name: scheme for name, scheme in security_schemes(spec).items() if spec.lacks(scheme, AUTHORIZER)}
    uses: dict[str, list[_SchemeUse]] = defaultdict(list)
    for security, operations in _operations_by_security(spec):
        for name, entries in _unenforced_entries(security, unenforced).items():
            uses[name].append(_SchemeUse(entries, operations))
    for name, uses_of_scheme in uses.items():
        node = unenforced[name]
        number = sum(len(use.operations) for use in uses_of_scheme)
        more = f" and {number - 1} more" if number > 1 else ""
        message = f"security scheme '{name}' has no '{AUTHORIZER}'"
        label = uses_of_scheme[0].operations[0].label
        hint = f": the gateway does not check requests to '{label}'{more}"
        spans = dict.fromkeys(span for use in uses_of_scheme for entry in use.entries if (span := entry.key_span))
        related = tuple((span, "required here") for span in islice(spans, 5))
        yield Problem(node, message, hint=hint, at=node.key_span, related=related)


class _SchemeUse(NamedTuple):
    """Where a `security` list names a scheme, and the operations that the list applies to."""

    entries: list[Node]
    operations: list[Operation]


def _operations_by_security(spec: Spec) -> Iterable[tuple[Node, list[Operation]]]:
    """Each `security` list with the operations that it applies to, those only whose requests could be checked."""
    lists: dict[int, tuple[Node, list[Operation]]] = {}
    for operation in spec.operations:
        security = operation.security
        if security is not None and operation.event in (None, "connect") and AUTHORIZER not in operation.node.value:
            lists.setdefault(id(security.value), (security, []))[1].append(operation)
    return lists.values()


def _unenforced_entries(security: Node, unenforced: dict[str, Node]) -> dict[str, list[Node]]:
    """Where a `security` list names each scheme, nothing unless all are defined and unenforced."""
    mappings = [requirement.value for requirement in requirements(security)]
    if not all(names and all(name in unenforced for name in names) for names in mappings):
        return {}
    entries: dict[str, list[Node]] = defaultdict(list)
    for requirement in mappings:
        for name in requirement:
            entries[name].append(Node.entry(security.tree, requirement, name))
    return entries


@rule(Severity.WARNING, Consequence.IGNORED)
def unused_authorizer(spec: Spec) -> Iterator[Problem]:
    """A security scheme with an authorizer that no `security` uses.

    The authorizer is never called. Often the `security` of the document or of an operation was forgotten, and the
    gateway checks nothing.

    Bad:
        paths: {/a: {get: {x-yc-apigateway-integration: {type: dummy, http_code: 200}}}}
        components:
          securitySchemes:
            token:
              type: http
              scheme: bearer
              x-yc-apigateway-authorizer: {type: function, function_id: d4e0123456789abcdefg}

    Good:
        security: [{token: []}]
        paths: {/a: {get: {x-yc-apigateway-integration: {type: dummy, http_code: 200}}}}
        components:
          securitySchemes:
            token:
              type: http
              scheme: bearer
              x-yc-apigateway-authorizer: {type: function, function_id: d4e0123456789abcdefg}

    See: https://yandex.cloud/en/docs/api-gateway/concepts/extensions/function-authorizer
    """
    lists = list(_security_lists(spec))
    names = {name for security in lists for name in _names_in(security)}
    schemes = {name for name, _ in spec.components("securitySchemes")}
    parts = (part for security in lists for part in security.walk())
    is_known = _are_schemes_known(spec) and not any(map(is_unknown_text, parts))
    used = {scheme.identity for name, scheme in security_schemes(spec).items() if name in names}
    unused = [scheme for scheme, _ in authorizers(spec) if scheme.identity not in used]
    # What names a scheme that is not there may mean this one.
    if not unused or not is_known or not names <= schemes or _has_hidden_security(spec):
        return
    for scheme in unused:
        message = f"no 'security' uses '{scheme.key}': its authorizer is never called"
        yield Problem(scheme, message, at=scheme.key_span)


def _names_in(security: Node) -> Iterator[str]:
    """The names in a `security`, also in one that is not well-shaped."""
    for node in (security, *security.entries()):
        if isinstance(node.value, Mapping):
            yield from node.value
        elif isinstance(node.value, str):
            yield node.value


def _has_hidden_security(spec: Spec) -> bool:
    """Whether a `security` may be where it is not seen: in a path item elsewhere, under a misspelt or unknown key."""
    paths = spec.root.get("paths") if spec.root else None
    items = [spec.references.resolve(entry) for _, entry in paths.items()] if paths else []
    owners = (spec.root, *(operation.node for operation in spec.operations))
    is_unsure = any(spec.lookup(owner, "security") is Presence.UNSURE for owner in owners)
    return is_unsure or not items or any(item is None or has_unknown_key(item) for item in items)
