"""Objects in `yamlencode({...})` of a `.tf` are linted like the same specification in YAML, where they stand."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import hcl2
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from apigw_lint import Config, Diagnostic, Severity, lint
from apigw_lint.inputs import from_text
from apigw_lint.source.tree import Mapping, Node, Sequence, Tree
from tests.hcl import LOOKS, Look, gateway, hcl_twin, in_one_look, quoted, written
from tests.support import GOOD_FILES, RULE_FOLDERS, SPECS, config_for, read, underlined
from tests.twins import json_twin, parsed

IN_YAML = {"malformed-jq": "in JSON, a part of a string with escapes is not found"}
"""Rules whose fixtures are compared in YAML, and why."""
TWINS = [*SPECS, *GOOD_FILES, *(folder / "bad.yaml" for folder in RULE_FOLDERS)]


def tree_of(text: str) -> Tree:
    """The tree of the only object in a `.tf`."""
    (tree,) = from_text("main.tf", text).documents
    return tree


def plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: plain(item) for key, item in value.items()}
    return [plain(item) for item in value] if isinstance(value, Sequence) else value


# Twins


def essence(found: list[Diagnostic]) -> list[tuple[str, str, str]]:
    """Rules, messages and what is underlined, without quotes and escapes."""
    return sorted((one.rule, _plain(one.full_message), _plain(underlined(one))) for one in found)


def _plain(text: str) -> str:
    text = text.replace("$${", "${").replace("%%{", "%{").replace("\\n", " ").replace("\\", "")
    return " ".join(re.sub("[\"']", "", text).split())


def _config(path: Path) -> Config:
    return config_for(path.parent.name) if path.parent in RULE_FOLDERS else Config()


@pytest.mark.once
@pytest.mark.parametrize(("path", "look"), in_one_look(TWINS))
def test_twin(path: Path, look: Look) -> None:
    """As an object, however it is written, a fixture has the same findings, and they underline the same words."""
    text = hcl_twin(path, look)
    if text is None:
        pytest.skip("has no such form")
    other = ("spec.yaml", read(path)) if path.parent.name in IN_YAML else ("spec.json", json_twin(path, 2) or "")
    in_hcl = lint("main.tf", text, _config(path)).found
    assert essence(list(in_hcl)) == essence(list(lint(*other, _config(path)).found))


# Values


SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**12), 10**12),
    st.floats(-1e6, 1e6, allow_nan=False).map(lambda number: round(number, 3)),
    st.text(
        alphabet=st.characters(blacklist_categories=("Cs", "Cc", "Co"), blacklist_characters="\u2028\u2029"),
        max_size=12,
    ),
    st.sampled_from(['"', "\\", "a\nb", "\t", "${var.x}", "%{ if x }", "$${x}", "{id}", "#", "//", "<<EOT", "/*", "'"]),
)
KEYS = st.one_of(
    st.sampled_from(
        ["a", "x-yc-key", "$ref", "/a/{id}", "200", "for", "null", "a b", "*", "a.b", "merge", 'q"', "b\\c"]
    ),
    st.text(alphabet="abc-_/.:=", min_size=1, max_size=5),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(KEYS, inner, max_size=4)),
    max_leaves=20,
)
OBJECTS = st.dictionaries(KEYS, VALUES, max_size=5)


def unescaped(value: Any) -> Any:
    """A value in which Terraform's escapes are what they mean."""
    if isinstance(value, dict):
        return {unescaped(key): unescaped(item) for key, item in value.items()}
    if isinstance(value, list):
        return [unescaped(item) for item in value]
    return value.replace("$${", "${").replace("%%{", "%{") if isinstance(value, str) else value


@settings(max_examples=200, deadline=None)
@given(OBJECTS, st.sampled_from(list(LOOKS.values())))
def test_values(data: dict[str, Any], look: Look) -> None:
    """A random object has the same values in YAML, in JSON and in HCL."""
    in_hcl = tree_of(gateway(written(data, look)))
    assert not in_hcl.syntax_errors
    assert in_hcl.root is not None
    of_hcl = unescaped(plain(in_hcl.root.value))
    for text in (json.dumps(data), yaml.safe_dump(data, allow_unicode=True, sort_keys=False, width=10_000)):
        tree = parsed(text)
        assert tree.root is not None
        assert of_hcl == plain(tree.root.value)


# The oracle


UNKNOWN = "unknown"
EXPRESSIONS = st.sampled_from(
    [
        "var.a",
        "local.x[0].id",
        'yandex_function.f["a"].id',
        'file("${path.module}/a.json")',
        "jsonencode({a = 1})",
        "{for k, v in local.x : k => v}",
        "[for a in var.list : upper(a) if a != null]",
        'var.a ? "b" : "c"',
        "1 + 2",
        "!var.a",
        "-var.a",
        "var.list[*].id",
        "[1, 2][0]",
        '{a = "b"}["a"]',
        '"a" == "b"',
        "foo(\n1,\n2\n)",
    ]
)
HEREDOCS = st.sampled_from(['<<EOT\nfoo } "bar" ${x}\nEOT', "<<-E_1\n    a\n      # b\n\n   E_1", "<<EOT\nEOT"])
LITERALS = st.one_of(st.sampled_from(["1", "-2", "0.5", "true", "null"]), st.text("ab {}#/$", max_size=5).map(quoted))
ENDS = st.sampled_from(["\n", ",\n", " # } comment\n", ", // { comment\n", "\n\n", "\r\n"])
NAMES = st.sampled_from(["a", "b-c", "x_1", "200", '"/a/{id}"', '"q\\"x"', '"${var.a}/b"', "(var.key)", "for_each"])


@st.composite
def objects(draw: st.DrawFn, depth: int = 3) -> str:
    """An object of HCL with what people write in one."""
    inner = st.one_of(LITERALS, EXPRESSIONS, HEREDOCS, *([objects(depth - 1), lists(depth - 1)] if depth else ()))
    entries = draw(st.dictionaries(NAMES, inner, max_size=4))
    texts = [f"{name}{draw(st.sampled_from([' = ', ': ', '=']))}{value}" for name, value in entries.items()]
    return "{" + draw(st.sampled_from(["", "\n", " # x\n"])) + "".join(text + draw(ENDS) for text in texts) + "}"


@st.composite
def lists(draw: st.DrawFn, depth: int) -> str:
    """A list of HCL."""
    inner = st.one_of(LITERALS, EXPRESSIONS, *([objects(depth - 1), lists(depth - 1)] if depth else ()))
    return "[" + ", ".join(draw(st.lists(inner, max_size=3))) + draw(st.sampled_from(["", "\n"])) + "]"


def of_oracle(value: Any) -> Any:
    """What the oracle says of an object: keys and strings as they are written."""
    if isinstance(value, dict):
        return {re.sub(r"^\$\{(.*)\}\Z", r"\1", key): of_oracle(item) for key, item in value.items()}
    if isinstance(value, list):
        return [of_oracle(item) for item in value]
    if isinstance(value, str):
        return UNKNOWN if value.startswith("${") else value[1:-1] if value.startswith('"<<') else value
    return value


def as_written(node: Node) -> Any:
    """The same of a tree."""
    text = node.tree.source
    if isinstance(node.value, Mapping):
        return {text.slice(item.key_span or item.span): as_written(item) for _, item in node.items()}
    if isinstance(node.value, Sequence):
        return [as_written(item) for item in node.entries()]
    if node.raw_span.start in node.tree.foreign:
        return UNKNOWN
    return text.slice(node.raw_span) if isinstance(node.value, str) else node.value


@settings(max_examples=200, deadline=None)
@given(objects())
def test_oracle(text: str) -> None:
    """An independent parser finds the same entries, written by the same characters, and the same unknown values."""
    if "$${" in text or "%%{" in text:
        return  # the oracle takes an escaped mark for one that must be closed
    try:
        expected = of_oracle(hcl2.loads(f"x = {text}\n")["x"])
    except Exception:  # noqa: BLE001 - what the oracle refuses is no case
        return
    tree = tree_of(gateway(text))
    assert not tree.syntax_errors, tree.syntax_errors
    assert tree.root is not None
    assert as_written(tree.root) == expected


# Positions


PARTS = {
    **{part: part for part in ("a", "b", "é", "$${x}", "%%{x}", '${f("}")}', "${x}", "$", " ")},
    "\\n": "\n",
    '\\"': '"',
    "\\\\": "\\",
    "\\t": "\t",
    "\\u00e9": "é",
    "\\U0001F600": "\U0001f600",
}
"""Parts of a string as they are written, and what they mean."""


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(list(PARTS)).filter(lambda part: part != "$"), min_size=1, max_size=8), st.data())
def test_parts_of_strings(parts: list[str], data: st.DataObject) -> None:
    """What is found in the value of a string is underlined to the column, whatever escapes are before it."""
    tree = tree_of(gateway(f'{{ a = "{"".join(parts)}" }}'))
    node = tree.resolve("/a")
    assert node is not None
    assert node.value == "".join(PARTS[part] for part in parts)
    first = data.draw(st.integers(0, len(parts) - 1))
    last = data.draw(st.integers(first + 1, len(parts)))
    before, found = ("".join(PARTS[part] for part in some) for some in (parts[:first], parts[first:last]))
    span = node.find(found, len(before))
    assert tree.source.text[node.raw_span.start + 1 : span.start] == "".join(parts[:first])
    assert tree.source.slice(span) == "".join(parts[first:last])


def test_parts_of_heredocs() -> None:
    """So is what is found in a heredoc, whose indentation is no part of the value."""
    tree = tree_of(gateway("{\n a = <<-EOT\n    id id\n\n      {id}\n      EOT\n}"))
    node = tree.resolve("/a")
    assert node is not None
    assert node.value == "id id\n\n  {id}\n"
    assert [node.find("id", match.start()).start for match in re.finditer("id", node.value)] == [
        match.start() for match in re.finditer("id", tree.source.text)
    ]
    assert tree.source.slice(node.value_span) == "id id\n\n      {id}"


# What is not known


@pytest.mark.parametrize(
    "expression",
    [
        "var.a",
        'upper("a")',
        "{ for k, v in local.x : k => v }",
        "[ for a in var.list : a ]",
        'var.a ? "b" : "c"',
        "1 + 2",
        "!var.a",
        '"${var.a}"',
        '"${upper("}")}"',
        '"%{ if var.a }x%{ endif }"',
        '"a ${f({ a = { b = { c = 1 } } })}"',
        "<<EOT\n${var.a}\nEOT",
        'jsonencode({ type = "dumy" })',
        'file("a.json")',
        '{ a = "dumy" }.a',
    ],
)
def test_unknown_values(expression: str) -> None:
    """What only Terraform can evaluate is never wrong, where a literal in its place is."""
    assert errors_of(integration("type", expression)) == []
    assert errors_of(integration("type", '"dumy"')) == ["'dumy' is not a valid value of 'type', did you mean 'dummy'?"]


def integration(key: str, value: str) -> str:
    """A gateway with an integration that has an entry."""
    other = "" if key == "type" else 'type = "dummy", '
    entry = f"{other}http_code = 200, {key} = {value}\n"
    operation = f"{{ get = {{ x-yc-apigateway-integration = {{ {entry} }} }} }}"
    return gateway(
        f'{{ openapi = "3.0.0", info = {{ title = "a", version = "1" }}, paths = {{ "/a" = {operation} }} }}'
    )


def errors_of(text: str) -> list[str]:
    """The messages of the errors in a `.tf`."""
    return [one.full_message for one in lint("main.tf", text).found if one.severity is Severity.ERROR]


def test_unknown_keys() -> None:
    """An object with a key that is not known, or with what `merge` adds, lacks nothing; what is written is linted."""
    assert errors_of(gateway('{ openapi = "3.0.0" }')) != []
    for expression in (
        "{ (var.key) = 1 }",
        '{ "${var.key}" = 1 }',
        "merge(local.a, {})",
        "merge({}, { for a in b : a => 1 })",
    ):
        assert errors_of(gateway(expression)) == []
    (found,) = errors_of(
        gateway('merge(local.a, { paths = { "/a" = { get = { x-yc-apigateway-integration = 1 } } } })')
    )
    assert found.startswith("'x-yc-apigateway-integration' must be")


def test_joined() -> None:
    """`merge` and `concat` of literals are what they give: the later entry counts, and only the outermost level."""
    text = (
        "tomap(merge({ a = { x = 1 }, b = (2) }, merge({ a = { y = 1 } }, null), { c = concat([1], var.a, [[2], 3]) }))"
    )
    tree = tree_of(gateway(text))
    assert tree.root is not None
    assert plain(tree.root.value) == {"a": {"y": 1}, "b": 2, "c": [1, "${var.a}", [2], 3]}
    assert [tree.source.slice(node.value_span) for node in tree.root.value and list(tree.root.walk())[1:3]] == [
        "{ y = 1 }",
        "1",
    ]
    assert tree.duplicates == []


REPEATED = '{ get = { x-yc-apigateway-integration = { typ = "dummy", http_code = 200 } } }'
"""A path item with a mistake, on one line."""


def _paths(paths: str) -> str:
    return gateway(f'{{ openapi = "3.0.0", info = {{ title = "a", version = "1" }}, paths = {paths} }}')


@pytest.mark.parametrize(
    ("paths", "keys"),
    [
        (f'{{ for path in ["/a", "/b/{{id}}"] : path => {REPEATED} }}', ["/a", "/b/{id}"]),
        (f'{{ for path in ["/a", "/a"] : path => {REPEATED} if var.x }}', ["/a"]),
        (f'{{\n for _, path in [\n"/a",\n"/b",\n] :\n path =>\n {REPEATED}\n}}', ["/a", "/b"]),
        (f'{{ for path in ["/a"] : "/${{path}}" => {REPEATED}... }}', ["/${path}"]),
        (f"{{ for path in var.paths : path => {REPEATED} }}", ["${path}"]),
        (f'{{ for path in concat(["/a"], var.paths) : path => {REPEATED} }}', ["${path}"]),
        (f'{{ for path in ["/a", var.b] : path => {REPEATED} }}', ["${path}"]),
        (f'{{ for path in ["/a", "${{var.b}}"] : path => {REPEATED} }}', ["${path}"]),
        (f'{{ for path in ["/a"] : upper(path) => merge({REPEATED}, var.x) }}', ["${upper(path)}"]),
        (f"merge({{ for k in a : k => {REPEATED} }}, {{ for k in b : k => {REPEATED} }})", ["${k}", "${k}${or}"]),
        (f'{{ for a in ["/a"] : a => merge({{ for m in ["head"] : m => {{}} }}, {REPEATED}) }}', ["/a"]),
    ],
)
def test_for(paths: str, keys: list[str]) -> None:
    """The object that a `for` repeats is linted once, where it is written, under the keys that the `for` lists."""
    tree = tree_of(_paths(paths))
    assert tree.root is not None
    assert tree.syntax_errors == []
    assert list(tree.root.value["paths"]) == keys
    found = [one for one in lint("main.tf", _paths(paths)).found if one.rule == "unknown-key"]
    assert [underlined(one) for one in found] == ["typ"] * paths.count("typ")


def test_for_is_not_doubted() -> None:
    """Nothing is missing beside what a `for` adds, and each key that it lists is judged at its own place."""
    item = '{ get = { x-yc-apigateway-integration = { type = "dummy", http_code = 200 } } }'
    assert errors_of(_paths(f"{{ for path in var.paths : path => {item} }}")) == []
    text = _paths(f'{{ for path in ["/a", "/b/{{id}}", "c"] : path => {item} }}')
    found = [(one.rule, underlined(one)) for one in lint("main.tf", text).found]
    assert found == [("undeclared-path-parameter", "{id}"), ("bad-value", '"c"')]


def test_repeated_key() -> None:
    """A key that one object has twice is reported; one that `merge` overrides is not."""
    (found,) = (
        one for one in lint("main.tf", gateway('{ a = 1, "a" = 2, paths = {} }')).found if "duplicate" in one.rule
    )
    assert underlined(found) == '"a"'
    assert not [one for one in lint("main.tf", gateway("merge({ a = 1 }, { a = 2 })")).found if "duplicate" in one.rule]


# Broken objects


@pytest.mark.parametrize(
    ("expression", "where", "message"),
    [
        ("{ a = 1\n b = { c = 1 }", "{", "this '{' is never closed"),
        ("{ a = [1, 2 }", "[", "this '[' is never closed"),
        ("{ a = 1 ]", "{", "this '{' is never closed"),
        ('{ a = "b\n }', '"b', "a string is not closed: write '\"' at its end, on this line"),
        ("{ a = <<EOT\nx\n }", "<<EOT", "heredoc '<<EOT' is never closed: write 'EOT' on a line of its own at its end"),
        ("{ a = 1 b = 2 }", "b", "a comma or a line break is missing before this"),
        ('{ a = "1" "b" = 2 }', '"b"', "a comma or a line break is missing before this"),
        ('{ a = ["1" "2"] }', '"2"', "a comma is missing before this"),
        ("{ a = {} b = 2 }", "b", "a comma or a line break is missing before this"),
        ('{ "a" }', '"a"', "a value is missing: write 'key = value'"),
        ("{ a\n b = 1 }", "a", "a value is missing: write 'key = value'"),
        ("{ a = }", "=", "a value is missing after this"),
        ("{ a =\n 1 }", "=", "a value is missing after this"),
        ("{ a = 1,, b = 2 }", ",", "an entry is missing before this comma"),
        ("{ a = [1,,2] }", ",", "a value is missing before this"),
        ("{ /a = {} }", "/a", "this key must be in quotes: '\"/a\"'"),
        ("{ application/json = {} }", "application/json", "this key must be in quotes: '\"application/json\"'"),
        ("{ a.b = 1 }", "a.b", "this key must be in quotes: '\"a.b\"'"),
        ("{ openapi = 3.0.0 }", "3.0.0", "'3.0.0' is not a number: write it in quotes"),
        ('{ pattern = "\\d+" }', "\\d", "Terraform has no escape '\\d': for a backslash write '\\\\'"),
        ("{ a = 1 }, { b = 1 }", "{", "only one value may be here"),
        ("{ a = " + "[" * 300 + "]" * 300 + "}", "[", "nested more than 256 levels deep"),
    ],
)
def test_broken(expression: str, where: str, message: str) -> None:
    """A broken object is one finding, in plain words, where it is broken."""
    (found,) = lint("main.tf", gateway(expression)).found
    assert (found.rule, found.full_message, underlined(found)) == ("syntax", message, where)


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet='ab "{}$%<-EOT\n\\#/*=():,.[]1', max_size=60))
def test_no_text_crashes(text: str) -> None:
    """Nothing that may be in an object makes the reader fail, or takes it out of the text."""
    for tail in (gateway(f"{{ a = {text} }}"), gateway(f"merge({{ {text} }}, {text})"), gateway("{")[:-3] + text):
        for one in lint("main.tf", tail).found:
            assert one.rule != "crash", one.message
            assert 0 <= one.span.start <= one.span.end <= len(tail)


# Ignore comments


def test_ignores() -> None:
    """Both kinds of comments ignore: at the end of a line, above an entry or an item, and at the top of the object."""
    text = """{
      openapi = "3.0.0"
      info = { title = "a", version = "1" }
      paths = {
        "/a" = { get = { x-yc-apigateway-integration = {
          type = "dumy", http_code = 200 // apigw-lint: ignore[bad-value] x
        } } }
        # apigw-lint: ignore[bad-value] y
        "/b" = { get = { x-yc-apigateway-integration = { type = "dumy", http_code = 200 } } }
        "/c" = {
          get = {
            parameters = [
              // apigw-lint: ignore[bad-value] z
              { name = "a"
                in = "header?", schema = {} },
            ]
            x-yc-apigateway-integration = { type = "dummy", http_code = 200 }
          }
        }
      }
    }"""
    report = lint("main.tf", gateway(text))
    assert [one.rule for one in report.found if one.severity is not Severity.INFO] == []
    assert sorted(ignored.reason for ignored in report.ignored) == ["x", "y", "z"]
    at_top = gateway(re.sub("[#/]+ apigw-lint.*", "", text).replace("{", "{ // apigw-lint: ignore-file[bad-value]", 1))
    assert len(lint("main.tf", at_top).ignored) == 3


def test_ignore_in_string() -> None:
    """A comment in a string is none, and one with nothing below it in its braces says so."""
    assert errors_of(integration("type", '"dumy # apigw-lint: ignore[bad-value]"')) != []
    (found,) = errors_of(
        gateway(
            '{ openapi = "3.0.0", info = { title = "a", version = "1" }, paths = {\n'
            "# apigw-lint: ignore[bad-value]\n} }"
        )
    )
    assert found == "nothing below it in these brackets: put it above the node"
