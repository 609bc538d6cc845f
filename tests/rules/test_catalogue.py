"""The catalogue of rules is whole: every rule that was planned exists, as severe as it was planned."""

from __future__ import annotations

import re

import pytest

from apigw_lint import Severity
from apigw_lint.rules import RULES
from tests.conftest import FIXTURES, SHARED

PAGE = SHARED / "domain" / "rules.md"

OFF = "off"
CATALOGUE = """
syntax E
unreadable-file E
crash E
duplicate-key E
not-openapi-3-0 EWI
spec-too-large EW
unknown-key E
missing-key E
wrong-type E
bad-value EW
undocumented-form WI
missing-responses off
unknown-extension E
misplaced-extension E
unresolved-ref E
external-ref W
ref-siblings WI
unused-component W
duplicate-operation-id E
leftover-placeholder WI
odd-identifier W
missing-integration WI
legacy-spelling W
unquoted-version E
missing-service-account EI
field-not-for-action WE
malformed-json EW
fifo-queue E
timeout-too-long EW
headers-dropped W
query-dropped W
unreachable-url WI
undeclared-substitution EW
unsubstituted-parameter W
undeclared-path-parameter W
unused-path-parameter E
greedy-name E
optional-path-parameter W
duplicate-parameter E
missing-websocket-message WE
websocket-parameter E
unavailable-websocket-header E
undeclared-connection-id off
ignored-websocket-security W
undefined-security-scheme E
unenforced-security W
authorizer-scheme-mismatch E
missing-jwt-keys E
caching-mode-without-ttl W
unused-authorizer W
cors-wildcard-credentials EW
cors-reflected-credentials W
shadowed-options W
validator-without-effect W
deprecated-rate-limit W
rate-limit-on-greedy-path E
bad-mapping-index W
malformed-jq E
undeclared-variable EW
unused-variable W
default-not-in-enum E
mixed-enum E
ambiguous-path W
trailing-slash-clash W
unreachable-route W
several-greedy-parameters W
open-proxy W
hardcoded-secret W
plain-http W
public-operation off
"""
"""Each rule with its severities: E error, W warning, I information; the first is its default. `off` must be enabled."""

ROWS = [(name, planned) for name, planned in map(str.split, CATALOGUE.strip().splitlines())]
LETTERS = {"E": Severity.ERROR, "W": Severity.WARNING, "I": Severity.INFO}


SWITCHED_ON = ("headers-dropped", "query-dropped")
"""Rules that the page has as off: now they report only what nobody wants, so they run by default."""


@pytest.mark.parametrize(("name", "planned"), ROWS, ids=lambda value: value)
def test_rule_is_as_planned(name: str, planned: str) -> None:
    """A planned rule exists, runs by default or not, and has the severity that was planned for it."""
    rule = RULES[name]
    assert rule.is_default is (planned != OFF)
    if planned != OFF:
        assert rule.severity is LETTERS[planned[0]]


@pytest.mark.parametrize(("name", "planned"), ROWS, ids=lambda value: value)
def test_severities_of_the_fixtures(name: str, planned: str) -> None:
    """The golden files of a rule show no severity but those that were planned for it."""
    goldens = "\n".join(path.read_text("utf-8") for path in (FIXTURES / "rules" / name).glob("*.out"))
    shown = set(re.findall(rf"(error|warning|info): .*\[{name}\]$", goldens, re.MULTILINE))
    assert planned == OFF or shown <= {LETTERS[letter].value for letter in planned}


def _page_rows() -> list[tuple[str, str]]:
    """The first two cells of each row of the page's tables."""
    if not PAGE.exists():
        pytest.skip("the page of the catalogue is not here")
    lines = PAGE.read_text("utf-8").splitlines()
    cells = [[cell.strip() for cell in line.split("|")[1:3]] for line in lines if line.startswith("|")]
    return [(first, second) for first, second in cells if first not in ("rule", "---")]


def test_the_page_has_no_other_rule() -> None:
    """The table above names every rule that the first column of the page names, and no other."""
    named = [name for first, _ in _page_rows() for name in re.findall("`([^`]*)`", first) if not name.startswith("$")]
    assert sorted(named) == sorted(name for name, _ in ROWS)


def test_the_page_has_the_same_severities() -> None:
    """What the second column of the page says of a rule's severity, the table above says too."""
    planned = dict(ROWS)
    for first, second in _page_rows():
        for name in re.findall("`([a-z0-9-]+)`", first):
            is_off = second.startswith(OFF)
            letters = set(re.sub("[^EWI]", "", second.partition(",")[0]))
            assert (planned[name] == OFF) is (is_off and name not in SWITCHED_ON), name
            assert is_off or letters <= set(planned[name]), name
