"""Rules about parameters and the `{name}` that they are substituted for."""

from __future__ import annotations

from collections.abc import Iterator

from apigw_lint.diagnostic import Consequence, Severity
from apigw_lint.nearest import nearest
from apigw_lint.rules.rule import Problem, rule
from apigw_lint.source.tree import Node
from apigw_lint.spec import websocket
from apigw_lint.spec.model import Operation, Spec
from apigw_lint.spec.substitution import Use


@rule(Severity.ERROR, Consequence.BROKEN)
def undeclared_substitution(spec: Spec) -> Iterator[Problem]:
    """A `{name}` that no parameter of the operation feeds.

    The gateway replaces `{name}` by the request parameter of that name, if the operation or its path declares it:
    path, query, header or cookie. Otherwise the text goes out as it stands, braces included.
    In free text, the content of a dummy or the context of a function, this is a warning.

    Bad:
        /pets/{id}:
          get:
            parameters:
              - {name: id, in: path, required: true, schema: {type: string}}
            x-yc-apigateway-integration:
              type: http
              url: https://example.com/pets/{pet}

    Good:
        /pets/{id}:
          get:
            parameters:
              - {name: id, in: path, required: true, schema: {type: string}}
            x-yc-apigateway-integration:
              type: http
              url: https://example.com/pets/{id}

    See: https://yandex.cloud/en/docs/api-gateway/concepts/extensions/parametrization
    """
    for finding in _undeclared(spec):
        use, users = finding.use, finding.operations
        severity = Severity.WARNING if use.is_free_text else None
        text = f"{{{use.name}}}"
        related: tuple[tuple[Node, str], ...] = ()
        where = ""
        if finding.total > 1:
            where = f" in {_labels(users)}"
            related = tuple((operation.node, "used here") for operation in users[:10])
        message = f"no parameter '{use.name}' is declared{where}: '{text}' goes out as it stands{_hint(finding)}"
        yield Problem(use.node, message, at=use.node.find(text, use.offset), severity=severity, related=related)


def _labels(operations: list[Operation]) -> str:
    shown = ", ".join(f"'{operation.label}'" for operation in operations[:3])
    return shown + (f" and {len(operations) - 3} more" if len(operations) > 3 else "")


class _Finding:
    def __init__(self, use: Use) -> None:
        self.use = use
        self.total = 0
        self.operations: list[Operation] = []


def _undeclared(spec: Spec) -> list[_Finding]:
    """The uses that some operation does not declare; of a shared integration, with all that do not."""
    findings: dict[tuple[object, ...], _Finding] = {}
    for operation in spec.operations:
        for use in (use for integration in operation.integrations for use in spec.substitutions(integration)):
            if operation.has_unknown_parameters or websocket.is_header(use.name):
                continue
            finding = findings.setdefault((use.node.raw_span, use.offset), _Finding(use))
            finding.total += 1
            if _is_mistake(operation, use):
                finding.operations.append(operation)
    return [finding for finding in findings.values() if finding.operations]


def _is_mistake(operation: Operation, use: Use) -> bool:
    if is_declared(operation, use.name):
        return False
    if operation.event and websocket.nearest_header(use.name):
        return False
    return not use.is_code or nearest(use.name, _names(operation)) is not None


def is_declared(operation: Operation, name: str) -> bool:
    """Whether a parameter feeds `{name}`; names of headers are compared without regard to case."""
    return any(
        parameter.name.removesuffix("+") == name
        or (parameter.location == "header" and parameter.name.lower() == name.lower())
        for parameter in operation.parameters
    )


def _names(operation: Operation) -> list[str]:
    return [parameter.name for parameter in operation.parameters]


def _hint(finding: _Finding) -> str:
    name, operation = finding.use.name, finding.operations[0]
    if name.endswith("+") and is_declared(operation, name[:-1]):
        return f", write '{{{name[:-1]}}}': the plus belongs to the path alone"
    close = nearest(name, _names(operation))
    if close:
        return f", did you mean '{{{close}}}'?"
    if f"{{{name}}}" in operation.path or f"{{{name}+}}" in operation.path:
        return f"; the path has it, but 'parameters' must declare '{name}' too"
    return ""
