"""Fixes repair what they are about and nothing else, in every form that a specification may have."""

from __future__ import annotations

import difflib
import json
import shutil
import textwrap
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from apigw_lint.configfile import Configs
from apigw_lint.fix import text as fix_text_module
from apigw_lint.fix.files import fix_paths
from apigw_lint.fix.safety import comments
from apigw_lint.fix.text import FixOptions, FixResult, fix_text
from apigw_lint.rules import RULES
from apigw_lint.source.parse import parse
from apigw_lint.source.text import Source
from tests.conftest import FIXTURES, SHARED
from tests.support import EVERYTHING, RULE_FOLDERS, SPECS, config_for, found, header, read
from tests.twins import json_twin

FIXABLE = [name for name, rule in RULES.items() if rule.fixes]
BAD = [path for folder in RULE_FOLDERS for path in sorted(folder.glob("*.yaml")) if not path.stem.startswith("good")]
BAD = [path for path in BAD if not path.stem.endswith(".fixed")]
ALL = [*BAD, *SPECS]
CORPUS = sorted(path for path in (SHARED / "corpus").glob("*") if path.suffix != ".tsv")


def _id(path: Path) -> str:
    return f"{path.parent.name}-{path.name}"


def _fixed(text: str, path: Path, name: str = "spec.yaml", *, own_only: bool = False) -> FixResult:
    rule = path.parent.name
    config = config_for(rule) if rule in RULES else EVERYTHING
    return fix_text(name, text, config, FixOptions(unsafe=True, rules=frozenset({rule}) if own_only else None))


def _data(text: str, name: str = "spec.yaml") -> Any:
    tree = parse(Source(name, text.removeprefix("\ufeff")))
    assert tree.root is not None, tree.syntax_errors
    return tree.root.value


def _comments(text: str) -> Counter[str]:
    return Counter(words for words, _ in comments(parse(Source("spec.yaml", text.removeprefix("\ufeff")))))


@pytest.mark.parametrize("name", FIXABLE)
def test_golden(name: str, golden: Callable[[Path, str], None]) -> None:
    """What all fixes of a rule make of its bad specification is what its golden file shows."""
    folder = FIXTURES / "rules" / name
    assert (folder / "bad.yaml").exists(), f"add bad.yaml and good.yaml to fixtures/rules/{name}/"
    golden(folder / "bad.fixed.yaml", _fixed(read(folder / "bad.yaml"), folder / "bad.yaml", own_only=True).text)


def test_declared_fixes() -> None:
    """A rule says of itself which fixes its findings have, and its fixtures show them."""
    kinds: dict[str, set[bool]] = {name: set() for name in RULES}
    for path in BAD:
        for one in found(read(path), config=config_for(path.parent.name)):
            if one.fix:
                kinds[one.rule].add(one.fix.safe)
    names = {True: "safe", False: "unsafe"}
    for name, rule in RULES.items():
        shown = " or ".join(names[kind] for kind in sorted(kinds[name], reverse=True))
        assert rule.fixes == shown, f"@rule of {name} must say fixes='{shown}', or its bad.yaml show the others"


@pytest.mark.parametrize("path", ALL, ids=_id)
def test_converges(path: Path) -> None:
    """Fixing ends before the last round, and a second run changes nothing."""
    first = _fixed(read(path), path)
    assert not [one for one in first.refused if "rounds" in one.reason]
    second = _fixed(first.text, path)
    assert second.text == first.text
    assert not second.applied


@pytest.mark.parametrize("path", ALL, ids=_id)
def test_touches_only_its_lines(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A line that no edit touches stays as it is."""
    monkeypatch.setattr(fix_text_module, "MAX_ROUNDS", 1)
    text = read(path)
    fixed = _fixed(text, path)
    source = Source("spec.yaml", text)
    edited = {
        line
        for one in fixed.applied
        for edit in one.fix.edits
        for line in range(source.position(edit.span.start).line, source.position(edit.span.end).line + 1)
    }
    before, after = text.split("\n"), fixed.text.split("\n")
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    gone = {row + 1 for tag, start, end, _, _ in matcher.get_opcodes() if tag != "equal" for row in range(start, end)}
    assert gone <= edited
    assert bool(fixed.applied) == (fixed.text != text)


@pytest.mark.parametrize("path", ALL, ids=_id)
def test_comments_are_kept(path: Path) -> None:
    """No comment is lost but an ignore that is not used."""
    text = read(path)
    lost = _comments(text) - _comments(_fixed(text, path).text)
    assert all("apigw-lint: ignore" in words for words in lost)


@pytest.mark.parametrize("path", ALL, ids=_id)
def test_line_ends_and_byte_order_mark(path: Path) -> None:
    """CRLF stays CRLF, a byte order mark stays, and the same is fixed."""
    text = read(path)
    fixed = _fixed(text, path).text
    assert _fixed(text.replace("\n", "\r\n"), path).text == fixed.replace("\n", "\r\n")
    assert _fixed("\ufeff" + text, path).text == "\ufeff" + fixed


@pytest.mark.parametrize("indent", [None, 2, "\t"], ids=["flat", "spaces", "tabs"])
@pytest.mark.parametrize("path", ALL, ids=_id)
def test_json(path: Path, indent: int | str | None) -> None:
    """The same document as JSON is fixed to the same data, and stays JSON."""
    twin = json_twin(path, indent)
    if twin is None:
        pytest.skip("has no JSON form")
    fixed = _fixed(twin, path, "spec.json").text
    json.loads(fixed)
    assert _data(fixed, "spec.json") == _data(_fixed(read(path), path).text)
    if isinstance(indent, str):
        assert not [line for line in fixed.splitlines() if line.startswith(" ")]


def _in_terraform(text: str) -> str:
    escaped = text.replace("${", "$${").replace("%{", "%%{")
    return f'resource "yandex_api_gateway" "a" {{\n  spec = <<-EOT\n{textwrap.indent(escaped, "    ")}  EOT\n}}\n'


@pytest.mark.parametrize("path", [path for path in BAD if path.parent.name in FIXABLE], ids=_id)
def test_terraform(path: Path) -> None:
    """In a heredoc of Terraform the same is fixed, and the module around it stays as it is."""
    text = read(path)
    if _fixed(text, path, "spec.tftpl").text != _fixed(text, path).text or path.parent.name == "unescaped-variable":
        pytest.skip("as a template it says something else")
    assert _fixed(_in_terraform(text), path, "main.tf").text == _in_terraform(_fixed(text, path).text)


def _spec(body: str) -> str:
    return header(textwrap.dedent(body))


def _unsafe(text: str, name: str = "spec.yaml") -> str:
    return fix_text(name, text, options=FixOptions(unsafe=True)).text


def test_a_move_takes_comments_along() -> None:
    """An extension that moves keeps its comments, and its neighbours theirs."""
    text = _spec("""\
        # about the gateway
        x-yc-apigateway:
          service_account_id: aje0123456789abcdefg # who
        # CORS for all
        x-yc-apigateway-cors:
          # every site
          origin: '*' # all
          methods:
            - GET
        # the paths
        paths: {/a: {get: {x-yc-apigateway-integration: {type: dummy, http_code: 200}}}}
        """)
    assert _unsafe(text) == _spec("""\
        # about the gateway
        x-yc-apigateway:
          service_account_id: aje0123456789abcdefg # who
          # CORS for all
          cors:
            # every site
            origin: '*' # all
            methods:
              - GET
        # the paths
        paths: {/a: {get: {x-yc-apigateway-integration: {type: dummy, http_code: 200}}}}
        """)


RATE_LIMIT = """\
# rate limiting
x-yc-apigateway-rate-limit:
  all_requests:
    per_second: 100
"""


@pytest.mark.parametrize("gateway", ["", "x-yc-apigateway:\n  service_account_id: aje0123456789abcdefg\n"])
def test_a_move_makes_no_new_error(gateway: str) -> None:
    """What has no effect where it is does not become a mistake elsewhere."""
    text = header(f"paths: {{}}\n{gateway}{RATE_LIMIT}")
    fixed = fix_text("spec.yaml", text, options=FixOptions(unsafe=True))
    assert fixed.text == text
    assert ["all_requests" in one.reason for one in fixed.refused] == [True]


def test_a_move_keeps_the_errors_that_it_has() -> None:
    """An error inside what moves is no new one if it was there before."""
    body = "x-yc-apigateway-integration:\n      type: dummy\n      http_code: 200\n      http_code: 201\n"
    text = header(f"paths:\n  /a:\n    # stub\n    get:\n    # of a team\n    {body}")
    fixed = _unsafe(text)
    assert "    get:\n      # of a team\n      x-yc-apigateway-integration:\n" in fixed
    assert [one.rule for one in found(fixed)] == ["duplicate-key"]
    invalid = text.replace("http_code: 201", "content: 1")
    assert _unsafe(invalid) == invalid


def test_a_text_keeps_what_it_begins_with() -> None:
    """The comments above everything are about the file."""
    text = "# my API\nx-yc-apigateway-cors:\n  origin: false\n" + header("paths: {}\nx-yc-apigateway:\n  a: 1\n")
    assert _unsafe(text).startswith("# my API\nopenapi")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("type: |\n          dummy\n", "type: dummy\n"),
        ("type: >- # kind\n          dumy\n", "type: dummy # kind\n"),
        ("type: |\n\n          dummy\n", "type: dummy\n"),
    ],
)
def test_block_scalars(before: str, after: str) -> None:
    """A block scalar becomes the value that was meant, in one round."""
    spec = "paths:\n  /a:\n    get:\n      x-yc-apigateway-integration:\n        {}        http_code: 200\n"
    fixed = fix_text("spec.yaml", header(spec.format(before)), options=FixOptions(unsafe=True))
    assert fixed.text == header(spec.format(after))
    assert len(fixed.applied) == 1


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("x-apigw-lint-ignore: [bad-value] # TODO: x\n      ", "# TODO: x\n      "),
        ("# apigw-lint: ignore[bad-value] why # TODO: x\n      ", "# TODO: x\n      "),
        ("# apigw-lint: ignore[bad-value]# TODO: x\n      ", "# TODO: x\n      "),
        ("# TODO: x\n      # apigw-lint: ignore[bad-value] see #12 and #13\n      ", "# TODO: x\n      "),
        ("x-a: 1 # TODO: x # apigw-lint: ignore[bad-value] why\n      ", "x-a: 1 # TODO: x\n      "),
        (
            "x-apigw-lint-ignore:\n        - bad-value # TODO: x\n        - missing-responses\n      ",
            "x-apigw-lint-ignore:\n        # TODO: x\n        - missing-responses\n      ",
        ),
        ("x-a: {b: 1, # TODO: x\n        x-apigw-lint-ignore: [bad-value]}\n      ", None),
        ("x-a: {x-apigw-lint-ignore: [bad-value], # TODO: x\n        b: 1}\n      ", None),
        ("x-apigw-lint-ignore:\n        # TODO: x\n        - bad-value\n      ", ""),
    ],
)
def test_a_removed_ignore_keeps_its_neighbours(before: str, after: str | None) -> None:
    """A comment beside an unused ignore stays, and nothing is removed where it could not."""
    spec = "paths:\n  /a:\n    get:\n      {}x-yc-apigateway-integration: {{type: dummy, http_code: 200}}\n"
    fixed = fix_text("spec.yaml", header(spec.format(before)))
    assert "# TODO: x" in fixed.text
    if after:
        assert fixed.text == header(spec.format(after))
    else:
        assert len(fixed.applied) == (after is None)


def test_an_integration_beside_its_operation_is_indented() -> None:
    """An integration that stands beside an empty operation goes under it."""
    text = _spec("""\
        paths:
          /a:
            get:
            x-yc-apigateway-integration:
              type: dummy # stub
              http_code: 200
              content:
                text/plain: |
                  a

                    b
        """)
    assert _unsafe(text) == _spec("""\
        paths:
          /a:
            get:
              x-yc-apigateway-integration:
                type: dummy # stub
                http_code: 200
                content:
                  text/plain: |
                    a

                      b
        """)


def test_keys_beside_a_schema_are_moved_under_it() -> None:
    """What a parameter of Swagger 2.0 says of its value goes under 'schema' in one round, with its comments."""
    text = _spec("""\
        paths:
          /a:
            get:
              parameters:
                - type: integer # from 1
                  name: page
                  in: query
                  # the first
                  minimum: 1
                - {name: tags, in: query, enum: [a], x-a: 1, type: string}
                - name: since
                  in: query
                  format: date
                  schema:
                    type: string # a day
              x-yc-apigateway-integration: {type: dummy, http_code: 200}
        """)
    fixed = fix_text("spec.yaml", text, options=FixOptions(unsafe=True))
    assert fixed.text == _spec("""\
        paths:
          /a:
            get:
              parameters:
                - schema:
                    type: integer # from 1
                    # the first
                    minimum: 1
                  name: page
                  in: query
                - {name: tags, in: query, schema: {enum: [a], type: string}, x-a: 1}
                - name: since
                  in: query
                  schema:
                    type: string # a day
                    format: date
              x-yc-apigateway-integration: {type: dummy, http_code: 200}
        """)
    assert [one.fix.title for one in fixed.applied] == [
        "move 'type' and 'minimum' under 'schema'",
        "move 'type' and 'enum' under 'schema'",
        "move 'format' under 'schema'",
    ]
    assert not found(fixed.text)


SHARED_BY_ALIAS = """\
x-operation: &operation
  x-yc-apigateway-integration: {type: http, url: 'https://example.com/{id}'}
paths:
  /a/{id}: {get: *operation}
  /b/{id}: {get: *operation}
"""


def test_aliases_are_left_alone() -> None:
    """What stands in several places by an alias gets nothing that is meant for one; its spelling is repaired."""
    assert _unsafe(header(SHARED_BY_ALIAS)) == header(SHARED_BY_ALIAS)
    text = header(SHARED_BY_ALIAS.replace("type: http,", "type: HTTP,"))
    assert _unsafe(text) == text.replace("HTTP", "http")


def test_anchored_and_merged_values() -> None:
    """A value with an anchor or a tag stays: others refer to it. A merged key is repaired by nobody."""
    text = _spec("""\
        x-common: &common {service_account: aje0123456789abcdefg}
        paths:
          /a:
            get:
              x-yc-apigateway-integration: {type: &kind cloud-functions, function_id: d4e0123456789abcdefg}
            put:
              x-yc-apigateway-integration: {type: *kind, function_id: d4e0123456789abcdefg}
            post:
              x-yc-apigateway-integration: {<<: *common, type: !!str cloud-functions, function_id: d4e0123456789abcdefg}
        """)
    assert _unsafe(text) == text


def test_refused_fixes_are_told() -> None:
    """A fix that brings a new error is not made, the others are, and the reason is told."""
    text = _spec("""\
        paths:
          /a:
            get:
              x-yc-apigateway-integration: {type: dummy, http_code: '999', http_headers: {A: 1}}
        """)
    fixed = fix_text("spec.yaml", text)
    assert [one.rule for one in fixed.applied] == []
    assert [one.reason.partition(":")[0] for one in fixed.refused] == ["it would cause a new error"]


def test_two_of_the_same_name() -> None:
    """Two misspelt keys that stand for the same one are not both renamed."""
    text = _spec("""\
        paths:
          /a: {get: {x-yc-apigateway-integration: {type: http, url: 'https://example.com', headrs: {}, haeders: {}}}}
        """)
    fixed = fix_text("spec.yaml", text, options=FixOptions(unsafe=True))
    assert fixed.text == text.replace("headrs", "headers")


def test_many_parameters_at_once() -> None:
    """Twenty parameters of one operation are declared in one run, each once."""
    url = "/".join(f"{{p{number}}}" for number in range(20))
    for style in (None, "\t"):
        data = {"/a": {"get": {"x-yc-apigateway-integration": {"type": "http", "url": f"https://a.b/{url}/{{p1}}"}}}}
        whole = {"openapi": "3.0.0", "info": {"title": "a", "version": "1"}, "paths": data}
        fixed = _unsafe(json.dumps(whole, indent=style), "spec.json")
        names = [one["name"] for one in _data(fixed)["paths"]["/a"]["get"]["parameters"]]
        assert names == [f"p{number}" for number in range(20)]


@pytest.mark.parametrize("unsafe", [False, True])
def test_restrictions(unsafe: bool) -> None:
    """Without leave no unsafe fix is made, and only those of the named rules."""
    body = "{type: cloud-functions, functon_id: d4e0123456789abcdefg, payload_format_version: 1.0}"
    text = header(f"paths: {{/a: {{get: {{x-yc-apigateway-integration: {body}}}}}}}\n")
    fixed = fix_text("spec.yaml", text, options=FixOptions(unsafe)).text
    assert ("functon_id" in fixed, "cloud_functions" in fixed, "'1.0'" in fixed) == (not unsafe, True, True)
    only = fix_text("spec.yaml", text, options=FixOptions(unsafe, frozenset({"legacy-spelling"}))).text
    assert only == text.replace("cloud-functions", "cloud_functions")


@pytest.mark.skipif(not CORPUS, reason="the corpus of real specifications is not here")
def test_corpus(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Real files stay loadable and keep their comments, and a second run changes nothing."""
    for path in CORPUS:
        shutil.copyfile(path, tmp_path / path.name)
    originals = {path.name: path.read_bytes() for path in CORPUS}
    configs = Configs(is_ignored=True)
    paths = [str(tmp_path / path.name) for path in CORPUS]
    first = list(fix_paths(paths, configs, FixOptions(unsafe=True), is_written=True))
    assert not [one.error for one in first if one.error]
    now = {name: (tmp_path / name).read_bytes() for name in originals}
    changed = [name for name, data in originals.items() if now[name] != data]
    for name in changed:
        before, after = (data[name].decode() for data in (originals, now))
        assert not _comments(before) - _comments(after)
        if not {"{{", "{%"} & {before[n : n + 2] for n in range(len(before))}:
            yaml.compose(after.removeprefix("\ufeff").replace("\t", " "))
    assert not [one for one in fix_paths(paths, configs, FixOptions(unsafe=True), is_written=True) if one.is_changed]
    made = Counter(one.rule for each in first for one in each.fixed.applied)
    refused = sum(len(each.fixed.refused) for each in first)
    with capsys.disabled():
        print(f"\n{len(CORPUS)} files, {len(changed)} changed, {made.total()} fixes {dict(made)}, {refused} refused")
