"""Rules about the text of a path: what no path can hold, and parameters that match something else than was meant."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from apigw_lint.diagnostic import Consequence, Severity
from apigw_lint.fix.edits import make_fix, replace_in_key
from apigw_lint.gateway import addresses
from apigw_lint.gateway.kinds import ANY_METHOD
from apigw_lint.gateway.operations import Operation, Served
from apigw_lint.gateway.routing import Kind
from apigw_lint.gateway.spec import Spec
from apigw_lint.gateway.substitution import integration_type
from apigw_lint.rules.rule import Problem, rule
from apigw_lint.source.pattern import pattern
from apigw_lint.source.placeholder import is_name

_PIECE = pattern(
    r"(?P<parameter>\{[^{}/]*\})|(?P<unclosed>\{[^{}/?#\s]*)|(?P<stray>\})"
    r"|(?P<query>\?.*)|(?P<fragment>#.*)|(?P<slashes>//+)|(?P<blank>\s+)",
    re.DOTALL,
)
_BRACES = ("parameter", "unclosed", "stray")
_PARAMETER = pattern(r"\{([^{}/+]+)\+?\}")
_SUBTREE_NAMES = frozenset({"path", "proxy", "rest", "file"})
"""The names that the documentation and the console give to greedy parameters."""


class _Flaw(NamedTuple):
    """What no path can hold: where, what to say, and what to write instead if that is known."""

    text: str
    offset: int
    message: str
    instead: str | None = None


@rule(Severity.WARNING, Consequence.BROKEN, fixes="unsafe")
def malformed_path(spec: Spec) -> Iterator[Problem]:
    """A path that no request has.

    The path of a request ends before its query string. It has no fragment, no blanks and no empty segments. A parameter
    is a name between two braces.

    Bad:
        /pets?limit={limit}:
          get:
            parameters: [{name: limit, in: query, schema: {type: integer}}]
            x-yc-apigateway-integration: {type: dummy, http_code: 200}

    Good:
        /pets:
          get:
            parameters: [{name: limit, in: query, schema: {type: integer}}]
            x-yc-apigateway-integration: {type: dummy, http_code: 200}

    See: https://spec.openapis.org/oas/v3.0.3#paths-object
    """
    for served in spec.served:
        path, node = served.route.path, served.node
        for flaw in _first_flaws(path):
            fix = None
            if flaw.instead is not None:
                repaired = path[: flaw.offset] + flaw.instead + path[flaw.offset + len(flaw.text) :]
                fix = make_fix(f"write '{repaired}'", replace_in_key(node, flaw.offset, flaw.text, flaw.instead))
            yield Problem(node, flaw.message, at=node.find_in_key(flaw.text, flaw.offset), fix=fix)


def _first_flaws(path: str) -> list[_Flaw]:
    """The first flaw of each kind in a path."""
    flaws: dict[str, _Flaw] = {}
    for match in _PIECE.finditer(path):
        kind = str(match.lastgroup)
        group = "braces" if kind in _BRACES else kind
        if group not in flaws and (flaw := _flaw(path, kind, match[0], match.start())):
            flaws[group] = flaw
    return list(flaws.values())


def _flaw(path: str, kind: str, text: str, offset: int) -> _Flaw | None:
    if kind in _BRACES:
        return _flaw_of_braces(kind, text, offset)
    if kind == "query":
        message = f"a path has no query string: remove '{text}' and declare query parameters with 'in: query'"
        return _Flaw(text, offset, message, "")
    if kind == "fragment":
        return _Flaw(text, offset, f"clients do not send what follows '#': remove '{text}'", "")
    if kind == "slashes":
        return _Flaw(text, offset, f"path '{path}' has an empty segment: write a single slash", "/")
    segment, start = addresses.segment_at(path, offset)
    trimmed = segment[0] + segment[1:].strip()
    is_inside = re.search(r"\s", trimmed) is not None
    message = f"path '{path}' has a blank, which no URL has: {'replace' if is_inside else 'remove'} it"
    return _Flaw(segment, start, message, None if is_inside else trimmed)


def _flaw_of_braces(kind: str, text: str, offset: int) -> _Flaw | None:
    """What is wrong with a parameter, or with a brace that has no partner."""
    if kind == "stray":
        return _Flaw(text, offset, "'}' has no opening brace")
    name = text.strip("{}").strip()
    instead = f"{{{name.rstrip('?')}}}"
    if kind == "unclosed":
        is_name = re.fullmatch(r"[\w-]+\+?", name) is not None
        advice = f"write '{instead}'" if is_name else "add '}'"
        return _Flaw(text, offset, f"'{text}' has no closing brace: {advice}", instead if is_name else None)
    if name in ("", "+"):
        return _Flaw(text, offset, f"'{text}' has no parameter name")
    if name.endswith("?"):
        message = f"a path parameter cannot be optional: write '{instead}', and add the path without it"
        return _Flaw(text, offset, message, instead)
    if text != instead:
        return _Flaw(text, offset, f"'{text}' has blanks around its name: write '{instead}'", instead)
    return None


@rule(Severity.WARNING, Consequence.BROKEN)
def repeated_path_parameter(spec: Spec) -> Iterator[Problem]:
    """A path with the same parameter twice.

    A parameter has one value, and it is not documented which of the two parts that is.

    Bad:
        /owners/{id}/pets/{id}:
          get:
            parameters: [{name: id, in: path, required: true, schema: {type: string}}]
            x-yc-apigateway-integration: {type: dummy, http_code: 200}

    Good:
        /owners/{ownerId}/pets/{petId}:
          get:
            parameters:
              - {name: ownerId, in: path, required: true, schema: {type: string}}
              - {name: petId, in: path, required: true, schema: {type: string}}
            x-yc-apigateway-integration: {type: dummy, http_code: 200}

    See: https://spec.openapis.org/oas/v3.0.3#path-templating
    """
    for served in spec.served:
        seen: Counter[str] = Counter()
        for match in _PARAMETER.finditer(served.route.path):
            seen[match[1]] += 1
            if seen[match[1]] == 2:
                message = f"'{{{match[1]}}}' appears twice in this path: give each part its own name"
                yield Problem(served.node, message, at=served.node.find_in_key(match[0], match.start()))


@rule(Severity.WARNING, Consequence.BROKEN)
def adjacent_path_parameters(spec: Spec) -> Iterator[Problem]:
    """Two path parameters with nothing between them.

    Where the first ends and the second begins is not documented.

    Bad:
        /flights/{from}{to}:
          get:
            parameters:
              - {name: from, in: path, required: true, schema: {type: string}}
              - {name: to, in: path, required: true, schema: {type: string}}
            x-yc-apigateway-integration: {type: dummy, http_code: 200}

    Good:
        /flights/{from}-{to}:
          get:
            parameters:
              - {name: from, in: path, required: true, schema: {type: string}}
              - {name: to, in: path, required: true, schema: {type: string}}
            x-yc-apigateway-integration: {type: dummy, http_code: 200}

    See: https://spec.openapis.org/oas/v3.0.3#path-templating
    """
    for served in spec.served:
        left = None
        for right in _PARAMETER.finditer(served.route.path):
            if left and left.end() == right.start() and not is_name(left[1]) and not is_name(right[1]):
                message = f"nothing separates '{left[0]}' from '{right[0]}': write '/' or '-' between them"
                yield Problem(served.node, message, at=served.node.find_in_key(left[0] + right[0], left.start()))
                break
            left = right


@rule(Severity.WARNING, Consequence.BROKEN, default=False, fixes="unsafe")
def not_greedy(spec: Spec) -> Iterator[Problem]:
    """A parameter that seems to be meant for a whole subtree, and matches one segment.

    `{path}`, `{proxy}`, `{rest}` or `{file}` at the end of a path matches `a`, but not `a/b`; with a plus it matches
    both. Only `http` and `object_storage` integrations whose `url` or `object` ends with the parameter are reported.
    Serving a single level can be intended, so this rule is off by default.

    Bad:
        /static/{file}:
          get:
            parameters: [{name: file, in: path, required: true, schema: {type: string}}]
            x-yc-apigateway-integration: {type: object_storage, bucket: site, object: 'static/{file}'}

    Good:
        /static/{file+}:
          get:
            parameters: [{name: file, in: path, required: true, schema: {type: string}}]
            x-yc-apigateway-integration: {type: object_storage, bucket: site, object: 'static/{file}'}

    See: https://yandex.cloud/en/docs/api-gateway/concepts/extensions/greedy-parameters
    """
    greedy_shapes = {served.route.shape for served in spec.served if served.route.kind is Kind.GREEDY}
    candidates = {
        served.route.path: (served, last.strip("{}"))
        for served in spec.served
        if (last := served.route.segments[-1].text).strip("{}") in _SUBTREE_NAMES
        and last.startswith("{")
        and f"{served.route.shape[:-2]}{{+}}" not in greedy_shapes
    }
    for operation in spec.operations:
        if operation.path in candidates and _hands_on(operation, candidates[operation.path][1]):
            yield _plus_missing(*candidates.pop(operation.path))


def _hands_on(operation: Operation, name: str) -> bool:
    """Whether the integration appends a parameter to what it serves or calls."""
    integration = operation.integration
    field = {"http": "url", "object_storage": "object"}.get(integration_type(integration)) if integration else None
    text = integration.text(field) if integration and field else None
    return text is not None and re.search(rf"(?:^|/)\{{{name}\}}$", text.partition("?")[0]) is not None


def _plus_missing(served: Served, name: str) -> Problem:
    path, node = served.route.path, served.node
    written, greedy = f"{{{name}}}", f"{{{name}+}}"
    prefix = path.removesuffix(written)
    fix = make_fix(f"write '{greedy}'", replace_in_key(node, len(prefix), written, greedy))
    message = f"'{written}' matches a single segment: write '{greedy}' to serve everything below '{prefix}'"
    return Problem(node, message, at=node.find_in_key(written, len(prefix)), fix=fix)


@rule(Severity.WARNING, Consequence.BROKEN, default=False)
def static_without_head(spec: Spec) -> Iterator[Problem]:
    """A file from Object Storage that answers GET, but not HEAD.

    The gateway answers 405 to a method that a path does not have. Browsers, caches and availability checks ask for the
    headers of a file with HEAD, and may take it for missing or the site for offline. Most sites do without, so this
    rule is off by default.

    Bad:
        /logo.png:
          get:
            x-yc-apigateway-integration: {type: object_storage, bucket: site, object: logo.png}

    Good:
        /logo.png:
          x-yc-apigateway-any-method:
            x-yc-apigateway-integration: {type: object_storage, bucket: site, object: logo.png}

    See: https://yandex.cloud/en/docs/api-gateway/concepts/extensions/object-storage
    """
    for operation in spec.operations:
        is_file = operation.integration is not None and integration_type(operation.integration) == "object_storage"
        if (
            operation.key == "get"
            and is_file
            and all(spec.lacks(operation.path_item, key) for key in ("head", ANY_METHOD))
        ):
            message = "HEAD requests for this file get 405: add 'head' next to 'get'"
            yield Problem(operation.node, message, cause="head")
