"""Wires the features to the protocol: which text a request is about, and when diagnostics are published."""

from __future__ import annotations

import asyncio
import os
import sys
import threading
from collections.abc import Callable
from functools import partial
from typing import TypeVar

from lsprotocol import types
from pygls.lsp.server import LanguageServer
from pygls.uris import from_fs_path

from apigw_lint import __version__, pages
from apigw_lint.configfile import NAMES
from apigw_lint.lsp.actions import EXPLAIN, KINDS, code_actions
from apigw_lint.lsp.analysis import Analysis, Client, Text, analyse, analysis_of_configuration, read, warm_up
from apigw_lint.lsp.completion import TRIGGERS, completion
from apigw_lint.lsp.diagnostics import SOURCE, diagnostics
from apigw_lint.lsp.documents import OpenText
from apigw_lint.lsp.hover import hover
from apigw_lint.lsp.links import document_links
from apigw_lint.lsp.navigation import definitions, highlights, references
from apigw_lint.lsp.protocol import Protocol, RefusedError
from apigw_lint.lsp.renaming import CannotRenameError, renamable, rename
from apigw_lint.lsp.settings import Settings, SettingsOfFiles
from apigw_lint.lsp.symbols import document_symbols
from apigw_lint.rules import RULES

T = TypeVar("T")

SHORTEST_PAUSE, LONGEST_PAUSE = 0.1, 1.0
"""Seconds without a change after which diagnostics are published; of a text that takes long, twice what it takes."""

_TURN = 0.0005
"""Seconds after which the analysis of a large text lets another thread go on: an answer needs dozens of such turns."""


class Server(LanguageServer):
    """The server: open texts, their settings, and diagnostics that are about to be published."""

    def __init__(self) -> None:
        super().__init__("apigw-lint", __version__, protocol_cls=Protocol)
        self.texts: dict[str, OpenText] = {}
        self.client = Client()
        self.pulls = False
        self.has_shut_down = False
        self._settings = SettingsOfFiles()
        self._lock = threading.Lock()
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._blamed: set[str] = set()

    def open(self, item: types.TextDocumentItem) -> None:
        """Takes a text that was opened."""
        self.texts[item.uri] = OpenText(item, self.workspace.root_path or os.getcwd(), self.client)
        self.publish_soon(item.uri, 0)

    def close(self, uri: str) -> None:
        """Forgets a text that was closed, and takes its diagnostics back."""
        text = self.texts.pop(uri, None)
        if text is None:
            return
        self._settings.forget(text.path)
        if task := self._tasks.pop(uri, None):
            task.cancel()
        self._publish(uri, [])
        self._publish_problems_of_configurations()

    async def analysis(self, uri: str) -> Analysis | None:
        """The analysis of the latest version of a text, None for one that is not open."""
        text = self.texts.get(uri)
        return await text.analysis(self._analyse) if text else None

    async def reading(self, uri: str) -> Analysis | None:
        """What is known of the latest version of a text without looking for findings, None for one that is not open."""
        text = self.texts.get(uri)
        return await asyncio.get_running_loop().run_in_executor(None, self._read, text.latest) if text else None

    async def answer(self, uri: str, feature: Callable[[Analysis], T]) -> T | None:
        """What a feature makes of the latest version of a text, in another thread; None for one that is not open."""
        analysis = await self.analysis(uri)
        return await asyncio.get_running_loop().run_in_executor(None, feature, analysis) if analysis else None

    def _analyse(self, text: Text) -> Analysis:
        return analyse(text, self._settings_of(text))

    def _read(self, text: Text) -> Analysis:
        return read(text, self._settings_of(text))

    def _settings_of(self, text: Text) -> Settings:
        with self._lock:
            return self._settings.of(text.path)

    def publish_soon(self, uri: str, seconds: float | None = None) -> None:
        """Publishes the diagnostics of a text after a pause, unless something else changes it meanwhile."""
        text = self.texts[uri]
        if task := self._tasks.pop(uri, None):
            task.cancel()
        pause = min(max(SHORTEST_PAUSE, 2 * text.seconds), LONGEST_PAUSE) if seconds is None else seconds
        self._tasks[uri] = asyncio.get_running_loop().create_task(self._publish_after(pause, uri))

    def check_all_again(self) -> None:
        """Publishes the diagnostics of all texts anew, because something around them has changed."""
        for uri, text in self.texts.items():
            text.forget()
            self.publish_soon(uri, 0)
        if self.pulls:
            self.workspace_diagnostic_refresh(None)

    async def _publish_after(self, seconds: float, uri: str) -> None:
        await asyncio.sleep(seconds)
        analysis = await self.analysis(uri)
        if analysis is not None and not self.pulls:
            self._publish(uri, diagnostics(analysis), analysis.text.version)
        self._publish_problems_of_configurations()

    def _publish_problems_of_configurations(self) -> None:
        """Publishes what is wrong in configurations that are not open themselves, and takes back what no longer is."""
        problems = {from_fs_path(path) or "": (path, found) for path, found in self._settings.problems.items()}
        for uri in self._blamed - problems.keys() - self.texts.keys():
            self._publish(uri, [])
        self._blamed = problems.keys() - self.texts.keys()
        for uri in self._blamed:
            path, found = problems[uri]
            text = Text(uri, path, found[0].source.text, client=self.client)
            self._publish(uri, diagnostics(analysis_of_configuration(text, found)))

    def _publish(self, uri: str, found: list[types.Diagnostic], version: int | None = None) -> None:
        self.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, found, version))


def server() -> Server:
    """A server with all features, not started yet."""
    made = Server()
    for register in (
        _register_lifecycle,
        _register_texts,
        _register_diagnostics,
        _register_actions,
        _register_names,
        _register_hover,
        _register_symbols,
        _register_links,
        _register_completion,
    ):
        register(made)
    return made


def _register_lifecycle(made: Server) -> None:
    @made.feature(types.INITIALIZE)
    def _initialize(params: types.InitializeParams) -> None:
        capabilities = params.capabilities
        of_texts, of_workspace = capabilities.text_document, capabilities.workspace
        edits = of_workspace.workspace_edit if of_workspace else None
        item = of_texts.completion.completion_item if of_texts and of_texts.completion else None
        made.client = Client(
            types.PositionEncodingKind(made.workspace.position_encoding or "utf-16").value,
            takes_versions=bool(edits and edits.document_changes),
            takes_snippets=bool(item and item.snippet_support),
        )
        made.pulls = bool(of_texts and of_texts.diagnostic)

    @made.feature(types.INITIALIZED)
    async def _initialized(_: types.InitializedParams) -> None:
        asyncio.get_running_loop().run_in_executor(None, warm_up)
        of_workspace = made.client_capabilities.workspace
        watching = of_workspace.did_change_watched_files if of_workspace else None
        if watching and watching.dynamic_registration:
            watchers = [types.FileSystemWatcher(f"**/{name}") for name in NAMES]
            options = types.DidChangeWatchedFilesRegistrationOptions(watchers)
            registration = types.Registration(SOURCE, types.WORKSPACE_DID_CHANGE_WATCHED_FILES, options)
            await made.client_register_capability_async(types.RegistrationParams([registration]))

    @made.feature(types.SHUTDOWN)
    def _shutdown(_: None) -> None:
        made.has_shut_down = True


def _register_texts(made: Server) -> None:
    @made.feature(types.TEXT_DOCUMENT_DID_OPEN)
    def _opened(params: types.DidOpenTextDocumentParams) -> None:
        made.open(params.text_document)

    @made.feature(types.TEXT_DOCUMENT_DID_CHANGE)
    def _changed(params: types.DidChangeTextDocumentParams) -> None:
        text = made.texts[params.text_document.uri]
        for change in params.content_changes:
            text.change(change, params.text_document.version)
        made.publish_soon(text.uri)

    @made.feature(types.TEXT_DOCUMENT_DID_CLOSE)
    def _closed(params: types.DidCloseTextDocumentParams) -> None:
        made.close(params.text_document.uri)

    @made.feature(types.TEXT_DOCUMENT_DID_SAVE)
    def _saved(params: types.DidSaveTextDocumentParams) -> None:
        if os.path.basename(params.text_document.uri) in NAMES:
            made.check_all_again()

    @made.feature(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    def _files_changed(_: types.DidChangeWatchedFilesParams) -> None:
        made.check_all_again()


def _register_diagnostics(made: Server) -> None:
    @made.feature(types.TEXT_DOCUMENT_DIAGNOSTIC, types.DiagnosticOptions(False, False, identifier=SOURCE))
    async def _pulled(params: types.DocumentDiagnosticParams) -> types.RelatedFullDocumentDiagnosticReport:
        analysis = await made.analysis(params.text_document.uri)
        return types.RelatedFullDocumentDiagnosticReport(diagnostics(analysis) if analysis else [])


def _register_actions(made: Server) -> None:
    @made.feature(types.TEXT_DOCUMENT_CODE_ACTION, types.CodeActionOptions(list(KINDS)))
    async def _actions(params: types.CodeActionParams) -> list[types.CodeAction] | None:
        only = None if params.context.only is None else [str(kind) for kind in params.context.only]
        return await made.answer(
            params.text_document.uri, lambda analysis: code_actions(analysis, analysis.span(params.range), only)
        )

    @made.command(EXPLAIN)
    def _explain(name: str) -> str | None:
        rule = RULES.get(name)
        message = f"{name}: {rule.summary} ('apigw-lint explain {name}' tells more)" if rule else f"no rule '{name}'"
        made.window_show_message(types.ShowMessageParams(types.MessageType.Info, message))
        return pages.page(rule, color=False) if rule else None


def _register_names(made: Server) -> None:
    async def answer(
        feature: Callable[[Analysis, int], T], text: types.TextDocumentIdentifier, position: types.Position
    ) -> T | None:
        """What a feature says about a position; None for a text that is not open."""
        try:
            return await made.answer(text.uri, lambda analysis: feature(analysis, analysis.offset(position)))
        except CannotRenameError as error:
            raise RefusedError(str(error)) from error

    @made.feature(types.TEXT_DOCUMENT_DEFINITION)
    async def _definition(params: types.DefinitionParams) -> list[types.Location] | None:
        return await answer(definitions, params.text_document, params.position)

    @made.feature(types.TEXT_DOCUMENT_REFERENCES)
    async def _references(params: types.ReferenceParams) -> list[types.Location] | None:
        feature = partial(references, with_declarations=params.context.include_declaration)
        return await answer(feature, params.text_document, params.position)

    @made.feature(types.TEXT_DOCUMENT_DOCUMENT_HIGHLIGHT)
    async def _highlights(params: types.DocumentHighlightParams) -> list[types.DocumentHighlight] | None:
        return await answer(highlights, params.text_document, params.position)

    @made.feature(types.TEXT_DOCUMENT_PREPARE_RENAME)
    async def _prepare_rename(params: types.PrepareRenameParams) -> types.Range | None:
        return await answer(renamable, params.text_document, params.position)

    @made.feature(types.TEXT_DOCUMENT_RENAME, types.RenameOptions(prepare_provider=True))
    async def _rename(params: types.RenameParams) -> types.WorkspaceEdit | None:
        return await answer(partial(rename, new=params.new_name), params.text_document, params.position)


def _register_hover(made: Server) -> None:
    @made.feature(types.TEXT_DOCUMENT_HOVER)
    async def _hovered(params: types.HoverParams) -> types.Hover | None:
        return await made.answer(
            params.text_document.uri, lambda analysis: hover(analysis, analysis.offset(params.position))
        )


def _register_symbols(made: Server) -> None:
    @made.feature(types.TEXT_DOCUMENT_DOCUMENT_SYMBOL)
    async def _symbols(params: types.DocumentSymbolParams) -> list[types.DocumentSymbol] | None:
        return await made.answer(params.text_document.uri, document_symbols)


def _register_links(made: Server) -> None:
    @made.feature(types.TEXT_DOCUMENT_DOCUMENT_LINK)
    async def _links(params: types.DocumentLinkParams) -> list[types.DocumentLink] | None:
        return await made.answer(params.text_document.uri, document_links)


def _register_completion(made: Server) -> None:
    @made.feature(types.TEXT_DOCUMENT_COMPLETION, types.CompletionOptions(list(TRIGGERS)))
    async def _completed(params: types.CompletionParams) -> list[types.CompletionItem]:
        analysis = await made.reading(params.text_document.uri)
        if analysis is None:
            return []
        offset = analysis.offset(params.position)
        return await asyncio.get_running_loop().run_in_executor(None, completion, analysis, offset)


def run() -> int:
    """Serves a client on standard input and output until it says so; the exit code is 1 if it just went away."""
    sys.setswitchinterval(_TURN)
    made = server()
    made.start_io()
    return 0 if made.has_shut_down else 1
