"""The constraints that `.ci/run` makes of pyproject.toml hold every declared bound."""

from __future__ import annotations

import re
import tomllib

import pytest

from tools.lowest_versions import PYPROJECT, declared, lowest


@pytest.mark.parametrize(
    ("requirement", "line"),
    [
        ("click>=8.1", ["click==8.1"]),
        ("ruamel.yaml >= 0.18, <1", ["ruamel.yaml==0.18"]),
        ("mypy==2.4.1", ["mypy==2.4.1"]),
        ("jsonschema[format]>=4.18; python_version < '4'", ["jsonschema==4.18"]),
        ("types-PyYAML", []),
    ],
)
def test_lowest(requirement: str, line: list[str]) -> None:
    """A lower bound or a pin is a constraint, a bare name is none."""
    assert lowest([requirement]) == line


@pytest.mark.parametrize(
    "requirement", ["click<9,>=8.1", "click~=8.1", "click>8", "click==8.*", "click @ https://a.b/c"]
)
def test_what_cannot_be_read(requirement: str) -> None:
    """What has no lower bound at its beginning is refused: nothing would prove it."""
    with pytest.raises(ValueError, match=re.escape(requirement)):
        lowest([requirement])


def test_every_runtime_dependency_has_a_bound() -> None:
    """Each library that users get with the command has a lowest version, so a run with the lowest says something."""
    project = tomllib.loads(PYPROJECT.read_text("utf-8"))["project"]
    for requirement in [*project["dependencies"], *project["optional-dependencies"]["jq"]]:
        assert lowest([requirement]), requirement


def test_declared() -> None:
    """Requirements to run, of every extra and to build all count."""
    pyproject = tomllib.loads(
        'build-system.requires = ["hatchling>=1"]\n'
        '[project]\ndependencies = ["click>=2"]\n'
        'optional-dependencies = {jq = ["jq>=3"], dev = ["pytest>=4"]}\n'
    )
    assert lowest(declared(pyproject)) == ["click==2", "jq==3", "pytest==4", "hatchling==1"]
