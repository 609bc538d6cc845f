"""Owns the command line: arguments in, a report and an exit code out."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable

import click

from apigw_lint import __version__
from apigw_lint.config import Config
from apigw_lint.diagnostic import Report, Severity
from apigw_lint.files import lint_bytes, lint_paths
from apigw_lint.linter import worst
from apigw_lint.nearest import did_you_mean
from apigw_lint.rules import RULES

CLEAN, FOUND, MISUSED, CRASHED = 0, 1, 2, 3
_SEVERITIES = [severity.value for severity in Severity]


def _known_rules(ctx: click.Context, param: click.Parameter, value: tuple[str, ...]) -> tuple[str, ...]:
    for name in value:
        if name not in RULES:
            raise click.BadParameter(f"no rule is called '{name}'{did_you_mean(name, RULES)}", ctx, param)
    return value


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 80})
@click.version_option(__version__, message="apigw-lint %(version)s")
def main() -> None:
    """Checks OpenAPI specifications for Yandex API Gateway.

    It knows the x-yc-apigateway extensions: what they may hold, where they may
    stand, and what happens at run time when they contradict each other.
    """


@main.command()
@click.argument("paths", nargs=-1, type=click.Path())
@click.option(
    "--format",
    "format_",
    type=click.Choice(["text", "line", "json"]),
    default="text",
    show_default=True,
    help="How findings are printed.",
)
@click.option(
    "--fail-level",
    type=click.Choice(_SEVERITIES),
    default="error",
    show_default=True,
    help="The exit code is 1 when something at least this severe was found.",
)
@click.option(
    "--enable", metavar="RULE", multiple=True, callback=_known_rules, help="Run a rule that is off by default."
)
@click.option("--disable", metavar="RULE", multiple=True, callback=_known_rules, help="Do not run a rule.")
@click.option("--stdin-filename", metavar="PATH", help="What findings in standard input are named by.")
@click.option("--allow-none", is_flag=True, help="It is no mistake when there is nothing to check.")
@click.pass_context
def check(
    ctx: click.Context,
    paths: tuple[str, ...],
    format_: str,
    fail_level: str,
    enable: tuple[str, ...],
    disable: tuple[str, ...],
    stdin_filename: str | None,
    allow_none: bool,
) -> None:
    """Check files, folders, or standard input (-).

    In a folder, the .yaml, .yml and .json files that are gateway
    specifications are checked, and what .gitignore names is left out.
    Without PATHS the current folder is checked.

    Exit codes: 0 nothing found, 1 something found, 2 the command is wrong or
    there was nothing to check, 3 a rule failed.
    """
    gc.disable()  # A short life with large trees: the collector would look at all of them again and again.
    config = Config(dict.fromkeys(disable), frozenset(enable))
    named = [path for path in paths or (".",) if path != "-"]
    reports = [lint_paths(named, config)] if named else []
    if "-" in paths:
        reports.append(lint_bytes(stdin_filename or "<stdin>", sys.stdin.buffer.read(), config, is_named=True))
    report = Report.merged(reports)
    _write(_renderer(format_)(report))
    _tell(report, allow_none)
    ctx.exit(_exit_code(report, Severity(fail_level), allow_none))


def _renderer(name: str) -> Callable[[Report], str]:
    if name == "line":
        from apigw_lint.formats import line

        return line.render
    if name == "json":
        from apigw_lint.formats import json

        return json.render
    from apigw_lint.formats import text

    return lambda report: text.render(report, color=_wants_color())


def _wants_color() -> bool:
    if os.environ.get("FORCE_COLOR"):
        return True
    return not os.environ.get("NO_COLOR") and sys.stdout.isatty() and os.environ.get("TERM") != "dumb"


def _write(text: str) -> None:
    """Writes to stdout as UTF-8, whatever the locale says."""
    sys.stdout.flush()
    sys.stdout.buffer.write(text.encode("utf-8", "backslashreplace"))
    sys.stdout.buffer.flush()


def _tell(report: Report, allow_none: bool) -> None:
    """Says on stderr what was checked and what was not."""
    for path, reason in report.skipped if not allow_none else ():
        click.echo(f"skipped {path}: {reason}", err=True)
    counts = [
        f"{number} {severity}{'s' if number != 1 and severity != 'info' else ''}"
        for severity in Severity
        if (number := report.number(severity))
    ]
    skipped = f", {len(report.skipped)} skipped" if report.skipped else ""
    files = f"{len(report.checked)} file{'s' if len(report.checked) != 1 else ''} checked{skipped}"
    if report.checked or allow_none:
        click.echo(f"{files}: {', '.join(counts) or 'nothing found'}", err=True)
    else:
        click.echo(f"{files}: there is no gateway specification here", err=True)


def _exit_code(report: Report, fail_level: Severity, allow_none: bool) -> int:
    if any(diagnostic.rule == "crash" for diagnostic in report.found):
        return CRASHED
    severity = worst(report)
    if severity is not None and severity.rank <= fail_level.rank:
        return FOUND
    return CLEAN if report.checked or allow_none else MISUSED


@main.command()
def rules() -> None:
    """List the rules."""
    from apigw_lint import docs

    _write(docs.table())


@main.command()
@click.argument("names", metavar="RULE...", nargs=-1, required=True, callback=_known_rules)
def explain(names: tuple[str, ...]) -> None:
    """Print the page of a rule."""
    from apigw_lint import docs

    _write("\n".join(docs.page(RULES[name]) for name in names))
