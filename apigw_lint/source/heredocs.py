"""Owns the heredocs of a shell script: where each is, and what the shell does with its text.

A scanner of lines instead of a parser of shell: bashlex is slow, reads bash alone, and gives up on the first thing that
it does not know, after which all of a script would be unseen. What has no line that ends it is no heredoc, so `1<<2`
and `<<` in a string do no harm. A quote or parenthesis after that word ends what it is in: `ssh host '...EOF'`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from apigw_lint.source.pattern import pattern
from apigw_lint.source.text import SHELL, SHELL_TABS, TABS, Span

_OPENER = pattern(
    r"'[^'\r\n]*'|\"(?:\\.|[^\"\\<\r\n]|<(?!<))*\"|\"(?:\\.|[^\"\\$\r\n]|\$(?!\())*\""
    r"|(?<![^\s;&|()])\#[^\r\n]*|<<<|\\.|"
    r"<<(?P<tabs>-?)[ \t]*(?:'(?P<single>[^'\r\n]+)'|\"(?P<double>[^\"\r\n]+)\"|(?P<bare>(?:\\.|[\w.!@%+,:-])+))"
)
_END_OF_LINE = pattern(r"\r\n|\r|\n")


class Heredoc(NamedTuple):
    """A heredoc: the span of its lines, its style, None if the shell leaves it as it is, and where it is announced."""

    span: Span
    style: str | None
    opening: Span


def heredocs(text: str) -> Iterator[Heredoc]:
    """The heredocs of a script in their order."""
    ends: dict[tuple[str, str], list[int]] = {}
    at = 0
    while at < len(text):
        match = _END_OF_LINE.search(text, at)
        following = match.end() if match else len(text)
        if "<<" in text[at:following]:
            for opener in _OPENER.finditer(text, at, following):
                if opener["tabs"] is None:
                    continue
                span = _body(text, following, opener, ends)
                if span is not None:
                    yield Heredoc(span, _style(opener), Span(*opener.span()))
                    closing = _END_OF_LINE.search(text, span.end)
                    following = closing.end() if closing else len(text)
        at = following


def _word(opener: re.Match[str]) -> str:
    """The word that ends a heredoc."""
    return opener["single"] or opener["double"] or re.sub(r"\\(.)", r"\1", opener["bare"])


def _style(opener: re.Match[str]) -> str | None:
    is_literal = opener["bare"] is None or "\\" in opener["bare"]
    if is_literal:
        return TABS if opener["tabs"] else None
    return SHELL_TABS if opener["tabs"] else SHELL


def _body(text: str, start: int, opener: re.Match[str], ends: dict[tuple[str, str], list[int]]) -> Span | None:
    """The lines of a heredoc that begin at an offset, None if nothing ends it; `ends` remembers where words are."""
    key = opener["tabs"], _word(opener)
    if key not in ends:
        lead = r"\t*" if opener["tabs"] else ""
        lines = re.finditer(rf"(?m)^{lead}{re.escape(key[1])}(?=['\")]{{0,2}}\r?$)", text)
        ends[key] = [match.start() for match in lines][::-1]
    offsets = ends[key]
    while offsets and offsets[-1] < start:
        offsets.pop()
    return Span(start, offsets[-1]) if offsets else None
