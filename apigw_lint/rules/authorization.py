"""Rules about security schemes and the authorizers that enforce them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import NamedTuple

from apigw_lint.diagnostic import Consequence, Severity
from apigw_lint.gateway.spec import Operation, Spec
from apigw_lint.rules.rule import Problem, rule
from apigw_lint.source.placeholder import is_unknown, is_unknown_key
from apigw_lint.source.tree import Mapping, Node
from apigw_lint.spelling import nearest, nearest_of_each

_AUTHORIZER = "x-yc-apigateway-authorizer"


def _schemes(spec: Spec) -> dict[str, Node]:
    """The security schemes by name, references followed."""
    found = {name: spec.resolve(node) for name, node in spec.components("securitySchemes")}
    return {name: node for name, node in found.items() if node is not None and isinstance(node.value, Mapping)}


def _are_schemes_known(spec: Spec) -> bool:
    """Whether the names of all security schemes can be told."""
    section = spec.root.descend("components", "securitySchemes") if spec.root else None
    owners = (spec.root.get("components") if spec.root else None, section)
    if any(node is not None and (is_unknown(node) or node.get("$ref")) for node in owners):
        return False
    return not any(is_unknown_key(name) for name, _ in spec.components("securitySchemes"))


def _requirements(security: Node | None) -> Iterator[Node]:
    """The alternatives of a `security` list."""
    for alternative in security.entries() if security else ():
        if isinstance(alternative.value, Mapping):
            yield alternative


def _security_lists(spec: Spec) -> Iterator[Node]:
    """Every `security` that is written: the document's and those of operations."""
    owners = (spec.root, *(operation.node for operation in spec.operations))
    return (node for owner in owners if owner is not None and (node := owner.get("security")))


@rule(Severity.ERROR, Consequence.INVALID)
def undefined_security_scheme(spec: Spec) -> Iterator[Problem]:
    """`security` names a scheme that `components.securitySchemes` does not have.

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
    names = dict(spec.components("securitySchemes"))
    if spec.version.startswith("swagger") or not _are_schemes_known(spec):
        return
    undefined = [node for node in _named_schemes(spec) if node.key not in names and not is_unknown_key(str(node.key))]
    meant = nearest_of_each((str(node.key) for node in undefined), names)
    for node in undefined:
        close = meant.get(str(node.key))
        hint = f", did you mean '{close}'?" if close else " under 'components.securitySchemes'"
        yield Problem(node, f"no security scheme is called '{node.key}'{hint}", at=node.key_span)


def _named_schemes(spec: Spec) -> Iterator[Node]:
    """Every entry of a requirement, each once; its key is the name of a scheme."""
    seen = set()
    for security in _security_lists(spec):
        for alternative in _requirements(security):
            if id(alternative.value) not in seen:
                seen.add(id(alternative.value))
                yield from (Node.entry(spec.tree, alternative.value, name) for name in alternative.value)


@rule(Severity.WARNING, Consequence.RISK)
def unenforced_security(spec: Spec) -> Iterator[Problem]:
    """A security requirement that nothing enforces.

    OpenAPI only describes how requests should be authorized. The gateway checks them when the scheme has an
    `x-yc-apigateway-authorizer`; without one every request goes through.

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
    unenforced = {name: scheme for name, scheme in _schemes(spec).items() if not _is_enforced(scheme)}
    demands: dict[str, list[_Demand]] = defaultdict(list)
    for security, operations in _judged(spec):
        for name, places in _unenforced(security, unenforced).items():
            demands[name].append(_Demand(places, operations))
    for name, many in demands.items():
        node = unenforced[name]
        number = sum(len(demand.operations) for demand in many)
        more = f" and {number - 1} more" if number > 1 else ""
        message = (
            f"security scheme '{node.key}' has no '{_AUTHORIZER}', so nothing checks the requests of "
            f"'{many[0].operations[0].label}'{more}"
        )
        spans = dict.fromkeys(span for demand in many for place in demand.places if (span := place.key_span))
        related = tuple((span, "it is required here") for span in islice(spans, 5))
        yield Problem(node, message, at=node.key_span, related=related)


class _Demand(NamedTuple):
    """Where a `security` list names a scheme, and the operations that the list holds for."""

    places: list[Node]
    operations: list[Operation]


def _judged(spec: Spec) -> Iterable[tuple[Node, list[Operation]]]:
    """Each `security` list with the operations that it holds for, those only whose requests could be checked."""
    found: dict[int, tuple[Node, list[Operation]]] = {}
    for operation in spec.operations:
        security = operation.security
        if security is not None and operation.event in (None, "connect") and _AUTHORIZER not in operation.node.value:
            found.setdefault(id(security.value), (security, []))[1].append(operation)
    return found.values()


def _unenforced(security: Node, unenforced: dict[str, Node]) -> dict[str, list[Node]]:
    """Where a `security` list names each scheme, nothing unless all are defined and unenforced."""
    alternatives = [alternative.value for alternative in _requirements(security)]
    if not all(names and all(name in unenforced for name in names) for names in alternatives):
        return {}
    places: dict[str, list[Node]] = defaultdict(list)
    for names in alternatives:
        for name in names:
            places[name].append(Node.entry(security.tree, names, name))
    return places


def _is_enforced(scheme: Node) -> bool:
    """Whether a scheme has an authorizer, or one that is misspelt or filled in later."""
    return is_unknown(scheme) or any(
        key == _AUTHORIZER or is_unknown_key(key) or (key.startswith("x-yc") and nearest(key, (_AUTHORIZER,)))
        for key in scheme.value
    )


def _authorizers(spec: Spec) -> Iterator[tuple[str, Node, Node]]:
    """The name, scheme and authorizer of every security scheme that has one."""
    for name, scheme in _schemes(spec).items():
        authorizer = scheme.get(_AUTHORIZER)
        if authorizer is not None and isinstance(authorizer.value, Mapping):
            yield name, scheme, authorizer


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
    known = ("http", "apiKey", "openIdConnect", "oauth2")
    for _, scheme, authorizer in _authorizers(spec):
        kind, scheme_type = authorizer.get("type"), scheme.get("type")
        if kind is None or scheme_type is None or kind.value not in list(fitting) or scheme_type.value not in known:
            continue
        if scheme_type.value not in fitting[kind.value]:
            wanted = " or ".join(f"'{name}'" for name in fitting[kind.value])
            message = (
                f"a '{kind.value}' authorizer belongs to a security scheme of type {wanted}, not '{scheme_type.value}'"
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
    for _, scheme, authorizer in _authorizers(spec):
        keys = [*authorizer.value, *scheme.value]
        is_other = scheme.value.get("type") in ("http", "apiKey", "oauth2")
        if authorizer.value.get("type") != "jwt" or is_other or any(map(is_unknown_key, keys)):
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
    for _, _, authorizer in _authorizers(spec):
        mode = authorizer.get("authorizer_result_caching_mode")
        if mode is None or ttl in authorizer.value or authorizer.value.get("type") == "iam":
            continue
        if not any(is_unknown_key(key) or _is_ttl(key) for key in authorizer.value):
            yield Problem(mode, f"nothing is cached without '{ttl}': this mode has no effect", at=mode.key_span)


def _is_ttl(key: str) -> bool:
    """Whether a key is the ttl misspelt, which `unknown-key` reports."""
    known = ("authorizer_result_ttl_in_seconds", "authorizer_result_caching_mode", "jwkTtlInSeconds")
    return key not in known and nearest(key, known) == known[0]


@rule(Severity.WARNING, Consequence.IGNORED)
def unused_authorizer(spec: Spec) -> Iterator[Problem]:
    """A security scheme with an authorizer that no `security` names.

    The authorizer is never called. Often the `security` of the document or of an operation was forgotten, and all
    requests go through.

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
    named = {name for security in lists for name in _named(security)}
    schemes = {name for name, _ in spec.components("securitySchemes")}
    is_known = _are_schemes_known(spec) and not any(is_unknown(part) for security in lists for part in security.walk())
    used = {node.identity for name, node in _schemes(spec).items() if name in named}
    unused = [scheme for _, scheme, _ in _authorizers(spec) if scheme.identity not in used]
    # What names a scheme that is not there may mean this one.
    if not unused or not is_known or not named <= schemes or _has_hidden_security(spec):
        return
    for scheme in unused:
        message = f"no 'security' names '{scheme.key}', so its authorizer is never called"
        yield Problem(scheme, message, at=scheme.key_span)


def _named(security: Node) -> Iterator[str]:
    """The names in a `security`, in one that is not well-shaped too."""
    for node in (security, *security.entries()):
        if isinstance(node.value, Mapping):
            yield from node.value
        elif isinstance(node.value, str):
            yield node.value


def _has_hidden_security(spec: Spec) -> bool:
    """Whether a `security` may stand where it is not seen: in a path item elsewhere, or under a misspelt key."""
    paths = spec.root.get("paths") if spec.root else None
    items = [spec.resolve(place) for _, place in paths.items()] if paths else []
    owners = (spec.root, *(operation.node for operation in spec.operations))
    keys = {key for owner in owners if owner and isinstance(owner.value, Mapping) for key in owner.value}
    return not items or None in items or any(nearest(key, ("security",)) for key in keys)
