"""The tree holds the data of the text, and knows where each part is written."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from apigw_lint import lint
from apigw_lint.source.parse import parse
from apigw_lint.source.scalar import is_disputed, resolve
from apigw_lint.source.text import Source, Span
from apigw_lint.source.tree import Mapping, Node, Sequence, Tree

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(10**12), 10**12)
    | st.floats(allow_nan=False, allow_infinity=False, width=32)
    | st.text(
        st.characters(exclude_categories=["Cs", "Cc", "Co"], exclude_characters="\ufeff\ufffe\uffff"), max_size=12
    )
)
KEYS = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Co"], exclude_characters="\ufeff\ufffe\uffff"), max_size=6
)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4), max_leaves=20
)


def tree(text: str) -> Tree:
    return parse(Source("spec.yaml", text))


def root(text: str) -> Node:
    found = tree(text)
    assert found.root is not None, found.syntax_errors
    return found.root


def _same(found: Any, wanted: Any) -> bool:
    if isinstance(wanted, float):
        found = float(found) if isinstance(found, str) and is_disputed(found) else found
        return isinstance(found, (int, float)) and math.isclose(found, wanted, rel_tol=1e-9)
    if isinstance(wanted, dict):
        return list(found) == list(wanted) and all(_same(found[key], wanted[key]) for key in wanted)
    if isinstance(wanted, list):
        return len(found) == len(wanted) and all(map(_same, found, wanted))
    return type(found) is type(wanted) and found == wanted


@settings(max_examples=150, deadline=None)
@given(VALUES, st.sampled_from([None, 1, "\t"]), st.booleans())
def test_json_data(value: Any, indent: int | str | None, ascii_only: bool) -> None:
    """JSON of any data, escapes, tabs and all, is read as that data, and every scalar's span holds it."""
    text = json.dumps({"root": value}, indent=indent, ensure_ascii=ascii_only)
    node = root(text)
    assert _same(_plain(node.value), {"root": value})
    for part in node.walk():
        if not isinstance(part.value, (Mapping, Sequence)):
            assert _same(json.loads(node.tree.source.slice(part.value_span)), part.value)


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, Sequence) else value


@settings(max_examples=150, deadline=None)
@given(VALUES, st.booleans(), st.sampled_from([2, 4]))
def test_yaml_data(value: Any, flow: bool, indent: int) -> None:
    """YAML of any data is read as that data, and every node's pointer leads back to it."""
    text = yaml.safe_dump({"root": value}, allow_unicode=True, default_flow_style=flow, indent=indent, sort_keys=False)
    node = root(text)
    assert _same(_plain(node.value), {"root": value})
    for part in node.walk():
        assert node.tree.resolve(part.pointer) == part
        assert 0 <= part.span.start <= part.span.end <= len(text)


@pytest.mark.parametrize(
    ("text", "path", "underlined"),
    [
        ("a: b", ["a"], "b"),
        ("a: 'b c'", ["a"], "'b c'"),
        ("a: {b: c}", ["a"], "a"),
        ("'a': [1]", ["a"], "'a'"),
        ("a: [{b: c}, [d], e, []]", ["a", 0], "b"),
        ("a: [{b: c}, [d], e, []]", ["a", 1], "d"),
        ("a: [{b: c}, [d], e, []]", ["a", 2], "e"),
        ("a: [{b: c}, [d], e, []]", ["a", 3], "[]"),
        ("a:\nb: 1", ["a"], "a"),
        ("- \n- b", [0], "-"),
        ("a: &x b", ["a"], "b"),
        ("a: !!str b", ["a"], "b"),
        ("a: &x !!str\n  b", ["a"], "b"),
        ("a: !<tag:yaml.org,2002:str> b", ["a"], "b"),
        ("&k a: &v {b: c}", ["a"], "a"),
        ("a: |\n  one\n  two\n\nb: 1", ["a"], "one\n  two"),
        ("a: >-\n\n   one\n   two # not a comment\n# comment\n", ["a"], "one\n   two # not a comment"),
        ("a: |+\n\n\nb: 1", ["a"], "|+"),
        ("a: one\n  two\nb: 1", ["a"], "one\n  two"),
        ("a: true", ["a"], "true"),
        ("a: 1.50", ["a"], "1.50"),
        ("x: &x {y: z}\na: *x", ["a"], "x"),
        ("x: &x {y: z}\na: *x", ["a", "y"], "z"),
        ("x: &x yy\na: *x", ["a"], "yy"),
        ("x: &x {y: z}\na: {<<: *x}", ["a", "y"], "z"),
        ("? long key\n: v", ["long key"], "v"),
        ("? [a]\n: v", ["[a]"], "v"),
        ("k: {? a : b}", ["k", "a"], "b"),
    ],
)
def test_span(text: str, path: list[str | int], underlined: str) -> None:
    """A node underlines what the design says."""
    node = root(text).descend(*path)
    assert node is not None
    assert node.tree.source.slice(node.span) == underlined


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", None), ("~", None), ("null", None), ("Null", None), ("nULL", "nULL"),
        ("true", True), ("False", False), ("tRUE", "tRUE"), ("yes", "yes"), ("on", "on"),
        ("12", 12), ("-3", -3), ("+4", 4), ("0", 0), ("010", "010"), ("0x1F", "0x1F"), ("0o17", "0o17"),
        ("1.5", 1.5), (".5", 0.5), ("5.", 5.0), ("-1.0e+3", -1000.0), ("1e3", "1e3"), ("1.0e3", "1.0e3"),
        ("1.0e+999", "1.0e+999"), (".inf", ".inf"),
        (".nan", ".nan"),
        ("1_000", "1_000"), ("1:30", "1:30"), ("1.0.0", "1.0.0"), ("-", "-"), ("+", "+"), (".", "."), ("..", ".."),
        ("2020-13-45", "2020-13-45"), ("9" * 5000, "9" * 5000), ("١٢", "١٢"),
    ],
)  # fmt: skip
def test_scalar(text: str, value: Any) -> None:
    """A plain scalar is null, a boolean or a number only where YAML 1.1 and 1.2 agree on it."""
    assert resolve(text) == value
    assert type(resolve(text)) is type(value)


def test_disputed_scalars() -> None:
    """What the versions of YAML read differently is known."""
    assert all(map(is_disputed, ["yes", "No", "on", "OFF", "y", "010", "0x1F", "1_000", "1:30", ".inf", "2020-01-02"]))
    assert not any(map(is_disputed, ["true", "1", "0", "1.5", "text", "yess", "1.0.0", "a:b", "", "-"]))


def test_lines_and_columns() -> None:
    r"""Lines break at \n, \r\n and \r alone; columns count code points, those beyond the basic plane too."""
    source = Source("x", "a\r\nbc\rd\n😀e\u2028f\n")
    places = {letter: tuple(source.position(source.text.index(letter))) for letter in "abcdef"}
    assert places == {"a": (1, 1), "b": (2, 1), "c": (2, 2), "d": (3, 1), "e": (4, 2), "f": (4, 4)}
    assert source.slice(source.line_span(2)) == "bc"
    assert source.position(len(source.text)) == (5, 1)


def test_find_counts_occurrences() -> None:
    """A part of a value is found where it stands in the text, the second behind the first; else all of the scalar."""
    node = root("a: 'it''s {b} and {b}'").descend("a")
    assert node is not None
    first, second = node.find("{b}", 5), node.find("{b}", node.value.rindex("{b}"))
    assert first.start < second.start
    assert node.tree.source.slice(second) == "{b}"
    folded = root('a: "x{\\\n  b}"').descend("a")
    assert folded is not None
    assert folded.find("{b}", 1) == folded.value_span


def test_node_at_offset() -> None:
    """The innermost value at a place is found, in merged and repeated keys too; in keys and comments there is none."""
    text = "x: &x {y: zz}\na: {<<: *x, b: cc}\na2: 1\na2: 22 # dd\n"
    found = tree(text)
    at = {word: found.at(text.index(word)) for word in ("zz", "cc", "22", "dd", "a2")}
    assert {word: node.pointer if node else None for word, node in at.items()} == {
        "zz": "/x/y", "cc": "/a/b", "22": "/a2", "dd": None, "a2": None,
    }  # fmt: skip


def test_duplicate_keys() -> None:
    """The last of several equal keys counts, and each is told with the one before it."""
    found = tree("a: 1\nb: {c: 1, c: 2}\na: 3\na: 4\n")
    assert found.root is not None
    assert found.root.value == {"a": 4, "b": {"c": 2}}
    assert [(one.key, one.first, one.second) for one in found.duplicates] == [
        ("c", Span(9, 10), Span(15, 16)),
        ("a", Span(0, 1), Span(21, 22)),
        ("a", Span(21, 22), Span(26, 27)),
    ]


def test_pure_python_parser(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without libyaml the tree is the same."""
    text = "a: &x {b: [1, 'c']}\nd: |\n  text\ne: *x\nf: {<<: *x, g: ё}\n"
    fast = tree(text)
    monkeypatch.delattr(yaml, "CSafeLoader")
    slow = tree(text)
    assert fast.root is not None and slow.root is not None
    assert fast.root.value == slow.root.value
    assert [node.span for node in fast.root.walk()] == [node.span for node in slow.root.walk()]


MERGED = """\
openapi: 3.0.0
info: {title: API, version: 1.0.0}
paths:
  /a:
    <<: [{get: {x-yc-apigateway-integration: {type: dumy}}}]
"""


def test_pointer_into_a_merged_mapping() -> None:
    """What is written in a merge has a pointer that is the same in every run."""
    (found,) = [one for one in lint("spec.yaml", MERGED).found if one.rule == "bad-value"]
    assert found.pointer == "/paths/~1a/<</0/get/x-yc-apigateway-integration/type"


@pytest.mark.parametrize(
    ("text", "one", "other", "is_same"),
    [
        ("[&a {name: x}, *a]", [0], [1], True),
        ("[{name: x}, {name: x}]", [0], [1], False),
        ("[&a x, *a]", [0], [1], True),
        ("[x, x]", [0], [1], False),
        ("{a: &a {k: v}, b: {<<: *a}}", ["a", "k"], ["b", "k"], True),
        ("{a: {k: v}, b: {k: v}}", ["a", "k"], ["b", "k"], False),
        ("a:\nb:\n", ["a"], ["b"], False),
        ("- [x]", [0], [0, 0], False),
    ],
)
def test_same_node(text: str, one: list[str | int], other: list[str | int], is_same: bool) -> None:
    """An alias and a merge key repeat a node; an equal value that is written again is another node."""
    found = root(text)
    first, second = found.descend(*one), found.descend(*other)
    assert first is not None
    assert second is not None
    assert first.is_same_as(second) is is_same
    assert first.is_same_as(first)


def test_same_place_of_two_documents() -> None:
    """What stands at the same place of another document is another node."""
    assert not root("x").is_same_as(root("x"))


WITH_ANCHORS = """\
a: &имя {b: 'см. &имя', c: [&я 1, &q 2]} # &имя
d: *имя
k: text &имя
e:
  <<: *имя
  f: !!str &café.1 x
g: [*q, *я]
"""


def test_anchors_in_any_alphabet() -> None:
    """Names that the parser refuses are read like others of the same length, text like them stays."""
    text = WITH_ANCHORS
    ascii_text = text.replace("a: &имя", "a: &abc").replace("*имя", "*abc").replace("[&я", "[&z").replace("*я", "*z")
    twin, read = root(ascii_text.replace("café.1", "cafe-1")), tree(text)
    assert read.root is not None
    assert read.root.value == twin.value
    assert [(node.pointer, node.raw_span) for node in read.root.walk()] == [
        (node.pointer, node.raw_span) for node in twin.walk()
    ]
    written = {name: [text[span.start : span.end] for span in spans] for name, spans in read.renamed_anchors.items()}
    assert written == {"имя": ["&имя", "*имя", "*имя"], "я": ["&я", "*я"], "café.1": ["&café.1"]}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: *имя\nb: &имя 1\n", "alias '*имя' has no anchor '&имя' above it"),
        ("a: &имя [*имя]\n", "alias '*имя' is inside the value that it refers to"),
        ("a: &имя 1\nb: [1\n", "this '[' is never closed"),
        (
            "a: *Внимание, важно\n",
            "an anchor or alias needs a name of letters, digits, '-' and '_' right after '&' or '*'",
        ),
    ],
)
def test_mistakes_with_such_anchors(text: str, message: str) -> None:
    """What else is wrong is said in the words of the author."""
    assert [one.message for one in tree(text).syntax_errors] == [message]


def test_more_such_anchors_than_names() -> None:
    """Where no other names of the same length are left, the text cannot be read."""
    letters = [chr(number) for number in range(0x410, 0x450)]
    assert tree("".join(f"{letter}: &{letter} 1\n" for letter in letters)).syntax_errors
    assert not tree("".join(f"{letter}: &{letter} 1\n" for letter in letters[:60])).syntax_errors
