"""The command `config`: shows the configuration of a file."""

from __future__ import annotations

from collections.abc import Iterator

import click

from apigw_lint.cli.console import say, write
from apigw_lint.cli.outcome import config_errors_reported
from apigw_lint.config import Config
from apigw_lint.configfile import Configs
from apigw_lint.files import shown_path
from apigw_lint.recognition import OPT_IN
from apigw_lint.rules import RULES


@click.command()
@click.argument("file", type=click.Path())
@click.option("--config", "config_path", metavar="FILE", help="Use this configuration file.")
@click.pass_context
def config(ctx: click.Context, file: str, config_path: str | None) -> None:
    """Show the effective configuration for a file.

    For each value, it also shows where that comes from.
    """
    with config_errors_reported(ctx):
        configs = Configs(config_path)
        effective, source = configs.config_for(file), configs.file_for(file)
    say(*configs.notes)
    lines = [f"# {shown_path(source.path) if source else 'no configuration file'}"]
    lines += [_line(effective, *setting) for setting in _settings(effective)]
    excluded_by = configs.excluded_by(file)
    lines.append(_shown(f"excluded: {'yes' if excluded_by else 'no'}", excluded_by))
    lines.append("rules:")
    lines += [_line(effective, *setting) for setting in _rules(effective)]
    write("\n".join(lines) + "\n")


def _line(effective: Config, key: str, setting: str) -> str:
    """A setting, followed by where it was chosen."""
    return _shown(setting, effective.origins.get(key))


def _shown(setting: str, origin: str | None) -> str:
    return f"{setting:48}# {origin or 'default'}"


def _settings(effective: Config) -> Iterator[tuple[str, str]]:
    """The settings that are not about one rule, by their keys."""
    yield "fail-level", f"fail-level: {effective.fail_level.value}"
    yield "baseline", f"baseline: {shown_path(effective.baseline) if effective.baseline else 'none'}"
    yield "placeholders", f"placeholders: {', '.join(effective.placeholders) or 'none'}"
    yield "template", f"template: {effective.template or 'detected'}"
    for host in OPT_IN:
        yield host, f"{host}: {'true' if host in effective.hosts else 'false'}"


def _rules(effective: Config) -> Iterator[tuple[str, str]]:
    """The severity of each rule, by its name."""
    for rule in RULES.values():
        severity = effective.severity(rule, None).value if effective.runs(rule) else "off"
        yield rule.name, f"  {rule.name}: {severity}"
