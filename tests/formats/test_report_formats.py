"""Each format for another program says what was found, to a reader of that format."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlsplit
from xml.etree import ElementTree

import jsonschema
import junitparser
import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token
from sarif.loader import load_sarif_file  # type: ignore[import-untyped]

from apigw_lint import Consequence, Diagnostic, Related, Report, Severity, Source, Span, lint
from apigw_lint.diagnostic import Edit, Fix, Ignored
from apigw_lint.formats import checkstyle, github, gitlab, junit, markdown, sarif
from apigw_lint.formats.location import location
from apigw_lint.formats.printable import printable
from apigw_lint.grouping import grouped
from apigw_lint.rules import RULES
from tests.conftest import FIXTURES, ROOT, SHARED
from tests.support import EVERYTHING, examples, found_in, read

FORMATS: dict[str, Callable[[Report], str]] = {
    "sarif": sarif.render,
    "github": github.render,
    "gitlab": gitlab.render,
    "junit": junit.render,
    "checkstyle": checkstyle.render,
    "markdown": markdown.render,
}
FILES = ["fixtures/formats/spec.yaml", "fixtures/syntax/unclosed-quote.yaml"]
SCHEMA = SHARED / "data" / "sarif-schema-2.1.0.json"
NASTY_PATH = "мои цены/50%, a:b|c\t\r\n\x1b<d>.yaml"
NASTY = "a | b `c` <b>d</b> %0A %25 ]]> &amp; [e](f) **g** ~~h~~ $i$ \\.j::k, \r\n\x00\x1b[31m\u202e\ud800\ufffe"
JUNIT_10 = {
    "testsuites": ({"name"}, {"time", "tests", "failures", "errors"}, {"testsuite"}),
    "testsuite": ({"name", "tests", "failures", "errors"}, {"skipped", "file"}, {"testcase", "properties"}),
    "testcase": ({"name"}, {"classname", "time"}, {"failure", "error", "skipped", "system-out", "system-err"}),
    "failure": (set(), {"type", "message"}, set()),
    "skipped": (set(), {"type", "message"}, set()),
    "system-out": (set(), set(), set()),
}
"""What Jenkins' junit-10.xsd says of the elements used here: needed attributes, allowed attributes, children."""


@pytest.fixture(autouse=True)
def at_the_top(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)


@pytest.fixture
def report() -> Report:
    found = [one for path in FILES for one in found_in(ROOT / path, EVERYTHING)]
    skipped = [("docs/notes.yaml", "not a gateway specification")]
    everything = Report(found, [*FILES, "fixtures/formats/clean.yaml"], skipped)
    hidden = everything._replace(found=found[2:], ignored=[Ignored(found[0], "on purpose")], baselined=[found[1]])
    return grouped(hidden)


def diagnostic(
    text: str = "a: b\n", span: Span | None = None, path: str = "spec.yaml", message: str = "wrong", **rest: Any
) -> Diagnostic:
    rest = {"rule": "bad-value", "severity": Severity.ERROR, "consequence": Consequence.INVALID, **rest}
    return Diagnostic(source=Source(path, text), span=span or Span(3, 4), message=message, **rest)


def nasty() -> Report:
    one = diagnostic(path=NASTY_PATH, message=NASTY, pointer=f"/paths/{NASTY}", related=(Related(Span(0, 1), NASTY),))
    others = [one._replace(severity=severity) for severity in Severity]
    return Report(others, [NASTY_PATH], [(NASTY_PATH + "2", NASTY)], [Ignored(one, NASTY)], [one])


def run_of(report: Report) -> dict[str, Any]:
    log = json.loads(sarif.render(report))
    if SCHEMA.exists():
        jsonschema.Draft4Validator(json.loads(SCHEMA.read_text("utf-8"))).validate(log)
    run = log["runs"][0]
    assert isinstance(run, dict)
    return run


@pytest.mark.parametrize("name", FORMATS)
def test_golden(name: str, report: Report, golden: Callable[[Path, str], None]) -> None:
    """Each format of the same report is what its golden file shows."""
    golden(FIXTURES / "formats" / f"{name}.out", FORMATS[name](report))


@pytest.mark.parametrize("name", FORMATS)
def test_no_source_and_no_secret(name: str) -> None:
    """What stands in the document is told by messages only, and the fix of a secret is not shown."""
    text = "password: hunter2 # swordfish\n"
    fix = Fix("take it out", (Edit(Span(10, 17), "hunter3"),))
    one = diagnostic(text, Span(10, 17), fix=fix, is_secret=True, related=(Related(Span(20, 29), "here"),))
    shown = FORMATS[name](Report([one], ["spec.yaml"], [], [Ignored(one, "")], [one]))
    assert not re.search("hunter|swordfish", shown)


@pytest.mark.parametrize("name", FORMATS)
def test_nothing_raw(name: str) -> None:
    """Control and direction characters of messages are shown, not obeyed, and the text can be written as UTF-8.

    Only the tab of a path stays in a workflow command, for which the runner has no escape.
    """
    shown = FORMATS[name](nasty()).encode().decode()
    assert shown.count("\t") == (len(nasty().found) if name == "github" else 0)
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f\u202e]", shown)


def test_sarif_schema_was_used() -> None:
    """The official schema was at hand for the other tests."""
    if not SCHEMA.exists():
        pytest.skip(f"{SCHEMA} is not here")
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft4Validator(json.loads(SCHEMA.read_text("utf-8"))).validate({"version": "2.1.0"})


def test_sarif_says_it_all(report: Report) -> None:
    """Each finding is a result at its place with its rule, sorted; hidden ones say what hides them."""
    run = run_of(report)
    everything = [*report.found, *(one for one, _ in report.ignored), *report.baselined]
    for result, one in zip(run["results"], sorted(everything, key=lambda one: one.order), strict=True):
        rule = run["tool"]["driver"]["rules"][result["ruleIndex"]]
        assert result["ruleId"] == rule["id"] == one.rule
        assert result["message"]["text"] == one.full_message
        assert result["level"] == {"info": "note"}.get(one.severity, one.severity)
        place = result["locations"][0]["physicalLocation"]
        assert place["artifactLocation"] == {"uri": one.source.path, "uriBaseId": "%SRCROOT%"}
        assert text_at(one.source, place["region"]) == one.source.slice(one.span)
        assert len(result.get("relatedLocations", ())) == len(one.all_related)
    assert Counter(json.dumps(result["suppressions"]) for result in run["results"]) == {
        "[]": len(report.found),
        '[{"kind": "inSource", "justification": "on purpose"}]': 1,
        '[{"kind": "external"}]': 1,
    }
    assert [one["location"]["uri"] for one in run["artifacts"]] == report.checked
    notes = run["invocations"][0]["toolExecutionNotifications"]
    assert [note["message"]["text"] for note in notes] == ["skipped: not a gateway specification"]


def text_at(source: Source, region: dict[str, int]) -> str:
    """What a region of SARIF covers, found without Source.position."""
    starts = [0]
    for line in source.text.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    start = starts[region["startLine"] - 1] + region["startColumn"] - 1
    return source.text[start : starts[region["endLine"] - 1] + region["endColumn"] - 1]


def test_sarif_tools_reads_it(report: Report, tmp_path: Path) -> None:
    """The records that sarif-tools makes of a report are the findings of it."""
    file = tmp_path / "report.sarif"
    file.write_text(sarif.render(Report(report.found)), "utf-8")
    records = load_sarif_file(str(file)).get_records()
    assert [(one["Location"], one["Line"], one["Code"], one["Description"]) for one in records] == [
        (one.source.path, one.source.position(one.span.start).line, one.rule, one.full_message) for one in report.found
    ]
    assert {one["Tool"] for one in records} == {"apigw-lint"}
    assert Counter(one["Severity"] for one in records) == {
        {"info": "note"}.get(severity, severity): report.number(severity) for severity in Severity
    }


def test_sarif_without_hidden_findings() -> None:
    """Where nothing is hidden no result has suppressions, and an empty report is a run without results."""
    assert "suppressions" not in run_of(Report([diagnostic()]))["results"][0]
    empty = run_of(Report())
    assert empty["results"] == empty["tool"]["driver"]["rules"] == []
    assert empty["invocations"] == [{"executionSuccessful": True}]
    crashed = run_of(Report([diagnostic(rule="crash"), diagnostic(rule="not-linted", severity=Severity.INFO)]))
    assert crashed["results"] == []
    assert crashed["invocations"][0]["executionSuccessful"] is False
    told = crashed["invocations"][0]["toolExecutionNotifications"]
    assert [(one["descriptor"]["id"], one["level"]) for one in told] == [("crash", "error"), ("not-linted", "note")]


@pytest.mark.parametrize(
    ("path", "uri", "is_inside"),
    [
        ("мои цены/50%,:.yaml", "%D0%BC%D0%BE%D0%B8%20%D1%86%D0%B5%D0%BD%D1%8B/50%25%2C%3A.yaml", True),
        ("a\nb#c?.yaml", "a%0Ab%23c%3F.yaml", True),
        ("<stdin>", "%3Cstdin%3E", True),
        (f"{ROOT}/a.yaml", "a.yaml", True),
        ("sub/../a.yaml", "a.yaml", True),
        ("/elsewhere/a b.yaml", "file:///elsewhere/a%20b.yaml", False),
        (f"{ROOT}-2/a.yaml", f"file://{quote(str(ROOT))}-2/a.yaml", False),
        ("../a.yaml", f"file://{quote(str(ROOT.parent))}/a.yaml", False),
    ],
)
def test_sarif_paths(path: str, uri: str, is_inside: bool) -> None:
    """Paths become URIs, relative to the root of the sources or absolute."""
    run = run_of(Report([diagnostic(path=path)], [path]))
    place = run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]
    assert place == run["artifacts"][0]["location"]
    assert place == {"uri": uri, **({"uriBaseId": "%SRCROOT%"} if is_inside else {})}
    assert re.fullmatch(r"[\w.~%:/-]+", uri, re.ASCII)
    assert unquote(urlsplit(uri).path).endswith(path.rpartition("/")[2])


def test_sarif_fix() -> None:
    """The edits of a fix do in SARIF what they do to the text; a deletion inserts nothing."""
    text = "𝒳: one\r\ny: two\n"
    fix = Fix("swap", (Edit(Span(0, 1), "z"), Edit(Span(8, 14), ""), Edit(Span(14, 14), "w")))
    [written] = run_of(Report([diagnostic(text, Span(0, 1), fix=fix)]))["results"][0]["fixes"]
    assert written["description"] == {"text": "swap"}
    [change] = written["artifactChanges"]
    assert change["artifactLocation"]["uri"] == "spec.yaml"
    lines = text.splitlines(keepends=True)
    for edit in reversed(change["replacements"]):
        region = edit["deletedRegion"]
        assert region["startLine"] == region["endLine"]
        line = lines[region["startLine"] - 1]
        content = edit.get("insertedContent", {"text": ""})["text"]
        lines[region["startLine"] - 1] = line[: region["startColumn"] - 1] + content + line[region["endColumn"] - 1 :]
    assert lines == ["z: one\r\n", "w\n"]


def test_sarif_messages() -> None:
    """What would be read as an embedded link is escaped, other brackets and braces are left alone."""
    run = run_of(Report([diagnostic(message="[a](1) b[2] {c} (d)")]))
    assert run["results"][0]["message"]["text"] == r"\[a\](1) b[2] {c} (d)"


def test_sarif_rules_are_the_pages() -> None:
    """Each rule has its page with the examples in fences, and texts that GitHub does not cut off."""
    found = [diagnostic(rule=name, consequence=rule.consequence) for name, rule in RULES.items()]
    written = run_of(Report(found))["tool"]["driver"]["rules"]
    notifications = ["crash", "not-linted", "unreadable-file"]
    assert [one["id"] for one in written] == sorted({*RULES} - {*notifications})
    told = run_of(Report(found))["tool"]["driver"]["notifications"]
    assert [one["id"] for one in told] == notifications
    for one in (*written, *told):
        rule = RULES[one["id"]]
        assert rule.doc in one["help"]["text"]
        assert one["shortDescription"]["text"] == rule.summary
        assert 0 < len(one["shortDescription"]["text"]) <= 1024
        assert 0 < len(one["fullDescription"]["text"]) <= 1024
        assert one.get("helpUri", "") == rule.url
        tokens = MarkdownIt("commonmark").parse(one["help"]["markdown"])
        assert not [token for token in tokens if token.type == "code_block"]
        fences = [token.content for token in tokens if token.type == "fence"]
        assert fences == [example.text for example in examples(rule)]


def test_fingerprints_do_not_move() -> None:
    """Lines put above a finding change no fingerprint, and no two findings share one."""
    for path in sorted((FIXTURES / "rules").glob("*/bad.yaml")):
        text = read(path)
        before, after = (
            Report([one for one in lint("spec.yaml", moved, EVERYTHING).found if one.rule != "not-linted"])
            for moved in (text, "# one\n\n# three\n" + text)
        )
        for fingerprints in (sarif_fingerprints, gitlab_fingerprints):
            assert fingerprints(before) == fingerprints(after), path.parent.name
            assert len(set(fingerprints(before))) == len(before.found)


def sarif_fingerprints(report: Report) -> list[str]:
    return [
        one["partialFingerprints"]["apigwLint/v1"] for one in json.loads(sarif.render(report))["runs"][0]["results"]
    ]


def gitlab_fingerprints(report: Report) -> list[str]:
    return [one["fingerprint"] for one in json.loads(gitlab.render(report))]


def test_fingerprints_tell_equals_apart() -> None:
    """Findings that differ only in their place have their own fingerprints, and keep them when one is hidden."""
    text = "a: b\nc: b\nd: b\n"
    first, second, third = (diagnostic(text, Span(start, start + 1)) for start in (3, 8, 13))
    shown = Report([first, second, third])
    assert len(set(gitlab_fingerprints(shown))) == 3
    assert len(set(sarif_fingerprints(shown))) == 3
    assert sarif_fingerprints(Report([first, third], [], [], [Ignored(second, "")])) == sarif_fingerprints(shown)
    renamed = Report([one._replace(source=Source("other.yaml", text)) for one in shown.found])
    assert sarif_fingerprints(renamed) == sarif_fingerprints(shown)
    assert not {*gitlab_fingerprints(renamed)} & {*gitlab_fingerprints(shown)}


def test_github_commands(report: Report) -> None:
    """Read back as the runner reads them, the commands hold all that was found; columns only on one line."""
    for some in (report, nasty()):
        commands = [command(line) for line in github.render(some).split("\n")[:-1]]
        for (name, properties, message), one in zip(commands, some.found, strict=True):
            start, end = one.source.position(one.span.start), one.source.position(one.span.end)
            assert name == {"info": "notice"}.get(one.severity, one.severity)
            assert properties == {
                "file": attribute(one.source.path),
                "line": str(start.line),
                "endLine": str(end.line),
                "col": str(start.column),
                "endColumn": str(end.column - 1),
                "title": f"apigw-lint ({one.rule})",
            }
            assert message == visible(f"{location(one)}: {one.full_message}")
    assert github.render(Report()) == ""


def command(line: str) -> tuple[str, dict[str, str], str]:
    """A workflow command as the runner of GitHub takes it apart."""
    assert line.startswith("::")
    head, message = line[2:].split("::", 1)
    name, properties = head.split(" ", 1)
    pairs = (pair.split("=", 1) for pair in properties.split(","))
    return name, {key: unescaped(value, ":,\r\n") for key, value in pairs}, unescaped(message, "\r\n")


def unescaped(text: str, special: str) -> str:
    for letter in special:
        text = text.replace(f"%{ord(letter):02X}", letter)
    return text.replace("%25", "%")


def attribute(path: str) -> str:
    """A path with its tabs and line breaks, and all other control characters made visible."""
    return "".join(letter if letter in "\t\r\n" else printable(letter) for letter in path)


def visible(text: str) -> str:
    """The text with its line breaks, and all other control characters made visible."""
    return "".join(letter if letter in "\r\n" else printable(letter) for letter in text)


@pytest.mark.parametrize(
    ("span", "wanted"),
    [
        (Span(3, 3), {"line": "1", "endLine": "1", "col": "4", "endColumn": "4"}),
        (Span(3, 4), {"line": "1", "endLine": "1", "col": "4", "endColumn": "4"}),
        (Span(3, 5), {"line": "1", "endLine": "1", "col": "4", "endColumn": "5"}),
        (Span(3, 6), {"line": "1", "endLine": "2"}),
    ],
)
def test_github_ranges(span: Span, wanted: dict[str, str]) -> None:
    """The end is part of the range, a line break belongs to its line, and columns are left out over two lines."""
    _, properties, _ = command(github.render(Report([diagnostic(span=span, text="a: b\nc: d")])).rstrip("\n"))
    assert {key: value for key, value in properties.items() if key not in ("file", "title")} == wanted


def test_gitlab_report(report: Report) -> None:
    """The array holds what GitLab's documentation asks for, for each finding, and no hidden one."""
    for some in (report, nasty(), Report()):
        issues = json.loads(gitlab.render(some))
        for issue, one in zip(issues, some.found, strict=True):
            start, end = one.source.position(one.span.start), one.source.position(one.span.end)
            assert set(issue) == {"description", "check_name", "fingerprint", "severity", "location"}
            assert issue["description"] == printable(one.full_message)
            assert issue["check_name"] == one.rule
            assert issue["severity"] == {"error": "major", "warning": "minor", "info": "info"}[one.severity]
            assert issue["location"] == {
                "path": one.source.path,
                "lines": {"begin": start.line, "end": end.line},
                "positions": {
                    "begin": {"line": start.line, "column": start.column},
                    "end": {"line": end.line, "column": end.column - 1},
                },
            }
        assert len({issue["fingerprint"] for issue in issues}) == len(issues)


def test_gitlab_paths() -> None:
    """A path below the current folder is told from there, for it to be one from the top of the repository."""
    [issue] = json.loads(gitlab.render(Report([diagnostic(path=f"{ROOT.as_posix()}/a/b.yaml")])))
    assert issue["location"]["path"] == "a/b.yaml"


def test_junit_is_read(report: Report) -> None:
    """junitparser finds a suite for each file, the failures in it, and what passed or was skipped."""
    for some in (report, nasty(), Report()):
        suites = list(junitparser.JUnitXml.fromstring(junit.render(some).encode()))
        assert [suite.name for suite in suites] == [attribute(path) for path in paths_of(some)]
        cases = [case for suite in suites for case in suite]
        failures = [case for case in cases if case.result and isinstance(case.result[0], junitparser.Failure)]
        infos = [case for case in cases if case.system_out]
        skips = [case for case in cases if case.is_skipped]
        wanted = [one for one in some.found if one.severity is not Severity.INFO]
        assert [(case.result[0].type, case.result[0].message) for case in failures] == [
            (one.rule, xml_text(one.full_message)) for one in wanted
        ]
        assert len(infos) == some.number(Severity.INFO)
        assert len(skips) == len(some.skipped)
        clean = set(some.checked) - {one.source.path for one in some.found}
        assert len(cases) == len(some.found) + len(skips) + len(clean)
        assert sum(case.is_passed for case in cases) == len(infos) + len(clean)


def paths_of(report: Report) -> list[str]:
    return [*report.checked, *(path for path, _ in report.skipped)]


def xml_text(text: str) -> str:
    return printable(text).replace("\ufffe", "\\ufffe")


def test_junit_counts_and_names(report: Report) -> None:
    """Counts are those of the tests, names are distinct in a suite, and junit-10.xsd allows each element."""
    twice = [diagnostic(pointer="/a"), diagnostic("a: b\na: b\n", Span(8, 9), pointer="/a")]
    for some in (report, nasty(), Report(), Report(twice, ["spec.yaml"])):
        root = ElementTree.fromstring(junit.render(some).encode())
        for element in root.iter():
            needed, allowed, children = JUNIT_10[element.tag]
            assert needed <= set(element.attrib) <= needed | allowed
            assert {child.tag for child in element} <= children
        for holder in (root, *root):
            cases = list(holder.iter("testcase"))
            assert holder.get("tests") == str(len(cases))
            assert holder.get("failures") == str(len(list(holder.iter("failure"))))
            assert holder.get("errors") == "0"
        for suite in root:
            assert suite.get("skipped") == str(len(list(suite.iter("skipped"))))
            assert len({case.get("name") for case in suite}) == len(suite)


def test_checkstyle_is_read(report: Report) -> None:
    """Each file that was checked is there, and each finding in its file at its place."""
    for some in (report, nasty(), Report()):
        root = ElementTree.fromstring(checkstyle.render(some).encode())
        assert (root.tag, root.get("version")) == ("checkstyle", "4.3")
        assert [file.get("name") for file in root] == [attribute(path) for path in some.checked]
        errors = [(file.get("name"), error.attrib) for file in root for error in file]
        for (path, error), one in zip(errors, some.found, strict=True):
            start = one.source.position(one.span.start)
            assert path == attribute(one.source.path)
            assert error == {
                "line": str(start.line),
                "column": str(start.column),
                "severity": one.severity.value,
                "message": xml_text(one.full_message),
                "source": f"apigw-lint.{one.rule}",
            }


def test_markdown_is_read(report: Report) -> None:
    """A markdown parser finds the findings in the table, and nothing in them that it would obey."""
    for some in (report, nasty()):
        heading, *cells, checked, skipped = inlines(markdown.render(some))
        assert heading == "apigw-lint: " + ", ".join(
            f"{number} {severity}{'s' if number != 1 and severity is not Severity.INFO else ''}"
            for severity in Severity
            if (number := some.number(severity))
        )
        assert cells[:4] == ["Place", "Severity", "Finding", "Rule"]
        rows = [tuple(cells[start : start + 4]) for start in range(4, len(cells), 4)]
        for row, one in zip(rows, some.found, strict=True):
            start = one.source.position(one.span.start)
            where = f"{printable(one.source.path)}:{start.line}:{start.column}"
            place, severity, finding, rule = row
            assert (place, severity, rule) == (where, one.severity, one.rule)
            assert finding.replace("'", "") == printable(one.full_message).replace("'", "")
        assert checked.endswith("1 finding ignored by comments. 1 finding in the baseline.")
        [(path, reason)] = some.skipped
        assert skipped == f"skipped {printable(path)}: {printable(reason)}"


LIVE = re.compile(r"[@#<&\\[`*_~|]|://|www\.|:\w+:")
"""What a server may make something of outside of code: mentions, issues, links, emoji codes, markup."""


def inlines(text: str) -> list[str]:
    """The texts of the headings, cells, paragraphs and list items; each must be plain text or code."""
    tokens = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(text)
    assert not [token for token in tokens if token.type in ("html_block", "fence", "code_block")]
    return [plain(token) for token in tokens if token.type == "inline"]


def plain(token: Token) -> str:
    children = token.children or []
    assert {child.type for child in children} <= {"text", "code_inline"}, token.content
    for child in children:
        assert child.type == "code_inline" or not LIVE.search(child.content), token.content
    return "".join(child.content for child in children)


def test_markdown_without_findings() -> None:
    """A clean run says so, and what it looked at."""
    assert inlines(markdown.render(Report(checked=["a.yaml", "b.yaml"]))) == [
        "apigw-lint: nothing found",
        "2 files checked, nothing found.",
    ]
    assert inlines(markdown.render(Report())) == ["apigw-lint: nothing found", "No file checked, nothing found."]


def test_columns_count_code_points() -> None:
    """Behind letters outside the basic plane all formats name the same column."""
    some = Report([diagnostic("𝒳: 😀😀b\n", Span(5, 6))], ["spec.yaml"])
    [result] = run_of(some)["results"]
    region = result["locations"][0]["physicalLocation"]["region"]
    assert region == {"startLine": 1, "startColumn": 6, "endLine": 1, "endColumn": 7}
    assert "line=1,endLine=1,col=6,endColumn=6," in github.render(some)
    [issue] = json.loads(gitlab.render(some))
    position = {"line": 1, "column": 6}
    assert issue["location"]["positions"] == {"begin": position, "end": position}
    assert 'line="1" column="6"' in checkstyle.render(some)
    assert "spec.yaml:1:6: error: wrong [bad-value]" in junit.render(some)
    assert "| `spec.yaml:1:6` |" in markdown.render(some)
