"""Prints a pip constraint for each lower bound in pyproject.toml: `python tools/lowest_versions.py > lowest.txt`.

With that file as `PIP_CONSTRAINT`, pip installs the oldest versions that the project says it works with.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

PYPROJECT = Path(__file__).resolve().parents[1] / "pyproject.toml"
_REQUIREMENT = re.compile(r"(?P<name>[\w.-]+)(?:\[[^\]]*\])?\s*(?:(?:>=|==)\s*(?P<version>[\w.]+)\s*(?:,.*)?)?")


def declared(pyproject: dict[str, Any]) -> list[str]:
    """Every requirement of a parsed pyproject.toml: to run, of each extra, and to build."""
    project = pyproject["project"]
    extras = [requirement for extra in project["optional-dependencies"].values() for requirement in extra]
    return [*project["dependencies"], *extras, *pyproject["build-system"]["requires"]]


def lowest(requirements: Iterable[str]) -> list[str]:
    """A line `name==version` for each requirement that begins with a lower bound or a pin, in order, each once.

    A requirement without a version gives none. Raises ValueError for one whose lowest version cannot be read from it.
    """
    lines: dict[str, None] = {}
    for requirement in requirements:
        match = _REQUIREMENT.fullmatch(requirement.partition(";")[0].strip())
        if match is None:
            raise ValueError(f"cannot read the lowest version of {requirement!r}: write it as name>=version")
        if match["version"]:
            lines[f"{match['name']}=={match['version']}"] = None
    return list(lines)


if __name__ == "__main__":
    print("\n".join(lowest(declared(tomllib.loads(PYPROJECT.read_text("utf-8"))))))
