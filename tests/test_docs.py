"""What is made of the rules' pages is up to date."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from apigw_lint.docs import generated, markdown, page, severities
from apigw_lint.rules import RULES
from tests.conftest import FIXTURES, ROOT
from tests.support import EVERYTHING, found_in


def test_generated_files_are_fresh() -> None:
    """`python -m apigw_lint.docs` would change nothing."""
    for path, content in generated(str(ROOT)):
        assert Path(path).read_text("utf-8") == content, f"{path} is stale, run: python -m apigw_lint.docs"
    assert {path.stem for path in (ROOT / "docs" / "rules").iterdir()} == set(RULES)


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.name)
def test_page(rule) -> None:  # type: ignore[no-untyped-def]
    """A page has its parts in each form, and fits into a terminal."""
    text = page(rule)
    assert text.startswith(f"{rule.name} ({severities(rule)})\n")
    assert "\x1b" not in text
    assert re.sub(r"\x1b\[[0-9;]*m", "", page(rule, color=True)).replace("`", "") == text.replace("`", "")
    made = markdown(rule)
    assert made.startswith(f"# {rule.name}\n\n{rule.summary}\n")
    assert made.count("```") == 2 * len(re.findall(r"(?m)^(?:Bad|Good):", rule.doc))


def test_declared_severities() -> None:
    """No rule finds anything of a severity that its page does not tell."""
    for path in sorted(FIXTURES.rglob("*.yaml")):
        if path.parent.name == "syntax":
            continue
        for one in found_in(path, EVERYTHING):
            rule = RULES[one.rule]
            assert one.severity in (rule.severity, *rule.other_severities), f"{path}: {one}"
