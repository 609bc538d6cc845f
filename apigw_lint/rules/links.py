"""Rules about links from a response to another operation."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from apigw_lint.bounds import MAX_SUGGESTIONS
from apigw_lint.diagnostic import Consequence, Severity
from apigw_lint.fix.edits import make_fix, replace_value
from apigw_lint.gateway.spec import Spec
from apigw_lint.rules.rule import Problem, rule
from apigw_lint.source.tree import Node
from apigw_lint.source.unknown import has_open_keys, is_unknown, may_be_unknown_text
from apigw_lint.spelling import only_nearest


@rule(Severity.WARNING, Consequence.STYLE, fixes="unsafe")
def unknown_link_operation(spec: Spec) -> Iterator[Problem]:
    """A link to an operation that this document does not have.

    `operationId` names an operation by its own `operationId`, not by its path; `operationRef` is a reference such as
    `#/paths/~1orders~1{id}/get`. Clients and documentation cannot follow a link that leads nowhere.

    Bad:
        /orders:
          post:
            operationId: createOrder
            responses:
              '201':
                description: The new order
                links:
                  self: {operationId: getOrders}
            x-yc-apigateway-integration: {type: dummy, http_code: 201}
          get:
            operationId: listOrders
            x-yc-apigateway-integration: {type: dummy, http_code: 200}

    Good:
        /orders:
          post:
            operationId: createOrder
            responses:
              '201':
                description: The new order
                links:
                  all: {operationId: listOrders}
            x-yc-apigateway-integration: {type: dummy, http_code: 201}
          get:
            operationId: listOrders
            x-yc-apigateway-integration: {type: dummy, http_code: 200}

    See: https://spec.openapis.org/oas/v3.0.3#link-object
    """
    links = list(spec.objects.of_kind("link"))
    if not links or _has_unknown_operations(spec):
        return
    for link in links:
        node = link.get("operationRef")
        if node is not None and _leads_nowhere(spec, node):
            yield Problem(node, f"'{node.value}' does not exist in this document", cause=node.value)
    yield from _unknown_ids(spec, [node for link in links if (node := link.get("operationId"))])


def _leads_nowhere(spec: Spec, node: Node) -> bool:
    """Whether this is a reference into this document, to something that is not there."""
    is_local = isinstance(node.value, str) and node.value.startswith("#") and not may_be_unknown_text(node)
    # Of a link in another file it is not said which file it means.
    return is_local and spec.references.target(node.value) is None and spec.references.target(node.value, node) is None


def _unknown_ids(spec: Spec, nodes: list[Node]) -> Iterator[Problem]:
    """The problems of `operationId`s in links that no operation has."""
    names = _operation_ids(spec)
    strings = (node for node in nodes if isinstance(node.value, str) and node.value not in names)
    unknown = [node for node in strings if not may_be_unknown_text(node)]
    first = islice(dict.fromkeys(node.value for node in unknown), MAX_SUGGESTIONS)
    suggestions = {text: only_nearest(text, names) for text in first}
    for node in unknown:
        name = suggestions.get(node.value)
        hint = f", did you mean '{name}'?" if name else ""
        fix = make_fix(f"write '{name}'", replace_value(node, name)) if name else None
        message = f"no operation has the operationId '{node.value}'"
        yield Problem(node, message, hint=hint, fix=fix, cause=node.value)


def _operation_ids(spec: Spec) -> dict[str, None]:
    """The `operationId` of each operation, those of callbacks included."""
    names = (operation.text("operationId") for operation in spec.objects.of_kind("operation"))
    return dict.fromkeys(name for name in names if name)


def _has_unknown_operations(spec: Spec) -> bool:
    """Whether there may be operations, or names of operations, that are not written here."""
    paths = spec.root.get("paths") if spec.root else None
    tree = spec.tree
    if paths is None or tree.skipped or tree.alternatives or tree.duplicates or has_open_keys(paths):
        return True
    for item in (spec.references.resolve(item) for _, item in paths.items()):
        if item is None or has_open_keys(item) or any(is_unknown(operation) for _, operation in item.items()):
            return True
    operations = spec.objects.of_kind("operation")
    return any(
        has_open_keys(node) or ((name := node.get("operationId")) and may_be_unknown_text(name)) for node in operations
    )
