"""Specifications as objects of HCL, Terraform's language."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from _pytest.mark import ParameterSet

from tests.twins import json_twin, twin_id

_IDENTIFIER = re.compile(r"(?!for\Z)[A-Za-z_][A-Za-z0-9_-]*")
"""What may be a key without quotes; `for` would begin an expression."""


class Look(NamedTuple):
    """How an object is written: the sign after a key, what separates entries, and whether all keys are in quotes."""

    sign: str = " = "
    comma: str = ""
    is_tall: bool = True
    has_quoted_keys: bool = False


LOOKS = {
    "usual": Look(),
    "commas": Look(comma=",", has_quoted_keys=True),
    "colons": Look(sign=": ", comma=","),
    "one line": Look(comma=",", is_tall=False),
}


def quoted(text: str) -> str:
    """A string of HCL; `${` and `%{` are escaped."""
    escaped = json.dumps(text, ensure_ascii=False).replace("\\b", "\\u0008").replace("\\f", "\\u000c")
    return escaped.replace("${", "$${").replace("%{", "%%{")


def written(value: Any, look: Look = LOOKS["usual"], indent: str = "  ") -> str:
    """A value of JSON as an expression of HCL."""
    if isinstance(value, dict):
        names = [key if _IDENTIFIER.fullmatch(key) and not look.has_quoted_keys else quoted(key) for key in value]
        inner = [
            f"{name}{look.sign}{written(item, look, indent + '  ')}"
            for name, item in zip(names, value.values(), strict=True)
        ]
        return _in_brackets("{}", inner, look.comma, look, indent)
    if isinstance(value, list):
        return _in_brackets("[]", [written(item, look, indent + "  ") for item in value], ",", look, indent)
    return quoted(value) if isinstance(value, str) else json.dumps(value)


def _in_brackets(brackets: str, entries: list[str], comma: str, look: Look, indent: str) -> str:
    if not look.is_tall or not entries:
        return f"{brackets[0]}{', '.join(entries)}{brackets[1]}"
    lines = f"{comma}\n{indent}  ".join(entries)
    return f"{brackets[0]}\n{indent}  {lines}\n{indent}{brackets[1]}"


def gateway(expression: str, function: str = "yamlencode") -> str:
    """A `.tf` file with a gateway whose specification is this expression."""
    return f'resource "yandex_api_gateway" "a" {{\n  spec = {function}({expression})\n}}\n'


def hcl_twin(path: Path, look: Look) -> str | None:
    """A fixture as an object of HCL, None if it has no such form."""
    text = json_twin(path, None)
    return None if text is None else gateway(written(json.loads(text), look))


def in_one_look(paths: Iterable[Path]) -> list[ParameterSet]:
    """Each fixture in one look, which change from one to the next; in all the others too if tests are exhaustive."""
    return [
        pytest.param(
            path,
            look,
            id=f"{twin_id(path)}-{name}",
            marks=() if place == number % len(LOOKS) else pytest.mark.exhaustive,
        )
        for number, path in enumerate(paths)
        for place, (name, look) in enumerate(LOOKS.items())
    ]
