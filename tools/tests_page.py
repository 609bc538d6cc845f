"""Makes `docs/tests.md`: what the tests prove, from the docstrings of all `test_*.py`, read without importing them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

_HEAD = """\
# What the tests prove

<!-- Made by `python -m tools.generate_docs` from the docstrings of the tests. -->

One line for each test function; many run on all fixtures. [CONTRIBUTING.md](../CONTRIBUTING.md) says how to run them.
"""


def page(folder: Path) -> str:
    """The whole page: a section for each module below a folder, sorted by path."""
    names = (path.relative_to(folder.parent).as_posix() for path in sorted(folder.rglob("test_*.py")))
    return _HEAD + "".join(_section(name, (folder.parent / name).read_text("utf-8")) for name in names)


def _section(name: str, code: str) -> str:
    module = ast.parse(code, name)
    lines = "".join(f"- `{test.name}`: {_first_paragraph(test)}\n" for test in functions(module))
    return f"\n## {name}\n\n{_first_paragraph(module)}\n\n{lines}"


def functions(module: ast.Module) -> Iterator[ast.FunctionDef]:
    """The test functions of a module, also those in classes, in the order of the file."""
    for node in module.body:
        if isinstance(node, ast.ClassDef):
            yield from functions(ast.Module(node.body, []))
        elif isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            yield node


def _first_paragraph(node: ast.Module | ast.FunctionDef) -> str:
    return " ".join((ast.get_docstring(node) or "").partition("\n\n")[0].split())
