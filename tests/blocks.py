"""The pages of the documentation: their code blocks, tables and links."""

from __future__ import annotations

import re
from itertools import takewhile
from pathlib import Path
from typing import NamedTuple

from tests.conftest import ROOT

PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]

_HEADING = re.compile(r"(?m)^#{1,4} (.*)$")
_BLOCK = re.compile(r"(?ms)^```(\w*)\n(.*?)^```$")


class Block(NamedTuple):
    """A code block: the page from the top folder, the heading above it, and what it holds."""

    page: str
    heading: str
    language: str
    text: str


def blocks(page: str | Path) -> list[Block]:
    """The code blocks of a page, in its order."""
    path = ROOT / page
    name = path.relative_to(ROOT).as_posix()
    text = path.read_text("utf-8")
    fenced = [found.span() for found in _BLOCK.finditer(text)]
    headings = [
        found for found in _HEADING.finditer(text) if not any(start < found.start() < end for start, end in fenced)
    ]
    return [
        Block(name, [one[1] for one in headings if one.start() < found.start()][-1], found[1], found[2])
        for found in _BLOCK.finditer(text)
    ]


def block(page: str, heading: str, language: str) -> str:
    """The only block of a language right below a heading."""
    (found,) = [one for one in blocks(page) if (one.heading, one.language) == (heading, language)]
    return found.text


def prose(page: str | Path) -> str:
    """A page without its code blocks."""
    return _BLOCK.sub("", (ROOT / page).read_text("utf-8"))


def section(page: str, heading: str) -> str:
    """What stands below a heading, up to the next one, without code blocks."""
    parts = _HEADING.split(prose(page))
    return parts[parts.index(heading) + 1]


def cells(page: str, heading: str, header: str) -> list[str]:
    """The first cells of the table below a heading whose first column has this header."""
    lines = section(page, heading).splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith(f"| {header} |"))
    rows = takewhile(lambda line: line.startswith("|"), lines[start + 2 :])
    return [row.removeprefix("| ").partition(" | ")[0] for row in rows]


def anchors(page: Path) -> set[str]:
    """The anchors that GitHub makes of the headings of a page."""
    kept = (re.sub(r"[^\w\- ]", "", heading.lower()) for heading in _HEADING.findall(prose(page)))
    return {heading.replace(" ", "-") for heading in kept}
