"""Owns reading templates: what a tool fills in is masked, so that the rest is YAML with nothing moved.

`{{ x }}` and `${x}` become plain letters of a private area of Unicode, which `restored` turns back in the values of the
tree. A directive on a line of its own becomes a blank line. A placeholder on a line of its own, which may insert any
number of entries, becomes one unknown entry or item of what is around it.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from apigw_lint.bounds import MAX_NEAR_LINES
from apigw_lint.cached import cached_property
from apigw_lint.source import hcl
from apigw_lint.source.text import ENVSUBST, HELM, JINJA, PLAIN, TERRAFORM, Span
from apigw_lint.source.tree import DuplicateKey, TextProblem, Tree

_AREA = 0x10F000
_MASKED = {code: _AREA + code for code in range(128) if not chr(code).isalnum()}
_UNMASKED = {moved: code for code, moved in _MASKED.items()}
_KEY_AREA = _AREA + 0x100
"""Where the last character but one of a key is moved to: it marks that the colon after it replaces a brace."""
_KEY_END = re.compile(f"([{chr(_KEY_AREA)}-{chr(_KEY_AREA + 127)}]):?")

_HELM_WORD = r"(?:if|else|end|range|with|define|block|template|break|continue|\$\w* *:?=)(?![\w.])|/\*"
_HELM_DIRECTIVE = re.compile(r"\{\{[-~]?\s*(?:" + _HELM_WORD + ")")
_HELM_MARK = re.compile(r"\{\{[-~]?\s*(?:\.|\$\.|include\b|toYaml\b|" + _HELM_WORD + ")")
_TERRAFORM_MARK = re.compile(r"\$\$\{|%\{~?\s*(?:if|for|else|endif|endfor)\b")
_VARIABLE_OF_SHELL = re.compile(r"\$\{[A-Za-z_][A-Za-z0-9_]*(?::?[-=?+][^{}\r\n]*)?\}|%[A-Z][A-Z0-9_]{2,}%")
_CLOSERS = {"{{": "}}", "{%": "%}", "{#": "#}"}
_CLOSING_WORD = re.compile(r"[{%~\s-]*end")
_BREAK = re.compile(r"[\r\n]")
_REST_OF_LINE = re.compile(r"(?:[ \t]+#[^\r\n]*|[ \t]*)(?=[\r\n]|\Z)")
_INDENTED_START = re.compile(r"(?:[ \t]*(?:#[^\r\n]*)?(?:\r\n|\r|\n))*+[ \t]+(---)[ \t]*(?=[\r\n#])")
_CONTENT = re.compile(r"^(?![ \t]*(?:\#|%\{|\{%|\{\#|\r?$))([^\S\n]*)", re.MULTILINE)
_ENTRY = re.compile(r"\A[ \t]*+(?!-[ \t\r\n])[^\r\n]*?:(?=[ \t\r\n]|\Z)")
_OPEN_KEY = re.compile(r":(?=[ \t]+\#|[ \t]*\r?\Z)")
_ITEM = re.compile(r"\A[ \t]*-[ \t]")
_BLOCK_TEXT = re.compile(r"(?:^|[\s:-])[|>][-+0-9]*[ \t]*(?:#.*)?\r?$")
_FLOW = re.compile(r"\s*[{\[](?![{%#])")


class _Part(NamedTuple):
    """What a tool replaces; a directive, unlike a placeholder, leaves nothing in its place."""

    start: int
    end: int
    is_directive: bool


class Mask(NamedTuple):
    """A text that the parser can read, of the same length as the original, and what was removed from it.

    `left_out` are the lines that were replaced, `gaps` the offsets of values that stand in for unknown ones.
    """

    text: str
    left_out: list[TextProblem]
    gaps: list[int]
    directives: list[int]
    is_flow: bool

    def note(self, tree: Tree) -> None:
        """Records in the tree what is unknown in the text."""
        tree.foreign.update(self.gaps)
        for problem in self.left_out:
            node = tree.at(problem.span.start)
            is_inside = (
                node is not None and node.container is not tree.holder and problem.span.start < node.value_span.end
            )
            if node is not None and is_inside:
                tree.foreign.add(node.raw_span.start)
            elif problem.message:
                tree.skipped.append(problem)
        repeated, tree.duplicates = tree.duplicates, []
        for other in repeated:
            (tree.alternatives if self._chooses(other) else tree.duplicates).append(other)

    def _chooses(self, one: DuplicateKey) -> bool:
        """Whether a directive is between two keys of the same name."""
        first = bisect_left(self.directives, one.first.start)
        return first < len(self.directives) and self.directives[first] < one.second.start


def style_of(path: str, text: str) -> str:
    """The style of the placeholders in a text, detected from its name and content."""
    path = path.lower()
    if path.endswith(".tftpl") or _TERRAFORM_MARK.search(text):
        return TERRAFORM
    if path.endswith((".j2", ".jinja", ".jinja2")):
        return JINJA
    if _HELM_MARK.search(text):
        return HELM
    if "{{" in text or "{%" in text:
        return JINJA
    if path.endswith((".tpl", ".tmpl", ".template")) and "${" in text:
        return TERRAFORM
    return ENVSUBST if path.endswith(".envsubst") or _VARIABLE_OF_SHELL.search(text) else PLAIN


def restored(value: str) -> str:
    """A value of the tree with what was masked in its place."""
    if value.isascii():
        return value
    return _KEY_END.sub(lambda match: chr(ord(match[1]) - _KEY_AREA) + "}", value).translate(_UNMASKED)


def is_stand_in(value: str) -> bool:
    """Whether a masked key stands in for entries that are unknown."""
    return not value.isascii() and _KEY_END.search(value) is not None


def masked(text: str, style: str) -> Mask:
    """A text of one style as the parser takes it, of the same length."""
    pieces: list[str] = []
    mask = Mask("", [], [], [], _FLOW.match(text) is not None)
    lines = _Lines(text)
    at = 0
    for group in _grouped(text, _parts(text, style)):
        start, end = group[0].start, group[-1].end
        mask.directives.extend(part.start for part in group if part.is_directive)
        made = _alone(lines, group, mask) if _is_alone(text, group) else _inline(text, group)
        if made is None:
            start = text.rfind("\n", 0, start) + 1
            made = re.sub(r"[^\r\n]", "\n", text[start:end])
        pieces += (text[at:start], made)
        at = end
    whole = "".join((*pieces, text[at:]))
    if style == TERRAFORM and (match := _INDENTED_START.match(whole)):
        whole = f"{whole[: match.start(1)]}   {whole[match.end(1) :]}"
    return mask._replace(text=whole)


def _inline(text: str, group: list[_Part]) -> str:
    pieces, at = [], group[0].start
    for part in group:
        pieces += [text[at : part.start], text[part.start : part.end].translate(_MASKED)]
        at = part.end
    return "".join(pieces)


def _alone(lines: _Lines, group: list[_Part], mask: Mask) -> str | None:
    """The replacement of parts that have a line of their own; None to blank the line.

    The line is blanked with line breaks: spaces before a block scalar would set its indentation.
    """
    start, end = group[0].start, group[-1].end
    written = lines.text[start:end]
    if all(part.is_directive for part in group):
        mask.left_out.append(TextProblem(Span(start, end), _about_directive(written)))
        return None
    around = _Neighbours(lines, start, end)
    if around.is_whole:
        message = f"the specification is not linted, because all of it comes from '{_short(written)}'"
        mask.left_out.append(TextProblem(Span(start, end), message))
    if around.is_value:
        return written.translate(_MASKED)
    mask.left_out.append(TextProblem(Span(start, end), f"what '{_short(written)}' inserts here is not linted"))
    if around.gap is not None:
        mask.gaps.append(around.gap)
    if not mask.is_flow and around.is_next_to(_ENTRY) and written[-1] == "}" and written[-2].isascii():
        mask.gaps.append(end)
        return f"{written[:-2].translate(_MASKED)}{chr(_KEY_AREA + ord(written[-2]))}:"
    if not mask.is_flow and around.is_next_to(_ITEM):
        mask.gaps.append(start + 2)
        return f"- {written[2:].translate(_MASKED)}"
    return None


def _about_directive(written: str) -> str:
    """What is said of a directive; nothing of a comment, or of one that only closes another."""
    if written.startswith("{#") or "/*" in written[:6] or _CLOSING_WORD.match(written):
        return ""
    return f"'{_short(written)}' is not evaluated: the lines it controls are always linted"


def _short(written: str) -> str:
    words = " ".join(written.split())
    return words if len(words) <= 60 else f"{words[:57]}..."


class _Lines:
    """The lines of a text that have content, by their numbers among each other: no directive, no comment, not blank."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._ends: dict[tuple[int, re.Pattern[str]], int | None] = {}

    @cached_property
    def _spans(self) -> list[tuple[int, int]]:
        return [match.span(1) for match in _CONTENT.finditer(self.text)]

    def indent(self, number: int) -> int:
        """How many blanks a line begins with."""
        start, end = self._spans[number]
        return end - start

    def above(self, offset: int) -> range:
        """The nearest lines above that of an offset, the nearest first."""
        line = self.text.rfind("\n", 0, offset) + 1
        number = bisect_left(self._spans, (line, 0))
        return range(number - 1, max(-1, number - 1 - MAX_NEAR_LINES), -1)

    def below(self, offset: int) -> int | None:
        """The nearest line below that of an offset."""
        line = self.text.find("\n", offset) + 1
        number = bisect_left(self._spans, (line, 0))
        return number if line and number < len(self._spans) else None

    def find(self, pattern: re.Pattern[str], number: int) -> int | None:
        """The offset where the first match of a pattern in a line ends; many placeholders ask this of one line."""
        if (number, pattern) not in self._ends:
            start = self._spans[number][0]
            end = self.text.find("\n", start)
            match = pattern.search(self.text[start : end if end >= 0 else len(self.text)])
            self._ends[number, pattern] = start + match.end() if match else None
        return self._ends[number, pattern]


class _Neighbours:
    """What the lines around a placeholder that is alone show about what it can be."""

    def __init__(self, lines: _Lines, start: int, end: int) -> None:
        self.lines = lines
        self.indent = start - lines.text.rfind("\n", 0, start) - 1
        above, self.after = lines.above(start), lines.below(end)
        self.beside = next((line for line in above if lines.indent(line) <= self.indent), None)
        self.is_whole = not above and self.after is None
        self.gap = lines.find(_OPEN_KEY, above[0]) if above else None
        outer = next((line for line in above if lines.indent(line) < self.indent), None)
        is_text = outer is not None and lines.find(_BLOCK_TEXT, outer) is not None
        is_last = self.after is None or lines.indent(self.after) < self.indent
        is_under_key = self.gap is not None and lines.indent(above[0]) < self.indent
        self.is_value = self.is_whole or is_text or (is_under_key and is_last)

    def is_next_to(self, pattern: re.Pattern[str]) -> bool:
        """Whether a line of the same mapping or list, which a pattern recognises, is below or above."""
        if self.after is not None and self.lines.indent(self.after) > self.indent:
            return False
        near = (line for line in (self.after, self.beside) if line is not None)
        return any(
            self.lines.indent(line) == self.indent and self.lines.find(pattern, line) is not None for line in near
        )


def _grouped(text: str, parts: Iterator[_Part]) -> Iterator[list[_Part]]:
    """The parts that follow each other on one line together."""
    group: list[_Part] = []
    for part in parts:
        if group and _BREAK.search(text, group[-1].end, part.start):
            yield group
            group = []
        group.append(part)
    if group:
        yield group


def _is_alone(text: str, group: list[_Part]) -> bool:
    start, end = group[0].start, group[-1].end
    head = text[text.rfind("\n", 0, start) + 1 : start]
    gaps = (text[part.end : following.start] for part, following in pairwise(group))
    return not head.strip() and not any(gap.strip() for gap in gaps) and _REST_OF_LINE.match(text, end) is not None


def _parts(text: str, style: str) -> Iterator[_Part]:
    if style == TERRAFORM:
        return _of_terraform(text)
    if style == ENVSUBST:
        return (_Part(*match.span(), False) for match in _VARIABLE_OF_SHELL.finditer(text))
    return _of_braces(text, is_helm=style == HELM) if style in (JINJA, HELM) else iter(())


def _of_terraform(text: str) -> Iterator[_Part]:
    at, is_broken = 0, False
    marks = re.compile(r"\$\$\{|%%\{|[$%]\{")
    while match := marks.search(text, at):
        at = match.end()
        if len(match[0]) == 3:
            continue
        end = None if is_broken else hcl.closing(text, at, "}", len(text))
        if end is None:
            # Something is never closed, and from here on each must end on its line.
            is_broken = True
            line = _BREAK.search(text, at)
            limit = line.start() if line else len(text)
            end = hcl.closing(text, at, "}", limit)
            at = limit
        if end is not None:
            yield _Part(match.start(), end, match[0] == "%{")
            at = end


def _of_braces(text: str, *, is_helm: bool) -> Iterator[_Part]:
    at = 0
    marks = re.compile(r"\{\{" if is_helm else r"\{[{%#]")
    unclosed: set[str] = set()
    while match := marks.search(text, at):
        at = match.end()
        closer = _CLOSERS[match[0]]
        end = -1 if closer in unclosed else text.find(closer, at)
        if end < 0:
            unclosed.add(closer)
            continue
        at = end + 2
        is_directive = _HELM_DIRECTIVE.match(text, match.start()) is not None if is_helm else match[0] != "{{"
        yield _Part(match.start(), at, is_directive)
