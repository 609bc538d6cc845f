"""What a finding says of its consequence is true of that finding, not only of its rule."""

from __future__ import annotations

import pytest

from apigw_lint import lint
from apigw_lint.diagnostic import Consequence

FUNCTION = "type: cloud_functions, function_id: d4eruhualzskbrvrmlgv, service_account_id: ajecnb100zfgsah8jr76"


@pytest.mark.parametrize(
    ("operation", "consequence"),
    [
        (f"x-yc-apigateway-integration: {{{FUNCTION}, color: red}}", Consequence.IGNORED),
        (f"x-yc-apigateway-integration: {{{FUNCTION}, headers: {{}}}}", Consequence.IGNORED),
        (f"x-yc-apigateway-integration: {{{FUNCTION}, operationId: a}}", Consequence.IGNORED),
        (f"x-yc-apigateway-integration: {{{FUNCTION}, tga: beta}}", Consequence.BROKEN),
        ("x-yc-apigateway-integration: {type: cloud_functions, functon_id: d4eruhualzskbrvrmlgv}", Consequence.INVALID),
        (f"x-yc-apigateway-integration: {{{FUNCTION}}}, cors: {{origin: true}}", Consequence.BROKEN),
        (f"x-yc-apigateway-integration: {{{FUNCTION}}}, operationID: a", Consequence.INVALID),
        (f"x-yc-apigateway-integration: {{{FUNCTION}}}, color: red", Consequence.INVALID),
    ],
)
def test_unknown_key(operation: str, consequence: Consequence) -> None:
    """The gateway ignores what it does not know, unless that was meant to do something; OpenAPI excludes it."""
    text = f"openapi: 3.0.0\ninfo: {{title: t, version: '1'}}\npaths: {{/a: {{get: {{{operation}}}}}}}\n"
    found = [diagnostic for diagnostic in lint("a.yaml", text).found if diagnostic.rule == "unknown-key"]
    assert [diagnostic.consequence for diagnostic in found] == [consequence]
