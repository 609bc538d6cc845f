"""Rules about preflight requests: does what answers them allow what the path serves.

Most authors write the `options` operation by hand; a CORS rule of the gateway can lack the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import NamedTuple

from apigw_lint.bounds import MAX_MEDIA_TYPES
from apigw_lint.diagnostic import Consequence, Severity
from apigw_lint.fix.edits import Edits, combined, insert_entry, insert_items, make_fix, replace_value
from apigw_lint.gateway.cors import CorsAnswer, PathCors
from apigw_lint.gateway.cors_headers import (
    ALLOW_CREDENTIALS,
    ALLOW_HEADERS,
    ALLOW_METHODS,
    ALLOW_ORIGIN,
    CorsHeader,
    is_method,
)
from apigw_lint.gateway.kinds import HTTP_METHODS
from apigw_lint.gateway.operations import Operation
from apigw_lint.gateway.spec import Spec
from apigw_lint.gateway.substitution import content_type
from apigw_lint.rules.preflight_needs import PreflightNeeds, dummy_status
from apigw_lint.rules.rule import Problem, rule
from apigw_lint.source.tree import Mapping, Node, Sequence
from apigw_lint.source.unknown import has_open_keys
from apigw_lint.spelling import listed


@rule(Severity.WARNING, Consequence.BROKEN)
def preflight_without_cors(spec: Spec) -> Iterator[Problem]:
    """An `options` operation that answers preflight requests without `Access-Control-Allow-Origin`.

    Before a page of another origin may send certain requests, the browser asks with `OPTIONS`. It goes on only if the
    response has `Access-Control-Allow-Origin`. A `dummy` sends no headers but its own `http_headers`. A CORS rule,
    `x-yc-apigateway-cors`, answers without an `options` operation.

    Bad:
        /orders:
          post:
            x-yc-apigateway-integration: {type: cloud_functions, function_id: d4e0123456789abcdefg}
          options:
            x-yc-apigateway-integration: {type: dummy, http_code: 204}

    Good:
        /orders:
          x-yc-apigateway-cors:
            origin: https://example.com
            methods: [POST]
            allowedHeaders: [Content-Type]
          post:
            x-yc-apigateway-integration: {type: cloud_functions, function_id: d4e0123456789abcdefg}

    See: https://fetch.spec.whatwg.org/#http-cors-protocol
    """
    reported: set[Node] = set()
    for path in spec.cors.paths:
        stub, answer = path.stub, path.answer
        if stub is None or answer is None or answer.node in reported or not answer.lacks(ALLOW_ORIGIN):
            continue
        has_others = any(not answer.lacks(header) for header in (ALLOW_METHODS, ALLOW_HEADERS))
        if _others(path) and (has_others or _is_meant_for_preflights(stub, answer)):
            reported.add(answer.node)
            message = (
                f"browsers refuse this preflight response without '{ALLOW_ORIGIN.name}': "
                f"add it, or replace this 'options' with a CORS rule"
            )
            yield Problem(answer.holder or answer.node, message, cause="missing")


def _others(path: PathCors) -> list[Operation]:
    """The operations of a path that a preflight may be for."""
    return [operation for operation in path.operations if operation.key != "options" and operation.event is None]


def _is_meant_for_preflights(stub: Operation, answer: CorsAnswer) -> bool:
    """Whether a dummy without CORS headers is a forgotten preflight response and not an answer of its own."""
    content = answer.node.get("content")
    if dummy_status(answer.node) >= 300 or answer.has_header("allow"):
        return False
    if content is None or not content.value:
        return True
    if not isinstance(content.value, Mapping):
        return False
    texts = [stub.node.text(key) or "" for key in ("summary", "description", "operationId")]
    if any(word in text.lower() for text in texts for word in ("cors", "preflight")):
        return True
    bodies = list(islice(content.value.values(), MAX_MEDIA_TYPES))
    return all(str(body).strip().lower() in _NOTHING for body in bodies)


_NOTHING = ("", "none", "ok", "{}", "[]", '""', "null", "true")
"""What dummies answer that have nothing to say."""


@rule(Severity.WARNING, Consequence.BROKEN, fixes="unsafe")
def preflight_method_missing(spec: Spec) -> Iterator[Problem]:
    """The answer to preflight requests does not allow a method that the path serves.

    A page of another origin may use `PUT`, `PATCH` and `DELETE` only if `Access-Control-Allow-Methods` names them: in
    `http_headers` of the `options` operation, or in `methods` of the CORS rule in force. `GET`, `HEAD` and `POST` need
    no permission and are never reported.

    Bad:
        /orders/{id}:
          parameters: [{name: id, in: path, required: true, schema: {type: string}}]
          delete:
            x-yc-apigateway-integration: {type: cloud_functions, function_id: d4e0123456789abcdefg}
          options:
            x-yc-apigateway-integration:
              type: dummy
              http_code: 204
              http_headers:
                Access-Control-Allow-Origin: https://example.com
                Access-Control-Allow-Methods: GET, POST

    Good:
        /orders/{id}:
          parameters: [{name: id, in: path, required: true, schema: {type: string}}]
          delete:
            x-yc-apigateway-integration: {type: cloud_functions, function_id: d4e0123456789abcdefg}
          options:
            x-yc-apigateway-integration:
              type: dummy
              http_code: 204
              http_headers:
                Access-Control-Allow-Origin: https://example.com
                Access-Control-Allow-Methods: GET, POST, DELETE

    See: https://fetch.spec.whatwg.org/#cors-preflight-fetch
    """
    for gap in _gaps(spec, ALLOW_METHODS, PreflightNeeds(spec).methods):
        if not all(is_method(name.upper()) for name in gap.listed):
            continue  # What 'cors-unknown-method' reports may be the missing one.
        path_items = [operation.path_item.value for operation in gap.operations]
        served = [method.upper() for method in HTTP_METHODS if any(method in item for item in path_items)]
        yield gap.problem(served)


@rule(Severity.WARNING, Consequence.BROKEN, other_severities=(Severity.INFO,), fixes="unsafe")
def preflight_header_missing(spec: Spec) -> Iterator[Problem]:
    """The answer to preflight requests does not allow a header that the path's operations take.

    A page of another origin may send a header only if `Access-Control-Allow-Headers` names it: in `http_headers` of
    the `options` operation, or in `allowedHeaders` of the CORS rule in force. That concerns header parameters,
    `Authorization` and the header of an API key that `security` requires, and `Content-Type` for a JSON body. Headers
    that browsers send on their own need no permission and are never reported.

    By the standard `*` stands for every header but `Authorization`. Some browsers still let it pass, so this is
    reported as info.

    Bad:
        /orders:
          post:
            parameters: [{name: X-Idempotency-Key, in: header, schema: {type: string}}]
            requestBody: {content: {application/json: {schema: {type: object}}}}
            x-yc-apigateway-integration: {type: cloud_functions, function_id: d4e0123456789abcdefg}
          options:
            x-yc-apigateway-integration:
              type: dummy
              http_code: 204
              http_headers:
                Access-Control-Allow-Origin: https://example.com
                Access-Control-Allow-Headers: Content-Type

    Good:
        /orders:
          post:
            parameters: [{name: X-Idempotency-Key, in: header, schema: {type: string}}]
            requestBody: {content: {application/json: {schema: {type: object}}}}
            x-yc-apigateway-integration: {type: cloud_functions, function_id: d4e0123456789abcdefg}
          options:
            x-yc-apigateway-integration:
              type: dummy
              http_code: 204
              http_headers:
                Access-Control-Allow-Origin: https://example.com
                Access-Control-Allow-Headers: Content-Type, X-Idempotency-Key

    See: https://fetch.spec.whatwg.org/#cors-preflight-fetch
    """
    for gap in _gaps(spec, ALLOW_HEADERS, PreflightNeeds(spec).headers):
        names = list(gap.missing.values())
        if "*" not in gap.listed:
            yield gap.problem(names)
        elif gap.answer.lacks(ALLOW_CREDENTIALS):
            message = f"'*' does not cover 'Authorization' in '{gap.answer.key(ALLOW_HEADERS)}': list it too"
            yield gap.problem(names)._replace(message=message, severity=Severity.INFO)


class _Gap(NamedTuple):
    """Names that an answer to preflights does not list in a header, by their lower case; operations that need them."""

    answer: CorsAnswer
    header: CorsHeader
    listed: frozenset[str]
    missing: dict[str, str]
    operations: list[Operation]

    def problem(self, complete: list[str]) -> Problem:
        """What to report, with a fix that adds the names to the header, or the header with `complete`."""
        node, key = self.answer.get(self.header), self.answer.key(self.header)
        names = list(self.missing.values())
        shown = _shown(names)
        if node is None:
            message, edits = f"missing '{key}' with {shown}", _insert_header(self.answer, key, ", ".join(complete))
        else:
            message, edits = f"missing {shown} in '{key}'", _append(node, names)
        return Problem(
            node or self.answer.holder,
            f"{message}: browsers refuse such requests",
            fix=make_fix(f"add {shown if node else key}", edits),
            related=tuple((operation.node, f"'{operation.label}'") for operation in self.operations[:_MAX_RELATED]),
            cause=(self.answer.is_rule, node is None, self.listed, tuple(names)),
        )


_MAX_NAMED = 5
_MAX_RELATED = 5


def _shown(names: list[str]) -> str:
    """Names in words: the first ones, and how many more there are."""
    more = len(names) - _MAX_NAMED
    if more <= 0:
        return listed(names, "and")
    return ", ".join(f"'{name}'" for name in names[:_MAX_NAMED]) + f" and {more} more"


def _gaps(spec: Spec, header: CorsHeader, needed: Callable[[Operation], tuple[str, ...]]) -> Iterable[_Gap]:
    """What answers to preflights lack of what the operations of their paths need, one gap for each answer.

    What several operations need alike is compared once.
    """
    gaps: dict[int, _Gap] = {}
    lacking: dict[tuple[int, tuple[str, ...]], list[str]] = {}
    for path in spec.cors.paths:
        answer = path.answer
        known = _listed_names(answer, header) if answer else None
        if answer is None or known is None:
            continue
        identity = id(answer.node.value)
        for operation in path.operations:
            names = needed(operation)
            is_new = (identity, names) not in lacking
            missing = lacking.setdefault((identity, names), _not_listed(names, known) if is_new else [])
            if missing:
                gap = gaps.setdefault(identity, _Gap(answer, header, known, {}, []))
                gap.operations.append(operation)
                for name in missing if is_new else ():
                    gap.missing.setdefault(name.lower(), name)
    return gaps.values()


def _listed_names(answer: CorsAnswer, header: CorsHeader) -> frozenset[str] | None:
    """The names that a header lists, none without it; None if they are unknown or nothing can be said without it.

    What a CORS rule without the field allows is not clear from its page, and a stub that does not allow any origin is a
    matter of `preflight-without-cors`.
    """
    if answer.get(header) is not None:
        return answer.names(header)
    is_clear = not answer.is_rule and answer.lacks(header) and answer.get(ALLOW_ORIGIN) is not None
    return frozenset() if is_clear else None


def _not_listed(names: tuple[str, ...], known: frozenset[str]) -> list[str]:
    """The names that are not listed; `*` stands for all but `Authorization`."""
    if "*" in known:
        names = tuple(name for name in names if name.lower() == "authorization")
    return [name for name in names if name.lower() not in known]


def _append(node: Node, names: list[str]) -> Edits | None:
    """Adds names to a list, or to a comma-separated string with its own separator."""
    if isinstance(node.value, Sequence):
        return insert_items(node, names) if node.value else None
    if not isinstance(node.value, str) or not node.value.strip() or any(sign in node.value for sign in "$'\""):
        return None
    separator = "," if "," in node.value and ", " not in node.value else ", "
    return replace_value(node, separator.join((node.value.rstrip(" ,"), *names)))


def _insert_header(answer: CorsAnswer, name: str, value: str) -> Edits | None:
    """Adds a header to those of a dummy, in lower case among headers in lower case."""
    holder = answer.holder
    if holder is None or not isinstance(holder.value, Mapping):
        return None
    is_lower = all(key == key.lower() for key in holder.value)
    return insert_entry(holder, name.lower() if is_lower else name, value)


@rule(Severity.WARNING, Consequence.BROKEN, fixes="unsafe")
def cors_only_in_preflight(spec: Spec) -> Iterator[Problem]:
    """The response to the preflight allows an origin, and the response to the request itself does not.

    A browser shows a page only what is answered with `Access-Control-Allow-Origin`. After a successful preflight, a
    response without it is discarded. A `dummy` sends no headers but its own `http_headers`; other integrations may add
    the header themselves and are not reported.

    Bad:
        /status:
          get:
            x-yc-apigateway-integration: {type: dummy, http_code: 200, content: {application/json: '{"ok": true}'}}
          options:
            x-yc-apigateway-integration:
              type: dummy
              http_code: 204
              http_headers: {Access-Control-Allow-Origin: '*'}

    Good:
        /status:
          get:
            x-yc-apigateway-integration:
              type: dummy
              http_code: 200
              http_headers: {Access-Control-Allow-Origin: '*'}
              content: {application/json: '{"ok": true}'}
          options:
            x-yc-apigateway-integration:
              type: dummy
              http_code: 204
              http_headers: {Access-Control-Allow-Origin: '*'}

    See: https://fetch.spec.whatwg.org/#http-cors-protocol
    """
    for path in spec.cors.paths:
        origin = path.answer.get(ALLOW_ORIGIN) if path.stub and path.answer else None
        others = _others(path)
        if origin is None or not others or has_open_keys(path.path_item):
            continue
        answers = [_hidden_answer(spec, operation) for operation in others]
        if None not in answers:
            hidden = list(dict.fromkeys(answer for answer in answers if answer))
            message = f"missing '{ALLOW_ORIGIN.name}', which only 'options' has: browsers discard this response"
            also = ((answer.node, "also without") for answer in hidden[1:_MAX_RELATED])
            fix = make_fix(f"add '{ALLOW_ORIGIN.name}'", combined(_allow(answer, origin) for answer in hidden))
            yield Problem(hidden[0].holder or hidden[0].node, message, fix=fix, related=((origin, "only here"), *also))


def _hidden_answer(spec: Spec, operation: Operation) -> CorsAnswer | None:
    """What an operation answers that surely has no `Access-Control-Allow-Origin`, and that a page would read.

    A page that people open and a redirect are not read by another page.
    """
    integration = operation.integration
    answer = spec.cors.answer_of_dummy(integration) if integration else None
    if integration is None or answer is None or not answer.lacks(ALLOW_ORIGIN):
        return None
    content = integration.get("content")
    media_types = list(content.value) if content and isinstance(content.value, Mapping) else []
    is_page = "html" in content_type(integration) or any("html" in name for name in media_types)
    return None if is_page or dummy_status(integration) >= 300 else answer


def _allow(answer: CorsAnswer, origin: Node) -> Edits | None:
    """Adds the origin of a stub to another dummy."""
    if not isinstance(origin.value, str):
        return None
    if answer.holder is None:
        return insert_entry(answer.node, "http_headers", {ALLOW_ORIGIN.name: origin.value}, before=("content",))
    return _insert_header(answer, ALLOW_ORIGIN.name, origin.value)
