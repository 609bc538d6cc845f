"""A property that is worked out once keeps nobody waiting who asks for that of another instance."""

from __future__ import annotations

import threading

from apigw_lint.cached import cached_property

PATIENCE = 60


class Worker:
    """Something with a property that waits."""

    def __init__(self, wait: threading.Event | None = None) -> None:
        self.wait = wait
        self.times = 0

    @cached_property
    def result(self) -> bool:
        """Whether the wait was over in time."""
        self.times += 1
        return self.wait is None or self.wait.wait(PATIENCE)


def test_other_instances_do_not_wait() -> None:
    """While a thread works out the property of one instance, another thread gets that of another one, each once."""
    is_over = threading.Event()
    slow, quick = Worker(is_over), Worker()
    thread = threading.Thread(target=lambda: slow.result)
    thread.start()
    assert quick.result is True
    is_over.set()
    thread.join(PATIENCE)
    assert (slow.result, quick.result, slow.times, quick.times) == (True, True, 1, 1)


def test_on_the_class() -> None:
    """The class has the property itself, with its docstring."""
    assert Worker.__dict__["result"].__doc__ == "Whether the wait was over in time."
    assert Worker.result is Worker.__dict__["result"]
