"""Owns what makes a text no JSON: most of it is YAML, and would be read as that without a word."""

from __future__ import annotations

import json
import re
from typing import NamedTuple

from apigw_lint.source.placeholder import Placeholders
from apigw_lint.source.text import Span
from apigw_lint.source.tree import TextProblem, Tree

_BEFORE_CONTENT = re.compile(r"(?:\s|#.*|---|%.*)*+")
_SPACE = re.compile(r"\s*+")
_WORD = re.compile(r"[^\s,:{}\[\]\"']*")
_STRING = r"\"(?:[^\"\\]|\\.)*+(?:\"|\Z)|'[^']*+(?:'|\Z)"
_COMMENT = re.compile(rf"(?s){_STRING}|(?<![^\s,{{}}\[\]])(/[/*])")
_CONSTANT = re.compile(rf"(?s){_STRING}|(-?(?:NaN|Infinity))")
_PLACEHOLDER = re.compile(r"\{\{|\{%|\{#|<|\$\{|%\{")
_KEY_WITHOUT_BLANK = re.compile(r"[^\s,:{}\[\]\"']+:(?![\s/])")
_REST_OF_NUMBER = r"(?<=\d)[\w.]"
_BY_SIGN = tuple(
    (re.compile(signs), words)
    for signs, words in (
        ("#", "it has no comments"),
        ("'", "write double quotes instead of single ones"),
        ("[“”„«‘’]", "write straight double quotes"),
        ("[&*!]", "it has no anchors and tags"),
        ("(?:True|TRUE|False|FALSE)\\b", "write it in lower case"),
        ("(?:None|undefined|NULL|Null|~)(?!\\w)", "write 'null'"),
        (rf"[-+]?\.?\d|{_REST_OF_NUMBER}", "it has no numbers of this form"),
        (r"---|\.\.\.(?=\s)|%", "it has no directives and document marks"),
    )
)
"""What is where a text stops being JSON, and what to say of that."""
_BY_MESSAGE = {
    "Invalid control": "a line break or tab in a string: write '\\n' or '\\t'",
    "Invalid \\": "an invalid escape: write '\\\\' for a backslash",
    "Expecting ','": "',' is missing before this",
    "Expecting ':'": "':' and a value are missing before this",
    "Expecting property": "put the key in double quotes",
    "Expecting value": "put the text in double quotes",
    "Extra data": "nothing may follow the value",
}
"""How messages of Python's parser begin, and what to say instead."""


class _Fault(NamedTuple):
    """Where a text stops being JSON, and why; `is_misread` says that YAML makes something else of it."""

    at: int
    words: str
    is_misread: bool = False


class _ConstantError(Exception):
    """A number that is none in JSON."""


def checked(tree: Tree) -> Tree:
    """The tree of a file that should be JSON, with the first thing that makes it none.

    If YAML misreads that, the tree has nothing else.
    """
    source = tree.source
    fault = _fault(source.text, tree.placeholders)
    if fault is None or (tree.syntax_errors and not source.text.startswith("/", fault.at)):
        return tree
    problem = TextProblem(_word(source.text, fault.at), fault.words)
    if fault.is_misread:
        tree = Tree(source, tree.placeholders)
        tree.syntax_errors.append(problem)
    else:
        tree.not_json = problem
    return tree


def _fault(text: str, placeholders: Placeholders) -> _Fault | None:
    """The first thing that makes a text no JSON, comments before all; None if it is JSON or a template of it."""
    try:
        json.loads(text, parse_constant=_refuse, parse_int=str, parse_float=str)
    except json.JSONDecodeError as error:
        return _fault_of(text, error, placeholders)
    except _ConstantError:
        found = next(match for match in _CONSTANT.finditer(text) if match[1])
        return _Fault(found.start(1), f"not JSON: it has no '{found[1]}'")
    except RecursionError:
        return None
    return None


def _refuse(constant: str) -> None:
    raise _ConstantError(constant)


def _fault_of(text: str, error: json.JSONDecodeError, placeholders: Placeholders) -> _Fault | None:
    start = _end(_BEFORE_CONTENT, text, 0)
    if text[start : start + 1] not in ("{", "[", "/"):
        return _Fault(start, "this is YAML, not JSON: give the file the suffix '.yaml', or write JSON")
    at = _end(_SPACE, text, error.pos) if error.msg.startswith(("Expecting", "Extra")) else error.pos
    if _is_placeholder(text, at, placeholders):
        return None
    comment = next((match for match in _COMMENT.finditer(text) if match[1]), None)
    if comment:
        return _Fault(comment.start(1), "not JSON: it has no comments", is_misread=True)
    comma = _trailing_comma(text, at)
    if comma is not None:
        return _Fault(comma, "not JSON: remove the comma behind the last entry")
    return _Fault(at, f"not JSON: {_words(text, at, error.msg)}", is_misread=_is_misread(text, at, error.msg))


def _is_placeholder(text: str, at: int, placeholders: Placeholders) -> bool:
    """Whether what is at an offset, or begins there, is filled in later."""
    word = _word(text, at)
    marks = (_PLACEHOLDER.match(text, place) for place in (at, max(at - 1, 0), word.end))
    return any(marks) or placeholders.is_unknown(text[word.start : word.end])


def _trailing_comma(text: str, at: int) -> int | None:
    """Where the comma is behind the last entry; some versions of Python stop at it, others at the bracket behind it."""
    if text[at : at + 1] in ("}", "]"):
        at = len(text[:at].rstrip()) - 1
    return at if text[at : at + 1] == "," and text[_end(_SPACE, text, at + 1)] in "}]" else None


def _is_misread(text: str, at: int, message: str) -> bool:
    """Whether YAML makes of this something that nobody means: `1 "b": 2` is one value, `a:1` one key."""
    is_one_value = message.endswith("delimiter") and not re.compile(f"#|{_REST_OF_NUMBER}").match(text, at)
    return is_one_value or _KEY_WITHOUT_BLANK.match(text, at) is not None


def _words(text: str, at: int, message: str) -> str:
    """What is wrong at an offset, and what to do."""
    if not message.startswith("Invalid"):
        for signs, words in _BY_SIGN:
            if signs.match(text, at):
                return words
    if message.startswith("Expecting value") and text[at : at + 1] in (",", "}", "]"):
        return "a value is missing before this"
    return next((words for start, words in _BY_MESSAGE.items() if message.startswith(start)), message.lower())


def _end(pattern: re.Pattern[str], text: str, at: int) -> int:
    match = pattern.match(text, at)
    return match.end() if match else at


def _word(text: str, at: int) -> Span:
    """The word at an offset, or the character."""
    return Span(at, max(_end(_WORD, text, at), min(at + 1, len(text))))
