"""Positions are those of the client's encoding, and texts change as they do in the client."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

pytest.importorskip("pygls")

from lsprotocol.types import Position, Range

from apigw_lint.lsp.documents import changed
from apigw_lint.lsp.positions import Positions
from apigw_lint.source.text import Span

CODECS = {"utf-8": ("utf-8", 1), "utf-16": ("utf-16-le", 2), "utf-32": ("utf-32-le", 4)}
ENCODINGS = st.sampled_from(sorted(CODECS))
TEXTS = st.text(st.sampled_from("aж漢😀\n\r\t\u2028\x85\x0b\x0c\x1c\ufeff'"), max_size=30)


def position_of(text: str, offset: int, encoding: str) -> Position:
    """The position of an offset, by the words of the protocol: lines end with LF, CR, or both together."""
    lines = re.split(r"\r\n|\r|\n", text[:offset])
    if text[offset - 1 : offset + 1] == "\r\n":
        lines.pop()
        lines[-1] += "\r"
    codec, width = CODECS[encoding]
    return Position(len(lines) - 1, len(lines[-1].encode(codec)) // width)


@given(TEXTS, ENCODINGS)
def test_there_and_back(text: str, encoding: str) -> None:
    """Each offset has the position that the protocol says, which leads back to it."""
    positions = Positions(text, encoding)
    for offset in range(len(text) + 1):
        position = positions.position(offset)
        if text[offset - 1 : offset + 1] != "\r\n":
            assert position == position_of(text, offset, encoding)
            assert positions.offset(position) == offset


@given(TEXTS, ENCODINGS, st.integers(0, 40), st.integers(0, 90))
def test_any_position(text: str, encoding: str, line: int, character: int) -> None:
    """A position behind the end of a line is its end, one behind the last line the end of the text."""
    lines = re.split(r"\r\n|\r|\n", text)
    offset = Positions(text, encoding).offset(Position(line, character))
    if line >= len(lines):
        assert offset == len(text)
        return
    codec, width = CODECS[encoding]
    units = len(lines[line].encode(codec)) // width
    start = Positions(text, encoding).offset(Position(line, 0))
    assert start <= offset <= start + len(lines[line])
    assert (offset == start + len(lines[line])) is (character >= units)


@given(TEXTS, ENCODINGS, st.data())
@example("a\u2028b\nc", "utf-16", None)
def test_changes(text: str, encoding: str, data: st.DataObject | None) -> None:
    """Replacing any range gives what replacing the same characters gives, also behind odd line breaks."""
    ends = [offset for offset in range(len(text) + 1) if text[offset - 1 : offset + 1] != "\r\n"]
    start, end = sorted(data.draw(st.sampled_from(ends)) for _ in range(2)) if data else (4, 5)
    range_ = Range(position_of(text, start, encoding), position_of(text, end, encoding))
    assert changed(text, range_, "ж😀\n", encoding) == text[:start] + "ж😀\n" + text[end:]
    assert Positions(text, encoding).span(range_) == Span(start, end)
