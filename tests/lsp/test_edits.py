"""Whatever is typed, the server has the text that the client has, and its findings."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest

from apigw_lint import lint
from apigw_lint.configfile import Configs
from apigw_lint.diagnostic import Report
from apigw_lint.grouping import grouped
from apigw_lint.run import check_stdin
from tests.clients import require_module
from tests.conftest import FIXTURES
from tests.lsp.client import Client

TYPED = [
    "a",
    "\n",
    "\r\n",
    "\r",
    " ",
    "  ",
    ":",
    "{",
    "}",
    "'",
    '"',
    "- ",
    "# ",
    "😀",
    "ж",
    "\u2028",
    "\t",
    "${X}",
    "dumy",
]
QUESTIONS: dict[str, dict[str, Any]] = {
    "hover": {},
    "completion": {},
    "definition": {},
    "documentHighlight": {},
    "prepareRename": {},
    "documentSymbol": {},
    "documentLink": {},
    "references": {"context": {"includeDeclaration": True}},
    "rename": {"newName": "other"},
    "codeAction": {"context": {"diagnostics": []}},
}
REFUSED = -32803
"""The code of a request that cannot be served, such as a rename where no name is."""
TEXTS = {
    "spec.yaml": (FIXTURES / "formats" / "spec.yaml").read_text("utf-8"),
    "crlf.yaml": (FIXTURES / "specs" / "websocket-seed.yaml").read_text("utf-8").replace("\n", "\r\n"),
    "spec.json": next(iter(sorted((FIXTURES / "specs").glob("*.json")))).read_text("utf-8"),
    "main.tf": next(iter(sorted(FIXTURES.rglob("*.tf")))).read_text("utf-8"),
}


def edit(client: Client, uri: str, dice: random.Random, undo: list[tuple[int, int, str]]) -> None:
    """Types, deletes, pastes what was there before, replaces, or takes the last change back."""
    text = client.texts[uri]
    boundaries = [at for at in (dice.randrange(len(text) + 1) for _ in range(2)) if text[at - 1 : at + 1] != "\r\n"]
    if undo and dice.random() < 0.3:
        start, end, old = undo.pop()
        client.change(uri, start, end, old)
        return
    if not boundaries:
        return
    start = boundaries[0]
    end = min(len(text), start + dice.choice((0, 0, 0, 1, 2, 5, 40)))
    if text[end - 1 : end + 1] == "\r\n":
        end += 1
    copied = dice.randrange(len(text) + 1)
    new = dice.choice((dice.choice(TYPED), dice.choice(TYPED), text[copied : copied + 30], ""))
    undo.append((start, start + len(new), text[start:end]))
    client.change(uri, start, end, new)


def expected(name: str, text: str) -> Report:
    """What a fresh `check` finds in a text."""
    return grouped(
        check_stdin(text.encode("utf-8", "surrogatepass"), name, Configs(is_ignored=True), is_optional=True)[1]
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32"])
@pytest.mark.parametrize("name", TEXTS)
def test_random_edits(name: str, encoding: str, tmp_path: Path) -> None:
    """After each of some hundred random edits the findings are those of a fresh `check` of the client's text."""
    require_module("pygls")
    dice = random.Random(f"{name} {encoding}")
    undo: list[tuple[int, int, str]] = []
    with Client(tmp_path, encoding=encoding) as client:
        uri = client.open(name, TEXTS[name])
        for number in range(300):
            edit(client, uri, dice, undo)
            if number % 10 == 0:
                report = client.request("textDocument/diagnostic", {"textDocument": {"uri": uri}})
                found = [(one["code"], one["message"], *client.span(uri, one["range"])) for one in report["items"]]
                text = client.texts[uri]
                mark = text.startswith("\ufeff")
                wanted = [
                    (one.rule, one.full_message, one.span.start + mark, one.span.end + mark)
                    for one in expected(name, text).found
                ]
                assert found == wanted, (number, text)
    assert lint(name, TEXTS[name]).checked


@pytest.mark.parametrize("name", TEXTS)
def test_random_questions(name: str, tmp_path: Path) -> None:
    """Whatever stands in a text, each question at each place has an answer, and nothing goes wrong in the server."""
    require_module("pygls")
    dice = random.Random(name)
    undo: list[tuple[int, int, str]] = []
    with Client(tmp_path) as client:
        uri = client.open(name, TEXTS[name])
        for _ in range(150):
            edit(client, uri, dice, undo)
            text = client.texts[uri]
            position = client.position(uri, dice.randrange(len(text) + 1))
            for question, more in QUESTIONS.items():
                params = {"textDocument": {"uri": uri}, "position": position, **more}
                if question == "codeAction":
                    params["range"] = {"start": position, "end": position}
                answer = client.answer(f"textDocument/{question}", params)
                assert answer.get("error", {}).get("code", REFUSED) == REFUSED, (question, position, text)


def test_whole_text_at_once(client: Client) -> None:
    """A change without a range replaces the text, and several in one message are made one after the other."""
    uri = client.open("spec.yaml", "a")
    text = TEXTS["spec.yaml"]
    half = len(text) // 2
    start = {"line": 0, "character": 0}
    client.texts[uri], client.versions[uri] = text, 5
    changes = [{"text": text[half:]}, {"range": {"start": start, "end": start}, "text": text[:half]}]
    client.notify("textDocument/didChange", {"textDocument": {"uri": uri, "version": 5}, "contentChanges": changes})
    found = [(one["code"], *client.span(uri, one["range"])) for one in client.diagnostics(uri)]
    assert found == [(one.rule, *one.span) for one in expected("spec.yaml", text).found]
