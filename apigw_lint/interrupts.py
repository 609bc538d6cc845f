"""Owns Ctrl-C, and what ends a job of a CI server or closes a terminal: the command ends at once with one word.

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

_WORDS = {"SIGINT": b"interrupted\n", "SIGTERM": b"terminated\n", "SIGHUP": b"hung up\n"}
_SIGNALS = {getattr(signal, name): word for name, word in _WORDS.items() if hasattr(signal, name)}

_clean_ups: list[Callable[[], object]] = []


def end_process_on_signals() -> None:
    """Makes Ctrl-C, SIGTERM and SIGHUP end the process until Python shuts down; then all is done, and they are ignored.

    The exit code is 128 and the number of the signal, as shells report it. A signal that is ignored already, as Ctrl-C
    is in background jobs of a shell, stays so. Does nothing outside the main thread.
    """
    with suppress(ValueError):
        for number in _SIGNALS:
            if signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, _end)
        atexit.register(_ignore_signals)


def _ignore_signals() -> None:
    for number in _SIGNALS:
        signal.signal(number, signal.SIG_IGN)


def _end(number: int, _: object) -> None:
    _ignore_signals()
    for clean_up in reversed(_clean_ups):
        with suppress(Exception):
            clean_up()
    with suppress(OSError):
        os.write(2, _SIGNALS[signal.Signals(number)])
    os._exit(128 + number)


@contextmanager
def cleaned_up_by(clean_up: Callable[[], object]) -> Iterator[None]:
    """Has a function called, at any point of the block, when a signal ends the process inside it.

    Nothing is called when the block ends in another way.
    """
    _clean_ups.append(clean_up)
    try:
        yield
    finally:
        _clean_ups.remove(clean_up)


@contextmanager
def delayed() -> Iterator[None]:
    """Delays these signals until the end of the block; processes that are started in the block never receive them.

    Does nothing on Windows, which cannot block signals.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
