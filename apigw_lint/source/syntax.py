"""Owns the words for broken YAML and JSON: what the parser says, as a person would say it."""

from __future__ import annotations

import re
from typing import Any

import yaml

from apigw_lint.source.text import Source, Span
from apigw_lint.source.tree import Trouble

_CONTROL = "[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"

# A pattern in the parser's "context: problem", what to say, and whether the context's place tells more.
_WORDS: tuple[tuple[str, str, bool], ...] = (
    (
        "mapping values are not allowed",
        "a second ':' in one value: put the text in quotes, or check the indentation of this line",
        False,
    ),
    ("quoted scalar.*unexpected (?:end of stream|document)", "this quote is never closed", True),
    ("while parsing a flow mapping", "this '{' is not closed properly: ',' or '}' is missing after an entry", True),
    ("while parsing a flow sequence", "this '[' is not closed properly: ',' or ']' is missing after an item", True),
    (
        "simple key.*could not find expected ':'",
        "':' is missing after this key, or this line belongs to the value above and is indented too little",
        True,
    ),
    (
        "block mapping.*did not find expected key",
        "this line does not fit the mapping around it: its indentation is off, or the value before it ended early",
        False,
    ),
    (
        "block collection.*did not find expected '-'",
        "this line does not fit the list around it: its indentation is off, or '-' is missing",
        False,
    ),
    ("block sequence entries are not allowed", "a list item cannot begin here: put it on a line of its own", False),
    ("unknown escape", "not an escape sequence of YAML: write '\\\\' for a backslash, or use single quotes", False),
    ("expected (?:exactly )?hexdecimal|invalid Unicode character", "a damaged escape sequence", False),
    ("undefined tag handle", "a tag with a prefix that is not declared", False),
    ("block scalar.*did not find expected comment", "only a comment may follow the '|' or '>' of a block text", False),
    ("block scalar.*indent", "the block text begins with a line that is indented too far", False),
    ("did not find expected <document start>", "this line does not belong to the document above", False),
    ("cannot start any token", "a value cannot begin with this character: put it in quotes", False),
    ("anchor|alias", "an anchor or alias has a name of letters, digits, '-' and '_' right after '&' or '*'", False),
)


def _control_character(text: str) -> Trouble | None:
    """The first character that no YAML document may hold, None when there is none."""
    found = re.search(_CONTROL, text)
    if found is None:
        return None
    return Trouble(Span(found.start(), found.end()), f"control character U+{ord(found[0]):04X} is not allowed in YAML")


def from_yaml_error(error: yaml.YAMLError, source: Source) -> Trouble:
    """What PyYAML says about a text, in plain words and with a span that covers something."""
    if isinstance(error, yaml.reader.ReaderError) and (trouble := _control_character(source.text)):
        return trouble
    problem: Any = getattr(error, "problem", None) or str(error)
    context: Any = getattr(error, "context", None) or ""
    at = _index(getattr(error, "problem_mark", None))
    context_at = _index(getattr(error, "context_mark", None))
    if at is None:
        at = context_at if context_at is not None else 0
    if source.text[at : at + 1] == "\t" and "token" in problem:
        return Trouble(Span(at, at + 1), "a tab where YAML wants spaces for indentation")
    said = f"{context}: {problem}"
    message, start = problem, at
    for pattern, words, is_at_context in _WORDS:
        if re.search(pattern, said, re.DOTALL):
            message = words
            start = context_at if is_at_context and context_at is not None else at
            break
    return Trouble(_visible(source.text, start), message)


def _index(mark: Any) -> int | None:
    return None if mark is None else int(mark.index)


def _visible(text: str, offset: int) -> Span:
    """The word at an offset; past the end of a line, the last character before it."""
    offset = min(offset, len(text))
    word = re.compile(r"[^\s]+").match(text, offset)
    if word:
        return Span(offset, min(word.end(), offset + 40))
    end = len(text[:offset].rstrip())
    return Span(max(0, end - 1), end) if end else Span(0, min(1, len(text)))
