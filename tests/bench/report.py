"""Writes figures as markdown."""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from tests.bench.timing import Checkout

Show = Callable[[str], None]


def milliseconds(seconds: float) -> str:
    """A time, as `112 ms`; short ones with a digit more."""
    return f"{seconds * 1000:.0f} ms" if seconds >= 0.02 else f"{seconds * 1000:.1f} ms"


def arrow(values: Sequence[float], shown: Callable[[float], str]) -> str:
    """The values before and now, as `120 ms → 112 ms`; of one value that one."""
    return " → ".join(map(shown, values))


def table(show: Show, *columns: str) -> Callable[..., None]:
    """Begins a table; what is returned adds a row."""

    def row(*cells: str) -> None:
        show(f"| {' | '.join(cells)} |")

    show("")
    row(*columns)
    show("|" + "---|" * len(columns))
    return row


def heading(show: Show, checkouts: Sequence[Checkout], runs: int) -> None:
    """Says what was measured, on what machine, and how to read it."""
    show("# How long it takes\n\nMade by `python tests/bench/measure.py`: medians of whole processes.\n")
    load = f", load {os.getloadavg()[0]:.1f} at the start (above 1 the figures are noisy)"
    python = f"Python {sys.version.split()[0]}"
    show(f"{python}, {os.cpu_count()} processors ({_processor()}){load}, {runs} runs each.")
    if len(checkouts) > 1:
        before, now = (checkout.commit for checkout in checkouts)
        show(f"\nBefore an arrow: commit {before}; after it: {now}; both were measured in turns.")


def _processor() -> str:
    """What the processor is called, as far as the system tells."""
    try:
        names = [
            line.partition(":")[2] for line in Path("/proc/cpuinfo").read_text().splitlines() if "model name" in line
        ]
    except OSError:
        names = []
    return names[0].strip() if names else platform.processor() or platform.machine()
