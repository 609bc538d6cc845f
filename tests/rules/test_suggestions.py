"""What a message suggests is offered as a fix."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support import RULE_FOLDERS, config_for, found_in, lines

WITHOUT_FIX = {
    "malformed-ignore": "what a corrected comment would hide is for its author to judge",
    "malformed-header": "the object has that key too",
    "unknown-extension": "the key is there already, or belongs somewhere else",
    "unknown-key": "several keys are as near",
}
"""Rules with suggestions that are no fix, and why."""


@pytest.mark.parametrize("folder", RULE_FOLDERS, ids=lambda folder: folder.name)
def test_suggestions_have_fixes(folder: Path) -> None:
    """A finding that says "did you mean" has a fix, a few aside that have a reason."""
    without_fix = [
        diagnostic
        for diagnostic in found_in(folder / "bad.yaml", config_for(folder.name))
        if "did you mean" in diagnostic.full_message and diagnostic.fix is None and diagnostic.rule not in WITHOUT_FIX
    ]
    assert not without_fix, f"give these a fix, or say in WITHOUT_FIX why there is none:\n{lines(without_fix)}"
