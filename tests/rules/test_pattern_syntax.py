"""What is called a malformed pattern is refused by other dialects too."""

from __future__ import annotations

import re
import warnings

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apigw_lint.rules.pattern_syntax import flaw_of

_SIGNS = "()[]{}*+?|^$-,.ab09zA:<=!\\/"
_PIECES = st.sampled_from([*_SIGNS, *r"\d \w \) \[ \b (?: (?= [^ [a-z] [z-a] {1,2} {3,1}".split()])


@given(st.lists(_PIECES, min_size=1, max_size=9).map("".join))
def test_python_refuses_it_too(text: str) -> None:
    """Whatever is made of the signs that have a meaning: what is reported, Python cannot compile either."""
    flaw = flaw_of(text)
    if flaw is not None:
        assert text[flaw.offset :].startswith(flaw.culprit)
        with warnings.catch_warnings(), pytest.raises(re.error):
            warnings.simplefilter("ignore")
            re.compile(text)


@given(st.lists(_PIECES, min_size=1, max_size=9).map("".join))
def test_remedies_are_right(text: str) -> None:
    """What is suggested in place of a part is without that flaw."""
    flaw = flaw_of(text)
    if flaw is not None and flaw.remedy is not None:
        offset, old, new = flaw.remedy
        assert text[offset : offset + len(old)] == old
        assert flaw_of(text[:offset] + new + text[offset + len(old) :]) != flaw
