"""Modules import only from the layers above them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.conftest import ROOT

PACKAGE = ROOT / "apigw_lint"
PAGE = ROOT / "docs" / "architecture.md"


def _layers() -> list[list[str]]:
    """The rows of the table of layers, from top to bottom; a name with a dot at its end is all others of a package."""
    section = PAGE.read_text("utf-8").partition("\n## Layers\n")[2].partition("\n## ")[0]
    rows = [line.split("|")[1] for line in section.splitlines() if line.startswith("| `")]
    return [[_name(file) for file in re.findall(r"`([^`]+)`", row)] for row in rows]


def _name(file: str) -> str:
    return file.removesuffix(".py").replace("/", ".").removesuffix(".__init__").removesuffix("*")


LAYERS = {name: number for number, names in enumerate(_layers()) for name in names}


def _modules() -> Iterator[tuple[str, Path]]:
    for path in sorted(PACKAGE.rglob("*.py")):
        name = ".".join(path.relative_to(PACKAGE).with_suffix("").parts).removesuffix(".__init__")
        if name not in ("__init__", "source", "gateway", "gateway.validation", "fix"):
            yield name, path


def _layer(name: str) -> int:
    layer = LAYERS.get(name, LAYERS.get(name.rpartition(".")[0] + "."))
    assert layer is not None, f"{name} is missing in the table of {PAGE.name}"
    return layer


KNOWN = dict(_modules())


def _imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        names = []
        if isinstance(node, ast.ImportFrom):
            names = [node.module or "", *(f"{node.module}.{alias.name}" for alias in node.names)]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        for name in names:
            module = name.removeprefix("apigw_lint.")
            if name.startswith("apigw_lint.") and module in KNOWN:
                yield module


def test_layers() -> None:
    """No module imports its own layer's neighbours or anything below; the package root aside."""
    for name, path in KNOWN.items():
        for imported in set(_imports(path)) - {name}:
            assert _layer(imported) < _layer(name), f"{name} imports {imported}"


def test_every_row_is_needed() -> None:
    """The table names no module that is gone, and each module once."""
    assert len(LAYERS) == sum(map(len, _layers()))
    modules = set(KNOWN)
    packages = {name.rpartition(".")[0] + "." for name in modules}
    assert not [name for name in LAYERS if name not in modules and name not in packages]
    assert {_layer(name) for name in modules} == set(LAYERS.values())


def test_files_that_answer_questions_exist() -> None:
    """Each file that the table "Where is ...?" names is in the package."""
    section = PAGE.read_text("utf-8").partition("\n## Where is ...?\n")[2].partition("\n## ")[0]
    files = re.findall(r"`([\w/]+\.py)`", section)
    assert files
    assert [file for file in files if not (PACKAGE / file).is_file()] == []
