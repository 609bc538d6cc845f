"""Owns what is fixed, a text alone or several files of a specification: how it is read, and what is found in it.

Several files are one text for a fix, one after the other as in `source/join.py`, so an edit has one offset.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from collections.abc import Sequence as Row
from typing import NamedTuple

from apigw_lint import inputs
from apigw_lint.config import Config
from apigw_lint.diagnostic import Diagnostic, Report
from apigw_lint.hosts.document import read_document
from apigw_lint.inputs import Input
from apigw_lint.linter import lint_input, reading_of
from apigw_lint.source.join import joined, separated
from apigw_lint.source.text import Piece, Source, Span
from apigw_lint.source.tree import Tree


class ReadText(NamedTuple):
    """The text of all files, the offset at which each begins, and the documents in it, each read alone."""

    text: str
    starts: tuple[int, ...]
    documents: tuple[Tree, ...]
    content: Input

    @property
    def parts(self) -> list[str]:
        """The texts of the files."""
        return separated(self.text, self.starts)


class LintedText(NamedTuple):
    """A text, and what is found in it; `elsewhere` is what is found in other files of its specification."""

    read: ReadText
    report: Report
    elsewhere: Row[Diagnostic] = ()


class Alone(NamedTuple):
    """One text, by the name that its findings have; no reference in it is followed."""

    path: str
    config: Config

    @property
    def paths(self) -> tuple[str]:
        """The names of the files, one."""
        return (self.path,)

    def read(self, text: str, starts: tuple[int, ...] = (0,)) -> ReadText:
        """The documents in a text of this name."""
        content = inputs.from_text(self.path, text, reading_of(self.config))
        return ReadText(text, starts, content.documents, content)

    def lint(self, text: ReadText) -> LintedText:
        """What is found in a text that was read."""
        return LintedText(text, lint_input(text.content, self.config))


class Split(NamedTuple):
    """Files of a specification, by their names in findings.

    `lint_whole` lints the whole specification as if these files had other texts, which are in the order of the names;
    the spans of what it finds are those of the document, see `lint_documents`.
    """

    paths: tuple[str, ...]
    config: Config
    lint_whole: Callable[[Row[str]], Report]

    def read(self, text: str, starts: tuple[int, ...] = (0,)) -> ReadText:
        """The documents in a text of all files."""
        texts, style = separated(text, starts), self.config.template
        source = joined([Source(path, part, style) for path, part in zip(self.paths, texts, strict=True)])
        sources = (
            Source(path, part, style, [Piece(0, source, start)])
            for path, part, start in zip(self.paths, texts, starts, strict=True)
        )
        documents = tuple(read_document(one, self.config.placeholders) for one in sources)
        return ReadText(text, starts, documents, Input(source))

    def lint(self, text: ReadText) -> LintedText:
        """What is found in a text that was read: in each place of these files, and elsewhere."""
        whole = self.lint_whole(text.parts)
        starts = dict(zip(self.paths, text.starts, strict=True))
        source = text.content.source
        found = [_in_ours(diagnostic, source, starts) for diagnostic in whole.found]
        ignored = [
            hidden._replace(diagnostic=ours)
            for hidden in whole.ignored
            if (ours := _in_ours(hidden.diagnostic, source, starts))
        ]
        elsewhere = [one.located for one, ours in zip(whole.found, found, strict=True) if not ours]
        return LintedText(text, Report([one for one in found if one], ignored=ignored), elsewhere)


Subject = Alone | Split


def concatenated(texts: Iterable[str]) -> tuple[str, tuple[int, ...]]:
    """Several texts as one, and the offset at which each begins."""
    source = joined([Source("", text) for text in texts])
    return source.text, tuple(piece.start for piece in source.pieces)


def _in_ours(diagnostic: Diagnostic, source: Source, starts: dict[str, int]) -> Diagnostic | None:
    """A finding with its places in the text of our files, None if it is in another one; a fix goes if an edit is."""
    [span] = _places(diagnostic, [diagnostic.span], starts)
    if span is None:
        return None
    fix = diagnostic.fix
    if fix:
        places = list(_places(diagnostic, [edit.span for edit in fix.edits], starts))
        edits = tuple(edit._replace(span=place) for edit, place in zip(fix.edits, places, strict=True) if place)
        fix = fix._replace(edits=edits) if len(edits) == len(places) else None
    return diagnostic._replace(source=source, span=span, fix=fix, related=())


def _places(diagnostic: Diagnostic, spans: Iterable[Span], starts: dict[str, int]) -> Iterator[Span | None]:
    """Where spans of the text of a finding are in that of our files."""
    for place in map(diagnostic.source.located, spans):
        start = starts.get(place.source.path)
        yield None if start is None else place.span.moved(start)
