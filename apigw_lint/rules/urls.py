"""Rules about how the URLs of backends are written."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from apigw_lint.diagnostic import Consequence, Severity
from apigw_lint.fix.edits import make_fix, replace_in
from apigw_lint.gateway import addresses
from apigw_lint.gateway.spec import Spec
from apigw_lint.gateway.variables import Possible
from apigw_lint.rules.possible_strings import possible_strings
from apigw_lint.rules.rule import Problem, rule
from apigw_lint.source.pattern import pattern
from apigw_lint.source.tree import Node

_BLANK = pattern(r"\s+")
_SLASHES = pattern(r"(?<!:)//+")
_FRAGMENT = pattern(r"#(?!\{).*", re.DOTALL)
_BRACE = pattern(r"\{[^{}/?#&\s]{0,60}|\}")
_PARAMETER = pattern(r"[^?#/:=&]+=")
_SCHEME = pattern(r"\s*[A-Za-z][A-Za-z0-9+.-]*://")
_QUERY_OR_FRAGMENT = pattern(r"[?#]")


class _Flaw(NamedTuple):
    """What a URL cannot hold: the characters, where they are, what is wrong, what to do, and what to write instead."""

    text: str
    offset: int
    problem: str
    advice: str
    instead: str | None = None


@rule(Severity.WARNING, Consequence.BROKEN, fixes="unsafe")
def malformed_url(spec: Spec) -> Iterator[Problem]:
    """The `url` of an `http` integration is not a well-formed URL.

    It has a blank, a brace without a partner, a fragment, which is never sent to a server, two slashes in its path, or
    a second `?`. A missing scheme or host is reported by `unreachable-url`.

    Bad:
        /orders/{id}:
          get:
            parameters: [{name: id, in: path, required: true, schema: {type: string}}]
            x-yc-apigateway-integration: {type: http, url: 'https://example.com//orders/{id}'}

    Good:
        /orders/{id}:
          get:
            parameters: [{name: id, in: path, required: true, schema: {type: string}}]
            x-yc-apigateway-integration: {type: http, url: 'https://example.com/orders/{id}?view=full'}

    See: https://yandex.cloud/en/docs/api-gateway/concepts/extensions/http
    """
    for integration in spec.integrations.of_type("http"):
        url = integration.get("url")
        for text, possible in possible_strings(spec, url):
            flaw = None if addresses.lacks_scheme(text) else _first_flaw(text)
            if flaw is not None and url is not None:
                yield _problem(url, flaw, possible)
                break


def _problem(url: Node, flaw: _Flaw, possible: Possible) -> Problem:
    message = f"{flaw.problem}: {flaw.advice}"
    if possible.when:
        return Problem(url, message, possible=possible, cause=message)
    if " " in flaw.text and "\n" in url.written:
        return Problem(url, "a URL cannot contain a blank, which joins two lines here: write it on one line")
    fix = None
    if flaw.instead is not None:
        fix = make_fix(flaw.advice, replace_in(url, flaw.offset, flaw.text, flaw.instead))
    return Problem(url, message, at=url.find(flaw.text, flaw.offset), fix=fix)


@lru_cache(maxsize=1024)
def _first_flaw(url: str) -> _Flaw | None:
    """The first flaw of a URL, which several integrations may share."""
    return next(_flaws(url), None)


def _flaws(url: str) -> Iterator[_Flaw]:
    """What is wrong with a URL. Blanks around it are not: a block scalar ends with a line break."""
    url = url.rstrip()
    if blank := _BLANK.search(url, len(url) - len(url.lstrip())):
        segment, start = addresses.segment_at(url, blank.start())
        yield _Flaw(segment, start, "a URL cannot contain a blank", "remove it, or write '%20'")
    if brace := _unpaired_brace(url):
        problem = f"'{brace[0]}' has no {'opening' if brace[0] == '}' else 'closing'} brace"
        instead = "" if len(brace[0]) == 1 else f"{brace[0]}}}"
        advice = f"write '{instead}'" if instead else f"remove '{brace[0]}'"
        yield _Flaw(brace[0], brace.start(), problem, advice, instead)
    if fragment := _FRAGMENT.search(url):
        problem = "what follows '#' is never sent to a server"
        yield _Flaw(fragment[0], fragment.start(), problem, "remove the fragment", "")
    if offset := _second_query(url):
        yield _Flaw("?", offset, "the query string has a second '?'", "write '&'", "&")
    if slashes := _slashes_in_path(url):
        yield _Flaw(slashes[0], slashes.start(), "the URL has an empty path segment", "write a single slash", "/")


def _unpaired_brace(url: str) -> re.Match[str] | None:
    """The first brace that has no partner; one that opens with the name that follows."""
    opened: list[re.Match[str]] = []
    for match in _BRACE.finditer(url):
        if match[0] != "}":
            opened.append(match)
        elif opened:
            opened.pop()
        else:
            return match
    return opened[0] if opened else None


def _second_query(url: str) -> int:
    """The offset of a `?` that joins two query parameters, 0 if there is none; other ones belong to a value."""
    query = url.find("?")
    second = url.find("?", query + 1)
    is_query = "=" in url[query:second] and not any(sign in url[query:second] for sign in "/:#")
    return second if 0 <= query < second and is_query and _PARAMETER.match(url, second + 1) else 0


def _slashes_in_path(url: str) -> re.Match[str] | None:
    """Two slashes after the host; those of a URL in the path, after a colon, are meant."""
    if not _SCHEME.match(url):
        return None
    end = _QUERY_OR_FRAGMENT.search(url)
    return _SLASHES.search(url, addresses.end_of_authority(url), end.start() if end else len(url))
