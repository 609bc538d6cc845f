"""Rules about authorizers: do they fit their security scheme, and is what they need there."""

from __future__ import annotations

from collections.abc import Iterator

from apigw_lint.diagnostic import Consequence, Severity
from apigw_lint.gateway.spec import Spec
from apigw_lint.rules.rule import Problem, rule
from apigw_lint.rules.security_schemes import authorizers
from apigw_lint.spelling import nearest


@rule(Severity.ERROR, Consequence.INVALID)
def authorizer_scheme_mismatch(spec: Spec) -> Iterator[Problem]:
    """An authorizer on a type of security scheme that it does not serve.

    A `jwt` authorizer belongs to `openIdConnect`, a `function` authorizer to `http` and `apiKey`.

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
                f"a '{kind.value}' authorizer belongs to a security scheme of type {expected}, "
                f"not '{scheme_type.value}'"
            )
            yield Problem(kind, message, related=((scheme_type, "the type of the scheme"),))


@rule(Severity.ERROR, Consequence.INVALID)
def missing_jwt_keys(spec: Spec) -> Iterator[Problem]:
    """A `jwt` authorizer that does not know where the keys are.

    It takes them from `jwksUri`, or finds them through the `openIdConnectUrl` of its security scheme. One of the
    two must be there.

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
        keys = [*authorizer.value, *scheme.value]
        is_mismatch = scheme.value.get("type") in ("http", "apiKey", "oauth2")
        if authorizer.value.get("type") != "jwt" or is_mismatch or any(map(spec.placeholders.is_unknown_key, keys)):
            continue
        is_misspelt = any(nearest(key, ("jwksUri",)) for key in authorizer.value) or any(
            nearest(key, ("openIdConnectUrl",)) for key in scheme.value
        )
        if "jwksUri" not in authorizer.value and "openIdConnectUrl" not in scheme.value and not is_misspelt:
            message = (
                "a 'jwt' authorizer needs 'jwksUri', or its security scheme an 'openIdConnectUrl', to find its keys"
            )
            yield Problem(authorizer, message)


@rule(Severity.WARNING, Consequence.IGNORED)
def caching_mode_without_ttl(spec: Spec) -> Iterator[Problem]:
    """An authorizer says how its answers are cached, and not that they are.

    Nothing is cached without `authorizer_result_ttl_in_seconds`; then `authorizer_result_caching_mode` has no effect.

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
        if mode is None or ttl in authorizer.value or authorizer.value.get("type") == "iam":
            continue
        if not any(spec.placeholders.is_unknown_key(key) or _is_misspelt_ttl(key) for key in authorizer.value):
            yield Problem(mode, f"nothing is cached without '{ttl}': this mode has no effect", at=mode.key_span)


def _is_misspelt_ttl(key: str) -> bool:
    """Whether a key is the ttl misspelt, which `unknown-key` reports."""
    keys = ("authorizer_result_ttl_in_seconds", "authorizer_result_caching_mode", "jwkTtlInSeconds")
    return key not in keys and nearest(key, keys) == keys[0]
