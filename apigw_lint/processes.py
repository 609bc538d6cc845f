"""Owns doing the same with many files in several processes, where that is faster."""

from __future__ import annotations

import gc
import os
import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from itertools import islice
from typing import TypeVar

_MOST = 8

Job = TypeVar("Job")
Result = TypeVar("Result")


def available() -> int:
    """How many processes may run at once."""
    try:
        return min(_MOST, len(os.sched_getaffinity(0)))
    except AttributeError:
        return min(_MOST, os.cpu_count() or 1)


def spread(do: Callable[[Job], Result], jobs: Sequence[Job], processes: int) -> Iterator[Result]:
    """The results of all jobs in their order. `do` is a function of a module, and jobs and results can be pickled.

    What no process can do, because the system allows none or ends one, is done here.
    """
    done = 0
    try:
        with ProcessPoolExecutor(processes, initializer=_start) as pool:
            try:
                for result in pool.map(do, jobs):
                    done += 1
                    yield result
            except BaseException:
                pool.shutdown(wait=True, cancel_futures=True)
                raise
    except (OSError, NotImplementedError, BrokenProcessPool):
        yield from map(do, islice(jobs, done, None))


def _start() -> None:
    """Ctrl-C is a matter of the first process, which then stops the others."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.disable()
