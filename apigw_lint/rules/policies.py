"""Rules about what the gateway does beside calling integrations: CORS, validation, limits, mappings."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

from apigw_lint.diagnostic import Consequence, Severity
from apigw_lint.gateway.spec import Operation, Spec
from apigw_lint.rules.rule import Problem, rule
from apigw_lint.source.pattern import pattern
from apigw_lint.source.placeholder import is_later, is_unknown, is_unknown_key
from apigw_lint.source.tree import Mapping, Node, Sequence
from apigw_lint.spelling import did_you_mean, listed, nearest

_CORS = "x-yc-apigateway-cors"
_VALIDATOR = "x-yc-apigateway-validator"
_RATE_LIMIT = "x-yc-apigateway-rate-limit"
_CORS_OWNERS = ("path item", "document")
"""Where a CORS rule stands, and where many write it by mistake."""


def _cors_rules(spec: Spec) -> Iterator[Node]:
    """Every CORS rule, where it is written."""
    gateway = spec.root.get("x-yc-apigateway") if spec.root else None
    places = [gateway.get("cors") if gateway else None]
    places += [node for node in spec.tree.holding(_CORS) if spec.kinds.of(node.container) in _CORS_OWNERS]
    places += [node for _, node in spec.components("x-yc-apigateway-cors-rules")]
    found = {id(node.value): node for node in places if node is not None and isinstance(node.value, Mapping)}
    return (node for node in found.values() if "$ref" not in node.value)


def _listed(node: Node | None) -> list[Node]:
    """The items of a list, or a text by itself."""
    if node is None:
        return []
    return list(node.entries()) if isinstance(node.value, Sequence) else [node]


MAX_EXPRESSION = 1000
"""The longest expression that jq compiles here, in characters: it takes a time that grows with the square of them."""
MAX_EXPRESSIONS = 300
"""How many different expressions of a document jq compiles, at some milliseconds each."""
MAX_MEDIA_TYPES = 20
"""How many media types of a response are looked at for a suggestion."""


@rule(Severity.ERROR, Consequence.BROKEN, other_severities=(Severity.WARNING,))
def cors_wildcard_credentials(spec: Spec) -> Iterator[Problem]:
    """CORS with `*` together with credentials.

    Browsers refuse an answer that allows credentials and names `*` as the origin: the page gets no data. In the lists
    of methods and headers `*` then means nothing but a literal star, which is a warning.

    Bad:
        x-yc-apigateway:
          cors:
            origin: '*'
            credentials: true
        paths: {/a: {get: {x-yc-apigateway-integration: {type: dummy, http_code: 200}}}}

    Good:
        x-yc-apigateway:
          cors:
            origin: https://example.com
            credentials: true
        paths: {/a: {get: {x-yc-apigateway-integration: {type: dummy, http_code: 200}}}}

    See: https://yandex.cloud/en/docs/api-gateway/concepts/extensions/cors
    """
    for cors in _cors_rules(spec):
        credentials = _when(spec, cors.get("credentials"), True)
        if credentials is None:
            continue
        for node in _listed(cors.get("origin")):
            if (when := _when(spec, node, "*")) is not None:
                message = f"browsers refuse '*' as the origin with credentials{credentials}{when}: name the origins"
                yield Problem(node, message)
        for field in ("methods", "allowedHeaders", "exposedHeaders"):
            for node in _listed(cors.get(field)):
                if isinstance(node.value, str) and "*" in [part.strip() for part in node.value.split(",")]:
                    message = f"with credentials browsers do not take '*' in '{field}' for all of them: name each one"
                    yield Problem(node, message, at=node.find("*", node.value.index("*")), severity=Severity.WARNING)


def _when(spec: Spec, node: Node | None, value: str | bool) -> str | None:
    """When a node has a value, in words: empty for always, None for never as far as is known."""
    for possible in spec.possible(node):
        if possible.value == value and isinstance(possible.value, type(value)):
            return f", when {possible.when}" if possible.when else ""
    return None


@rule(Severity.WARNING, Consequence.RISK)
def cors_reflected_credentials(spec: Spec) -> Iterator[Problem]:
    """CORS that lets every site read with the user's credentials.

    `origin: true` answers each request with the origin that it came from. Together with credentials any page that
    a user visits may read what this gateway answers to that user.

    Bad:
        x-yc-apigateway:
          cors:
            origin: true
            credentials: true
        paths: {/a: {get: {x-yc-apigateway-integration: {type: dummy, http_code: 200}}}}

    Good:
        x-yc-apigateway:
          cors:
            origin: [https://example.com, https://www.example.com]
            credentials: true
        paths: {/a: {get: {x-yc-apigateway-integration: {type: dummy, http_code: 200}}}}

    See: https://yandex.cloud/en/docs/api-gateway/concepts/extensions/cors
    """
    for cors in _cors_rules(spec):
        origin = cors.get("origin")
        when, credentials = _when(spec, origin, True), _when(spec, cors.get("credentials"), True)
        if origin is not None and when is not None and credentials is not None:
            when = credentials + when
            message = f"'origin: true' with credentials lets any site read the answers{when}: name the origins"
            yield Problem(origin, message)


@rule(Severity.WARNING, Consequence.IGNORED)
def shadowed_options(spec: Spec) -> Iterator[Problem]:
    """An `options` operation that a CORS rule answers in its place.

    Where a CORS rule is in force, of the path or of the whole gateway, the gateway answers preflight requests itself.
    `x-yc-apigateway-cors: {origin: false}` on the path hands `OPTIONS` back to the operation.

    Bad:
        x-yc-apigateway:
          cors: {origin: true}
        paths:
          /a:
            options:
              x-yc-apigateway-integration: {type: dummy, http_code: 204}

    Good:
        x-yc-apigateway:
          cors: {origin: true}
        paths:
          /a:
            x-yc-apigateway-cors: {origin: false}
            options:
              x-yc-apigateway-integration: {type: dummy, http_code: 204}

    See: https://yandex.cloud/en/docs/api-gateway/concepts/extensions/cors
    """
    gateway = spec.root.get("x-yc-apigateway") if spec.root else None
    whole = gateway.get("cors") if gateway else None
    for operation in spec.operations:
        if operation.key != "options":
            continue
        place = operation.path_item.get(_CORS) or whole
        cors = spec.resolve(place)
        origin = cors.get("origin") if cors else None
        if place is not None and origin is not None and origin.value is not False and not is_unknown(origin):
            scope = "of this path" if _CORS in operation.path_item.value else "of the gateway"
            message = f"the CORS rule {scope} answers 'OPTIONS {operation.path}': this operation gets no preflights"
            yield Problem(operation.node, message, related=((place, "the CORS rule"),))


@rule(Severity.WARNING, Consequence.IGNORED)
def validator_without_effect(spec: Spec) -> Iterator[Problem]:
    """A validator that checks what its operation does not describe.

    A body is checked against the schema of `requestBody`, parameters against `parameters`, answers against
    `responses`. Where those are not there, the check lets everything pass; only the header checks `subset` and
    `exact` then refuse every header.

    Bad:
        /orders:
          post:
            x-yc-apigateway-validator: {validateRequestBody: true}
            x-yc-apigateway-integration: {type: dummy, http_code: 200}

    Good:
        /orders:
          post:
            requestBody:
              content: {application/json: {schema: {type: object, required: [name]}}}
            x-yc-apigateway-validator: {validateRequestBody: true}
            x-yc-apigateway-integration: {type: dummy, http_code: 200}

    See: https://yandex.cloud/en/docs/api-gateway/concepts/extensions/validator
    """
    for operation in spec.operations:
        if _VALIDATOR not in operation.node.value or any(map(is_unknown_key, operation.node.value)):
            continue
        place = Node.entry(spec.tree, operation.node.value, _VALIDATOR)
        validator = spec.resolve(operation.node.get(_VALIDATOR))
        checks = [node for _, node in validator.items() if _is_on(node)] if validator else []
        idle = [node for node in checks if not _DESCRIBED[str(node.key)][1](operation)]
        # A validator that several operations share may check less in one of them.
        is_shared = validator is not None and validator.identity != place.identity
        if is_shared and len(idle) < len(checks):
            continue
        for node in idle:
            what = _DESCRIBED[str(node.key)][0]
            message = f"'{node.key}' has nothing to check: '{operation.label}' describes no {what}"
            where = place if is_shared else node
            yield Problem(where, message, at=where.key_span)


def _is_on(node: Node) -> bool:
    """Whether this switches a check on; `subset` and `exact` refuse headers even where none is described."""
    if node.key == "validateResponseHeaders":
        return node.value in ("any", "superset")
    return node.key in _DESCRIBED and node.value is True


def _has(operation: Operation, key: str) -> bool:
    """Whether an operation has a key, perhaps a misspelt one."""
    return key in operation.node.value or any(nearest(name, (key,)) for name in operation.node.value)


def _has_parameters(operation: Operation) -> bool:
    return bool(operation.parameters) or operation.has_unknown_parameters


def _has_response_part(operation: Operation, key: str) -> bool:
    """Whether some response has a part, or it cannot be told."""
    responses = operation.node.get("responses")
    if responses is None:
        return _has(operation, "responses")
    nodes = [operation.spec.resolve(node) for name, node in responses.items() if not name.startswith("x-")]
    return is_unknown(responses) or any(node is None or is_unknown(node) or node.get(key) for node in nodes)


_DESCRIBED: dict[str, tuple[str, Callable[[Operation], bool]]] = {
    "validateRequestBody": ("'requestBody'", lambda operation: _has(operation, "requestBody")),
    "validateRequestParameters": ("parameters", _has_parameters),
    "validateResponseBody": ("response with 'content'", lambda operation: _has_response_part(operation, "content")),
    "validateResponseHeaders": ("response with 'headers'", lambda operation: _has_response_part(operation, "headers")),
}
"""By the field of a validator, what it checks: in words, and whether an operation describes it."""


def _rate_limits(spec: Spec) -> Iterator[Node]:
    """Every place where a rate limit is put on something."""
    gateway = spec.root.get("x-yc-apigateway") if spec.root else None
    if gateway is not None and (whole := gateway.get("rateLimit")):
        yield whole
    for node in spec.tree.holding(_RATE_LIMIT):
        if spec.kinds.of(node.container) in ("path item", "operation"):
            yield node


@rule(Severity.WARNING, Consequence.DEPRECATED)
def deprecated_rate_limit(spec: Spec) -> Iterator[Problem]:
    """A rate limit, an extension that is discontinued.

    The documentation marks it as deprecated and points to Smart Web Security: a profile with a rate limiter, named by
    `x-yc-apigateway.smartWebSecurity.securityProfileId`.

    Bad:
        /hello:
          x-yc-apigateway-rate-limit: {allRequests: {rps: 10}}
          get:
            x-yc-apigateway-integration: {type: dummy, http_code: 200}

    Good:
        x-yc-apigateway:
          smartWebSecurity: {securityProfileId: fev0123456789abcdefg}
        paths:
          /hello:
            get:
              x-yc-apigateway-integration: {type: dummy, http_code: 200}

    See: https://yandex.cloud/en/docs/api-gateway/concepts/extensions/rate-limit
    """
    for node in _rate_limits(spec):
        message = f"'{node.key}' is deprecated and discontinued: the documentation points to Smart Web Security"
        yield Problem(node, message, at=node.key_span)


@rule(Severity.ERROR, Consequence.INVALID)
def rate_limit_on_greedy_path(spec: Spec) -> Iterator[Problem]:
    """A rate limit on a path with a greedy parameter.

    The gateway does not support rate limits there.

    Bad:
        /static/{file+}:
          x-yc-apigateway-rate-limit: {allRequests: {rps: 10}}
          get:
            x-yc-apigateway-integration: {type: dummy, http_code: 200}

    Good:
        /static/{file}:
          x-yc-apigateway-rate-limit: {allRequests: {rps: 10}}
          get:
            parameters:
              - {name: file, in: path, required: true, schema: {type: string}}
            x-yc-apigateway-integration: {type: dummy, http_code: 200}

    See: https://yandex.cloud/en/docs/api-gateway/concepts/extensions/rate-limit
    """
    for path, item in spec.path_items:
        if "+}" not in path:
            continue
        for owner in (item, *(child for _, child in item.items())):
            if isinstance(owner.value, Mapping) and _RATE_LIMIT in owner.value:
                node = Node.entry(spec.tree, owner.value, _RATE_LIMIT)
                message = f"rate limits are not supported on paths with greedy parameters such as '{path}'"
                yield Problem(node, message, at=node.key_span)


@rule(Severity.WARNING, Consequence.IGNORED)
def bad_mapping_index(spec: Spec) -> Iterator[Problem]:
    """A mapping index that names a response or media type that is not there.

    `x-yc-mapping-index` says which media type's schema mapping applies to a status code, so that code and that
    media type must be described beside it.

    Bad:
        /orders:
          get:
            responses:
              x-yc-mapping-index: {'200': text/plain}
              '200':
                description: All orders
                content: {application/json: {schema: {type: object}}}
            x-yc-apigateway-integration: {type: dummy, http_code: 200}

    Good:
        /orders:
          get:
            responses:
              x-yc-mapping-index: {'200': application/json}
              '200':
                description: All orders
                content: {application/json: {schema: {type: object}}}
            x-yc-apigateway-integration: {type: dummy, http_code: 200}

    See: https://yandex.cloud/en/docs/api-gateway/concepts/extensions/schema-mapping
    """
    for index in spec.tree.holding("x-yc-mapping-index"):
        if spec.kinds.of(index.container) != "responses" or any(map(is_unknown_key, index.container)):
            continue
        for code, node in index.items():
            if re.fullmatch("[1-5][0-9]{2}", code) is None:
                continue
            described = next((name for name in (code, f"{code[0]}XX", "default") if name in index.container), None)
            if described is None:
                yield Problem(node, f"there is no response '{code}' beside this index", at=node.key_span)
            else:
                yield from _unknown_media_type(spec, Node.entry(spec.tree, index.container, described), node)


def _unknown_media_type(spec: Spec, place: Node, node: Node) -> Iterator[Problem]:
    """The problem of an index that names a media type which its response does not have."""
    response = spec.resolve(place)
    content = response.get("content") if response else None
    if response is None or not isinstance(response.value, Mapping) or not isinstance(node.value, str):
        return
    if is_unknown(response) or (content and is_unknown(content)):
        return
    known = content.value if content and isinstance(content.value, Mapping) else {}
    if node.value in known or is_unknown(node) or any(map(is_unknown_key, (*response.value, *known))):
        return
    few = list(known)[:MAX_MEDIA_TYPES]
    close = nearest(node.value, few)
    hint = f", did you mean '{close}'?" if close else f": it has {listed(few, 'and') if few else 'no content'}"
    yield Problem(node, f"response '{place.key}' has no '{node.value}'{hint}")


@rule(Severity.ERROR, Consequence.BROKEN)
def malformed_jq(spec: Spec) -> Iterator[Problem]:
    """A mapping expression that jq cannot compile.

    The strings of a mapping's `template` hold jq expressions, `${.a.b}`. This check needs the package `jq`, which comes
    with `pip install apigw-lint[jq]`; without it the rule says nothing.

    Bad:
        /orders:
          get:
            responses:
              '200':
                description: All orders
                content:
                  application/json:
                    schema:
                      x-yc-schema-mapping:
                        type: static
                        template: {total: '${.orders | lenght(}'}
            x-yc-apigateway-integration: {type: dummy, http_code: 200}

    Good:
        /orders:
          get:
            responses:
              '200':
                description: All orders
                content:
                  application/json:
                    schema:
                      x-yc-schema-mapping:
                        type: static
                        template: {total: '${.orders | length}'}
            x-yc-apigateway-integration: {type: dummy, http_code: 200}

    See: https://yandex.cloud/en/docs/api-gateway/concepts/extensions/schema-mapping
    """
    templates = [
        template
        for mapping in spec.tree.holding("x-yc-schema-mapping")
        if spec.kinds.of(mapping.container) == "schema" and (template := mapping.get("template"))
    ]
    if not templates:
        return
    try:
        import jq  # type: ignore[import-not-found,unused-ignore]
    except ImportError:
        return
    errors: dict[str, str] = {}
    strings = (string for template in templates for string in template.strings(having="${"))
    for node, start, expression in ((string, *one) for string in strings for one in _expressions(string.value)):
        if expression is None:
            message = "this expression never ends: a '}' is missing, or a '\"' in it"
            yield Problem(node, message, at=node.find(node.value[start:].rstrip(), start))
        elif not is_later(expression) and len(expression) <= MAX_EXPRESSION:
            if expression not in errors:
                if len(errors) == MAX_EXPRESSIONS:
                    return
                errors[expression] = _error(jq, expression)
            if errors[expression]:
                yield _complaint(jq, node, start, expression, errors[expression])


def _error(jq: Any, expression: str) -> str:
    """What jq says of an expression, nothing when it can compile it."""
    try:
        jq.compile(expression)
    except ValueError as error:
        return str(error)
    return ""


@cache
def _builtins(jq: Any) -> tuple[str, ...]:
    return tuple(jq.compile('[builtins[] | split("/")[0]] | unique').input_value(None).first())


def _complaint(jq: Any, node: Node, start: int, expression: str, error: str) -> Problem:
    """A finding with what jq says of an expression, without the words of its inner workings."""
    reason = error.strip().partition("\n")[0].removeprefix("jq: error: ").partition(" at <top-level>")[0]
    undefined = re.match(r"(\$?\w+)(?:/(\d+))? is not defined", reason)
    if undefined and (found := re.search(re.escape(undefined[1]) + r"\b", expression)):
        number = int(undefined[2] or 0)
        arguments = f" with {number} argument{'s' * (number != 1)}" if number else ""
        dashed = re.search(r"\.(\w+-)$", expression[: found.start()])
        hint = did_you_mean(undefined[1], _builtins(jq))
        if dashed:
            hint = f": a key with a dash is '.\"{dashed[1]}{undefined[1]}\"'"
        message = f"jq has no '{undefined[1]}'{arguments}{hint}"
        return Problem(node, message, at=node.find(undefined[1], start + 2 + found.start()))
    for words, meaning in _JQ_WORDS:
        reason = re.sub(words, meaning, reason)
    return Problem(node, f"jq cannot compile this expression: {reason}", at=node.find(f"${{{expression}}}", start))


_JQ_WORDS = (
    (r", expecting .*| \(Unix shell quoting issues\?\)", ""),
    (r"syntax error, unexpected (?:end of file|\$end)", "it ends too early"),
    (
        "syntax error, unexpected INVALID_CHARACTER",
        "a character in it means nothing to jq; texts stand in double quotes, and it is 'and', 'or'",
    ),
    ("syntax error, unexpected (?:IDENT|FIELD|BINDING)", "a name is not expected where it stands"),
    ("syntax error, unexpected LITERAL", "a number is not expected where it stands"),
    ("syntax error, unexpected QQSTRING_START", "a text is not expected where it stands"),
    ("syntax error, unexpected ('.*')", r"\1 is not expected where it stands"),
)
"""What jq calls things in its messages, and what people do."""
_JQ_START = pattern(r"\s*(?:[.\[{(\"|$@-]|(?:if|try|reduce|foreach|def)\s|\w+\s*\(\s*\.)")


def _expressions(text: str) -> Iterator[tuple[int, str | None]]:
    """The jq expressions of a text and where their `$` stands; `${NAME}` and `${var.name}` are none.

    None stands for an expression without an end.
    """
    start = text.find("${")
    while start >= 0:
        end = start + 2
        if _JQ_START.match(text, end):
            end = _end_of_expression(text, end)
            yield start, text[start + 2 : end] if end >= 0 else None
        start = text.find("${", end) if end >= 0 else -1


def _end_of_expression(text: str, at: int) -> int:
    """Where the brace stands that closes an expression; -1 when none does."""
    depth, in_string = 0, False
    while at < len(text):
        letter = text[at]
        if in_string:
            at += letter == "\\"
            in_string = letter != '"'
        elif letter == '"':
            in_string = True
        elif letter == "{":
            depth += 1
        elif letter == "}":
            if not depth:
                return at
            depth -= 1
        at += 1
    return -1
