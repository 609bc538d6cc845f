"""Masks hide secrets in every escape, and nothing else."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from apigw_lint.source.mask import NOTHING_HIDDEN, Mask

MASK = Mask(["q8Zr2Lm/V7xTnB4wY", "it's-4-Secret", "päss日-😀-word-9", "hunter", "Production-77"])


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Bearer q8Zr2Lm/V7xTnB4wY!", "Bearer *****************!"),
        (r'"q8Zr2Lm\/V7xTnB4wY"', '"******************"'),
        (r'"q8\x5ar2L\u006D/V7xTnB\U000000344wY"', f'"{"*" * 32}4wY"'),
        (r'"q8\x5ar2L\u006D/V7xTnB\U00000034wY"', f'"{"*" * 34}"'),
        ('"q8Zr2L\\\n   m/V7xTnB4wY"', '"*******\n   ***********"'),
        ('"q8Zr2L\\\r\n \\ m/V7xTnB4wY"', '"*******\r\n * ***********"'),
        ("q8Zr2Lm/\n  V7xTnB4wY", "********\n  *********"),
        ("'it''s-4-Secret'", "'**************'"),
        ("/a/q8Zr2Lm~1V7xTnB4wY/b", "/a/******************/b"),
        (r'"p\u00e4ss\u65e5-\ud83d\ude00-word-9"', f'"{"*" * 35}"'),
        ("V7xTnB4w ... q8Zr2Lm/", "******** ... ********"),
        ("V7xTnB4 ... q8Zr2Lm", "V7xTnB4 ... q8Zr2Lm"),
        ("://user:hunter@host", "://user:******@host"),
        ("a Production-77, a Production, production", "a *************, a Production, production"),
        ("q8Zr2Lm/V7xTnB4wYq8Zr2Lm/V7xTnB4wY", "*" * 34),
        ("", ""),
    ],
)
def test_hide(text: str, shown: str) -> None:
    """A secret, however it is escaped, and a piece of eight characters that is no word become stars."""
    assert MASK.hide(text) == shown
    assert MASK.hides(text) == (shown != text)


TEXTS = st.lists(
    st.one_of(
        st.sampled_from(
            ["q8Zr2Lm/V7xTnB4wY", "q8Zr2", "\\", "\\u", "\\ud83d", "\\udc00", "''", "~1", "\r\n", "\x85", " "]
        ),
        st.text(st.characters(), max_size=3),
    )
).map("".join)


@given(TEXTS)
@example("\\ud83d\\u0020q8Zr2Lm/V7xTnB4wY")
def test_columns_stay(text: str) -> None:
    """What is hidden is as long as before, line breaks are where they were, and it is hidden at once."""
    shown = MASK.hide(text)
    assert len(shown) == len(text)
    assert [letter.isspace() for letter in shown] == [letter.isspace() for letter in text]
    assert "q8Zr2Lm/V7xTnB4wY" not in shown
    assert MASK.hide(shown) == shown


def test_nothing_to_hide() -> None:
    """A mask without secrets changes nothing."""
    assert NOTHING_HIDDEN.hide("q8Zr2Lm/V7xTnB4wY") == "q8Zr2Lm/V7xTnB4wY"
    assert not NOTHING_HIDDEN
    assert not Mask([" ", ""])
