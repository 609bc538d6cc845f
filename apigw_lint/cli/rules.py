"""The command `rules`: lists all rules."""

from __future__ import annotations

import click

from apigw_lint import docs
from apigw_lint.cli.console import write


@click.command()
def rules() -> None:
    """List the rules."""
    write(docs.table())
