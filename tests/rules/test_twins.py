"""Other forms of the same specification give the same findings, and nothing that breaks it crashes."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from apigw_lint import Diagnostic
from apigw_lint.hosts.document import is_whole
from apigw_lint.source.elided import is_elided
from apigw_lint.source.tree import Mapping, Sequence
from tests.support import EVERYTHING, GOOD_FILES, RULE_FOLDERS, SPECS, config_for, found, read
from tests.twins import json_twin, parsed, twin_id

TWINS = [*SPECS, *GOOD_FILES, *(folder / "bad.yaml" for folder in RULE_FOLDERS)]
SAMPLE = random.Random(7)

WORDS_FOR_JSON = ("&", "*", "<<", "!", "{{")
"""Marks of anchors, aliases, tags and templates in YAML, which have no JSON form of the same tree."""


def _findings(path: Path, text: str, name: str = "spec.yaml") -> list[Diagnostic]:
    return list(
        found(text, name, config_for(path.parent.name) if path.parent.name in {f.name for f in RULE_FOLDERS} else None)
    )


def _essence(diagnostics: list[Diagnostic]) -> list[tuple[str, str, str]]:
    return sorted((one.rule, one.pointer, one.full_message) for one in diagnostics)


@pytest.mark.parametrize("path", TWINS, ids=twin_id)
def test_windows_line_ends(path: Path) -> None:
    """CRLF changes no finding, and the same lines and columns are named."""
    text = read(path)
    first, second = _findings(path, text), _findings(path, text.replace("\n", "\r\n"))
    assert _essence(second) == _essence(first)
    places = [[one.source.position(one.span.start) for one in diagnostics] for diagnostics in (first, second)]
    assert places[0] == places[1]


@pytest.mark.parametrize("path", TWINS, ids=twin_id)
def test_byte_order_mark(path: Path) -> None:
    """A byte order mark changes no finding and no place."""
    text = read(path)
    first, second = _findings(path, text), _findings(path, "\ufeff" + text)
    assert [(one.rule, one.span, one.full_message) for one in first] == [
        (one.rule, one.span, one.full_message) for one in second
    ]


@pytest.mark.parametrize("indent", [None, 2, "\t"], ids=["flat", "spaces", "tabs"])
@pytest.mark.parametrize("path", TWINS, ids=twin_id)
def test_json(path: Path, indent: int | str | None) -> None:
    """The same document as JSON gives the same findings at the same pointers."""
    twin = json_twin(path, indent)
    if twin is None:
        pytest.skip("has no JSON form")
    before, after = _essence(_findings(path, read(path))), _essence(_findings(path, twin, "spec.json"))
    assert [entry[:2] for entry in after] == [entry[:2] for entry in before]


def test_few_documents_have_no_json_form() -> None:
    """The number of skipped twins is known, so that none is lost unnoticed."""
    usual = [path for path in TWINS if path.stem in ("good", "bad") or path in SPECS]
    assert sum(json_twin(path, None) is None for path in usual) <= 32


@pytest.mark.parametrize("path", TWINS, ids=twin_id)
def test_pointers_and_spans(path: Path) -> None:
    """Every pointer of the tree leads back to its node, and every span underlines something inside the text."""
    tree = parsed(read(path))
    if tree.root is None:
        return
    for node in tree.root.walk():
        assert tree.resolve(node.pointer) == node
        span = node.span
        assert 0 <= span.start < span.end <= len(tree.source.text)
        assert tree.source.slice(span).strip()
    for one in _findings(path, read(path)):
        assert one.span.start < one.span.end
        assert one.source.slice(one.span).strip()
        # A repeated key may stand in a value that another repeated key replaces.
        assert tree.resolve(one.pointer) is not None or one.rule == "duplicate-key"


@pytest.mark.once
@pytest.mark.parametrize("path", TWINS, ids=twin_id)
def test_prefixes(path: Path) -> None:
    """No beginning of a specification makes a rule crash: a file is often half written."""
    text = read(path)
    ends = [number for number, letter in enumerate(text) if letter == "\n"]
    chosen = SAMPLE.sample(ends, min(20, len(ends))) + [SAMPLE.randrange(len(text)) for _ in range(20)]
    for end in chosen:
        _assert_no_crash(text[:end])


def _assert_no_crash(text: str) -> None:
    crashes = [one.full_message for one in found(text, config=EVERYTHING) if one.rule == "crash"]
    assert not crashes, f"{crashes}\n{text[-200:]}"


SHAPES = ("null", "true", "3", '"x"', "[]", "{}", "[1, {a: b}]", "{a: {b: c}}")


def _shape_mutants(text: str) -> Iterator[str]:
    tree = parsed(text)
    for node in tree.root.walk() if tree.root else ():
        start, end = node.value_span
        if start < end:
            for shape in SHAPES:
                flow = shape if not isinstance(node.value, (Mapping, Sequence)) else f" {shape}\n"
                yield text[:start] + flow + text[end:]


@pytest.mark.once
@pytest.mark.parametrize("path", TWINS, ids=twin_id)
def test_shapes(path: Path) -> None:
    """No value of another shape anywhere makes a rule crash."""
    mutants = list(_shape_mutants(read(path)))
    for text in SAMPLE.sample(mutants, min(60, len(mutants))):
        _assert_no_crash(text)


@pytest.mark.exhaustive
@pytest.mark.parametrize("path", TWINS, ids=twin_id)
def test_all_prefixes_and_shapes(path: Path) -> None:
    """As above, with every prefix and every shape."""
    text = read(path)
    for end in range(len(text)):
        _assert_no_crash(text[:end])
    for mutant in _shape_mutants(text):
        _assert_no_crash(mutant)


# Hosts


def _in_markdown(text: str) -> str:
    """A Markdown file with a document in a list, after a block that is none."""
    body = "".join(f"   {line}" if line.strip() else line for line in text.splitlines(keepends=True))
    return f"# Title\n\n```sh\nls\n```\n\n1. The API:\n\n   ````yaml title=a\n{body.rstrip(chr(10))}\n   ````\n\nEnd.\n"


def _in_literal_heredoc(text: str) -> str:
    """A script with a document that the shell leaves as it is."""
    return f"#!/bin/sh\ncat > spec.yaml <<'E N D'\n{text.rstrip(chr(10))}\nE N D\necho \"done\"\n"


def _in_heredoc(text: str) -> str:
    """A script with a document in which what the shell would replace is escaped."""
    escaped = re.sub(r"[$`\\]", r"\\\g<0>", text.rstrip("\n"))
    return f"#!/bin/sh\ncat > spec.yaml <<END\n{escaped}\nEND\necho done\n"


HOSTS = {
    "README.md": _in_markdown,
    "literal.sh": _in_literal_heredoc,
    "deploy.sh": _in_heredoc,
}
"""By the names of files, what puts a document in one of that kind."""


@pytest.mark.once
@pytest.mark.parametrize("name", HOSTS)
@pytest.mark.parametrize("path", TWINS, ids=twin_id)
def test_hosts(path: Path, name: str) -> None:
    """The same document in a Markdown block or a shell heredoc gives the same findings, at the same words."""
    text = read(path)
    plain = parsed(text)
    if plain.root is None or not is_whole(plain) or is_elided(text):
        pytest.skip("is no whole specification")
    before, after = _findings(path, text, "spec-example.yaml"), _findings(path, HOSTS[name](text), name)
    if name != "README.md":
        before = _findings(path, text)
    assert _essence(after) == _essence(before)
    if name != "deploy.sh":
        assert sorted(map(_words, after)) == sorted(map(_words, before))


def _words(diagnostic: Diagnostic) -> str:
    """The text that a finding underlines, without the indentation of its lines."""
    return " ".join(diagnostic.source.slice(diagnostic.span).split())


def test_few_documents_have_no_host() -> None:
    """The number of skipped twins is known, so that none is lost unnoticed."""
    skipped = [path for path in TWINS if parsed(read(path)).root is None or not is_whole(parsed(read(path)))]
    assert len(skipped) <= 20
