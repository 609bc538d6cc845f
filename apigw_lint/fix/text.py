"""Owns fixing one text: applies fixes round by round, and takes back each that does harm."""

from __future__ import annotations

from typing import NamedTuple

from apigw_lint.bounds import MAX_ROUNDS
from apigw_lint.config import Config
from apigw_lint.diagnostic import Diagnostic, Fix, Report
from apigw_lint.fix.apply import compatible_fixes
from apigw_lint.fix.safety import LintedText, SafetyNet
from apigw_lint.linter import DEFAULT_CONFIG, lint


class FixOptions(NamedTuple):
    """Which fixes are made: the unsafe ones too, and those of some rules only."""

    unsafe: bool = False
    rules: frozenset[str] | None = None


class AppliedFix(NamedTuple):
    """A fix that was made, and the line (from 1) of its finding in the text of its round."""

    line: int
    rule: str
    fix: Fix


class RefusedFix(NamedTuple):
    """A finding whose fix was not made, and why."""

    diagnostic: Diagnostic
    fix: Fix
    reason: str


class FixResult(NamedTuple):
    """What became of a text."""

    text: str
    applied: list[AppliedFix]
    refused: list[RefusedFix]


_NO_OPTIONS = FixOptions()


def fix_text(path: str, text: str, config: Config = DEFAULT_CONFIG, options: FixOptions = _NO_OPTIONS) -> FixResult:
    """A text with its fixes made; `path` is a name for the findings.

    Only what the edits of the fixes cover is changed. A fix is refused when its result cannot be read by our parser or
    by ruamel.yaml, loses a comment, changes a value that no edit covers, or brings a new error.
    """
    mark = "\ufeff" if text.startswith("\ufeff") else ""
    current = LintedText(text.removeprefix(mark), lint(path, text, config))
    applied: list[AppliedFix] = []
    reasons: dict[tuple[str, str, str], str] = {}
    for _ in range(MAX_ROUNDS):
        candidates = fixable_diagnostics(current.report, options)
        left = [diagnostic for diagnostic in candidates if diagnostic.identity not in reasons]
        if not left:
            break
        current, fixes = _round(path, current, left, config, reasons)
        applied += [
            AppliedFix(diagnostic.source.position(diagnostic.span.start).line, diagnostic.rule, fix)
            for diagnostic, fix in fixes
        ]
    refused = [
        RefusedFix(diagnostic, fix, reasons.get(diagnostic.identity, f"not reached in {MAX_ROUNDS} rounds"))
        for diagnostic in fixable_diagnostics(current.report, options)
        if (fix := diagnostic.fix)
    ]
    return FixResult(mark + current.text, applied, refused)


def fixable_diagnostics(report: Report, options: FixOptions) -> list[Diagnostic]:
    """The findings whose fixes the options let be made."""
    return [
        diagnostic
        for diagnostic in report.found
        if (fix := diagnostic.fix)
        and fix.edits
        and (options.unsafe or fix.safe)
        and (options.rules is None or diagnostic.rule in options.rules)
    ]


def _round(
    path: str,
    before: LintedText,
    diagnostics: list[Diagnostic],
    config: Config,
    reasons: dict[tuple[str, str, str], str],
) -> tuple[LintedText, list[tuple[Diagnostic, Fix]]]:
    """The text after as many fixes as go together, and which; why others are refused is put into `reasons`.

    When all together fail, their halves are tried, and the halves of those. A fix that fails only beside others is
    left to the next round.
    """
    safety_net = SafetyNet(path, before, config)
    applied: list[tuple[Diagnostic, Fix]] = []
    current = before
    batches = [compatible_fixes(diagnostics)]
    while batches:
        batch = batches.pop()
        outcome = safety_net.apply([*applied, *batch])
        if isinstance(outcome, LintedText):
            applied += batch
            current = outcome
        elif len(batch) > 1:
            half = len(batch) // 2
            batches += (batch[half:], batch[:half])
        else:
            alone = safety_net.apply(batch) if applied else outcome
            if isinstance(alone, str):
                reasons[batch[0][0].identity] = alone
    return current, applied
