"""The command `explain`: prints the pages of rules."""

from __future__ import annotations

import click

from apigw_lint import pages
from apigw_lint.cli.console import use_color, write
from apigw_lint.cli.options import color_option, complete_rules, page_format, unknown_rule
from apigw_lint.formats.json_text import document
from apigw_lint.rules import RULES, Rule


@click.command()
@click.argument("words", metavar="RULE...", nargs=-1, required=True, shell_complete=complete_rules)
@page_format
@color_option
@click.pass_context
def explain(ctx: click.Context, words: tuple[str, ...], page_format: str, color: str) -> None:
    """Show why a rule exists, with examples.

    For a part of a name, such as "websocket", this lists the rules.
    """
    if page_format == "json":
        write(document([pages.facts(rule) for word in words for rule in _named(word, ctx)]))
    else:
        write("\n".join(_page(word, ctx, color) for word in words))


def _page(word: str, ctx: click.Context, color: str) -> str:
    """The page of the rule of this name, or a list of the rules that have the word in their names."""
    rules = _named(word, ctx)
    return pages.page(rules[0], color=use_color(color)) if word in RULES else pages.table(rules)


def _named(word: str, ctx: click.Context) -> list[Rule]:
    """The rule of this name, or those with the word in their names. Raises click.BadParameter if there is none."""
    rules = [RULES[word]] if word in RULES else [rule for name, rule in RULES.items() if word and word in name]
    if not rules:
        raise click.BadParameter(unknown_rule(word), ctx, param_hint="RULE")
    return rules
