"""A file that is called JSON is JSON: what is YAML in it is told once, and the rest is linted."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from apigw_lint.configfile import Configs
from apigw_lint.run import check_stdin
from tests.support import found, report_on, run, underlined

JSON = """{
  "openapi": "3.0.0",
  "info": {"title": "API", "version": "1.0.0"},
  "paths": {
    "/a": {"get": {"x-yc-apigateway-integration": {"type": "dumy", "http_code": 200}}}
  },
  "x-list": [1, 2]
}
"""
BAD_VALUE = ("bad-value", '"dumy"')


def _found(text: str, name: str = "spec.json") -> list[tuple[str, str]]:
    """The rule of each finding, with its message if that is the rule `syntax`, and what is underlined."""
    return [(one.message if one.rule == "syntax" else one.rule, underlined(one)) for one in found(text, name)]


@pytest.mark.parametrize(
    ("before", "after", "at", "message"),
    [
        ("2]", "2,]", ",", "remove the comma behind the last entry"),
        ("2]\n}", "2],\n}", ",", "remove the comma behind the last entry"),
        ('"title"', "'title'", "'", "write double quotes instead of single ones"),
        ('"API"', "'API'", "'", "write double quotes instead of single ones"),
        ('"API"', "API", "API", "put the text in double quotes"),
        ('"title"', "title", "title", "put the key in double quotes"),
        ("2]", "NaN]", "NaN", "it has no 'NaN'"),
        ("2]", "-Infinity]", "-Infinity", "it has no '-Infinity'"),
        ("2]", "True]", "True", "write it in lower case"),
        ("2]", "None]", "None", "write 'null'"),
        ("2]", "007]", "07", "it has no numbers of this form"),
        ("2]", ".5]", ".5", "it has no numbers of this form"),
        ("2]", "&two 2]", "&two", "it has no anchors and tags"),
        ("1, 2]", "1, # one\n 2]", "#", "it has no comments"),
        ('"API"', '"A\n PI"', "\n", "a line break or tab in a string: write '\\n' or '\\t'"),
        ('"API"', '"\\x41PI"', "\\x41PI", "an invalid escape: write '\\\\' for a backslash"),
        ("[1, 2]", "", "}", "a value is missing before this"),
        ("{\n", "--- {\n", "---", "it has no directives and document marks"),
    ],
)
def test_yaml_in_json(before: str, after: str, at: str, message: str) -> None:
    """What YAML allows and JSON does not is one finding at its place, beside those of the rest."""
    assert before in JSON
    text = JSON.replace(before, after, 1)
    assert sorted(_found(text)) == sorted([BAD_VALUE, (f"not JSON: {message}", at)])
    assert _found(text, "spec.yaml") == [BAD_VALUE]


@pytest.mark.parametrize(
    ("before", "after", "at", "message"),
    [
        ("{\n", "{ // the API\n", "//", "it has no comments"),
        ("{\n", "/* the API */ {\n", "/*", "it has no comments"),
        ('"3.0.0",\n', '"3.0.0", // see https://example.com\n', "//", "it has no comments"),
        ('"title"', "title", "title", "put the key in double quotes"),
        ('1.0.0"}', '1.0.0", a:1}', "a", "put the key in double quotes"),
        ("1, 2]", '1 "2"]', '"', "',' is missing before this"),
        ('"API"', '"API", "a"', ",", "':' and a value are missing before this"),
    ],
)
def test_misread_by_yaml(before: str, after: str, at: str, message: str) -> None:
    """Where YAML makes something else of it, nothing else is said of a document that nobody wrote."""
    if before == '"title"':
        before, after = JSON, JSON.replace('": ', '":').replace('"title":', "title:")
    assert before in JSON
    assert _found(JSON.replace(before, after, 1)) == [(f"not JSON: {message}", at)]


@pytest.mark.parametrize("start", ["", "# the API\n", "---\n"])
def test_yaml_in_blocks(start: str) -> None:
    """A file of YAML that is called JSON says so, once."""
    text = f"{start}openapi: 3.0.0\ninfo: {{title: API, version: '1'}}\npaths: {{}}\nx-yc-apigateway: {{}}\n"
    message = "this is YAML, not JSON: give the file the suffix '.yaml', or write JSON"
    assert _found(text) == [(message, "openapi")]


@pytest.mark.parametrize(
    "text",
    [
        JSON,
        "\ufeff" + JSON,
        JSON.replace("  ", "\t"),
        JSON.replace("\n", "\r\n"),
        json.dumps(json.loads(JSON)),
        JSON.replace("API", "\\ud83d\\ude00 \\/ \u2028"),
        JSON.replace("[1, 2]", f"[{'9' * 5000}, 1e400, -0.0]"),
        JSON.replace("API", "// NaN ' # {{ x }}"),
    ],
)
def test_json(text: str) -> None:
    """JSON is JSON, whatever its layout, escapes and numbers."""
    assert _found(text) == [BAD_VALUE]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("[1, 2]", "[1, ${two}]"),
        ("[1, 2]", "[{{ one }}, 2]"),
        ("[1, 2]", "{{ list }}"),
        ("[1, 2]", "[1, $TWO]"),
        ("[1, 2]", "[1, __TWO__]"),
        ("[1, 2]", "[1, <two>]"),
        ("[1, 2]", "[1, {% if x %} 2 {% endif %}]"),
        ("[1, 2]", "[1 {{- if .x }}, 2 {{- end }}]"),
        ("[1, 2]\n", "[1, 2],\n{{ rest }}\n"),
    ],
)
def test_templates_of_json(before: str, after: str) -> None:
    """What a tool fills in makes no JSON of it, and is none of the user's mistakes."""
    assert not [message for message, _ in _found(JSON.replace(before, after)) if "JSON" in message]


def test_named_placeholder(tmp_path: Path) -> None:
    """A placeholder of the configuration is one here too."""
    (tmp_path / ".apigw-lint.yaml").write_text("placeholders: ['@*@']\n")
    (tmp_path / "spec.json").write_text(JSON.replace('"dumy"', '"dummy"').replace("2]", "a@b@]"))
    assert run("check", "spec.json", cwd=tmp_path).stderr == "1 file checked: nothing found\n"


@pytest.mark.parametrize(("name", "number"), [("a.json", 2), ("a.yaml", 1), ("a", 1), ("a.json.example", 1), (None, 1)])
def test_only_what_is_called_json(name: str | None, number: int, tmp_path: Path) -> None:
    """The name decides, that of standard input too: YAML may begin with a brace."""
    text = JSON.replace("2]", "2,]")
    _, report = check_stdin(text.encode(), name, Configs(is_ignored=True))
    assert len(report.found) == number
    if name:
        (tmp_path / name).write_text(text)
        assert len(report_on(tmp_path / name).found) == number


def test_comments_in_other_files(tmp_path: Path) -> None:
    """Other files that are called JSON and have comments are nobody's business."""
    (tmp_path / "tsconfig.json").write_text('{\n  // paths\n  "compilerOptions": {"paths": {"/a": []},},\n}\n')
    (tmp_path / "spec.json").write_text(JSON)
    done = run("check", "--format", "line", ".", cwd=tmp_path)
    assert done.stdout.startswith("spec.json:5")
    assert done.stderr.splitlines()[0] == "1 file checked: 1 error"


def test_fixes_keep_json(tmp_path: Path) -> None:
    """A fix in JSON gives JSON, and one in what is nearly JSON is made too."""
    for text in (JSON, JSON.replace("2]", "2,]")):
        (tmp_path / "spec.json").write_text(text)
        done = run("fix", "--unsafe", "spec.json", cwd=tmp_path)
        assert "write 'dummy'" in done.stdout
        assert (tmp_path / "spec.json").read_text() == text.replace("dumy", "dummy")
