"""Validates and lints OpenAPI specifications for Yandex API Gateway."""

from __future__ import annotations

__version__ = "0.1.0"

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from apigw_lint.config import Config
    from apigw_lint.diagnostic import Consequence, Diagnostic, Related, Report, Severity
    from apigw_lint.linter import lint
    from apigw_lint.source.text import Position, Source, Span

__all__ = [
    "Config",
    "Consequence",
    "Diagnostic",
    "Position",
    "Related",
    "Report",
    "Severity",
    "Source",
    "Span",
    "__version__",
    "lint",
]

_HOMES = {
    "lint": "linter",
    "Config": "config",
    **dict.fromkeys(("Consequence", "Diagnostic", "Related", "Report", "Severity"), "diagnostic"),
    **dict.fromkeys(("Position", "Source", "Span"), "source.text"),
}


def __getattr__(name: str) -> Any:
    """Imports public names on first access, so that the command starts fast."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
