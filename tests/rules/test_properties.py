"""Random documents: the same findings in every form, and never a crash."""

from __future__ import annotations

import json
import random
from typing import Any

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from apigw_lint import Diagnostic, lint
from apigw_lint.gateway.kinds import EXTENSIONS, OPERATION_KEYS
from tests.support import EVERYTHING, RULE_FOLDERS, SPECS, header, read

KEYS = st.sampled_from(
    [
        *(
            "openapi",
            "info",
            "title",
            "version",
            "paths",
            "components",
            "parameters",
            "name",
            "in",
            "required",
            "schema",
        ),
        *(
            "type",
            "responses",
            "200",
            "description",
            "content",
            "application/json",
            "$ref",
            "security",
            "servers",
            "url",
        ),
        *(
            "securitySchemes",
            "schemas",
            "requestBody",
            "http_code",
            "function_id",
            "context",
            "headers",
            "variables",
            "enum",
        ),
        *(
            "default",
            "origin",
            "credentials",
            "validateRequestBody",
            "key",
            "action",
            "/a/{id}",
            "/a/{id+}",
            "/a",
            "/a/",
        ),
        *OPERATION_KEYS,
        *EXTENSIONS,
    ]
)
TEXTS = st.sampled_from(
    [
        *(
            "3.0.0",
            "3.1.0",
            "dummy",
            "http",
            "cloud_functions",
            "cloud_ydb",
            "object_storage",
            "function",
            "jwt",
            "header",
        ),
        *(
            "path",
            "{id}",
            "{x}",
            "${var.a}",
            "${A}",
            "{{ a }}",
            "<a b>",
            "#/components/schemas/a",
            "https://{id}/a",
            "*",
        ),
        *(
            "X-Yc-Apigateway-Websocket-Connection-Id",
            "{X-Yc-Apigateway-Websocket-Message-Id}",
            "Ёж",
            "a b",
            "",
            "string",
        ),
    ]
)
VALUES = TEXTS | st.booleans() | st.none() | st.integers(-2, 700)


def _is_no_bracketed_text(items: list[Any]) -> bool:
    """Whether flow YAML writes a list as JSON does: `[some words]` is a placeholder where a string is due."""
    text = items[0] if len(items) == 1 else None
    return not isinstance(text, str) or (text.isascii() and " " not in text and not text.isupper())


def _children(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    lists = st.lists(inner, max_size=3).filter(_is_no_bracketed_text)
    return lists | st.dictionaries(KEYS, inner, max_size=5)


TREES = st.recursive(VALUES, _children, max_leaves=25)
DOCUMENTS = st.fixed_dictionaries(
    {"openapi": st.sampled_from(["3.0.0", "3.1.0"]), "paths": st.dictionaries(KEYS, TREES, max_size=4)},
    optional={"components": TREES, "x-yc-apigateway": TREES, "info": TREES, "security": TREES},
)


def _essence(found: list[Diagnostic]) -> list[tuple[str, str]]:
    return sorted((one.rule, one.pointer) for one in found)


@settings(max_examples=250, deadline=None)
@given(DOCUMENTS)
def test_yaml_and_json_agree(document: dict[str, Any]) -> None:
    """A random document as block YAML, flow YAML and JSON gives the same findings, and no rule crashes."""
    forms = (
        yaml.safe_dump(document, allow_unicode=True, sort_keys=False, default_style='"'),
        yaml.safe_dump(document, allow_unicode=True, sort_keys=False, default_flow_style=True, width=10**6),
        json.dumps(document, ensure_ascii=False),
        json.dumps(document, indent="\t"),
    )
    first, *others = (_findings(form) for form in forms[1:])
    for other in others:
        assert _essence(other) == _essence(first)
    _findings(forms[0])


def test_brackets_are_a_placeholder_where_a_string_is_due() -> None:
    """`[some words]` in flow YAML is a placeholder where a string is due; elsewhere it is a list, as in JSON."""
    yaml_form = header("security: [[some words]]\npaths: {}\n").replace("title: API", "title: [some words]")
    quoted_form = yaml_form.replace("some words", "'some words'")
    at_items = ("wrong-type", "/security/0")
    assert _essence(_findings(yaml_form)) == [("leftover-placeholder", "/info/title"), at_items]
    assert _essence(_findings(quoted_form)) == [("wrong-type", "/info/title"), at_items]


def _findings(text: str) -> list[Diagnostic]:
    found = list(lint("spec.yaml", text, EVERYTHING).found)
    crashes = [one.message for one in found if one.rule == "crash"]
    assert not crashes, f"{crashes}\n{text}"
    return found


TEXTS_OF_FIXTURES = [read(path) for path in (*SPECS, *(folder / "bad.yaml" for folder in RULE_FOLDERS))]


def _mutated(text: str, chance: random.Random) -> str:
    """The text with a few lines moved, doubled, dropped, cut or indented otherwise."""
    lines = text.splitlines(keepends=True)
    for _ in range(chance.randint(1, 4)):
        at, other = chance.randrange(len(lines)), chance.randrange(len(lines))
        match chance.randrange(6):
            case 0:
                lines[at], lines[other] = lines[other], lines[at]
            case 1:
                lines.insert(at, lines[other])
            case 2 if len(lines) > 1:
                del lines[at]
            case 3:
                lines[at] = lines[at][: chance.randrange(len(lines[at]) + 1)] + "\n"
            case 4:
                lines[at] = " " * chance.randint(1, 4) + lines[at]
            case 5:
                lines[at] = lines[at].replace(chance.choice("{}[]:'\"-&*$<"), chance.choice("{}[]:'\"-&*$<\t "), 1)
    return "".join(lines)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(TEXTS_OF_FIXTURES), st.integers(0, 2**32))
def test_random_mutations(text: str, seed: int) -> None:
    """No damage to a fixture makes a rule crash, and every finding is inside the text."""
    mutant = _mutated(text, random.Random(seed))
    for one in _findings(mutant):
        assert 0 <= one.span.start <= one.span.end <= len(one.source.text)
