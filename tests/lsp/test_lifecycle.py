"""How the server starts, what it touches, and how it ends."""

from __future__ import annotations

import inspect
import subprocess
import sys
from pathlib import Path

from tests.clients import require_module
from tests.clients.connection import PATIENCE
from tests.lsp.client import Client
from tests.support import BAD, GOOD, run

WITHOUT_PYGLS = "import sys; sys.modules['pygls'] = None; from apigw_lint.cli import main; main(['lsp'], 'apigw-lint')"
WATCHED = """
import sys
log = open(sys.argv.pop(1), "w", buffering=1)
def watch(event, arguments):
    if event in ("open", "socket.connect", "socket.bind", "socket.getaddrinfo", "subprocess.Popen"):
        log.write(f"{event} {arguments[0]!r}\\n")
sys.addaudithook(watch)
from apigw_lint.cli import main
main(["lsp"], "apigw-lint")
"""


def test_not_installed(tmp_path: Path) -> None:
    """Without the extra one line says what to install."""
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_PYGLS], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == 'the language server is not installed: pip install "apigw-lint[lsp]"\n'


def test_capabilities(client: Client) -> None:
    """The server says what it can do."""
    sync = client.server["textDocumentSync"]
    assert (sync["openClose"], sync["change"]) == (True, 2)
    assert client.server["positionEncoding"] == "utf-16"
    assert client.server["executeCommandProvider"] == {"commands": ["apigw-lint.explain"]}
    assert "documentFormattingProvider" not in client.server


def test_end(tmp_path: Path) -> None:
    """A client that says goodbye gets exit code 0, one that is gone without a word 1."""
    require_module("pygls")
    assert Client(tmp_path).stop() == (0, "")
    client = Client(tmp_path)
    assert client.process.stdin
    client.process.stdin.close()
    assert client.process.wait(PATIENCE) == 1


def test_words_that_clients_add(tmp_path: Path) -> None:
    """`--stdio` is taken, and other words are not."""
    require_module("pygls")
    assert run("lsp", "--stdio", cwd=tmp_path).returncode == 1
    assert run("lsp", "spec.yaml", cwd=tmp_path).returncode == 2


def test_nothing_is_touched(tmp_path: Path) -> None:
    """It opens no socket, starts no process, and reads nothing but the configuration and its baseline."""
    require_module("pygls")
    (tmp_path / ".git").mkdir()
    for name in ("other.yaml", "spec.yaml", "settings.json"):
        (tmp_path / name).write_text(GOOD)
    (tmp_path / ".apigw-lint.yaml").write_text("baseline: known.jsonl\n")
    (tmp_path / "known.jsonl").write_text('{"apigw-lint-baseline": 1}\n')
    log = tmp_path.parent / f"{tmp_path.name}.log"
    with Client(tmp_path, command=[sys.executable, "-c", WATCHED, str(log)]) as client:
        uri = client.open("spec.yaml", BAD)
        assert len(client.diagnostics(uri)) == 1
        client.actions(uri, "dum|y")
        uri = client.open(
            "main.tf", 'resource "yandex_api_gateway" "a" {\n  spec = file("spec.yaml")\n}\n', "terraform"
        )
        assert client.diagnostics(uri) == []
    events = [line.split(" ", 1) for line in log.read_text().splitlines()]
    assert {event for event, _ in events} == {"open"}
    opened = {Path(name.strip("'")).name for _, name in events if str(tmp_path) in name}
    assert opened == {".apigw-lint.yaml", "known.jsonl"}


def test_odd_messages(tmp_path: Path) -> None:
    """What cannot be answered is an error, also in the log, and the server goes on."""
    require_module("pygls")
    client = Client(tmp_path)
    for method, params in (
        ("textDocument/nonsense", {}),
        ("workspace/executeCommand", {"command": "nonsense"}),
    ):
        assert "error" in client.answer(method, params), method
    uri = client.open("spec.yaml", BAD)
    assert len(client.diagnostics(uri)) == 1
    uri = client.open("half.yaml", BAD.replace("API", "\ud83d"))
    assert [one["code"] for one in client.diagnostics(uri)] == ["bad-value"]
    assert client.messages == []
    code, log = client.stop()
    assert (code, "nonsense" in log) == (0, True)


def test_nothing_is_kept_of_changes() -> None:
    """What handles the changes of a text is a plain function: of any other, pygls keeps something for ever."""
    require_module("pygls")
    from apigw_lint.lsp.server import server

    manager = server().protocol.fm
    for name in ("didOpen", "didChange", "didClose", "didSave"):
        handlers = [
            group[method]
            for group in (manager.builtin_features, manager.features)
            if (method := f"textDocument/{name}") in group
        ]
        assert handlers, name
        assert not any(inspect.isgeneratorfunction(one) or inspect.iscoroutinefunction(one) for one in handlers), name
