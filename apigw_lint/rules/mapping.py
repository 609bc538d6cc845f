"""Rules about schema mapping: its index, and the jq expressions in its templates."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from apigw_lint.bounds import MAX_EXPRESSION, MAX_EXPRESSIONS, MAX_MEDIA_TYPES
from apigw_lint.diagnostic import Consequence, Severity
from apigw_lint.gateway.spec import Spec
from apigw_lint.rules.rule import Problem, rule
from apigw_lint.rules.suggested_fixes import write_inside, write_instead
from apigw_lint.source.pattern import pattern
from apigw_lint.source.tree import Mapping, Node
from apigw_lint.source.unknown import is_unknown, is_unknown_text
from apigw_lint.spelling import listed, nearest


@rule(Severity.WARNING, Consequence.IGNORED, fixes="unsafe")
def bad_mapping_index(spec: Spec) -> Iterator[Problem]:
    """A mapping index for a response or media type that does not exist.

    `x-yc-mapping-index` selects, for a status code, the media type whose schema mapping applies: both must be described
    beside it.

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
        responses = index.container
        if spec.kinds.of(responses) != "responses" or any(map(spec.placeholders.is_unknown_key, responses)):
            continue
        for code, node in index.items():
            if re.fullmatch("[1-5][0-9]{2}", code) is None:
                continue
            described = next((name for name in (code, f"{code[0]}XX", "default") if name in responses), None)
            if described is None:
                message = f"'responses' has no '{code}': describe it, or remove it from 'x-yc-mapping-index'"
                yield Problem(node, message, at=node.key_span)
            else:
                yield from _unknown_media_type(spec, Node.entry(spec.tree, responses, described), node)


def _unknown_media_type(spec: Spec, entry: Node, media_type: Node) -> Iterator[Problem]:
    """The problem of an index that names a media type which the response in an entry does not have."""
    response = spec.references.resolve(entry)
    content = response.get("content") if response else None
    if response is None or not isinstance(response.value, Mapping) or not isinstance(media_type.value, str):
        return
    if is_unknown(response) or (content and is_unknown(content)):
        return
    described = content.value if content and isinstance(content.value, Mapping) else {}
    if media_type.value in described or is_unknown_text(media_type):
        return
    if any(map(spec.placeholders.is_unknown_key, (*response.value, *described))):
        return
    candidates = list(described)[:MAX_MEDIA_TYPES]
    suggestion = nearest(media_type.value, candidates)
    if not candidates:
        yield Problem(media_type, f"response '{entry.key}' has no content: '{media_type.value}' selects nothing")
        return
    hint = f", did you mean '{suggestion}'?" if suggestion else f", only {listed(candidates, 'and')}"
    message = f"response '{entry.key}' has no '{media_type.value}'"
    yield Problem(media_type, message, hint=hint, fix=write_instead(media_type, suggestion))


@rule(Severity.ERROR, Consequence.BROKEN, fixes="unsafe")
def malformed_jq(spec: Spec) -> Iterator[Problem]:
    """A mapping expression that is not valid jq.

    Strings in the `template` of a mapping contain jq expressions, `${.a.b}`. This check requires the package `jq`,
    installed with `pip install apigw-lint[jq]`; without it the rule finds nothing.

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
    templates = _templates(spec)
    if not templates:
        return
    try:
        import jq  # type: ignore[import-not-found,unused-ignore]
    except ImportError:
        return
    errors: dict[str, str] = {}
    for node, start, expression in _expressions_of(templates):
        if expression is None:
            message = "unclosed expression: add the missing '}' or '\"'"
            yield Problem(node, message, at=node.find(node.value[start:].rstrip(), start))
        elif not spec.placeholders.is_later(expression) and len(expression) <= MAX_EXPRESSION:
            if expression not in errors:
                if len(errors) == MAX_EXPRESSIONS:
                    return
                errors[expression] = _compile_error(jq, expression)
            if errors[expression]:
                yield _jq_problem(jq, node, start, expression, errors[expression])


def _templates(spec: Spec) -> list[Node]:
    """The templates of all schema mappings."""
    return [
        template
        for mapping in spec.tree.holding("x-yc-schema-mapping")
        if spec.kinds.of(mapping.container) == "schema" and (template := mapping.get("template"))
    ]


def _expressions_of(templates: list[Node]) -> Iterator[tuple[Node, int, str | None]]:
    """The jq expressions of templates: the string that has it, and what `_expressions` says."""
    for template in templates:
        for node in template.strings(having="${"):
            for start, expression in _expressions(node.value):
                yield node, start, expression


def _compile_error(jq: Any, expression: str) -> str:
    """The error with which jq refuses an expression, empty when it can compile it.

    jq computes constants when it compiles, and `"a" * 1e9` is a gigabyte. `%` is as good for its grammar as `*`, and
    computes nothing of strings.
    """
    repeats_a_string = '"' in expression and "*" in expression
    try:
        jq.compile(expression.replace("*", "%") if repeats_a_string else expression)
    except ValueError as error:
        return str(error).replace("'%'", "'*'") if repeats_a_string and "%" not in expression else str(error)
    return ""


@cache
def _builtins(jq: Any) -> tuple[str, ...]:
    return tuple(jq.compile('[builtins[] | split("/")[0]] | unique').input_value(None).first())


def _jq_problem(jq: Any, node: Node, start: int, expression: str, error: str) -> Problem:
    """A problem with the reason of jq, without the words of its inner workings."""
    reason = error.strip().partition("\n")[0].removeprefix("jq: error: ").partition(" at <top-level>")[0]
    undefined = re.match(r"(\$?\w+)(?:/(\d+))? is not defined", reason)
    if undefined and (use := re.search(re.escape(undefined[1]) + r"\b", expression)):
        number = int(undefined[2] or 0)
        arguments = f" with {number} argument{'s' * (number != 1)}" if number else ""
        dashed = re.search(r"\.(\w+-)$", expression[: use.start()])
        suggestion = None if dashed else nearest(undefined[1], _builtins(jq))
        hint = f", did you mean '{suggestion}'?" if suggestion else ""
        if dashed:
            hint = f": write a key with a dash as '.\"{dashed[1]}{undefined[1]}\"'"
        message = f"jq has no '{undefined[1]}'{arguments}"
        offset = start + 2 + use.start()
        fix = write_inside(node, offset, undefined[1], suggestion)
        return Problem(node, message, hint=hint, at=node.find(undefined[1], offset), fix=fix)
    for words, plain_words in _PLAIN_WORDS:
        reason = re.sub(words, plain_words, reason)
    return Problem(node, f"invalid jq expression: {reason}", at=node.find(f"${{{expression}}}", start))


_PLAIN_WORDS = (
    (r", expecting .*| \(Unix shell quoting issues\?\)", ""),
    (r"syntax error, unexpected (?:end of file|\$end)", "unexpected end"),
    (
        "syntax error, unexpected INVALID_CHARACTER",
        "invalid character; write strings in double quotes, and 'and' and 'or' for operators",
    ),
    ("syntax error, unexpected (?:IDENT|FIELD|BINDING)", "unexpected name"),
    ("syntax error, unexpected LITERAL", "unexpected number"),
    ("syntax error, unexpected QQSTRING_START", "unexpected string"),
    ("syntax error, unexpected ('.*')", r"unexpected \1"),
)
"""What jq calls things in its messages, and what people do."""
_EXPRESSION_START = pattern(r"\s*(?:[.\[{(\"|$@-]|(?:if|try|reduce|foreach|def)\s|\w+\s*\(\s*\.)")


def _expressions(text: str) -> Iterator[tuple[int, str | None]]:
    """The jq expressions of a text, each with the offset of its `$`; `${NAME}` and `${var.name}` are not among them.

    An expression without an end is None.
    """
    start = text.find("${")
    while start >= 0:
        end = start + 2
        if _EXPRESSION_START.match(text, end):
            end = _end_of_expression(text, end)
            yield start, text[start + 2 : end] if end >= 0 else None
        start = text.find("${", end) if end >= 0 else -1


def _end_of_expression(text: str, offset: int) -> int:
    """Where the brace is that closes an expression; -1 when none does."""
    depth, in_string = 0, False
    while offset < len(text):
        letter = text[offset]
        if in_string:
            offset += letter == "\\"
            in_string = letter != '"'
        elif letter == '"':
            in_string = True
        elif letter == "{":
            depth += 1
        elif letter == "}":
            if not depth:
                return offset
            depth -= 1
        offset += 1
    return -1
