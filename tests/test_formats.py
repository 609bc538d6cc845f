"""Each report format says the same, in its own way."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import jsonschema
import pytest

from apigw_lint import Report
from apigw_lint.files import lint_paths
from apigw_lint.formats import json as json_format
from apigw_lint.formats import line, text
from tests.conftest import FIXTURES, ROOT
from tests.support import EVERYTHING

FOLDER = FIXTURES / "formats"


@pytest.fixture
def report(monkeypatch: pytest.MonkeyPatch) -> Report:
    monkeypatch.chdir(ROOT)
    return lint_paths(["fixtures/formats/spec.yaml", "fixtures/syntax/unclosed-quote.yaml"], EVERYTHING)


@pytest.mark.parametrize(
    ("name", "render"),
    [
        ("text", text.render),
        ("color", lambda report: text.render(report, color=True)),
        ("line", line.render),
        ("json", json_format.render),
    ],
)
def test_golden(
    name: str, render: Callable[[Report], str], report: Report, golden: Callable[[Path, str], None]
) -> None:
    """Each format of the same report is what its golden file shows."""
    golden(FOLDER / f"{name}.out", render(report))


def test_json_follows_its_schema(report: Report) -> None:
    """What is printed as JSON is what schemas/report.json describes, and each finding is in it."""
    schema = json.loads((ROOT / "schemas" / "report.json").read_text())
    jsonschema.Draft7Validator.check_schema(schema)
    printed = json.loads(json_format.render(report))
    jsonschema.Draft7Validator(schema).validate(printed)
    jsonschema.Draft7Validator(schema).validate(json.loads(json_format.render(Report())))
    assert len(printed["diagnostics"]) == len(report.found) > 5
    assert printed["summary"]["errors"] + printed["summary"]["warnings"] + printed["summary"]["infos"] == len(
        report.found
    )


def test_lines_and_json_agree(report: Report) -> None:
    """The one-line format names the same places as JSON does, and the text there is what is underlined."""
    printed = json.loads(json_format.render(report))["diagnostics"]
    pattern = re.compile(r"^(?P<path>[^:]+):(\d+):(\d+)-(\d+):(\d+): (error|warning|info): (.*) \[([a-z0-9-]+)\]$")
    for shown, entry, one in zip(line.render(report).splitlines(), printed, report.found, strict=True):
        found = pattern.match(shown)
        assert found
        places = [int(found[number]) for number in (2, 3, 4, 5)]
        assert places == [entry[key] for key in ("line", "column", "endLine", "endColumn")]
        source = (ROOT / entry["path"]).read_text().splitlines()[places[0] - 1]
        if places[0] == places[2]:
            assert source[places[1] - 1 : places[3] - 1] == one.source.slice(one.span)


def test_nothing_raw_reaches_the_terminal() -> None:
    """Escape sequences, line breaks and direction marks in names and values are shown, not obeyed."""
    from apigw_lint import lint

    body = 'openapi: 3.0.0\ninfo: {title: a, version: "1", "\\e[31m\\n\\u202e": 1}\npaths: {}\nx-yc-apigateway: {}\n'
    found = Report(lint("a\x1b[2J\n.yaml", body).found)
    assert found.found
    for shown in (text.render(found), line.render(found)):
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f\u202e]", shown)
    assert line.render(found).count("\n") == len(found.found)


def test_frame_marks_wide_and_long_lines() -> None:
    """The mark stands under the finding behind wide characters, tabs and in a line of thousands of characters."""
    from apigw_lint import lint

    body = '{\t"openapi": "3.0.0", "info": {"title": "日本", "version": "1", "titel": 1}, "paths": {}}'
    shown = text.render(Report(lint("spec.json", body).found)).splitlines()
    source, mark = next((shown[n], shown[n + 1]) for n, part in enumerate(shown) if part.lstrip().startswith("1 |"))
    before = source[: source.index('"titel"')]
    assert mark.index("^") == len(before) + 2
    long = body.replace("日本", "x" * 5000)
    shown = text.render(Report(lint("spec.json", long).found)).splitlines()
    assert max(map(len, shown)) < 250
