"""Rules about the names and values of headers."""

from __future__ import annotations

from collections.abc import Iterator

from apigw_lint.diagnostic import Consequence, Severity
from apigw_lint.fix.edits import Edits, fold, make_fix, rename_key, replace_value
from apigw_lint.gateway.spec import Spec
from apigw_lint.rules.rule import Problem, rule
from apigw_lint.source.pattern import pattern
from apigw_lint.source.tree import Mapping, Node
from apigw_lint.source.unknown import is_unknown, is_unknown_text

_NAME = pattern(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
"""A token of RFC 9110."""


@rule(Severity.WARNING, Consequence.BROKEN, other_severities=(Severity.INFO,), fixes="unsafe")
def malformed_header(spec: Spec) -> Iterator[Problem]:
    """A header that cannot be sent: its name has a character that no header has, or its value a line break.

    A name consists of letters, digits and signs such as `-`, without blanks and without the colon after it. A value is
    one line. A block scalar ends with a line break unless it begins with `|-` or `>-`: whether the gateway removes it
    is not documented, so that one is info.

    Bad:
        /hello:
          get:
            x-yc-apigateway-integration:
              type: dummy
              http_code: 200
              http_headers:
                Content Type: text/plain
                Content-Security-Policy: |-
                  default-src 'self';
                  img-src *

    Good:
        /hello:
          get:
            x-yc-apigateway-integration:
              type: dummy
              http_code: 200
              http_headers:
                Content-Type: text/plain
                Content-Security-Policy: >-
                  default-src 'self';
                  img-src *

    See: https://www.rfc-editor.org/rfc/rfc9110#section-5
    """
    for headers in _headers(spec):
        malformed = [key for key in headers.value if not _may_be_name(spec, key)]
        names = {key.lower() for key in headers.value} if malformed else set()
        for key in malformed:
            yield _malformed_key(Node.entry(spec.tree, headers.value, key), names)
        for node in headers.strings():
            if _has_break(node.value) and not is_unknown(node):
                yield _broken_value(node)
    for parameter in spec.objects.of_kind("parameter"):
        name = parameter.get("name") if parameter.text("in") == "header" else None
        if (
            name is not None
            and isinstance(name.value, str)
            and not is_unknown_text(name)
            and not _may_be_name(spec, name.value)
        ):
            reason, meant = _what_is_wrong(name.value)
            fix = make_fix(f"write '{meant}'", replace_value(name, meant)) if meant else None
            yield Problem(name, reason, fix=fix, cause=name.value)


def _headers(spec: Spec) -> Iterator[Node]:
    """The headers that integrations send to a backend or to the client."""
    for kind, field in (("http", "headers"), ("dummy", "http_headers")):
        for integration in spec.integrations.of_type(kind):
            headers = integration.get(field)
            if headers is not None and isinstance(headers.value, Mapping) and not is_unknown(headers):
                yield headers


def _may_be_name(spec: Spec, name: str) -> bool:
    """Whether a name is that of a header, or something is filled in that is not known."""
    return _NAME.fullmatch(name) is not None or "{" in name or spec.placeholders.is_unknown_key(name)


def _malformed_key(entry: Node, names: set[str]) -> Problem:
    """The problem of a key that is not the name of a header; `names` are the keys beside it, in lower case."""
    key = str(entry.key)
    message, meant = _what_is_wrong(key)
    is_free = bool(meant) and meant.lower() not in names
    fix = make_fix(f"rename it to '{meant}'", rename_key(entry, meant)) if is_free else None
    return Problem(entry, message, at=entry.key_span, fix=fix, cause=key)


def _what_is_wrong(name: str) -> tuple[str, str]:
    """Why a name is not that of a header, and the name that was most likely meant; empty if that is unclear."""
    meant = "-".join(name.strip(" \t\r\n:").split())
    if _NAME.fullmatch(meant):
        return f"'{name}' is not a header name, did you mean '{meant}'?", meant
    culprit = next((letter for letter in name if not _NAME.fullmatch(letter)), "")
    if culprit.isalpha():
        reason = f"'{culprit}' is not a Latin letter"
    else:
        reason = f"it cannot contain '{culprit}'" if culprit else "it cannot be empty"
    return f"'{name}' is not a header name: {reason}", ""


def _has_break(value: str) -> bool:
    return "\n" in value or "\r" in value


def _broken_value(node: Node) -> Problem:
    """The problem of a value with a line break, which in a block scalar may be one after its last line only."""
    fix = make_fix("write it on one line", _on_one_line(node))
    if _has_break(node.value.rstrip("\r\n")):
        return Problem(node, "a header value cannot contain a line break: write it on one line", fix=fix)
    message = "the value ends with a line break: leave it out, as a block scalar with '>-' does"
    return Problem(node, message, fix=fix, severity=Severity.INFO, cause=message)


def _on_one_line(node: Node) -> Edits | None:
    """The lines of a value joined by blanks; None where an indented or empty line says that they are meant so."""
    lines = node.value.rstrip("\r\n").splitlines()
    if not all(line and not line[0].isspace() for line in lines):
        return None
    return fold(node) or replace_value(node, " ".join(lines))
