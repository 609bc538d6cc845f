"""A finding links to the most specific page of the documentation that is about its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from apigw_lint.diagnostic import Consequence
from apigw_lint.gateway.kinds import DOCS
from apigw_lint.gateway.spec import Spec
from apigw_lint.source.parse import parse
from apigw_lint.source.text import Source
from tests.support import EVERYTHING, RULE_FOLDERS, SPECS, found, header, read

BAD = [path for folder in RULE_FOLDERS for path in sorted(folder.glob("*.yaml")) if not path.stem.startswith("good")]


@pytest.mark.parametrize("path", [*BAD, *SPECS], ids=lambda path: f"{path.parent.name}-{path.name}")
def test_no_overview_where_a_schema_names_a_page(path: Path) -> None:
    """What contradicts a schema that names a page of its own does not link to the overview."""
    spec = Spec(parse(Source(path.name, read(path))))
    pages = {error.node.pointer: error.schema.get("x-docs", DOCS) for error in spec.schema_errors}
    findings = [one for one in found(read(path), config=EVERYTHING) if one.consequence is Consequence.INVALID]
    assert not [one.message for one in findings if one.url == DOCS and pages.get(one.pointer, DOCS) != DOCS]


PLACES = """\
x-yc-apigateway:
  service_account_id: <id>
  cors: {}
  smartWebSecurity: {securityProfileId: <id>}
  variables: {v: {default: <id>}}
paths:
  /a:
    x-yc-apigateway-rate-limit: {allRequests: {perSecond: x}}
    get:
      parameters: [{in: query, name: a}]
      responses: {ok: {description: a}}
      x-yc-apigateway-integration: {type: http, url: 'https://<host>/', headers: {A: [<id>]}}
    put:
      x-yc-apigateway-validator: {validatRequestBody: true}
      x-yc-apigateway-integration: {type: dumy}
    post:
      description: <text>
      x-yc-apigateway-integration: {$ref: 3}
    patch: {}
components:
  x-yc-apigateway-integrations:
    Unused: {type: cloud-functions, function_id: 1, headers: {}}
  securitySchemes:
    jwt: {type: openIdConnect, openIdConnectUrl: 'https://e.com', x-yc-apigateway-authorizer: {type: jwt, audiences: 1}}
  schemas:
    A: {type: object, x-yc-schema-mapping: {type: static, template: {id: <id>}}, propertys: {}}
"""
OPENAPI = "https://spec.openapis.org/oas/v3.0.3#"


def test_pages() -> None:
    """The page is that of the innermost object, of the type that an integration has, or the overview."""
    findings = found(header(PLACES))
    assert {f"{one.rule} {one.pointer}": one.url.removeprefix(DOCS) for one in findings} == {
        "bad-value /paths/~1a/get/responses/ok": f"{OPENAPI}responses-object",
        "bad-value /paths/~1a/put/x-yc-apigateway-integration/type": "",
        "deprecated-rate-limit /paths/~1a/x-yc-apigateway-rate-limit": "rate-limit",
        "leftover-placeholder /paths/~1a/get/x-yc-apigateway-integration/headers/A/0": "http",
        "leftover-placeholder /paths/~1a/get/x-yc-apigateway-integration/url": "http",
        "leftover-placeholder /x-yc-apigateway/service_account_id": "",
        "leftover-placeholder /x-yc-apigateway/smartWebSecurity/securityProfileId": "sws",
        "leftover-placeholder /x-yc-apigateway/variables/v/default": "parametrization",
        "legacy-spelling /components/x-yc-apigateway-integrations/Unused/type": "cloud-functions",
        "missing-integration /paths/~1a/patch": "",
        "missing-key /components/securitySchemes/jwt/x-yc-apigateway-authorizer": "jwt-authorizer",
        "missing-key /paths/~1a/get/parameters/0": f"{OPENAPI}parameter-object",
        "missing-key /x-yc-apigateway/cors": "cors",
        "parameter-dropped /paths/~1a/get/parameters/0/name": "http",
        "unknown-key /components/schemas/A/propertys": f"{OPENAPI}schema-object",
        "unknown-key /components/x-yc-apigateway-integrations/Unused/headers": "cloud-functions",
        "unknown-key /paths/~1a/put/x-yc-apigateway-validator/validatRequestBody": "validator",
        "unknown-key /paths/~1a/x-yc-apigateway-rate-limit/allRequests/perSecond": "rate-limit",
        "unused-authorizer /components/securitySchemes/jwt": "function-authorizer",
        "unused-component /components/x-yc-apigateway-integrations/Unused": "#integration",
        "unused-variable /x-yc-apigateway/variables/v": "parametrization",
        "wrong-type /components/securitySchemes/jwt/x-yc-apigateway-authorizer/audiences": "jwt-authorizer",
        "wrong-type /components/x-yc-apigateway-integrations/Unused/function_id": "cloud-functions",
        "wrong-type /paths/~1a/post/x-yc-apigateway-integration/$ref": "",
    }
