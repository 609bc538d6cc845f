"""The files that are made from the code are up to date, and rule pages have all their parts."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from apigw_lint.pages import markdown, page, severities
from apigw_lint.rules import RULES
from tests.conftest import FIXTURES, ROOT
from tests.support import EVERYTHING, found_in
from tools import generate_docs, tests_page


def test_generated_files_are_fresh() -> None:
    """Generating the files anew would change nothing: none is missing, out of date, or about a rule that is gone."""
    wrong = "\n".join(generate_docs.outdated())
    assert not wrong, f"run: {generate_docs.COMMAND}\n{wrong}"


def test_outdated_files_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is missing, out of date or left over is named, and generating mends it without a trace of old pages."""
    folder = tmp_path / "docs" / "rules"
    (tmp_path / "schemas").mkdir()
    (tmp_path / "schemas" / "config.json").write_text('{"definitions": {"rules": {"properties": {}}}}')
    monkeypatch.setattr(generate_docs, "ROOT", tmp_path)
    generate_docs.main()
    assert generate_docs.outdated() == []
    (folder / "syntax.md").unlink()
    (folder / "crash.md").write_text("old")
    (folder / "no-such-rule.md").write_text("old")
    assert generate_docs.outdated() == [
        "docs/rules/syntax.md is missing",
        "docs/rules/crash.md is out of date",
        "docs/rules/no-such-rule.md is the page of no rule",
    ]
    generate_docs.main()
    assert generate_docs.outdated() == []
    assert {path.stem for path in folder.iterdir()} == {*RULES, "README"}


def test_every_test_has_a_docstring() -> None:
    """Each test says in its docstring what it proves, and each module what it is about."""
    for path in (ROOT / "tests").rglob("test_*.py"):
        module = ast.parse(path.read_text("utf-8"))
        assert ast.get_docstring(module), path
        for function in tests_page.functions(module):
            assert ast.get_docstring(function), f"{path}: {function.name}"


def test_page_of_tests(tmp_path: Path) -> None:
    """The list of tests holds the modules of every folder, with the first paragraph of each docstring on one line."""
    (tmp_path / "tests" / "deep").mkdir(parents=True)
    (tmp_path / "tests" / "helper.py").write_text('"""Not a test."""\n')
    (tmp_path / "tests" / "deep" / "test_a.py").write_text(
        '"""About a."""\n'
        "def helper():\n    def test_inner(): pass\n"
        'class TestGroup:\n    def test_two(self):\n        """A long\n        line.\n\n        More."""\n'
        'def test_one():\n    """One."""\n'
    )
    made = tests_page.page(tmp_path / "tests")
    assert made.endswith("\n## tests/deep/test_a.py\n\nAbout a.\n\n- `test_two`: A long line.\n- `test_one`: One.\n")
    assert made.count("\n## ") == 1


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
    """No rule finds anything of a severity or consequence that its page does not name."""
    for path in sorted(FIXTURES.rglob("*.yaml")):
        if path.parent.name == "syntax":
            continue
        for diagnostic in found_in(path, EVERYTHING):
            rule = RULES[diagnostic.rule]
            assert diagnostic.severity in (rule.severity, *rule.other_severities), f"{path}: {diagnostic}"
            assert diagnostic.consequence in (rule.consequence, *rule.other_consequences), f"{path}: {diagnostic}"
