"""Prints the milliseconds that a lint takes in a warm process, a line each: `python tests/bench/warm.py FILE...`."""

from __future__ import annotations

import statistics
import sys
import time
from pathlib import Path

from apigw_lint import lint

WARM_UP, AT_LEAST, SECONDS = 3, 5, 0.4


def milliseconds(path: Path) -> float:
    """The median of a file's lints after a few that do not count."""
    text = path.read_text("utf-8")
    taken: list[float] = []
    begin = time.perf_counter()
    while len(taken) < WARM_UP + AT_LEAST or time.perf_counter() - begin < SECONDS:
        start = time.perf_counter()
        lint(path.name, text)
        taken.append(time.perf_counter() - start)
    return statistics.median(taken[WARM_UP:]) * 1000


if __name__ == "__main__":
    for argument in sys.argv[1:]:
        print(milliseconds(Path(argument)))
