"""Rules about placeholders that were never replaced."""

from __future__ import annotations

from collections.abc import Iterator

from apigw_lint.diagnostic import Consequence, Severity
from apigw_lint.gateway.spec import Spec
from apigw_lint.rules.resource_objects import resource_objects
from apigw_lint.rules.rule import Problem, rule
from apigw_lint.rules.schema_keywords import KEYWORDS_OF
from apigw_lint.source import placeholder
from apigw_lint.source.text import Span
from apigw_lint.source.tree import Node
from apigw_lint.source.unfilled import is_due
from apigw_lint.source.unknown import forgotten, unfilled_in


@rule(Severity.WARNING, Consequence.BROKEN, other_severities=(Severity.INFO,))
def leftover_placeholder(spec: Spec) -> Iterator[Problem]:
    """A placeholder that was never replaced.

    Documentation and tutorials use `<function_id>`, `YOUR_BUCKET` or `aje****`; such a value works only once it is
    replaced. Where an id, a bucket or a host is due, `replace-me`, `BUCKET_NAME`, `your-backend.example.com`, `d4eXXXX`
    and the like are placeholders too. If the file is an example or a template by its name, this is info. `${NAME}`,
    `{{ name }}`, `$NAME`, `__NAME__`, `#{NAME}#` and `@@NAME@@` are assumed to be set at deploy time and are not
    reported.

    Bad:
        /hello:
          get:
            x-yc-apigateway-integration:
              type: cloud_functions
              function_id: <function id>

    Good:
        /hello:
          get:
            x-yc-apigateway-integration:
              type: cloud_functions
              function_id: d4e0123456789abcdefg

    See: https://yandex.cloud/en/docs/api-gateway/concepts/extensions/
    """
    severity = Severity.INFO if spec.tree.is_template else None
    for node, at, text in (*_in_text(spec), *_in_schema_errors(spec)):
        message = f"'{text}' looks like an unreplaced placeholder"
        yield Problem(node, message, at=at, severity=severity, cause=text)


def _in_text(spec: Spec) -> Iterator[tuple[Node, Span, str]]:
    """The forgotten placeholders in keys and scalars: the node, what to underline, the placeholder."""
    tree = spec.tree
    seen = set()
    written = {value.raw_span: value for value in _values_of_resources(spec)}
    for value in written.values():
        if isinstance(value.value, str) and (found := unfilled_in(value)):
            seen.add(value.identity)
            yield value, value.find(found[1], found[0]), found[1]
    for offset in placeholder.candidates(tree.source.text):
        node = tree.at(offset)
        if node is None and (entry := tree.key_at(offset)) and entry.key_span and entry.identity not in seen:
            seen.add(entry.identity)
            yield from _in_key(entry, entry.key_span)
        elif node is not None and node.identity not in seen:
            seen.add(node.identity)
            yield from ((node, node.find(text, at), text) for at, text in forgotten(node))


def _values_of_resources(spec: Spec) -> Iterator[Node]:
    """The ids, names and addresses of resources, and the values of variables."""
    for owner in resource_objects(spec):
        yield from (node for key, node in owner.items() if is_due(key))
    for scheme in spec.components_of("security scheme"):
        if (url := scheme.get("openIdConnectUrl")) is not None:
            yield url
    for variable in spec.variables.declared.values():
        yield from variable.values


def _in_key(entry: Node, key: Span) -> Iterator[tuple[Node, Span, str]]:
    for text in placeholder.forgotten_in_key(str(entry.key)):
        start = entry.tree.source.text.find(text, key.start, key.end)
        yield entry, Span(start, start + len(text)) if start >= 0 else key, text


def _in_schema_errors(spec: Spec) -> Iterator[tuple[Node, Span, str]]:
    for error in spec.errors(*KEYWORDS_OF["leftover-placeholder"]):
        yield error.node, error.node.value_span, error.node.written
