"""The command `check`: finds what is wrong in files, folders and standard input."""

from __future__ import annotations

from collections.abc import Iterator
from time import process_time
from typing import Any, NamedTuple, Never

import click

from apigw_lint import memory
from apigw_lint.cli.console import read_standard_input, say, with_progress, write_reports
from apigw_lint.cli.exit_codes import CLEAN, FOUND, MISUSED
from apigw_lint.cli.options import (
    Paths,
    color_option,
    complete_revisions,
    complete_rules,
    config_options,
    exclude_option,
    existing_paths,
    known_rules,
    not_negative,
    report_options,
)
from apigw_lint.cli.outcome import (
    Outcome,
    config_errors_reported,
    exit_code,
    outcome_of,
    outcome_with_new_baseline,
    statistics,
    summary,
    timing,
    without_specification,
)
from apigw_lint.config import Config
from apigw_lint.configfile import Configs
from apigw_lint.diagnostic import Report, Severity
from apigw_lint.files import STANDARD_INPUT
from apigw_lint.run import Checked, Target, check_stdin, checked_targets, listed_files, targets
from apigw_lint.shared import each_file_once


class _Options(NamedTuple):
    """What the command line says, by the names of its options."""

    paths: Paths
    formats: list[tuple[str, str | None]]
    output: str | None
    fail_level: str | None
    enable: tuple[str, ...]
    disable: tuple[str, ...]
    strict: bool
    config: str | None
    no_config: bool
    baseline: str | None
    write_baseline: str | None
    since: str | None
    statistics: bool
    timing: bool
    quiet: bool
    max_diagnostics: int | None
    stdin_filename: str | None
    allow_none: bool
    exit_zero: bool
    exclude: tuple[str, ...]
    color: str
    list_files: bool


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(readable=False), callback=existing_paths)
@report_options("finding")
@click.option(
    "--enable",
    metavar="RULE",
    multiple=True,
    callback=known_rules,
    shell_complete=complete_rules,
    help="Run a rule that is off by default.",
)
@click.option(
    "--disable",
    metavar="RULE",
    multiple=True,
    callback=known_rules,
    shell_complete=complete_rules,
    help="Do not run a rule.",
)
@click.option("--strict", is_flag=True, help="Also run the rules that are off by default.")
@config_options
@click.option("--baseline", metavar="FILE", type=click.Path(), help="Hide the findings listed in this file.")
@click.option(
    "--write-baseline",
    metavar="FILE",
    type=click.Path(),
    help="Write all findings to this file, to hide them from now on.",
)
@click.option(
    "--since",
    metavar="REVISION",
    shell_complete=complete_revisions,
    help="Hide what was found already at this revision of git: a branch, tag or commit, or A... for where HEAD left A.",
)
@click.option("--statistics", is_flag=True, help="Count the findings of each rule.")
@click.option("--timing", is_flag=True, help="Show what took time.")
@click.option("--quiet", is_flag=True, help="Print only findings and errors.")
@click.option("--max-diagnostics", type=int, callback=not_negative, metavar="N", help="Report at most N findings.")
@click.option("--stdin-filename", metavar="PATH", help="File name to report for standard input.")
@click.option("--allow-none", is_flag=True, help="For hooks: skip what is no gateway specification, and exit with 0.")
@click.option("--exit-zero", is_flag=True, help="Exit with 0 even if there are findings.")
@exclude_option
@color_option
@click.option("--list-files", is_flag=True, help="List what would be checked, and as what; check nothing.")
@click.pass_context
def check(ctx: click.Context, /, **values: Any) -> None:
    """Check files, folders, or standard input (-).

    In a folder, this checks the .yaml, .yml and .json files that are gateway
    specifications, their templates (.tpl, .j2, ...), and the gateways in .tf
    and .tofu files. Markdown and shell scripts are read if they are named or
    the configuration says so. Files in .gitignore are skipped. Without
    PATHS, the current folder is checked. An OpenAPI file that is named is
    checked even if it has nothing of the gateway.

    Exit codes: 0 no findings, 1 findings, 2 wrong command or configuration
    or nothing to check, 3 a rule crashed.
    """
    options = _Options(**values)
    started = process_time()
    memory.collect_rarely()
    with config_errors_reported(ctx):
        if options.list_files:
            _list_files(options, ctx)
        outcome = _outcome(options, ctx)
    shown = outcome.report.found[: options.max_diagnostics]
    write_reports(outcome.report._replace(found=shown), options.formats, options.output, options.color)
    say(*options.paths.wrong)
    if options.paths.given and (not options.quiet or not (outcome.report.checked or options.allow_none)):
        unshown = len(outcome.report.found) - len(shown)
        say(*without_specification(options.paths.given, outcome.report))
        say(*summary(outcome, unshown=unshown, allow_none=options.allow_none))
    if options.statistics:
        say(*statistics(outcome.report))
    if options.timing:
        say(*timing(outcome.report, started))
    code = exit_code(outcome, is_misused=bool(options.paths.wrong), allow_none=options.allow_none)
    ctx.exit(CLEAN if code == FOUND and options.exit_zero else code)


def _outcome(options: _Options, ctx: click.Context) -> Outcome:
    """What the run amounts to. Raises ConfigError and click.UsageError."""
    configs = _configs(options)
    if options.since is not None:
        return _outcome_since(options.since, options, configs, ctx)
    results = [(checked.config, checked.report) for checked in _run(options, configs)]
    if not options.quiet:
        say(*configs.notes)
    if options.write_baseline:
        return outcome_with_new_baseline((report for _, report in results), options.write_baseline)
    return outcome_of(results)


def _outcome_since(revision: str, options: _Options, configs: Configs, ctx: click.Context) -> Outcome:
    """The same without what was found already at a revision, which is looked for before anything is checked.

    Ends the command if there is no such revision.
    """
    from apigw_lint.revisions import RevisionError
    from apigw_lint.since import compare, revisions_for

    if options.write_baseline:
        raise click.UsageError("'--since' and '--write-baseline' exclude each other: a baseline lists all findings")
    if "-" in options.paths.given and not options.stdin_filename:
        raise click.UsageError("'--since' needs '--stdin-filename' to know what standard input was at the revision")

    def only_new(reports: list[Report]) -> list[Report]:
        compared = compare(revisions, [done._replace(report=report) for done, report in zip(run, reports, strict=True)])
        if not options.quiet:
            say(*compared.notes)
        return compared.reports

    try:
        paths = [path for path in options.paths.given if path != "-"]
        revisions = revisions_for(revision, [*paths, *filter(None, [options.stdin_filename])])
        run = list(_run(options, configs))
        if not options.quiet:
            say(*configs.notes)
        return outcome_of([(checked.config, checked.report) for checked in run], only_new)
    except RevisionError as error:
        say(f"Error: {error}")
        ctx.exit(MISUSED)


def _configs(options: _Options) -> Configs:
    """The configuration of each file. Raises ConfigError."""
    changes, exclude = _config_changes(options), options.exclude
    return Configs(options.config, is_ignored=options.no_config, changes=changes, exclude=exclude)


def _list_files(options: _Options, ctx: click.Context) -> Never:
    """Prints what would be checked, each file with what it is read as, and ends the command."""
    configs = _configs(options)
    paths = [path for path in options.paths.given if path != "-"]
    listed = list(listed_files(targets(paths, are_optional=options.allow_none), configs))
    say(*(f"{file.path}: {file.kind}" for file in listed if not file.reason), err=False)
    say(*options.paths.wrong)
    if not options.quiet:
        say(*configs.notes, *(f"skipped {file.path}: {file.reason}" for file in listed if file.reason))
    is_misused = options.paths.wrong or not (options.allow_none or any(not file.reason for file in listed))
    ctx.exit(MISUSED if is_misused else CLEAN)


def _config_changes(options: _Options) -> Config:
    """What the command line chooses, over whatever a configuration says."""
    origins = {**dict.fromkeys(options.enable, "--enable"), **dict.fromkeys(options.disable, "--disable")}
    if options.fail_level:
        origins["fail-level"] = "--fail-level"
    if options.baseline:
        origins["baseline"] = "--baseline"
    return Config(
        rules=dict.fromkeys(options.disable),
        enabled=frozenset(options.enable),
        is_strict=options.strict,
        fail_level=Severity(options.fail_level or Severity.ERROR),
        baseline=options.baseline,
        origins=origins,
    )


def _run(options: _Options, configs: Configs) -> Iterator[Checked]:
    """Each file, with the configuration that holds for it and its report."""
    files, is_optional = [path for path in options.paths.given if path != "-"], options.allow_none
    yield from each_file_once(with_progress(checked_targets(targets(files, are_optional=is_optional), configs)))
    if "-" in options.paths.given:
        name = options.stdin_filename
        target = Target(name or STANDARD_INPUT, True, is_optional=is_optional, is_standard_input=True)
        yield Checked(target, *check_stdin(read_standard_input(), name, configs, is_optional=is_optional))
