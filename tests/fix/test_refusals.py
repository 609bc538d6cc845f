"""Of fixes that fail together only those that do harm are refused, after few attempts."""

from __future__ import annotations

import pytest

from apigw_lint.fix import safety
from apigw_lint.fix import text as fix_text_module
from apigw_lint.fix.safety import SafetyNet
from apigw_lint.fix.text import FixOptions, FixResult, fix_text
from tests.support import header

HARMFUL = "{type: dummy, http_code: '999'}"
HARMLESS = "{type: dummy, http_code: '200'}"
MIXED = "{type: dummy, http_code: '999', contnt: {text/plain: a}}"
REASON = "it would cause a new error: 'http_code' must be at most 599 [bad-value]"


def _spec(*integrations: str) -> str:
    return header(
        "paths:\n"
        + "".join(
            f"  /p{number}: {{get: {{x-yc-apigateway-integration: {integration}}}}}\n"
            for number, integration in enumerate(integrations)
        )
    )


def _unsafe(text: str) -> FixResult:
    return fix_text("spec.yaml", text, options=FixOptions(unsafe=True))


@pytest.fixture
def attempts(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many fixes each attempt makes, in the order of the attempts."""
    numbers: list[int] = []
    apply = SafetyNet.apply

    def counting(net: SafetyNet, fixes: list[object]) -> object:
        numbers.append(len(fixes))
        return apply(net, fixes)  # type: ignore[arg-type]

    monkeypatch.setattr(SafetyNet, "apply", counting)
    return numbers


def test_all_are_harmful(attempts: list[int]) -> None:
    """Fixes that each bring a new error are refused at once, each with its reason."""
    text = _spec(*[HARMFUL] * 40)
    fixed = fix_text("spec.yaml", text)
    assert (fixed.text, attempts) == (text, [40])
    assert [one.reason for one in fixed.refused] == [REASON] * 40


def test_some_are_harmful(attempts: list[int]) -> None:
    """The others are made, and those that do harm get a try of their own."""
    fixed = fix_text("spec.yaml", _spec(*[HARMFUL, HARMLESS] * 20))
    assert fixed.text == _spec(*[HARMFUL, HARMLESS.replace("'", "")] * 20)
    assert [one.reason for one in fixed.refused] == [REASON] * 20
    assert attempts == [40, 20, 40, 20]


def test_harmless_beside_harmful_in_one_object(attempts: list[int]) -> None:
    """Of two fixes of one integration the one that does no harm is made."""
    fixed = _unsafe(_spec(*[MIXED] * 20))
    assert fixed.text == _spec(*[MIXED.replace("contnt", "content")] * 20)
    assert [one.diagnostic.rule for one in fixed.refused] == ["wrong-type"] * 20
    assert attempts == [40, 20, 40, 20]


def test_an_error_at_the_key_of_an_object(attempts: list[int]) -> None:
    """A fix of a type that shows what the integration lacks is to blame for it, though the error is at its key."""
    lacking = "{type: htpp, method: GET, headers: {A: b}}"
    text = _spec(*[lacking] * 20, "{type: dumy, http_code: 200}")
    fixed = _unsafe(text)
    assert fixed.text == text.replace("dumy", "dummy")
    assert {one.reason for one in fixed.refused} == {
        "it would cause a new error: missing key 'url' in http integration [missing-key]"
    }
    assert attempts == [21, 1, 21, 20]


def test_keys_that_would_be_repeated(attempts: list[int]) -> None:
    """Of two misspelt keys that stand for the same one, the first is renamed in each object at once."""
    twice = "{type: http, url: 'https://example.com', headrs: {A: b}, haeders: {C: d}}"
    fixed = _unsafe(_spec(*[twice] * 20))
    assert fixed.text == _spec(*[twice.replace("headrs", "headers")] * 20)
    assert attempts == [40, 20, 40]


def test_nobody_can_be_blamed(attempts: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nothing says which fix does harm, halves are tried, and after some attempts all that is left is refused."""
    lost = SafetyNet._lost_comment

    def lost_if_any_is_harmful(net: SafetyNet, trees: object, ignores: object) -> str:
        codes = [operation["get"]["x-yc-apigateway-integration"]["http_code"] for operation in _paths(trees)]
        return "it would lose a comment" if 999 in codes else lost(net, trees, ignores)  # type: ignore[arg-type]

    monkeypatch.setattr(SafetyNet, "_lost_comment", lost_if_any_is_harmful)
    text = _spec(*[HARMLESS] * 7, HARMFUL)
    fixed = fix_text("spec.yaml", text)
    assert fixed.text == _spec(*[HARMLESS.replace("'", "")] * 7, HARMFUL)
    assert attempts == [8, 4, 8, 6, 8, 7, 8, 1]
    monkeypatch.setattr(fix_text_module, "MAX_ATTEMPTS", 1)
    fixed = fix_text("spec.yaml", text)
    assert fixed.text == text
    assert {one.reason for one in fixed.refused} == {"tried only beside others: it would lose a comment"}


def _paths(trees: object) -> list[dict[str, dict[str, dict[str, object]]]]:
    return [path for tree in trees for path in tree.root.value["paths"].values()]  # type: ignore[attr-defined]


def test_what_ruamel_cannot_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """A fix after which ruamel.yaml cannot read the text is refused, others are made; usually it is asked once."""
    asked: list[str] = []

    def is_loadable(text: str) -> bool:
        asked.append(text)
        return "http_code: 201" not in text

    monkeypatch.setattr(safety, "_is_loadable", is_loadable)
    good = fix_text("spec.yaml", _spec(HARMLESS, HARMLESS))
    assert asked == [good.text]
    fixed = fix_text("spec.yaml", _spec(HARMLESS, HARMLESS.replace("200", "201")))
    assert fixed.text == _spec(HARMLESS.replace("'", ""), HARMLESS.replace("200", "201"))
    assert [one.reason for one in fixed.refused] == ["ruamel.yaml cannot read the result"]
