"""Owns ignore comments: where they are, what they hide, and what is wrong with them.

`# apigw-lint: ignore[rule-a, rule-b] reason` hides findings of these rules: at the end of a line what starts on
that line, on a line of its own the whole node that follows. `ignore-file[...]` at the top hides them in the file.
JSON has no comments: there `"x-apigw-lint-ignore": ["rule-a"]` hides findings in the object that holds it.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import NamedTuple

from apigw_lint.diagnostic import Diagnostic, Edit, Fix, Ignored
from apigw_lint.fix.edits import combined, delete_entry, make_fix
from apigw_lint.rules import RULES, Problem
from apigw_lint.rules.suppression import MALFORMED, UNUSED
from apigw_lint.source.pattern import pattern
from apigw_lint.source.text import Span
from apigw_lint.source.tree import Node, Tree
from apigw_lint.spelling import did_you_mean

KEY = "x-apigw-lint-ignore"

_COMMENT = pattern(r"(?:(?<=\s)|^)#[ \t]*apigw-lint(:?)[ \t]*([^\r\n]*)", re.MULTILINE)
_WORD = pattern(r"[^\s,]+")
_DIRECTIVE = pattern(r"([\w-]+)[ \t]*(?:\[([^\]]*)\])?[ \t]*(.*)")
_NO_CONTENT = pattern(r"(?:[^\S\r\n]*(?:#[^\r\n]*)?(?:\r\n|\r|\n))*+[^\S\r\n]*")
_HEADER = pattern(r"(?:[^\S\r\n]*(?:(?:#|---|%)[^\r\n]*)?(?:\r\n|\r|\n))*+[^\S\r\n]*(?:(?:---|%)[^\r\n]*)?")
_MAX_NAMES = 20
"""How many names a fix takes out of a comment or key, and how many findings have this fix."""
_MAX_MISSPELT = 100
"""For how many unknown names the known ones are looked through."""


class Ignore(NamedTuple):
    """One rule that is hidden in a part of the text; `at` is where its name is written.

    `home` is what names it, perhaps with others: a comment, or the entry of a key.
    """

    rule: str
    span: Span
    at: Span
    reason: str
    home: Span | Node


class Sifted(NamedTuple):
    """What is left of the findings, what is hidden, and the problems of the ignores themselves."""

    found: list[Diagnostic]
    ignored: list[Ignored]
    problems: list[tuple[str, Problem]]


def sift(tree: Tree, diagnostics: Sequence[Diagnostic], running: frozenset[str]) -> Sifted:
    """Takes out what ignores hide; `running` are the rules of this run, of which an ignore may be unused."""
    if tree.root is None or "apigw-lint" not in tree.source.text:
        return Sifted(list(diagnostics), [], [])
    mistakes = _Mistakes()
    ignores = [*_from_comments(tree, mistakes), *_from_keys(tree, mistakes)]
    hiders = _hiders(ignores, diagnostics)
    found = [one for one, hider in zip(diagnostics, hiders, strict=True) if hider is None]
    ignored = [Ignored(one, hider.reason) for one, hider in zip(diagnostics, hiders, strict=True) if hider]
    used = {hider for hider in hiders if hider}
    unused = [ignore for ignore in ignores if ignore not in used and ignore.rule in running]
    return Sifted(found, ignored, [*mistakes.found, *_about_unused(tree, ignores, unused)])


class _Mistakes:
    """What is wrong with ignores."""

    def __init__(self) -> None:
        self.found: list[tuple[str, Problem]] = []
        self._hints: dict[str, str] = {}

    def malformed(self, message: str, at: Span | None, node: Node | None = None) -> None:
        """An ignore that ignores nothing."""
        self.found.append((MALFORMED, Problem(node, message, at=at)))

    def unknown(self, name: str, at: Span) -> None:
        """A name that no rule has; the first of them get a suggestion."""
        if name not in self._hints and len(self._hints) < _MAX_MISSPELT:
            self._hints[name] = did_you_mean(name, RULES)
        self.malformed(f"no rule is called '{name}'{self._hints.get(name, '')}", at)


def _about_unused(tree: Tree, ignores: list[Ignore], unused: list[Ignore]) -> Iterator[tuple[str, Problem]]:
    """A problem for each unused name; those of one comment or key have the same fix."""
    all_of_them = _by_home(ignores)
    for home, idle in _by_home(unused).items():
        fix = _without(tree, home, [one.at for one in all_of_them[home]], [one.at for one in idle])
        for number, ignore in enumerate(idle):
            message = f"nothing of '{ignore.rule}' is found here: this ignore can go"
            yield UNUSED, Problem(None, message, at=ignore.at, fix=fix if number < _MAX_NAMES else None)


def _by_home(ignores: list[Ignore]) -> dict[Span | Node, list[Ignore]]:
    """The ignores of each comment or key."""
    homes: dict[Span | Node, list[Ignore]] = {}
    for ignore in ignores:
        homes.setdefault(ignore.home, []).append(ignore)
    return homes


def _without(tree: Tree, home: Span | Node, names: list[Span], idle: list[Span]) -> Fix | None:
    """The idle names of a comment or key taken out, or all of it when it has no others."""
    first = idle[:_MAX_NAMES]
    if isinstance(home, Node):
        if len(idle) == len(home.value):
            return make_fix(f"take out '{KEY}'", delete_entry(home), safe=True)
        items = (item for item in home.entries() if item.value_span in first)
        return make_fix("take the name out", combined(map(delete_entry, items)), safe=True)
    text = tree.source.text
    if len(idle) < len(_WORD.findall(text, names[0].start, _end_of_names(text, names[0].start))):
        return make_fix("take the name out", tuple(Edit(_with_comma(text, at), "") for at in first), safe=True)
    return make_fix("take the comment out", (Edit(_with_line(tree, home), ""),), safe=True)


def _end_of_names(text: str, start: int) -> int:
    return text.index("]", start)


def _with_comma(text: str, at: Span) -> Span:
    """A name, and the comma behind it or, for the last one, before it."""
    behind = re.compile(r"\s*,\s*").match(text, at.end)
    if behind:
        return Span(at.start, behind.end())
    start = at.start
    while text[start - 1] in " \t,":
        start -= 1
    return Span(start, at.end)


def _with_line(tree: Tree, comment: Span) -> Span:
    """A comment, and all of the line that it has for itself or the blanks before it."""
    text = tree.source.text
    line = tree.source.line_span(tree.source.position(comment.start).line)
    before = text[line.start : comment.start]
    if before.strip():
        return Span(line.start + len(before.rstrip()), comment.end)
    after = re.compile(r"\r\n|\r|\n|\Z").match(text, line.end)
    return Span(line.start, after.end() if after else line.end)


def _hiders(ignores: list[Ignore], diagnostics: Sequence[Diagnostic]) -> list[Ignore | None]:
    """For each finding the ignore that hides it, if any: of several the one that begins first."""
    waiting: dict[str, list[Ignore]] = {}
    for ignore in sorted(ignores, key=lambda one: one.span, reverse=True):
        waiting.setdefault(ignore.rule, []).append(ignore)
    covering: dict[str, deque[Ignore]] = {rule: deque() for rule in waiting}
    hiders: list[Ignore | None] = [None] * len(diagnostics)
    for number, one in sorted(enumerate(diagnostics), key=lambda numbered: numbered[1].span):
        if one.rule in waiting:
            hiders[number] = _covering(one.span.start, waiting[one.rule], covering[one.rule])
    return hiders


def _covering(offset: int, waiting: list[Ignore], active: deque[Ignore]) -> Ignore | None:
    """The first of the active ignores, once those that wait for an offset are added and those that ended are gone.

    One that ends no later than an active one is never the first, so it is dropped.
    """
    while waiting and waiting[-1].span.start <= offset:
        ignore = waiting.pop()
        if not active or ignore.span.end > active[-1].span.end:
            active.append(ignore)
    while active and active[0].span.end <= offset:
        active.popleft()
    return active[0] if active else None


def _from_comments(tree: Tree, mistakes: _Mistakes) -> Iterator[Ignore]:
    text = tree.source.text
    gaps = _Gaps(text)
    for comment in _COMMENT.finditer(text):
        start = text.index("#", comment.start())
        if tree.at(start) or tree.key_at(start):
            continue
        whole = Span(start, comment.end())
        directive = _DIRECTIVE.match(text, comment.start(2), comment.end(2))
        word = directive[1] if directive else ""
        if not comment[1]:
            if word in ("ignore", "ignore-file") and "[" in comment[2]:
                mistakes.malformed("a colon is missing: '# apigw-lint: ignore[rule]'", whole)
            continue
        if directive is None or word not in ("ignore", "ignore-file"):
            hint = did_you_mean(word, ("ignore", "ignore-file")) or ": it is 'ignore[rule]' or 'ignore-file[rule]'"
            mistakes.malformed(f"'{word}' is nothing that apigw-lint knows{hint}", whole)
            continue
        covered = _covered(tree, gaps, start, word)
        if covered is None:
            mistakes.malformed("'ignore-file' stands above everything else in a file", whole)
            continue
        names = Span(directive.start(2), directive.end(2)) if directive[2] is not None else None
        yield from _named(text, names, whole, covered, directive[3].strip(), mistakes)


def _named(
    text: str, names: Span | None, comment: Span, covered: Span, reason: str, mistakes: _Mistakes
) -> Iterator[Ignore]:
    """The rules that a directive names."""
    found = list(_WORD.finditer(text[names.start : names.end])) if names else []
    if names is None or not found:
        mistakes.malformed("an ignore names what it ignores: 'ignore[rule-a, rule-b] reason'", comment)
        return
    for name in found:
        at = Span(names.start + name.start(), names.start + name.end())
        if name[0] in RULES:
            yield Ignore(name[0], covered, at, reason, comment)
        else:
            mistakes.unknown(name[0], at)


class _Gaps:
    """The blank lines and comments of a text; the last ones are remembered, since many comments may stand there."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._last = Span(0, 0)

    @cached_property
    def header(self) -> int:
        """Where the lines end that may stand above everything else."""
        return _end_of(_HEADER.match(self.text))

    def behind(self, offset: int) -> int:
        """Where the next content is behind the end of a line."""
        if not self._last.start <= offset < self._last.end:
            self._last = Span(offset, _end_of(_NO_CONTENT.match(self.text, offset)))
        return self._last.end


def _end_of(found: re.Match[str] | None) -> int:
    return found.end() if found else 0


def _covered(tree: Tree, gaps: _Gaps, comment: int, word: str) -> Span | None:
    """What a comment speaks about; None for an `ignore-file` that is not at the top."""
    text, source = tree.source.text, tree.source
    if word == "ignore-file":
        return Span(0, len(text) + 1) if comment <= gaps.header else None
    line = source.line_span(source.position(comment).line)
    if text[line.start : comment].strip():
        return Span(line.start, line.end + 1)
    start = gaps.behind(line.end)
    node = _starting_at(tree, start)
    if node is None:
        after = source.line_span(source.position(min(start, len(text))).line)
        return Span(start, after.end + 1)
    return Span(start, max(node.raw_span.end, start + 1))


def _starting_at(tree: Tree, offset: int) -> Node | None:
    """The entry whose key, or the item whose dash, stands at an offset."""
    entry = tree.key_at(offset)
    if entry is not None and entry.key_span and entry.key_span.start == offset:
        return entry
    dash = re.compile(r"-\s+").match(tree.source.text, offset)
    return tree.item_at(dash.end()) if dash else None


def _from_keys(tree: Tree, mistakes: _Mistakes) -> Iterator[Ignore]:
    for node in tree.holding(KEY):
        owner = Node.entry(tree, node.container.parent, node.container.key)
        key = owner.key_span
        start = key.start if key else owner.raw_span.start
        covered = Span(start, owner.raw_span.end)
        names = list(node.entries())
        if not names or any(not isinstance(name.value, str) for name in names):
            mistakes.malformed(f"'{KEY}' is a list of the names of rules", node.key_span, node)
            continue
        for name in names:
            if name.value in RULES:
                yield Ignore(name.value, covered, name.value_span, "", node)
            else:
                mistakes.unknown(name.value, name.value_span)
