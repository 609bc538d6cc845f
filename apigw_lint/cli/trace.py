"""The command `trace`: shows what the gateway does with one request."""

from __future__ import annotations

import click

from apigw_lint.cli.console import say, write
from apigw_lint.cli.exit_codes import CLEAN, FOUND, MISUSED
from apigw_lint.cli.options import config_options, existing_paths, gateway_option
from apigw_lint.cli.outcome import config_errors_reported
from apigw_lint.cli.specs import Document, NoGatewayError, Specs, documents, of_gateway, read_specs, unread
from apigw_lint.configfile import Configs
from apigw_lint.files import UnreadableError, read
from apigw_lint.gateway.spec import Spec
from apigw_lint.spelling import joined, listed
from apigw_lint.trace import shown
from apigw_lint.trace.chosen import chosen
from apigw_lint.trace.hosts import other_hosts
from apigw_lint.trace.request import RequestError, request_of
from apigw_lint.trace.steps import Outcome
from apigw_lint.trace.tracing import trace as traced

_EVENTS = ("connect", "message", "disconnect")


@click.command(context_settings={"help_option_names": ["--help"]})
@click.argument("method")
@click.argument("url")
@click.argument("spec", required=False, default=".")
@click.option("-H", "--header", "headers", metavar="'NAME: VALUE'", multiple=True, help="A header. Can be repeated.")
@click.option("--data", metavar="TEXT|@FILE", help="The body, or the file that it is in.")
@click.option("--var", "variables", metavar="NAME=VALUE", multiple=True, help="A variable of the gateway.")
@click.option("--event", type=click.Choice(_EVENTS), help="An event of a WebSocket connection to this URL.")
@gateway_option
@click.option("--format", "format_name", type=click.Choice(shown.FORMATS), default="text", help="Output format.")
@click.option("--stdin-filename", metavar="PATH", help="File name to report for standard input.")
@config_options
@click.pass_context
def trace(
    ctx: click.Context,
    method: str,
    url: str,
    spec: str,
    headers: tuple[str, ...],
    data: str | None,
    variables: tuple[str, ...],
    event: str | None,
    gateway: str | None,
    format_name: str,
    stdin_filename: str | None,
    config: str | None,
    no_config: bool,
) -> None:
    """Show what the gateway does with a request, step by step.

    URL is a path such as /pets?limit=10, or a whole URL. SPEC is a file, a
    folder with one specification, or - for standard input. Of several
    gateways in Terraform files, --gateway chooses one.
    """
    paths = existing_paths(ctx, ctx.command.params[2], (spec,))
    with config_errors_reported(ctx):
        configs = Configs(config, is_ignored=no_config)
        specs = read_specs(paths.given, configs, stdin_filename)
    say(*configs.notes)
    wrong = [*paths.wrong, *specs.wrong]
    if wrong:
        say(*wrong)
        ctx.exit(MISUSED)
    try:
        request = request_of(method, url, headers, _body(data), event)
        one = _only(specs, gateway)
        document = Spec(one.tree, chosen=chosen(one.tree, variables))
        if hosts := other_hosts(document, request):
            raise RequestError(f"'{request.host}' is not a host of 'servers': {hosts}")
    except (RequestError, NoGatewayError) as error:
        say(str(error))
        ctx.exit(MISUSED)
    result = traced(document, request)
    write(shown.rendered(shown.Shown(one.content, request, result, one.gateways), format_name))
    ctx.exit(CLEAN if result.outcome is Outcome.ANSWERED else FOUND)


def _only(specs: Specs, gateway: str | None) -> Document:
    """The one specification that is asked for. Raises RequestError and NoGatewayError if there is none, or more."""
    found = documents(specs.inputs) if gateway is None else of_gateway(specs.inputs, gateway)
    if len(found) == 1:
        return found[0]
    if not found:
        reasons = [reason for _, reason in unread(specs.inputs)]
        reasons += [f"{path}: {reason}" for path, reason in specs.skipped]
        why = "; ".join(reasons)
        raise RequestError(f"there is no specification to trace the request in{f': {why}' if why else ''}")
    names = list(dict.fromkeys(name for document in found for name in document.gateways))
    files = list(dict.fromkeys(f"'{one.content.source.path}'" for one in found))
    if gateway is not None:
        raise RequestError(f"there are {len(found)} gateways '{gateway}': name a file: {_few(files)}")
    if all(document.gateways for document in found):
        raise RequestError(f"there are several gateways: choose one with --gateway: {listed(names)}")
    by_name = f", or a gateway with --gateway: {listed(names)}" if names else ""
    raise RequestError(f"there are {len(found)} specifications: name a file: {_few(files)}{by_name}")


def _few(files: list[str]) -> str:
    return joined(files[:5] + (["another"] if len(files) > 5 else []))


def _body(data: str | None) -> bytes | None:
    """The body of a request. Raises RequestError for a file that cannot be read."""
    if data is None or not data.startswith("@"):
        return None if data is None else data.encode("utf-8", "surrogateescape")
    try:
        return read(data[1:])
    except UnreadableError as error:
        raise RequestError(f"cannot read '{data[1:]}': {error}") from None
