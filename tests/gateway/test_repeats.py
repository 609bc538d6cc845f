"""What aliases repeat is judged in each of its roles, however often it is repeated."""

from __future__ import annotations

import pytest

from apigw_lint.bounds import MAX_REPEATED
from tests.support import found, header

FEW, MANY = 2, MAX_REPEATED // 50
"""How often an object of a hundred values is repeated: so that all is judged, and so that repeats are left out."""

ENTRIES = ", ".join(f"k{number}: 1" for number in range(100))
INTEGRATION = "x-yc-apigateway-integration: {type: dummy, http_code: 200, content: {a/b: c}}"


def unknown_keys(text: str) -> set[str]:
    """Where unknown keys are found."""
    return {one.pointer for one in found(text) if one.rule == "unknown-key"}


@pytest.mark.parametrize("times", [FEW, MANY])
def test_first_where_nothing_is_demanded(times: int) -> None:
    """What is written under a key of the author's own is judged where it is used."""
    paths = "".join(f"  /p{number}: {{get: *o}}\n" for number in range(times))
    text = header(f"x-o: &o {{{INTEGRATION}, {ENTRIES}}}\npaths:\n{paths}")
    assert unknown_keys(text) == {f"/x-o/k{number}" for number in range(100)}


@pytest.mark.parametrize("times", [FEW, MANY])
def test_several_roles(times: int) -> None:
    """What is right in one role and wrong in another is found, even after many uses in the first."""
    schemas = "".join(f"    S{number}: *s\n" for number in range(times))
    properties = ENTRIES.replace(": 1", ": {}")
    components = f"  schemas:\n    S: &s {{properties: {{{properties}}}}}\n{schemas}  responses: {{R: *s}}\n"
    assert unknown_keys(header(f"paths: {{}}\ncomponents:\n{components}")) == {"/components/schemas/S/properties"}


@pytest.mark.parametrize("times", [FEW, MANY])
def test_what_is_left_out_is_not_missing(times: int) -> None:
    """Nothing is reported of an object because its parts were left out."""
    paths = "".join(f"  /p{number}: {{get: {{{INTEGRATION}, responses: *r}}}}\n" for number in range(times))
    responses = ", ".join(f"{number}: {{description: a}}" for number in range(200, 300))
    assert found(header(f"x-r: &r {{{responses}}}\npaths:\n{paths}")) == []
