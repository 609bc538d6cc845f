"""Owns reading examples in which the author has left something out: `...`, `# ...`, `// the rest ...`.

A line that only says so becomes a comment. The objects and lists around it are unknown, as they have more entries than
are shown, and so is a value that is missing where it stands; what is written in them is known.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import NamedTuple

from apigw_lint.source.containers import Container, Mapping, containers_in
from apigw_lint.source.pattern import pattern
from apigw_lint.source.tree import REST, Tree

WORDS = ("...", "…")
"""What stands for what was left out."""
_MOST = 200
"""How many elisions of one example are looked at; what has more is hardly a specification."""

_ELISION = pattern(r"(?<![\w.])(?:\.{3}|…)|^[ \t]*(?:#|//)[^\r\n]*(?:\.{3}|…)[ \t]*\r?$", re.MULTILINE)
_LINE = pattern(r"^([ \t]*)(?:\.{3}|…|#[^\r\n]*(?:\.{3}|…)|//)[^\r\n]*", re.MULTILINE)
_NEXT_LINE = pattern(r"^[ \t]*[^#\s][^\r\n]*", re.MULTILINE)
_OPEN_KEY = pattern(r":()[ \t]*(?:#[^\r\n]*)?\r?\n(?:[ \t]*(?:#[^\r\n]*)?\r?\n)*\Z")


def is_elided(text: str) -> bool:
    """Whether something was left out of a text."""
    return _ELISION.search(text) is not None


class Mask(NamedTuple):
    """A text that the parser can read, of the same length; `lines`: where something was left out, and how indented."""

    text: str
    lines: list[tuple[int, int]]

    def note(self, tree: Tree) -> None:
        """Records in the tree what is unknown in the text."""
        containers = list(containers_in(tree.holder))[1:] if self.lines else []
        for offset, indent in self.lines:
            above = max(0, offset - 1000)
            if match := _OPEN_KEY.search(self.text[above:offset]):
                tree.foreign.add(above + match.start(1))
                _forget(containers, above + match.start(1))
            following = _NEXT_LINE.search(
                self.text, self.text.find("\n", offset) if "\n" in self.text[offset:] else offset
            )
            until = following.end() if following else len(self.text)
            for container in containers:
                if container.start < until and container.end >= offset and self._is_open(container, indent):
                    tree.foreign.add(container.start)
                    if isinstance(container, Mapping) and REST not in container:
                        container.add_unwritten(REST)

    def _is_open(self, container: Container, indent: int) -> bool:
        """Whether entries of a container may be indented like this."""
        column = container.start - self.text.rfind("\n", 0, container.start) - 1
        return column >= indent or self.text[container.start] in "{["


def masked(text: str) -> Mask:
    """A text as the parser takes it: lines that stand for what was left out are comments."""
    lines = [(match.start(), len(match[1])) for match in islice(_LINE.finditer(text), _MOST)]

    def comment(match: re.Match[str]) -> str:
        return f"{match[1]}#{match[0][len(match[1]) + 1 :]}"

    return Mask(_LINE.sub(comment, text), lines)


def _forget(containers: list[Container], offset: int) -> None:
    """Takes out the entry whose value is missing at an offset, so that it is one of those that are not shown.

    Those that `Tree.watched` counts on stay.
    """
    for container in containers:
        if isinstance(container, Mapping) and container.start <= offset <= container.end and REST not in container:
            for number, (key, value) in enumerate(container.items()):
                if value is None and container.spans[4 * number + 2] == offset and key[:2] != "x-" and key != "$ref":
                    del container[key]
                    del container.spans[4 * number : 4 * number + 4]
                    container.add_unwritten(REST)
                    return
