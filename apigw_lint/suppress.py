"""Owns ignore comments: where they are, what they hide, and what is wrong with them.

`# apigw-lint: ignore[rule-a, rule-b] reason` hides findings of these rules: at the end of a line what starts on
that line, on a line of its own the whole node that follows. `ignore-file[...]` at the top hides them in the file.
JSON has no comments: there `"x-apigw-lint-ignore": ["rule-a"]` hides findings in the object that holds it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from apigw_lint.diagnostic import Diagnostic, Edit, Fix, Ignored
from apigw_lint.edit import delete_entry, offer, together
from apigw_lint.nearest import did_you_mean
from apigw_lint.rules import RULES, Problem
from apigw_lint.rules.suppression import MALFORMED, UNUSED
from apigw_lint.source.pattern import pattern
from apigw_lint.source.text import Span
from apigw_lint.source.tree import Node, Tree

KEY = "x-apigw-lint-ignore"

_COMMENT = pattern(r"(?:(?<=\s)|^)#[ \t]*apigw-lint(:?)[ \t]*([^\r\n]*)", re.MULTILINE)
_WORD = pattern(r"[^\s,]+")
_DIRECTIVE = pattern(r"([\w-]+)[ \t]*(?:\[([^\]]*)\])?[ \t]*(.*)")


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
    problems: list[tuple[str, Problem]] = []
    ignores = [*_from_comments(tree, problems), *_from_keys(tree, problems)]
    hiding = _hiding(ignores, diagnostics)
    found = [one for one in diagnostics if one not in hiding]
    ignored = [Ignored(one, hiding[one].reason) for one in diagnostics if one in hiding]
    used = set(hiding.values())
    unused = [ignore for ignore in ignores if ignore not in used and ignore.rule in running]
    for ignore in unused:
        message = f"nothing of '{ignore.rule}' is found here: this ignore can go"
        fix = _without(tree, ignore, ignores, unused)
        problems.append((UNUSED, Problem(None, message, at=ignore.at, fix=fix)))
    return Sifted(found, ignored, problems)


def _without(tree: Tree, ignore: Ignore, ignores: list[Ignore], unused: list[Ignore]) -> Fix | None:
    """The names of a comment or key that are unused taken out, or all of it when no other is left."""
    idle = [one.at for one in unused if one.home == ignore.home]
    names = [one.at for one in ignores if one.home == ignore.home]
    if isinstance(ignore.home, Node):
        key = ignore.home
        is_empty = len(idle) == len(key.value)
        items = [item for item in key.entries() if item.value_span in idle]
        edits = delete_entry(key) if is_empty else together(delete_entry(item) for item in items)
        return offer(f"take out '{KEY}'" if is_empty else "take the name out", edits, safe=True)
    text = tree.source.text
    if len(idle) < len(_WORD.findall(text, names[0].start, _end_of_names(text, names[0].start))):
        gone = tuple(Edit(_with_comma(text, at), "") for at in idle)
        return offer("take the name out", gone, safe=True)
    return offer("take the comment out", (Edit(_with_line(tree, ignore.home), ""),), safe=True)


def _end_of_names(text: str, start: int) -> int:
    return text.index("]", start)


def _with_comma(text: str, at: Span) -> Span:
    """A name, and the comma behind it or, for the last one, before it."""
    behind = re.compile(r"\s*,\s*").match(text, at.end)
    if behind:
        return Span(at.start, behind.end())
    return Span(len(text[: at.start].rstrip(" \t,")), at.end)


def _with_line(tree: Tree, comment: Span) -> Span:
    """A comment, and all of the line that it has for itself or the blanks before it."""
    text = tree.source.text
    line = tree.source.line_span(tree.source.position(comment.start).line)
    before = text[line.start : comment.start]
    if before.strip():
        return Span(line.start + len(before.rstrip()), comment.end)
    after = re.compile(r"\r\n|\r|\n|\Z").match(text, line.end)
    return Span(line.start, after.end() if after else line.end)


def _hiding(ignores: list[Ignore], diagnostics: Sequence[Diagnostic]) -> dict[Diagnostic, Ignore]:
    """For each finding that is hidden the ignore that does it."""
    by_rule: dict[str, list[Ignore]] = {}
    for ignore in sorted(ignores, key=lambda one: one.span, reverse=True):
        by_rule.setdefault(ignore.rule, []).append(ignore)
    hiding = {}
    covering: dict[str, list[Ignore]] = {}
    for one in sorted(diagnostics, key=lambda one: one.span):
        waiting, active = by_rule.get(one.rule, []), covering.setdefault(one.rule, [])
        while waiting and waiting[-1].span.start <= one.span.start:
            active.append(waiting.pop())
        active[:] = [ignore for ignore in active if ignore.span.end > one.span.start]
        if active:
            hiding[one] = active[0]
    return hiding


def _from_comments(tree: Tree, problems: list[tuple[str, Problem]]) -> Iterator[Ignore]:
    text = tree.source.text
    for comment in _COMMENT.finditer(text):
        start = text.index("#", comment.start())
        if tree.at(start) or tree.key_at(start):
            continue
        directive = _DIRECTIVE.match(text, comment.start(2), comment.end(2))
        word = directive[1] if directive else ""
        if not comment[1]:
            if word in ("ignore", "ignore-file") and "[" in comment[2]:
                problems.append(
                    _malformed("a colon is missing: '# apigw-lint: ignore[rule]'", Span(start, comment.end()))
                )
            continue
        if directive is None or word not in ("ignore", "ignore-file"):
            hint = did_you_mean(word, ("ignore", "ignore-file")) or ": it is 'ignore[rule]' or 'ignore-file[rule]'"
            problems.append(_malformed(f"'{word}' is nothing that apigw-lint knows{hint}", Span(start, comment.end())))
            continue
        covered = _covered(tree, start, word)
        if covered is None:
            message = "'ignore-file' stands above everything else in a file"
            problems.append(_malformed(message, Span(start, comment.end())))
            continue
        names = Span(directive.start(2), directive.end(2)) if directive[2] is not None else None
        yield from _named(text, names, Span(start, comment.end()), covered, directive[3].strip(), problems)


def _named(
    text: str,
    names: Span | None,
    comment: Span,
    covered: Span,
    reason: str,
    problems: list[tuple[str, Problem]],
) -> Iterator[Ignore]:
    """The rules that a directive names."""
    found = list(_WORD.finditer(text[names.start : names.end])) if names else []
    if names is None or not found:
        problems.append(_malformed("an ignore names what it ignores: 'ignore[rule-a, rule-b] reason'", comment))
        return
    for name in found:
        at = Span(names.start + name.start(), names.start + name.end())
        if name[0] in RULES:
            yield Ignore(name[0], covered, at, reason, comment)
        else:
            problems.append(_unknown(name[0], at))


def _unknown(name: str, at: Span) -> tuple[str, Problem]:
    return _malformed(f"no rule is called '{name}'{did_you_mean(name, RULES)}", at)


def _malformed(message: str, at: Span) -> tuple[str, Problem]:
    return MALFORMED, Problem(None, message, at=at)


def _covered(tree: Tree, comment: int, word: str) -> Span | None:
    """What a comment speaks about; None for an `ignore-file` that is not at the top."""
    text, source = tree.source.text, tree.source
    if word == "ignore-file":
        above = re.sub(r"(?m)^\s*(?:#.*|---.*|%.*)?$", "", text[:comment])
        return None if above.strip() else Span(0, len(text) + 1)
    line = source.line_span(source.position(comment).line)
    if text[line.start : comment].strip():
        return Span(line.start, line.end + 1)
    following = re.compile(r"(?:[^\S\r\n]*(?:#[^\r\n]*)?(?:\r\n|\r|\n))*[^\S\r\n]*").match(text, line.end)
    start = following.end() if following else line.end
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


def _from_keys(tree: Tree, problems: list[tuple[str, Problem]]) -> Iterator[Ignore]:
    for node in tree.holding(KEY):
        owner = Node.entry(tree, node.container.parent, node.container.key)
        key = owner.key_span
        start = key.start if key else owner.raw_span.start
        covered = Span(start, owner.raw_span.end)
        names = list(node.entries())
        if not names or any(not isinstance(name.value, str) for name in names):
            message = f"'{KEY}' is a list of the names of rules"
            problems.append((MALFORMED, Problem(node, message, at=node.key_span)))
            continue
        for name in names:
            if name.value in RULES:
                yield Ignore(name.value, covered, name.value_span, "", node)
            else:
                problems.append(_unknown(name.value, name.value_span))
