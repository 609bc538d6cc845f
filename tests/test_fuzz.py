"""Inputs that fuzzing found stay harmless."""

from __future__ import annotations

from pathlib import Path

import pytest

from apigw_lint import lint
from tests.conftest import ROOT
from tests.support import EVERYTHING

KEPT = sorted(path for path in (ROOT / "tests" / "fuzz" / "kept").iterdir() if path.name != "README.md")


@pytest.mark.parametrize("path", KEPT, ids=lambda path: path.name)
def test_kept_input(path: Path) -> None:
    """No rule crashes, and every finding is inside the text."""
    for one in lint("spec.yaml", path.read_bytes().decode("utf-8", "replace"), EVERYTHING).found:
        assert one.rule != "crash", one.message
        assert 0 <= one.span.start <= one.span.end <= len(one.source.text)
