"""No shape of a specification takes a time out of proportion to its size."""

from __future__ import annotations

import pkgutil
from importlib import import_module
from pathlib import Path

import pytest

from tests import growth
from tests.cli.test_bounds import assert_ended_well, bounded
from tests.growth import SHAPES

for module in pkgutil.iter_modules(growth.__path__):
    import_module(f"tests.growth.{module.name}")


@pytest.mark.parametrize("name", SHAPES)
def test_shape(name: str, tmp_path: Path) -> None:
    """Each shape is linted in bounded time and memory, without a crash."""
    shape = SHAPES[name]
    path = tmp_path / shape.file
    path.write_text(shape.make(shape.size))
    done = bounded(path, seconds=8)
    assert_ended_well(done)
