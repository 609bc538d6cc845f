"""Owns what the XML formats have in common."""

from __future__ import annotations

import re
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from apigw_lint.diagnostic import Diagnostic, Report
from apigw_lint.formats.location import readable
from apigw_lint.formats.printable import printable

_NOT_XML = {0xFFFE: r"\ufffe", 0xFFFF: r"\uffff"}


def document(root: Element) -> str:
    """The XML document with this root, indented."""
    ElementTree.indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ElementTree.tostring(root, encoding="unicode")}\n'


def xml_text(text: str) -> str:
    """A string on one line, with the characters escaped that XML cannot contain."""
    return printable(text).translate(_NOT_XML)


def xml_path(path: str) -> str:
    """A path as an attribute: line breaks and tabs stay, because attributes can hold them."""
    parts = re.split("([\t\n\r])", readable(path))
    return "".join(part if part in ("\t", "\n", "\r") else xml_text(part) for part in parts)


def by_file(report: Report) -> dict[str, list[Diagnostic]]:
    """The findings by path; checked files without findings are included."""
    files: dict[str, list[Diagnostic]] = {path: [] for path in report.checked}
    for diagnostic in report.found:
        files.setdefault(diagnostic.source.path, []).append(diagnostic)
    return files
