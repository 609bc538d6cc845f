"""Owns an expression of HCL as its tokens: which brackets belong together, and what a key or an unknown value is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NoReturn

from apigw_lint.bounds import MAX_DEPTH
from apigw_lint.source import hcl, hcl_text
from apigw_lint.source.hcl import Token
from apigw_lint.source.pattern import pattern
from apigw_lint.source.placeholder import Placeholders
from apigw_lint.source.text import Span
from apigw_lint.source.tree import TextProblem

_CLOSERS = {"{": "}", "[": "]", "(": ")"}
_HALF_PAIR = pattern("[\ud800-\udfff]")
"""Half of a character beyond the first 65,536: an editor may send one while somebody types."""
_IN_BRACES = str.maketrans("{}$", "()_")


class RefusedError(Exception):
    """An expression that cannot be read, and what is wrong with it."""

    def __init__(self, span: Span, message: str) -> None:
        super().__init__(message)
        self.problem = TextProblem(span, message)


def refuse(start: int, end: int, message: str) -> NoReturn:
    """Raises RefusedError for what is between two offsets."""
    raise RefusedError(Span(start, end), message)


class Expression:
    """The tokens from an offset to the end of a text, and for each opening bracket the number of its closing one.

    Raises RefusedError when a bracket, a string or a heredoc is never closed.
    """

    __slots__ = ("closers", "text", "tokens")

    def __init__(self, text: str, start: int) -> None:
        self.text = _HALF_PAIR.sub("\ufffd", text)
        self.tokens = list(hcl.tokens(self.text, start))
        self.closers = self._matched()

    def written(self, number: int) -> str:
        """The text of a token."""
        token = self.tokens[number]
        return self.text[token.start : token.end]

    def begins(self, number: int, character: str) -> bool:
        """Whether there is a token of this number, and begins with this character."""
        return number < len(self.tokens) and self.text[self.tokens[number].start] == character

    def after_lines(self, number: int) -> int:
        """The number of the first token from one on that is no line break."""
        tokens = self.tokens
        while number < len(tokens) and tokens[number].kind == "line":
            number += 1
        return number

    def outside(self, start: int, end: int) -> Iterator[int]:
        """The numbers of the tokens that are in no brackets between two; of brackets that of the opening one."""
        number = start
        while number < end:
            yield number
            number = self.closers[number] + 1 if self.tokens[number].kind == "open" else number + 1

    def unknown(self, start: int, end: int) -> str:
        """A text that is unknown wherever it is, for what is between two offsets: `${var.x}`."""
        return f"${{{self.text[start:end].translate(_IN_BRACES)}}}"

    def shown(self, start: int, end: int) -> str:
        """What is between two offsets, short and on one line."""
        words = " ".join(self.text[start : min(end, start + 200)].split())
        return words if len(words) <= 60 else f"{words[:57]}..."

    def meant(self, token: Token) -> hcl_text.Text:
        """What a string or heredoc means. Raises RefusedError for an escape that HCL does not have."""
        meant = hcl_text.read(self.text, Span(token.start, token.end))
        if meant.bad_escape:
            written = self.text[meant.bad_escape.start : meant.bad_escape.end]
            refuse(*meant.bad_escape, f"Terraform has no escape '{written}': for a backslash write '\\\\'")
        return meant

    def key_in_quotes(self, token: Token, placeholders: Placeholders) -> str:
        """The key that a string is; one that is unknown if Terraform puts it together. Raises RefusedError."""
        meant = self.meant(token)
        key = meant.value
        is_hidden = meant.has_parts and not placeholders.is_unknown_key(key)
        return self.unknown(token.start + 1, token.end - 1) if is_hidden else key

    def _matched(self) -> dict[int, int]:
        text = self.text
        closers = {}
        stack: list[int] = []
        for number, token in enumerate(self.tokens):
            kind = token.kind
            if kind == "open":
                stack.append(number)
                if len(stack) > MAX_DEPTH:
                    refuse(token.start, token.end, f"nested more than {MAX_DEPTH} levels deep")
            elif kind == "close":
                written = text[token.start]
                if not stack:
                    refuse(token.start, token.end, f"no bracket is open that '{written}' closes")
                opener = self.tokens[stack[-1]]
                if _CLOSERS[text[opener.start]] != written:
                    self._unclosed(stack[-1])
                closers[stack.pop()] = number
            elif kind == "string":
                if not token.is_closed:
                    refuse(token.start, token.end, "a string is not closed: write '\"' at its end, on this line")
            elif kind == "heredoc" and not token.is_closed:
                opening = text[token.start : token.body.start if token.body else token.end].rstrip()
                marker = opening.lstrip("<-")
                message = f"heredoc '{opening}' is never closed: write '{marker}' on a line of its own at its end"
                refuse(token.start, token.start + len(opening), message)
        if stack:
            self._unclosed(stack[-1])
        return closers

    def _unclosed(self, number: int) -> NoReturn:
        token = self.tokens[number]
        refuse(token.start, token.end, f"this '{self.text[token.start]}' is never closed")
