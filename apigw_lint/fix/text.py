"""Owns fixing one text: applies fixes round by round, and takes back each that does harm."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from apigw_lint.bounds import MAX_ATTEMPTS, MAX_ROUNDS
from apigw_lint.config import Config
from apigw_lint.diagnostic import Diagnostic, Fix, Report
from apigw_lint.fix.apply import compatible_fixes
from apigw_lint.fix.safety import LintedText, Refusal, SafetyNet, stays_loadable
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
_Batch = list[tuple[Diagnostic, Fix]]


def fix_text(path: str, text: str, config: Config = DEFAULT_CONFIG, options: FixOptions = _NO_OPTIONS) -> FixResult:
    """A text with its fixes made; `path` is a name for the findings.

    Only what the edits of the fixes cover is changed. A fix is refused when its result cannot be read by our parser or
    by ruamel.yaml, loses a comment, changes a value that no edit covers, or brings a new error. What ruamel.yaml says
    is asked at the end, and only if it cannot read the result, for each attempt.
    """
    mark = "\ufeff" if text.startswith("\ufeff") else ""
    before = LintedText(text.removeprefix(mark), lint(path, text, config))
    result = _fix(path, before, config, options, is_thorough=False)
    if result.applied and not stays_loadable(path, before.text, result.text, config):
        result = _fix(path, before, config, options, is_thorough=True)
    return result._replace(text=mark + result.text)


def _fix(path: str, before: LintedText, config: Config, options: FixOptions, *, is_thorough: bool) -> FixResult:
    """What becomes of a text in rounds of fixing."""
    current = before
    applied: list[AppliedFix] = []
    reasons: dict[tuple[str, str, str], str] = {}
    rounds = 0
    while rounds < MAX_ROUNDS:
        candidates = fixable_diagnostics(current.report, options)
        left = [diagnostic for diagnostic in candidates if diagnostic.identity not in reasons]
        if not left:
            break
        net = SafetyNet(path, current, config, is_thorough=is_thorough)
        current, fixes = _round(net, current, left, reasons)
        rounds += bool(fixes)
        applied += [
            AppliedFix(diagnostic.source.position(diagnostic.span.start).line, diagnostic.rule, fix)
            for diagnostic, fix in fixes
        ]
    refused = [
        RefusedFix(diagnostic, fix, reasons.get(diagnostic.identity, f"not reached in {MAX_ROUNDS} rounds"))
        for diagnostic in fixable_diagnostics(current.report, options)
        if (fix := diagnostic.fix)
    ]
    return FixResult(current.text, applied, refused)


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
    net: SafetyNet, before: LintedText, diagnostics: list[Diagnostic], reasons: dict[tuple[str, str, str], str]
) -> tuple[LintedText, list[tuple[Diagnostic, Fix]]]:
    """The text after as many fixes as go together, and which; if there are none, reasons to refuse some are added.

    When all together fail, those that are to blame are tried after the others; when nobody can be blamed, one half
    after the other. A fix that fails only beside others is left to the next round.
    """
    applied: list[tuple[Diagnostic, Fix]] = []
    current = before
    batches = [compatible_fixes(diagnostics)]
    attempts = 0
    while batches:
        batch = batches.pop()
        attempts += 1
        outcome = net.apply([*applied, *batch])
        if isinstance(outcome, LintedText):
            applied += batch
            current = outcome
            continue
        blamed = _blamed(outcome, batch, len(applied), is_last_try=attempts >= MAX_ATTEMPTS)
        if len(blamed) < len(batch):
            batches += _parts(batch, blamed)
        elif not applied:
            reasons.update((batch[number][0].identity, reason) for number, reason in blamed.items())
    return current, applied


def _blamed(refusal: Refusal, batch: _Batch, before: int, *, is_last_try: bool) -> dict[int, str]:
    """The reasons for the fixes of a refused batch that are to blame, by number; `before` it there were some others.

    None if nobody can be blamed, and all if no further try is left.
    """
    if len(batch) == 1:
        return {0: refusal.reason}
    if is_last_try:
        return dict.fromkeys(range(len(batch)), f"tried only beside others: {refusal.reason}")
    return {number - before: reason for number, reason in refusal.blamed.items() if number >= before}


def _parts(batch: _Batch, blamed: Collection[int]) -> tuple[_Batch, _Batch]:
    """What of a refused batch is tried last, and what first."""
    last = blamed or range(len(batch) // 2, len(batch))
    return (
        [one for number, one in enumerate(batch) if number in last],
        [one for number, one in enumerate(batch) if number not in last],
    )
