"""Owns keeping secrets out of what is shown: which secrets a text has, and diagnostics without them.

A secret is hidden wherever it looks like one, also where no rule looks: beside a misspelt key, in a comment, in a text
that cannot be parsed, and whether or not `hardcoded-secret` is on.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from apigw_lint.bounds import MAX_ENTRY
from apigw_lint.diagnostic import Diagnostic, Report
from apigw_lint.gateway import secrets
from apigw_lint.gateway.foreign import expressions
from apigw_lint.source.containers import Container, Mapping, Sequence
from apigw_lint.source.mask import NOTHING_HIDDEN, Mask, unescaped
from apigw_lint.source.pattern import pattern
from apigw_lint.source.placeholder import NONE_NAMED, Placeholders
from apigw_lint.source.text import Source
from apigw_lint.source.tree import Tree

_INHERITING = frozenset(("default", "enum"))
"""Keys whose values have the name of what is around them, as those of variables have."""
_SCHEME = r"(?:[A-Za-z-]{1,20}\s+)?"
_ENTRY = pattern(
    r"[kKtTsSpPaA](?i:ey|oken|ecret|assword|asswd|uthorization)(?P<colon>[\"']?[ \t]*(?::|=(?=[ \t]*\")))"
    r"\s*+(?:(?:\{\s*+)?[\"']?(?:default|enum)[\"']?\s*:\s*+)?(?:[|>][-+0-9]*\s++)?(?:\[\s*+|-\s++)?(?=(?:"
    rf"\"(?P<double>{_SCHEME}(?:[^\"\\\s]|\\.){{1,{MAX_ENTRY}}}+)|'(?P<single>{_SCHEME}(?:[^'\s]|''){{1,{MAX_ENTRY}}}+)"
    rf"|(?P<plain>{_SCHEME}[^\s\"'#&*!{{}}\[\],][^\s{{}}\[\]]{{0,{MAX_ENTRY}}}+(?<!:))))",
    re.DOTALL,
)
"""An entry with the end of a name that a secret may have; a set of first letters is found five times faster."""
_END_OF_NAME = pattern(r"[\w.-]+\Z")
_LONGEST_NAME = 100
_BETWEEN_WORDS = pattern(r"[\s\"<>]+")


def mask_of(source: Source, trees: Iterable[Tree]) -> Mask:
    """The mask of the secrets in a text and in the documents in it."""
    found: set[str] = set()
    placeholders = NONE_NAMED
    trees = list(trees)
    for tree in trees:
        found.update(_parsed(tree))
        placeholders = tree.placeholders
    texts = dict.fromkeys((source.text, *(tree.source.text for tree in trees if tree.sources)))
    return Mask(found.union(*(_written(text, placeholders) for text in texts)))


def _parsed(tree: Tree) -> Iterator[str]:
    """The secrets in the keys and strings of a document."""
    texts = dict.fromkeys(_texts(tree.holder))  # each once, however many aliases repeat it
    yield from (token for _, token in secrets.tokens("\0".join(text for text, _ in texts)))
    for text, has_secret_name in texts:
        yield from _in_string(text, has_secret_name, tree.placeholders)


def _texts(root: Container) -> Iterator[tuple[str, bool]]:
    """The keys and strings in a container, and whether a string has the name of a secret; aliases are followed."""
    open_ones = [(root, False)]
    seen = {(id(root), False)}
    while open_ones:
        container, is_named = open_ones.pop()
        entries = container.items() if isinstance(container, Mapping) else ((None, item) for item in container)
        for key, value in entries:
            inherits = key is None or key in _INHERITING
            has_secret_name = is_named if inherits else secrets.is_name(key)
            if key is not None:
                yield key, False
            if isinstance(value, str):
                yield value, has_secret_name
            elif isinstance(value, (Mapping, Sequence)) and (id(value), has_secret_name) not in seen:
                seen.add((id(value), has_secret_name))
                open_ones.append((value, has_secret_name))


def _in_string(text: str, has_secret_name: bool, placeholders: Placeholders) -> Iterator[str]:
    """What looks like a secret in a string, tokens aside."""
    may_be_url = "@" in text or "=" in text
    if len(text) < secrets.SHORTEST or not (has_secret_name or may_be_url):
        return
    known = placeholders.without(text)
    found = list(secrets.in_url(known)) if may_be_url else []
    if has_secret_name and not placeholders.is_unknown(text):
        found += secrets.under_a_name(known)
    yield from (secret for _, secret in found if not expressions(secret, placeholders))


def _written(text: str, placeholders: Placeholders) -> Iterator[str]:
    """The secrets in a text that may be no document at all, as they are written and as they are meant."""
    for reading in {text, unescaped(text)} if "\\" in text else (text,):
        yield from (token for _, token in secrets.tokens(reading))
        for line in reading.splitlines():
            if "@" in line or "=" in line:
                for word in _BETWEEN_WORDS.split(line):
                    yield from _in_string(word, False, placeholders)
        for entry in _ENTRY.finditer(reading):
            name = _END_OF_NAME.search(reading, max(0, entry.start() - _LONGEST_NAME), entry.start("colon"))
            if name and secrets.is_name(name[0]):
                yield from _in_string(_value(entry), True, placeholders)


def _value(entry: re.Match[str]) -> str:
    """What the value of an entry means."""
    if entry["double"]:
        return unescaped(entry["double"])
    return str(entry["plain"] or entry["single"].replace("''", "'"))


def masked(diagnostic: Diagnostic, mask: Mask) -> Diagnostic:
    """A diagnostic with stars for the secrets in all that it says; its edits stay, marked if they write a secret."""
    if not mask:
        return diagnostic
    fix = diagnostic.fix
    return diagnostic._replace(
        message=mask.hide(diagnostic.message),
        hint=mask.hide(diagnostic.hint),
        pointer=mask.hide(diagnostic.pointer),
        related=tuple(related._replace(message=mask.hide(related.message)) for related in diagnostic.related),
        fix=fix
        and fix._replace(title=mask.hide(fix.title), is_secret=any(mask.hides(edit.text) for edit in fix.edits)),
    )


def mask_for(report: Report) -> Mask:
    """The mask of the text that the report of one file is about."""
    return next((diagnostic.source.mask for diagnostic in report.found), NOTHING_HIDDEN)


def mask_texts(diagnostics: Iterable[Diagnostic]) -> dict[Source, str]:
    """The texts that some diagnostics are about, as they may be shown: with a star for each character of a secret."""
    sources: dict[Source, None] = {}
    for diagnostic in diagnostics:
        sources[diagnostic.source] = None
        sources.update((related.source, None) for related in diagnostic.related if related.source)
    return {source: source.mask.hide(source.text) for source in sources}
