"""Shapes of what stands in a text beside its structure: ignore comments, placeholders, directives, long strings."""

from __future__ import annotations

import json

from tests.growth import DUMMY, HEAD, INTEGRATION, shape

EMPTY = f"{HEAD}paths: {{}}\n"
PATHS = f"{HEAD}paths:\n"
MISSING = "# apigw-lint: ignore[missing-integration]\n"


def _json(names: list[str]) -> str:
    start = {"openapi": "3.0.0", "info": {"title": "API", "version": "1"}, "x-yc-apigateway": {}}
    return json.dumps({**start, "x-apigw-lint-ignore": names, "paths": {}})


@shape(1500)
def one_key_of_unused_ignores(n: int) -> str:
    """A JSON key that names a rule again and again, for nothing."""
    return _json(["bad-value"] * n)


@shape(1500)
def one_key_of_unused_ignores_and_another(n: int) -> str:
    """The same with a name that is no rule, so that the key must stay."""
    return _json(["no-such-rule", *["bad-value"] * n])


@shape(8000)
def one_comment_of_unused_ignores(n: int) -> str:
    """A comment that names a rule again and again, for nothing."""
    return EMPTY + f"# apigw-lint: ignore[{', '.join(['bad-value'] * n)}]\n"


@shape(5000)
def one_comment_of_unknown_rules(n: int) -> str:
    """A comment that names rules that nobody has."""
    return EMPTY + f"# apigw-lint: ignore[{', '.join(f'missing-integration{number}' for number in range(n))}]\n"


@shape(2500)
def unused_ignores_on_many_lines(n: int) -> str:
    """Comments with several names each, none of which hides anything."""
    names = "bad-value, missing-key, unknown-key, wrong-type, odd-identifier"
    return EMPTY + "x-list:\n" + f"- 1 # apigw-lint: ignore[{names}]\n" * n


@shape(6000)
def ignores_one_below_the_other(n: int) -> str:
    """Comments on lines of their own, all of them above one path."""
    return PATHS + f"  {MISSING}" * n + "  /p: {get: {}}\n"


@shape(5000)
def ignores_that_cover_everything(n: int) -> str:
    """Comments that all cover the same many findings."""
    return HEAD + MISSING * n + "paths:\n" + "".join(f"  /p{number}: {{get: {{}}}}\n" for number in range(n))


@shape(5500)
def ignores_of_the_file(n: int) -> str:
    """Comments at the top, each of which speaks about the whole file."""
    top = "# apigw-lint: ignore-file[missing-integration]\n" * n
    return top + PATHS + "".join(f"  /p{number}: {{get: {{}}}}\n" for number in range(n))


@shape(8000)
def ignores_of_the_file_too_late(n: int) -> str:
    """Comments that should stand at the top."""
    return EMPTY + "x-list:\n" + "- 1 # apigw-lint: ignore-file[bad-value]\n" * n


@shape(30_000)
def a_number_that_is_none(n: int) -> str:
    """A value that looks like a number with separators up to its last letter."""
    return f"{EMPTY}x-number: 1{'_' * n}x\n"


@shape(40_000)
def a_string_of_half_placeholders(n: int) -> str:
    """A value that begins a placeholder again and again."""
    return f"{EMPTY}x-text: '{'INSERT_' * n}'\n"


@shape(40_000)
def a_comment_of_half_placeholders(n: int) -> str:
    """The same in a comment."""
    return f"{EMPTY}# {'INSERT_' * n}\n"


@shape(50_000)
def many_forgotten_values(n: int) -> str:
    """A long mapping whose values someone forgot to fill in."""
    return EMPTY + "x-map:\n" + "".join(f"  a{number}: <a>\n" for number in range(n))


@shape(8000)
def many_marks_where_a_key_stands_twice(n: int) -> str:
    """Placeholders in the comments of a mapping, in a document that repeats a key elsewhere."""
    entries = "".join(f"  # <host>\n  a{number}: 1\n" for number in range(n))
    return f"{EMPTY}x-twice: {{a: 1, a: 2}}\nx-map:\n{entries}"


@shape(9000)
def a_path_of_forgotten_names(n: int) -> str:
    """One path of nothing but placeholders."""
    path = "".join(f"/<name{number}>" for number in range(n))
    return f"{PATHS}  ? '{path}'\n  : {{get: {DUMMY}}}\n"


@shape(9000)
def a_path_of_undeclared_variables(n: int) -> str:
    """One path of nothing but variables."""
    return f"{PATHS}  ? '{'/${var.name}' * n}'\n  : {{get: {DUMMY}}}\n"


@shape(10_000)
def a_string_of_undeclared_variables(n: int) -> str:
    """One text of nothing but variables."""
    return f"{PATHS}  /a: {{get: {{summary: '{'${var.name} ' * n}', {DUMMY[1:-1]}}}}}\n"


@shape(28_000)
def a_string_of_escaped_variables(n: int) -> str:
    """One text of variables, most of which an escape hides."""
    summary = "${var.a}" + r"\x24{var.a}" * n
    return f'{PATHS}  /a:\n    get:\n      summary: "{summary}"\n      {INTEGRATION}: {{type: dummy, http_code: 200}}\n'


@shape(12_000, "spec.yaml.envsubst")
def placeholders_between_entries(n: int) -> str:
    """Placeholders with a line of their own between the entries of a long mapping."""
    return EMPTY + "x-map:\n" + "".join(f"  a{number}: 1\n  ${{MORE}}\n" for number in range(n))


@shape(6000, "spec.yaml.j2")
def placeholders_between_directives(n: int) -> str:
    """Lines that begin with a directive and have a placeholder behind it."""
    return f"{PATHS}  /a: {{get: {DUMMY}}}\n" + "  {% if a %}{{ b }}{% endif %}\n" * n


@shape(3000, "spec.yaml.j2")
def placeholders_beside_a_long_line(n: int) -> str:
    """Such lines around one that is very long."""
    lines = "  {% if a %}{{ b }}{% endif %}\n" * n
    return f"{PATHS}{lines}  /{'a:' * 15 * n}: {{get: {DUMMY}}}\n{lines}"
