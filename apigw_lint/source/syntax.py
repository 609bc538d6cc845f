"""Owns the words for broken YAML and JSON: what the parser says, as a person would say it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import yaml

from apigw_lint.bounds import MAX_NEAR_LINES
from apigw_lint.source.text import Source, Span
from apigw_lint.source.tree import TextProblem

_CONTROL = "[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"

# A pattern in the parser's "context: problem", and what to say. libyaml and the parser in pure Python differ in words:
# "did not find expected key" and "expected <block end>, but found" are the same.
_WORDS: tuple[tuple[str, str], ...] = (
    (
        "mapping values are not allowed",
        "a second ':' in one value: quote the value, or check the indentation of this line",
    ),
    (
        "block mapping.*(?:did not find expected key|expected <block end>)",
        "this line does not fit the mapping around it: its indentation is off, or the value before it ended early",
    ),
    (
        "block collection.*(?:did not find expected '-'|expected <block end>)",
        "this line does not fit the list around it: its indentation is off, or '-' is missing",
    ),
    ("sequence entries are not allowed", "a list item cannot start here: put it on its own line"),
    ("plain scalar.*unexpected ':'", "add a space after ':', or quote this value"),
    ("mapping keys are not allowed", "a key cannot start here: put it on its own line"),
    ("unknown escape", "invalid YAML escape sequence: write '\\\\' for a backslash, or use single quotes"),
    ("escape sequence of|hexdecimal|invalid Unicode character", "invalid escape sequence"),
    ("undefined tag handle", "undeclared tag prefix"),
    ("scanning a tag|parsing a tag", "invalid tag: quote the value if '!' is part of it"),
    ("scanning a directive", "a line that starts with '%' is a YAML directive: quote the value"),
    (
        "block scalar.*(?:did not find expected comment|expected a comment|expected chomping)",
        "only a comment may follow '|' or '>' on the same line",
    ),
    ("block scalar.*indent", "the first line of the block is indented too far"),
    ("expected '?<document start>", "this line does not belong to the document above"),
    ("cannot start any token", "a value cannot start with this character: quote it"),
    ("expected (?:the )?node content", "missing value or closing bracket"),
    ("anchor|alias", "an anchor or alias needs a name of letters, digits, '-' and '_' right after '&' or '*'"),
)
_NO_SPACE = re.compile(r"(?:- +)*(?=[\w$.-]*[^\W\d])([\w$.-]++:)(?![\s:]|//)")
"""A key whose colon has no space after it, at the beginning of a line; not a URL."""
_EXTENSION = re.compile(r"x-yc-apigateway-(?:integration|validator)\b")
_OPERATION = re.compile(r"(?:get|put|post|delete|options|head|patch|trace|x-yc-apigateway-any-method):[ \t]*(?:#.*)?")
_NO_COLON = "':' is missing after this key, or this line belongs to the value above and is indented too little"
_UNCLOSED = {
    "while parsing a flow mapping": ("{", "',' or '}' is missing before this", "the mapping starts here"),
    "while parsing a flow sequence": ("[", "',' or ']' is missing before this", "the list starts here"),
}


def _control_character(text: str) -> TextProblem | None:
    """The first character that no YAML document may hold, None when there is none."""
    match = re.search(_CONTROL, text)
    if match is None:
        return None
    return TextProblem(
        Span(match.start(), match.end()), f"control character U+{ord(match[0]):04X} is not allowed in YAML"
    )


def from_yaml_error(error: yaml.YAMLError, source: Source) -> TextProblem:
    """PyYAML's error in plain words, with a span that is not empty."""
    if isinstance(error, yaml.reader.ReaderError) and (control := _control_character(source.text)):
        return control
    problem: Any = getattr(error, "problem", None) or str(error)
    context: Any = getattr(error, "context", None) or ""
    text = source.text
    at = _index(getattr(error, "problem_mark", None))
    context_at = _index(getattr(error, "context_mark", None))
    if at is None:
        at = context_at or 0
    if "tab character" in problem or (text[at : at + 1] == "\t" and "token" in problem):
        return _tab(source, max(text.find("\t", at), 0))
    if context_at is not None:
        if "quoted scalar" in context and "unexpected" in problem:
            return TextProblem(_visible(text, context_at), "this quote is never closed")
        if context in _UNCLOSED:
            return _unclosed(text, context, context_at, at)
        if "simple key" in context:
            return _without_space(text, context_at) or TextProblem(_visible(text, context_at), _NO_COLON)
        if ("anchor" in context or "alias" in context) and not text[context_at + 1 : context_at + 2].isalnum():
            noun = "an anchor" if text[context_at : context_at + 1] == "&" else "an alias"
            message = f"'{text[context_at : context_at + 1]}' here is the start of {noun}: quote the value"
            return TextProblem(_visible(text, context_at), message)
    if "block mapping" in context and (cause := _integration_outside(source, at)):
        return cause
    if ("mapping values" in problem or "block mapping" in context) and (cause := _missing_space_above(source, at)):
        return cause
    if "unknown escape" in problem and text[at : at + 1] != "\\":
        at -= 1
    said = f"{context}: {problem}"
    message = next((words for pattern, words in _WORDS if re.search(pattern, said, re.DOTALL)), "")
    return TextProblem(_visible(text, at), message or "not valid YAML here")


def _tab(source: Source, tab: int) -> TextProblem:
    line = source.line_span(source.position(tab).line)
    place = "in the indentation: YAML requires spaces"
    if written := source.text[line.start : tab].strip():
        place = f"after '{written[-40:]}': write a space"
    return TextProblem(Span(tab, tab + 1), f"a tab {place}")


def _without_space(text: str, offset: int) -> TextProblem | None:
    """The problem of `key:value` at an offset, None when there is something else."""
    match = _NO_SPACE.match(text, offset)
    if match is None:
        return None
    word = _visible(text, match.start(1))
    return TextProblem(word, f"a space is missing after '{match[1]}'")


def _missing_space_above(source: Source, offset: int) -> TextProblem | None:
    """The first of the lines like `key:value` right above the line of an offset, which are read as one value."""
    problem = None
    column = _indentation(source, source.position(offset).line)
    for line in _lines_above(source, source.position(offset).line):
        start = source.line_span(line).start + _indentation(source, line)
        found = _without_space(source.text, start) if start - source.line_span(line).start <= column else None
        if found is None:
            break
        problem = found
    return problem


def _integration_outside(source: Source, offset: int) -> TextProblem | None:
    """An extension that is beside its operation, or further out, above a line that belongs to the operation."""
    text, position = source.text, source.position(offset)
    indentation = position.column - 1
    lines = _lines_above(source, position.line)
    outer = next((line for line in lines if _indentation(source, line) < indentation), None)
    if outer is None:
        return None
    column = _indentation(source, outer)
    start = source.line_span(outer).start + column
    extension = _EXTENSION.match(text, start)
    if extension is None:
        return None
    for number, line in enumerate(_lines_above(source, outer)):
        span, deeper = source.line_span(line), _indentation(source, line)
        operation = _OPERATION.fullmatch(text, span.start + deeper, span.end)
        if operation and (deeper == column or (number == 0 and deeper > column)):
            key = operation[0].partition(":")[0]
            related = ((_visible(text, offset), "so this line does not fit"),)
            message = f"'{extension[0]}' is not in '{key}': indent it by {indentation} blanks"
            return TextProblem(Span(*extension.span()), message, related)
        if deeper < column:
            break
    return None


def _lines_above(source: Source, line: int) -> Iterator[int]:
    """The lines above a line that have content, the nearest first, no more than are looked at."""
    for above in range(line - 1, max(0, line - 1 - MAX_NEAR_LINES), -1):
        span = source.line_span(above)
        content = source.text[span.start : span.end].strip()
        if content and not content.startswith("#"):
            yield above


def _indentation(source: Source, line: int) -> int:
    """By how many blanks a line is indented."""
    span = source.line_span(line)
    text = source.text[span.start : span.end]
    return len(text) - len(text.lstrip(" "))


def _unclosed(text: str, context: str, opened: int, at: int) -> TextProblem:
    brace, message, related = _UNCLOSED[context]
    start = Span(opened, opened + 1)
    if not text[at:].strip():
        return TextProblem(start, f"this '{brace}' is never closed")
    return TextProblem(_visible(text, at), message, ((start, related),))


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
