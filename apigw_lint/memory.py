"""Owns the policy for Python's garbage collector: a short run over large trees is faster without it."""

from __future__ import annotations

import atexit
import gc
from collections.abc import Iterator
from contextlib import contextmanager

_COLLECT_AFTER = 16_000_000
"""Bytes of linted files whose trees may wait to be freed."""

_waiting = 0


def collect_rarely() -> None:
    """Turns the collector off for the rest of the process, its end included.

    The collector would visit all of a large tree again and again. Trees have cycles, so a long run calls
    `collect_after`.
    """
    gc.disable()
    atexit.register(gc.freeze)


def collect_after(size: int) -> None:
    """Counts a file of `size` bytes that is no longer needed; every 16 MB the memory of such files is freed."""
    global _waiting
    _waiting += size
    if _waiting > _COLLECT_AFTER:
        gc.collect()
        _waiting = 0


@contextmanager
def paused() -> Iterator[None]:
    """Turns the collector off for a block, and on again if it was on."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
