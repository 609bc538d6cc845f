"""The command `explain`: prints the pages of rules."""

from __future__ import annotations

import click

from apigw_lint import pages
from apigw_lint.cli.console import use_color, write
from apigw_lint.cli.options import complete_rules, known_rules
from apigw_lint.rules import RULES


@click.command()
@click.argument(
    "names", metavar="RULE...", nargs=-1, required=True, callback=known_rules, shell_complete=complete_rules
)
def explain(names: tuple[str, ...]) -> None:
    """Show why a rule exists, with examples."""
    write("\n".join(pages.page(RULES[name], color=use_color()) for name in names))
