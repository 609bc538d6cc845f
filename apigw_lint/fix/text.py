"""Owns fixing one text: applies fixes round by round, and takes back each that does harm."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Sequence
from typing import NamedTuple

from apigw_lint.bounds import MAX_ATTEMPTS, MAX_ROUNDS
from apigw_lint.config import Config
from apigw_lint.diagnostic import Diagnostic, Fix, Report
from apigw_lint.fix.apply import compatible_fixes
from apigw_lint.fix.safety import Refusal, SafetyNet, stay_loadable
from apigw_lint.fix.subject import Alone, LintedText, ReadText, Subject, concatenated
from apigw_lint.linter import DEFAULT_CONFIG
from apigw_lint.masking import mask_of
from apigw_lint.source.mask import NOTHING_HIDDEN, Mask


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
    """What became of the text of a file; `mask` hides the secrets in it."""

    text: str
    applied: list[AppliedFix]
    refused: list[RefusedFix]
    mask: Mask = NOTHING_HIDDEN


_NO_OPTIONS = FixOptions()
_Batch = list[tuple[Diagnostic, Fix]]


def fix_text(path: str, text: str, config: Config = DEFAULT_CONFIG, options: FixOptions = _NO_OPTIONS) -> FixResult:
    """A text that is alone with its fixes made, see `fix_texts`; `path` is a name for the findings."""
    return fix_texts(Alone(path, config), [text], options)[0]


def fix_texts(subject: Subject, texts: Sequence[str], options: FixOptions = _NO_OPTIONS) -> list[FixResult]:
    """What becomes of the texts of files when their fixes are made; a byte order mark stays.

    Only what the edits of the fixes cover is changed. A fix is refused when its result cannot be read by our parser or
    by ruamel.yaml, loses a comment, changes a value that no edit covers, or brings a new error. What ruamel.yaml says
    is asked at the end, and only if it cannot read the result, for each attempt.
    """
    marks = ["\ufeff" if text.startswith("\ufeff") else "" for text in texts]
    text, starts = concatenated([text.removeprefix(mark) for mark, text in zip(marks, texts, strict=True)])
    before = subject.lint(subject.read(text, starts))
    result = _fix(subject, before, options, is_thorough=False)
    if result.applied and not stay_loadable(before.read.documents, result.read.documents):
        result = _fix(subject, before, options, is_thorough=True)
    mask = mask_of(before.read.content.source, before.read.documents) if result.applied else NOTHING_HIDDEN
    results = []
    for mark, path, part in zip(marks, subject.paths, result.read.parts, strict=True):
        applied = [one for file, one in result.applied if file == path]
        refused = [one for one in result.refused if one.diagnostic.source.path == path]
        results.append(FixResult(mark + part, applied, refused, mask))
    return results


class _Fixed(NamedTuple):
    """What became of a text: the fixes that were made, each with its file, and those that were not."""

    read: ReadText
    applied: list[tuple[str, AppliedFix]]
    refused: list[RefusedFix]


def _fix(subject: Subject, before: LintedText, options: FixOptions, *, is_thorough: bool) -> _Fixed:
    """What becomes of a text in rounds of fixing."""
    current = before
    applied: list[tuple[str, AppliedFix]] = []
    reasons: dict[Hashable, str] = {}
    rounds = 0
    while rounds < MAX_ROUNDS:
        candidates = fixable_diagnostics(current.report, options)
        left = [diagnostic for diagnostic in candidates if _identity(diagnostic) not in reasons]
        if not left:
            break
        net = SafetyNet(subject, current, is_thorough=is_thorough)
        current, fixes = _round(net, current, left, reasons)
        rounds += bool(fixes)
        for diagnostic, fix in fixes:
            source, span = diagnostic.source.located(diagnostic.span)
            line = source.position(span.start).line
            applied.append((source.path, AppliedFix(line, diagnostic.rule, fix)))
    too_late = f"not reached in {MAX_ROUNDS} rounds"
    refused = [
        RefusedFix(diagnostic.located, unmade, reasons.get(_identity(diagnostic), too_late))
        for diagnostic in fixable_diagnostics(current.report, options)
        if (unmade := diagnostic.fix)
    ]
    return _Fixed(current.read, applied, refused)


def _identity(diagnostic: Diagnostic) -> Hashable:
    """What a finding is known by from one round to the next: pointers of different files may be equal."""
    return diagnostic.source.located(diagnostic.span).source.path, diagnostic.identity


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
    net: SafetyNet, before: LintedText, diagnostics: list[Diagnostic], reasons: dict[Hashable, str]
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
            reasons.update((_identity(batch[number][0]), reason) for number, reason in blamed.items())
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
