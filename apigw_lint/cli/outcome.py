"""Owns what a check amounts to: what the baseline hides, the counts, the exit code."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple

import click

from apigw_lint.baseline import Baseline, BaselineError, read_baseline
from apigw_lint.cli.console import show, write_file
from apigw_lint.cli.exit_codes import CLEAN, CRASHED, FOUND, MISUSED
from apigw_lint.config import Config
from apigw_lint.configfile import ConfigError
from apigw_lint.diagnostic import Report
from apigw_lint.files import shown_path
from apigw_lint.formats.counts import severity_counts
from apigw_lint.grouping import grouped
from apigw_lint.masking import mask_for
from apigw_lint.repository import followed
from apigw_lint.spelling import counted

_MOST_NAMED = 3
"""Paths of which the same is said that are named."""
_NEVER_IN_BASELINE = ("crash", "syntax", "unreadable-file")


class Outcome(NamedTuple):
    """One report of all files, and whether a finding in it is severe enough for exit code 1.

    `stale` are entries of the baseline that match nothing any more, in words, `written` is how many findings were
    written to a new baseline.
    """

    report: Report
    fails: bool
    stale: list[str]
    written: int = 0


def outcome_of(
    results: Sequence[tuple[Config, Report]], only_new: Callable[[list[Report]], list[Report]] = list
) -> Outcome:
    """What reports amount to, each with the configuration that holds for its file; their baselines are applied.

    `only_new` returns the reports in their order without findings that are known for another reason. Raises
    click.UsageError when a baseline cannot be used.
    """
    baselines: dict[str, Baseline] = {}
    reports: list[Report] = []
    stale: list[str] = []
    for config, report in results:
        if config.baseline:
            if config.baseline not in baselines:
                baselines[config.baseline] = _read_baseline(config.baseline)
            comparison = baselines[config.baseline].compare(report.found, report.checked)
            hide = mask_for(report).hide
            report = report._replace(found=comparison.new, baselined=comparison.known)
            stale += [f"{entry.path}: {hide(entry.message)} [{entry.rule}]" for entry in comparison.stale]
        reports.append(report)
    reports = only_new(reports)
    fails = any(
        diagnostic.severity.rank <= config.fail_level.rank
        for (config, _), report in zip(results, reports, strict=True)
        for diagnostic in report.found
    )
    return Outcome(grouped(Report.merged(reports)), fails, stale)


def outcome_with_new_baseline(reports: Iterable[Report], file: str) -> Outcome:
    """What reports amount to once all their findings are in a baseline; only a broken file is not hidden by it.

    Entries of files that were not checked stay in the baseline. Raises click.UsageError.
    """
    report = Report.merged(reports)
    hidden = [diagnostic for diagnostic in report.found if diagnostic.rule not in _NEVER_IN_BASELINE]
    shown = [diagnostic for diagnostic in report.found if diagnostic.rule in _NEVER_IN_BASELINE]
    has_entries = os.path.isfile(file) and os.path.getsize(file) > 0
    before = _read_baseline(file) if has_entries else Baseline(file)
    baseline = before.rewritten(hidden, report.checked)
    write_file(file, baseline.text())
    written = sum(baseline.entries.values())
    return Outcome(report._replace(found=shown, baselined=hidden), bool(shown), [], written)


def _read_baseline(file: str) -> Baseline:
    try:
        return read_baseline(file)
    except BaselineError as error:
        raise click.UsageError(f"{shown_path(file)}: {error}") from None


def exit_code(outcome: Outcome, *, is_misused: bool, allow_none: bool) -> int:
    """The exit code of a check; that nothing was checked is misuse too unless it is allowed."""
    if any(diagnostic.rule == "crash" for diagnostic in outcome.report.found):
        return CRASHED
    if is_misused:
        return MISUSED
    if outcome.fails:
        return FOUND
    return CLEAN if outcome.report.checked or allow_none else MISUSED


def summary(outcome: Outcome, *, unshown: int, allow_none: bool) -> list[str]:
    """Lines that say what was checked and what was not; `unshown` findings are in the report but not printed."""
    report = outcome.report
    lines = [f"{link} is a link to {path}" for link, path in report.links]
    lines += [] if allow_none else skipped(report.skipped)
    lines += [] if allow_none else passed_over(report.passed_over)
    lines += fragments(report.fragments)
    lines += [f"fixed, but still in the baseline: {entry}" for entry in outcome.stale]
    if outcome.written:
        lines.append(f"{counted(outcome.written, 'finding')} written to the baseline")
    left_out = f", {len(report.skipped)} skipped" if report.skipped else ""
    files = f"{counted(len(report.checked), 'file')} checked{left_out}"
    if report.checked or allow_none:
        lines.append(f"{files}: {severity_counts(report) or 'nothing found'}{_hidden_counts(report, unshown)}")
    else:
        lines.append(f"{files}: no gateway specification found")
    if advice := _advice(report):
        lines.append(advice)
    return lines


def _advice(report: Report) -> str:
    """The commands that help with the findings, as one line; empty if none does."""
    fixes = [diagnostic.fix for diagnostic in report.found if diagnostic.fix and diagnostic.fix.edits]
    safe, names = sum(fix.safe for fix in fixes), {diagnostic.rule for diagnostic in report.found}
    parts = [f"'apigw-lint fix' repairs {safe}"] if safe else []
    parts += [f"'apigw-lint fix --unsafe' repairs {len(fixes)}"] if len(fixes) > safe else []
    names -= set(_NEVER_IN_BASELINE)
    parts += [f"'apigw-lint explain {names.pop() if len(names) == 1 else 'RULE'}' tells more"] if names else []
    return "; ".join(parts)


def without_specification(paths: Sequence[str], report: Report) -> list[str]:
    """A line for each folder of several paths in which nothing was checked."""
    lines = []
    for path in paths if len(paths) > 1 and report.checked else ():
        shown = shown_path(path)
        real = shown_path(followed(path))
        beginning = "" if real == "." else f"{real.rstrip('/')}/"
        if os.path.isdir(path) and not any(checked.startswith(beginning) for checked in report.checked):
            lines.append(f"no gateway specification in '{shown}'")
    return [*dict.fromkeys(lines)]


def passed_over(paths: Sequence[str]) -> list[str]:
    """A line that names the OpenAPI documents of folders that were not checked, the first ones; none without any."""
    if not paths:
        return []
    return [
        f"passed over {_first_of(paths)}: OpenAPI without a key like 'x-yc-apigateway-integration'; "
        "to check one, name it"
    ]


def fragments(parts: Sequence[tuple[str, str]]) -> list[str]:
    """A line that names the files that hold a part of a specification, the first ones; none without any."""
    if not parts:
        return []
    paths = list(dict.fromkeys(path for path, _ in parts))
    what = f"is a fragment ({parts[0][1]})"
    if len(parts) > 1:
        kinds = Counter(kind for _, kind in parts)
        verb = "are" if len(paths) > 1 else "has"
        what = f"{verb} fragments ({', '.join(f'{number} {kind}' for kind, number in kinds.items())})"
    return [f"{_first_of(paths)} {what}: what depends on the rest of the specification is not judged"]


def skipped(files: Iterable[tuple[str, str]]) -> Iterator[str]:
    """Lines that say what was skipped and why: one for each, or one for all that were skipped for the same reason."""
    by_reason: dict[str, list[str]] = {}
    for path, reason in files:
        by_reason.setdefault(reason, []).append(path)
    for reason, paths in by_reason.items():
        together = paths if len(paths) <= _MOST_NAMED else [_first_of(paths)]
        yield from (f"skipped {path}: {reason}" for path in together)


def _first_of(paths: Sequence[str]) -> str:
    """The names of the first ones, and how many more there are."""
    more = f" and {len(paths) - _MOST_NAMED} more" if len(paths) > _MOST_NAMED else ""
    return f"{', '.join(paths[:_MOST_NAMED])}{more}"


def _hidden_counts(report: Report, unshown: int) -> str:
    numbers = {
        "ignored": len(report.ignored),
        "in the baseline": len(report.baselined),
        f"already at '{report.since}'": len(report.unchanged),
        "not shown": unshown,
    }
    parts = [f"{number} {reason}" for reason, number in numbers.items() if number]
    return f" ({', '.join(parts)})" if parts else ""


def statistics(report: Report) -> list[str]:
    """A line for each rule with the number of its findings, most first."""
    numbers = Counter(diagnostic.rule for diagnostic in report.found)
    return [f"{number:6} {rule}" for rule, number in sorted(numbers.items(), key=lambda item: (-item[1], item[0]))]


def timing(report: Report, started: float) -> list[str]:
    """A line with the milliseconds of each step and rule that took a hundredth of the run, slowest first, and the sum.

    `started` is the processor time in seconds that had passed when the run began.
    """
    seconds = {"(start)": started, **(report.seconds or {})}
    total = sum(seconds.values())
    shown = {name: spent for name, spent in seconds.items() if spent * 100 >= total}
    lines = [_milliseconds(spent, name) for name, spent in sorted(shown.items(), key=lambda item: -item[1])]
    if others := len(seconds) - len(shown):
        lines.append(_milliseconds(total - sum(shown.values()), counted(others, "other")))
    return [*lines, _milliseconds(total, "total")]


def _milliseconds(seconds: float, name: str) -> str:
    return f"{seconds * 1000:9.2f} ms {name}"


@contextmanager
def config_errors_reported(ctx: click.Context) -> Iterator[None]:
    """Ends the command with exit code 2 when a configuration cannot be used, and shows what is wrong in it."""
    try:
        yield
    except ConfigError as error:
        show(Report(error.findings))
        ctx.exit(MISUSED)
