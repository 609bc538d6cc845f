"""The command `explain`: prints the pages of rules."""

from __future__ import annotations

import click

from apigw_lint import pages
from apigw_lint.cli.console import use_color, write
from apigw_lint.cli.options import color_option, complete_pages, page_format, unknown_rule
from apigw_lint.formats.json_text import document
from apigw_lint.rules import Rule


@click.command()
@click.argument("words", metavar="RULE...", nargs=-1, required=True, shell_complete=complete_pages)
@page_format
@color_option
@click.pass_context
def explain(ctx: click.Context, words: tuple[str, ...], page_format: str, color: str) -> None:
    """Show why a rule exists, with examples, or what a change of diff means.

    For a part of a name, such as "websocket", this lists the rules.
    """
    if page_format == "json":
        write(document([pages.facts(rule) for word in words for rule in _named(word, ctx)]))
    else:
        write("\n".join(_page(word, ctx, color) for word in words))


def _page(word: str, ctx: click.Context, color: str) -> str:
    """The page of the rule or change of this name, or a list of those that have the word in their names."""
    rules = _named(word, ctx)
    return pages.page(rules[0], color=use_color(color)) if word in pages.PAGES else pages.table(rules)


def _named(word: str, ctx: click.Context) -> list[Rule]:
    """What has this name, or has the word in its name. Raises click.BadParameter if there is nothing."""
    known = pages.PAGES
    rules = [known[word]] if word in known else [rule for name, rule in known.items() if word and word in name]
    if not rules:
        raise click.BadParameter(unknown_rule(word, known), ctx, param_hint="RULE")
    return rules
