"""Shapes of schemas and aliases."""

from __future__ import annotations

from tests.growth import DUMMY, HEAD, shape

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
