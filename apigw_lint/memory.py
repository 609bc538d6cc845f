"""Owns when Python's garbage collector runs: a short run over large trees is faster without it."""

from __future__ import annotations

import atexit
import gc
from collections.abc import Iterator
from contextlib import contextmanager

_COLLECT_AFTER = 16_000_000
"""Bytes of linted files whose trees may wait for the collector."""

_waiting = 0


def collect_rarely() -> None:
    """Turns the collector off for the rest of the process, including its exit.

    It would traverse a large tree again and again. Trees have cycles, so a long run calls `collect_after`.
    """
    gc.disable()
    atexit.register(gc.freeze)


def collect_after(size: int) -> None:
    """Counts a file of `size` bytes that is no longer needed; collects once such files exceed 16 MB."""
    global _waiting
    _waiting += size
    if _waiting > _COLLECT_AFTER:
        gc.collect()
        _waiting = 0


@contextmanager
def paused() -> Iterator[None]:
    """Turns the collector off inside the block."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
