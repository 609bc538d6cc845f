"""Every rule does what its fixtures and its page say."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from apigw_lint import Severity
from apigw_lint.rules import RULES
from tests.conftest import FIXTURES
from tests.support import GOOD_FILES, RULE_FOLDERS, config_for, examples, found, found_in, lines

WITHOUT_FIXTURE = {
    "crash": "needs a failing rule, see test_bad_input",
    "unreadable-file": "is about files, see test_bad_input",
    "syntax": "its cases are fixtures/syntax",
    "spec-too-large": "needs megabytes, see test_bad_input",
}
COMPANIONS: dict[str, dict[str, str]] = {
    "rate-limit-on-greedy-path": {"deprecated-rate-limit": "every rate limit is deprecated"},
    **{
        rule: {"deprecated-rate-limit": "every rate limit is deprecated, a wrong one too"}
        for rule in ("bad-value", "missing-key", "wrong-type", "unknown-key", "misplaced-extension", "unused-component")
    },
}
"""For a rule's bad.yaml: other rules that may speak there, and why."""

GOLDENS = sorted(
    path
    for folder in RULE_FOLDERS
    for path in folder.glob("*.yaml")
    if path not in GOOD_FILES and path.stem != "bad.fixed"
)


def test_every_rule_has_fixtures() -> None:
    """Each rule has a folder, and each folder a rule."""
    folders, rules = {path.name for path in RULE_FOLDERS}, set(RULES) - set(WITHOUT_FIXTURE)
    without_folder, without_rule = sorted(rules - folders), sorted(folders - rules)
    assert not without_folder, f"add bad.yaml and good.yaml to fixtures/rules/<rule>/ for {without_folder}"
    assert not without_rule, f"no rule has the name of these folders of fixtures/rules/: {without_rule}"


@pytest.mark.parametrize("path", GOLDENS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_bad(path: Path, golden: Callable[[Path, str], None]) -> None:
    """What a rule finds in its bad specification is what the golden file says, and no other rule speaks."""
    rule = path.parent.name
    diagnostics = found_in(path, config_for(rule))
    others = {one.rule for one in diagnostics} - {rule} - set(COMPANIONS.get(rule, {}))
    assert not others, f"take out of {path} what other rules find there:\n{lines(diagnostics)}"
    if path.stem == "bad":
        assert any(one.rule == rule for one in diagnostics), f"{rule} must find something in {path}"
    golden(path.with_suffix(".out"), lines(diagnostics))


@pytest.mark.parametrize("path", GOOD_FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_good(path: Path) -> None:
    """A rule's good specifications are clean, and so is every look-alike in them."""
    assert lines(found_in(path, config_for(path.parent.name))) == ""


PAGES = [(rule, example) for rule in RULES.values() for example in examples(rule)]


@pytest.mark.parametrize(("rule", "example"), PAGES, ids=lambda value: getattr(value, "name", ""))
def test_page_examples(rule, example) -> None:  # type: ignore[no-untyped-def]
    """The bad example of a page gives findings of that rule alone, the good one none."""
    diagnostics = found(example.spec, config=config_for(rule.name))
    speaking = {one.rule for one in diagnostics if one.rule not in COMPANIONS.get(rule.name, {})}
    # Short examples leave the service account out, which is reported as info.
    speaking -= {one.rule for one in diagnostics if one.severity is Severity.INFO} - {rule.name}
    expected = set() if example.is_good else {rule.name}
    kind = "good" if example.is_good else "bad"
    assert speaking == expected, f"the {kind} example of {rule.name} gives:\n{lines(diagnostics) or 'nothing'}"


def test_every_page_is_complete() -> None:
    """Each page has a summary, a source, and examples unless the rule is about files."""
    for name, rule in RULES.items():
        assert rule.summary.endswith("."), f"the docstring of {name} must begin with a line that ends with a full stop"
        assert rule.url or name in ("crash", "unreadable-file"), (
            f"the docstring of {name} needs a line 'See: https://...'"
        )
        kinds = {example.is_good for example in examples(rule)}
        expected = set() if name in ("crash", "unreadable-file", "spec-too-large") else {True, False}
        assert kinds == expected, f"the docstring of {name} needs examples below 'Bad:' and 'Good:', indented by four"


def test_specs_folder_is_there() -> None:
    """The whole specifications are fixtures too."""
    assert (FIXTURES / "specs").is_dir()
