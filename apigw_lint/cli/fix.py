"""The command `fix`: repairs files, folders and standard input."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import click

from apigw_lint import memory
from apigw_lint.cli.console import read_standard_input, say, write
from apigw_lint.cli.exit_codes import CLEAN, CRASHED, FOUND, MISUSED
from apigw_lint.cli.options import (
    Paths,
    complete_fixable_rules,
    config_options,
    exclude_option,
    existing_paths,
    fixable_rules,
)
from apigw_lint.cli.outcome import config_errors_reported, passed_over, skipped
from apigw_lint.configfile import Configs
from apigw_lint.files import UnreadableError
from apigw_lint.fix.files import FileResult, fix_paths, fix_stdin
from apigw_lint.fix.text import FixOptions
from apigw_lint.spelling import counted


class _Options(NamedTuple):
    """What the command line says, by the names of its options."""

    paths: Paths
    unsafe: bool
    diff: bool
    rules: tuple[str, ...]
    config: str | None
    no_config: bool
    exclude: tuple[str, ...]
    quiet: bool
    stdin_filename: str | None
    allow_none: bool

    @property
    def is_stdin(self) -> bool:
        """Whether standard input is fixed."""
        return "-" in self.paths.given


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(readable=False), callback=existing_paths)
@click.option("--unsafe", is_flag=True, help="Also apply fixes that may not match your intent.")
@click.option("--diff", is_flag=True, help="Show the changes without writing them.")
@click.option(
    "--rule",
    "rules",
    metavar="RULE",
    multiple=True,
    callback=fixable_rules,
    shell_complete=complete_fixable_rules,
    help="Apply only the fixes of this rule. Can be repeated.",
)
@config_options
@exclude_option
@click.option("--quiet", is_flag=True, help="Print only errors.")
@click.option("--stdin-filename", metavar="PATH", help="File name to report for standard input.")
@click.option("--allow-none", is_flag=True, help="For hooks: skip what is no gateway specification, and exit with 0.")
@click.pass_context
def fix(ctx: click.Context, /, **values: Any) -> None:
    """Fix files, or standard input (-), which is written to standard output.

    A fix changes only what it is about: comments, quotes and the order of
    keys stay. Without --unsafe, only fixes that correct spelling and never
    change meaning are applied.

    Exit codes: 0 nothing left to fix, 1 a fix was refused, a file could not
    be read or written or, with --diff, something would change, 2 wrong
    command, wrong configuration or no specifications, 3 a rule crashed.
    """
    options = _Options(**values)
    if options.is_stdin and len(options.paths.given + options.paths.wrong) > 1:
        raise click.UsageError("standard input (-) cannot be combined with files")
    memory.collect_rarely()
    totals = _Totals()
    with config_errors_reported(ctx):
        configs = Configs(options.config, is_ignored=options.no_config, exclude=options.exclude)
        for result in _results(options, configs):
            _report(result, options)
            totals.add(result)
    say(*options.paths.wrong)
    if not (options.quiet or options.allow_none):
        say(*skipped(totals.skipped))
    if options.paths.given and not options.quiet:
        say(*configs.notes, *passed_over(totals.passed_over), totals.summary(is_diff=options.diff))
    code = totals.exit_code(is_diff=options.diff, allow_none=options.allow_none)
    ctx.exit(MISUSED if options.paths.wrong and code != CRASHED else code)


def _results(options: _Options, configs: Configs) -> Iterator[FileResult]:
    """What fixing does to each file, which is written unless a diff is asked for. Raises ConfigError."""
    fix_options = FixOptions(options.unsafe, frozenset(options.rules) or None)
    if not options.is_stdin:
        paths, are_optional, is_written = options.paths.given, options.allow_none, not options.diff
        yield from fix_paths(paths, configs, fix_options, is_written=is_written, are_optional=are_optional)
        return
    data = read_standard_input()
    try:
        yield fix_stdin(data, options.stdin_filename, configs, fix_options, is_optional=options.allow_none)
    except UnreadableError as error:
        write(data)
        raise click.UsageError(f"cannot read standard input: {error}") from None


def _report(result: FileResult, options: _Options) -> None:
    """Says what became of a file; the text of standard input, or a diff, goes to standard output."""
    if not options.quiet:
        say(*(f"{link} is a link to {path}" for link, path in result.report.links))
    say(*(f"{path}: {error}" for path, error in _failures(result)))
    for diagnostic, fix, reason in result.fixed.refused:
        line = diagnostic.source.position(diagnostic.span.start).line
        say(f"{result.path}:{line}: {diagnostic.rule}: refused: {fix.title}: {reason}")
    if options.diff:
        write(result.diff())
    elif options.is_stdin:
        write(result.fixed.text)
    if not options.quiet:
        applied = (f"{result.path}:{line}: {rule}: {fix.title}" for line, rule, fix in result.fixed.applied)
        say(*applied, err=options.diff or options.is_stdin)


def _failures(result: FileResult) -> list[tuple[str, str]]:
    """The files that could not be read or written, and why."""
    failures = [
        (diagnostic.source.path, diagnostic.full_message)
        for diagnostic in result.report.found
        if diagnostic.rule == "unreadable-file"
    ]
    return [*failures, (result.path, f"cannot write: {result.error}")] if result.error else failures


class _Totals:
    """What was fixed in all files so far."""

    def __init__(self) -> None:
        self.checked = self.changed = self.applied = self.refused = self.failed = 0
        self.has_crashed = False
        self.passed_over: list[str] = []
        self.skipped: list[tuple[str, str]] = []

    def add(self, result: FileResult) -> None:
        """Counts a file."""
        self.checked += len(result.report.checked)
        self.passed_over += result.report.passed_over
        self.skipped += result.report.skipped
        self.changed += result.is_changed
        self.applied += len(result.fixed.applied)
        self.refused += len(result.fixed.refused)
        self.failed += len(_failures(result))
        self.has_crashed = self.has_crashed or any(diagnostic.rule == "crash" for diagnostic in result.report.found)

    def summary(self, *, is_diff: bool) -> str:
        """One line on all files."""
        fixes = f"{counted(self.applied, 'fix', 'fixes')} {'possible' if is_diff else 'applied'}"
        changed = f" in {counted(self.changed, 'file')}" if self.changed else ""
        refused = f", {self.refused} refused" if self.refused else ""
        return f"{counted(self.checked, 'file')} checked: {fixes}{changed}{refused}"

    def exit_code(self, *, is_diff: bool, allow_none: bool) -> int:
        """The exit code of the command; that no specification was there is misuse unless it is allowed."""
        if self.has_crashed:
            return CRASHED
        if self.failed or self.refused or (is_diff and self.changed):
            return FOUND
        return CLEAN if self.checked or allow_none else MISUSED
