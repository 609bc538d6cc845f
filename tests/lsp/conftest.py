"""A server in an empty folder, and one that many cases share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.clients import require_module
from tests.lsp.client import Client


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """A server that has all cases of a module; each opens texts of its own."""
    require_module("pygls")
    with Client(tmp_path_factory.mktemp("workspace")) as client:
        yield client


@pytest.fixture
def client(tmp_path: Path) -> Iterator[Client]:
    """A server of its own."""
    require_module("pygls")
    with Client(tmp_path) as client:
        yield client
