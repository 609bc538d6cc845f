"""Owns doing the same with many files in several processes, where that is faster."""

from __future__ import annotations

import os
import signal
import warnings
from collections.abc import Callable, Iterator, Sequence
from multiprocessing import Pipe, Process, get_start_method, parent_process
from multiprocessing.connection import Connection, wait
from typing import Generic, TypeVar

from apigw_lint import interrupts, memory

_MOST = 8
_CHUNKS = 16
"""Into how many parts the work of each process is divided: few enough to save waiting, many enough to end together."""

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

    What no process can do, because the system allows none or ends one, or because it raises an error, is done here.
    """
    size = max(1, len(jobs) // (processes * _CHUNKS))
    chunks = [jobs[start : start + size] for start in range(0, len(jobs), size)]
    pool = _Pool(do, chunks)
    with interrupts.cleaned_up_by(pool.stop):
        try:
            pool.start(processes)
            for number, chunk in enumerate(chunks):
                pool.assign()
                while pool.is_working_on(number):
                    pool.receive()
                    pool.assign()
                yield from pool.results.pop(number) if number in pool.results else map(do, chunk)
        finally:
            pool.stop()


class _Worker:
    """A process, the connection to it, and the number of the chunk that it works on, None while it waits."""

    def __init__(self, do: Callable[[Job], Result]) -> None:
        self.connection, theirs = Pipe()
        self.process = Process(target=_work, args=(do, theirs), daemon=True)
        self.process.start()
        theirs.close()
        self.number: int | None = None


class _Pool(Generic[Job, Result]):
    """The processes of a run, and the results that nobody has asked for yet, by the number of their chunk of jobs."""

    def __init__(self, do: Callable[[Job], Result], chunks: Sequence[Sequence[Job]]) -> None:
        self.workers: list[_Worker] = []
        self.results: dict[int, list[Result]] = {}
        self._do = do
        self._chunks = chunks
        self._unassigned = iter(range(len(chunks)))

    def start(self, number: int) -> None:
        """Starts so many processes, or as many as the system allows."""
        _start_resource_tracker()
        with interrupts.delayed():
            for _ in range(number):
                try:
                    self.workers.append(_Worker(self._do))
                except OSError:
                    return

    def assign(self) -> None:
        """Gives each process that waits the next chunk."""
        for worker in list(self.workers):
            if worker.number is None:
                worker.number = next(self._unassigned, None)
                if worker.number is None:
                    return
                try:
                    worker.connection.send(self._chunks[worker.number])
                except OSError:
                    self.workers.remove(worker)

    def is_working_on(self, number: int) -> bool:
        """Whether a process has this chunk."""
        return any(worker.number == number for worker in self.workers)

    def receive(self) -> None:
        """Waits until a process has done its chunk, or has ended."""
        busy = {worker.connection: worker for worker in self.workers if worker.number is not None}
        for connection in wait(list(busy)):
            worker = busy[connection]  # type: ignore[index]
            number, worker.number = worker.number, None
            try:
                results = worker.connection.recv()
            except (EOFError, OSError):
                self.workers.remove(worker)
            else:
                if results is not None and number is not None:
                    self.results[number] = results

    def stop(self) -> None:
        """Ends the processes, whatever they do."""
        for worker in self.workers:
            worker.process.kill()
        for worker in self.workers:
            worker.process.join()


def _start_resource_tracker() -> None:
    """Starts the process that Python puts beside new interpreters: later, it would unblock signals that are delayed."""
    if hasattr(signal, "pthread_sigmask") and get_start_method() != "fork":
        from multiprocessing import resource_tracker

        resource_tracker.ensure_running()


def _work(do: Callable[[Job], Result], connection: Connection) -> None:
    """Does the chunks that come through a connection, until it is closed or the parent process is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    warnings.simplefilter("ignore")  # as in the first process
    memory.collect_rarely()
    parent = parent_process()
    while parent is not None and connection in wait([connection, parent.sentinel]):
        try:
            chunk = connection.recv()
        except EOFError:
            return
        try:
            connection.send([do(job) for job in chunk])
        except Exception:  # noqa: BLE001 - the parent process does the chunk again, and raises what it raises
            connection.send(None)
