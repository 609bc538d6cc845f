"""Shapes of schemas and aliases."""

from __future__ import annotations

from tests.growth import DUMMY, HEAD, INTEGRATION, shape

_COMPONENTS = f"{HEAD}paths: {{}}\ncomponents:\n  schemas:\n"


@shape(250)
def chain_of_aliases(n: int) -> str:
    """Schemas that each hold the one before, with a mistake in the first."""
    links = (f"    B{number}: &a{number} {{properties: {{k: *a{number - 1}}}}}\n" for number in range(1, n // 2))
    return f"{_COMPONENTS}    A: &a0 {{type: strng}}\n{''.join(links)}"


@shape(250)
def chain_of_aliases_to_properties(n: int) -> str:
    """The same with the properties of schemas."""
    links = (
        f"    B{number}: {{properties: &a{number} {{k: {{properties: *a{number - 1}}}}}}}\n"
        for number in range(1, n // 3)
    )
    more = "".join(f"    C{number}: {{properties: *a{n // 3 - 1}}}\n" for number in range(10 * n))
    return f"{_COMPONENTS}    A: {{properties: &a0 {{k: {{type: strng}}}}}}\n{''.join(links)}{more}"


@shape(2000)
def aliases_to_a_bad_schema(n: int) -> str:
    """One schema with a mistake, under many names."""
    return f"{_COMPONENTS}    A: &a {{type: strng, prop: {{}}}}\n" + "".join(f"    B{i}: *a\n" for i in range(n))


@shape(900)
def aliases_to_a_bad_list(n: int) -> str:
    """A list of a thousand mistakes, in each operation."""
    paths = "".join(f"  /p{number}: {{get: {{tags: *t, {DUMMY[1:-1]}}}}}\n" for number in range(n))
    return f"{HEAD}x-t: &t [{', '.join(['{}'] * 1000)}]\npaths:\n{paths}"


@shape(900)
def aliases_to_a_bad_variable(n: int) -> str:
    """An object of a thousand mistakes, under many names that the author chose."""
    names = ", ".join(f"v{number}: *v" for number in range(n))
    variable = f"{{default: a, enum: [{', '.join(['1'] * 1000)}]}}"
    return f"{HEAD}x-v: &v {variable}\nservers: [{{url: a, variables: {{{names}}}}}]\npaths: {{}}\n"


@shape(4000)
def bad_keys(n: int) -> str:
    """One mapping with nothing but keys that are not allowed."""
    return f"{HEAD}paths:\n" + "".join(f"  p{number}: {{get: {DUMMY}}}\n" for number in range(n))


@shape(240)
def deep_mistakes(n: int) -> str:
    """A mistake at each level of nested schemas, around a long list."""
    numbers = ", ".join(map(str, range(800 * n)))
    return f"{_COMPONENTS}    A: {'{descripton: a, items: ' * n}{{enum: [{numbers}]}}{'}' * n}\n"


@shape(3000)
def list_of_mappings(n: int) -> str:
    """Mappings where each item must be there once."""
    return f"{_COMPONENTS}    A:\n      required: [{', '.join(f'{{a: {number}}}' for number in range(n))}]\n"


@shape(240)
def deep_schema(n: int) -> str:
    """A mistake at the end of nested schemas."""
    return f"{_COMPONENTS}    A: {'{items: ' * n}{{type: strng}}{'}' * n}\n"


@shape(4000)
def chain_of_merged_mappings(n: int) -> str:
    """Mappings that each merge the one before, with a reference in the first."""
    links = (f"x-a{number}: &a{number} {{<<: *a{number - 1}, k{number}: 1}}\n" for number in range(1, n // 10))
    return f"{HEAD}paths: {{}}\nx-a0: &a0 {{k: {{$ref: b}}}}\n{''.join(links)}"


@shape(4000)
def chain_of_aliases_to_anything(n: int) -> str:
    """Mappings that each hold the one before, deeper than any document may be."""
    links = (f"x-a{number}: &a{number} {{k: *a{number - 1}}}\n" for number in range(1, n))
    return f"{HEAD}paths: {{}}\nx-a0: &a0 {{$ref: b}}\n{''.join(links)}"


@shape(1000)
def aliases_to_an_enum_without_the_default(n: int) -> str:
    """One long list of values, and many schemas with a default that it lacks, or that has another type."""
    values = ", ".join(f"'{number}'" for number in range(n))
    first = "".join(f"    A{number}: {{enum: *v, default: b{number}}}\n" for number in range(900))
    second = "".join(f"    B{number}: {{type: integer, enum: *v, default: '{number}'}}\n" for number in range(900))
    return f"{HEAD}x-v: &v [{values}]\npaths: {{}}\ncomponents:\n  schemas:\n{first}{second}"


@shape(200_000)
def flawed_patterns(n: int) -> str:
    """Regular expressions of many brackets that are never closed, and of long sets."""
    patterns = ("(" * n, "[" * n, "[a-z]" * n + "(", f"[{'a-z' * n}z-a]", "a|" * n + "*", "(?:" * n)
    schemas = "".join(f"    A{number}: {{pattern: '{pattern}'}}\n" for number, pattern in enumerate(patterns))
    return f"{_COMPONENTS}{schemas}"


@shape(6000)
def links_to_near_names(n: int) -> str:
    """As many links as operations, each to a name that is nearly one of theirs."""
    paths = "".join(f"  /p{number}: {{get: {{operationId: op{number}, {DUMMY[1:-1]}}}}}\n" for number in range(n))
    links = "".join(f"    L{number}: {{operationId: opp{number}}}\n" for number in range(n))
    return f"{HEAD}paths:\n{paths}components:\n  links:\n{links}"


@shape(10_000)
def odd_names_in_a_dummy(n: int) -> str:
    """Headers and media types that are none."""
    headers = ", ".join(f"'X {number}:': \"a\\nb\"" for number in range(n))
    content = ", ".join(f"jsson{number}: a" for number in range(n))
    dummy = f"{{type: dummy, http_code: 200, http_headers: {{{headers}}}, content: {{{content}}}}}"
    return f"{HEAD}paths: {{/a: {{get: {{{INTEGRATION}: {dummy}}}}}}}\n"


@shape(1000)
def patterns_of_huge_repeats(n: int) -> str:
    """Patterns whose automata would have billions of states, and one whose match would never end."""
    patterns = (f"((a{{1000}}){{1000}}{{{number}}}|(b+)+)*{'(' * 50}c{')*' * 50}" for number in range(n))
    return _COMPONENTS + "".join(
        f"    A{number}: {{type: string, pattern: '{pattern}', default: {'b' * 40}}}\n"
        for number, pattern in enumerate(patterns)
    )


@shape(200_000)
def numbers_of_many_digits(n: int) -> str:
    """Numbers that take a time of their own, or cannot be read by Python at all, wherever one may be."""
    digits = "9" * n
    numbers = f"[{digits}, -{digits}, 0x{digits}, 0{digits}, 0.{digits}, 1e{digits}, {digits}:30, 1_{digits}]"
    pattern = f"pattern: 'a{{{digits},1}}'"
    return (
        f"{_COMPONENTS}    A: {{type: integer, default: {digits}, minimum: {digits}, enum: {numbers}}}\n"
        f"    B: {{type: string, {pattern}, maxLength: {digits}, format: date, default: '{digits}-01'}}\n"
        f"    C: {{$ref: '#/components/schemas/{digits}'}}\n"
    )
