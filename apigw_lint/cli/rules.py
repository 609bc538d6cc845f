"""The command `rules`: lists all rules."""

from __future__ import annotations

import click

from apigw_lint import pages
from apigw_lint.cli.console import write
from apigw_lint.cli.options import page_format
from apigw_lint.formats.json_text import document


@click.command()
@page_format
def rules(page_format: str) -> None:
    """List all rules, and the changes that diff reports."""
    write(document(list(map(pages.facts, pages.PAGES.values()))) if page_format == "json" else pages.table())
