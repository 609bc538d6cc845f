"""The command `lsp`: serves an editor."""

from __future__ import annotations

import click

from apigw_lint.cli.console import say
from apigw_lint.cli.exit_codes import MISUSED


@click.command()
@click.option("--stdio", is_flag=True, hidden=True, help="What some clients ask for, and the only way there is.")
@click.pass_context
def lsp(ctx: click.Context, stdio: bool) -> None:
    """Serve an editor: the Language Server Protocol on standard input and output.

    It needs the extra "lsp": pip install "apigw-lint[lsp]".
    """
    from importlib.util import find_spec

    if find_spec("pygls") is None or find_spec("lsprotocol") is None:
        say('the language server is not installed: pip install "apigw-lint[lsp]"')
        ctx.exit(MISUSED)
    from apigw_lint.lsp.server import run

    ctx.exit(run())
