"""Rules about the gateway's variables."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from apigw_lint.diagnostic import Consequence, Severity
from apigw_lint.gateway import variables
from apigw_lint.gateway.spec import Spec
from apigw_lint.rules.rule import Problem, rule
from apigw_lint.source.placeholder import is_unknown, is_unknown_key
from apigw_lint.source.text import Span
from apigw_lint.source.tree import Node
from apigw_lint.spelling import did_you_mean, listed, nearest, nearest_of_each


def _is_known_list(spec: Spec) -> bool:
    """Whether all names under `variables` are known, and they are where they belong."""
    gateway = spec.root.get("x-yc-apigateway") if spec.root else None
    owners = (gateway, gateway.get("variables") if gateway else None)
    is_elsewhere = any(node is not None and (is_unknown(node) or node.get("$ref")) for node in owners)
    is_misplaced = spec.root is not None and spec.root.get("variables") is not None
    keys = [key for key, _ in gateway.items()] if gateway else []
    is_misspelt = not spec.variables and any(nearest(key, ("variables",)) for key in keys)
    return not (is_elsewhere or is_misplaced or is_misspelt or any(map(is_unknown_key, spec.variables)))


@rule(Severity.ERROR, Consequence.BROKEN, other_severities=(Severity.WARNING,))
def undeclared_variable(spec: Spec) -> Iterator[Problem]:
    """`${var.name}` of a variable that is not declared.

    Variables are declared under `x-yc-apigateway.variables`. When a document declares none at all this is a warning: it
    may be a template of another tool that fills in `${var.name}` itself. Where `$${var.name}` is written, as in
    templates of Terraform, that is the gateway's and `${var.name}` is not.

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
    named = {use[1] for use in variables.uses(spec.tree.source.text)}
    if named <= spec.variables.keys() or not _is_known_list(spec):
        return
    severity = None if spec.variables else Severity.WARNING
    lost = [use for use in _uses(spec) if use[2] not in spec.variables]
    meant = _meant(spec, (name for _, _, name in lost))
    for node, at, name in lost:
        close = meant.get(name)
        hint = f", did you mean '${{var.{close}}}'?" if close else " under 'x-yc-apigateway.variables'"
        hint += "" if spec.variables else "; unless another tool fills it in, it stays as it is"
        yield Problem(node, f"no variable '{name}' is declared{hint}", at=at, severity=severity)


def _meant(spec: Spec, names: Iterable[str]) -> dict[str, str]:
    """The declared variable that each undeclared one of some names most likely stands for."""
    return nearest_of_each((name for name in names if name not in spec.variables), spec.variables)


def _uses(spec: Spec) -> Iterator[tuple[Node, Span, str]]:
    """The gateway's variables in the values and keys of a document: node, place, name."""
    text = spec.tree.source.text
    is_escaped = spec.is_escaped
    seen = set()
    for use in variables.uses(text):
        node = spec.tree.at(use.start())
        if node is None and (entry := spec.tree.key_at(use.start())):
            if not is_escaped or text[use.start() - 1] == "$":
                yield entry, Span(*use.span()), use[1]
        elif node is not None and isinstance(node.value, str) and node.identity not in seen:
            seen.add(node.identity)
            for inner in variables.uses(node.value):
                if not is_escaped or node.value[inner.start() - 1 : inner.start()] == "$":
                    yield node, node.find(inner[0], inner.start()), inner[1]


@rule(Severity.WARNING, Consequence.STYLE)
def unused_variable(spec: Spec) -> Iterator[Problem]:
    """A variable that nothing uses.

    Setting it changes nothing. Often the place where it should stand has the value itself.

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
    # Without its `$` it is meant all the same, and `undeclared-substitution` says so.
    used = dict.fromkeys(re.findall(r"\{var\.([^{}\s]+)\}", spec.tree.source.text))
    meant = set(_meant(spec, used).values())
    unused = [name for name in spec.variables if name not in used and name not in meant and not is_unknown_key(name)]
    bare = set(re.findall(r"\$\{([^{}]*)\}", spec.tree.source.text)) if unused else ()
    for name in unused:
        hint = f": '${{{name}}}' is no use of it, '${{var.{name}}}' is" if name in bare else ""
        node = spec.variables[name].node
        yield Problem(node, f"nothing uses the variable '{name}'{hint}", at=node.key_span)


@rule(Severity.ERROR, Consequence.INVALID)
def default_not_in_enum(spec: Spec) -> Iterator[Problem]:
    """The default of a variable is not one of its values.

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
    for variable in spec.variables.values():
        default, enum = variable.node.get("default"), variable.node.get("enum")
        if default is None or enum is None or not list(enum.entries()) or is_unknown(default) or not _kind(default):
            continue
        if any(is_unknown(node) for node in enum.walk()):
            continue
        if all((_kind(node), node.value) != (_kind(default), default.value) for node in enum.entries()):
            message = f"default '{variables.written(default.value)}' of the variable '{variable.name}' is "
            yield Problem(default, message + _difference(default, enum), related=((enum, "its values"),))


def _difference(default: Node, enum: Node) -> str:
    """How a default differs from the values that it is not one of."""
    text = variables.written(default.value)
    values = {variables.written(node.value): node for node in enum.entries() if _kind(node)}
    if text in values:
        return f"{_kind(default)}, and '{text}' among its values is {_kind(values[text])}: quotes make a string"
    hint = did_you_mean(text, values) or (f": they are {listed(list(values), 'and')}" if 1 < len(values) < 6 else "")
    return f"not one of its values{hint}"


@rule(Severity.ERROR, Consequence.INVALID)
def mixed_enum(spec: Spec) -> Iterator[Problem]:
    """The values of a variable are of different types.

    All are strings, all are numbers, or all are true or false.

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
    for variable in spec.variables.values():
        enum = variable.node.get("enum")
        nodes = [node for node in enum.entries() if not is_unknown(node) and _kind(node)] if enum else []
        odd = next((node for node in nodes if _kind(node) != _kind(nodes[0])), None)
        if odd is not None:
            first = nodes[0]
            message = (
                f"'{variables.written(odd.value)}' is {_kind(odd)}, but the first value of '{variable.name}', "
                f"'{variables.written(first.value)}', is {_kind(first)}"
            )
            yield Problem(odd, message, related=((first, "the first value"),))


def _kind(node: Node) -> str:
    """What a variable's value is, in words; numbers of both kinds go together."""
    if isinstance(node.value, bool):
        return "a boolean"
    if isinstance(node.value, (int, float)):
        return "a number"
    return "a string" if isinstance(node.value, str) else ""
