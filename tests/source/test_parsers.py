"""The findings do not depend on the parser: PyYAML's in C, or its own in Python, which differ in their words."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from apigw_lint import Config
from apigw_lint.source import parse
from tests.conftest import FIXTURES
from tests.support import EVERYTHING, found, lines, read, report_in_root

FILES = sorted(path for path in FIXTURES.rglob("*") if path.is_file() and path.suffix != ".out")
BROKEN = sorted(path for path in (FIXTURES / "syntax").iterdir() if path.suffix != ".out")
SMALL = [text for text in map(read, sorted((FIXTURES / "clean").glob("*.yaml"))) if len(text) < 2000]

DAMAGE = [*"-[]{},'\"\\#&*|>@` \r\n\x01Ё", "\n  ", "\n     ", ": ", "- ", "\\q", "\\x1", "\\u12", '"\\', "&a ", "*a "]
DAMAGE += ["!t ", "|\n", "|9\n", "--- ", "...\n", "{a: ", "[a"]
READ_OTHERWISE = re.compile(r"\t|\?|:[\[\]{},'\"]|: ,|!(?!t )|[|>]#|^%", re.MULTILINE)
"""What they take for different things, such as tabs and '?' in plain values, or ':' without a space in braces."""

InPython = Callable[..., str]


@pytest.fixture
def in_python(monkeypatch: pytest.MonkeyPatch) -> InPython:
    """Calls a function with the parser in Python in the place of the one in C."""

    def call(function: Callable[..., str], *arguments: object) -> str:
        with monkeypatch.context() as patch:
            patch.setattr(parse, "_LOADER", yaml.SafeLoader)
            return function(*arguments)

    return call


def in_file(path: Path, config: Config | None = None) -> str:
    return lines(report_in_root(path, config).found)


def in_text(text: str) -> str:
    return lines(found(text))


@pytest.mark.parametrize("path", BROKEN, ids=lambda path: path.name)
def test_golden(path: Path, golden: Callable[[Path, str], None], in_python: InPython) -> None:
    """The parser in Python finds in broken texts what their golden files say."""
    golden(path.with_name(path.name + ".out"), in_python(in_file, path))


@pytest.mark.parametrize("folder", sorted({path.parent for path in FILES}), ids=lambda path: path.name)
def test_fixtures(folder: Path, in_python: InPython) -> None:
    """Both find the same in all fixtures."""
    for path in (path for path in FILES if path.parent == folder):
        assert in_python(in_file, path, EVERYTHING) == in_file(path, EVERYTHING)


@pytest.mark.parametrize("seed", range(10))
def test_damaged(seed: int, in_python: InPython) -> None:
    """Both find the same in specifications with something cut out or put in."""
    chance = random.Random(seed)
    broken = 0
    for _ in range(100):
        text = chance.choice(SMALL)
        at = chance.randrange(len(text))
        text = text[:at] + chance.choice([*DAMAGE, text[at + chance.randint(2, 9) :]]) + text[at + 1 :]
        if not READ_OTHERWISE.search(text):
            expected = in_text(text)
            assert in_python(in_text, text) == expected, text
            broken += "[syntax]" in expected
    assert broken > 10
