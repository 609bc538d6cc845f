"""Specifications in heredocs of shell scripts are linted as the shell makes them, at their lines in the script."""

from __future__ import annotations

import random
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apigw_lint import lint
from apigw_lint.fix.text import FixOptions, fix_text
from apigw_lint.inputs import from_text
from apigw_lint.source.heredocs import heredocs
from tests.conftest import FIXTURES
from tests.support import BAD, EVERYTHING, header, lines, read, report_on, underlined

FORMS = sorted((FIXTURES / "shell").glob("*.sh"))
SAMPLE = random.Random(3)


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.stem)
def test_form(path: Path, golden: Callable[[Path, str], None], monkeypatch: pytest.MonkeyPatch) -> None:
    """Each form gives what its golden file says, at the lines of the script."""
    monkeypatch.chdir(FIXTURES / "shell")
    report = report_on(path.name)
    golden(path.with_suffix(".out"), lines(report.found) + "".join(f"checked {name}\n" for name in report.checked))


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.stem)
def test_prefixes(path: Path) -> None:
    """No beginning of a script crashes anything."""
    text = read(path)
    for end in SAMPLE.sample(range(len(text)), 40):
        assert "crash" not in {one.rule for one in lint("a.sh", text[:end], EVERYTHING).found}


@pytest.mark.parametrize(
    ("opening", "closing"),
    [
        ("ssh host 'cat >a <<END", "END'"),
        ('su -c "cat <<END', 'END"'),
        ("a=$(cat <<END", "END)"),
        ('a="$(cat <<-END', '\tEND)"'),
    ],
)
def test_heredocs_in_something(opening: str, closing: str) -> None:
    """A heredoc ends before what closes the string or the command that it is in, and not at a later one's end."""
    text = f"{opening}\n{BAD}{closing}\ncat <<END\n{BAD}END\n"
    found = lint("a.sh", text).found
    assert [(one.rule, underlined(one)) for one in found] == [("bad-value", "dumy")] * 2


def test_programs() -> None:
    """A program with a specification in a string of it is none that is half written; one with a mistake is."""
    program = f'spec = """\n{BAD}"""\nprint(spec: 1)\n'
    assert not lint("a.sh", f"python3 - <<'END'\n{program}END\n").found
    (one,) = lint("a.sh", f"cat <<'END'\n# The API\n{BAD}  x: 'a\nEND\n").found
    assert one.rule == "syntax"


@pytest.mark.parametrize(
    "opening",
    [
        "cat <<END",
        "cat <<'END'",
        'cat << "END"',
        "cat <<\\END",
        "cat <<-END",
        'A="$(cat <<END',
        "cat <<A <<END\nA",
        "f() { cat <<END",
        'echo "it\'s <<A" "$(b)" <<END',
        "x=$((1<<2)); cat <<END",
        "cat <<<word <<END",
    ],
)
def test_openings(opening: str) -> None:
    """However a heredoc is announced, the document in it is linted, at its line."""
    text = f"# don't <<A\n{opening}\n{BAD}END\n"
    (finding,) = lint("a.sh", text).found
    line = 1 + text.count("\n", 0, text.index("dumy"))
    assert (underlined(finding), finding.source.position(finding.span.start).line) == ("dumy", line)


@pytest.mark.parametrize(
    "opening", ["cat <<<END", "# cat <<END", "echo 'cat <<END'", 'echo "cat <<END"', "cat <<OTHER"]
)
def test_no_heredoc(opening: str) -> None:
    """What announces no heredoc has none, and neither has what nothing ends."""
    assert lint("a.sh", f"{opening}\n{BAD}END\n").skipped == [("a.sh", "no heredoc in it is a gateway specification")]


def value_of(written: str, opening: str = "<<END") -> object:
    """The value of the title of a specification in a heredoc."""
    text = f"cat {opening}\n{header('x-yc-apigateway: {}').replace('title: API', f'title: {written}')}\nEND\n"
    (tree,) = from_text("a.sh", text).documents
    node = tree.root and tree.root.descend("info", "title")
    assert node is not None
    return node.value


def test_values() -> None:
    """What the shell takes away is not in the values, and what it leaves is."""
    assert value_of("a\\$b") == "a$b"
    assert value_of("'\\${var.a}'") == "${var.a}"
    assert value_of("'\\`a\\` \\\\ \\b'") == "`a` \\ \\b"
    assert value_of('"a\\\\nb\\\\\\\\d"') == "a\nb\\d"
    assert value_of("a\\\n  b") == "a  b"
    assert value_of("'\\$b'", "<<'END'") == "\\$b"


@pytest.mark.skipif(not shutil.which("bash"), reason="needs bash")
@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(["\\\\", "\\$", "\\`", "\\a", "a", " ", "'", '"', "{"]), min_size=1, max_size=12))
def test_values_of_bash(parts: list[str]) -> None:
    """The value of a text without expansions is what bash makes of it."""
    script = f"cat <<END\nopenapi: 3.0.0\nx-yc-apigateway: {{}}\ninfo:\n  title: |-\n    -{''.join(parts)}-\nEND\n"
    made = subprocess.run(["bash", "-c", script], capture_output=True, check=True, text=True).stdout
    (tree,) = from_text("a.sh", script).documents
    node = tree.root and tree.root.descend("info", "title")
    assert node is not None
    assert made.endswith(f"    {node.value}\n")


@pytest.mark.parametrize(
    "unknown",
    ["$A", "${A}", "${A:-b}", "$(id -u)", "$(a \"$(b ')')\")", "`id`", "$name", "$1", "pre-$name", "'$(a: b)'"],
)
def test_unknown(unknown: str) -> None:
    """What the shell fills in is judged by no rule, as a value, in one and as a key."""
    text = BAD.replace("dumy", unknown)
    assert not lint("a.sh", f"cat <<END\n{text}END\n").found
    assert not [
        one for one in lint("a.sh", f"cat <<END\n{text.replace('/a', '/' + unknown)}END\n").found if "'" not in unknown
    ]


def test_latest() -> None:
    """`\\$latest` is the tag `$latest`, and a path in a variable of the gateway is one."""
    integration = "{type: cloud_functions, function_id: d4e0123456789abcdefg, tag: %s, service_account_id: $SA}"
    for written in ("\\$latest", '"\\$latest"'):
        body = header(f"paths: {{/a: {{get: {{x-yc-apigateway-integration: {integration % written}}}}}}}\n")
        assert not lint("a.sh", f"cat <<END\n{body}END\n", EVERYTHING._replace(enabled=frozenset({"odd-tag"}))).found


def test_tabs() -> None:
    """Tabs that `<<-` takes away are no indentation; lines that differ in them are not linted."""
    body = "".join(f"\t\t{line}" for line in BAD.splitlines(keepends=True))
    for word in ("END", "'END'"):
        assert [underlined(one) for one in lint("a.sh", f"cat <<-{word}\n{body}\tEND\n").found] == ["dumy"]
        (finding,) = lint("a.sh", f"cat <<-{word}\n{body[1:]}\tEND\n").found
        assert finding.rule == "not-linted"


def test_fix_keeps_the_rest() -> None:
    """A fix changes the word that it is about, and no other byte; what a shell would replace is not written."""
    text = f"#!/bin/sh\ncat <<END\n{BAD}  # \\$a\nEND\necho 'dumy'\n"
    options = FixOptions(unsafe=True, rules=frozenset({"bad-value"}))
    assert fix_text("a.sh", text, EVERYTHING, options).text == text.replace("dumy", "dummy", 1)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(["cat <<A", "cat <<'B' <<A", "A", "B", "\tA", "cat <<-A", "x", "", "'", '"'])))
def test_heredocs_are_apart(parts: list[str]) -> None:
    """Heredocs follow each other, each in whole lines of the text after its opening."""
    text = "\n".join(parts)
    at = 0
    for one in heredocs(text):
        assert max(at, one.opening.end) <= one.span.start <= one.span.end <= len(text)
        assert text[one.span.start - 1] == "\n"
        assert text[one.opening.start : one.opening.end].startswith("<<")
        at = one.span.end
