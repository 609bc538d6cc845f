"""Each report format says the same, in its own way."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

import jsonschema
import pytest

from apigw_lint import Config, Report, formats, lint
from apigw_lint.diagnostic import Ignored
from apigw_lint.formats import json as json_format
from apigw_lint.formats import line, text
from apigw_lint.grouping import grouped
from tests.conftest import FIXTURES, ROOT
from tests.support import EVERYTHING, report_on

FOLDER = FIXTURES / "formats"


@pytest.fixture
def report(monkeypatch: pytest.MonkeyPatch) -> Report:
    monkeypatch.chdir(ROOT)
    return grouped(report_on("fixtures/formats/spec.yaml", "fixtures/syntax/unclosed-quote.yaml", config=EVERYTHING))


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
        line_number, column, end_line, end_column = places
        lines = (ROOT / entry["path"]).read_text().splitlines(keepends=True)[line_number - 1 : end_line]
        lines[-1] = lines[-1][: end_column - 1]
        assert "".join(lines)[column - 1 :] == one.source.slice(one.span)


def test_nothing_raw_reaches_the_terminal() -> None:
    """Escape sequences, line breaks and direction marks in names and values are shown, not obeyed."""
    body = 'openapi: 3.0.0\ninfo: {title: a, version: "1", "\\e[31m\\n\\u202e": 1}\npaths: {}\nx-yc-apigateway: {}\n'
    found = Report(lint("a\x1b[2J\n.yaml", body).found)
    assert found.found
    for shown in (text.render(found), line.render(found)):
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f\u202e]", shown)
    assert line.render(found).count("\n") == len(found.found)


def test_frame_marks_wide_and_long_lines() -> None:
    """The mark stands under the finding behind wide characters, tabs and in a line of thousands of characters."""
    body = '{\t"openapi": "3.0.0", "info": {"title": "日本", "version": "1", "titel": 1}, "paths": {}}'
    shown = text.render(Report(lint("spec.json", body).found)).splitlines()
    source, mark = next((shown[n], shown[n + 1]) for n, part in enumerate(shown) if part.lstrip().startswith("1 |"))
    before = source[: source.index('"titel"')]
    assert mark.index("^") == len(before) + 2
    long = body.replace("日本", "x" * 5000)
    shown = text.render(Report(lint("spec.json", long).found)).splitlines()
    assert max(map(len, shown)) < 250


SECRETS = ("w7Kd4HsV9xRnC2mY", "Zk3vQ9tLx7Bn", "Rt5Yb7Nc3Hd6Gf")
"""What stands in this specification and must never be shown."""
WITH_SECRETS = """\
openapi: 3.0.0
info: {title: API, version: 1.0.0}
x-yc-apigateway:
  variables: {api.token: {default: Rt5Yb7Nc3Hd6Gf, enum: [a, b]}}
paths:
  /orders:
    get:
      x-yc-apigateway-integration: {type: http, hedaers: {}, url: 'http://example.com/{id}?api_key=Zk3vQ9tLx7Bn&{no}',
        headers: {日本: {}, Authorization: Bearer w7Kd4HsV9xRnC2mY, X-Token: "Zk3vQ9tLx7Bn"}, tag: '${var.api.token}'}
    post:
      x-yc-apigateway-integration:
        type: http
        url: https://example.com
        headers:
          Authorization: >-
            Bearer
            w7Kd4HsV9xRnC2mY
          X-Secret: |
            Zk3vQ9tLx7Bn
"""


def _formats() -> dict[str, Callable[[Report], str]]:
    """The function of each module that renders a report."""
    modules = {one.name: import_module(f"apigw_lint.formats.{one.name}") for one in iter_modules(formats.__path__)}
    return {name: module.render for name, module in modules.items() if hasattr(module, "render")}


def test_each_format_can_be_chosen() -> None:
    """The formats that the command offers are the modules that render."""
    assert sorted(_formats()) == sorted(formats.FORMATS)


@pytest.mark.parametrize("render", [lambda report: text.render(report, color=True), *_formats().values()])
@pytest.mark.parametrize("hidden", ["shown", "ignored", "baselined"])
def test_secrets_are_never_shown(render: Callable[[Report], str], hidden: str) -> None:
    """No format shows a secret: not where it is found, not on a line that another finding shows, not in a message."""
    found = list(lint("spec.yaml", WITH_SECRETS).found)
    secret = [one for one in found if one.is_secret]
    others = [one for one in found if not one.is_secret]
    assert {one.rule for one in secret} == {"hardcoded-secret"}
    assert {word for one in secret for word in SECRETS if word in one.source.slice(one.span)} == set(SECRETS)
    assert {"unknown-key", "plain-http", "default-not-in-enum"} <= {one.rule for one in others}
    report = {
        "shown": Report(found),
        "ignored": Report(others, ignored=[Ignored(one, "known") for one in secret]),
        "baselined": Report(others, baselined=secret),
    }[hidden]
    assert not [word for word in SECRETS if word in re.sub("\x1b\\[[0-9;]*m", "", render(report))]


@pytest.mark.parametrize("color", [False, True])
def test_marks_are_under_stars(color: bool) -> None:
    """Each letter of a secret is one star, so each mark is under what its finding is about."""
    found = lint("spec.yaml", WITH_SECRETS).found
    shown = re.sub("\x1b\\[[0-9;]*m", "", text.render(Report(found), color=color))
    blocks = shown.split("\n\n")
    assert sum(one.is_secret for one in found) == 6
    for block, one in zip(blocks, found, strict=True):
        line_shown, mark = re.findall(r"^ +\d+ \| (.*)\n +\| (.*)$", block, re.MULTILINE)[0]
        about = re.sub("|".join(SECRETS), lambda secret: "*" * len(secret[0]), one.source.slice(one.span))
        # Two letters of the text are two columns wide.
        columns, marked = (
            "".join(letter * (1 + (letter in "日本")) for letter in part) for part in (line_shown, about)
        )
        assert columns[len(mark) - len(mark.lstrip()) : len(mark)] == marked[: len(mark.strip())]
        assert len(mark.strip()) == len(marked)
        assert not one.is_secret or set(marked) == {"*"}


def test_only_secrets_become_stars() -> None:
    """A text without secrets is shown as it is."""
    found = lint("spec.yaml", re.sub("|".join(SECRETS), "${TOKEN}", WITH_SECRETS)).found
    assert found
    assert "*" not in text.render(Report(found))


def test_secrets_are_hidden_while_the_rule_is_off() -> None:
    """Who turns the rule off sees no secret in what others find."""
    report = lint("spec.yaml", WITH_SECRETS, Config(rules={"hardcoded-secret": None}))
    assert report.found
    assert not [word for word in SECRETS if word in text.render(report)]
