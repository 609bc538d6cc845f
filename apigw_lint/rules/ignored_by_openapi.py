"""Rules about what OpenAPI says is ignored."""

from __future__ import annotations

from collections.abc import Iterator

from apigw_lint.diagnostic import Consequence, Severity
from apigw_lint.gateway.operations import Operation
from apigw_lint.gateway.parameters import Parameter
from apigw_lint.gateway.spec import Spec
from apigw_lint.gateway.substitution import SUBSTITUTED_FIELDS, integration_type
from apigw_lint.gateway.validators import may_check_parameters
from apigw_lint.rules.rule import Problem, rule
from apigw_lint.source.tree import Node

_INSTEAD = {
    "authorization": "describe it as a security scheme",
    "content-type": "describe it in the 'content' of 'requestBody'",
    "accept": "describe it in the 'content' of 'responses'",
}
"""By the header that OpenAPI ignores as a parameter, in lower case, where it belongs."""
_OTHER_TYPES = ("cloud_datasphere", "cloud_ymq", "swagger")
_JUDGED_TYPES = frozenset((*SUBSTITUTED_FIELDS, *_OTHER_TYPES)) - {"http", "cloud_functions", "serverless_containers"}
"""The integrations that a header reaches only by a substitution, if at all.

An `http` one may forward it, a container gets the whole request, a function the values of the listed parameters
(https://yandex.cloud/en/docs/api-gateway/concepts/extensions/cloud-functions).
"""


@rule(Severity.INFO, Consequence.IGNORED)
def ignored_header_parameter(spec: Spec) -> Iterator[Problem]:
    """A header parameter that OpenAPI ignores.

    OpenAPI has other places for `Authorization` (a security scheme), `Content-Type` (the media types of the request
    body) and `Accept` (those of the responses). A parameter of that name is ignored: Swagger UI does not send it, and
    `required: true` requires nothing. One whose value is substituted has an effect and is not reported, nor is one that
    an `http` integration, a function or a container may get or a validator may check.

    Bad:
        /orders:
          get:
            parameters:
              - {name: Authorization, in: header, required: true, schema: {type: string}}
            x-yc-apigateway-integration: {type: dummy, http_code: 200}

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
              x-yc-apigateway-authorizer:
                {type: function, function_id: d4e0123456789abcdefg, service_account_id: aje0123456789abcdefg}

    See: https://spec.openapis.org/oas/v3.0.3#parameter-object
    """
    is_effective: dict[Node, bool] = {}
    for operation in spec.operations:
        for parameter in operation.parameters:
            if parameter.location == "header" and parameter.name.lower() in _INSTEAD:
                is_known = is_effective.get(parameter.node, False)
                is_effective[parameter.node] = is_known or _may_have_effect(spec, operation, parameter)
    for node, is_excused in is_effective.items():
        name = node.get("name")
        if name is not None and not is_excused:
            instead = _INSTEAD[name.value.lower()]
            message = f"OpenAPI ignores a header parameter '{name.value}': {instead}"
            yield Problem(name, message, cause=message)


def _may_have_effect(spec: Spec, operation: Operation, parameter: Parameter) -> bool:
    """Whether the value of a header parameter may matter to an operation."""
    types = {integration.text("type") for integration in operation.integrations}
    if operation.integration is None or integration_type(operation.integration) not in _JUDGED_TYPES or "http" in types:
        return True
    if may_check_parameters(spec, operation):
        return True
    name = parameter.name.lower()
    uses = (use for integration in operation.integrations for use in spec.substitutions.of(integration))
    return any(use.name.lower() == name for use in uses)


_WITHOUT_BODY = ("get", "head", "delete", "trace")
"""The methods for which HTTP 1.1 (RFC 7231) gives a body no meaning."""


@rule(Severity.WARNING, Consequence.IGNORED)
def unexpected_body(spec: Spec) -> Iterator[Problem]:
    """A `requestBody` of an operation whose method has none.

    HTTP gives the body of a `get`, `head`, `delete` or `trace` request no meaning, and OpenAPI 3.0 says that its
    `requestBody` is ignored. Proxies and clients drop such a body, and a browser cannot send one with `get`. OpenAPI
    3.1 tolerates it, so documents of that version are not judged. A function or container gets the body of a `delete`
    request that has one, which is not reported.

    Bad:
        /orders/search:
          get:
            requestBody:
              content: {application/json: {schema: {type: object}}}
            x-yc-apigateway-integration: {type: dummy, http_code: 200}

    Good:
        /orders/search:
          post:
            requestBody:
              content: {application/json: {schema: {type: object}}}
            x-yc-apigateway-integration: {type: dummy, http_code: 200}

    See: https://spec.openapis.org/oas/v3.0.3#operation-object
    """
    for operation in spec.operations if spec.is_openapi_3_0 else ():
        if operation.key in _WITHOUT_BODY and "requestBody" in operation.node.value and not _gets_body(operation):
            node = Node.entry(spec.tree, operation.node.value, "requestBody")
            remedy = "send the data in the path or query, or with 'post'"
            message = f"OpenAPI 3.0 ignores the body of '{operation.key}': {remedy}"
            yield Problem(node, message, at=node.key_span, cause=operation.key)


def _gets_body(operation: Operation) -> bool:
    """Whether what serves an operation gets the body of a request that may have one."""
    integration = operation.integration
    return (
        operation.key == "delete"
        and integration is not None
        and integration_type(integration) in ("cloud_functions", "serverless_containers")
    )
