"""The command `diff`: what changes for callers and for safety between two states of a specification."""

from __future__ import annotations

import os
from typing import Any, NamedTuple

import click

from apigw_lint import memory
from apigw_lint.cli.console import say, write_reports
from apigw_lint.cli.exit_codes import CLEAN, FOUND, MISUSED
from apigw_lint.cli.options import color_option, config_options, report_options
from apigw_lint.cli.outcome import config_errors_reported, skipped
from apigw_lint.cli.specs import Specs, flaw_of, read_specs
from apigw_lint.config import Config
from apigw_lint.configfile import Configs
from apigw_lint.diagnostic import Report, Severity
from apigw_lint.diff.compare import Document, compare, documents
from apigw_lint.diff.kinds import KINDS
from apigw_lint.files import MissingFileError, UnreadableError, shown_path
from apigw_lint.formats.counts import severity_counts
from apigw_lint.grouping import grouped
from apigw_lint.repository import followed
from apigw_lint.rules import RULES
from apigw_lint.run import stdin_content
from apigw_lint.spelling import counted, did_you_mean


class _Options(NamedTuple):
    """What the command line says, by the names of its options."""

    old: str
    new: str
    formats: list[tuple[str, str | None]]
    output: str | None
    fail_level: str | None
    disable: tuple[str, ...]
    config: str | None
    no_config: bool
    quiet: bool
    stdin_filename: str | None
    color: str


def _known_kinds(ctx: click.Context, param: click.Parameter, value: tuple[str, ...]) -> tuple[str, ...]:
    """Names of kinds of changes. Raises click.BadParameter for any other name."""
    for name in value:
        if name not in KINDS:
            if name in RULES:
                raise click.BadParameter(f"'{name}' is a rule of 'apigw-lint check', and no change", ctx, param)
            hint = did_you_mean(name, KINDS) or ": 'apigw-lint rules' lists all"
            raise click.BadParameter(f"unknown change '{name}'{hint}", ctx, param)
    return value


def _complete_kinds(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    return [name for name in KINDS if name.startswith(incomplete)]


@click.command()
@click.argument("old")
@click.argument("new")
@report_options("change")
@click.option(
    "--disable",
    metavar="CHANGE",
    multiple=True,
    callback=_known_kinds,
    shell_complete=_complete_kinds,
    help="Do not report changes of this kind. Can be repeated.",
)
@config_options
@click.option("--quiet", is_flag=True, help="Print only changes and errors.")
@click.option("--stdin-filename", metavar="PATH", help="File name to report for standard input.")
@color_option
@click.pass_context
def diff(ctx: click.Context, /, **values: Any) -> None:
    """Compare two states of a specification.

    OLD and NEW are files, REVISION:FILE of git as in main:api.yaml, or
    standard input (-) for one of them. Only what changes for callers or
    for safety is a change: not the order, comments, formatting, or what
    is moved into components.

    Exit codes: 0 no changes at the fail level, 1 changes, 2 wrong command
    or configuration, or a specification that cannot be read.
    """
    options = _Options(**values)
    if options.old == options.new == "-":
        raise click.UsageError("standard input (-) can be only one of the two")
    memory.collect_rarely()
    with config_errors_reported(ctx):
        configs = _configs(options)
        read = [_read(argument, configs, options.stdin_filename) for argument in (options.old, options.new)]
        config = configs.config_for(followed(_file_of(options.new, options.stdin_filename)))
    if not options.quiet:
        say(*configs.notes)
    old, new = (documents(specs.inputs) for specs in read)
    if wrong := _wrong(options, read, old, new):
        say(*wrong)
        ctx.exit(MISUSED)
    report = compare(old, new, config)._replace(compared_with=shown_path(options.old))
    fails = any(diagnostic.severity.rank <= config.fail_level.rank for diagnostic in report.found)
    report = grouped(report)
    write_reports(report, options.formats, options.output, options.color)
    if not options.quiet:
        say(*report.notes, _summary(report))
    ctx.exit(FOUND if fails else CLEAN)


def _configs(options: _Options) -> Configs:
    """The configuration of each file. Raises ConfigError."""
    origins = dict.fromkeys(options.disable, "--disable")
    if options.fail_level:
        origins["fail-level"] = "--fail-level"
    level = Severity(options.fail_level or Severity.ERROR)
    changes = Config(rules=dict.fromkeys(options.disable), fail_level=level, origins=origins)
    return Configs(options.config, is_ignored=options.no_config, changes=changes)


def _revision_of(argument: str) -> tuple[str, str] | None:
    """The revision and the path of `REVISION:FILE`; None for a file, which may have a colon in its name."""
    if os.path.lexists(argument) or argument == "-":
        return None
    drive, rest = os.path.splitdrive(argument)
    revision, colon, path = rest.partition(":")
    return (revision, path) if colon and not drive else None


def _file_of(argument: str, stdin_filename: str | None) -> str:
    revision = _revision_of(argument)
    return revision[1] if revision else (stdin_filename or argument) if argument == "-" else argument


def _read(argument: str, configs: Configs, stdin_filename: str | None) -> Specs:
    """What one side holds. Raises ConfigError and click.UsageError."""
    if revision := _revision_of(argument):
        return _read_revision(*revision, argument, configs)
    if argument != "-" and not os.path.lexists(argument):
        return Specs([], [f"no such file: '{argument}'" if argument else "an empty path: is a variable not set?"], [])
    if os.path.isdir(argument):
        return Specs([], [f"'{argument}' is a folder: name a file"], [])
    return read_specs([argument], configs, stdin_filename)


def _read_revision(revision: str, path: str, argument: str, configs: Configs) -> Specs:
    """What a file held at a revision of git. Raises ConfigError."""
    from apigw_lint.revisions import RevisionError, read_at

    if not path:
        return Specs([], [f"'{argument}' names no file: write '{argument}FILE'"], [])

    def read_part(part: str) -> bytes:
        data = read_at(revision, part)
        if data is None:
            raise MissingFileError("no such file")
        return data

    try:
        data = read_at(revision, path)
        if data is None:
            return Specs([], [f"no file '{path}' at '{revision}'"], [])
        content = stdin_content(data, path, configs.config_for(followed(path)), read_part=read_part)
    except (RevisionError, UnreadableError) as error:
        return Specs([], [f"{argument}: {error}"], [])
    if content.reason:
        return Specs([], [], [(argument, content.reason)])
    if flaw := flaw_of(content):
        return Specs([], [f"{revision}:{flaw}"], [])
    return Specs([content], [], [])


def _wrong(options: _Options, read: list[Specs], old: list[Document], new: list[Document]) -> list[str]:
    """Why there is nothing to compare, in sentences; empty if there is."""
    wrong = [sentence for specs in read for sentence in specs.wrong]
    wrong += [line for specs in read if not specs.inputs for line in skipped(specs.skipped)]
    if not wrong and not (old and new):
        empty = options.new if old else options.old
        wrong = [f"no specification in '{shown_path(empty)}'"]
    if not wrong and len(old) != len(new):
        numbers = f"{counted(len(old), 'specification')} in '{options.old}', {len(new)} in '{options.new}'"
        wrong = [f"{numbers}: they are compared in their order, so there must be as many"]
    return wrong


def _summary(report: Report) -> str:
    """One line on all changes."""
    hidden = f" ({len(report.ignored)} ignored)" if report.ignored else ""
    if not report.found:
        return f"no changes for callers or for safety{hidden}"
    return f"{counted(len(report.found), 'change')}: {severity_counts(report)}{hidden}"
