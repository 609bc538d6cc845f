"""Renders SARIF 2.1.0, which code scanning services and editors read."""

from __future__ import annotations

import json
import os
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any, NamedTuple
from urllib.parse import quote

from apigw_lint import __version__
from apigw_lint.diagnostic import Diagnostic, Fix, Related, Report, Severity
from apigw_lint.formats.fingerprint import fingerprint
from apigw_lint.formats.printable import printable
from apigw_lint.pages import markdown
from apigw_lint.rules import RULES, Rule
from apigw_lint.source.text import Source, Span

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_ROOT = "%SRCROOT%"
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
_LINK = re.compile(r"\[([^\[\]]*)\](?=\()")


class _Row(NamedTuple):
    """A finding, and what hides it."""

    diagnostic: Diagnostic
    suppressions: list[dict[str, str]]


def render(report: Report) -> str:
    """The report as one run; lines and columns from 1, columns in code points, the end exclusive.

    What a comment or the baseline hides is a result too, with `suppressions`. Braces in messages are not doubled,
    though section 3.11.5 of SARIF wants it: the services that show messages do not undo it.
    """
    rows = sorted(_rows(report), key=lambda row: row.diagnostic.order)
    names = sorted({row.diagnostic.rule for row in rows})
    run = {
        "tool": {"driver": _driver(names)},
        "invocations": [_invocation(report)],
        "originalUriBaseIds": {_ROOT: {"description": {"text": "the folder that apigw-lint was started in"}}},
        "artifacts": [{"location": _artifact(path)} for path in dict.fromkeys(report.checked)],
        "columnKind": "unicodeCodePoints",
        "newlineSequences": ["\r\n", "\n", "\r"],
        "results": list(_results(rows, names)),
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, ensure_ascii=False, indent=2) + "\n"


def _rows(report: Report) -> Iterator[_Row]:
    yield from (_Row(one, []) for one in report.found)
    for one, reason in report.ignored:
        justification = {"justification": printable(reason)} if reason else {}
        yield _Row(one, [{"kind": "inSource", **justification}])
    yield from (_Row(one, [{"kind": "external"}]) for one in report.baselined)


def _driver(names: list[str]) -> dict[str, Any]:
    return {"name": "apigw-lint", "version": __version__, "rules": [_descriptor(RULES[name]) for name in names]}


def _descriptor(rule: Rule) -> dict[str, Any]:
    prose = re.split("^(?:Bad|Good|See):", rule.doc.partition("\n")[2], maxsplit=1, flags=re.MULTILINE)[0]
    meaning = rule.consequence.meaning
    return {
        "id": rule.name,
        "shortDescription": {"text": rule.summary},
        "fullDescription": {"text": " ".join(prose.split()) or rule.summary},
        "help": {
            "text": f"{rule.consequence}: {meaning}\n\n{rule.doc}",
            "markdown": markdown(rule),
        },
        **({"helpUri": rule.url} if rule.url else {}),
        "defaultConfiguration": {"enabled": rule.is_default, "level": _LEVELS[rule.severity]},
        "properties": {"tags": [rule.consequence.value]},
    }


def _invocation(report: Report) -> dict[str, Any]:
    """Whether all rules ran, and what was not checked though it was named."""
    skips = [
        {
            "level": "note",
            "message": _message(f"skipped: {reason}"),
            "locations": [{"physicalLocation": {"artifactLocation": _artifact(path)}}],
        }
        for path, reason in report.skipped
    ]
    return {
        "executionSuccessful": all(one.rule != "crash" for one in report.found),
        **({"toolExecutionNotifications": skips} if skips else {}),
    }


def _results(rows: list[_Row], names: list[str]) -> Iterator[dict[str, Any]]:
    """The results; all have `suppressions` or none has (section 3.27.23 of SARIF)."""
    has_suppressions = any(row.suppressions for row in rows)
    seen: Counter[tuple[str, ...]] = Counter()
    for one, suppressions in rows:
        identity = (one.rule, one.pointer, one.message)
        result = {
            "ruleId": one.rule,
            "ruleIndex": names.index(one.rule),
            "level": _LEVELS[one.severity],
            "message": _message(one.message),
            "locations": [_location(one)],
            "partialFingerprints": {"apigwLint/v1": fingerprint(*identity, str(seen[one.source.path, *identity]))},
        }
        seen[one.source.path, *identity] += 1
        if one.related:
            result["relatedLocations"] = [_related(one.source, place) for place in one.related]
        if one.fix and not one.is_secret:
            result["fixes"] = [_fix(one.source, one.fix)]
        if has_suppressions:
            result["suppressions"] = suppressions
        yield result


def _message(text: str) -> dict[str, str]:
    """A plain text message; what would be read as an embedded link (section 3.11.6 of SARIF) is escaped."""
    return {"text": _LINK.sub(r"\\[\1\\]", printable(text))}


def _location(one: Diagnostic) -> dict[str, Any]:
    logical = {"logicalLocations": [{"fullyQualifiedName": printable(one.pointer)}]} if one.pointer else {}
    return {**_place(one.source, one.span), **logical}


def _related(source: Source, place: Related) -> dict[str, Any]:
    return {**_place(source, place.span), "message": _message(place.message)}


def _place(source: Source, span: Span) -> dict[str, Any]:
    return {"physicalLocation": {"artifactLocation": _artifact(source.path), "region": _region(source, span)}}


def _region(source: Source, span: Span) -> dict[str, int]:
    start, end = source.position(span.start), source.position(span.end)
    return {"startLine": start.line, "startColumn": start.column, "endLine": end.line, "endColumn": end.column}


def _artifact(path: str) -> dict[str, str]:
    """Where a file is: relative to the current folder, or a file URI when it is not below it."""
    here, whole = os.path.join(os.getcwd(), ""), os.path.abspath(path)
    if whole.startswith(here):
        return {"uri": _quoted(whole.removeprefix(here)), "uriBaseId": _ROOT}
    return {"uri": "file:///" + _quoted(whole, "/:").lstrip("/")}


def _quoted(path: str, safe: str = "/") -> str:
    return quote(path.replace(os.sep, "/"), safe, errors="backslashreplace")


def _fix(source: Source, fix: Fix) -> dict[str, Any]:
    replacements = [
        {
            "deletedRegion": _region(source, edit.span),
            **({"insertedContent": {"text": edit.text}} if edit.text else {}),
        }
        for edit in fix.edits
    ]
    changes = [{"artifactLocation": _artifact(source.path), "replacements": replacements}]
    return {"description": _message(fix.title), "artifactChanges": changes}
