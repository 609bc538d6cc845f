"""Real specifications are all linted, and none crashes."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from tests.conftest import SHARED
from tests.support import EVERYTHING, report_on

CORPUS = sorted(path for path in (SHARED / "corpus").glob("*") if path.suffix != ".tsv")

pytestmark = pytest.mark.skipif(not CORPUS, reason="the corpus of real specifications is not here")


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.name[-60:])
def test_linted(path: Path) -> None:
    """Each file is checked or the reason is told, and no rule crashes on it."""
    report = report_on(path, config=EVERYTHING)
    assert len(report.checked) + len(report.skipped) == 1
    assert not [one for one in report.found if one.rule == "crash"]


def test_errors_are_few() -> None:
    """There is no error over the corpus that a person has read and does not hold for true; at present there is none."""
    errors: Counter[tuple[str, str]] = Counter()
    for path in CORPUS:
        report = report_on(path)
        errors.update((path.name, one.rule) for one in report.found if one.severity == "error")
    assert errors == Counter()
