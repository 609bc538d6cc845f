"""Owns the report formats: each is a module of that name with one pure function, `render`, from a report to text."""

from __future__ import annotations

FORMATS = ("text", "line", "json", "sarif", "github", "gitlab", "junit", "checkstyle", "markdown")
"""The formats, in the order in which help lists them."""
