"""Renders Checkstyle XML, which many CI servers and review bots read."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree.ElementTree import Element, SubElement

from apigw_lint.diagnostic import Diagnostic, Report
from apigw_lint.formats.location import first_position, server_path
from apigw_lint.formats.xml import by_file, document, xml_path, xml_text


def render(report: Report) -> str:
    """A `file` element with its findings for each checked file; 1-based lines and columns, columns in code points.

    `version` is that of the format, which has not changed since Checkstyle 4.3.
    """
    root = Element("checkstyle", version="4.3")
    root.extend(_files(report))
    return document(root)


def _files(report: Report) -> Iterator[Element]:
    for path, diagnostics in by_file(report).items():
        file = Element("file", name=xml_path(server_path(path)))
        for diagnostic in diagnostics:
            SubElement(file, "error", _attributes(diagnostic))
        yield file


def _attributes(diagnostic: Diagnostic) -> dict[str, str]:
    first = first_position(diagnostic)
    return {
        "line": str(first.line),
        "column": str(first.column),
        "severity": diagnostic.severity.value,
        "message": xml_text(diagnostic.full_message),
        "source": f"apigw-lint.{diagnostic.rule}",
    }
