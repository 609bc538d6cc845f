"""Measures the language server: a client edits, asks, and waits, in a server that is warm."""

from __future__ import annotations

import statistics
import time
from pathlib import Path
from typing import Any

from tests.bench.generate import spec
from tests.bench.inputs import mistyped, service
from tests.bench.report import Show, milliseconds, table
from tests.lsp.client import Client

EDITS, LARGE_EDITS = 30, 3
TARGETS = {"4 KB": 0.010, "20 KB": 0.030, "100 KB": 0.150, "3.4 MB": None}
"""Seconds from an edit to its diagnostics that are wanted."""
ANSWER = 0.020
"""Seconds that an answer about 20 KB may take."""
WORD = "function_id"


def editing(folder: Path, show: Show) -> None:
    """What an edit and a question take, what a large text does to a small one, and what ten thousand edits leave."""
    folder.mkdir()
    texts = {"4 KB": mistyped(service(4000), 1), "20 KB": mistyped(service(20_000), 1)}
    texts |= {"100 KB": spec(100_000, 100), "3.4 MB": spec(3_400_000, 100)}
    row = table(
        show, "in the language server", "diagnostics of an edit", "target", "hover", "completion", "code actions"
    )
    with Client(folder) as client:
        for title, text in texts.items():
            uri = client.open(f"{title.replace(' ', '-')}.yaml", text)
            _diagnose(client, uri)
            edits = [_edit(client, uri) for _ in range(EDITS if len(text) < 1_000_000 else LARGE_EDITS)]
            wanted, median = TARGETS[title], statistics.median(edits[len(edits) // 3 :])
            verdict = f"{milliseconds(wanted)}, {'met' if median <= wanted else 'missed'}" if wanted else ""
            answers = [_answer(client, uri, method) for method in ("hover", "completion", "codeAction")]
            row(title, milliseconds(median), verdict, *map(milliseconds, answers))
            client.close(uri)
    show(f"\nAn answer about 20 KB should take at most {milliseconds(ANSWER)}.")
    _beside_a_large_one(folder, texts["4 KB"], texts["3.4 MB"], show)
    _memory(folder, texts["4 KB"], show)


def _beside_a_large_one(folder: Path, small: str, large: str, show: Show) -> None:
    """How long a small text waits while a large one is analysed."""
    with Client(folder) as client:
        first, second = client.open("small.yaml", small), client.open("large.yaml", large)
        _diagnose(client, second)
        waits: list[float] = []
        for _ in range(3):
            client.change(second, 0, 0, "# an edit\n")
            begin = time.perf_counter()
            client.notify("textDocument/didSave", {"textDocument": {"uri": second}})
            while time.perf_counter() - begin < 2:
                waits.append(_edit(client, first))
                waits.append(_answer(client, first, "hover"))
    show(f"\nWhile 3.4 MB are analysed, an edit or a hover in 4 KB takes at most {milliseconds(max(waits))}.")


def _memory(folder: Path, text: str, show: Show) -> None:
    """The resident memory of the server after a hundred edits, and after ten thousand."""
    with Client(folder) as client:
        uri = client.open("spec.yaml", text)
        figures = []
        for number in range(1, 10_001):
            client.change(uri, 0, 0, "# \n") if number % 2 else client.change(uri, 0, 3, "")
            if number % 10 == 0:
                _diagnose(client, uri)
            if number in (100, 10_000):
                status = Path(f"/proc/{client.process.pid}/status").read_text()
                figures.append(int(status.partition("VmRSS:")[2].split()[0]) / 1024)
    show(f"\nMemory after 100 edits: {figures[0]:.0f} MiB, after 10,000: {figures[1]:.0f} MiB.")


def _edit(client: Client, uri: str) -> float:
    """The seconds from an edit to the diagnostics of it, without the pause that waits for more of them."""
    start = time.perf_counter()
    client.change(uri, 0, 0, "#\n")
    _diagnose(client, uri)
    taken = time.perf_counter() - start
    client.change(uri, 0, 2, "")
    return taken


def _diagnose(client: Client, uri: str) -> None:
    client.request("textDocument/diagnostic", {"textDocument": {"uri": uri}})


def _answer(client: Client, uri: str, method: str) -> float:
    """The median of the seconds that a question about a key takes."""
    _diagnose(client, uri)
    position = client.position(uri, client.texts[uri].index(WORD) + 2)
    params: dict[str, Any] = {"textDocument": {"uri": uri}, "position": position}
    if method == "codeAction":
        params |= {"range": {"start": position, "end": position}, "context": {"diagnostics": []}}
    taken = []
    for _ in range(7):
        start = time.perf_counter()
        client.answer(f"textDocument/{method}", params)
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)
