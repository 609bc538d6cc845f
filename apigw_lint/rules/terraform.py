"""Rules about Terraform files and templates: what of a specification cannot be linted, and why."""

from __future__ import annotations

from collections.abc import Iterator

from apigw_lint.diagnostic import Consequence, Severity
from apigw_lint.gateway.spec import Spec
from apigw_lint.rules.rule import Problem, rule

NOT_LINTED = "not-linted"


@rule(Severity.INFO, Consequence.IGNORED)
def not_linted(spec: Spec) -> Iterator[Problem]:
    """A part of a specification that is not linted.

    In a template, directives such as `%{ if x }` or `{% if x %}` are not evaluated: the lines that they control are
    linted. What a placeholder on a line of its own inserts is unknown. In a `.tf` file, the `spec` of a gateway is
    linted if it is a heredoc, an object in `yamlencode({...})` or `jsonencode({...})`, `file("...")`,
    `templatefile("...", {...})`, or a name such as `local.spec` for one of these that a file of the folder defines. It
    is not if it comes from elsewhere, as `var.spec` does, or names a file outside the working tree. Of an object in
    Terraform's language what is written out is linted: what a reference or a function adds is unknown.

    Bad:
        /hello:
          {% if is_public %}
          get:
            x-yc-apigateway-integration: {type: dummy, http_code: 200}
          {% endif %}

    Good:
        /hello:
          get:
            x-yc-apigateway-integration: {type: dummy, http_code: '{{ code }}'}

    See: https://yandex.cloud/en/docs/terraform/resources/api_gateway
    """
    for skipped in spec.tree.skipped:
        yield Problem(None, skipped.message, at=skipped.span)
