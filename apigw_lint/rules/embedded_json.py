"""Rules about JSON in the strings of integrations."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import NamedTuple

from apigw_lint.diagnostic import Consequence, Fix, Severity
from apigw_lint.gateway.spec import Spec
from apigw_lint.gateway.substitution import content_type, names
from apigw_lint.rules.possible_strings import possible_strings
from apigw_lint.rules.rule import Problem, rule
from apigw_lint.rules.suggested_fixes import write_inside
from apigw_lint.source.pattern import pattern
from apigw_lint.source.placeholder import Placeholders
from apigw_lint.source.text import Span
from apigw_lint.source.tree import Node
from apigw_lint.spelling import nearest


@rule(Severity.ERROR, Consequence.BROKEN, other_severities=(Severity.WARNING,), fixes="unsafe")
def malformed_json(spec: Spec) -> Iterator[Problem]:
    """A string that must be JSON, and is not valid JSON after substitution.

    `key`, `exclusive_start_key` and `expression_attribute_values` of a `cloud_ydb` integration are JSON objects in a
    string. The JSON content of a `dummy` is sent to the client unchanged: there it is a warning.

    Bad:
        /orders/{id}:
          get:
            parameters: [{name: id, in: path, required: true, schema: {type: string}}]
            x-yc-apigateway-integration:
              type: cloud_ydb
              action: GetItem
              database: /ru-central1/b1g0123456789abcdefg/etn00000000000000001
              table_name: orders
              key: '{id: "{id}"}'
              service_account_id: aje0123456789abcdefg

    Good:
        /orders/{id}:
          get:
            parameters: [{name: id, in: path, required: true, schema: {type: string}}]
            x-yc-apigateway-integration:
              type: cloud_ydb
              action: GetItem
              database: /ru-central1/b1g0123456789abcdefg/etn00000000000000001
              table_name: orders
              key: '{"id": "{id}"}'
              service_account_id: aje0123456789abcdefg

    See: https://yandex.cloud/en/docs/api-gateway/concepts/extensions/ydb
    """
    for integration in spec.integrations.of_type("cloud_ydb"):
        for field in ("key", "exclusive_start_key", "expression_attribute_values"):
            yield from _field_problems(spec, integration.get(field))
    for dummy in spec.integrations.of_type("dummy"):
        content = dummy.get("content")
        for key, node in content.items() if content else ():
            if _is_json(content_type(dummy) if key == "*" else key):
                yield from _content_problems(spec, node)


def _is_json(media_type: str) -> bool:
    return media_type.partition(";")[0].strip().lower().endswith(("/json", "+json"))


def _content_problems(spec: Spec, node: Node) -> Iterator[Problem]:
    """The first flaw of a content that must be JSON."""
    for text, possible in possible_strings(spec, node):
        flaw, _ = _parse(text, spec.placeholders)
        if flaw:
            message = f"the content is not valid JSON: {flaw.reason}"
            at, fix = _flaw_span(node, possible.when, flaw), _flaw_fix(node, possible.when, flaw)
            yield Problem(node, message, at=at, severity=Severity.WARNING, possible=possible, fix=fix)
            return


def _field_problems(spec: Spec, node: Node | None) -> Iterator[Problem]:
    """The first flaw of a field that must be a JSON object in a string."""
    for text, possible in possible_strings(spec, node):
        assert node is not None, "a possible string has a node"
        flaw, value = _parse(text, spec.placeholders)
        if flaw is None and not isinstance(value, dict) and not _is_parameter(text, spec.placeholders):
            flaw = _Flaw("", "", 0)
            message = f"'{node.key}' must be a JSON object such as '{{\"id\": 1}}'"
        elif flaw:
            message = f"'{node.key}' is not valid JSON: {flaw.reason}"
        elif node.key == "expression_attribute_values" and (name := _name_without_colon(value)) is not None:
            flaw = _Flaw("", name, text.find(f'"{name}"'))
            message = f"names in '{node.key}' must start with a colon: write ':{name}', not '{name}'"
        else:
            continue
        at, fix = _flaw_span(node, possible.when, flaw), _flaw_fix(node, possible.when, flaw)
        yield Problem(node, message, at=at, possible=possible, fix=fix)
        return


def _name_without_colon(values: object) -> str | None:
    """The first name of a JSON object that does not begin with a colon; one that is substituted reads as digits."""
    names_of_values = values if isinstance(values, dict) else ()
    return next((name for name in names_of_values if not name.startswith((":", "1"))), None)


def _is_parameter(text: str, placeholders: Placeholders) -> bool:
    """Whether a string begins with a parameter, which may hold the whole object."""
    first = next(names(text, placeholders), None)
    return first is not None and not text[: first[1]].strip()


class _Flaw(NamedTuple):
    """What is wrong with a JSON text: the reason, the characters to blame, where they are, what is meant by them."""

    reason: str
    culprit: str
    offset: int
    suggestion: str | None = None


def _flaw_span(node: Node, condition: str, flaw: _Flaw) -> Span | None:
    """What a flaw covers; None when the text has variables, is written otherwise, or no characters are to blame."""
    is_as_written = not condition and flaw.culprit and flaw.offset >= 0
    if is_as_written and node.written.count(flaw.culprit) == node.value.count(flaw.culprit):
        return node.find(flaw.culprit, flaw.offset)
    return None


def _flaw_fix(node: Node, condition: str, flaw: _Flaw) -> Fix | None:
    """What is meant in the place of the characters to blame."""
    if _flaw_span(node, condition, flaw) is None:
        return None
    return write_inside(node, flaw.offset, flaw.culprit, flaw.suggestion)


def _parse(text: str, placeholders: Placeholders) -> tuple[_Flaw | None, object]:
    """What is wrong with a JSON text, digits put in for its parameters, and its value."""
    pieces, position = [], 0
    for name, offset in names(text, placeholders):
        end = offset + len(name) + 2
        pieces += [text[position:offset], "1" * (end - offset)]
        position = end
    try:
        return None, json.loads("".join((*pieces, text[position:])), parse_int=str)
    except json.JSONDecodeError as error:
        return _flaw(error, text), None
    except RecursionError:
        return None, {}


_REASONS = {
    "Expecting property name": "missing name in double quotes",
    "Expecting ':'": "missing colon",
    "Expecting ','": "missing comma",
    "Expecting value": "missing value",
    "Extra data": "unexpected characters after the end",
    "Unterminated string": "missing closing quote",
    "Invalid control character": "write '\\n' or '\\t' for a line break or tab in a string",
    "Invalid \\": "invalid escape sequence",
}
"""Our words for what Python's parser reports, by how it begins: the parser's own differ between versions."""

_WORD = pattern(r"\"[^\"\n]*\"?|'[^'\n]*'?|[^\s,:{}\[\]\"']+|.", re.DOTALL)


def _flaw(error: json.JSONDecodeError, text: str) -> _Flaw:
    before, rest = text[: error.pos].rstrip(), text[error.pos :].lstrip()
    if error.msg.startswith("Illegal trailing comma") or (before.endswith(",") and rest.startswith(("}", "]"))):
        return _Flaw("trailing comma", ",", text.rfind(",", 0, error.pos + 1))
    if not rest:
        return _Flaw("unexpected end", "", 0)
    match = _WORD.match(rest)
    word = match[0] if match else ""
    is_value = error.msg.startswith("Expecting value")
    suggestion = nearest(word, ("true", "false", "null")) if is_value else None
    return _Flaw(_reason(error.msg, word, suggestion), word, error.pos, suggestion)


def _reason(parser_message: str, word: str, suggestion: str | None) -> str:
    """What is wrong at a word of a JSON text."""
    is_value = parser_message.startswith("Expecting value")
    if word.startswith(("//", "/*")):
        return "comments are not allowed"
    if word.startswith("'") and parser_message.startswith("Expecting"):
        return "use double quotes"
    if suggestion:
        return f"'{word}' is not a JSON value, did you mean '{suggestion}'?"
    if is_value and re.match(r"[+.]?\d", word):
        return f"'{word}' is not a valid number"
    if re.search(r"\w", word) and parser_message.startswith(("Expecting value", "Expecting property name")):
        return f"'{word if len(word) <= 40 else f'{word[:39]}…'}' must be in double quotes"
    reasons = (reason for start, reason in _REASONS.items() if parser_message.startswith(start))
    return next(reasons, "invalid syntax")
