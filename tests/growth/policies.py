"""Shapes of mappings and of JSON in strings."""

from __future__ import annotations

from tests.growth import DUMMY, HEAD, INTEGRATION, shape


def _mapping(template: str) -> str:
    return (
        f"{HEAD}paths: {{/a: {{get: {DUMMY}}}}}\ncomponents:\n  schemas:\n    A:\n      type: object\n"
        f"      x-yc-schema-mapping:\n        type: static\n        template: {{b: '{template}'}}\n"
    )


@shape(8_000)
def many_jq_expressions(n: int) -> str:
    """A template of different expressions."""
    return _mapping("".join(f"${{.b{number}}}" for number in range(n)))


@shape(20_000)
def long_jq_expression(n: int) -> str:
    """A template of one sum."""
    return _mapping("${.b" + "+1" * n + "}")


@shape(100)
def jq_that_repeats_strings(n: int) -> str:
    """Expressions that jq computes when it compiles, a gigabyte each."""
    return _mapping("".join(f'${{.|"a"*{1_000_000_000 + number}}}' for number in range(n)))


@shape(500)
def mapping_index_of_many_media_types(n: int) -> str:
    """Codes that one response with many media types serves, and none of them by the name that the index has."""
    content = "".join(f"            application/vnd.example.v{number}+json: {{}}\n" for number in range(n))
    index = "".join(
        f"          '{100 + number % 500}': application/vnd.example.w{number}+json\n" for number in range(n)
    )
    return (
        f"{HEAD}paths:\n  /a:\n    get:\n      {INTEGRATION}: {{type: dummy, http_code: 200}}\n      responses:\n"
        f"        x-yc-mapping-index:\n{index}        default:\n          content:\n{content}"
    )


@shape(60_000)
def json_of_substitutions(n: int) -> str:
    """A JSON content of nothing but parameters."""
    names = ", ".join(['"{name}"'] * n)
    return (
        f"{HEAD}paths:\n  /a:\n    get:\n      parameters: [{{name: name, in: query, schema: {{type: string}}}}]\n"
        f"      {INTEGRATION}:\n        type: dummy\n        http_code: 200\n"
        f"        content: {{application/json: '[{names}]'}}\n"
    )
