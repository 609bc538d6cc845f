"""Edits of random documents change the data exactly as they say, and nothing else of the text."""

from __future__ import annotations

import copy
import io
import json
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from apigw_lint.diagnostic import Edit
from apigw_lint.fix import edits as edit
from apigw_lint.fix.apply import apply_edits
from apigw_lint.fix.edits import Edits
from apigw_lint.fix.safety import comments
from apigw_lint.fix.text import FixOptions, fix_text
from apigw_lint.rules import RULES
from apigw_lint.source.parse import parse
from apigw_lint.source.text import Source, Span
from apigw_lint.source.tree import Mapping, Node, Sequence

_WORDS = st.sampled_from(
    ["a", "b c", "#x", "x: y", "- z", "'q'", '"', "200", "on", "", "{n}", "日本", "a,b", "*s", "&t", "|"]
)
_SCALARS = st.one_of(_WORDS, st.integers(-5, 500), st.booleans(), st.none(), st.floats(0, 1).map(lambda x: round(x, 2)))
_KEYS = st.sampled_from(["name", "in", "x-y", "/a/{b}", "200", "get", "key with space", "ключ", "type", "#"])
_DATA = st.recursive(
    _SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(_KEYS, inner, max_size=4)),
    max_leaves=14,
)
_DOCUMENTS = st.dictionaries(_KEYS, _DATA, min_size=1, max_size=4)
_NEW = [
    "text",
    True,
    {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}},
    [{"name": "on", "schema": {"enum": ["1", "b c"]}}],
]


def _pyyaml(flow: bool | None, indent: int) -> Callable[[Any], str]:
    return lambda data: yaml.safe_dump(
        data, default_flow_style=flow, indent=indent, allow_unicode=True, sort_keys=False, width=10_000
    )


def _ruamel(mapping: int, sequence: int, offset: int) -> Callable[[Any], str]:
    def dump(data: Any) -> str:
        writer = YAML()
        writer.indent(mapping=mapping, sequence=sequence, offset=offset)
        writer.width = 10_000
        stream = io.StringIO()
        writer.dump(data, stream)
        return stream.getvalue()

    return dump


def _json(indent: int | str | None, separators: tuple[str, str] | None = None) -> Callable[[Any], str]:
    return lambda data: json.dumps(data, ensure_ascii=False, indent=indent, separators=separators)


BLOCK = [_pyyaml(False, 2), _pyyaml(False, 4), _pyyaml(None, 2), _ruamel(2, 4, 2), _ruamel(4, 6, 4), _ruamel(2, 2, 0)]
FLOW = [_pyyaml(True, 2), _json(None), _json(None, (",", ":")), _json(2), _json("\t"), _json(4, (",", ":"))]


def _commented(text: str, draw: Any) -> str:
    """The text with comments on lines of their own and at ends of lines."""
    lines = []
    for number, line in enumerate(text.splitlines()):
        kind = draw(st.sampled_from(["none", "above", "beside", "left"]))
        blanks = line[: len(line) - len(line.lstrip())]
        if kind in ("above", "left"):
            lines.append(f"{blanks if kind == 'above' else ''}# above {number}")
        lines.append(line + (f" # beside {number}" if kind == "beside" else ""))
    return "\n".join(lines) + "\n"


@st.composite
def texts(draw: Any) -> str:
    """A document in some style."""
    data = draw(_DOCUMENTS)
    if draw(st.booleans()):
        return str(draw(st.sampled_from(FLOW))(data))
    text = str(draw(st.sampled_from(BLOCK))(data))
    text = _commented(text, draw) if draw(st.booleans()) and "|" not in text and "? " not in text else text
    return text.replace("\n", "\r\n") if draw(st.booleans()) else text


def _load(text: str) -> Any:
    return YAML(typ="safe", pure=True).load(text.replace("\t", " ") if text[:1] == "{" else text)


def _nodes(text: str) -> list[Node]:
    root = parse(Source("a.yaml", text)).root
    assert root is not None
    return list(root.walk())


def _at(data: Any, node: Node) -> tuple[Any, Any]:
    """The container in loaded data that holds what a node is, and its key there."""
    *path, last = node.path
    for part in path:
        data = data[_key(data, part)]
    return data, _key(data, last)


def _key(data: Any, part: str | int) -> Any:
    return part if isinstance(data, list) else next(key for key in data if str(key) == str(part))


def _renamed(data: Any, node: Node) -> None:
    owner, key = _at(data, node)
    owner["renamed"] = owner.pop(key)


def _replaced(data: Any, node: Node) -> None:
    owner, key = _at(data, node)
    owner[key] = "new value"


def _deleted(data: Any, node: Node) -> None:
    owner, key = _at(data, node)
    del owner[key]


def _nested(data: Any, node: Node) -> None:
    owner, key = _at(data, node)
    owner["outer"] = {"inner": owner.pop(key)}


def _inserting(new: Any) -> Callable[[Any, Node], None]:
    def insert(data: Any, node: Node) -> None:
        owner, key = ([data], 0) if not node.path else _at(data, node)
        if isinstance(owner[key], list):
            owner[key] += [new, new]
        else:
            owner[key]["new"] = new

    return insert


def _insert(node: Node, new: Any, before: str) -> Edits | None:
    if isinstance(node.value, Mapping):
        return edit.insert_entry(node, "new", new, before=(before,))
    return edit.insert_items(node, [new, new])


Operation = tuple[Callable[[Node], Edits | None], Callable[[Any, Node], None]]


def _operations(node: Node, new: Any, before: str) -> list[Operation]:
    found: list[Operation] = []
    if isinstance(node.value, (Mapping, Sequence)):
        found.append((lambda node: _insert(node, new, before), _inserting(new)))
    elif node.value is not None:
        found.append((lambda node: edit.replace_value(node, "new value"), _replaced))
    if node.path:
        found.append((edit.delete_entry, _deleted))
        if isinstance(node.key, str):
            found.append((lambda node: edit.rename_key(node, "renamed"), _renamed))
            found.append((lambda node: edit.nest_entry(node, "outer", "inner"), _nested))
    return found


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(text=texts(), data=st.data(), new=st.sampled_from(_NEW), before=_KEYS)
def test_edits(text: str, data: Any, new: Any, before: str) -> None:
    """An edit changes the data as it says, loses no comment of what stays, and leaves the other text alone."""
    nodes = _nodes(text)
    node = data.draw(st.sampled_from(nodes))
    make, change = data.draw(st.sampled_from(_operations(node, new, before) or [(lambda _: None, _deleted)]))
    edits = make(node)
    assume(edits is not None)
    assert edits
    wanted = copy.deepcopy(_load(text))
    change(wanted, node)
    after = apply_edits(text, edits)
    assert _load(after) == wanted, after
    if change is not _deleted:
        assert _comments(after) == _comments(text)
    assert after.count("\r\n") == after.count("\n") or "\r" not in text


def _comments(text: str) -> Counter[str]:
    return Counter(words for words, _ in comments(parse(Source("a.yaml", text))))


def test_edits_are_seldom_refused() -> None:
    """In plain documents every kind of edit is possible."""
    text = "a:\n  - b: 1\n    c: [x, {y: z}]\n  - d:\nb: {c: 'd', e: }\n"
    for node in _nodes(text):
        for make, _ in _operations(node, "text", "c"):
            is_only = node.path and len(node.container) == 1 and make is edit.delete_entry
            assert make(node) or is_only, node


@pytest.mark.parametrize(
    "text",
    [
        "a: &x {b: 1}\nc: *x\n",
        "a: &x\n  b: 1\nc:\n  <<: *x\n",
        "a: |+\n  b\n\nc: 1\n",
        "? a\n: b\n",
        "a: !!map {b: !!str 1}\n",
        "- - a\n  - b\n- c\n",
        "a:\n- b\n- c # d\n# e\nf: g\n",
        "a: >-\n  b\n  c\n# d\ne: 'f\n  g'\n",
    ],
)
def test_edits_of_odd_documents(text: str) -> None:
    """Where anchors, merges, block texts and odd keys are, an edit is right or is not made."""
    for number, node in enumerate(_nodes(text)):
        for make, change in _operations(node, {"n": [1]}, "a"):
            edits = make(_nodes(text)[number])
            if edits is None:
                continue
            wanted = copy.deepcopy(_load_unmerged(text))
            change(wanted, node)
            assert _load_unmerged(apply_edits(text, edits)) == wanted, (text, apply_edits(text, edits))


def _load_unmerged(text: str) -> Any:
    """The data of a text in which `<<` is a key like any other, and its value the very object that it merges."""
    return _load(text.replace("<<:", "'<<':"))


MISTAKES: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "unknown-key": ({"type": "dummy", "htp_code": 200}, {"type": "dummy", "http_code": 200}),
    "bad-value": ({"type": "dumy", "http_code": 200}, {"type": "dummy", "http_code": 200}),
    "wrong-type": ({"type": "dummy", "http_code": "200"}, {"type": "dummy", "http_code": 200}),
    "legacy-spelling": (
        {"type": "cloud-functions", "function_id": "d4e0123456789abcdefg"},
        {"type": "cloud_functions", "function_id": "d4e0123456789abcdefg"},
    ),
    "unquoted-version": (
        {"type": "cloud_functions", "function_id": "d4e0123456789abcdefg", "payload_format_version": 1.0},
        {"type": "cloud_functions", "function_id": "d4e0123456789abcdefg", "payload_format_version": "1.0"},
    ),
    "undeclared-substitution": (
        {"type": "http", "url": "https://example.com/{thing}", "query": {"*": "*"}},
        {"type": "http", "url": "https://example.com/{thing}", "query": {"*": "*"}},
    ),
}
_DECLARED = {
    "undeclared-substitution": [{"name": "thing", "in": "query", "schema": {"type": "string"}}],
}


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    mistakes=st.lists(st.sampled_from(list(MISTAKES)), min_size=1, max_size=5),
    has_parameters=st.booleans(),
    style=st.sampled_from([*BLOCK, *FLOW]),
    data=st.data(),
)
def test_fixes_of_random_specifications(mistakes: list[str], has_parameters: bool, style: Any, data: Any) -> None:
    """After fixing, the data differs from before exactly as the fixes say, in every style."""
    documents: list[dict[str, Any]] = []
    for side in (0, 1):
        paths: dict[str, Any] = {}
        for number, name in enumerate(mistakes):
            operation: dict[str, Any] = {"summary": f"operation {number}"}
            if has_parameters:
                operation["parameters"] = [{"name": "lang", "in": "query", "schema": {"type": "string"}}]
            if side and name in _DECLARED:
                operation["parameters"] = [*operation.get("parameters", ()), *_DECLARED[name]]
            operation["x-yc-apigateway-integration"] = copy.deepcopy(MISTAKES[name][side])
            paths[f"/{number}"] = {"get": operation}
        documents.append({"openapi": "3.0.0", "info": {"title": "API", "version": "1.0.0"}, "paths": paths})
    text = style(documents[0])
    if style in BLOCK:
        text = _commented(text, data.draw)
    if data.draw(st.booleans()):
        text = text.replace("\n", "\r\n")
    fixed = fix_text("spec.yaml", text, options=FixOptions(unsafe=True))
    assert _load(fixed.text) == documents[1], fixed
    assert _comments(fixed.text) == _comments(text)
    assert {one.rule for one in fixed.applied} == set(mistakes) <= set(RULES)
    assert not fixed.refused


def test_splice() -> None:
    """Edits are made by place, those of one place in their order."""
    edits = [Edit(Span(3, 3), "x"), Edit(Span(0, 1), ""), Edit(Span(3, 3), "y")]
    assert apply_edits("abcd", edits) == "bcxyd"
