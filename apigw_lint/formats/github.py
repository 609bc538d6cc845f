"""Renders workflow commands, which GitHub Actions turns into annotations."""

from __future__ import annotations

from apigw_lint.diagnostic import Diagnostic, Report, Severity
from apigw_lint.formats.location import first_position, last_position, location, readable, server_path
from apigw_lint.formats.printable import printable

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}


def render(report: Report) -> str:
    """A command per finding and line; 1-based lines and columns, columns in code points, the end inclusive.

    The message begins with the place, because the log shows nothing else of a command. GitHub does not document whether
    the end is inclusive; in the example of its REST documentation it is. The runner (ActionCommandManager.cs) drops
    columns when the lines differ.
    """
    return "".join(f"{_command(diagnostic)}\n" for diagnostic in report.found)


def _command(diagnostic: Diagnostic) -> str:
    first, last = first_position(diagnostic), last_position(diagnostic)
    properties: dict[str, object] = {"line": first.line, "endLine": last.line}
    if first.line == last.line:
        properties |= {"col": first.column, "endColumn": last.column}
    properties["title"] = f"apigw-lint ({diagnostic.rule})"
    path = server_path(diagnostic.source.path)
    file = f"file={_path(path)}"
    message = f"{location(diagnostic, path)}: {diagnostic.full_message}"
    written = ",".join([file, *(f"{name}={_property(str(value))}" for name, value in properties.items())])
    return f"::{_COMMANDS[diagnostic.severity]} {written}::{_data(message)}"


def _data(text: str) -> str:
    """A string in the escapes that the runner understands; other control characters are made visible."""
    return printable(text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A"))


def _path(path: str) -> str:
    """A path as a property; its tabs stay, because the runner knows no escape for them."""
    return "\t".join(_property(part) for part in readable(path).split("\t"))


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
