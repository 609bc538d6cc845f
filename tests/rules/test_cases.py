"""Small inputs from the field give what each must give: these findings, in this place, and no others."""

from __future__ import annotations

import pytest

from apigw_lint import Config, lint
from apigw_lint.fix.text import FixOptions, fix_text
from apigw_lint.grouping import grouped
from tests.conftest import SHARED
from tests.support import read, report_on

CASES = SHARED / "cases"

pytestmark = pytest.mark.skipif(not CASES.is_dir(), reason="the inputs from the field are not here")

EXPECTED: dict[str, list[str]] = {
    "any.yaml": ["4:10 error unknown-key", "5:8 error unknown-extension", "6:10 warning foreign-extension"],
    "anchor-cyrillic.yaml": ["3:1 error unknown-key", "3:4 warning non-ascii-anchor"],
    "block-enum.yaml": ["8:11 error bad-value"],
    "example-file.yaml.example": ["8:23 info leftover-placeholder", "9:29 info leftover-placeholder"],
    "extension-under-info.yaml": [
        *("2:32 error misplaced-extension", "2:93 error unknown-extension", "2:116 error misplaced-extension"),
    ],
    "fa-error-object-mapping.yaml": [],
    "fa-missing-integration-private.yaml": [],
    "fa-missing-websocket-message.yaml": ["5:5 warning missing-websocket-message"],
    "hint-cors-in-operation.yaml": ["7:7 error unknown-key"],
    "http-drops-declared.yaml": [
        *("8:18 warning parameter-dropped", "9:18 warning parameter-dropped", "10:7 warning content-type-dropped"),
    ],
    "http_method.yaml": ["6:78 error unknown-key", "9:78 error unknown-key"],
    "ignore-below.yaml": ["9:7 error malformed-ignore", "12:50 error unknown-key (and 1 more)"],
    "miss-apigw-variable.yaml": ["13:31 warning malformed-variable"],
    "miss-aws-mapping-values.yaml": [
        *("10:20 warning foreign-expression", "11:18 warning foreign-expression", "13:16 warning foreign-expression"),
    ],
    "miss-optional-query-in-object.yaml": ["9:18 warning optional-target"],
    "miss-placeholder-in-mapping.yaml": ["18:31 warning leftover-placeholder"],
    "miss-quoted-header.yaml": ["12:40 warning quoted-value", "13:41 warning quoted-value"],
    "miss-stub-cors-methods.yaml": ["12:40 error cors-wildcard-credentials", "14:41 warning preflight-method-missing"],
    "miss-stub-no-cors-headers.yaml": ["9:7 warning preflight-without-cors"],
    "operationId-inside.yaml": ["10:9 error unknown-key"],
    "parameter-named-y.yaml": ["9:41 warning optional-path-parameter", "10:73 error undeclared-substitution"],
    "placeholder-lower.yaml": [
        *(
            "6:67 warning leftover-placeholder",
            "6:87 warning leftover-placeholder",
            "9:67 warning leftover-placeholder",
        ),
        *("12:63 warning leftover-placeholder", "15:73 warning leftover-placeholder"),
    ],
    "placeholder-span.yaml": ["6:73 warning leftover-placeholder"],
    "placeholders-many.yaml": [
        f"{place} warning leftover-placeholder"
        for place in (
            *("4:80", "5:117", "6:74", "6:127", "7:80", "7:122"),
            *("8:87", "8:126", "9:80", "9:108", "10:80", "10:122"),
        )
    ],
    "ref-beside-url.json": ["5:126 info ref-siblings (and 3 more)", "10:5 error misplaced-extension"],
    "tf-canary-unescaped.tf": ["21:19 warning unescaped-variable"],
    "type-colon-static.yaml": ["11:17 error syntax"],
    "variable-ref-unchecked.yaml": ["8:74 error undeclared-substitution"],
    "wall-container-keys.yaml": ["10:9 error unknown-key", "11:9 error unknown-key", "13:9 error unknown-key"],
    "wall-one-key.yaml": ["6:144 error unknown-key (and 7 more)", "6:161 error unknown-key (and 7 more)"],
    "wall-variable-default.yaml": ["5:28 warning leftover-placeholder"],
    "ws-through-http.yaml": ["6:111 warning websocket-through-http"],
}
"""By input, each finding: its place, severity and rule, and how many more places have the same cause."""

WORDS: dict[str, tuple[str, ...]] = {
    "any.yaml": ("did you mean 'x-yc-apigateway-any-method'?", "'x-yc-apigateway-integration'"),
    "fa-missing-websocket-message.yaml": ("documentation says", "people deploy"),
    "hint-cors-in-operation.yaml": ("'x-yc-apigateway-cors' in a path item",),
    "http_method.yaml": ("did you mean 'method'?",),
    "miss-apigw-variable.yaml": ("did you mean '${var.installation}'?",),
    "miss-aws-mapping-values.yaml": ("write '{Cookie}'", "write '{id}'", "'requestContext'"),
    "miss-stub-cors-methods.yaml": ("'DELETE'", "credentials"),
    "operationId-inside.yaml": ("belongs to the operation, one level up",),
    "placeholder-span.yaml": ("'REPLACE_WITH_FUNCTION_ID_ai-advisor'",),
    "tf-canary-unescaped.tf": ("'$${var.function.tag}'",),
    "type-colon-static.yaml": ("a space is missing after 'type:'",),
    "wall-container-keys.yaml": ("remove it: a container gets the method, headers and query",),
}
"""By input, what its messages must say."""


def _findings(name: str) -> list[str]:
    found = grouped(report_on(CASES / name)).found
    assert all(one.rule != "crash" for one in found)
    lines = []
    for one in found:
        place = one.source.position(one.span.start)
        more = f" (and {len(one.repeats)} more)" if one.repeats else ""
        lines.append(f"{place.line}:{place.column} {one.severity} {one.rule}{more}")
    return lines


@pytest.mark.parametrize("name", EXPECTED)
def test_findings(name: str) -> None:
    """Each input gives these findings and no others."""
    assert _findings(name) == EXPECTED[name]


@pytest.mark.parametrize("name", WORDS)
def test_words(name: str) -> None:
    """The messages name what is meant."""
    messages = "\n".join(one.full_message for one in report_on(CASES / name).found)
    for words in WORDS[name]:
        assert words in messages


def _fixed(name: str, *, unsafe: bool) -> str:
    path = CASES / name
    return fix_text(path.name, read(path), Config(), FixOptions(unsafe=unsafe)).text


def test_declared_parameters_are_forwarded_by_the_fix() -> None:
    """Each dropped part gets its line, and then nothing is found."""
    fixed = _fixed("http-drops-declared.yaml", unsafe=True)
    assert "Authorization: '{Authorization}'" in fixed
    assert "mode: '{mode}'" in fixed
    assert "Content-Type: application/json" in fixed


def test_inner_quotes_go_with_a_safe_fix() -> None:
    """The values lose their second pair of quotes."""
    fixed = _fixed("miss-quoted-header.yaml", unsafe=False)
    assert "Allow-Origin: '*'" in fixed or 'Allow-Origin: "*"' in fixed
    assert "'POST, OPTIONS'" not in fixed.replace('"POST, OPTIONS"', "")


def test_block_scalar_is_fixed_once() -> None:
    """One fix, and the value is right."""
    result = fix_text("spec.yaml", read(CASES / "block-enum.yaml"), Config(), FixOptions(unsafe=True))
    assert len(result.applied) == 1
    assert not result.refused
    assert "type: dummy\n" in result.text


def test_moving_a_rate_limit_does_no_harm() -> None:
    """No error more than before, and no comment above nothing."""
    text = read(CASES / "fix-comment-orphan.yaml")
    before = len(report_on(CASES / "fix-comment-orphan.yaml").found)
    fixed = fix_text("spec.yaml", text, Config(), FixOptions(unsafe=True)).text
    path_comment = fixed.index("# rate limiting")
    assert fixed[path_comment:].splitlines()[1].strip().startswith(("x-yc-apigateway-rate-limit", "rateLimit"))
    assert len(lint("spec.yaml", fixed).found) <= before


def test_comment_beside_an_ignore_stays() -> None:
    """The ignore goes, the comment beside it stays."""
    fixed = _fixed("ignore-comment.yaml", unsafe=False)
    assert "x-apigw-lint-ignore" not in fixed
    assert "# TODO(ann): ticket 87, keep" in fixed


def test_every_input_exists() -> None:
    """No expectation is about an input that is gone."""
    missing = [name for name in {*EXPECTED, *WORDS} if not (CASES / name).exists()]
    assert missing == []
