"""The same specification in another form."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from apigw_lint.source.parse import parse
from apigw_lint.source.text import Source
from apigw_lint.source.tree import Mapping, Node, Sequence, Tree
from tests.support import read

NO_JSON = {
    "ambiguous-scalar": "words that YAML's versions read differently are strings in JSON",
    "duplicate-key": "JSON's writer cannot repeat a key",
    "not-linted": "the tree does not hold directives",
    "unquoted-version": "the message quotes how the number is written",
    "malformed-ignore": "JSON has no comments",
    "unused-ignore": "JSON has no comments",
    "impossible-default-good-disputed.yaml": "words that YAML's versions read differently are strings in JSON",
    "optional-path-parameter-good-words.yaml": "words that YAML's versions read differently are strings in JSON",
}


def twin_id(path: Path) -> str:
    """How tests name a fixture."""
    return f"{path.parent.name}-{path.name}"


def parsed(text: str) -> Tree:
    """The tree of a text in YAML."""
    return parse(Source("spec.yaml", text))


def json_twin(path: Path, indent: int | str | None) -> str | None:
    """A fixture as JSON, None if it has no such form."""
    tree = parsed(read(path))
    if path.parent.name in NO_JSON or twin_id(path) in NO_JSON or tree.root is None:
        return None
    has_marks = bool(tree.foreign) or _has_aliases(tree.root)
    return None if has_marks else json.dumps(_plain(tree.root.value), ensure_ascii=False, indent=indent)


def _plain(value: Any) -> Any:
    """The data as JSON's writer wants it, what YAML leaves open spelt as the text it is."""
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, Sequence) else value


def _has_aliases(root: Node) -> bool:
    seen: set[int] = set()

    def visit(value: Any) -> bool:
        if not isinstance(value, (Mapping, Sequence)):
            return False
        if id(value) in seen:
            return True
        seen.add(id(value))
        return any(visit(item) for item in (value.values() if isinstance(value, Mapping) else value))

    return visit(root.value)
