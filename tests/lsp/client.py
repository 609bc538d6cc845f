"""A client of our language server: it keeps texts as an editor does, and checks what comes against them."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tests.clients.connection import Connection

_WIDTHS = {"utf-8": ("utf-8", 1), "utf-16": ("utf-16-le", 2), "utf-32": ("utf-32-le", 4)}
_LINE_BREAK = re.compile(r"\r\n|\n|\r")

CAPABILITIES: dict[str, Any] = {
    "general": {"positionEncodings": ["utf-16"]},
    "workspace": {"workspaceEdit": {"documentChanges": True}},
    "textDocument": {
        "completion": {"completionItem": {"snippetSupport": True, "documentationFormat": ["markdown"]}},
        "hover": {"contentFormat": ["markdown"]},
        "codeAction": {"codeActionLiteralSupport": {"codeActionKind": {"valueSet": ["quickfix", "source"]}}},
        "rename": {"prepareSupport": True},
    },
}


class Client(Connection):
    """A running server; use it in a `with` statement, which ends it in the way of the protocol."""

    def __init__(
        self,
        root: Path,
        capabilities: Mapping[str, Any] | None = None,
        encoding: str | None = "utf-16",
        command: Sequence[str] = (sys.executable, "-m", "apigw_lint", "lsp"),
    ) -> None:
        super().__init__(command, cwd=root)
        self.root = root
        self.texts: dict[str, str] = {}
        self.versions: dict[str, int] = {}
        wanted = dict(CAPABILITIES if capabilities is None else capabilities)
        wanted["general"] = {"positionEncodings": [encoding]} if encoding else {}
        params = {"processId": None, "rootUri": root.as_uri(), "capabilities": wanted}
        self.server: dict[str, Any] = self.request("initialize", params)["capabilities"]
        self.encoding: str = self.server.get("positionEncoding", "utf-16")
        self.notify("initialized", {})

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            assert self.stop() == (0, "")
        else:
            self.process.kill()

    def stop(self) -> tuple[int, str]:
        """Ends the server; its exit code and what it wrote to standard error."""
        self.request("shutdown", None)
        self.notify("exit", None)
        return self.ended()

    def uri(self, name: str) -> str:
        """The URI of a file below the root."""
        return (self.root / name).as_uri()

    def open(self, name: str, text: str, language: str = "yaml") -> str:
        """Opens a text under a name below the root, or a URI; returns the URI."""
        uri = name if ":" in name else self.uri(name)
        self.texts[uri], self.versions[uri] = text, 1
        item = {"uri": uri, "languageId": language, "version": 1, "text": text}
        self.notify("textDocument/didOpen", {"textDocument": item})
        return uri

    def change(self, uri: str, start: int, end: int, new: str) -> None:
        """Replaces a part of a text, given in code points."""
        text = self.texts[uri]
        range_ = {"start": self.position(uri, start), "end": self.position(uri, end)}
        self.texts[uri] = text[:start] + new + text[end:]
        self.versions[uri] += 1
        document = {"uri": uri, "version": self.versions[uri]}
        changes = [{"range": range_, "text": new}]
        self.notify("textDocument/didChange", {"textDocument": document, "contentChanges": changes})

    def replace(self, uri: str, old: str, new: str) -> None:
        """Replaces the first occurrence of a string in a text."""
        start = self.texts[uri].index(old)
        self.change(uri, start, start + len(old), new)

    def close(self, uri: str) -> None:
        """Closes a text."""
        self.notify("textDocument/didClose", {"textDocument": {"uri": uri}})

    def diagnostics(self, uri: str) -> list[dict[str, Any]]:
        """The diagnostics of the latest version of a text, once they are published."""
        return self.wait_for_diagnostics(uri, self.versions[uri])

    def wait_for_diagnostics(self, uri: str, version: int | None) -> list[dict[str, Any]]:
        """The diagnostics of a version, None for those of a text that is not open."""
        while True:
            for params in reversed(self.published.get(uri, [])):
                if params.get("version") == version:
                    self.published[uri] = [params]
                    found = params["diagnostics"]
                    assert isinstance(found, list)
                    return found
            self.take()

    def at(self, uri: str, place: str) -> dict[str, Any]:
        """The parameters of a request at a place: a part of the text with a `|` where the cursor is; its start."""
        before, after = place.split("|") if place else ("", self.texts[uri])
        text = self.texts[uri]
        assert text.count(before + after) == 1, f"{text.count(before + after)} times {before + after!r}"
        offset = text.index(before + after) + len(before)
        return {"textDocument": {"uri": uri}, "position": self.position(uri, offset)}

    def actions(self, uri: str, place: str, only: list[str] | None = None) -> list[dict[str, Any]]:
        """The code actions at a place, see `at`."""
        where = self.at(uri, place)
        context = {"diagnostics": [], **({"only": only} if only else {})}
        range_ = {"start": where["position"], "end": where["position"]}
        params = {"textDocument": where["textDocument"], "range": range_, "context": context}
        found = self.request("textDocument/codeAction", params)
        assert isinstance(found, list)
        return found

    def apply(self, edit: Mapping[str, Any]) -> None:
        """Makes a workspace edit in open texts, which must be of the version that they have."""
        changes: dict[str, list[dict[str, Any]]] = dict(edit.get("changes", {}))
        for one in edit.get("documentChanges", ()):
            document = one["textDocument"]
            assert document["version"] == self.versions[document["uri"]]
            changes.setdefault(document["uri"], []).extend(one["edits"])
        for uri, edits in changes.items():
            spans = [(*self.span(uri, one["range"]), one["newText"]) for one in edits]
            for start, end, new in sorted(spans, reverse=True):
                self.change(uri, start, end, new)

    def position(self, uri: str, offset: int) -> dict[str, int]:
        """The position of an offset (code points) in the encoding of the server."""
        before = self.texts[uri][:offset]
        breaks = _LINE_BREAK.finditer(self.texts[uri], 0, offset + 1)
        ends = [match.end() for match in breaks if match.end() <= offset]
        codec, width = _WIDTHS[self.encoding]
        last = before[ends[-1] if ends else 0 :]
        return {"line": len(ends), "character": len(last.encode(codec, "surrogatepass")) // width}

    def span(self, uri: str, range_: Mapping[str, Mapping[str, int]]) -> tuple[int, int]:
        """The offsets (code points) that a range covers; both must be at the start of a character."""
        start, end = (self._offset(uri, range_[name]) for name in ("start", "end"))
        return start, end

    def covered(self, uri: str, range_: Mapping[str, Mapping[str, int]]) -> str:
        """The part of a text that a range covers."""
        start, end = self.span(uri, range_)
        return self.texts[uri][start:end]

    def _offset(self, uri: str, position: Mapping[str, int]) -> int:
        text = self.texts[uri]
        starts = [0, *(match.end() for match in _LINE_BREAK.finditer(text))]
        start = starts[position["line"]]
        codec, width = _WIDTHS[self.encoding]
        units = text[start:].encode(codec, "surrogatepass")[: position["character"] * width]
        return start + len(units.decode(codec, "surrogatepass"))
