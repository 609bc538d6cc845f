"""Owns what the options of several commands share: which values are accepted, and how the shell completes them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from functools import reduce
from typing import Any, NamedTuple

import click

from apigw_lint.diagnostic import Severity
from apigw_lint.formats import FORMATS
from apigw_lint.globs import flaw_of_glob
from apigw_lint.rules import RULES
from apigw_lint.spelling import did_you_mean, nearest


class Paths(NamedTuple):
    """The paths of a command line, and what is wrong with those that lead nowhere, in words."""

    given: tuple[str, ...]
    wrong: tuple[str, ...] = ()


def existing_paths(ctx: click.Context, param: click.Parameter, value: tuple[str, ...]) -> Paths:
    """The paths that exist, what a shell left unexpanded expanded; the current folder if none is given."""
    given: list[str] = []
    wrong: list[str] = []
    for path in value or (".",):
        if path == "-" or _exists(path):
            given.append(path)
        elif matches := _matches(path):
            given += matches
        else:
            wrong.append(_what_is_wrong(path))
    return Paths(tuple(given), tuple(wrong))


def _exists(path: str) -> bool:
    """Whether there is something, even if it may not be read or is a link to nothing."""
    try:
        os.lstat(path)
    except PermissionError:
        return True
    except (OSError, ValueError):
        return False
    return True


def _matches(path: str) -> list[str]:
    """The files and folders that a glob names, sorted; Windows and quotes leave it to the command to expand it."""
    if not any(sign in path for sign in "*?["):
        return []
    from glob import glob

    return sorted(glob(path, recursive=True))


def _what_is_wrong(path: str) -> str:
    os.getcwd()  # raises FileNotFoundError if that is what is missing
    if not path:
        return "an empty path: is a variable in the command not set?"
    if any(sign in path for sign in "*?["):
        return f"no file matches '{path}'"
    near = _near_path(path)
    return f"no such file or folder: '{path}'" + (f", did you mean '{near}'?" if near else "")


def _near_path(path: str) -> str:
    """A path in the same folder with nearly the same name, whatever the suffix; empty if there is none."""
    folder, name = os.path.split(path)
    try:
        by_stem = {os.path.splitext(other)[0]: other for other in sorted(os.listdir(folder or "."), reverse=True)}
    except OSError:
        return ""
    stem = os.path.splitext(name)[0]
    near = stem if stem in by_stem else nearest(stem, by_stem)
    return os.path.join(folder, by_stem[near]) if near else ""


def known_rules(ctx: click.Context, param: click.Parameter, value: tuple[str, ...]) -> tuple[str, ...]:
    """Names of rules. Raises click.BadParameter for any other name."""
    for name in value:
        if name not in RULES:
            raise click.BadParameter(unknown_rule(name), ctx, param)
    return value


def unknown_rule(name: str, known: Iterable[str] = RULES) -> str:
    """What is wrong with the name of a rule that is none of those that are known."""
    from apigw_lint.diff.kinds import KINDS

    if name in KINDS:
        return f"'{name}' is a change that 'apigw-lint diff' reports, and no rule"
    hint = did_you_mean(name, known) or ": 'apigw-lint rules' lists all"
    return f"unknown rule '{name}'{hint}"


def fixable_rules(ctx: click.Context, param: click.Parameter, value: tuple[str, ...]) -> tuple[str, ...]:
    """Names of rules that have fixes. Raises click.BadParameter for any other name."""
    for name in known_rules(ctx, param, value):
        if not RULES[name].fixes:
            raise click.BadParameter(f"rule '{name}' has no fixes", ctx, param)
    return value


def formats_with_files(
    ctx: click.Context, param: click.Parameter, value: tuple[str, ...]
) -> list[tuple[str, str | None]]:
    """Pairs of a format and the file that gets its report, None for standard output. Raises click.BadParameter."""
    pairs = []
    for text in value:
        name, colon, file = text.partition(":")
        if name not in FORMATS:
            raise click.BadParameter(f"unknown format '{name}'{did_you_mean(name, FORMATS)}", ctx, param)
        if colon and not file:
            raise click.BadParameter(f"missing file name after '{text}'", ctx, param)
        pairs.append((name, file or None))
    return pairs


def complete_rules(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """The rules whose names begin like this."""
    return [name for name in RULES if name.startswith(incomplete)]


def complete_pages(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """The rules, and the changes of `diff`, whose names begin like this."""
    from apigw_lint.diff.kinds import KINDS

    return [name for name in (*RULES, *KINDS) if name.startswith(incomplete)]


def complete_fixable_rules(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """The rules with fixes whose names begin like this."""
    return [name for name in complete_rules(ctx, param, incomplete) if RULES[name].fixes]


def complete_formats(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """The formats whose names begin like this."""
    return [name for name in FORMATS if name.startswith(incomplete)]


def complete_revisions(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """The branches and tags of the repository here whose names begin like this."""
    from apigw_lint.repository import real_path, top_of
    from apigw_lint.revisions import RevisionError, names_of_revisions

    top = top_of(real_path(os.getcwd()))
    try:
        return [name for name in names_of_revisions(top) if name.startswith(incomplete)] if top else []
    except RevisionError:
        return []


def report_options(noun: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """What gives a command `--format`, `--output` and `--fail-level`; the noun is what it reports."""
    formats = f"Report format: {', '.join(FORMATS)}. With FILE, write that report to the file. Can be repeated."
    options = (
        click.option(
            "--format",
            "formats",
            metavar="NAME[:FILE]",
            multiple=True,
            callback=formats_with_files,
            shell_complete=complete_formats,
            help=formats,
        ),
        click.option("--output", metavar="FILE", type=click.Path(), help="Write the report to this file."),
        click.option(
            "--fail-level",
            type=click.Choice([severity.value for severity in Severity]),
            help=f"Exit with 1 if a {noun} is at least this severe.  [default: error]",
        ),
    )
    return lambda command: reduce(lambda made, option: option(made), reversed(options), command)


def exclude_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Gives a command the option `--exclude`."""
    words = "Leave these files out, as in .gitignore, from the current folder. Can be repeated."
    return click.option("--exclude", metavar="GLOB", multiple=True, callback=_globs, help=words)(command)


def gateway_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Gives a command the option `--gateway`."""
    words = "Only the gateway of the Terraform resource of this name."
    return click.option("--gateway", metavar="NAME", help=words)(command)


def color_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Gives a command the option `--color`."""
    choice = click.Choice(("auto", "always", "never"))
    return click.option("--color", type=choice, default="auto", help="When to use colors.  [default: auto]")(command)


def _globs(ctx: click.Context, param: click.Parameter, value: tuple[str, ...]) -> tuple[str, ...]:
    """Globs in the way of `.gitignore`. Raises click.BadParameter for one that can match nothing."""
    for glob in value:
        if flaw := flaw_of_glob(glob):
            raise click.BadParameter(f"'{glob}' matches no file: {flaw}", ctx, param)
    return value


def page_format(command: Callable[..., Any]) -> Callable[..., Any]:
    """Gives a command the option `--format`, text or JSON, for the pages of rules."""
    choice = click.Choice(("text", "json"))
    return click.option("--format", "page_format", type=choice, default="text", help="Output format.")(command)


def not_negative(ctx: click.Context, param: click.Parameter, value: int | None) -> int | None:
    """A number from 0, or None. Raises click.BadParameter for a negative one."""
    if value is not None and value < 0:
        raise click.BadParameter(f"'{value}' is not 0 or more", ctx, param)
    return value


def config_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Gives a command the options `--config` and `--no-config`."""
    command = click.option("--no-config", is_flag=True, help="Ignore configuration files.")(command)
    return click.option(
        "--config", metavar="FILE", type=click.Path(), help="Use this configuration file for all files."
    )(command)
