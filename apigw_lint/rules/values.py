"""Rules about the values of documented keys: their types, what they may be, and forms that nothing documents."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from apigw_lint.diagnostic import Consequence, Fix, Severity
from apigw_lint.fix.edits import make_fix, quote, unquote
from apigw_lint.gateway.kinds import DOCS
from apigw_lint.gateway.schema_errors import SchemaError
from apigw_lint.gateway.schemas import listed_values
from apigw_lint.gateway.spec import Spec
from apigw_lint.rules.rule import Problem, rule
from apigw_lint.rules.schema_keywords import KEYWORDS_OF
from apigw_lint.rules.suggested_fixes import rename_to, write_instead
from apigw_lint.source import scalar
from apigw_lint.source.tree import Mapping, Node, Sequence
from apigw_lint.spelling import did_you_mean, listed, nearest, only_nearest

_STATUS_RANGES = ("1XX", "2XX", "3XX", "4XX", "5XX")
_TYPES = {
    "object": "a mapping",
    "array": "a list",
    "string": "a string",
    "integer": "an integer",
    "number": "a number",
    "boolean": "true or false",
    "null": "empty",
}


@rule(Severity.ERROR, Consequence.INVALID, fixes="safe", yields_to=("bad-value",))
def wrong_type(spec: Spec) -> Iterator[Problem]:
    """A value has the wrong type.

    In YAML, quotes matter: `200` is a number, `'200'` is a string. A key without a value is null, not a mapping or a
    list. `{name}` without quotes is a mapping, not a string.

    Bad:
        /hello:
          get:
            x-yc-apigateway-integration:
              type: dummy
              http_code: '200'

    Good:
        /hello:
          get:
            x-yc-apigateway-integration:
              type: dummy
              http_code: 200

    See: https://yandex.cloud/en/docs/api-gateway/concepts/extensions/
    """
    for error in spec.errors(*KEYWORDS_OF["wrong-type"]):
        if _is_beside_its_content(spec, error.node):
            continue
        types = error.wanted if isinstance(error.wanted, list) else [error.wanted]
        # Where numbers and null are tolerated, the documented type is a string.
        names = [_TYPES[name] for name in types if "null" not in types or name in ("string", "array")]
        expected = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"
        hint = _type_hint(error, types)
        message = f"{_subject(error.node)} must be {expected}, not {_type_in_words(error.node.value)}"
        yield Problem(error.node, message, hint=hint, fix=_quotes_fix(error, types), cause=(message, hint))


def _quotes_fix(error: SchemaError, types: list[str]) -> Fix | None:
    """Quotes taken off a number, or put around one where a string is expected."""
    node, value = error.node, error.node.value
    if isinstance(value, str):
        edits = unquote(node) if _is_number_of(scalar.resolve(value), types) else None
        return make_fix("remove the quotes", edits, safe=True)
    if "string" in types and isinstance(value, (bool, int, float)) and "enum" not in error.schema:
        return make_fix("quote it", quote(node), safe=True)
    return None


def _is_beside_its_content(spec: Spec, node: Node) -> bool:
    """Whether an empty operation has its integration beside it, which `misplaced-extension` reports."""
    kind = spec.kinds.of(node.container)
    return kind == "path item" and node.value is None and "x-yc-apigateway-integration" in node.container


def _type_in_words(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (int, float)):
        return f"the number {value}"
    if isinstance(value, str):
        return _TYPES["string"]
    return _TYPES["object" if isinstance(value, Mapping) else "array" if isinstance(value, Sequence) else "null"]


def _type_hint(error: SchemaError, types: list[str]) -> str:
    """How to write a value of the right type, as the end of the message."""
    node, value = error.node, error.node.value
    if isinstance(value, str):
        if value.startswith("#/") and "object" in types:
            return f": write a reference as '{{$ref: \"{value}\"}}'"
        return ": remove the quotes" if _is_number_of(scalar.resolve(value), types) else ""
    if "string" in types and isinstance(value, (bool, int, float)):
        values = error.schema.get("enum")
        return f": allowed are {listed(listed_values(error.schema))}" if values else f": quote it, '{node.written}'"
    if "string" in types and isinstance(value, Mapping) and len(value) == 1 and None in value.values():
        return ": quote it"
    if "string" in types and node.container.key == "content" and isinstance(value, (Mapping, Sequence)):
        return ": write it as a string"
    return ""


def _is_number_of(value: Any, types: list[str]) -> bool:
    """Whether a value is a number or boolean of one of some types."""
    if isinstance(value, bool):
        return "boolean" in types
    return (isinstance(value, int) and "integer" in types) or (isinstance(value, (int, float)) and "number" in types)


@rule(Severity.ERROR, Consequence.INVALID, other_severities=(Severity.WARNING,), fixes="unsafe")
def bad_value(spec: Spec) -> Iterator[Problem]:
    """A value is not allowed.

    The value has the right type, but it is not one of the allowed values, is out of range, or has the wrong format.
    A few values that OpenAPI excludes and published specifications have are warnings: `style: simple` of a query
    parameter, and `2xx` for `2XX`.

    Bad:
        /hello:
          get:
            x-yc-apigateway-integration: {type: dumy, http_code: 200}

    Good:
        /hello:
          get:
            x-yc-apigateway-integration: {type: dummy, http_code: 200}

    See: https://yandex.cloud/en/docs/api-gateway/concepts/extensions/
    """
    for error in spec.errors(*KEYWORDS_OF["bad-value"]):
        if error.keyword == "propertyNames":
            yield _bad_key(error)
        elif error.keyword == "not":
            yield _excluded_key(error)
        else:
            (message, hint), fix = _bad_value_words(error), _replace_fix(error)
            severity = Severity.WARNING if error.value in error.schema.get("x-published", ()) else None
            yield Problem(
                error.node,
                message,
                hint=hint,
                fix=fix,
                severity=severity,
                cause=(message, hint),
                possible=error.possible,
            )


def _excluded_key(error: SchemaError) -> Problem:
    """The problem of two keys of which an object may have one: at the second of them."""
    node = error.node
    keys = error.wanted.get("required", ()) if isinstance(node.value, Mapping) else ()
    entries = [Node.entry(node.tree, node.value, key) for key in keys if key in node.value]
    if len(entries) < 2:
        message, hint = _bad_value_words(error)
        return Problem(node, message, hint=hint)
    first, second = sorted(entries, key=lambda entry: entry.raw_span)[:2]
    message = _sentence(error.schema.get("description", "")).removeprefix(": ")
    return Problem(second, message, at=second.key_span, related=((first.key_span or first, "the other one"),))


def _bad_key(error: SchemaError) -> Problem:
    """The problem of a name that cannot be a key."""
    node, key = error.node, error.key or ""
    candidates = tuple(error.schema.get("x-known-keys", ()))
    hint = did_you_mean(key, candidates) or _sentence(error.schema.get("description", ""))
    if key.upper() in _STATUS_RANGES:
        fix = rename_to(node, key.upper())
        message = f"'{key}' is not a range of status codes: write '{key.upper()}', with capital letters"
        return Problem(node, message, at=node.key_span, fix=fix, severity=Severity.WARNING)
    if key == "$ref":
        hint = f": '{node.container.key}' itself cannot be a reference, only its entries can"
    name = only_nearest(key, candidates)
    fix = rename_to(node, name)
    message = f"'{error.key}' is not a valid key here"
    return Problem(node, message, hint=hint, at=node.key_span, fix=fix, cause=(message, hint))


def _replace_fix(error: SchemaError) -> Fix | None:
    """A misspelt value replaced by the listed one that it is nearest to, when no other is as near."""
    node = error.possible.origin if error.possible else error.node
    if error.keyword not in ("enum", "const") or node is None or not isinstance(node.value, str):
        return None
    names = listed_values(error.schema)
    names = _in_the_same_case(node.value, names)
    name = error.schema.get("x-misnamed", {}).get(node.value) or only_nearest(node.value, names)
    return write_instead(node, name)


def _in_the_same_case(value: str, names: tuple[str, ...]) -> tuple[str, ...]:
    """Of names that differ in case alone, such as `GET` and `get`, those that are written like a value."""
    cases = Counter(name.lower() for name in names)
    return tuple(name for name in names if cases[name.lower()] == 1 or name.isupper() == value.isupper())


def _bad_value_words(error: SchemaError) -> tuple[str, str]:
    """The message and the hint of a value that is not allowed."""
    subject = _subject(error.node)
    limit: Any = error.schema.get(error.keyword)
    match error.keyword:
        case "enum" | "const":
            return _not_listed_words(error)
        case "minimum" | "minLength" | "minItems" | "minProperties":
            return f"{subject} must {_limit_in_words(error.keyword, 'at least', limit)}", _schema_hint(error)
        case "maximum" | "maxLength" | "maxItems" | "maxProperties":
            return f"{subject} must {_limit_in_words(error.keyword, 'at most', limit)}", _schema_hint(error)
        case "exclusiveMinimum":
            return f"{subject} must be more than {limit}", ""
        case "uniqueItems":
            return f"{subject} has a duplicate item", ""
    return f"{subject} is not allowed", _sentence(error.schema.get("description", ""))


def _limit_in_words(keyword: str, bound: str, limit: Any) -> str:
    measure = keyword.removeprefix("min").removeprefix("max")
    if measure == "imum":
        return f"be {bound} {limit}"
    noun = {"Length": "character", "Items": "item", "Properties": "key"}[measure]
    return f"have {bound} {limit} {noun}{'' if limit == 1 else 's'}"


def _not_listed_words(error: SchemaError) -> tuple[str, str]:
    names = listed_values(error.schema)
    value = error.value
    shown = f"'{value}'" if isinstance(value, str) else _type_in_words(value)
    message = f"{shown} is not a valid value of {_subject(error.node)}"
    documented_names: dict[str, str] = error.schema.get("x-misnamed", {})
    if isinstance(value, str) and (suggestion := documented_names.get(value) or nearest(value, names)):
        return message, f", did you mean '{suggestion}'?"
    distinct = list({name.lower(): name for name in reversed(names)}.values())[::-1]
    return message, f": it must be {listed(distinct)}{_schema_hint(error)}"


def _schema_hint(error: SchemaError) -> str:
    of_value = error.schema.get("x-hint-of", {}).get(error.value) if isinstance(error.value, str) else None
    hint = of_value or error.schema.get("x-hint")
    return f"; {hint}" if hint else ""


def _subject(node: Node) -> str:
    """How messages name a value: by its key, or as an item of a list."""
    if isinstance(node.container, Mapping):
        return f"'{node.key}'"
    if node.parent is None:
        return "the document"
    return f"an item of '{node.container.key}'" if isinstance(node.container.key, str) else "an item"


def _sentence(description: str) -> str:
    """The description of a schema as the end of a message."""
    text = description.rstrip(".").replace("`", "'")
    return f": {text[:1].lower()}{text[1:]}" if text else ""


@rule(Severity.WARNING, Consequence.INVALID, other_severities=(Severity.INFO,))
def undocumented_form(spec: Spec) -> Iterator[Problem]:
    """People use this form, but no documentation describes it.

    It may work today; nothing guarantees that it works tomorrow.

    Bad:
        x-yc-apigateway:
          securityProfileId: fev0123456789abcdefg
        paths:
          /hello:
            get:
              x-yc-apigateway-integration: {type: dummy, http_code: 200}

    Good:
        x-yc-apigateway:
          smartWebSecurity:
            securityProfileId: fev0123456789abcdefg
        paths:
          /hello:
            get:
              x-yc-apigateway-integration: {type: dummy, http_code: 200}

    See: https://yandex.cloud/en/docs/api-gateway/concepts/extensions/sws
    """
    gateway = spec.gateway_object
    if gateway is not None and (node := gateway.get("securityProfileId")):
        message = "the documentation has 'securityProfileId' under 'smartWebSecurity', not here"
        yield Problem(node, message, at=node.key_span, url=f"{DOCS}sws")
    for scheme in spec.components_of("security scheme"):
        kind = scheme.descend("x-yc-apigateway-authorizer", "type")
        if kind is not None and kind.value == "iam":
            message = "authorizer type 'iam' is not documented: use 'function' or 'jwt'"
            yield Problem(kind, message, severity=Severity.INFO, url=f"{DOCS}function-authorizer")
