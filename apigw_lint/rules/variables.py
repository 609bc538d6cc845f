"""Rules about the gateway's variables."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from apigw_lint.diagnostic import Consequence, Fix, Severity
from apigw_lint.gateway import variables
from apigw_lint.gateway.spec import Spec
from apigw_lint.gateway.variables import Use
from apigw_lint.rules.defaults import default_fix, difference, is_in, type_in_words
from apigw_lint.rules.rule import Problem, rule
from apigw_lint.rules.suggested_fixes import rename_to, write_inside
from apigw_lint.source.text import Span
from apigw_lint.source.unknown import has_open_keys, is_unknown
from apigw_lint.spelling import nearest_of_each, only_nearest


@rule(Severity.ERROR, Consequence.BROKEN, other_severities=(Severity.WARNING,), fixes="unsafe")
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
    undeclared = [use for use in spec.variables.gateway_uses if use.name not in spec.variables.declared]
    suggestions = _suggestions(spec, (use.name for use in undeclared))
    candidates = tuple(spec.variables.declared)
    for use in undeclared:
        suggestion = suggestions.get(use.name)
        is_clear = suggestion is not None and only_nearest(use.name, candidates) == suggestion
        hint = (
            f", did you mean '${{var.{suggestion}}}'?"
            if suggestion
            else ": declare it under 'x-yc-apigateway.variables'"
        )
        hint += "" if spec.variables.declared else "; it stays as written unless another tool replaces it"
        message = f"variable '{use.name}' is not declared"
        fix = _rewriting_fix(spec, use, suggestion) if suggestion and is_clear else None
        yield Problem(use.node, message, hint=hint, at=_brace_span(use), fix=fix, severity=severity, cause=use.name)


def _brace_span(use: Use) -> Span:
    """Where `${var.name}` is written, without the `$` that escapes it."""
    is_whole = use.at.end - use.at.start == len(use.written)
    return Span(use.at.start + 1, use.at.end) if use.is_escaped and is_whole else use.at


def _rewriting_fix(spec: Spec, use: Use, name: str) -> Fix | None:
    """What is written for a variable replaced by a reference to a declared one."""
    reference = spec.variables.reference(name)
    if use.is_in_key:
        return rename_to(use.node, str(use.node.key).replace(use.written, reference, 1))
    return write_inside(use.node, use.offset, use.written, reference)


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


@rule(Severity.WARNING, Consequence.BROKEN, fixes="unsafe")
def malformed_variable(spec: Spec) -> Iterator[Problem]:
    """A variable that is not written as `${var.name}`.

    The gateway replaces only `${var.name}`. `${name}`, `${vars.name}` and `${var:name}` stay as they are, unless
    another tool replaces them before. Only names of declared variables are looked at, and `${name}` only if nothing
    uses the variable as it should be.

    Bad:
        x-yc-apigateway:
          variables:
            stage: {default: prod, enum: [prod, test]}
        paths:
          /a:
            get:
              x-yc-apigateway-integration: {type: http, url: 'https://example.com/${vars.stage}'}

    Good:
        x-yc-apigateway:
          variables:
            stage: {default: prod, enum: [prod, test]}
        paths:
          /a:
            get:
              x-yc-apigateway-integration: {type: http, url: 'https://example.com/${var.stage}'}

    See: https://yandex.cloud/en/docs/api-gateway/concepts/extensions/parametrization
    """
    for use in spec.variables.mistaken_uses:
        reference = spec.variables.reference(use.name)
        message = f"'{use.written}' is not the variable '{use.name}', did you mean '{reference}'?"
        yield Problem(use.node, message, at=use.at, fix=_rewriting_fix(spec, use, use.name), cause=message)


@rule(Severity.WARNING, Consequence.BROKEN, fixes="unsafe")
def unescaped_variable(spec: Spec) -> Iterator[Problem]:
    """`${var.name}` of a gateway variable in a text that Terraform reads first.

    In a heredoc of a `.tf` file and in a file for `templatefile`, Terraform replaces `${var.name}` by its own variable.
    The gateway's is written `$${var.name}`: Terraform leaves one `$` of the two. Reported are declared variables that
    are nowhere written so; directives such as `%{ if x }` show here that this is a template.

    Bad:
        x-yc-apigateway:
          variables:
            stage: {default: prod, enum: [prod, test]}
        paths:
          /a:
            get:
              summary: %{ if is_test }Test%{ else }Shop%{ endif }
              x-yc-apigateway-integration: {type: http, url: 'https://${var.stage}.example.com'}

    Good:
        x-yc-apigateway:
          variables:
            stage: {default: prod, enum: [prod, test]}
        paths:
          /a:
            get:
              summary: %{ if is_test }Test%{ else }Shop%{ endif }
              x-yc-apigateway-integration: {type: http, url: 'https://$${var.stage}.example.com'}

    See: https://developer.hashicorp.com/terraform/language/expressions/strings
    """
    for use in _unescaped_uses(spec):
        reference = spec.variables.reference(use.name)
        message = f"Terraform replaces '{use.written}' by its own variable: for the gateway's, write '{reference}'"
        yield Problem(use.node, message, at=use.at, fix=_rewriting_fix(spec, use, use.name), cause=message)


def _unescaped_uses(spec: Spec) -> list[Use]:
    """The uses of Terraform's variables that are meant as the gateway's: declared, and nowhere written as it should be.

    In the declarations of variables, values of Terraform's are common.
    """
    if not spec.variables.is_surely_escaped:
        return []
    escaped = {use.name for use in spec.variables.uses if use.is_escaped}
    meant = spec.variables.declared.keys() - escaped
    return [use for use in spec.variables.uses if use.name in meant and not use.is_in_declaration]


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
    used = _used_names(spec)
    for name, variable in spec.variables.declared.items():
        if name not in used and not spec.placeholders.is_unknown_key(name):
            yield Problem(variable.node, f"unused variable '{name}'", at=variable.node.key_span)


def _used_names(spec: Spec) -> dict[str, None]:
    """The names of the variables that are used, or meant where another rule reports how they are written."""
    # Without its `$` it is meant all the same, and `undeclared-substitution` reports that.
    used = dict.fromkeys(re.findall(r"\{var\.([^{}\s]+)\}", spec.tree.source.text))
    # So it is in the words of another gateway, and `foreign-expression` reports that.
    used.update(dict.fromkeys(re.findall(r"\$stageVariables\.([\w.-]*\w)", spec.tree.source.text)))
    if spec.variables.is_surely_escaped:
        terraform = {use.name for use in spec.variables.uses if not use.is_escaped}
        meant = {use.name for use in (*spec.variables.gateway_uses, *_unescaped_uses(spec))}
        used = dict.fromkeys(name for name in used if name in meant or name not in terraform)
    used.update(dict.fromkeys(_suggestions(spec, used).values()))
    used.update((use.name, None) for use in spec.variables.mistaken_uses)
    return used


@rule(Severity.ERROR, Consequence.INVALID, fixes="unsafe")
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
            (reason, hint), related = difference(default, enum), ((enum, "its 'enum'"),)
            yield Problem(default, f"{subject} is {reason}", hint=hint, related=related, fix=default_fix(default, enum))


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
            message = f"'{variables.written(other.value)}' is {type_in_words(other)}"
            hint = (
                f", but the first value of '{variable.name}', '{variables.written(first.value)}', "
                f"is {type_in_words(first)}"
            )
            yield Problem(other, message, hint=hint, related=((first, "the first value"),))
