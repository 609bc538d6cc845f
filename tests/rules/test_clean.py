"""Specifications written to provoke false alarms stay clean."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import FIXTURES
from tests.support import SPECS, found_in, lines

CLEAN = sorted((FIXTURES / "clean").iterdir())
WARNED = {"deprecated-rate-limits.yaml": {"deprecated-rate-limit"}, "legacy-course.yaml": {"legacy-spelling"}}
"""Whole specifications of old forms, and the rules that may speak in them."""


def test_there_are_enough() -> None:
    """At least forty small specifications are there."""
    assert len(CLEAN) >= 40


@pytest.mark.parametrize("path", CLEAN, ids=lambda path: path.stem)
def test_clean(path: Path) -> None:
    """Nothing is found but, as an information, that only public functions can be called."""
    findings = [one for one in found_in(path) if one.rule != "missing-service-account"]
    assert lines(findings) == ""
    assert all(one.severity == "info" for one in found_in(path))


@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.stem)
def test_whole_specifications(path: Path) -> None:
    """The whole specifications are clean, and those of old forms say only that."""
    assert {one.rule for one in found_in(path)} == WARNED.get(path.name, set())
