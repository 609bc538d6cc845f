"""Modules import only from the layers above them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.conftest import ROOT

PACKAGE = ROOT / "apigw_lint"
LAYERS = [
    "memory",
    "interrupts",
    "source.pattern",
    "source.text",
    "source.scalar",
    "source.placeholder",
    "source.containers",
    "source.locate",
    "source.search",
    "source.tree",
    "source.hcl",
    "source.template",
    "source.terraform",
    "source.syntax",
    "source.parse",
    "source.unknown",
    "spelling",
    "diagnostic",
    "fix.extent",
    "fix.render",
    "fix.edits",
    "gateway.kinds",
    "gateway.variables",
    "gateway.schemas",
    "gateway.validation.failure",
    "gateway.validation.python_engine",
    "gateway.validation.rust_engine",
    "gateway.validation.engine",
    "gateway.validation.narrow",
    "gateway.validation.repeats",
    "gateway.schema_errors",
    "gateway.documented",
    "gateway.lookup",
    "gateway.substitution",
    "gateway.addresses",
    "gateway.routing",
    "gateway.websocket",
    "gateway.references",
    "gateway.parameters",
    "gateway.integrations",
    "gateway.operations",
    "gateway.spec",
    "rules.rule",
    "rules.phrases",
    "rules.possible_strings",
    "rules.schema_keywords",
    "rules.security_schemes",
    "rules.operation_names",
    "rules.parameter_fixes",
    "rules.",
    "rules",
    "config",
    "suppress",
    "inputs",
    "masking",
    "linter",
    "files",
    "processes",
    "follow",
    "configfile",
    "baseline",
    "run",
    "fix.apply",
    "fix.safety",
    "fix.text",
    "fix.files",
    "pages",
    "formats.printable",
    "formats.fingerprint",
    "formats.counts",
    "formats.location",
    "formats.xml",
    "formats.",
    "formats",
    "cli.exit_codes",
    "cli.console",
    "cli.options",
    "cli.outcome",
    "cli.",
    "cli.commands",
    "cli",
    "__main__",
]
"""From top to bottom; a name with a dot at its end stands for all other modules of that package."""


def _modules() -> Iterator[tuple[str, Path]]:
    for path in sorted(PACKAGE.rglob("*.py")):
        name = ".".join(path.relative_to(PACKAGE).with_suffix("").parts).removesuffix(".__init__")
        if name not in ("__init__", "source", "gateway", "gateway.validation", "fix"):
            yield name, path


def _layer(name: str) -> int:
    return LAYERS.index(name) if name in LAYERS else LAYERS.index(name.rpartition(".")[0] + ".")


def _imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        names = []
        if isinstance(node, ast.ImportFrom):
            names = [node.module or "", *(f"{node.module}.{alias.name}" for alias in node.names)]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        for name in names:
            module = name.removeprefix("apigw_lint.")
            if name.startswith("apigw_lint.") and any(module == known for known, _ in _modules()):
                yield module


def test_layers() -> None:
    """No module imports its own layer's neighbours or anything below; the package root aside."""
    for name, path in _modules():
        for imported in set(_imports(path)) - {name}:
            assert _layer(imported) < _layer(name), f"{name} imports {imported}"


def test_every_layer_exists() -> None:
    """The table holds no layer that is gone."""
    used = {_layer(name) for name, _ in _modules()}
    assert used == set(range(len(LAYERS)))
