"""Who answers the preflight requests of a path, and with which headers."""

from __future__ import annotations

import pytest

from apigw_lint.gateway.cors import Handler, PathCors
from apigw_lint.gateway.cors_headers import ALLOW_HEADERS, ALLOW_METHODS, ALLOW_ORIGIN
from apigw_lint.gateway.spec import Spec
from apigw_lint.source.parse import parse
from apigw_lint.source.text import Source

_STUB = "options: {x-yc-apigateway-integration: {type: dummy, http_headers: {access-control-allow-origin: '*'}}}"


def _path(path_item: str, gateway: str = "{}") -> PathCors:
    text = f"openapi: 3.0.0\nx-yc-apigateway: {gateway}\npaths:\n  /a: {{{path_item}, {_STUB}}}\n"
    (path,) = Spec(parse(Source("spec.yaml", text))).cors.paths
    return path


@pytest.mark.parametrize(
    ("path_item", "gateway", "handler"),
    [
        ("x-a: b", "{}", Handler.OPERATION),
        ("x-a: b", "{cors: {origin: '*'}}", Handler.RULE),
        ("x-a: b", "{cors: {origin: [https://a.example]}}", Handler.RULE),
        ("x-a: b", "{cors: {origin: false}}", Handler.OPERATION),
        ("x-yc-apigateway-cors: {origin: true}", "{cors: {origin: false}}", Handler.RULE),
        ("x-yc-apigateway-cors: {origin: false}", "{cors: {origin: '*'}}", Handler.OPERATION),
        ("x-yc-apigateway-cors: {$ref: '#/x-yc-apigateway/cors'}", "{cors: {origin: '*'}}", Handler.RULE),
        ("x-yc-apigateway-cors: {$ref: '#/components/nothing'}", "{}", Handler.UNSURE),
        ("x-yc-apigateway-cors: {methods: '*'}", "{}", Handler.UNSURE),
        ("x-yc-apigateway-cors: {origin: '${ORIGIN}'}", "{}", Handler.UNSURE),
        ("x-yc-apigateway-cors: '${CORS}'", "{}", Handler.UNSURE),
        ("x-yc-apigateway-corss: {origin: '*'}", "{}", Handler.UNSURE),
        ("x-a: b", "{corz: {origin: '*'}}", Handler.UNSURE),
        ("get: {x-yc-apigateway-cors: {origin: '*'}}", "{}", Handler.UNSURE),
        ("x-a: b", "{cors: {origin: '${var.x}'}, variables: {x: {default: false, enum: [true]}}}", Handler.UNSURE),
        ("x-a: b", "{cors: {origin: '${var.x}'}, variables: {x: {default: '*'}}}", Handler.RULE),
    ],
)
def test_who_answers(path_item: str, gateway: str, handler: Handler) -> None:
    """The path's own rule comes before the gateway's, false is none, and what is unknown or misspelt is unsure."""
    path = _path(path_item, gateway)
    assert path.handler is handler
    assert (path.stub is not None) == (handler is Handler.OPERATION)
    assert (path.answer is not None) == (handler is not Handler.UNSURE)


def test_names() -> None:
    """Names have no case, are in strings or lists, and None if some are unknown."""
    path = _path(
        "x-yc-apigateway-cors: {origin: '*', methods: ['GET, Put', DELETE], allowedHeaders: 'X-A,${MORE}'}",
    )
    assert path.answer is not None
    assert path.answer.names(ALLOW_METHODS) == frozenset({"get", "put", "delete"})
    assert path.answer.names(ALLOW_HEADERS) is None


def test_headers_of_a_stub() -> None:
    """The names of headers have no case, and a header that is not there is surely missing."""
    answer = _path("x-a: b").answer
    assert answer is not None
    assert answer.names(ALLOW_ORIGIN) == frozenset({"*"})
    assert answer.get(ALLOW_METHODS) is None
    assert answer.lacks(ALLOW_METHODS)
