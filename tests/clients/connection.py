"""A connection to a language server (LSP 3.17): it starts the command and exchanges messages with it."""

from __future__ import annotations

import json
import queue
import subprocess
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

PATIENCE = 60
"""Seconds after which a message that is waited for is missing."""


class Connection:
    """A running server. `published` has the parameters of the diagnostics that came, by URI, the latest last."""

    def __init__(self, command: Sequence[str | Path], cwd: Path | None = None, env: Mapping[str, str] | None = None):
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(command, cwd=cwd, env=env, stdin=pipe, stdout=pipe, stderr=pipe)
        self.published: dict[str, list[dict[str, Any]]] = {}
        self.messages: list[dict[str, Any]] = []
        self._log: list[bytes] = []
        self._received: queue.Queue[dict[str, Any] | None] = queue.Queue()
        self._number = 0
        self._readers = [threading.Thread(target=read, daemon=True) for read in (self._read, self._read_log)]
        for reader in self._readers:
            reader.start()

    def ended(self) -> tuple[int, str]:
        """The exit code of a server that ends, and what it wrote to standard error."""
        code = self.process.wait(PATIENCE)
        for reader in self._readers:
            reader.join(PATIENCE)
        return code, b"".join(self._log).decode()

    def request(self, method: str, params: Any) -> Any:
        """The result of a request. Fails on an error."""
        answer = self.answer(method, params)
        assert "error" not in answer, answer["error"]
        return answer["result"]

    def answer(self, method: str, params: Any) -> dict[str, Any]:
        """The answer to a request, with its result or an error."""
        self._number += 1
        self._send({"id": self._number, "method": method, "params": params})
        while True:
            message = self.take()
            if message.get("id") == self._number and "method" not in message:
                return message

    def notify(self, method: str, params: Any) -> None:
        """Sends a notification."""
        self._send({"method": method, "params": params})

    def take(self) -> dict[str, Any]:
        """The next message, after taking notice of it, and answering what the server asks."""
        message = self._received.get(timeout=PATIENCE)
        assert message is not None, "the server is gone"
        if message.get("method") == "textDocument/publishDiagnostics":
            self.published.setdefault(message["params"]["uri"], []).append(message["params"])
        elif "method" in message:
            self.messages.append(message)
            if "id" in message:
                self._send({"id": message["id"], "result": self.answer_to(message)})
        return message

    def answer_to(self, message: Mapping[str, Any]) -> Any:
        """What a request of the server is answered."""

    def _send(self, message: dict[str, Any]) -> None:
        data = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self.process.stdin
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(data), data))
        self.process.stdin.flush()

    def _read(self) -> None:
        stream = self.process.stdout
        assert stream
        while header := stream.readline():
            length = 0
            while header.strip():
                name, _, value = header.partition(b":")
                length = int(value) if name.lower() == b"content-length" else length
                header = stream.readline()
            self._received.put(json.loads(stream.read(length)))
        self._received.put(None)

    def _read_log(self) -> None:
        assert self.process.stderr
        self._log.extend(self.process.stderr)
