"""One mistake in a clean specification gives one finding: the right rule, in the right place, with the right words.

For every property and every demand of every schema. What is broken, and how, is in `mutants.py`.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from functools import cache

import pytest

from apigw_lint import Diagnostic
from tests.mutants import Demand, Mutant, all_demands, all_mutants, object_of, specifications
from tests.support import found, lines

ENOUGH = 2
"""How many specifications must show each mistake, where there are so many."""

CONTRACT_RULES = {"unknown-key", "missing-key", "wrong-type", "bad-value", "unknown-extension", "not-openapi-3-0"}
NEVER = {*CONTRACT_RULES, "crash"}
"""Rules that speak of one mistake once: no other one of them may speak too."""

FOLLOW_ONS: dict[Demand, tuple[str, str]] = {}
"""Demands that cannot be broken alone: the rule that speaks too, and why it is right."""

IN_CALLBACKS = {
    Demand("openapi/definitions/reference/properties/$ref", "misspelt"): "the keys of a callback are free expressions"
}
"""What cannot be told in a callback."""

NOT_BREAKABLE = {
    ("openapi", "type"): "a document that is no mapping is a matter of the rule syntax",
    ("openapi/definitions/reference", "without"): "without '$ref' it is no reference",
    ("openapi/definitions/schema/else", "extra"): "a key that is near no other may be of a later JSON Schema",
    ("integration-cloud-functions/properties/payload_format_version/then", "type"): "it judges strings only",
    ("integration-[a-z-]+|authorizer-[a-z]+", "type"): "it judges mappings of its own 'type' only",
}
"""Parts of the schemas, as patterns, with the kinds of demands that no document can break, and why."""


@cache
def like_mutants() -> dict[str, list[list[Mutant]]]:
    """By object: the mutants that break the same demands of it in the same kind of place."""
    groups: dict[tuple[tuple[Demand, ...], str], list[Mutant]] = defaultdict(list)
    for mutant in all_mutants():
        groups[mutant.proves, mutant.owner].append(mutant)
    by_object: dict[str, list[list[Mutant]]] = defaultdict(list)
    for (proves, _), group in groups.items():
        by_object[object_of(proves[0].part)].append(group)
    return by_object


@cache
def known_before(spec: str) -> Counter[tuple[str, str]]:
    return Counter((one.rule, one.full_message) for one in found(specifications()[spec], spec))


def judged(mutant: Mutant) -> tuple[str, set[str]]:
    """What is wrong with the findings in a mutant, nothing if all is well, and the other rules that speak."""
    before = known_before(mutant.spec).copy()
    added: list[Diagnostic] = []
    for one in found(mutant.text, mutant.spec):
        kind = (one.rule, one.full_message)
        if before[kind]:
            before[kind] -= 1
        else:
            added.append(one)
    due = [
        one for one in added if one.rule == mutant.rule and one.span == mutant.span and mutant.words in one.full_message
    ]
    others = {one.rule for one in added if one not in due}
    if len(due) == 1 and not others & NEVER:
        return "", others
    written = mutant.text[mutant.span.start : mutant.span.end]
    return f"{mutant.name}: {mutant.rule} at '{written}' with \"{mutant.words}\" is due, not\n{lines(added)}", others


def is_excused(mutant: Mutant) -> bool:
    return "openapi.callback" in mutant.owner.split() and any(demand in IN_CALLBACKS for demand in mutant.proves)


@pytest.mark.once
@pytest.mark.parametrize("name", sorted({object_of(demand.part) for demand in all_demands()}))
def test_mutants(name: str) -> None:
    """Each demand of an object, broken alone, gives exactly the finding that is due."""
    wrong = []
    for group in like_mutants()[name]:
        alone = 0
        rules: set[str] = set()
        for mutant in group:
            if alone == ENOUGH or is_excused(mutant):
                continue
            complaint, others = judged(mutant)
            wrong += [complaint] if complaint else []
            rules |= others
            alone += not complaint and not others
        allowed = {FOLLOW_ONS[demand][0] for demand in group[0].proves if demand in FOLLOW_ONS}
        if not alone and not is_excused(group[0]) and (not rules or rules - allowed):
            wrong.append(f"{group[0].name} in {group[0].owner}: never alone, {sorted(rules)} speak too")
    assert not wrong, "\n".join(wrong)


@pytest.mark.exhaustive
@pytest.mark.parametrize("spec", specifications())
def test_every_mutant(spec: str) -> None:
    """Every mutant of a specification has the finding that is due, and no other rule about the contract speaks."""
    mine = [mutant for mutant in all_mutants() if mutant.spec == spec and not is_excused(mutant)]
    complaints = [complaint for mutant in mine if (complaint := judged(mutant)[0])]
    assert not complaints, "\n".join(complaints)


def test_every_demand_is_broken() -> None:
    """The mutants break everything that the schemas want, but for what no document can break."""
    broken = {demand for mutant in all_mutants() for demand in mutant.proves}
    missing = [demand for demand in all_demands() if demand not in broken and not excuses_of(demand)]
    assert not missing, "\n".join(map(str, missing))


def excuses_of(demand: Demand) -> set[tuple[str, str]]:
    return {
        (part, kind)
        for part, kind in NOT_BREAKABLE
        if re.fullmatch(part, demand.part) and demand.kind.partition(" ")[0] == kind
    }


def test_excuses_are_needed() -> None:
    """No list of exceptions names what is not there any more."""
    demands = set(all_demands())
    assert FOLLOW_ONS.keys() | IN_CALLBACKS.keys() <= demands
    assert {excuse for demand in demands for excuse in excuses_of(demand)} == NOT_BREAKABLE.keys()
    broken = {demand for mutant in all_mutants() for demand in mutant.proves}
    assert not {excuse for demand in broken for excuse in excuses_of(demand)}
