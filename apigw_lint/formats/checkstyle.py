"""Renders Checkstyle XML, which many CI servers and review bots read."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from apigw_lint.diagnostic import Diagnostic, Report
from apigw_lint.formats.printable import printable

_NOT_XML = {0xFFFE: r"\ufffe", 0xFFFF: r"\uffff"}


def render(report: Report) -> str:
    """A `file` for each file that was checked, its findings in it; lines and columns from 1, columns in code points.

    The version is that of the format, which has not changed since Checkstyle 4.3.
    """
    root = Element("checkstyle", version="4.3")
    root.extend(_files(report))
    ElementTree.indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ElementTree.tostring(root, encoding="unicode")}\n'


def _files(report: Report) -> Iterator[Element]:
    found: dict[str, list[Diagnostic]] = {path: [] for path in report.checked}
    for one in report.found:
        found.setdefault(one.source.path, []).append(one)
    for path, diagnostics in found.items():
        file = Element("file", name=_clean(path))
        for one in diagnostics:
            SubElement(file, "error", _attributes(one))
        yield file


def _attributes(one: Diagnostic) -> dict[str, str]:
    place = one.source.position(one.span.start)
    return {
        "line": str(place.line),
        "column": str(place.column),
        "severity": one.severity.value,
        "message": _clean(one.message),
        "source": f"apigw-lint.{one.rule}",
    }


def _clean(text: str) -> str:
    """The text without the characters that XML cannot hold."""
    return printable(text).translate(_NOT_XML)
