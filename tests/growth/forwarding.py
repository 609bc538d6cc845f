"""Shapes of `http` integrations, and of what reaches their backends."""

from __future__ import annotations

from tests.growth import HEAD, INTEGRATION, shape
from tests.growth.parameters import many, query

BARE = f"{INTEGRATION}: {{type: http, url: 'https://example.com/'}}"


@shape(400)
def parameters_dropped_by_many_integrations(n: int) -> str:
    """As many operations as parameters, which all of them list by an alias and none forwards."""
    parameters = f"x-parameters: &all [{many(query('p%'), n, ', ')}]\n"
    return f"{HEAD}{parameters}paths:\n" + many(f"  /p%: {{get: {{parameters: *all, {BARE}}}}}\n", n)


@shape(2000)
def cookies_dropped(n: int) -> str:
    """Many cookies, of which one suggested header could name all."""
    cookies = many("{name: c%, in: cookie, schema: {type: string}}", n, ", ")
    return f"{HEAD}paths:\n  /a: {{get: {{parameters: [{cookies}], {BARE}}}}}\n"


@shape(1000)
def operations_with_integrations_of_a_variable(n: int) -> str:
    """Operations whose integration is one of 64, each with names that nothing declares."""
    references = many("'#/components/x-yc-apigateway-integrations/A%'", 64, ", ")
    first = "'#/components/x-yc-apigateway-integrations/A0'"
    variables = f"x-yc-apigateway: {{variables: {{b: {{default: {first}, enum: [{references}]}}}}}}\n"
    integrations = many("    A%: {type: http, url: 'https://example.com/{x%}/{y}'}\n", 64)
    reference = f"{INTEGRATION}: {{$ref: '${{var.b}}'}}"
    return (
        "openapi: 3.0.0\ninfo: {title: API, version: 1.0.0}\n"
        + variables
        + "paths:\n"
        + many(f"  /p%: {{get: {{parameters: [{query('a')}], {reference}}}}}\n", n)
        + f"components:\n  x-yc-apigateway-integrations:\n{integrations}"
    )
