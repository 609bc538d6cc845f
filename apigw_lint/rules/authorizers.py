"""Rules about authorizers: do they fit their security scheme, and is what they need there."""

from __future__ import annotations

from collections.abc import Iterator

from apigw_lint.diagnostic import Consequence, Severity
from apigw_lint.gateway.security_schemes import authorizers
from apigw_lint.gateway.spec import Spec
from apigw_lint.rules.rule import Problem, rule


@rule(Severity.ERROR, Consequence.INVALID)
def authorizer_scheme_mismatch(spec: Spec) -> Iterator[Problem]:
    """An authorizer in a security scheme of a type that it does not support.

    A `jwt` authorizer requires `openIdConnect`, a `function` authorizer `http` or `apiKey`.

    Bad:
        security: [{token: []}]
        paths: {/a: {get: {x-yc-apigateway-integration: {type: dummy, http_code: 200}}}}
        components:
          securitySchemes:
            token:
              type: http
              scheme: bearer
              x-yc-apigateway-authorizer:
                type: jwt
                jwksUri: https://example.com/jwks.json
                identitySource: {in: header, name: Authorization, prefix: 'Bearer '}

    Good:
        security: [{token: []}]
        paths: {/a: {get: {x-yc-apigateway-integration: {type: dummy, http_code: 200}}}}
        components:
          securitySchemes:
            token:
              type: openIdConnect
              openIdConnectUrl: https://example.com/.well-known/openid-configuration
              x-yc-apigateway-authorizer:
                type: jwt
                identitySource: {in: header, name: Authorization, prefix: 'Bearer '}

    See: https://yandex.cloud/en/docs/api-gateway/concepts/extensions/jwt-authorizer
    """
    fitting = {"jwt": ("openIdConnect",), "function": ("http", "apiKey")}
    scheme_types = ("http", "apiKey", "openIdConnect", "oauth2")
    for scheme, authorizer in authorizers(spec):
        kind, scheme_type = authorizer.get("type"), scheme.get("type")
        if kind is None or scheme_type is None:
            continue
        if kind.value not in list(fitting) or scheme_type.value not in scheme_types:
            continue
        if scheme_type.value not in fitting[kind.value]:
            expected = " or ".join(f"'{name}'" for name in fitting[kind.value])
            message = (
                f"a '{kind.value}' authorizer requires a security scheme of type {expected}, not '{scheme_type.value}'"
            )
            yield Problem(kind, message, related=((scheme_type, "the type of the scheme"),))


@rule(Severity.ERROR, Consequence.INVALID)
def missing_jwt_keys(spec: Spec) -> Iterator[Problem]:
    """A `jwt` authorizer without a source of keys.

    It reads them from `jwksUri`, or finds them through `openIdConnectUrl` of its security scheme. One of the two is
    required.

    Bad:
        security: [{token: []}]
        paths: {/a: {get: {x-yc-apigateway-integration: {type: dummy, http_code: 200}}}}
        components:
          securitySchemes:
            token:
              type: openIdConnect
              x-yc-apigateway-authorizer:
                type: jwt
                identitySource: {in: header, name: Authorization, prefix: 'Bearer '}

    Good:
        security: [{token: []}]
        paths: {/a: {get: {x-yc-apigateway-integration: {type: dummy, http_code: 200}}}}
        components:
          securitySchemes:
            token:
              type: openIdConnect
              x-yc-apigateway-authorizer:
                type: jwt
                jwksUri: https://example.com/jwks.json
                identitySource: {in: header, name: Authorization, prefix: 'Bearer '}

    See: https://yandex.cloud/en/docs/api-gateway/concepts/extensions/jwt-authorizer
    """
    for scheme, authorizer in authorizers(spec):
        is_mismatch = scheme.value.get("type") in ("http", "apiKey", "oauth2")
        if authorizer.value.get("type") != "jwt" or is_mismatch:
            continue
        if spec.lacks(authorizer, "jwksUri") and spec.lacks(scheme, "openIdConnectUrl"):
            message = (
                "a 'jwt' authorizer requires 'jwksUri', or 'openIdConnectUrl' in its security scheme, to find its keys"
            )
            yield Problem(authorizer, message)


@rule(Severity.WARNING, Consequence.IGNORED)
def caching_mode_without_ttl(spec: Spec) -> Iterator[Problem]:
    """An authorizer has a caching mode, but caches nothing.

    Results are cached only with `authorizer_result_ttl_in_seconds`; without it `authorizer_result_caching_mode` has no
    effect.

    Bad:
        security: [{token: []}]
        paths: {/a: {get: {x-yc-apigateway-integration: {type: dummy, http_code: 200}}}}
        components:
          securitySchemes:
            token:
              type: http
              scheme: bearer
              x-yc-apigateway-authorizer:
                type: function
                function_id: d4e0123456789abcdefg
                authorizer_result_caching_mode: uri

    Good:
        security: [{token: []}]
        paths: {/a: {get: {x-yc-apigateway-integration: {type: dummy, http_code: 200}}}}
        components:
          securitySchemes:
            token:
              type: http
              scheme: bearer
              x-yc-apigateway-authorizer:
                type: function
                function_id: d4e0123456789abcdefg
                authorizer_result_ttl_in_seconds: 60
                authorizer_result_caching_mode: uri

    See: https://yandex.cloud/en/docs/api-gateway/concepts/extensions/function-authorizer
    """
    ttl = "authorizer_result_ttl_in_seconds"
    for _, authorizer in authorizers(spec):
        mode = authorizer.get("authorizer_result_caching_mode")
        if mode is not None and authorizer.value.get("type") != "iam" and spec.lacks(authorizer, ttl):
            yield Problem(mode, f"'{mode.key}' has no effect without '{ttl}': nothing is cached", at=mode.key_span)
