"""Owns ignore comments: where they are, what they hide, and what is wrong with them.

`# apigw-lint: ignore[rule-a, rule-b] reason` hides findings of these rules, and changes of these kinds: at the end of
a line those that begin on that line, on its own line those in the whole node below it. `ignore-file[...]` at the top
hides them in the file.
JSON has no comments: there `"x-apigw-lint-ignore": ["rule-a"]` hides findings in the object that holds it.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from apigw_lint.bounds import MAX_MISSPELT_RULES, MAX_REMOVED_NAMES
from apigw_lint.diagnostic import Diagnostic, Edit, Fix, Ignored
from apigw_lint.fix.edits import combined, delete_entry, make_fix
from apigw_lint.fix.extent import is_flow
from apigw_lint.rules import RULES, Problem
from apigw_lint.rules.suppression import MALFORMED, UNUSED
from apigw_lint.source.pattern import pattern
from apigw_lint.source.text import PLAIN, Span
from apigw_lint.source.tree import Node, Tree, container_at
from apigw_lint.spelling import did_you_mean

KEY = "x-apigw-lint-ignore"

_COMMENT = pattern(r"(?:(?<=\s)|^)#[ \t]*apigw-lint(:?)[ \t]*([^\r\n]*)", re.MULTILINE)
_HCL_COMMENT = pattern(r"(?:#|//)[ \t]*apigw-lint(:?)[ \t]*([^\r\n]*)")
_WORD = pattern(r"[^\s,]+")
_DIRECTIVE = pattern(r"([\w-]+)[ \t]*(?:\[([^\]]*)\])?[ \t]*(.*)")
_NEIGHBOUR = pattern(r"(?<=[\s\]])#(?!\d)")
_DIRECTIVES = ("ignore", "ignore-file")
_LAST_IN_BLOCK = "nothing below it at this indentation: put it above the node, indented like the node"
_LAST_IN_BRACES = "nothing below it in these brackets: put it above the node"
_NO_CONTENT = pattern(r"(?:[^\S\r\n]*(?:#[^\r\n]*)?(?:\r\n|\r|\n))*+[^\S\r\n]*")
_NO_HCL_CONTENT = pattern(r"(?:[^\S\r\n]*(?:(?:#|//)[^\r\n]*)?(?:\r\n|\r|\n))*+[^\S\r\n]*")
_HEADER = pattern(r"(?:[^\S\r\n]*(?:(?:#|---|%)[^\r\n]*)?(?:\r\n|\r|\n))*+[^\S\r\n]*(?:(?:---|%)[^\r\n]*)?")


class Ignore(NamedTuple):
    """One rule whose findings are hidden in a part of the text; `name_span` is where its name is written.

    `origin` is what names it, perhaps with others: a comment, or the entry of a key.
    """

    rule: str
    span: Span
    name_span: Span
    reason: str
    origin: Span | Node


class IgnoreResult(NamedTuple):
    """The findings that no ignore hides, those that one hides, and the problems of the ignores by their rule."""

    found: list[Diagnostic]
    ignored: list[Ignored]
    problems: list[tuple[str, Problem]]


def apply_ignores(tree: Tree, diagnostics: Sequence[Diagnostic], running: frozenset[str]) -> IgnoreResult:
    """Hides what ignores name; `running` are the rules of this run: an ignore of another rule is never unused."""
    if tree.root is None or "apigw-lint" not in tree.source.text:
        return IgnoreResult(list(diagnostics), [], [])
    mistakes = _Mistakes()
    ignores = [*_from_comments(tree, mistakes), *_from_keys(tree, mistakes)]
    matches = list(zip(diagnostics, _matching(ignores, diagnostics), strict=True))
    shown = [diagnostic for diagnostic, ignore in matches if ignore is None]
    ignored = [Ignored(diagnostic, ignore.reason) for diagnostic, ignore in matches if ignore]
    used = {ignore for _, ignore in matches if ignore}
    unused = [ignore for ignore in ignores if ignore not in used and ignore.rule in running]
    return IgnoreResult(shown, ignored, [*mistakes.problems, *_unused_problems(tree, ignores, unused)])


class _Mistakes:
    """What is wrong with ignores."""

    def __init__(self) -> None:
        self.problems: list[tuple[str, Problem]] = []
        self._suggestions: dict[str, str] = {}

    def malformed(self, message: str, span: Span | None, node: Node | None = None, hint: str = "") -> None:
        """Adds an ignore that ignores nothing."""
        self.problems.append((MALFORMED, Problem(node, message, hint=hint, at=span)))

    def unknown(self, name: str, span: Span) -> None:
        """Adds a name that no rule has; the first of them get a suggestion."""
        if name not in self._suggestions and len(self._suggestions) < MAX_MISSPELT_RULES:
            self._suggestions[name] = did_you_mean(name, (*RULES, *_changes()))
        self.malformed(f"unknown rule '{name}'", span, hint=self._suggestions.get(name, ""))


def _changes() -> Iterable[str]:
    """The names of the changes that `diff` reports."""
    from apigw_lint.diff.kinds import KINDS

    return KINDS


def _unused_problems(tree: Tree, ignores: list[Ignore], unused: list[Ignore]) -> Iterator[tuple[str, Problem]]:
    """A problem for each unused name; those of one comment or key have the same fix."""
    by_origin = _by_origin(ignores)
    for origin, group in _by_origin(unused).items():
        fix = _removal(tree, origin, by_origin[origin][0].name_span, [ignore.name_span for ignore in group])
        for number, ignore in enumerate(group):
            message = f"unused ignore: no '{ignore.rule}' finding here"
            yield UNUSED, Problem(None, message, at=ignore.name_span, fix=fix if number < MAX_REMOVED_NAMES else None)


def _by_origin(ignores: list[Ignore]) -> dict[Span | Node, list[Ignore]]:
    """The ignores of each comment or key."""
    groups: dict[Span | Node, list[Ignore]] = {}
    for ignore in ignores:
        groups.setdefault(ignore.origin, []).append(ignore)
    return groups


def _removal(tree: Tree, origin: Span | Node, first_name: Span, unused: list[Span]) -> Fix | None:
    """A fix that removes the unused names of a comment or key, or all of it when it has no others."""
    removed = unused[:MAX_REMOVED_NAMES]
    if isinstance(origin, Node):
        if len(unused) == len(origin.value):
            return make_fix(f"remove '{KEY}'", delete_entry(origin, keeps_comments=True), safe=True)
        items = (item for item in origin.entries() if item.value_span in removed)
        edits = combined(delete_entry(item, keeps_comments=True) for item in items)
        return make_fix("remove the name", edits, safe=True)
    text = tree.source.text
    if len(unused) < len(_WORD.findall(text, first_name.start, text.index("]", first_name.start))):
        return make_fix("remove the name", tuple(Edit(_with_comma(text, name), "") for name in removed), safe=True)
    own = _without_neighbour(text, origin)
    removed_text = _with_line(tree, origin) if own == origin else own
    return make_fix("remove the comment", (Edit(removed_text, ""),), safe=True)


def _without_neighbour(text: str, comment: Span) -> Span:
    """A comment without another one that follows on its line, as in `# apigw-lint: ignore[rule] # TODO`.

    A number after the `#`, as in `see #12`, makes it a part of the reason.
    """
    other = _NEIGHBOUR.search(text, comment.start + 1, comment.end)
    return Span(comment.start, other.start()) if other else comment


def _with_comma(text: str, name: Span) -> Span:
    """A name, and the comma after it or, for the last one, before it."""
    comma = re.compile(r"\s*,\s*").match(text, name.end)
    if comma:
        return Span(name.start, comma.end())
    start = name.start
    while text[start - 1] in " \t,":
        start -= 1
    return Span(start, name.end)


def _with_line(tree: Tree, comment: Span) -> Span:
    """A comment with its line if nothing else is on it, else with the blanks before it."""
    text = tree.source.text
    line = tree.source.line_span(tree.source.position(comment.start).line)
    before = text[line.start : comment.start]
    if before.strip():
        return Span(line.start + len(before.rstrip()), comment.end)
    after = re.compile(r"\r\n|\r|\n|\Z").match(text, line.end)
    return Span(line.start, after.end() if after else line.end)


def _matching(ignores: list[Ignore], diagnostics: Sequence[Diagnostic]) -> list[Ignore | None]:
    """For each finding the ignore that hides it, if any: of several the one that begins first."""
    waiting: dict[str, list[Ignore]] = {}
    for ignore in sorted(ignores, key=lambda ignore: ignore.span, reverse=True):
        waiting.setdefault(ignore.rule, []).append(ignore)
    active: dict[str, deque[Ignore]] = {rule: deque() for rule in waiting}
    matching: list[Ignore | None] = [None] * len(diagnostics)
    for number, diagnostic in sorted(enumerate(diagnostics), key=lambda numbered: numbered[1].span):
        rule = diagnostic.rule
        if rule in waiting:
            matching[number] = _covering(diagnostic.span.start, waiting[rule], active[rule])
    return matching


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
    gaps = _Gaps(tree)
    for match in (_HCL_COMMENT if tree.is_hcl else _COMMENT).finditer(text):
        start = match.start()
        if tree.at(start) or tree.key_at(start):
            continue
        comment = Span(start, match.end())
        directive = _DIRECTIVE.match(text, match.start(2), match.end(2))
        is_ignore = directive is not None and directive[1] in _DIRECTIVES
        if not match[1]:
            if is_ignore and "[" in match[2]:
                mistakes.malformed("missing colon: write '# apigw-lint: ignore[rule]'", comment)
        elif directive is not None and is_ignore:
            yield from _from_directive(tree, gaps, comment, directive, mistakes)
        else:
            word = directive[1] if directive else ""
            hint = did_you_mean(word, _DIRECTIVES) or ": write 'ignore[rule]' or 'ignore-file[rule]'"
            mistakes.malformed(f"unknown directive '{word}'", comment, hint=hint)


def _from_directive(
    tree: Tree, gaps: _Gaps, comment: Span, directive: re.Match[str], mistakes: _Mistakes
) -> Iterator[Ignore]:
    """The ignores of one comment."""
    covered = _covered(tree, gaps, comment.start, directive[1])
    names = _names(directive)
    if not names and not isinstance(covered, str):
        covered = "missing rule names: write 'ignore[rule-a, rule-b] reason'"
    if isinstance(covered, str):
        mistakes.malformed(covered, comment)
    else:
        yield from _ignores(names, covered, directive[3].strip(), comment, mistakes)


def _names(directive: re.Match[str]) -> list[tuple[str, Span]]:
    """The names between the brackets of a directive, and where each is written."""
    if directive[2] is None:
        return []
    names = _WORD.finditer(directive.string, directive.start(2), directive.end(2))
    return [(name[0], Span(name.start(), name.end())) for name in names]


def _ignores(
    names: Iterable[tuple[str, Span]], covered: Span, reason: str, origin: Span | Node, mistakes: _Mistakes
) -> Iterator[Ignore]:
    """An ignore for each name that a rule has; the others are mistakes."""
    for name, span in names:
        if name in RULES or name in _changes():
            yield Ignore(name, covered, span, reason, origin)
        else:
            mistakes.unknown(name, span)


class _Gaps:
    """The blank lines and comments of a text; the last ones are remembered, as many may be in a row."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self.text = tree.source.text
        self._pattern = _NO_HCL_CONTENT if tree.is_hcl else _NO_CONTENT
        self._last = Span(0, 0)
        self._headers: dict[int, int] = {}

    def header(self, start: int) -> int:
        """Where the lines end that may be above everything else in a file whose text begins at an offset.

        In an object of HCL they are in its braces.
        """
        if self.tree.is_hcl and self.tree.root is not None:
            return self.tree.root.span.start
        if start not in self._headers:
            self._headers[start] = _end_of(_HEADER.match(self.text, start))
        return self._headers[start]

    def after(self, offset: int) -> int:
        """Where the next content is after the end of a line."""
        if not self._last.start <= offset < self._last.end:
            self._last = Span(offset, _end_of(self._pattern.match(self.text, offset)))
        return self._last.end


def _end_of(match: re.Match[str] | None) -> int:
    return match.end() if match else 0


def _covered(tree: Tree, gaps: _Gaps, comment: int, word: str) -> Span | str:
    """What a comment applies to, or what is wrong with its place."""
    text, source = tree.source.text, tree.source
    if word == "ignore-file":
        whole = tree.whole_at(comment)
        if comment > gaps.header(whole.start):
            return "'ignore-file' must be at the top of the file"
        return Span(whole.start, whole.end + 1)
    line = source.line_span(source.position(comment).line)
    if text[line.start : comment].strip():
        return Span(line.start, line.end + 1)
    end = tree.whole_at(comment).end
    start = min(gaps.after(line.end), end)
    node = _starting_at(tree, start)
    if start < end and (mistake := _outside_its_block(tree, comment, start, node)):
        return mistake
    if node is None:
        after = source.line_span(source.position(start).line)
        return Span(start, after.end + 1)
    return Span(start, max(node.raw_span.end, start + 1))


def _outside_its_block(tree: Tree, comment: int, start: int, node: Node | None) -> str:
    """What is wrong when what is below a comment, a node or something else at `start`, is not in the same block."""
    container = container_at(tree, comment)
    if tree.is_hcl:
        return _LAST_IN_BRACES if tree.source.text[start] in "}])" else ""
    if container is not None and is_flow(tree, container):
        return _LAST_IN_BRACES if tree.source.text[start] in "}]" else ""
    is_directive = node is None and tree.style != PLAIN
    is_deeper = tree.source.position(comment).column > tree.source.position(start).column
    return _LAST_IN_BLOCK if is_deeper and not is_directive else ""


def _starting_at(tree: Tree, offset: int) -> Node | None:
    """The entry whose key, or the item whose dash, is at an offset."""
    entry = tree.key_at(offset)
    if entry is not None and entry.key_span and entry.key_span.start == offset:
        return entry
    if tree.is_hcl:
        return tree.item_at(offset)
    dash = re.compile(r"-\s+").match(tree.source.text, offset)
    return tree.item_at(dash.end()) if dash else None


def _from_keys(tree: Tree, mistakes: _Mistakes) -> Iterator[Ignore]:
    for node in tree.holding(KEY):
        owner = Node.entry(tree, node.container.parent, node.container.key)
        key = owner.key_span
        start = key.start if key else owner.raw_span.start
        covered = Span(start, owner.raw_span.end)
        items = list(node.entries())
        if not items or any(not isinstance(item.value, str) for item in items):
            mistakes.malformed(f"'{KEY}' must be a list of rule names", node.key_span, node)
        else:
            yield from _ignores(((item.value, item.value_span) for item in items), covered, "", node, mistakes)
