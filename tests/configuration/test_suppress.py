"""Ignore comments hide just what they name."""

from __future__ import annotations

from pathlib import Path

import pytest

from apigw_lint import Diagnostic, lint
from apigw_lint.source.parse import parse
from apigw_lint.source.text import Source
from tests.support import RULE_FOLDERS, config_for, header, read

NEVER_IGNORED = {"syntax", "malformed-ignore", "unused-ignore", "spec-too-large"}
TWINS = [folder / "bad.yaml" for folder in RULE_FOLDERS if folder.name not in NEVER_IGNORED]


def _essence(one: Diagnostic) -> tuple[str, str, str]:
    return one.rule, one.full_message, one.source.slice(one.span)


def _end_of_line(text: str, one: Diagnostic) -> int | None:
    """Where a comment can stand at the end of the line of a finding; None inside a scalar or behind a comment."""
    line = one.source.line_span(one.source.position(one.span.start).line)
    tree = parse(Source("spec.yaml", text))
    node = tree.at(max(line.start, line.end - 1)) or tree.key_at(line.end)
    is_block = node is not None and text[node.raw_span.start : node.raw_span.start + 1] in ("|", ">")
    goes_on = node is not None and "\n" in text[line.end : node.raw_span.end]
    is_marked = any(mark in text[line.start : line.end] for mark in ("|", ">", " #"))
    return None if is_block or goes_on or is_marked else line.end


@pytest.mark.parametrize("path", TWINS, ids=lambda path: path.parent.name)
def test_comment_silences_its_line(path: Path) -> None:
    """An ignore comment at the end of a line hides the findings of that rule there, and no other."""
    text, config = read(path), config_for(path.parent.name)
    before = lint("spec.yaml", text, config).found
    tried = 0
    for one in before:
        end = _end_of_line(text, one)
        if end is None:
            continue
        tried += 1
        report = lint("spec.yaml", f"{text[:end]} # apigw-lint: ignore[{one.rule}] because{text[end:]}", config)
        line = one.source.position(one.span.start).line
        here = [other for other in before if other.source.position(other.span.start).line == line]
        hidden = [other for other in here if other.rule == one.rule]
        rest = [other for other in before if other not in hidden]
        assert sorted(map(_essence, report.found)) == sorted(map(_essence, rest))
        assert sorted(_essence(other.diagnostic) for other in report.ignored) == sorted(map(_essence, hidden))
        assert {other.reason for other in report.ignored} == {"because"}
    assert tried


SPEC = header("""\
paths:
  /a:
    # apigw-lint: ignore[legacy-spelling] whole node
    get:
      x-yc-apigateway-integration:
        type: cloud-functions
        function_id: d4e0123456789abcdefg
        service_account: aje0123456789abcdefg
    put:
      x-yc-apigateway-integration:
        type: cloud-functions
        function_id: d4e0123456789abcdefg
        service_account_id: aje0123456789abcdefg
""")


def test_own_line_covers_the_node_that_follows() -> None:
    """A comment on a line of its own covers all of the next node, and nothing behind it."""
    report = lint("spec.yaml", SPEC)
    assert [one.source.position(one.span.start).line for one in report.found] == [13]
    assert [one.diagnostic.source.position(one.diagnostic.span.start).line for one in report.ignored] == [8, 10]


@pytest.mark.parametrize(
    ("between", "ignored", "shown"),
    [
        ("\n\n", ["legacy-spelling"] * 2, ["odd-identifier", "legacy-spelling"]),
        ("\n    # another comment\n", ["legacy-spelling"] * 2, ["odd-identifier", "legacy-spelling"]),
        (
            "\n    # apigw-lint: ignore[odd-identifier]\n",
            ["legacy-spelling", "odd-identifier", "legacy-spelling"],
            ["legacy-spelling"],
        ),
    ],
    ids=["blank line", "comment", "ignore"],
)
def test_own_lines_may_follow_each_other(between: str, ignored: list[str], shown: list[str]) -> None:
    """Blank lines and other comments may be between a comment and its node, other ignores too."""
    text = SPEC.replace(" whole node\n", between).replace(
        "d4e0123456789abcdefg\n        service_account:", "x\n        service_account:"
    )
    report = lint("spec.yaml", text)
    assert [one.diagnostic.rule for one in report.ignored] == ignored
    assert [one.rule for one in report.found] == shown


def test_list_items() -> None:
    """A comment above an item of a list covers that item alone."""
    parameters = """\
paths:
  /a/{b}/{c}:
    get:
      parameters:
      # apigw-lint: ignore[optional-path-parameter]
      - name: b
        in: path
        schema: {type: string}
      -   name: c
          in: path
          schema: {type: string}
      x-yc-apigateway-integration: {type: dummy, http_code: 200}
"""
    report = lint("spec.yaml", header(parameters))
    assert [one.source.slice(one.span) for one in report.found] == ["name"]
    assert report.found[0].pointer.endswith("/1")
    assert len(report.ignored) == 1


@pytest.mark.parametrize(
    "text",
    [
        # the last line of a block, above another path, another list, and another level of a list
        "paths:\n  /a:\n    get: {}\n    # IGNORE\n  /b:\n    get: {}\n",
        "paths:\n  /a:\n    parameters:\n    - name: b\n      # IGNORE\n    - name: c\n",
        "x-a:\n- 1\n  # IGNORE\n- 2\npaths: {}\n",
        "x-a: {b: 1}\n  # IGNORE\npaths: {}\n",
        "x-a:\n  b: |\n    text\n   # IGNORE\n&a paths: {}\n",
        "x-a: {\n  b: 1,\n  # IGNORE\n}\npaths: {}\n",
        # above the first key
        "paths:\n    # IGNORE\n  /a: {get: {}}\n",
    ],
)
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_nothing_below_in_the_block(text: str, line_end: str) -> None:
    """A comment never applies to less indented text below it."""
    text = header(text).replace("IGNORE", "apigw-lint: ignore[missing-integration]").replace("\n", line_end)
    report = lint("spec.yaml", text)
    assert not report.ignored
    messages = [one.full_message for one in report.found if one.rule == "malformed-ignore"]
    assert [message[:16] for message in messages] == ["nothing below it"]


@pytest.mark.parametrize(
    "text",
    [
        "# IGNORE\n  /a: {get: {tagz: []}}\n",
        "  # IGNORE\n  /a: {get: {tagz: []}}\n",
        "  /a: {\n       # IGNORE\n    get: {tagz: []}}\n",
        "  /a:\n    # IGNORE\n\n# words\n    get: {tagz: []}\n",
    ],
)
def test_everything_below_in_the_block(text: str) -> None:
    """A comment that is indented less applies to what is below; in braces, indentation says nothing."""
    text = text.replace("tagz: []", "tagz: [], x-yc-apigateway-integration: {type: dummy, http_code: 200}")
    report = lint("spec.yaml", header("paths:\n" + text.replace("IGNORE", "apigw-lint: ignore[unknown-key]")))
    assert [one.diagnostic.rule for one in report.ignored] == ["unknown-key"]
    assert not report.found


def test_whole_file() -> None:
    """`ignore-file` covers the file, wherever among the first comments it stands."""
    text = SPEC.replace("ignore[legacy-spelling]", "ignore[odd-identifier]")
    report = lint("spec.yaml", "# words\n\n# apigw-lint: ignore-file[legacy-spelling]\n---\n" + text)
    assert [one.rule for one in report.found] == ["unused-ignore"]
    assert [one.diagnostic.rule for one in report.ignored] == ["legacy-spelling"] * 3


def test_json() -> None:
    """In JSON a key hides findings in the object that holds it, its own key included."""
    text = """{"openapi": "3.0.0", "info": {"title": "A", "version": "1"}, "paths": {"/a": {
        "get": {"x-apigw-lint-ignore": ["legacy-spelling"],
            "x-yc-apigateway-integration": {"type": "cloud-functions", "function_id": "d4e0123456789abcdefg",
            "service_account": "aje0123456789abcdefg"}},
        "put": {"x-yc-apigateway-integration": {"type": "cloud-functions", "function_id": "d4e0123456789abcdefg",
            "service_account_id": "aje0123456789abcdefg"}}}}}"""
    report = lint("spec.json", text)
    assert [(one.rule, one.pointer.split("/")[3]) for one in report.found] == [("legacy-spelling", "put")]
    assert len(report.ignored) == 2


def test_crlf() -> None:
    """Windows line ends change nothing."""
    first, second = lint("spec.yaml", SPEC), lint("spec.yaml", SPEC.replace("\n", "\r\n"))
    assert [one.full_message for one in first.found] == [one.full_message for one in second.found]
    assert len(first.ignored) == len(second.ignored)
