"""Owns what is known of one version of an open text: its documents, their specs, and the findings in them."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import NamedTuple

from lsprotocol.types import Location, Position, Range, TextEdit
from pygls.uris import from_fs_path

from apigw_lint import inputs
from apigw_lint.cached import cached_property
from apigw_lint.config import Config
from apigw_lint.configfile import NAMES, ConfigError, parse_config_file
from apigw_lint.diagnostic import Diagnostic, Edit, Report
from apigw_lint.files import shown_path
from apigw_lint.fix.subject import Alone, LintedText, Split, Subject
from apigw_lint.gateway.spec import Spec
from apigw_lint.grouping import grouped
from apigw_lint.inputs import Input
from apigw_lint.linter import diagnostic_of, lint_documents, lint_input, lint_specs
from apigw_lint.lsp.names import Names
from apigw_lint.lsp.positions import Positions
from apigw_lint.lsp.settings import Settings
from apigw_lint.masking import mask_of
from apigw_lint.recognition import may_be_split
from apigw_lint.rules import RULES, Problem
from apigw_lint.run import reading_at
from apigw_lint.source.mask import Mask
from apigw_lint.source.text import Source, Span


class Client(NamedTuple):
    """What an editor can take: the encoding of its positions, edits of a certain version of a text, snippets."""

    encoding: str = "utf-16"
    takes_versions: bool = True
    takes_snippets: bool = True


DEFAULT_CLIENT = Client()
_SMALLEST = "openapi: 3.0.0\npaths: {/: {get: {x-yc-apigateway-integration: {type: dummi}}}}\n"
CONFIGURATION = "a configuration"
"""Why nothing in a configuration of ours is linted as a specification."""


class Text(NamedTuple):
    """One version of an open text; `path` is where it is saved, or a name that says what it is."""

    uri: str
    path: str
    text: str
    version: int = 0
    client: Client = DEFAULT_CLIENT


class Place(NamedTuple):
    """A place in one of the documents of a text: its spec, and the offset in the text of its own source."""

    spec: Spec
    offset: int


class Analysis:
    """One version of a text, `content` being the documents in it, and `specs` their specs.

    Its findings are looked for when they are first asked for, which takes longer than all else: in `followed`, the same
    with the files that its references lead to. Offsets and spans are those of the whole text, counted after a byte
    order mark.
    """

    def __init__(self, text: Text, settings: Settings, content: Input, followed: Input | None = None) -> None:
        self.text = text
        self.settings = settings
        self.content = content
        self.followed = followed
        self.specs = [Spec(tree) for tree in content.documents]
        self._names: dict[Spec, Names] = {}
        self._mark = len(text.text) - len(content.source.text)
        self._positions = Positions(text.text, text.client.encoding)

    @cached_property
    def everything(self) -> Report:
        """What is found at each place of this text."""
        if self.followed is None:
            return lint_specs(self.content, self.specs, self.config)
        return lint_input(self.followed, self.config).of_file(self.source.path)

    @property
    def linted(self) -> LintedText:
        """The text with what is found in it, as one that is fixed."""
        read = self.subject.read(self.source.text)
        return self.subject.lint(read) if self.followed else LintedText(read, self.everything)

    @property
    def subject(self) -> Subject:
        """The text as one that is fixed."""
        path = self.source.path
        return Split((path,), self.config, self._lint_whole) if self.followed else Alone(path, self.config)

    def _lint_whole(self, texts: Sequence[str]) -> Report:
        reading = reading_at(self.text.path, self.config)
        return lint_documents(inputs.from_file(self.source.path, texts[0], reading, is_wanted=False), self.config)

    @cached_property
    def _mask(self) -> Mask:
        return mask_of(self.source, self.content.documents)

    def hide(self, text: str) -> str:
        """A text, as long as it was, with stars for the secrets of the documents: nothing is shown without this."""
        return self._mask.hide(text)

    @cached_property
    def report(self) -> Report:
        """What `check` shows of it: without what the baseline hides, one finding for each cause."""
        report = self.everything
        if baseline := self.settings.baseline:
            report = report._replace(found=baseline.compare(report.found, report.checked).new)
        return grouped(report)

    @property
    def config(self) -> Config:
        """The configuration of the text."""
        return self.settings.config

    @property
    def source(self) -> Source:
        """The whole text."""
        return self.content.source

    def offset(self, position: Position) -> int:
        """The offset of a position of the client."""
        return max(0, self._positions.offset(position) - self._mark)

    def span(self, range_: Range) -> Span:
        """The span of a range of the client."""
        return Span(self.offset(range_.start), self.offset(range_.end))

    def range(self, span: Span) -> Range:
        """The range of a span for the client."""
        return self._positions.range(span.moved(self._mark))

    def location(self, span: Span) -> Location:
        """The location of a span for the client."""
        return Location(self.text.uri, self.range(span))

    def location_in(self, source: Source | None, span: Span) -> Location:
        """The location of a span in another file for the client; without one, in this text."""
        if source is None:
            return self.location(span)
        positions = Positions(source.text, self.text.client.encoding)
        return Location(from_fs_path(os.path.abspath(source.path)), positions.range(span))

    def text_edit(self, edit: Edit) -> TextEdit:
        """An edit for the client."""
        return TextEdit(self.range(edit.span), edit.text)

    def place(self, offset: int) -> Place | None:
        """The document around an offset, None between and outside of documents."""
        for spec in self.specs:
            inside = spec.tree.source.offset_of(offset)
            if inside is not None and inside <= len(spec.tree.source.text):
                return Place(spec, inside)
        return None

    def names(self, spec: Spec) -> Names:
        """The names of a document of the text."""
        if spec not in self._names:
            self._names[spec] = Names(spec)
        return self._names[spec]

    def range_in(self, spec: Spec, span: Span) -> Range:
        """The range of a span in a document of the text."""
        return self.range(spec.tree.source.whole(span))


def analyse(text: Text, settings: Settings) -> Analysis:
    """What is known of a text, its findings found. A failure, which is a fault of ours, is the only finding then."""
    try:
        analysis = read(text, settings)
        _ = analysis.report
        return analysis
    except Exception as error:  # noqa: BLE001 - the server must go on, and the user must see that this text is not checked
        message = f"failed with {type(error).__name__}: {error}; please report it"
        crash = diagnostic_of(_source_of(text), RULES["crash"], Problem(None, message))
        return _with_findings(text, "a failure", [crash])


def warm_up() -> None:
    """Loads what the first analysis needs, the rules and schemas, so that the first text does not wait for it."""
    analyse(Text("", "", _SMALLEST), Settings(Config()))


def read(text: Text, settings: Settings) -> Analysis:
    """What is known of a text, its findings not looked for yet."""
    if os.path.basename(text.path) in NAMES:
        return analysis_of_configuration(text, _findings_of_configuration(text))
    if settings.is_excluded:
        return Analysis(text, settings, Input(_source_of(text), reason="excluded"))
    reading = reading_at(text.path, settings.config)
    name, alone = shown_path(text.path), reading._replace(files=None)
    content = inputs.from_file(name, text.text, alone, is_wanted=False)
    followed = inputs.from_file(name, text.text, reading, is_wanted=False) if may_be_split(text.text) else None
    if content.reason and followed and not followed.reason:
        content = inputs.from_text(name, text.text, alone)
    return Analysis(text, settings, content, followed)


def _source_of(text: Text) -> Source:
    """The source of a text in which no documents are looked for."""
    return Source(shown_path(text.path), text.text.removeprefix("\ufeff"))


def analysis_of_configuration(text: Text, findings: Sequence[Diagnostic]) -> Analysis:
    """The analysis of a text that is a configuration of ours, with what is found in it."""
    return _with_findings(text, CONFIGURATION, findings)


def _with_findings(text: Text, reason: str, findings: Sequence[Diagnostic]) -> Analysis:
    """The analysis of a text that is no specification, with findings all the same."""
    analysis = Analysis(text, Settings(Config()), Input(_source_of(text), reason=reason))
    analysis.everything = analysis.report = Report(findings)
    return analysis


def _findings_of_configuration(text: Text) -> list[Diagnostic]:
    try:
        parse_config_file(text.path, text.text)
    except ConfigError as error:
        return error.findings
    return []
