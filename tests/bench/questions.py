"""Measures the commands that answer questions about a specification, beside its check."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tests.bench.report import Show, arrow, milliseconds, table
from tests.bench.timing import Checkout, Command, medians

TARGETS = {"routes": "1.5 times", "diff": "2.5 times", "trace": ""}
"""The most that a command may take, in times of the check of the same specification."""
REQUEST = ("GET", "/group1/items1/7", "-H", "Authorization: Bearer x")


def questions(checkouts: Sequence[Checkout], spec: Path, other: Path, runs: int, show: Show) -> None:
    """The table of routes, the trace of a request, and the comparison with another state, in times of the check."""
    row = table(
        show, f"questions about {spec.stem.replace('-', ' ')}", "time", "memory", "of the check's time", "target"
    )
    runnable: dict[tuple[str, str], Command] = {}
    for one in checkouts:
        runnable |= {(one.name, name): command for name, command in commands(one, spec, other).items()}
    figures = medians(runnable, runs)
    for name, target in TARGETS.items():
        taken = [figures[one.name, name] for one in checkouts]
        ratios = [
            figure.seconds / figures[one.name, "check"].seconds for one, figure in zip(checkouts, taken, strict=True)
        ]
        times = arrow(ratios, lambda ratio: f"{ratio:.2f}") + " times"
        seconds = arrow([figure.seconds for figure in taken], milliseconds)
        row(name, seconds, f"{taken[-1].mebibytes:.0f} MiB", times, target and f"at most {target}")


def commands(checkout: Checkout, spec: Path, other: Path) -> dict[str, Command]:
    """The commands by name; the check is what they are compared with."""
    run = ("-m", "apigw_lint")
    return {
        "check": checkout.check(spec),
        "routes": checkout.python(*run, "routes", spec),
        "trace": checkout.python(*run, "trace", *REQUEST, spec),
        "diff": checkout.python(*run, "diff", "--format", "line", spec, other),
    }
