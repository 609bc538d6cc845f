"""Accepting what a server proposes, as an editor does: edit, snippet, indentation."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from tests.lsp.client import Client

_PLACE = re.compile(r"\$\{\d+\|((?:\\.|[^|\\])*)\|\}|\$\d+|\\(.)")


def filled(snippet: str, filling: str = "") -> str:
    """A snippet as text: the first of each choice, and a filling in every other place."""

    def replaced(match: re.Match[str]) -> str:
        if match[2]:
            return match[2]
        return re.sub(r"\\(.)", r"\1", re.split(r"(?<!\\),", match[1])[0]) if match[1] else filling

    return _PLACE.sub(replaced, snippet)


def accepted(text: str, start: int, end: int, item: Mapping[str, Any], filling: str = "") -> str:
    """A text in which a range was replaced with what an item proposes."""
    new: str = item["textEdit"]["newText"]
    if item.get("insertTextFormat") == 2:
        new = filled(new, filling)
    if item.get("insertTextMode") == 2:
        line = text[text.rfind("\n", 0, start) + 1 : start]
        new = new.replace("\n", "\n" + line[: len(line) - len(line.lstrip())])
    return text[:start] + new + text[end:]


def completed(client: Client, name: str, place: str) -> list[dict[str, Any]]:
    """What is proposed at the `|` of a text, which is open afterwards, in the order in which an editor shows it."""
    before, after = place.split("|")
    uri = client.uri(name)
    if uri in client.texts:
        client.change(uri, 0, len(client.texts[uri]), before + after)
    else:
        client.open(name, before + after)
    where = {"textDocument": {"uri": uri}, "position": client.position(uri, len(before))}
    found = client.request("textDocument/completion", where)
    assert isinstance(found, list)
    return sorted(found, key=lambda item: str(item["sortText"]))


def accept(client: Client, name: str, place: str, label: str) -> str:
    """The text after an item is accepted at its `|`."""
    [item] = [item for item in completed(client, name, place) if item["label"] == label]
    uri = client.uri(name)
    return accepted(client.texts[uri], *client.span(uri, item["textEdit"]["range"]), item)


def labels(client: Client, name: str, place: str) -> list[str]:
    """The labels of what is proposed at the `|` of a text."""
    return [item["label"] for item in completed(client, name, place)]
