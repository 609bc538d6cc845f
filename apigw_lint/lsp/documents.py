"""Owns the open texts, which are kept equal to those of the client, and are analysed once for each version."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from urllib.parse import unquote, urlsplit

from lsprotocol.types import (
    Range,
    TextDocumentContentChangeEvent,
    TextDocumentContentChangePartial,
    TextDocumentItem,
)
from pygls.uris import to_fs_path

from apigw_lint.lsp.analysis import Analysis, Client, Text
from apigw_lint.lsp.positions import Positions

Analyse = Callable[[Text], Analysis]

_SUFFIXES = {
    "terraform": ".tf",
    "opentofu": ".tofu",
    "json": ".json",
    "jsonc": ".json",
    "markdown": ".md",
    "mdx": ".mdx",
    "shellscript": ".sh",
}
"""What texts that are not saved yet are called, by their language; all others are YAML."""


class OpenText:
    """A text that is open in the editor, and the analysis of its latest version."""

    def __init__(self, item: TextDocumentItem, folder: str, client: Client) -> None:
        self.uri = item.uri
        self.path = path_of(item.uri) or os.path.join(folder, _name_of(item))
        self.version = item.version
        self.text = item.text
        self.seconds = 0.0
        self._client = client
        self._analysis: Analysis | None = None
        self._revision, self._analysed = 0, -1
        self._lock = asyncio.Lock()

    def change(self, change: TextDocumentContentChangeEvent, version: int) -> None:
        """Makes a change that the client has made."""
        if isinstance(change, TextDocumentContentChangePartial):
            self.text = changed(self.text, change.range, change.text, self._client.encoding)
        else:
            self.text = change.text
        self.version = version
        self.forget()

    def forget(self) -> None:
        """Makes the analysis count no more, because the text or something outside of it has changed."""
        self._revision += 1

    @property
    def latest(self) -> Text:
        """The latest version of the text."""
        return Text(self.uri, self.path, self.text, self.version, self._client)

    async def analysis(self, analyse: Analyse) -> Analysis:
        """The analysis of the latest version, made in another thread; a version that is overtaken is left out."""
        loop = asyncio.get_running_loop()
        async with self._lock:
            while self._analysis is None or self._analysed != self._revision:
                revision, start = self._revision, loop.time()
                self._analysis = await asyncio.shield(loop.run_in_executor(None, analyse, self.latest))
                self._analysed, self.seconds = revision, loop.time() - start
            return self._analysis


def changed(text: str, range_: Range, new: str, encoding: str) -> str:
    """A text in which a range was replaced."""
    span = Positions(text, encoding).span(range_)
    return text[: span.start] + new + text[max(span.start, span.end) :]


def path_of(uri: str) -> str | None:
    """The path that a URI names, None if it names no file."""
    return to_fs_path(uri) if urlsplit(uri).scheme == "file" else None


def _name_of(item: TextDocumentItem) -> str:
    """The name of a text that is not saved yet."""
    name = os.path.basename(unquote(urlsplit(item.uri).path)) or "untitled"
    return f"{name}{_SUFFIXES.get(item.language_id.lower(), '.yaml')}"
