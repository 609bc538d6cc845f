"""Owns making one finding of those that have one cause: the first, which shows the places of the others."""

from __future__ import annotations

from collections.abc import Hashable

from apigw_lint.diagnostic import Diagnostic, Fix, Report


def grouped(report: Report) -> Report:
    """The report with the findings of one cause as one: a misspelt key in forty objects is one finding.

    This comes last, after ignore comments and the baseline, which know each place by itself.
    """
    groups: dict[Hashable, list[Diagnostic]] = {}
    for number, diagnostic in enumerate(report.found):
        groups.setdefault(_cause(diagnostic, number), []).append(diagnostic)
    return report._replace(found=[_merged(group) for group in groups.values()])


def _cause(diagnostic: Diagnostic, number: int) -> Hashable:
    """What findings with the same cause have in common; for one without a cause, its number in the report."""
    if diagnostic.cause is None:
        return number
    return diagnostic.source.path, diagnostic.rule, diagnostic.severity, diagnostic.cause


def _merged(group: list[Diagnostic]) -> Diagnostic:
    """The first of a group with the places of all."""
    first = group[0]
    if len(group) == 1:
        return first
    repeats = dict.fromkeys(diagnostic.span for diagnostic in group if diagnostic.span != first.span)
    return first._replace(repeats=tuple(repeats), fix=_common_fix(group))


def _common_fix(group: list[Diagnostic]) -> Fix | None:
    """One fix for all places that have the same fix as the first."""
    first = group[0].fix
    if first is None:
        return None
    from apigw_lint.fix.apply import compatible_fixes

    kind = (first.title, first.safe)
    same = (
        diagnostic for diagnostic in group if diagnostic.fix and (diagnostic.fix.title, diagnostic.fix.safe) == kind
    )
    together = compatible_fixes(same)
    edits = dict.fromkeys(edit for _, fix in together for edit in fix.edits)
    if len(together) == 1:
        return first
    is_secret = any(fix.is_secret for _, fix in together)
    return Fix(f"{first.title} ({len(together)} places)", tuple(edits), first.safe, is_secret)
