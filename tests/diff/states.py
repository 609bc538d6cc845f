"""A specification in which everything may change, and what is found when it does."""

from __future__ import annotations

import random
from collections.abc import Callable
from copy import deepcopy
from typing import Any

import yaml

from apigw_lint.config import Config
from apigw_lint.diagnostic import Diagnostic
from apigw_lint.diff.compare import compare, documents
from apigw_lint.inputs import from_text

Document = dict[str, Any]
Edit = Callable[[Document], None]


def function(tag: str = "stable") -> Document:
    """An integration that calls a function."""
    return {"type": "cloud_functions", "function_id": "d4e0123456789abcdefg", "tag": tag}


def base() -> Document:
    """The specification before it is changed."""
    authorizer = {
        "type": "jwt",
        "jwksUri": "https://id.example.com/jwks",
        "issuers": ["https://id.example.com"],
        "identitySource": {"in": "header", "name": "Authorization", "prefix": "Bearer "},
    }
    backend = {
        "type": "http",
        "url": "https://backend.example.com/orders/{id}",
        "method": "GET",
        "timeouts": {"read": 5},
        "headers": {"X-From": "gateway"},
    }
    identity = {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
    limit = {"name": "limit", "in": "query", "required": False, "schema": {"type": "integer"}}
    return {
        "openapi": "3.0.0",
        "info": {"title": "Shop", "version": "1.0.0"},
        "x-yc-apigateway": {
            "service_account_id": "aje0123456789abcdefg",
            "rateLimit": {"allRequests": {"rps": 100}},
            "smartWebSecurity": {"securityProfileId": "fev0123456789abcdefg"},
            "variables": {"env": {"default": "prod", "enum": ["prod", "test"]}, "color": {"default": "red"}},
        },
        "components": {
            "securitySchemes": {
                "token": {
                    "type": "openIdConnect",
                    "openIdConnectUrl": "https://id.example.com/",
                    "x-yc-apigateway-authorizer": authorizer,
                }
            }
        },
        "paths": {
            "/orders/{id}": {
                "x-yc-apigateway-cors": {
                    "origin": "https://shop.example.com",
                    "methods": "GET, PUT, DELETE",
                    "allowedHeaders": ["X-A", "X-B"],
                    "exposedHeaders": "X-Left, X-Total",
                    "credentials": False,
                },
                "get": {
                    "security": [{"token": []}],
                    "parameters": [identity, limit],
                    "x-yc-apigateway-integration": backend,
                },
                "post": {
                    "parameters": [identity],
                    "requestBody": {"required": False, "content": {"application/json": {"schema": {"type": "object"}}}},
                    "x-yc-apigateway-validator": {"validateRequestBody": True, "validateRequestParameters": False},
                    "x-yc-apigateway-integration": function(),
                },
            },
            "/health": {"get": {"x-yc-apigateway-integration": {"type": "dummy", "http_code": 200}}},
            "/chat": {
                "x-yc-apigateway-websocket-connect": {"x-yc-apigateway-integration": function()},
                "x-yc-apigateway-websocket-message": {"x-yc-apigateway-integration": function()},
            },
        },
    }


def edited(edit: Edit) -> Document:
    """The specification after an edit."""
    document = deepcopy(base())
    edit(document)
    return document


def written(document: Any) -> str:
    """A document as YAML in which nothing is an alias."""

    class Plain(yaml.SafeDumper):
        def ignore_aliases(self, data: object) -> bool:
            return True

    return yaml.dump(document, Dumper=Plain, sort_keys=False, allow_unicode=True)


def reordered(value: Any, rng: random.Random) -> Any:
    """The same with the keys of each object in another order; lists stay."""
    if isinstance(value, dict):
        keys = list(value)
        rng.shuffle(keys)
        return {key: reordered(value[key], rng) for key in keys}
    return [reordered(item, rng) for item in value] if isinstance(value, list) else value


def in_components(document: Any) -> Any:
    """The same with each integration and each parameter in `components`."""
    moved = deepcopy(document)
    components = moved.setdefault("components", {})
    for path, item in moved["paths"].items():
        for key, operation in item.items():
            if key == "x-yc-apigateway-cors":
                continue
            name = f"{key}{path}".replace("/", "-").replace("{", "").replace("}", "")
            section = components.setdefault("x-yc-apigateway-integrations", {})
            section[name] = operation["x-yc-apigateway-integration"]
            operation["x-yc-apigateway-integration"] = {"$ref": f"#/components/x-yc-apigateway-integrations/{name}"}
            for number, parameter in enumerate(operation.get("parameters", ())):
                components.setdefault("parameters", {})[f"{name}-{number}"] = parameter
                operation["parameters"][number] = {"$ref": f"#/components/parameters/{name}-{number}"}
    return moved


def compared(old: str, new: str, name: str = "api.yaml", config: Config | None = None) -> list[Diagnostic]:
    """The changes from one text to another."""
    sides = [documents([from_text(name, text)]) for text in (old, new)]
    return list(compare(sides[0], sides[1], config or Config()).found)


def kinds(old: str, new: str) -> list[str]:
    """The severity and the kind of each change, sorted."""
    return sorted(f"{one.severity} {one.rule}" for one in compared(old, new))


def after(edit: Edit) -> list[Diagnostic]:
    """The changes that an edit makes."""
    return compared(written(base()), written(edited(edit)))
