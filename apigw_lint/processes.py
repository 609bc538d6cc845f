"""Owns doing the same with many files in several processes, where that is faster."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator, Sequence
from multiprocessing import Pipe, Process, parent_process
from multiprocessing.connection import Connection, wait
from typing import Generic, TypeVar

from apigw_lint import interrupts, memory

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

    What no process can do, because the system allows none or ends one, or because it raises an error, is done here.
    """
    pool = _Pool(do, jobs)
    with interrupts.cleaned_up_by(pool.stop):
        try:
            pool.start(processes)
            for number, job in enumerate(jobs):
                pool.assign()
                while pool.is_working_on(number):
                    pool.receive()
                    pool.assign()
                yield pool.results.pop(number) if number in pool.results else do(job)
        finally:
            pool.stop()


class _Worker:
    """A process, the connection to it, and the number of the job that it works on, None while it waits."""

    def __init__(self, do: Callable[[Job], Result]) -> None:
        self.connection, theirs = Pipe()
        self.process = Process(target=_work, args=(do, theirs), daemon=True)
        self.process.start()
        theirs.close()
        self.number: int | None = None


class _Pool(Generic[Job, Result]):
    """The processes of a run, and the results that nobody has asked for yet, by the number of their job."""

    def __init__(self, do: Callable[[Job], Result], jobs: Sequence[Job]) -> None:
        self.workers: list[_Worker] = []
        self.results: dict[int, Result] = {}
        self._do = do
        self._jobs = jobs
        self._unassigned = iter(range(len(jobs)))

    def start(self, number: int) -> None:
        """Starts so many processes, or as many as the system allows."""
        with interrupts.delayed():
            for _ in range(number):
                try:
                    self.workers.append(_Worker(self._do))
                except OSError:
                    return

    def assign(self) -> None:
        """Gives each process that waits the next job."""
        for worker in list(self.workers):
            if worker.number is None:
                worker.number = next(self._unassigned, None)
                if worker.number is None:
                    return
                try:
                    worker.connection.send(self._jobs[worker.number])
                except OSError:
                    self.workers.remove(worker)

    def is_working_on(self, number: int) -> bool:
        """Whether a process has this job."""
        return any(worker.number == number for worker in self.workers)

    def receive(self) -> None:
        """Waits until a process has done its job, or has ended."""
        busy = {worker.connection: worker for worker in self.workers if worker.number is not None}
        for connection in wait(list(busy)):
            worker = busy[connection]  # type: ignore[index]
            number, worker.number = worker.number, None
            try:
                is_done, result = worker.connection.recv()
            except (EOFError, OSError):
                self.workers.remove(worker)
            else:
                if is_done and number is not None:
                    self.results[number] = result

    def stop(self) -> None:
        """Ends the processes, whatever they do."""
        for worker in self.workers:
            worker.process.kill()
        for worker in self.workers:
            worker.process.join()


def _work(do: Callable[[Job], Result], connection: Connection) -> None:
    """Does the jobs that come through a connection, until it is closed or the first process is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    memory.collect_rarely()
    parent = parent_process()
    while parent is not None and connection in wait([connection, parent.sentinel]):
        try:
            job = connection.recv()
        except EOFError:
            return
        try:
            connection.send((True, do(job)))
        except Exception:  # noqa: BLE001 - the first process does the job again, and raises what it raises
            connection.send((False, None))
