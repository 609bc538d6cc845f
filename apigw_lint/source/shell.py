r"""Owns reading a heredoc as the shell makes it: `$NAME`, `$(command)` are unknown, and `\$` is a dollar.

A backslash that the shell takes away is moved to a private area of Unicode, and is gone in the values of the tree. What
the shell fills in is moved there too, and reads as `${...}` if nothing else says that it is unknown.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from apigw_lint.source import elided
from apigw_lint.source.pattern import pattern
from apigw_lint.source.text import SHELL_TABS, TABS, Span
from apigw_lint.source.tree import TextProblem, Tree

_GONE = "\U0010f1ff"
_AREA = 0x10F200
_MOVED = {code: _AREA + code for code in range(128)}
_MOVED_BACK = {moved: code for code, moved in _MOVED.items()}
_RUN = pattern(f"[{chr(_AREA)}-{chr(_AREA + 127)}]+")
_KNOWN_FORM = pattern(r"\$[A-Z_][A-Z0-9_]+|\$\{(?![.|])[^{}]+\}")

_MARK = pattern(r"(?:\\[\\$`])++|\\\r?\n|\$[({]|`|\$(?:[A-Za-z_]\w*|[0-9@*#?$!-])")
_PAIRS = {"(": ")", "{": "}"}
_LEADING_TABS = pattern(r"^\t+", re.MULTILINE)
_GATEWAYS = pattern(r"\$ref\b|\$\{var\.[^{}\s]+\}")


class Mask(NamedTuple):
    """A text that the parser can read, of the same length; `around` is what has an unknown number of entries."""

    text: str
    around: elided.Mask
    skipped: list[TextProblem]

    def note(self, tree: Tree) -> None:
        """Records in the tree what is unknown in the text."""
        self.around.note(tree)
        tree.skipped += self.skipped


def tabs_differ(text: str) -> bool:
    """Whether the lines of a text that are not blank begin with different numbers of tabs."""
    numbers = {len(line) - len(line.lstrip("\t")) for line in text.splitlines() if line.strip()}
    return len(numbers) > 1


def masked(text: str, style: str) -> Mask:
    """A heredoc as the parser takes it, of the same length."""
    if style in (TABS, SHELL_TABS):
        text = _LEADING_TABS.sub(lambda match: " " * len(match[0]), text)
    expansions = [] if style == TABS else list(_expansions(text))
    pieces: list[str] = []
    alone: list[tuple[int, int]] = []
    skipped: list[TextProblem] = []
    at = 0
    for start, end in expansions:
        pieces.append(text[at:start])
        written = text[start:end]
        if written[0] == "\\":
            # What stays is last, so that it follows what the parser takes for an escape.
            kept = re.sub(r"\\(.)", r"\1", written) if written[1] in "\\$`" else ""
            pieces.append(_GONE * (end - start - len(kept)) + kept)
        elif _is_alone(text, start, end):
            alone.append((start, start - text.rfind("\n", 0, start) - 1))
            pieces.append(f"#{' ' * (end - start - 1)}")
        else:
            pieces.append(written.translate(_MOVED))
        if _GATEWAYS.fullmatch(written):
            message = f"the shell replaces '{written}' before the gateway sees it: write '\\{written}'"
            skipped.append(TextProblem(Span(start, end), message))
        at = end
    whole = "".join((*pieces, text[at:]))
    return Mask(whole, elided.Mask(whole, alone), skipped)


def restored(value: str) -> str:
    """A value of the tree as the shell makes it, with what it fills in as a placeholder."""
    if value.isascii():
        return value
    return _RUN.sub(_placeholder, value.replace(_GONE, ""))


def _placeholder(match: re.Match[str]) -> str:
    written = match[0].translate(_MOVED_BACK)
    if _KNOWN_FORM.fullmatch(written):
        return written
    name = re.sub(r"[${}`\s]+", " ", written).strip()
    if name == "ref":
        return "${variable_of_the_shell}"  # not the key that it would nearly be
    return f"${{{name}}}" if re.fullmatch(r"\w+", name) else f"${{({name})}}"


def _expansions(text: str) -> Iterator[tuple[int, int]]:
    """What the shell replaces in a text: the spans of escapes and of what it fills in."""
    at = 0
    unclosed: set[str] = set()
    while match := _MARK.search(text, at):
        start, at = match.span()
        written = match[0]
        if written in ("$(", "${", "`"):
            if written in unclosed:
                continue
            end = _closing(text, at, written)
            if end is None:
                unclosed.add(written)
                continue
            at = end
        yield start, at


def _closing(text: str, at: int, opener: str) -> int | None:
    """Where what an opener begins ends, None if nothing closes it."""
    if opener == "`":
        match = re.compile(r"(?:[^`\\]|\\.)*+`", re.DOTALL).match(text, at)
        return match.end() if match else None
    left, right = opener[1], _PAIRS[opener[1]]
    depth = 1
    for match in re.compile(rf"\\.|'[^'\r\n]*'|[{re.escape(left + right)}]", re.DOTALL).finditer(text, at):
        depth += (match[0] == left) - (match[0] == right)
        if depth == 0:
            return match.end()
    return None


def _is_alone(text: str, start: int, end: int) -> bool:
    """Whether something has its lines for itself."""
    head = text[text.rfind("\n", 0, start) + 1 : start]
    following = text.find("\n", end)
    return not head.strip() and not text[end : following if following >= 0 else len(text)].strip()
