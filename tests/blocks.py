"""The pages of the documentation: their code blocks, tables and links."""

from __future__ import annotations

import re
from itertools import takewhile
from pathlib import Path
from textwrap import dedent
from typing import NamedTuple

from tests.conftest import ROOT

PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]

_HEADING = r"^#{1,4} (?P<heading>[^\n]*)$"
_FENCE = r"^(?P<indent> *)```(?P<language>\w*)\n(?P<text>.*?)^(?P=indent)```$"
_PART = re.compile(f"(?ms){_FENCE}|{_HEADING}")


class Block(NamedTuple):
    """A code block: the page from the top folder, the heading above it, and what it holds."""

    page: str
    heading: str
    language: str
    text: str


def blocks(page: str | Path) -> list[Block]:
    """The code blocks of a page, in its order."""
    name = (ROOT / page).relative_to(ROOT).as_posix()
    made, heading = [], ""
    for part in _PART.finditer((ROOT / page).read_text("utf-8")):
        if part["heading"]:
            heading = part["heading"]
        else:
            made.append(Block(name, heading, part["language"], dedent(part["text"])))
    return made


def block(page: str, heading: str, language: str) -> str:
    """The only block of a language right below a heading."""
    (found,) = [one for one in blocks(page) if (one.heading, one.language) == (heading, language)]
    return found.text


def prose(page: str | Path) -> str:
    """A page without its code blocks."""
    return re.sub(f"(?ms){_FENCE}", "", (ROOT / page).read_text("utf-8"))


def section(page: str, heading: str) -> str:
    """What stands below a heading, up to the next one, without code blocks."""
    parts = re.split(f"(?m){_HEADING}", prose(page))
    return str(parts[parts.index(heading) + 1])


def cells(page: str, heading: str, header: str) -> list[str]:
    """The first cells of the table below a heading whose first column has this header."""
    lines = section(page, heading).splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith(f"| {header} |"))
    rows = takewhile(lambda line: line.startswith("|"), lines[start + 2 :])
    return [row.removeprefix("| ").partition(" | ")[0] for row in rows]


def anchors(page: Path) -> set[str]:
    """The anchors that GitHub makes of the headings of a page."""
    kept = (re.sub(r"[^\w\- ]", "", heading.lower()) for heading in re.findall(f"(?m){_HEADING}", prose(page)))
    return {heading.replace(" ", "-") for heading in kept}
