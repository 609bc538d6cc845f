"""Rules about the gateway's variables."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from apigw_lint.diagnostic import Consequence, Severity
from apigw_lint.gateway import variables
from apigw_lint.gateway.spec import Spec
from apigw_lint.rules.defaults import difference, is_in, type_in_words
from apigw_lint.rules.rule import Problem, rule
from apigw_lint.source.text import Span
from apigw_lint.source.tree import Node
from apigw_lint.source.unknown import has_open_keys, is_unknown
from apigw_lint.spelling import nearest_of_each


@rule(Severity.ERROR, Consequence.BROKEN, other_severities=(Severity.WARNING,))
def undeclared_variable(spec: Spec) -> Iterator[Problem]:
    """`${var.name}` of a variable that is not declared.

    Variables are declared under `x-yc-apigateway.variables`. In a document that declares none this is a warning: it may
    be a template in which another tool replaces `${var.name}`. Where `$${var.name}` is used, as in Terraform templates,
    that is the gateway's variable and `${var.name}` is Terraform's.

    Bad:
        x-yc-apigateway:
          variables:
            stage: {default: prod}
        paths:
          /a:
            get:
              x-yc-apigateway-integration:
                type: http
                url: https://${var.stge}.example.com/${var.stage}

    Good:
        x-yc-apigateway:
          variables:
            stage: {default: prod}
        paths:
          /a:
            get:
              x-yc-apigateway-integration:
                type: http
                url: https://${var.stage}.example.com

    See: https://yandex.cloud/en/docs/api-gateway/concepts/extensions/parametrization
    """
    names = {match[1] for match in variables.uses(spec.tree.source.text)}
    if names <= spec.variables.declared.keys() or not _are_names_known(spec):
        return
    severity = None if spec.variables.declared else Severity.WARNING
    undeclared = [(node, span, name) for node, span, name in _uses(spec) if name not in spec.variables.declared]
    suggestions = _suggestions(spec, (name for _, _, name in undeclared))
    for node, span, name in undeclared:
        suggestion = suggestions.get(name)
        hint = (
            f", did you mean '${{var.{suggestion}}}'?"
            if suggestion
            else ": declare it under 'x-yc-apigateway.variables'"
        )
        hint += "" if spec.variables.declared else "; it stays as written unless another tool replaces it"
        yield Problem(node, f"variable '{name}' is not declared{hint}", at=span, severity=severity, cause=name)


def _are_names_known(spec: Spec) -> bool:
    """Whether all names under `variables` are known, and they are where they belong."""
    gateway = spec.gateway_object
    declared = gateway.get("variables") if gateway else None
    if declared is not None:
        return not has_open_keys(declared)
    is_misplaced = spec.root is not None and spec.root.get("variables") is not None
    is_absent = spec.lacks(gateway, "variables") if gateway else spec.lacks(spec.root, "x-yc-apigateway")
    return is_absent and not is_misplaced


def _suggestions(spec: Spec, names: Iterable[str]) -> dict[str, str]:
    """The declared variable that each undeclared one of some names is most likely a misspelling of."""
    return nearest_of_each((name for name in names if name not in spec.variables.declared), spec.variables.declared)


def _uses(spec: Spec) -> Iterator[tuple[Node, Span, str]]:
    """The gateway's variables in the values and keys of a document: the node, what to underline, the name."""
    text = spec.tree.source.text
    is_escaped = spec.variables.is_escaped
    seen = set()
    for match in variables.uses(text):
        node = spec.tree.at(match.start())
        if node is None and (entry := spec.tree.key_at(match.start())):
            if not is_escaped or text[match.start() - 1] == "$":
                yield entry, Span(*match.span()), match[1]
        elif node is not None and isinstance(node.value, str) and node.identity not in seen:
            seen.add(node.identity)
            for inner in variables.uses(node.value):
                if not is_escaped or node.value[inner.start() - 1 : inner.start()] == "$":
                    yield node, node.find(inner[0], inner.start()), inner[1]


@rule(Severity.WARNING, Consequence.STYLE)
def unused_variable(spec: Spec) -> Iterator[Problem]:
    """A variable that nothing uses.

    Setting it has no effect. Often the value is repeated where the variable should be.

    Bad:
        x-yc-apigateway:
          variables:
            stage: {default: prod}
        paths:
          /a:
            get:
              x-yc-apigateway-integration: {type: http, url: https://prod.example.com}

    Good:
        x-yc-apigateway:
          variables:
            stage: {default: prod}
        paths:
          /a:
            get:
              x-yc-apigateway-integration: {type: http, url: 'https://${var.stage}.example.com'}

    See: https://yandex.cloud/en/docs/api-gateway/concepts/extensions/parametrization
    """
    text = spec.tree.source.text
    # Without its `$` it is meant all the same, and `undeclared-substitution` reports that.
    used = dict.fromkeys(re.findall(r"\{var\.([^{}\s]+)\}", text))
    used.update(dict.fromkeys(_suggestions(spec, used).values()))
    unused = [
        name for name in spec.variables.declared if name not in used and not spec.placeholders.is_unknown_key(name)
    ]
    without_prefix = set(re.findall(r"\$\{([^{}]*)\}", text)) if unused else ()
    for name in unused:
        hint = f": '${{{name}}}' does not refer to it, write '${{var.{name}}}'" if name in without_prefix else ""
        node = spec.variables.declared[name].node
        yield Problem(node, f"unused variable '{name}'{hint}", at=node.key_span)


@rule(Severity.ERROR, Consequence.INVALID)
def default_not_in_enum(spec: Spec) -> Iterator[Problem]:
    """The default of a variable is not in its `enum`.

    Bad:
        x-yc-apigateway:
          variables:
            stage: {default: production, enum: [prod, test]}
        paths: {/a: {get: {x-yc-apigateway-integration: {type: http, url: 'https://${var.stage}.example.com'}}}}

    Good:
        x-yc-apigateway:
          variables:
            stage: {default: prod, enum: [prod, test]}
        paths: {/a: {get: {x-yc-apigateway-integration: {type: http, url: 'https://${var.stage}.example.com'}}}}

    See: https://yandex.cloud/en/docs/api-gateway/concepts/extensions/parametrization
    """
    for variable in spec.variables.declared.values():
        default, enum = variable.node.get("default"), variable.node.get("enum")
        if default is None or enum is None or not list(enum.entries()):
            continue
        if not type_in_words(default) or is_unknown(default) or any(is_unknown(node) for node in enum.walk()):
            continue
        if not is_in(default, enum):
            subject = f"default '{variables.written(default.value)}' of variable '{variable.name}'"
            yield Problem(default, f"{subject} is {difference(default, enum)}", related=((enum, "its 'enum'"),))


@rule(Severity.ERROR, Consequence.INVALID)
def mixed_enum(spec: Spec) -> Iterator[Problem]:
    """The values of a variable have different types.

    All must be strings, all numbers, or all booleans.

    Bad:
        x-yc-apigateway:
          variables:
            limit: {default: 10, enum: [10, '20']}
        paths: {/a: {get: {x-yc-apigateway-integration: {type: http, url: 'https://example.com/${var.limit}'}}}}

    Good:
        x-yc-apigateway:
          variables:
            limit: {default: 10, enum: [10, 20]}
        paths: {/a: {get: {x-yc-apigateway-integration: {type: http, url: 'https://example.com/${var.limit}'}}}}

    See: https://yandex.cloud/en/docs/api-gateway/concepts/extensions/parametrization
    """
    for variable in spec.variables.declared.values():
        enum = variable.node.get("enum")
        nodes = [node for node in enum.entries() if not is_unknown(node) and type_in_words(node)] if enum else []
        other = next((node for node in nodes if type_in_words(node) != type_in_words(nodes[0])), None)
        if other is not None:
            first = nodes[0]
            message = (
                f"'{variables.written(other.value)}' is {type_in_words(other)}, but the first value of "
                f"'{variable.name}', '{variables.written(first.value)}', is {type_in_words(first)}"
            )
            yield Problem(other, message, related=((first, "the first value"),))
