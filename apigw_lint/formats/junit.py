"""Renders JUnit XML, which CI servers show as tests."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from apigw_lint.diagnostic import Diagnostic, Report, Severity
from apigw_lint.formats.printable import printable

_NOT_XML = {0xFFFE: r"\ufffe", 0xFFFF: r"\uffff"}


def render(report: Report) -> str:
    """A suite for each file and in it a test for each finding, or one that passes, or one that is skipped.

    Errors and warnings are failures; what is info passes and is told in `system-out`. A test is named by the rule and
    the JSON pointer, so that its history goes on when lines move. What stands here is what `junit-10.xsd` of Jenkins
    allows, so places are in the text.
    """
    root = Element("testsuites", name="apigw-lint")
    root.extend(_suites(report))
    for count in ("tests", "failures", "errors"):
        root.set(count, str(sum(int(suite.get(count, "0")) for suite in root)))
    ElementTree.indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ElementTree.tostring(root, encoding="unicode")}\n'


def _suites(report: Report) -> Iterator[Element]:
    found: dict[str, list[Diagnostic]] = {path: [] for path in report.checked}
    for one in report.found:
        found.setdefault(one.source.path, []).append(one)
    for path, diagnostics in found.items():
        yield _suite(path, list(_tests(path, diagnostics)))
    for path, reason in report.skipped:
        case = Element("testcase", name="is checked", classname=_clean(path))
        SubElement(case, "skipped", message=_clean(reason))
        yield _suite(path, [case])


def _suite(path: str, cases: list[Element]) -> Element:
    failures = sum(case.find("failure") is not None for case in cases)
    skipped = sum(case.find("skipped") is not None for case in cases)
    counts = {"tests": len(cases), "failures": failures, "errors": 0, "skipped": skipped}
    suite = Element("testsuite", {"name": _clean(path), **{name: str(count) for name, count in counts.items()}})
    suite.extend(cases)
    return suite


def _tests(path: str, diagnostics: list[Diagnostic]) -> Iterator[Element]:
    """The tests of a file; names are made distinct, for GitLab keeps only one of each."""
    if not diagnostics:
        yield Element("testcase", name="nothing found", classname=_clean(path))
    seen: Counter[str] = Counter()
    for one in diagnostics:
        name = _clean(f"{one.rule} at {one.pointer}" if one.pointer else one.rule)
        seen[name] += 1
        number = f" ({seen[name]})" if seen[name] > 1 else ""
        yield _test(one, Element("testcase", name=name + number, classname=_clean(path)))


def _test(one: Diagnostic, case: Element) -> Element:
    place = one.source.position(one.span.start)
    head = f"{one.source.path}:{place.line}:{place.column}: {one.severity}: {one.message} [{one.rule}]"
    lines = [head, f"{one.consequence}: {one.consequence.meaning}", one.url]
    text = "\n".join(_clean(line) for line in lines if line)
    if one.severity is Severity.INFO:
        SubElement(case, "system-out").text = text
    else:
        SubElement(case, "failure", type=one.rule, message=_clean(one.message)).text = text
    return case


def _clean(text: str) -> str:
    """The text without the characters that XML cannot hold."""
    return printable(text).translate(_NOT_XML)
