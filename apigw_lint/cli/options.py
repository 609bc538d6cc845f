"""Owns what the options of several commands share: which values are accepted, and how the shell completes them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from apigw_lint.formats import FORMATS
from apigw_lint.rules import RULES
from apigw_lint.spelling import did_you_mean


def known_rules(ctx: click.Context, param: click.Parameter, value: tuple[str, ...]) -> tuple[str, ...]:
    """Names of rules. Raises click.BadParameter for any other name."""
    for name in value:
        if name not in RULES:
            raise click.BadParameter(f"unknown rule '{name}'{did_you_mean(name, RULES)}", ctx, param)
    return value


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


def complete_fixable_rules(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """The rules with fixes whose names begin like this."""
    return [name for name in complete_rules(ctx, param, incomplete) if RULES[name].fixes]


def complete_formats(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """The formats whose names begin like this."""
    return [name for name in FORMATS if name.startswith(incomplete)]


def config_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Gives a command the options `--config` and `--no-config`."""
    command = click.option("--no-config", is_flag=True, help="Ignore configuration files.")(command)
    return click.option(
        "--config", metavar="FILE", type=click.Path(), help="Use this configuration file for all files."
    )(command)
