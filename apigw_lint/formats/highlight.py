"""Owns the colours of YAML and JSON on a terminal: calm ones, so that what is marked stands out."""

from __future__ import annotations

from functools import cache
from typing import Any


def highlighted(line: str) -> str:
    """A line of YAML or JSON with colours: keys blue, strings green, comments grey; red and yellow are for findings."""
    from pygments import highlight
    from pygments.lexers.data import JsonLexer, YamlLexer

    lexer = JsonLexer if line.lstrip()[:1] in ('"', "{", "}") else YamlLexer
    leading = line[: len(line) - len(line.lstrip())]
    return leading + str(highlight(line.lstrip(), lexer(stripnl=False), _formatter())).rstrip("\n")


@cache
def _formatter() -> Any:
    from pygments.formatters.terminal import TerminalFormatter
    from pygments.token import Token

    colors = {
        Token: "",
        Token.Name.Tag: "blue",
        Token.Literal: "green",
        Token.Literal.Scalar.Plain: "",
        Token.Comment: "gray",
        Token.Punctuation: "",
    }
    return TerminalFormatter(colorscheme={token: (color, color) for token, color in colors.items()})
