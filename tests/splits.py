"""Splitting a specification into files: each path item and each component in one of its own."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

from apigw_lint.source.parse import parse
from apigw_lint.source.text import Source, Span
from apigw_lint.source.tree import Mapping, Node, Tree

MAIN = "openapi.yaml"


def split_files(text: str, is_moved: Callable[[int], bool] = lambda _: True) -> dict[str, str]:
    """The files that a text becomes, by their names; the text alone if it cannot be split.

    What can be moved is numbered in the order of the text.
    """
    tree = parse(Source(MAIN, text))
    root = tree.root
    has_anchors = re.search(r"[:-] +[&*]\w", text) is not None
    if root is None or has_anchors or tree.reused or tree.duplicates or not isinstance(root.value, Mapping):
        return {MAIN: text}
    files: dict[str, str] = {}
    main = text
    for number, node in reversed(list(enumerate(_movable(root)))):
        if not is_moved(number):
            continue
        span = _written(tree, node)
        folder = "paths" if node.path[0] == "paths" else "components"
        name = f"{folder}/{number}.yaml"
        content = tree.source.slice(span)
        indent = "" if content.startswith("{") else " " * (tree.source.position(span.start).column - 1)
        files[name] = _retargeted(indent + content)
        main = f"{main[: span.start]}{{$ref: '{name}'}}{main[span.end :]}"
    return {MAIN: main, **files}


def _movable(root: Node) -> Iterator[Node]:
    """The path items and components that are mappings with something in them, in the order of the text."""
    components = root.get("components")
    owners = [root.get("paths"), *(section for _, section in (components.items() if components else ()))]
    nodes = [node for owner in owners if owner for _, node in owner.items()]
    nodes = [node for node in nodes if isinstance(node.value, Mapping) and node.value and "$ref" not in node.value]
    return iter(sorted(nodes, key=lambda node: node.raw_span))


def _written(tree: Tree, node: Node) -> Span:
    """What a mapping covers, without the blanks at its end."""
    span = node.raw_span
    return Span(span.start, span.start + len(tree.source.slice(span).rstrip()))


def _retargeted(text: str) -> str:
    """The text of a part with its references to what is in the first file now."""
    return re.sub(r"(?<=\$ref: )([\"']?)#(?=/)(?![^\s\"']*\$\{)", rf"\1../{MAIN}#", text)


def unsplit(words: str) -> str:
    """Words about a part of a split specification as they are about the whole one."""
    return words.replace(f"../{MAIN}#", "#")


def write(files: dict[str, str], folder: Path) -> Path:
    """Writes the files into a folder; the path of the first one."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
    return folder / MAIN
