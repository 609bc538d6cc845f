"""The command `rules`: lists all rules."""

from __future__ import annotations

import click

from apigw_lint import pages
from apigw_lint.cli.console import write


@click.command()
def rules() -> None:
    """List all rules."""
    write(pages.table())
