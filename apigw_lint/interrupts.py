"""Owns Ctrl-C: the command ends at once with one word on standard error, wherever it is.

The signal handler ends the process itself. A `KeyboardInterrupt` would be lost wherever Python cannot raise it (in the
callback of a weak reference, which every import has, in a finalizer, in a generator that is being closed): Python
prints a traceback there and goes on.
"""

from __future__ import annotations

import atexit
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

MESSAGE = b"interrupted\n"

_clean_ups: list[Callable[[], object]] = []


def end_process_on_interrupt(exit_code: int) -> None:
    """Makes Ctrl-C end the process with an exit code until Python shuts down; then all is done, and it is ignored.

    Does nothing where Ctrl-C is ignored already, as it is in background jobs of a shell, and outside the main thread.
    """

    def end(*_: object) -> None:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        for clean_up in reversed(_clean_ups):
            with suppress(Exception):
                clean_up()
        with suppress(OSError):
            os.write(2, MESSAGE)
        os._exit(exit_code)

    if signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:
        with suppress(ValueError):
            signal.signal(signal.SIGINT, end)
            atexit.register(signal.signal, signal.SIGINT, signal.SIG_IGN)


@contextmanager
def cleaned_up_by(clean_up: Callable[[], object]) -> Iterator[None]:
    """Has a function called when Ctrl-C ends the process inside the block. It may be called at any point of the block.

    Nothing is called when the block ends in another way.
    """
    _clean_ups.append(clean_up)
    try:
        yield
    finally:
        _clean_ups.remove(clean_up)


@contextmanager
def delayed() -> Iterator[None]:
    """Delays Ctrl-C until the end of the block; processes that are started in the block never receive it.

    Does nothing on Windows, which cannot block signals.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
