"""Rules about habits of other clouds: what their gateways understand, and this one ignores or sends as it is."""

from __future__ import annotations

from collections.abc import Iterator

from apigw_lint.diagnostic import Consequence, Fix, Severity
from apigw_lint.fix.edits import Edits, combined, make_fix, replace_in, replace_value
from apigw_lint.gateway.foreign import SERVING, Expression, expressions
from apigw_lint.gateway.kinds import ANY_METHOD
from apigw_lint.gateway.operations import Operation
from apigw_lint.gateway.spec import Spec
from apigw_lint.gateway.substitution import SUBSTITUTED_FIELDS, integration_type, is_code
from apigw_lint.rules.operation_names import OperationNames, is_declared
from apigw_lint.rules.parameter_fixes import declare_parameters, parameter_object
from apigw_lint.rules.possible_strings import possible_strings
from apigw_lint.rules.rule import Problem, rule
from apigw_lint.rules.suggested_fixes import rename_to, write_inside
from apigw_lint.source.pattern import pattern
from apigw_lint.source.tree import Mapping, Node, Sequence

_INTEGRATION = "x-yc-apigateway-integration"


@rule(Severity.WARNING, Consequence.BROKEN, fixes="safe or unsafe")
def quoted_value(spec: Spec) -> Iterator[Problem]:
    """A header or query value in extra quotes.

    Other gateways write a fixed value in single quotes inside the quotes of YAML. This one sends all quotes but those
    of YAML: browsers do not take `'*'` for `*`. A value that HTTP has in double quotes, such as an `ETag`, is fine.

    Bad:
        /pets:
          options:
            x-yc-apigateway-integration:
              type: dummy
              http_code: 200
              http_headers:
                Access-Control-Allow-Origin: "'https://example.com'"

    Good:
        /pets:
          options:
            x-yc-apigateway-integration:
              type: dummy
              http_code: 200
              http_headers:
                Access-Control-Allow-Origin: 'https://example.com'

    See: https://yandex.cloud/en/docs/api-gateway/concepts/extensions/dummy
    """
    for node, name, is_query in _sent_values(spec):
        texts = [(text, possible) for text, possible in possible_strings(spec, node) if _inner(text) is not None]
        inner = _inner(node.value) if isinstance(node.value, str) else None
        if not texts or _may_be_quoted(name, texts[0][0], is_query=is_query):
            continue
        if inner is None:
            text, possible = texts[0]
            edits = replace_value(possible.origin, str(_inner(text))) if possible.origin else None
            fix = make_fix("remove the inner quotes", edits)
            yield Problem(node, _quotes_message(str(_inner(text))), possible=possible, fix=fix, cause=text)
            continue
        is_safe = node.value[0] == "'" or not is_query
        fix = make_fix("remove the inner quotes", replace_value(node, inner), safe=is_safe)
        yield Problem(node, _quotes_message(inner), fix=fix, cause=inner)


def _quotes_message(inner: str) -> str:
    return f"the inner quotes are sent too: write '{inner}'"


def _inner(text: str) -> str | None:
    """What is between the quotes of a text that is in quotes as a whole, None for any other text."""
    is_quoted = len(text) > 1 and text[0] in ("'", '"') and text[-1] == text[0]
    return text[1:-1] if is_quoted and text[0] not in text[1:-1] and text[1:-1] == text[1:-1].strip() else None


def _sent_values(spec: Spec) -> Iterator[tuple[Node, str, bool]]:
    """The values of headers and query parameters: the node, the name, whether it is one of the query."""
    for integration in spec.integrations.of_type("http", "dummy"):
        fields = ("headers", "query") if integration_type(integration) == "http" else ("http_headers",)
        for field in fields:
            values = integration.get(field)
            for name, value in values.items() if values else ():
                for node in value.entries() if isinstance(value.value, Sequence) else (value,):
                    yield node, name, field == "query"


_QUOTED_HEADERS = frozenset(("etag", "if-match", "if-none-match", "if-range"))
"""Headers in which quotes of both kinds are left alone."""
_UNQUOTED_HEADERS = frozenset(
    "* accept accept-encoding accept-language access-control-allow-credentials access-control-allow-headers "
    "access-control-allow-methods access-control-allow-origin access-control-expose-headers access-control-max-age "
    "access-control-request-headers access-control-request-method allow authorization cache-control "
    "content-disposition content-encoding content-language content-security-policy content-type host location origin "
    "pragma referer referrer-policy retry-after strict-transport-security user-agent vary x-content-type-options "
    "x-frame-options x-xss-protection".split()
)
"""Headers whose value never is a string in double quotes as a whole; others may have one, by standard or by choice."""
_QUOTED_QUERY = frozenset(
    "q query querytext search text phrase term filter where sort key keys startkey endkey start_key end_key orderby "
    "startat endat equalto jql cql path range".split()
)
"""Names of query parameters that take a search phrase, a literal of a query language, or JSON."""
_WORD = pattern(r"[\w./+*-]+")


def _may_be_quoted(name: str, value: str, *, is_query: bool) -> bool:
    """Whether a value in quotes may be meant as it is."""
    lower, has_double = name.lower(), value.startswith('"')
    if not is_query:
        return lower in _QUOTED_HEADERS or (has_double and lower not in _UNQUOTED_HEADERS)
    is_literal = has_double and not _WORD.fullmatch(value[1:-1])
    return name.startswith(("$", "@")) or lower in _QUOTED_QUERY or is_literal


@rule(Severity.WARNING, Consequence.BROKEN, fixes="unsafe")
def foreign_expression(spec: Spec) -> Iterator[Problem]:
    """An expression of another gateway.

    `$request.header.Name`, `$context.requestId` or `method.request.querystring.name` are replaced by Amazon API
    Gateway. This gateway sends them literally: it replaces `{name}` of a declared parameter and `${var.name}` of a
    variable, and gives functions a `requestContext`.

    Bad:
        /me:
          get:
            parameters: [{name: Cookie, in: header, schema: {type: string}}]
            x-yc-apigateway-integration:
              type: http
              url: https://example.com/me
              headers: {Cookie: $request.header.Cookie}

    Good:
        /me:
          get:
            parameters: [{name: Cookie, in: header, schema: {type: string}}]
            x-yc-apigateway-integration:
              type: http
              url: https://example.com/me
              headers: {Cookie: '{Cookie}'}

    See: https://yandex.cloud/en/docs/api-gateway/concepts/extensions/
    """
    operations_of = {id(usage.integration.value): usage.operations for usage in spec.usages}
    seen = set()
    for integration in spec.integrations.written:
        operations = operations_of.get(id(integration.value), [])
        for node in _sent_texts(integration):
            if node.raw_span in seen:
                continue
            seen.add(node.raw_span)
            for expression in expressions(node.value, spec.placeholders):
                advice, fix = _advice(spec, node, expression, operations)
                message, hint = f"'{expression.text}' is sent literally", f": {advice}"
                at = node.find(expression.text, expression.offset)
                yield Problem(node, message, hint=hint, at=at, fix=fix, cause=(message, hint))


def _sent_texts(integration: Node) -> Iterator[Node]:
    """The strings in which the gateway replaces something, code left out."""
    for field in SUBSTITUTED_FIELDS.get(integration_type(integration), ()):
        node = integration.get(field)
        for string in node.strings(having=".") if node else ():
            if field != "content" or not is_code(integration, string):
                yield string


def _advice(spec: Spec, node: Node, expression: Expression, operations: list[Operation]) -> tuple[str, Fix | None]:
    """What to write instead of an expression, and the fix that does so."""
    source, name = expression.source, expression.name
    if source == "context":
        return "only a function gets that, in 'requestContext'", None
    if source == "variable":
        return _variable_advice(spec, node, expression)
    if source == "body":
        return "the gateway takes nothing out of a body", None
    if not source:
        return "the gateway has no such value", None
    distinct = {id(operation.declared): operation for operation in operations}.values()
    edits = replace_in(node, expression.offset, expression.text, f"{{{name}}}")
    if operations and all(is_declared(operation, name) for operation in distinct):
        return f"write '{{{name}}}'", make_fix(f"write '{{{name}}}'", edits)
    noun = "parameter" if source == "parameter" else f"{source} parameter"
    advice = f"declare the {noun} '{name}' and write '{{{name}}}'"
    return advice, make_fix(advice, combined((edits, _declarations(operations, name, source))))


def _declarations(operations: list[Operation], name: str, location: str) -> Edits | None:
    """The declaration of a parameter, where only one operation has the integration."""
    if len(operations) != 1 or operations[0].has_unknown_parameters or location == "parameter":
        return None
    if location == "path" and not OperationNames(operations[0]).has_in_path(name):
        return None
    return declare_parameters(operations[0].node, parameter_object(name, location))


def _variable_advice(spec: Spec, node: Node, expression: Expression) -> tuple[str, Fix | None]:
    variable = spec.variables.reference(expression.name)
    if expression.name not in spec.variables.declared:
        return f"declare '{expression.name}' under 'x-yc-apigateway.variables' and write '{variable}'", None
    return f"write '{variable}'", write_inside(node, expression.offset, expression.text, variable)


@rule(Severity.WARNING, Consequence.IGNORED, other_severities=(Severity.INFO,), fixes="unsafe")
def foreign_extension(spec: Spec) -> Iterator[Problem]:
    """The integration or any-method of another gateway, and none of this one: `x-amazon-apigateway-integration`.

    This gateway ignores the key, so requests are not served. Beside what this gateway understands, and everywhere else,
    keys of other gateways are not reported: a specification may be for several. If it is, this is info.

    Bad:
        /pets:
          get:
            x-yc-apigateway-integration: {type: dummy, http_code: 200}
          post:
            x-amazon-apigateway-integration: {type: mock}

    Good:
        /pets:
          get:
            x-yc-apigateway-integration: {type: dummy, http_code: 200}
          post:
            x-yc-apigateway-integration: {type: dummy, http_code: 200}

    See: https://yandex.cloud/en/docs/api-gateway/concepts/extensions/
    """
    serving = [node for key in SERVING for node in spec.tree.holding(key) if _serves(spec, node)]
    shared = {_gateway(node) for node in serving if SERVING[str(node.key)] in node.container}
    for node in serving:
        if spec.lacks(node.parent, SERVING[str(node.key)]):
            message, (hint, fix) = f"'{node.key}' has no effect here", _serving_advice(node)
            severity = Severity.INFO if _gateway(node) in shared else None
            cause = message, hint
            yield Problem(node, message, hint=hint, at=node.key_span, fix=fix, severity=severity, cause=cause)


def _gateway(node: Node) -> str:
    """What the key is of: `amazon`, `google`."""
    return str(node.key).split("-")[1]


def _serves(spec: Spec, node: Node) -> bool:
    """Whether an entry says what serves the requests of its operation or path."""
    kind = "path item" if SERVING.get(str(node.key)) == ANY_METHOD else "operation"
    return spec.kinds.of(node.container) == kind


_TYPES = {"aws_proxy": "cloud_functions", "http": "http", "http_proxy": "http", "mock": "dummy"}
"""Which type of ours the type of an integration of Amazon's amounts to."""


def _serving_advice(node: Node) -> tuple[str, Fix | None]:
    """What to write instead of a key that says what serves a request, as the end of the message and as a fix."""
    ours = SERVING[str(node.key)]
    inner = ""
    if ours == ANY_METHOD:
        has_foreign = isinstance(node.value, Mapping) and any(key in node.value for key in SERVING)
        inner = f" with '{_INTEGRATION}'" if has_foreign and _INTEGRATION not in node.value else ""
        fix = rename_to(node, ours)
    else:
        kind = _TYPES.get((node.text("type") or "").lower())
        inner = f" with 'type: {kind}'" if kind else ""
        fix = None
    return f": write '{ours}'{inner}", fix
