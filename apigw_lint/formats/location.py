"""Owns where a finding is: the paths that other programs need, and 1-based lines and columns in code points."""

from __future__ import annotations

import os
from functools import cache

from apigw_lint.checkout import path_in_checkout
from apigw_lint.diagnostic import Diagnostic
from apigw_lint.files import STANDARD_INPUT
from apigw_lint.source.pattern import pattern
from apigw_lint.source.text import Position

_BYTES = pattern("[\udc80-\udcff]")


def first_position(diagnostic: Diagnostic) -> Position:
    """The first character of the finding."""
    return diagnostic.source.position(diagnostic.span.start)


def last_position(diagnostic: Diagnostic) -> Position:
    """The last character of the finding, for formats with an inclusive end; the first one if the span is empty."""
    return diagnostic.source.position(max(diagnostic.span.start, diagnostic.span.end - 1))


def server_path(path: str) -> str:
    """A path of a report as servers need it: from the top of the repository, wherever the command runs."""
    return path if path == STANDARD_INPUT else _server_path(os.getcwd(), path)


@cache
def _server_path(_working_directory: str, path: str) -> str:
    return path_in_checkout(path)


def readable(path: str) -> str:
    """A path that may not be UTF-8, with such bytes in the form `\\xff`."""
    return _BYTES.sub(lambda match: f"\\x{ord(match[0]) - 0xDC00:x}", path)


def location(diagnostic: Diagnostic, path: str | None = None) -> str:
    """The start of the finding, as `path:line:column`; with the path as the report has it unless another is given."""
    first = first_position(diagnostic)
    return f"{path or diagnostic.source.path}:{first.line}:{first.column}"
