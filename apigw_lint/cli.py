"""Owns the command line: arguments in, reports and an exit code out."""

from __future__ import annotations

import atexit
import gc
import os
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import click

from apigw_lint import __version__
from apigw_lint.baseline import Baseline, BaselineError, parse_baseline
from apigw_lint.config import Config
from apigw_lint.configfile import ConfigError, Configs
from apigw_lint.diagnostic import Report, Severity
from apigw_lint.files import UnreadableError, decode, read, shown_path
from apigw_lint.rules import RULES
from apigw_lint.run import check_stdin, check_targets, targets
from apigw_lint.spelling import did_you_mean

if TYPE_CHECKING:
    from apigw_lint.mend import Mended

CLEAN, FOUND, MISUSED, CRASHED = 0, 1, 2, 3
INTERRUPTED = 130
FORMATS = ("text", "line", "json", "sarif", "github", "gitlab", "junit", "checkstyle", "markdown")
_SEVERITIES = [severity.value for severity in Severity]


def _known_rules(ctx: click.Context, param: click.Parameter, value: tuple[str, ...]) -> tuple[str, ...]:
    for name in value:
        if name not in RULES:
            raise click.BadParameter(f"no rule is called '{name}'{did_you_mean(name, RULES)}", ctx, param)
    return value


def _complete_rules(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    return [name for name in RULES if name.startswith(incomplete)]


def _complete_formats(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    return [name for name in FORMATS if name.startswith(incomplete)]


def _formats(ctx: click.Context, param: click.Parameter, value: tuple[str, ...]) -> list[tuple[str, str | None]]:
    """What is written where: pairs of a format and a file, None for standard output."""
    found = []
    for text in value:
        name, colon, file = text.partition(":")
        if name not in FORMATS:
            raise click.BadParameter(f"no format is called '{name}'{did_you_mean(name, FORMATS)}", ctx, param)
        if colon and not file:
            raise click.BadParameter(f"a file name is missing behind '{text}'", ctx, param)
        found.append((name, file or None))
    return found


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
    "formats",
    metavar="NAME[:FILE]",
    multiple=True,
    callback=_formats,
    shell_complete=_complete_formats,
    help=f"How findings are reported: {', '.join(FORMATS)}. With a file, the report goes there; may be repeated.",
)
@click.option(
    "--output", metavar="FILE", type=click.Path(), help="Write the report of a --format without a file there."
)
@click.option(
    "--fail-level",
    type=click.Choice(_SEVERITIES),
    help="The exit code is 1 when something at least this severe was found.  [default: error]",
)
@click.option(
    "--enable",
    metavar="RULE",
    multiple=True,
    callback=_known_rules,
    shell_complete=_complete_rules,
    help="Run a rule that is off.",
)
@click.option(
    "--disable",
    metavar="RULE",
    multiple=True,
    callback=_known_rules,
    shell_complete=_complete_rules,
    help="Do not run a rule.",
)
@click.option("--config", metavar="FILE", type=click.Path(), help="Use this configuration for all files.")
@click.option("--no-config", is_flag=True, help="Use no configuration file.")
@click.option("--baseline", metavar="FILE", type=click.Path(), help="Hide the findings that this file lists.")
@click.option(
    "--write-baseline",
    metavar="FILE",
    type=click.Path(),
    help="List all findings in this file, to be hidden from now on.",
)
@click.option("--statistics", is_flag=True, help="Count the findings of each rule.")
@click.option("--timing", is_flag=True, help="Show how long each rule took.")
@click.option("--quiet", is_flag=True, help="Say nothing but findings and what went wrong.")
@click.option("--max-diagnostics", type=click.IntRange(min=0), metavar="N", help="Report at most N findings.")
@click.option("--stdin-filename", metavar="PATH", help="What findings in standard input are named by.")
@click.option("--allow-none", is_flag=True, help="It is no mistake when there is nothing to check.")
@click.pass_context
def check(
    ctx: click.Context,
    paths: tuple[str, ...],
    formats: list[tuple[str, str | None]],
    output: str | None,
    fail_level: str | None,
    enable: tuple[str, ...],
    disable: tuple[str, ...],
    config: str | None,
    no_config: bool,
    baseline: str | None,
    write_baseline: str | None,
    statistics: bool,
    timing: bool,
    quiet: bool,
    max_diagnostics: int | None,
    stdin_filename: str | None,
    allow_none: bool,
) -> None:
    """Check files, folders, or standard input (-).

    In a folder, the .yaml, .yml and .json files that are gateway
    specifications are checked, the templates of such (.tpl, .j2, ...), and
    the gateways in .tf files; what .gitignore names is left out.
    Without PATHS the current folder is checked.

    Exit codes: 0 nothing found, 1 something found, 2 the command or the
    configuration is wrong or there was nothing to check, 3 a rule failed.
    """
    _let_grow()
    changes = _changes(enable, disable, fail_level, baseline or write_baseline)
    try:
        configs = Configs(config, is_ignored=no_config, changes=changes)
        outcome = _Outcome(list(_reports(paths, configs, stdin_filename)), write_baseline)
    except ConfigError as error:
        _write(_renderer("text")(Report(error.findings)), err=True)
        ctx.exit(MISUSED)
    except BaselineError as error:
        raise click.UsageError(str(error)) from None
    except KeyboardInterrupt:
        _say("interrupted")
        ctx.exit(INTERRUPTED)
    shown = outcome.report
    if max_diagnostics is not None and len(shown.found) > max_diagnostics:
        shown = shown._replace(found=shown.found[:max_diagnostics])
    _emit(shown, formats or [(_chosen_format(), None)], output)
    _tell(outcome, len(shown.found), allow_none, quiet)
    if statistics:
        _count(outcome.report)
    if timing:
        _time(outcome.report)
    ctx.exit(outcome.exit_code(allow_none))


def _let_grow() -> None:
    """Keeps the collector from looking at large trees again and again, and once more at the end of a short life."""
    gc.disable()
    atexit.register(gc.freeze)


def _fixable_rules(ctx: click.Context, param: click.Parameter, value: tuple[str, ...]) -> tuple[str, ...]:
    for name in _known_rules(ctx, param, value):
        if not RULES[name].fixes:
            raise click.BadParameter(f"rule '{name}' has no fixes", ctx, param)
    return value


def _complete_fixable(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    return [name for name in _complete_rules(ctx, param, incomplete) if RULES[name].fixes]


@main.command()
@click.argument("paths", nargs=-1, type=click.Path())
@click.option("--unsafe", is_flag=True, help="Make also the fixes that may not be what was meant.")
@click.option("--diff", "is_diff", is_flag=True, help="Show what would change, and write nothing.")
@click.option(
    "--rule",
    "rules",
    metavar="RULE",
    multiple=True,
    callback=_fixable_rules,
    shell_complete=_complete_fixable,
    help="Make the fixes of this rule only; may be repeated.",
)
@click.option("--config", metavar="FILE", type=click.Path(), help="Use this configuration for all files.")
@click.option("--no-config", is_flag=True, help="Use no configuration file.")
@click.option("--quiet", is_flag=True, help="Say nothing but what went wrong.")
@click.option("--stdin-filename", metavar="PATH", help="What standard input is called.")
@click.option("--allow-none", is_flag=True, help="It is no mistake when there is nothing to fix in.")
@click.pass_context
def fix(
    ctx: click.Context,
    paths: tuple[str, ...],
    unsafe: bool,
    is_diff: bool,
    rules: tuple[str, ...],
    config: str | None,
    no_config: bool,
    quiet: bool,
    stdin_filename: str | None,
    allow_none: bool,
) -> None:
    """Repair files, or standard input (-), whose text goes to standard output.

    Only what a fix is about is changed, everything else stays as it is
    written. Without --unsafe only fixes are made that change nothing but
    the spelling of what was meant.

    Exit codes: 0 nothing is left that could be fixed, 1 a fix was refused,
    or with --diff something would change, 2 the command is wrong or there
    were no specifications, 3 a rule failed.
    """
    from apigw_lint.mend import Choice, mend_paths, mend_stdin

    _let_grow()
    choice = Choice(unsafe, frozenset(rules) or None)
    if "-" in paths and len(paths) > 1:
        raise click.UsageError("standard input (-) is fixed alone")
    outcome = _Mending(is_diff, "-" in paths, quiet)
    try:
        configs = Configs(config, is_ignored=no_config)
        if "-" in paths:
            data = sys.stdin.buffer.read()
            try:
                outcome.take(mend_stdin(data, stdin_filename, configs, choice))
            except UnreadableError as error:
                sys.stdout.buffer.write(data)
                raise click.UsageError(f"standard input is no text: {error}") from None
        for one in mend_paths(paths or (".",), configs, choice, write=not is_diff) if "-" not in paths else ():
            outcome.take(one)
    except ConfigError as error:
        _write(_renderer("text")(Report(error.findings)), err=True)
        ctx.exit(MISUSED)
    except KeyboardInterrupt:
        _say("interrupted")
        ctx.exit(INTERRUPTED)
    ctx.exit(outcome.end(allow_none))


class _Mending:
    """What was fixed so far, said file by file, and how the command ends."""

    def __init__(self, is_diff: bool, is_stdin: bool, is_quiet: bool) -> None:
        self.is_diff = is_diff
        self.is_stdin = is_stdin
        self.is_quiet = is_quiet
        self.checked = self.changed = self.made = self.refused = self.failed = 0
        self.has_crashed = False

    def take(self, one: Mended) -> None:
        """Says what became of a file."""
        self.checked += len(one.report.checked)
        self.changed += one.is_changed
        self.made += len(one.fixed.applied)
        self.refused += len(one.fixed.refused)
        self.has_crashed = self.has_crashed or any(found.rule == "crash" for found in one.report.found)
        for path, reason in one.report.skipped if not self.is_quiet else ():
            _say(f"skipped {path}: {reason}")
        self._complain(one)
        if self.is_diff:
            _write(one.diff())
        elif self.is_stdin:
            _write(one.fixed.text)
        if not self.is_quiet:
            for line, rule, made in one.fixed.applied:
                is_note = self.is_diff or self.is_stdin
                _say(f"{one.path}:{line}: {rule}: {made.title}", err=is_note)

    def _complain(self, one: Mended) -> None:
        errors = [(found.source.path, found.message) for found in one.report.found if found.rule == "unreadable-file"]
        for path, error in (*errors, *([(one.path, f"cannot be fixed: {one.error}")] if one.error else ())):
            self.failed += 1
            _say(f"{path}: {error}")
        for found, made, reason in one.fixed.refused:
            line = found.source.position(found.span.start).line
            _say(f"{one.path}:{line}: {found.rule}: refused to {made.title}: {reason}")

    def end(self, allow_none: bool) -> int:
        """Says what was done in all; the exit code."""
        made = f"{self.made} fix{'' if self.made == 1 else 'es'} {'possible' if self.is_diff else 'made'}"
        refused = f", {self.refused} refused" if self.refused else ""
        if not self.is_quiet:
            changed = f" in {_counted(self.changed, 'file')}" if self.changed else ""
            _say(f"{_counted(self.checked, 'file')} checked: {made}{changed}{refused}")
        if self.has_crashed:
            return CRASHED
        if self.failed or self.refused or (self.is_diff and self.changed):
            return FOUND
        return CLEAN if self.checked or allow_none else MISUSED


def _changes(enable: tuple[str, ...], disable: tuple[str, ...], fail_level: str | None, baseline: str | None) -> Config:
    """What the command line chooses, over whatever a configuration says."""
    origins = {**dict.fromkeys(enable, "--enable"), **dict.fromkeys(disable, "--disable")}
    if fail_level:
        origins["fail-level"] = "--fail-level"
    if baseline:
        origins["baseline"] = "--baseline"
    level = Severity(fail_level) if fail_level else Severity.ERROR
    return Config(dict.fromkeys(disable), frozenset(enable), level, baseline=baseline, origins=origins)


def _reports(paths: tuple[str, ...], configs: Configs, stdin_name: str | None) -> Iterator[tuple[Config, Report]]:
    """The report of each file, with what holds for it."""
    named = [path for path in paths or (".",) if path != "-"]
    yield from _watched(check_targets(targets(named), configs))
    if "-" in paths:
        yield check_stdin(sys.stdin.buffer.read(), stdin_name, configs)


def _watched(reports: Iterator[tuple[Config, Report]]) -> Iterator[tuple[Config, Report]]:
    """The same, with a count of files on a terminal that waits longer than a second."""
    if not sys.stderr.isatty():
        yield from reports
        return
    start, bar = time.monotonic(), None
    for number, report in enumerate(reports, 1):
        if bar is None and time.monotonic() - start > 1:
            bar = click.progressbar(label="checking", file=sys.stderr, length=0, show_eta=False, show_percent=False)
            bar.__enter__()
            bar.update(number - 1)
        if bar is not None:
            bar.update(1)
        yield report
    if bar is not None:
        bar.__exit__(None, None, None)


class _Outcome:
    """A whole run: one report, what the baseline did to it, and whether it fails."""

    def __init__(self, reports: list[tuple[Config, Report]], write_baseline: str | None) -> None:
        self.written = 0
        self.stale: list[str] = []
        self.fails = False
        baselines: dict[str, Baseline] = {}
        kept = []
        for config, report in reports:
            if config.baseline and not write_baseline:
                file = config.baseline
                baselines[file] = baselines.get(file) or _read_baseline(file, must_exist=True)
                report = self._known(baselines[file], report)
            self.fails = self.fails or any(one.severity.rank <= config.fail_level.rank for one in report.found)
            kept.append(report)
        self.report = Report.merged(kept)
        if write_baseline:
            self._write(write_baseline)

    def _known(self, baseline: Baseline, report: Report) -> Report:
        known = baseline.sort(report.found, report.checked)
        self.stale += [f"{entry.path}: {entry.message} [{entry.rule}]" for entry in known.stale]
        return report._replace(found=known.new, baselined=known.known)

    def _write(self, file: str) -> None:
        hidden = [one for one in self.report.found if one.rule not in ("crash", "syntax", "unreadable-file")]
        baseline = _read_baseline(file, must_exist=False).rewritten(hidden, self.report.checked)
        _write_file(file, baseline.text())
        self.written = sum(baseline.entries.values())
        new = [one for one in self.report.found if one not in hidden]
        self.report = self.report._replace(found=new, baselined=hidden)
        self.fails = bool(self.report.found)

    def exit_code(self, allow_none: bool) -> int:
        """The exit code of the run."""
        if any(one.rule == "crash" for one in self.report.found):
            return CRASHED
        if self.fails:
            return FOUND
        return CLEAN if self.report.checked or allow_none else MISUSED


def _read_baseline(file: str, *, must_exist: bool) -> Baseline:
    """The baseline in a file. Raises BaselineError."""
    if not must_exist and not os.path.exists(file):
        return Baseline(file)
    try:
        return parse_baseline(file, decode(read(file)))
    except (UnreadableError, BaselineError) as error:
        raise BaselineError(f"{shown_path(file)}: {error}") from None


def _emit(report: Report, formats: list[tuple[str, str | None]], output: str | None) -> None:
    for name, file in formats:
        target = file or output
        text = _renderer(name, is_file=target is not None)(report)
        if target is None:
            _write(text)
        else:
            _write_file(target, text)


def _chosen_format() -> str:
    """What is printed when no format is named: in GitHub's workflows annotations, else text."""
    return "github" if os.environ.get("GITHUB_ACTIONS") == "true" and not sys.stdout.isatty() else "text"


def _renderer(name: str, *, is_file: bool = False) -> Callable[[Report], str]:
    from importlib import import_module

    render: Callable[..., str] = import_module(f"apigw_lint.formats.{name}").render
    if name != "text":
        return render
    return lambda report: render(report, color=not is_file and _wants_color())


def _wants_color() -> bool:
    if os.environ.get("FORCE_COLOR"):
        return True
    return not os.environ.get("NO_COLOR") and sys.stdout.isatty() and os.environ.get("TERM") != "dumb"


def _write(text: str, *, err: bool = False) -> None:
    """Writes as UTF-8, whatever the locale says."""
    stream = sys.stderr if err else sys.stdout
    stream.flush()
    stream.buffer.write(text.encode("utf-8", "backslashreplace"))
    stream.buffer.flush()


def _write_file(file: str, text: str) -> None:
    try:
        with open(file, "w", encoding="utf-8", errors="backslashreplace", newline="\n") as stream:
            stream.write(text)
    except OSError as error:
        raise click.UsageError(f"cannot write '{file}': {(error.strerror or str(error)).lower()}") from None


def _tell(outcome: _Outcome, shown: int, allow_none: bool, is_quiet: bool) -> None:
    """Says on stderr what was checked and what was not; a quiet run only that nothing was."""
    report = outcome.report
    if is_quiet and (report.checked or allow_none):
        return
    for path, reason in report.skipped if not allow_none else ():
        _say(f"skipped {path}: {reason}")
    for entry in outcome.stale:
        _say(f"no longer found, but in the baseline: {entry}")
    if outcome.written:
        _say(f"{_counted(outcome.written, 'finding')} written to the baseline")
    skipped = f", {len(report.skipped)} skipped" if report.skipped else ""
    files = f"{_counted(len(report.checked), 'file')} checked{skipped}"
    if report.checked or allow_none:
        _say(f"{files}: {_summary(report)}{_hidden(report, len(report.found) - shown)}")
    else:
        _say(f"{files}: there is no gateway specification here")


def _summary(report: Report) -> str:
    counts = [
        f"{number} info" if severity is Severity.INFO else _counted(number, severity)
        for severity in Severity
        if (number := report.number(severity))
    ]
    return ", ".join(counts) or "nothing found"


def _hidden(report: Report, unshown: int) -> str:
    parts = [
        f"{number} {what}"
        for number, what in (
            (len(report.ignored), "ignored"),
            (len(report.baselined), "in the baseline"),
            (unshown, "not shown"),
        )
        if number
    ]
    return f" ({', '.join(parts)})" if parts else ""


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _say(text: str, *, err: bool = True) -> None:
    from apigw_lint.formats.printable import printable

    _write(f"{printable(text)}\n", err=err)


def _count(report: Report) -> None:
    counts = Counter(one.rule for one in report.found)
    for rule, number in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        _say(f"{number:6} {rule}")


def _time(report: Report) -> None:
    spent = report.seconds or {}
    for name, seconds in sorted(spent.items(), key=lambda item: -item[1]):
        _say(f"{seconds * 1000:9.2f} ms {name}")
    _say(f"{sum(spent.values()) * 1000:9.2f} ms in all")


@main.command()
def rules() -> None:
    """List the rules."""
    from apigw_lint import docs

    _write(docs.table())


@main.command()
@click.argument(
    "names", metavar="RULE...", nargs=-1, required=True, callback=_known_rules, shell_complete=_complete_rules
)
def explain(names: tuple[str, ...]) -> None:
    """Print the page of a rule."""
    from apigw_lint import docs

    _write("\n".join(docs.page(RULES[name], color=_wants_color()) for name in names))


@main.command(name="config")
@click.argument("file", type=click.Path())
@click.option("--config", "named", metavar="FILE", help="Use this configuration.")
@click.pass_context
def show_config(ctx: click.Context, file: str, named: str | None) -> None:
    """Print what holds for a file, and where each value comes from."""
    try:
        configs = Configs(named)
        effective, source = configs.config_for(file), configs.file_for(file)
    except ConfigError as error:
        _write(_renderer("text")(Report(error.findings)), err=True)
        ctx.exit(MISUSED)
    lines = [f"# {shown_path(source.path) if source else 'no configuration file'}"]
    settings: list[tuple[str, str, str]] = [
        ("fail-level: ", effective.fail_level.value, "fail-level"),
        ("baseline: ", shown_path(effective.baseline) if effective.baseline else "none", "baseline"),
        ("placeholders: ", ", ".join(effective.placeholders) or "none", "placeholders"),
        ("template: ", effective.template or "as it looks", "template"),
    ]
    for rule in RULES.values():
        severity = effective.severity(rule, None).value if effective.runs(rule) else "off"
        settings.append((f"  {rule.name}: ", severity, rule.name))
    for name, value, key in settings:
        if key == next(iter(RULES)):
            lines.append("rules:")
        lines.append(f"{name + value:48}# {effective.origins.get(key, 'default')}")
    _write("\n".join(lines) + "\n")
