"""Shapes of parameters, substitutions and variables."""

from __future__ import annotations

from tests.growth import DUMMY, HEAD, INTEGRATION, shape

HTTP = "type: http, url: 'https://example.com/'"


def many(text: str, n: int, between: str = "") -> str:
    """The same text n times, `%` in it a number."""
    return between.join(text.replace("%", str(number)) for number in range(n))


def query(name: str) -> str:
    """The declaration of a parameter."""
    return f"{{name: {name}, in: query, schema: {{type: string}}}}"


def http(name: str, n: int) -> str:
    """An integration with a header for each of n names."""
    values = many(f"h%: '{{{name}}}'", n, ", ")
    return f"{{{HTTP}, headers: {{{values}}}}}"


def operation(*lines: str) -> str:
    """A document with one operation of these lines."""
    return HEAD + "paths:\n  /a:\n    get:\n" + "".join(f"      {line}\n" for line in lines)


def sharing(n: int, integration: str) -> str:
    """A document with n operations that refer to one integration."""
    reference = "{$ref: '#/components/x-yc-apigateway-integrations/A'}"
    paths = many(f"  /p%: {{get: {{{INTEGRATION}: {reference}}}}}\n", n)
    return f"{HEAD}paths:\n{paths}components:\n  x-yc-apigateway-integrations:\n    A: {integration}\n"


def with_one_item(n: int, parameters: str) -> str:
    """A document with n paths that refer to one path item with these parameters."""
    item = f"{{parameters: [{parameters}], get: {DUMMY}}}"
    return f"{HEAD}paths:\n  /a: {item}\n" + many("  /p%: {$ref: '#/paths/~1a'}\n", n)


@shape(1000)
def undeclared_names_in_a_url(n: int) -> str:
    """A url of names that nothing declares."""
    names = many("{name%}", n)
    return operation(f"{INTEGRATION}: {{type: http, url: 'https://example.com/{names}'}}")


@shape(1000)
def undeclared_names_in_headers(n: int) -> str:
    """A header for each of many names that nothing declares."""
    return operation(f"{INTEGRATION}: {http('name%', n)}")


@shape(400)
def misspelt_names_in_headers(n: int) -> str:
    """A header for each of many names that are declared with one letter more."""
    declared = many(query("param%"), n, ", ")
    return operation(f"parameters: [{declared}]", f"{INTEGRATION}: {http('parm%', n)}")


@shape(150)
def operations_with_one_integration(n: int) -> str:
    """As many operations as undeclared names in the integration that all of them refer to."""
    return sharing(n, http("name%", n))


@shape(2000)
def operations_with_one_free_text(n: int) -> str:
    """The same with names in texts that may mean something else."""
    texts = many("t/h%: '{name%}'", n, ", ")
    return sharing(n, f"{{type: dummy, http_code: 200, content: {{{texts}}}}}")


@shape(120)
def different_operations_with_one_integration(n: int) -> str:
    """The same with operations that each have another parameter in their path."""
    paths = many(f"  /p%/{{own%}}: {{get: {{{INTEGRATION}: *shared}}}}\n", n)
    return f"{HEAD}x-shared: &shared {http('name%', n)}\npaths:\n{paths}"


@shape(120)
def operations_with_one_error_handler(n: int) -> str:
    """As many operations as undeclared names in the integration of the validator that all of them refer to."""
    validator = "x-yc-apigateway-validator: {$ref: '#/components/x-yc-apigateway-validators/V'}"
    paths = many(f"  /p%: {{get: {{{validator}, {DUMMY[1:-1]}}}}}\n", n)
    handler = f"{{{INTEGRATION}: {http('name%', n)}}}"
    return (
        f"{HEAD}paths:\n{paths}components:\n  x-yc-apigateway-validators:\n"
        f"    V: {{validateRequestBody: true, validationErrorHandler: {handler}}}\n"
    )


@shape(3000)
def paths_with_one_path_item(n: int) -> str:
    """As many paths as parameters in the path item that all of them refer to."""
    return with_one_item(n, many(query("p%"), n, ", "))


@shape(1800)
def paths_without_the_parameters_of_a_path_item(n: int) -> str:
    """The same with parameters that none of the paths has."""
    return with_one_item(n, many("{name: p%, in: path, required: true, schema: {type: string}}", n, ", "))


@shape(14_000)
def a_path_of_many_parameters(n: int) -> str:
    """One path of parameters that nothing declares."""
    path = many("/{a%}", n)
    return f'{HEAD}paths:\n  ? "{path}"\n  : {{get: {DUMMY}}}\n'


@shape(10_000)
def names_in_a_fixed_field(n: int) -> str:
    """A declared name again and again where nothing is substituted."""
    bucket = "{a}" * n
    return operation(
        f"parameters: [{query('a')}]", f"{INTEGRATION}: {{type: object_storage, object: x, bucket: '{bucket}'}}"
    )


@shape(2000)
def a_variable_of_many_values(n: int) -> str:
    """Urls with a variable that has several times as many values."""
    values = many("a%", 4 * n, ", ")
    variables = f"{{variables: {{v: {{default: a0, enum: [{values}]}}}},"
    url = "'https://${var.v}.example.com/'"
    paths = many(f"  /p%: {{get: {{{INTEGRATION}: {{type: http, url: {url}}}}}}}\n", n)
    return HEAD.replace("{service", f"{variables} service") + "paths:\n" + paths


def described(paths: str) -> str:
    """A document with megabytes of text before its paths; for one wide sign in it Python takes four bytes for each."""
    text = "    About this gateway \N{ROCKET}\n" * 150_000
    return f"openapi: 3.0.0\ninfo:\n  title: API\n  version: 1.0.0\n  description: |\n{text}paths:\n{paths}"


@shape(5000)
def missing_keys_behind_a_long_text(n: int) -> str:
    """Many block mappings that each get an entry."""
    return described(
        many(
            "  /p%/{id}:\n    parameters:\n      - name: id\n        in: path\n        schema: {type: string}\n"
            f"    get:\n      {INTEGRATION}: {{type: dummy, http_code: 200}}\n",
            n,
        )
    )


@shape(5000)
def missing_lists_behind_a_long_text(n: int) -> str:
    """Many block mappings that each get a list."""
    return described(
        many(f"  /p%:\n    get:\n      {INTEGRATION}:\n        type: http\n        url: https://a.com/{{aaa}}\n", n)
    )
