"""Owns keeping secrets out of reports: in the messages and fixes of diagnostics, and in the lines that are shown."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence

from apigw_lint.diagnostic import Diagnostic
from apigw_lint.source.text import Source, Span


def mask_messages(diagnostics: Sequence[Diagnostic]) -> Sequence[Diagnostic]:
    """The diagnostics with stars in every message for the secrets that some of them underline.

    A diagnostic whose fix would write a secret loses the fix.
    """
    secrets = {diagnostic.source.slice(diagnostic.span) for diagnostic in diagnostics if diagnostic.is_secret}
    if not secrets:
        return diagnostics
    index = _SecretIndex(secrets)
    return [_masked(diagnostic, index) for diagnostic in diagnostics]


def _masked(diagnostic: Diagnostic, secrets: _SecretIndex) -> Diagnostic:
    message, hint = secrets.starred_in(diagnostic.message), secrets.starred_in(diagnostic.hint)
    fix = diagnostic.fix
    if fix and any(secrets.contained_in(edit.text) for edit in fix.edits):
        fix = None
    return diagnostic._replace(message=message, hint=hint, fix=fix)


class _SecretIndex:
    """Secrets by their first letters, so that one pass over a text finds those that it contains."""

    def __init__(self, secrets: set[str]) -> None:
        self.width = min(map(len, secrets))
        self.by_start: dict[str, list[str]] = defaultdict(list)
        for secret in sorted(secrets, key=len, reverse=True):
            self.by_start[secret[: self.width]].append(secret)

    def contained_in(self, text: str) -> list[str]:
        """The secrets that a text contains."""
        starts = (text[offset : offset + self.width] for offset in range(len(text) - self.width + 1))
        return [secret for start in starts for secret in self.by_start.get(start, ()) if secret in text]

    def starred_in(self, text: str) -> str:
        """A text with stars for the secrets that it contains."""
        for secret in self.contained_in(text):
            text = text.replace(secret, "*" * len(secret))
        return text


def mask_texts(diagnostics: Iterable[Diagnostic]) -> dict[Source, str]:
    """The texts in which some diagnostics underline secrets, with a star for each character of those."""
    secrets: dict[Source, list[Span]] = defaultdict(list)
    for diagnostic in diagnostics:
        if diagnostic.is_secret:
            secrets[diagnostic.source].append(diagnostic.span)
    return {source: _starred(source.text, sorted(spans)) for source, spans in secrets.items()}


def _starred(text: str, spans: list[Span]) -> str:
    """A text with a star for each character that some sorted spans cover, line breaks left out."""
    pieces, offset = [], 0
    for span in spans:
        start, end = max(offset, span.start), max(offset, span.end)
        pieces += [text[offset:start], re.sub(r"[^\r\n]", "*", text[start:end])]
        offset = end
    return "".join((*pieces, text[offset:]))
