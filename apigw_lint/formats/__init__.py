"""Owns the list of report formats; each is a module of that name with a function `render(report) -> str`."""

from __future__ import annotations

FORMATS = ("text", "line", "json", "sarif", "github", "gitlab", "junit", "checkstyle", "markdown")
"""The formats, in the order of the help text."""
