"""The README's tables are those of the command."""

from __future__ import annotations

import re

from apigw_lint.cli.check import check
from apigw_lint.formats import FORMATS
from tests.conftest import ROOT


def rows(header: str) -> list[str]:
    """The first cells of a table."""
    readme = (ROOT / "README.md").read_text("utf-8")
    table = readme.split(f"\n| {header} |", 1)[1].split("\n\n", 1)[0]
    return re.findall(r"(?m)^\| (`.*?) \|", table)


def test_options() -> None:
    """Every option is in the table, and no other is made up."""
    written = re.findall(r"`(--[a-z-]+)", "".join(rows("option")))
    assert sorted(written) == sorted(name for one in check.params for name in one.opts if name.startswith("--"))


def test_formats() -> None:
    """Every format is in the table, and no other is made up."""
    assert sorted(re.findall(r"`([a-z]+)`", "".join(rows("format")))) == sorted(FORMATS)
