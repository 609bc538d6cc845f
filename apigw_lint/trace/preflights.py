"""Owns what a CORS rule answers to a preflight request, and whether a browser then sends the request.

Sources: https://yandex.cloud/en/docs/api-gateway/concepts/extensions/cors for the rule,
https://fetch.spec.whatwg.org/#cors-preflight-fetch for what the browser does.
"""

from __future__ import annotations

from collections.abc import Iterator

from apigw_lint.gateway.cors import CorsAnswer
from apigw_lint.gateway.cors_headers import (
    ALLOW_CREDENTIALS,
    ALLOW_HEADERS,
    ALLOW_METHODS,
    ALLOW_ORIGIN,
    EXPOSE_HEADERS,
    MAX_AGE,
    SAFELISTED_METHODS,
    CorsHeader,
    items,
)
from apigw_lint.gateway.spec import Spec
from apigw_lint.gateway.variables import written
from apigw_lint.trace.request import Request
from apigw_lint.trace.steps import Status, Step, place_of

_LISTS = (ALLOW_METHODS, ALLOW_HEADERS)


def preflight_steps(spec: Spec, answer: CorsAnswer, request: Request) -> Iterator[Step]:
    """The answer of a CORS rule to a preflight request, and what a browser makes of it."""
    place = place_of(answer.node)
    asked = request.header("Access-Control-Request-Method")
    origin = request.header("Origin")
    if asked is None or origin is None:
        text = "a CORS rule is in force, and this OPTIONS request is no preflight: it lacks Origin or "
        text += "Access-Control-Request-Method; whether the rule answers it is not documented"
        yield Step("preflight", Status.OPEN, text, place)
        return
    allowed = _values(spec, answer, ALLOW_ORIGIN)
    details = []
    if allowed is not None and (True in allowed or origin in allowed):
        details.append((ALLOW_ORIGIN.name, origin))
    elif allowed == ["*"]:
        details.append((ALLOW_ORIGIN.name, "*"))
    for header in (*_LISTS, EXPOSE_HEADERS, ALLOW_CREDENTIALS, MAX_AGE):
        values = _values(spec, answer, header)
        if values:
            details.append((header.name, ", ".join(written(value) for value in values)))
    success = answer.node.get("optionsSuccessStatus")
    possible = spec.variables.possible(success)
    status = "200" if success is None else written(possible[0].value) if len(possible) == 1 else "an unknown status"
    text = f"the CORS rule answers the preflight with {status}, no integration is called"
    yield Step("preflight", Status.OK, text, place, tuple(details))
    yield from _by_browser(spec, answer, origin, asked.upper(), request)


def _by_browser(spec: Spec, answer: CorsAnswer, origin: str, asked: str, request: Request) -> Iterator[Step]:
    refused: list[tuple[CorsHeader, str]] = []
    is_open = False
    origins = _values(spec, answer, ALLOW_ORIGIN)
    if origins is None:
        is_open = True
    elif True not in origins and "*" not in origins and origin not in origins:
        refused.append((ALLOW_ORIGIN, f"the origin '{origin}' is not allowed"))
    credentials = _values(spec, answer, ALLOW_CREDENTIALS)
    has_credentials = credentials is not None and True in credentials
    for header, names in ((ALLOW_METHODS, [asked]), (ALLOW_HEADERS, _asked_headers(request))):
        wanted = [name for name in names if header is ALLOW_HEADERS or name not in SAFELISTED_METHODS]
        listed = answer.names(header)
        if wanted and (listed is None or answer.get(header) is None):
            is_open = True
        elif listed is not None and ("*" not in listed or has_credentials):
            what = "method" if header is ALLOW_METHODS else "header"
            refused += [
                (header, f"the {what} '{name}' is not allowed") for name in wanted if name.lower() not in listed
            ]
    for header, text in refused:
        place = place_of(answer.get(header)) or place_of(answer.node)
        yield Step("preflight", Status.REFUSED, f"the browser does not send the request: {text}", place)
    if is_open and not refused:
        text = "whether the browser sends the request is open: what is allowed is not written, or not known yet"
        yield Step("preflight", Status.OPEN, text, place_of(answer.node))
    elif not refused:
        yield Step("preflight", Status.OK, f"the browser goes on and sends {asked}", place_of(answer.node))


def _asked_headers(request: Request) -> list[str]:
    names = (request.header("Access-Control-Request-Headers") or "").split(",")
    return [name.strip() for name in names if name.strip()]


def _values(spec: Spec, answer: CorsAnswer, header: CorsHeader) -> list[str | int | float | bool | None] | None:
    """What a rule writes for a header, None if that is unknown."""
    values = []
    for node in items(answer.get(header)):
        possible = spec.variables.possible(node)
        if len(possible) != 1:
            return None
        value = possible[0].value
        parts = value.split(",") if isinstance(value, str) else [value]
        values += [part.strip() if isinstance(part, str) else part for part in parts]
    return values
