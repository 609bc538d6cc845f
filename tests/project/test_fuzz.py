"""Inputs that fuzzing found stay harmless."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.fuzz.harness import run

KEPT = sorted(path for path in (ROOT / "tests" / "fuzz" / "kept").iterdir() if path.name != "README.md")


@pytest.mark.parametrize("path", KEPT, ids=lambda path: path.name)
def test_kept_input(path: Path) -> None:
    """No rule crashes, the fixes can be made, and every finding is inside the text."""
    run(path.read_bytes())
