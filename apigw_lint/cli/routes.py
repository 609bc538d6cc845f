"""The command `routes`: what the gateway does with the requests of each operation."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from itertools import groupby
from typing import Any, NamedTuple

import click

from apigw_lint import memory
from apigw_lint.cli.console import say, terminal_width, use_color, write, write_file
from apigw_lint.cli.exit_codes import CLEAN, MISUSED
from apigw_lint.cli.options import Paths, color_option, config_options, exclude_option, existing_paths, gateway_option
from apigw_lint.cli.outcome import config_errors_reported, skipped
from apigw_lint.cli.specs import Document, NoGatewayError, documents, of_gateway, read_specs
from apigw_lint.configfile import Configs
from apigw_lint.gateway.kinds import HTTP_METHODS
from apigw_lint.gateway.substitution import LEGACY_TYPES
from apigw_lint.gateway.targets import INTEGRATION_TYPES
from apigw_lint.routes import FORMATS
from apigw_lint.routes.selection import Selection
from apigw_lint.routes.table import Row, rows

_METHODS = (*(method.upper() for method in HTTP_METHODS), "*", "ws")
_TYPES = (*INTEGRATION_TYPES, "none")


class _Options(NamedTuple):
    """What the command line says, by the names of its options."""

    paths: Paths
    format_name: str
    output: str | None
    public: bool
    method: tuple[str, ...]
    path: tuple[str, ...]
    integration: tuple[str, ...]
    gateway: str | None
    config: str | None
    no_config: bool
    exclude: tuple[str, ...]
    stdin_filename: str | None
    quiet: bool
    color: str


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(readable=False), callback=existing_paths)
@click.option("--format", "format_name", type=click.Choice(FORMATS), default="text", help="Output format.")
@click.option("--output", metavar="FILE", type=click.Path(), help="Write the table to this file.")
@click.option("--public", is_flag=True, help="Only operations that anyone may call.")
@click.option(
    "--method",
    type=click.Choice(_METHODS, case_sensitive=False),
    multiple=True,
    help="Only operations that answer this method; ws is WebSocket. Can be repeated.",
)
@click.option(
    "--path",
    metavar="GLOB",
    multiple=True,
    help="Only paths like this: * is a part between slashes, ** any number of them. Can be repeated.",
)
@click.option(
    "--integration",
    type=click.Choice((*_TYPES, *LEGACY_TYPES)),
    metavar="TYPE",
    multiple=True,
    help=f"Only integrations of this type: {', '.join(_TYPES)}. Can be repeated.",
)
@gateway_option
@config_options
@exclude_option
@click.option("--stdin-filename", metavar="PATH", help="File name to show for standard input.")
@click.option("--quiet", is_flag=True, help="Print only the table and errors.")
@color_option
@click.pass_context
def routes(ctx: click.Context, /, **values: Any) -> None:
    """Show what the gateway does with the requests of each operation.

    One row for each operation, in the order in which the gateway prefers
    their paths: what it calls, who may call it, who answers preflight
    requests, what is validated, which service account is used. PATHS are
    files, folders, or standard input (-), as for check.

    Exit codes: 0 a table was printed, 2 wrong command or configuration, no
    specification, or one that cannot be read.
    """
    options = _Options(**values)
    memory.collect_rarely()
    with config_errors_reported(ctx):
        configs = Configs(options.config, is_ignored=options.no_config, exclude=options.exclude)
        specs = read_specs(options.paths.given, configs, options.stdin_filename)
    try:
        found = documents(specs.inputs) if options.gateway is None else of_gateway(specs.inputs, options.gateway)
    except NoGatewayError as error:
        say(*options.paths.wrong, *specs.wrong, str(error))
        ctx.exit(MISUSED)
    table = list(_rows(found))
    selected = Selection(options.public, options.method, options.path, options.integration).of(table)
    if specs.inputs:
        _write(selected, options)
    if not options.quiet:
        say(*configs.notes, *skipped(specs.skipped))
    say(*options.paths.wrong, *specs.wrong)
    if table and not selected:
        say(f"none of {len(table)} operations is like this")
    elif not specs.inputs and not specs.wrong and not options.paths.wrong:
        say("no gateway specification found")
    is_misused = options.paths.wrong or specs.wrong or not specs.inputs
    ctx.exit(MISUSED if is_misused else CLEAN)


def _rows(found: list[Document]) -> Iterator[Row]:
    for _, group in groupby(found, key=lambda document: id(document.content)):
        same = list(group)
        yield from rows(same[0].content, [(one.tree, ", ".join(one.gateways)) for one in same])


def _write(table: list[Row], options: _Options) -> None:
    render = import_module(f"apigw_lint.routes.{options.format_name}").render
    is_terminal = options.format_name == "text" and options.output is None
    text = render(table, color=use_color(options.color), width=terminal_width()) if is_terminal else render(table)
    if options.output is None:
        write(text)
    else:
        write_file(options.output, text)
