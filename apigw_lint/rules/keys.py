"""Rules about the keys of objects: those that are not documented, and those that are missing."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from apigw_lint.diagnostic import Consequence, Severity
from apigw_lint.gateway.kinds import EXTENSIONS
from apigw_lint.gateway.schema_errors import SchemaError
from apigw_lint.gateway.spec import Spec
from apigw_lint.rules.beside_schema import is_in_request_body, keys_beside_schema, problem_beside_schema
from apigw_lint.rules.key_advice import advice_for, suggestion_for
from apigw_lint.rules.rule import Problem, rule
from apigw_lint.rules.schema_keywords import KEYWORDS_OF
from apigw_lint.source.text import Span
from apigw_lint.source.tree import Mapping, Node, Sequence
from apigw_lint.spelling import listed, nearest


@rule(
    Severity.ERROR,
    Consequence.INVALID,
    other_consequences=(Consequence.IGNORED, Consequence.BROKEN),
    fixes="unsafe",
)
def unknown_key(spec: Spec) -> Iterator[Problem]:
    """An object has an unknown key.

    OpenAPI objects and the gateway's objects have fixed keys. OpenAPI excludes all others. In its own objects the
    gateway is seen to ignore them: what a misspelt key says then has no effect, and requests are served in another way.
    Your own keys may start with `x-`.

    Bad:
        /hello:
          get:
            x-yc-apigateway-integration:
              type: cloud_functions
              function_id: d4e0123456789abcdefg
              timeout_ms: 500

    Good:
        /hello:
          get:
            x-yc-apigateway-integration:
              type: cloud_functions
              function_id: d4e0123456789abcdefg

    See: https://yandex.cloud/en/docs/api-gateway/concepts/extensions/
    """
    beside_schema: dict[int, list[Node]] = {}
    for error in _unknown_keys(spec):
        owner = Node.entry(error.node.tree, error.node.container.parent, error.node.container.key)
        if id(owner.value) not in beside_schema:
            beside_schema[id(owner.value)] = keys_beside_schema(spec, owner)
        entries = beside_schema[id(owner.value)]
        if error.node in entries:
            if error.node == entries[0] and not is_in_request_body(owner):
                yield problem_beside_schema(spec, owner, entries)
            continue
        advice = advice_for(spec, error)
        if error.schema.get("x-unknown-keys") == "near" and not advice.is_suggestion:
            continue
        message = f"unknown key '{error.key}' in {_object_name(spec, owner, error)}"
        yield Problem(
            error.node,
            message,
            hint=advice.words,
            at=error.node.key_span,
            fix=advice.fix,
            consequence=advice.consequence,
            cause=(message, advice.words),
        )


def _unknown_keys(spec: Spec) -> Iterator[SchemaError]:
    """The failures about unknown keys, and about misspelt ones that hide what kind of object this is."""
    yield from spec.errors(*KEYWORDS_OF["unknown-key"])
    for error in spec.errors(*KEYWORDS_OF["missing-key"]):
        if "properties" in error.schema and "additionalProperties" not in error.schema:
            keys = (key for key in error.node.value if not key.startswith("x-"))
            key = next((key for key in keys if nearest(key, (error.key or "", "$ref"))), None)
            if key is not None:
                entry = Node.entry(error.node.tree, error.node.value, key)
                yield SchemaError(entry, "additionalProperties", error.schema, key)


@rule(Severity.ERROR, Consequence.INVALID)
def missing_key(spec: Spec) -> Iterator[Problem]:
    """An object lacks a required key.

    Bad:
        /hello:
          get:
            x-yc-apigateway-integration:
              type: cloud_functions

    Good:
        /hello:
          get:
            x-yc-apigateway-integration:
              type: cloud_functions
              function_id: d4e0123456789abcdefg

    See: https://yandex.cloud/en/docs/api-gateway/concepts/extensions/
    """
    errors = list(spec.errors(*KEYWORDS_OF["missing-key"]))
    misspelt = _misspelt_keys(spec) if errors else {}
    for error in errors:
        keys = [key for key in (error.key, error.schema.get("x-or")) if key]
        if _is_misspelt(error.node, (*keys, "$ref"), misspelt) or _is_misspelt_extension(spec, error):
            continue
        if error.key == "schema" and (is_in_request_body(error.node) or keys_beside_schema(spec, error.node)):
            continue
        message = f"missing key {listed(keys)} in {_object_name(spec, error.node, error)}"
        yield Problem(error.node, message, cause=message)


def _misspelt_keys(spec: Spec) -> dict[Span, str]:
    """The documented keys that are there in a misspelt form, by where the value is written."""
    suggestions = ((error, suggestion_for(spec, error)) for error in _unknown_keys(spec))
    return {error.node.raw_span: suggestion for error, suggestion in suggestions if suggestion}


def _is_misspelt(node: Node, keys: Collection[str], misspelt: dict[Span, str]) -> bool:
    """Whether an object has one of some keys in a misspelt form, its own or one that it merges."""
    spans = (Node.entry(node.tree, node.value, key).raw_span for key in node.value) if misspelt else ()
    return any(span in misspelt and misspelt[span] in keys for span in spans)


def _is_misspelt_extension(spec: Spec, error: SchemaError) -> bool:
    """Whether the missing key is an extension that is there misspelt, which `unknown-extension` reports."""
    return error.key in EXTENSIONS and not spec.lacks(error.node, error.key)


def _object_name(spec: Spec, node: Node, error: SchemaError) -> str:
    """How messages name an object: by the title of its schema, by its kind, or by its key."""
    title = error.schema.get("title")
    kind = spec.kinds.of(node.value) if isinstance(node.value, (Mapping, Sequence)) else None
    return str(title or kind or f"'{node.key}'")
