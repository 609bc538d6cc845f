"""No shape of a specification takes a time out of proportion to its size."""

from __future__ import annotations

import pkgutil
from importlib import import_module
from pathlib import Path

import pytest

from tests import growth
from tests.cli.test_bounds import assert_ended_well, bounded
from tests.growth import HEAD, INTEGRATION, SHAPES

for module in pkgutil.iter_modules(growth.__path__):
    import_module(f"tests.growth.{module.name}")


@pytest.mark.once
@pytest.mark.parametrize("name", SHAPES)
def test_shape(name: str, tmp_path: Path) -> None:
    """Each shape is linted in bounded time and memory, without a crash."""
    shape = SHAPES[name]
    path = tmp_path / shape.file
    path.write_text(shape.make(shape.size))
    done = bounded(path, seconds=20)
    assert_ended_well(done)


@pytest.mark.parametrize(
    ("integration", "number", "outcome"),
    [
        ("{type: dummy, http_code: '999'}", 400, "0 fixes possible, 400 refused"),
        ("{type: dumy, http_code: '200'}", 1500, "3000 fixes possible in 1 file"),
        ("{type: dummy, http_code: '999', contnt: {text/plain: a}}", 400, "400 fixes possible in 1 file, 400 refused"),
    ],
)
def test_many_fixes(integration: str, number: int, outcome: str, tmp_path: Path) -> None:
    """Fixes are made and refused in bounded time and memory, however many there are."""
    path = tmp_path / "spec.yaml"
    paths = "".join(f"  /p{number}: {{get: {{{INTEGRATION}: {integration}}}}}\n" for number in range(number))
    path.write_text(f"{HEAD}paths:\n{paths}")
    done = bounded(path, seconds=20, arguments=("fix", "--unsafe", "--diff"))
    assert done.stderr.splitlines()[-1] == f"1 file checked: {outcome}"
