"""Owns what the XML formats share."""

from __future__ import annotations

from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from apigw_lint.diagnostic import Diagnostic, Report
from apigw_lint.formats.printable import printable

_NOT_XML = {0xFFFE: r"\ufffe", 0xFFFF: r"\uffff"}


def document(root: Element) -> str:
    """The text of a document with this root, indented."""
    ElementTree.indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ElementTree.tostring(root, encoding="unicode")}\n'


def xml_text(text: str) -> str:
    """The text on one line, with escapes for the characters that XML cannot hold."""
    return printable(text).translate(_NOT_XML)


def by_file(report: Report) -> dict[str, list[Diagnostic]]:
    """The findings by path; a file that was checked and has none is there too."""
    files: dict[str, list[Diagnostic]] = {path: [] for path in report.checked}
    for diagnostic in report.found:
        files.setdefault(diagnostic.source.path, []).append(diagnostic)
    return files
