"""Diagnostics as an editor shows them: the same as those of `check`."""

from __future__ import annotations

from lsprotocol.types import (
    CodeDescription,
    DiagnosticRelatedInformation,
    DiagnosticSeverity,
    DiagnosticTag,
)
from lsprotocol.types import Diagnostic as ClientDiagnostic

from apigw_lint.diagnostic import Consequence, Diagnostic, Severity
from apigw_lint.lsp.analysis import Analysis

SOURCE = "apigw-lint"

_SEVERITIES = {
    Severity.ERROR: DiagnosticSeverity.Error,
    Severity.WARNING: DiagnosticSeverity.Warning,
    Severity.INFO: DiagnosticSeverity.Information,
}
_TAGS = {
    Consequence.DEPRECATED: [DiagnosticTag.Deprecated],
    Consequence.IGNORED: [DiagnosticTag.Unnecessary],
}


def diagnostics(analysis: Analysis) -> list[ClientDiagnostic]:
    """All that `check` says of this text, in the order of the text."""
    return [client_diagnostic(analysis, diagnostic) for diagnostic in analysis.report.found]


def client_diagnostic(analysis: Analysis, diagnostic: Diagnostic) -> ClientDiagnostic:
    """A finding in the words of the protocol; what has the same cause elsewhere is related information."""
    return ClientDiagnostic(
        range=analysis.range(diagnostic.span),
        message=diagnostic.full_message,
        severity=_SEVERITIES[diagnostic.severity],
        code=diagnostic.rule,
        code_description=CodeDescription(diagnostic.url) if diagnostic.url else None,
        source=SOURCE,
        tags=_TAGS.get(diagnostic.consequence),
        related_information=[
            DiagnosticRelatedInformation(analysis.location_in(related.source, related.span), related.message)
            for related in diagnostic.all_related
        ]
        or None,
    )
