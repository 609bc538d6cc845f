"""Rules about CORS: the values of CORS rules, and of the headers that dummies answer with."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from apigw_lint.diagnostic import Consequence, Severity
from apigw_lint.fix.edits import Edits, combined, make_fix, rename_key, replace_in, replace_value
from apigw_lint.gateway.cors import CORS, CorsAnswer, Handler
from apigw_lint.gateway.cors_headers import (
    ALLOW_CREDENTIALS,
    ALLOW_HEADERS,
    ALLOW_METHODS,
    ALLOW_ORIGIN,
    ASKED_METHODS,
    EXPOSE_HEADERS,
    METHODS,
    Word,
    is_method,
    items,
    meant_cors_header,
    words,
)
from apigw_lint.gateway.origins import fault_of
from apigw_lint.gateway.spec import Spec
from apigw_lint.gateway.variables import Possible
from apigw_lint.rules.possible_strings import possible_strings, when_clause
from apigw_lint.rules.rule import Problem, rule
from apigw_lint.source.tree import Mapping, Node
from apigw_lint.source.unknown import is_unknown
from apigw_lint.spelling import listed, nearest

_CORS_OWNERS = ("path item", "document")
"""The kinds of objects that hold a CORS rule: where it belongs, and where many write it by mistake."""


@rule(Severity.ERROR, Consequence.BROKEN, other_severities=(Severity.WARNING,))
def cors_wildcard_credentials(spec: Spec) -> Iterator[Problem]:
    """CORS with `*` and credentials.

    Browsers reject a response that allows credentials for the origin `*`, whether a CORS rule makes it or a `dummy`
    has the headers itself. In lists of methods and headers `*` then is a literal star, not a wildcard, which is a
    warning.

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
    for answer in _answers(spec):
        credentials = _clause_for(spec, answer.get(ALLOW_CREDENTIALS), True)
        if credentials is None and not answer.is_rule:
            credentials = _clause_for(spec, answer.get(ALLOW_CREDENTIALS), "true")
        if credentials is None:
            continue
        for node in items(answer.get(ALLOW_ORIGIN)):
            if (clause := _clause_for(spec, node, "*")) is not None:
                message = f"browsers reject origin '*' with credentials{credentials}{clause}: list the origins"
                yield Problem(node, message)
        for header in (ALLOW_METHODS, ALLOW_HEADERS, EXPOSE_HEADERS):
            for word in words(answer.get(header)):
                if word.text == "*":
                    field = answer.key(header)
                    message = f"with credentials browsers do not treat '*' in '{field}' as a wildcard: list each one"
                    at = word.node.find("*", word.offset)
                    yield Problem(word.node, message, at=at, severity=Severity.WARNING)


@rule(Severity.WARNING, Consequence.RISK)
def cors_reflected_credentials(spec: Spec) -> Iterator[Problem]:
    """CORS lets any site read responses with the user's credentials.

    `origin: true` allows the origin that sent the request. With credentials, any page that a user visits can read what
    the gateway returns to that user.

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
        clause, credentials = _clause_for(spec, origin, True), _clause_for(spec, cors.get("credentials"), True)
        if origin is not None and clause is not None and credentials is not None:
            conditions = credentials + clause
            message = f"'origin: true' with credentials lets any site read the responses{conditions}: list the origins"
            yield Problem(origin, message)


def _cors_rules(spec: Spec) -> Iterator[Node]:
    """Every CORS rule, where it is written."""
    gateway = spec.gateway_object
    nodes = [gateway.get("cors") if gateway else None]
    nodes += [node for node in spec.tree.holding(CORS) if spec.kinds.of(node.container) in _CORS_OWNERS]
    nodes += spec.components_of("CORS rule")
    distinct = {id(node.value): node for node in nodes if node is not None and isinstance(node.value, Mapping)}
    return (node for node in distinct.values() if "$ref" not in node.value)


def _answers(spec: Spec) -> Iterator[CorsAnswer]:
    """Everything that gives CORS headers: the CORS rules, and the dummies that answer where no rule is in force."""
    yield from map(spec.cors.answer_of_rule, _cors_rules(spec))
    handlers = {id(path.path_item.value): path.handler for path in spec.cors.paths}
    for usage in spec.usages:
        answer = spec.cors.answer_of_dummy(usage.integration)
        served = (handlers[id(operation.path_item.value)] for operation in usage.operations)
        if answer is not None and Handler.OPERATION in served:
            yield answer


def _clause_for(spec: Spec, node: Node | None, value: str | bool) -> str | None:
    """When a node has a value, as the end of a message: empty for always, None for never as far as is known."""
    for possible in spec.variables.possible(node):
        if possible.value == value and isinstance(possible.value, type(value)):
            return when_clause(possible.when)
    return None


@rule(Severity.WARNING, Consequence.IGNORED)
def shadowed_options(spec: Spec) -> Iterator[Problem]:
    """An `options` operation that a CORS rule replaces.

    Where a CORS rule of the path or of the whole gateway is in force, the gateway answers preflight requests itself.
    `x-yc-apigateway-cors: {origin: false}` on the path passes `OPTIONS` to the operation again.

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
    for path in spec.cors.paths:
        for operation in path.operations:
            if operation.key == "options" and path.handler is Handler.RULE and path.rule is not None:
                scope = "of this path" if CORS in path.path_item.value else "of the gateway"
                message = (
                    f"the CORS rule {scope} handles 'OPTIONS {operation.path}': "
                    f"this operation gets no preflight requests"
                )
                yield Problem(operation.node, message, related=((path.rule, "the CORS rule"),))


@rule(Severity.WARNING, Consequence.BROKEN, fixes="unsafe")
def cors_origin_never_matches(spec: Spec) -> Iterator[Problem]:
    """An allowed origin that no browser ever sends.

    An origin is a scheme, a host, and a port unless it is the default one: `https://example.com`. It has no slash at
    the end, no path, and no upper case. Browsers compare it as a whole: `*` stands for any origin only when it is
    alone. The gateway sends a string of a CORS rule as it is, so one string is one origin; several origins are a list.

    Bad:
        /orders:
          x-yc-apigateway-cors: {origin: https://example.com/}
          get:
            x-yc-apigateway-integration: {type: cloud_functions, function_id: d4e0123456789abcdefg}

    Good:
        /orders:
          x-yc-apigateway-cors: {origin: https://example.com}
          get:
            x-yc-apigateway-integration: {type: cloud_functions, function_id: d4e0123456789abcdefg}

    See: https://yandex.cloud/en/docs/api-gateway/concepts/extensions/cors
    """
    for answer in _answers(spec):
        origin = answer.get(ALLOW_ORIGIN)
        if origin is not None and not answer.is_rule and len(items(origin)) > 1:
            message = "browsers accept a single origin in a response: use a CORS rule for several"
            yield Problem(origin, message, cause="several")
            continue
        for node in items(origin):
            problems = (_problem_with_origin(node, text, possible) for text, possible in possible_strings(spec, node))
            yield from islice(filter(None, problems), 1)


def _problem_with_origin(node: Node, text: str, possible: Possible) -> Problem | None:
    """What is wrong with an allowed origin, None if a browser may send it."""
    fault = fault_of(text)
    if fault is None:
        return None
    message = f"origin '{text}' never matches: {fault.remedy}"
    if possible.when:
        return Problem(node, message, cause=message, possible=possible)
    fix = make_fix(f"write '{fault.meant}'", replace_value(node, fault.meant)) if fault.meant else None
    at = node.find(text[fault.start : fault.end], fault.start)
    return Problem(node, message, at=at, fix=fix, cause=message)


_ANY_METHOD = ("ANY", "ALL")


@rule(Severity.WARNING, Consequence.BROKEN, fixes="unsafe")
def cors_unknown_method(spec: Spec) -> Iterator[Problem]:
    """A list of allowed methods with a word that is not a method.

    Browsers compare the method of a request with each word of `Access-Control-Allow-Methods`, in upper case and letter
    by letter. `*` stands for any method. `GET`, `HEAD` and `POST` are allowed anyway, so nothing is said of their case.

    Bad:
        /orders:
          x-yc-apigateway-cors: {origin: https://example.com, methods: [GET, DELET]}
          get:
            x-yc-apigateway-integration: {type: cloud_functions, function_id: d4e0123456789abcdefg}

    Good:
        /orders:
          x-yc-apigateway-cors: {origin: https://example.com, methods: [GET, DELETE]}
          get:
            x-yc-apigateway-integration: {type: cloud_functions, function_id: d4e0123456789abcdefg}

    See: https://fetch.spec.whatwg.org/#cors-preflight-fetch
    """
    for answer in _answers(spec):
        lower = []
        for word in words(answer.get(ALLOW_METHODS)):
            text = word.text.strip("'\"")
            if is_unknown(word.node) or "$" in text or "{" in text or is_method(text):
                continue
            if text.upper() in METHODS:
                lower += [word] if text.upper() in ASKED_METHODS else []
                continue
            meant, remedy = _meant_method(text)
            fix = make_fix(f"write '{meant}'", _replace_word(word, meant)) if meant else None
            at = word.node.find(word.text, word.offset)
            yield Problem(word.node, f"'{text}' is not an HTTP method", hint=remedy, at=at, fix=fix, cause=text)
        if lower:
            yield _in_lower_case(lower)


def _replace_word(word: Word, new: str) -> Edits | None:
    """Puts something else in the place of a word; what is not a single word may need quotes around the whole value."""
    node, text = word.node, word.text
    if new.isalpha():
        return replace_in(node, word.offset, text, new)
    return replace_value(node, node.value[: word.offset] + new + node.value[word.offset + len(text) :])


def _meant_method(text: str) -> tuple[str | None, str]:
    """The method that is most likely meant by a word, or the methods, and the end of a message."""
    parts = text.upper().split()
    if len(parts) > 1 and all(part in METHODS for part in parts):
        return ", ".join(parts), ": separate methods with commas"
    if text.upper() in _ANY_METHOD:
        return "*", ": write '*' for any"
    meant = nearest(text, METHODS)
    return meant, f", did you mean '{meant}'?" if meant else ": remove it"


def _in_lower_case(found: list[Word]) -> Problem:
    """What to report of methods in lower case."""
    first, meant = found[0], list(dict.fromkeys(word.text.upper() for word in found))
    edits = combined(_replace_word(word, word.text.upper()) for word in found)
    message, hint = "browsers compare methods in upper case", f": write {listed(meant, 'and')}"
    fix = make_fix("write methods in upper case", edits)
    at = first.node.find(first.text, first.offset)
    return Problem(first.node, message, hint=hint, at=at, fix=fix, cause=hint)


@rule(Severity.WARNING, Consequence.IGNORED, fixes="unsafe")
def cors_unknown_header(spec: Spec) -> Iterator[Problem]:
    """A misspelt CORS header in the headers of a `dummy`.

    Browsers ignore headers that they do not know, and refuse a response that lacks the right one.

    Bad:
        /orders:
          options:
            x-yc-apigateway-integration:
              type: dummy
              http_code: 204
              http_headers:
                Access-Control-Allow-Origin: https://example.com
                Access-Control-Allow-Header: Content-Type

    Good:
        /orders:
          options:
            x-yc-apigateway-integration:
              type: dummy
              http_code: 204
              http_headers:
                Access-Control-Allow-Origin: https://example.com
                Access-Control-Allow-Headers: Content-Type

    See: https://fetch.spec.whatwg.org/#http-cors-protocol
    """
    for dummy in spec.integrations.of_type("dummy"):
        headers = dummy.get("http_headers")
        for name in headers.value if headers and isinstance(headers.value, Mapping) else ():
            meant = None if spec.placeholders.is_unknown_key(name) else meant_cors_header(name)
            if headers is not None and meant is not None:
                node = Node.entry(spec.tree, headers.value, name)
                message, hint = f"browsers do not know the header '{name}'", f", did you mean '{meant}'?"
                fix = make_fix(f"rename to '{meant}'", rename_key(node, meant))
                yield Problem(node, message, hint=hint, at=node.key_span, fix=fix, cause=name)
