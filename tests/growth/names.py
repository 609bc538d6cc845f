"""Shapes of names that are misspelt, and of names that many places share."""

from __future__ import annotations

from tests.growth import DUMMY, HEAD, INTEGRATION, shape

INTEGRATIONS = "x-yc-apigateway-integrations"
MESSAGE = "x-yc-apigateway-websocket-message"
CONNECTION_ID = "{X-Yc-Apigateway-Websocket-Connection-Id}"


def with_variables(variables: str) -> str:
    """The head of a document that declares variables."""
    return HEAD.replace("123456789abcdefg}", "123456789abcdefg, variables: {" + variables + "}}")


def getting(n: int, operation: str) -> str:
    """Paths with an operation each; `@` in it is the number of the path."""
    return "paths:\n" + "".join(
        f"  /p{number}: {{get: {operation.replace('@', str(number))}}}\n" for number in range(n)
    )


def one_operation(fields: str) -> str:
    """A path with one operation in block style."""
    return f"{HEAD}paths:\n  /a:\n    get:\n{fields}      {INTEGRATION}: {{type: dummy, http_code: 200}}\n"


@shape(10_000)
def two_long_names(n: int) -> str:
    """A declared name, and a long one like it that is substituted."""
    parameter = f"{{name: {'a' * n}, in: query, schema: {{type: string}}}}"
    integration = f"{{type: http, url: 'https://example.com/{{{'a' * n}b}}'}}"
    return f"{HEAD}paths:\n  /a: {{get: {{parameters: [{parameter}], {INTEGRATION}: {integration}}}}}\n"


@shape(10_000)
def a_long_default(n: int) -> str:
    """A long default of a variable that is nearly one of its values."""
    return with_variables(f"v: {{default: {'a' * n}b, enum: [{'a' * n}]}}") + "paths: {}\n"


@shape(60)
def long_names_of_schemes(n: int) -> str:
    """A long name that none of many long names is."""
    schemes = "".join(f"    {'q' * 850}{number}: {{type: http, scheme: bearer}}\n" for number in range(n))
    operation = f"{{security: [{{{'q' * 900}: []}}], {DUMMY[1:]}"
    return HEAD + getting(1, operation) + "components:\n  securitySchemes:\n" + schemes


@shape(800)
def schemes_required_everywhere(n: int) -> str:
    """A `security` of the document with many schemes that nothing enforces, and many operations."""
    security = ", ".join(f"{{s{number}: []}}" for number in range(n))
    schemes = "".join(f"    s{number}: {{type: http, scheme: bearer}}\n" for number in range(n))
    return f"{HEAD}security: [{security}]\n" + getting(n, DUMMY) + "components:\n  securitySchemes:\n" + schemes


@shape(1500)
def misspelt_schemes(n: int) -> str:
    """Operations that each misspell a scheme of their own."""
    schemes = "".join(f"    scheme{number}: {{type: http, scheme: bearer}}\n" for number in range(n))
    return (
        HEAD + getting(n, f"{{security: [{{schem@: []}}], {DUMMY[1:]}") + "components:\n  securitySchemes:\n" + schemes
    )


@shape(800)
def misspelt_variables(n: int) -> str:
    """Operations that each misspell a variable of their own."""
    declared = ", ".join(f"variable{number}: {{default: a}}" for number in range(n))
    operation = f"{{{INTEGRATION}: {{type: http, url: 'https://${{var.varable@}}.example.com'}}}}"
    return with_variables(declared) + getting(n, operation)


@shape(4000)
def one_misspelt_variable(n: int) -> str:
    """Operations that all misspell the same variable, one of hundreds."""
    declared = ", ".join(f"variable{number}: {{default: a}}" for number in range(500))
    operation = f"{{{INTEGRATION}: {{type: http, url: 'https://${{var.varable}}.example.com'}}}}"
    return with_variables(declared) + getting(n, operation)


@shape(35_000)
def unused_variables(n: int) -> str:
    """Variables that nothing uses."""
    return with_variables(", ".join(f"v{number}: {{default: a}}" for number in range(n))) + "paths: {}\n"


@shape(1000)
def misspelt_references(n: int) -> str:
    """References that each misspell a component of their own."""
    operation = f"{{{INTEGRATION}: {{$ref: '#/components/{INTEGRATIONS}/AnIntegrtionOfSomeService@'}}}}"
    known = "".join(f"    AnIntegrationOfSomeService{number}: {{type: dummy, http_code: 200}}\n" for number in range(n))
    return f"{HEAD}{getting(n, operation)}components:\n  {INTEGRATIONS}:\n{known}"


@shape(400)
def a_misspelt_section(n: int) -> str:
    """References into a section of the components that is misspelt, among many that are like it."""
    operation = f"{{{INTEGRATION}: {{$ref: '#/components/{INTEGRATIONS}/A@'}}}}"
    known = "".join(f"    A{number}: {{type: dummy, http_code: 200}}\n" for number in range(n))
    others = "".join(f"  x-yc-apigateway-integrat{number}: 1\n" for number in range(n))
    return f"{HEAD}{getting(n, operation)}components:\n  x-yc-apigateway-integratons:\n{known}{others}"


@shape(700)
def a_shared_integration_of_sockets(n: int) -> str:
    """A header that is substituted many times in an integration that many operations share."""
    operation = f"{{{INTEGRATION}: {{$ref: '#/components/{INTEGRATIONS}/A'}}}}"
    headers = ", ".join(f"h{number}: '{CONNECTION_ID}'" for number in range(n))
    integration = f"{{type: http, url: 'https://example.com', headers: {{{headers}}}}}"
    paths = getting(n, operation).replace("{get:", f"{{{MESSAGE}:")
    return f"{HEAD}{paths}components:\n  {INTEGRATIONS}:\n    A: {integration}\n"


@shape(1000)
def long_substitutions_of_a_socket(n: int) -> str:
    """Long names that are substituted for a message, none of them a header's."""
    headers = ", ".join(f"h{number}: '{{a-parameter-with-quite-a-long-name-{number}}}'" for number in range(n))
    integration = f"{{type: http, url: 'https://example.com', headers: {{{headers}}}}}"
    return f"{HEAD}paths:\n  /a: {{{MESSAGE}: {{{INTEGRATION}: {integration}}}}}\n"


@shape(14_000)
def unknown_keys_of_a_schema(n: int) -> str:
    """Keys of a schema that are like known ones, or nearly."""
    keys = "".join(f"      typ{number}: 1\n" for number in range(n))
    return f"{HEAD}paths: {{}}\ncomponents:\n  schemas:\n    A:\n{keys}"


@shape(25_000)
def unknown_keys_of_an_operation(n: int) -> str:
    """Keys that an operation does not have."""
    return one_operation("".join(f"      foo{number}: 1\n" for number in range(n)))
