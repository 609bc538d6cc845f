"""Renders SARIF 2.1.0, which code scanning services and editors read."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple
from urllib.parse import quote

from apigw_lint import __version__
from apigw_lint.diagnostic import Consequence, Diagnostic, Fix, Related, Report, Severity
from apigw_lint.formats.fingerprint import fingerprint
from apigw_lint.formats.json_text import document
from apigw_lint.formats.location import server_path
from apigw_lint.formats.printable import printable
from apigw_lint.pages import consequences, markdown
from apigw_lint.rules import RULES, Rule
from apigw_lint.source.text import Source, Span

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_ROOT = "%SRCROOT%"
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
_LINK = re.compile(r"\[([^\[\]]*)\](?=\()")


_NOTIFICATIONS = ("not-linted", "unreadable-file", "crash")
"""The rules that tell of the run: nobody could close their findings by repairing a specification."""
_SECURITY_SEVERITIES = {Severity.ERROR: "8.0", Severity.WARNING: "5.0", Severity.INFO: "2.0"}
"""High, medium and low, as GitHub reads them (docs.github.com, "SARIF support for code scanning")."""


class _Row(NamedTuple):
    """A finding, and what hides it."""

    diagnostic: Diagnostic
    suppressions: list[dict[str, str]]


def render(report: Report) -> str:
    """The report as one run; lines and columns from 1, columns in code points, the end exclusive.

    What a comment or the baseline hides, or was there at a revision, is a result too, with `suppressions`. Braces in
    messages are not doubled, though section 3.11.5 of SARIF requires it: services that show messages do not undo it.
    """
    told = [diagnostic for diagnostic in report.found if diagnostic.rule in _NOTIFICATIONS]
    rows = [row for row in _rows(report) if row.diagnostic.rule not in _NOTIFICATIONS]
    rows.sort(key=lambda row: row.diagnostic.order)
    names = sorted({row.diagnostic.rule for row in rows})
    run = {
        "tool": {"driver": _driver(names, sorted({diagnostic.rule for diagnostic in told}))},
        "invocations": [_invocation(told, report.skipped)],
        "originalUriBaseIds": {_ROOT: {"description": {"text": "the top of the repository"}}},
        "artifacts": [{"location": _artifact(path)} for path in dict.fromkeys(report.checked)],
        "columnKind": "unicodeCodePoints",
        "newlineSequences": ["\r\n", "\n", "\r"],
        "results": list(_results(rows, names)),
    }
    return document({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]})


def _rows(report: Report) -> Iterator[_Row]:
    yield from (_Row(diagnostic, []) for diagnostic in report.found)
    for diagnostic, reason in report.ignored:
        justification = {"justification": printable(reason)} if reason else {}
        yield _Row(diagnostic, [{"kind": "inSource", **justification}])
    yield from (_Row(diagnostic, [{"kind": "external"}]) for diagnostic in report.baselined)
    justification = {"justification": f"already at '{printable(report.since)}'"}
    yield from (_Row(diagnostic, [{"kind": "external", **justification}]) for diagnostic in report.unchanged)


def _driver(names: list[str], notifications: list[str]) -> dict[str, Any]:
    return {
        "name": "apigw-lint",
        "version": __version__,
        **_information_uri(),
        "rules": [_descriptor(_rule(name)) for name in names],
        **({"notifications": [_descriptor(RULES[name]) for name in notifications]} if notifications else {}),
    }


def _rule(name: str) -> Rule:
    """The rule of a name, or the kind of change."""
    if name in RULES:
        return RULES[name]
    from apigw_lint.diff.kinds import KINDS

    return KINDS[name]


def _information_uri() -> dict[str, str]:
    """The address of the project, if its metadata has one."""
    from importlib.metadata import PackageNotFoundError, metadata

    try:
        addresses = [line.partition(", ")[2] for line in metadata("apigw-lint").get_all("Project-URL") or ()]
    except PackageNotFoundError:
        addresses = []
    return {"informationUri": addresses[0]} if addresses else {}


def _descriptor(rule: Rule) -> dict[str, Any]:
    prose = re.split("^(?:Bad|Good|See):", rule.doc.partition("\n")[2], maxsplit=1, flags=re.MULTILINE)[0]
    return {
        "id": rule.name,
        "shortDescription": {"text": rule.summary},
        "fullDescription": {"text": " ".join(prose.split()) or rule.summary},
        "help": {
            "text": f"{consequences(rule)}\n\n{rule.doc}",
            "markdown": markdown(rule),
        },
        **({"helpUri": rule.url} if rule.url else {}),
        "defaultConfiguration": {"enabled": rule.is_default, "level": _LEVELS[rule.severity]},
        "properties": _properties(rule),
    }


def _properties(rule: Rule) -> dict[str, Any]:
    tags = [consequence.value for consequence in (rule.consequence, *rule.other_consequences)]
    if rule.consequence is not Consequence.RISK:
        return {"tags": tags}
    return {"tags": [*tags, "security"], "security-severity": _SECURITY_SEVERITIES[rule.severity]}


def _invocation(told: list[Diagnostic], skipped: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """Whether all was checked, and what was not, though it is part of a specification or was named."""
    skips = [
        {
            "level": "note",
            "message": _message(f"skipped: {reason}"),
            "locations": [{"physicalLocation": {"artifactLocation": _artifact(path)}}],
        }
        for path, reason in skipped
    ]
    notifications = [*map(_notification, told), *skips]
    return {
        "executionSuccessful": all(diagnostic.severity is not Severity.ERROR for diagnostic in told),
        **({"toolExecutionNotifications": notifications} if notifications else {}),
    }


def _notification(diagnostic: Diagnostic) -> dict[str, Any]:
    return {
        "descriptor": {"id": diagnostic.rule},
        "level": _LEVELS[diagnostic.severity],
        "message": _message(diagnostic.full_message),
        "locations": [_location(diagnostic)],
    }


def _results(rows: list[_Row], names: list[str]) -> Iterator[dict[str, Any]]:
    """The results; all have `suppressions` or none has (section 3.27.23 of SARIF)."""
    has_suppressions = any(row.suppressions for row in rows)
    seen: Counter[tuple[str, ...]] = Counter()
    for diagnostic, suppressions in rows:
        source = diagnostic.source
        identity = diagnostic.identity
        result = {
            "ruleId": diagnostic.rule,
            "ruleIndex": names.index(diagnostic.rule),
            "level": _LEVELS[diagnostic.severity],
            "message": _message(diagnostic.full_message),
            "locations": [_location(diagnostic)],
            "partialFingerprints": {"apigwLint/v1": fingerprint(*identity, str(seen[source.path, *identity]))},
        }
        seen[source.path, *identity] += 1
        if diagnostic.all_related:
            result["relatedLocations"] = [_related_location(source, related) for related in diagnostic.all_related]
        if fix := diagnostic.shown_fix:
            result["fixes"] = [_fix(source, fix)]
        if has_suppressions:
            result["suppressions"] = suppressions
        yield result


def _message(text: str) -> dict[str, str]:
    """A plain text message; what would be read as an embedded link (section 3.11.6 of SARIF) is escaped."""
    return {"text": _LINK.sub(r"\\[\1\\]", printable(text))}


def _location(diagnostic: Diagnostic) -> dict[str, Any]:
    pointer = printable(diagnostic.pointer)
    logical = {"logicalLocations": [{"fullyQualifiedName": pointer}]} if pointer else {}
    return {**_physical_location(diagnostic.source, diagnostic.span), **logical}


def _related_location(source: Source, related: Related) -> dict[str, Any]:
    return {**_physical_location(related.source or source, related.span), "message": _message(related.message)}


def _physical_location(source: Source, span: Span) -> dict[str, Any]:
    return {"physicalLocation": {"artifactLocation": _artifact(source.path), "region": _region(source, span)}}


def _region(source: Source, span: Span) -> dict[str, int]:
    start, end = source.position(span.start), source.position(span.end)
    return {"startLine": start.line, "startColumn": start.column, "endLine": end.line, "endColumn": end.column}


def _artifact(path: str) -> dict[str, str]:
    """Where a file is: relative to the top of its repository, or a file URI when it is in none."""
    path = server_path(path)
    if os.path.isabs(path):
        return {"uri": "file:///" + quote(path, "/:", errors="surrogateescape").lstrip("/")}
    return {"uri": quote(path, errors="surrogateescape"), "uriBaseId": _ROOT}


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
