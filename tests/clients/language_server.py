"""The language servers of other editors, as the tests of the schema ask them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tests.clients.connection import Connection


class LanguageServer(Connection):
    """A running server. Documents are named by their URI; what the server asks for is answered from `settings`."""

    def __init__(
        self, command: Sequence[str | Path], *, env: dict[str, str], settings: dict[str, Any] | None = None
    ) -> None:
        super().__init__(command, env=env)
        self._settings = settings or {}
        completion_item = {"snippetSupport": True, "documentationFormat": ["markdown", "plaintext"]}
        capabilities = {
            "workspace": {"configuration": True},
            "textDocument": {
                "publishDiagnostics": {},
                "hover": {"contentFormat": ["markdown"]},
                "completion": {"completionItem": completion_item},
            },
        }
        self.request("initialize", {"processId": None, "rootUri": None, "capabilities": capabilities})
        self.notify("initialized", {})

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.process.kill()
        self.ended()

    def answer_to(self, message: Mapping[str, Any]) -> Any:
        """The settings that the server asks for, nothing for all else."""
        items = message["params"].get("items", ()) if message["method"] == "workspace/configuration" else ()
        return [self._settings.get(item["section"], {}) for item in items]

    def open(self, uri: str, text: str, language: str = "yaml") -> None:
        """Opens a document."""
        document = {"uri": uri, "languageId": language, "version": 1, "text": text}
        self.notify("textDocument/didOpen", {"textDocument": document})

    def diagnostics(self, uri: str) -> list[Any]:
        """The diagnostics of a document, once they are published."""
        while uri not in self.published:
            self.take()
        found = self.published[uri][-1]["diagnostics"]
        assert isinstance(found, list)
        return found

    def at(self, method: str, uri: str, line: int, character: int) -> Any:
        """What a request such as `textDocument/hover` says about a position, which counts from 0."""
        position = {"line": line, "character": character}
        return self.request(method, {"textDocument": {"uri": uri}, "position": position})
