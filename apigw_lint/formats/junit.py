"""Renders JUnit XML, which CI servers show as tests."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from xml.etree.ElementTree import Element, SubElement

from apigw_lint.diagnostic import Diagnostic, Report, Severity
from apigw_lint.formats.location import location, server_path
from apigw_lint.formats.xml import by_file, document, xml_path, xml_text


def render(report: Report) -> str:
    """A suite for each file, with a test for each finding, or one test that passes, or one that is skipped.

    Errors and warnings are failures; an info finding passes, with its message in `system-out`. A test is named by rule
    and JSON Pointer, so its history continues when lines move. Only what the `junit-10.xsd` of Jenkins allows is used,
    so lines and columns are in the text.
    """
    root = Element("testsuites", name="apigw-lint")
    root.extend(_suites(report))
    for count in ("tests", "failures", "errors"):
        root.set(count, str(sum(int(suite.get(count, "0")) for suite in root)))
    return document(root)


def _suites(report: Report) -> Iterator[Element]:
    for name, diagnostics in by_file(report).items():
        path = xml_path(server_path(name))
        nothing = "no changes" if report.compared_with else "nothing found"
        yield _suite(path, list(_tests(path, diagnostics, nothing)))
    for name, reason in report.skipped:
        path = xml_path(server_path(name))
        case = Element("testcase", name="is checked", classname=path)
        SubElement(case, "skipped", message=xml_text(reason))
        yield _suite(path, [case])


def _suite(path: str, cases: list[Element]) -> Element:
    failures = sum(case.find("failure") is not None for case in cases)
    skipped = sum(case.find("skipped") is not None for case in cases)
    counts = {"tests": len(cases), "failures": failures, "errors": 0, "skipped": skipped}
    suite = Element("testsuite", {"name": path, **{name: str(count) for name, count in counts.items()}})
    suite.extend(cases)
    return suite


def _tests(path: str, diagnostics: list[Diagnostic], nothing: str) -> Iterator[Element]:
    """The tests of a file, `nothing` if there is none.

    Their names are made distinct, since GitLab keeps only one test of each name.
    """
    if not diagnostics:
        yield Element("testcase", name=nothing, classname=path)
    seen: Counter[str] = Counter()
    for diagnostic in diagnostics:
        name = xml_text(f"{diagnostic.rule} at {diagnostic.pointer}" if diagnostic.pointer else diagnostic.rule)
        seen[name] += 1
        number = f" ({seen[name]})" if seen[name] > 1 else ""
        case = Element("testcase", name=name + number, classname=path)
        case.append(_result(diagnostic))
        yield case


def _result(diagnostic: Diagnostic) -> Element:
    """The element of a test that holds the finding."""
    place = location(diagnostic, server_path(diagnostic.source.path))
    head = f"{place}: {diagnostic.severity}: {diagnostic.full_message} [{diagnostic.rule}]"
    lines = [head, f"{diagnostic.consequence}: {diagnostic.consequence.meaning}", diagnostic.url]
    if diagnostic.severity is Severity.INFO:
        result = Element("system-out")
    else:
        result = Element("failure", type=diagnostic.rule, message=xml_text(diagnostic.full_message))
    result.text = "\n".join(xml_text(line) for line in lines if line)
    return result
