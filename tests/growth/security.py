"""Shapes of urls and secrets."""

from __future__ import annotations

import random
import string

from tests.growth import HEAD, INTEGRATION, shape


def _http(url: str, more: str = "") -> str:
    return f"{HEAD}paths:\n  /a:\n    get:\n      {INTEGRATION}:\n        type: http\n        url: '{url}'\n{more}"


def _token(number: int) -> str:
    return "".join(random.Random(number).choices(string.ascii_letters + string.digits, k=24))


@shape(40_000)
def url_of_question_marks(n: int) -> str:
    """A query that never gets to a value."""
    return _http("https://example.com/" + "?" * n)


@shape(13_000)
def url_of_beginnings_of_queries(n: int) -> str:
    """A query in which each value holds the next one, and a brace at the end."""
    return _http("https://example.com/" + "?a=" * n + "{b}")


@shape(20_000)
def url_of_parameters(n: int) -> str:
    """A url that one parameter fills."""
    parameters = "      parameters: [{name: a, in: query, schema: {type: string}}]\n"
    return _http("https://" + "{a}" * n).replace(f"      {INTEGRATION}", f"{parameters}      {INTEGRATION}")


@shape(8_000)
def many_secrets(n: int) -> str:
    """Headers with a token in each."""
    headers = "".join(f"          X-{number}-Api-Key: {_token(number)}\n" for number in range(n))
    return _http("https://example.com/", f"        headers:\n{headers}")


@shape(100_000)
def names_of_secrets_in_a_broken_text(n: int) -> str:
    """Values that are never closed, each with the name of a secret, in a text that cannot be parsed."""
    return f"{HEAD}paths: a: b\nx-yc-apigateway: " + 'token: "' * n


@shape(1_000_000)
def blanks_after_a_name(n: int) -> str:
    """The name of a secret, and only then the value, in a text that cannot be parsed."""
    return f"{HEAD}paths: a: b\nx-yc-apigateway: {{token: {{" + " " * n + "default: a"


@shape(300)
def secrets_that_are_repeated(n: int) -> str:
    """Headers with a token in each, and unknown keys that are all of them together."""
    tokens = [_token(number) for number in range(n)]
    headers = "".join(f"          X-{number}-Api-Key: {token}\n" for number, token in enumerate(tokens))
    keys = "".join(f"        ? {''.join(tokens)}{number}\n        : 1\n" for number in range(n))
    return _http("https://example.com/", f"        headers:\n{headers}{keys}")
