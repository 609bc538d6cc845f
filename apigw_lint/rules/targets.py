"""Rules about what an integration calls: its url, object or table."""

from __future__ import annotations

import re
from collections.abc import Iterator

from apigw_lint.diagnostic import Consequence, Severity
from apigw_lint.gateway.operations import Operation
from apigw_lint.gateway.parameters import Parameter
from apigw_lint.gateway.spec import Spec
from apigw_lint.gateway.substitution import first_names, integration_type
from apigw_lint.rules.parameter_fixes import make_required
from apigw_lint.rules.rule import Problem, rule
from apigw_lint.source.pattern import pattern
from apigw_lint.source.tree import Node
from apigw_lint.source.unknown import is_unknown

_TARGETS = {"http": "url", "object_storage": "object", "cloud_ydb": "table_name"}
"""By integration type, the field without which nothing can be called."""
_FALLBACKS = ("error_object", "default_object")
_LONE_NAME = pattern(r"\s*\{[^{}]*\}\s*")
_LONE_HOST = pattern(r"\s*(?:https?://)?\{[^{}]*\}(?:[:/?#].*)?\s*", re.IGNORECASE)


@rule(Severity.WARNING, Consequence.BROKEN, yields_to=("open-proxy",), fixes="unsafe")
def optional_target(spec: Spec) -> Iterator[Problem]:
    """An object, table or host that is nothing but an optional parameter.

    A request without the parameter has no target. Make the parameter required, or give its schema a `default`.

    Bad:
        /faces:
          get:
            parameters:
              - {name: face, in: query, schema: {type: string}}
            x-yc-apigateway-integration:
              type: object_storage
              bucket: faces
              object: '{face}'
              service_account_id: aje0123456789abcdefg

    Good:
        /faces:
          get:
            parameters:
              - {name: face, in: query, required: true, schema: {type: string}}
            x-yc-apigateway-integration:
              type: object_storage
              bucket: faces
              object: '{face}'
              service_account_id: aje0123456789abcdefg

    See: https://yandex.cloud/en/docs/api-gateway/concepts/extensions/object-storage
    """
    for integration, operations in spec.usages:
        node = integration.get(_TARGETS.get(integration_type(integration), ""))
        name = _lone_name(node) if node else None
        if node is None or name is None or not all(spec.lacks(integration, key) for key in _FALLBACKS):
            continue
        distinct = {id(operation.declared): operation for operation in operations}.values()
        parameters = (_optional_parameter(spec, operation, name) for operation in distinct)
        parameter = next((parameter for parameter in parameters if parameter), None)
        if parameter is not None:
            target = "the host" if node.key == "url" else f"'{node.key}'"
            message = (
                f"{target} is nothing but the optional {parameter.location} parameter '{parameter.name}': make it "
                "required or give it a 'default'"
            )
            at = node.find(f"{{{name}}}", node.value.index("{"))
            related = ((parameter.node.get("name") or parameter.node, "the parameter"),)
            yield Problem(node, message, at=at, related=related, fix=make_required(parameter.node, safe=False))


def _lone_name(node: Node) -> str | None:
    """The parameter that a value, or the host of a url, consists of."""
    lone = _LONE_HOST if node.key == "url" else _LONE_NAME
    if not isinstance(node.value, str) or is_unknown(node) or not lone.fullmatch(node.value):
        return None
    names = first_names(node.value, node.tree.placeholders)
    return names[0][0] if names and node.value.index("{") == names[0][1] else None


def _optional_parameter(spec: Spec, operation: Operation, name: str) -> Parameter | None:
    """The only parameter of a name, if it may be missing from a request and has no default."""
    named = [
        parameter
        for parameter in operation.parameters
        if parameter.name == name or (parameter.location == "header" and parameter.name.lower() == name.lower())
    ]
    if len(named) != 1 or named[0].location not in ("query", "header", "cookie"):
        return None
    required, schema = named[0].node.get("required"), spec.references.resolve(named[0].node.get("schema"))
    is_optional = spec.lacks(named[0].node, "required") if required is None else required.value is False
    lacks_default = schema is not None and all(
        spec.lacks(schema, key) for key in ("default", "allOf", "anyOf", "oneOf")
    )
    return named[0] if is_optional and lacks_default else None
