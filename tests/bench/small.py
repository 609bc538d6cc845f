"""Measures what people check all day: small specifications, clean and not, and the real ones of the corpus."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from pathlib import Path

from tests.bench.inputs import corpus, inputs
from tests.bench.report import Show, arrow, milliseconds, table
from tests.bench.timing import ROOT, Checkout, Command, medians

OVER_CLEAN = 0.015
OVER_FASTEST = 1.25
WARM = {"4 KB, clean": 5.0, "20 KB, placeholders": 15.0}
LIBRARIES = "import click, yaml, jsonschema_rs"
SEED = ROOT / "fixtures" / "specs" / "websocket-seed.yaml"


def written(folder: Path) -> dict[str, Path]:
    """The files of the small inputs by title, each in a folder of its own: a `.tf` may change its neighbours."""
    files = {}
    for number, case in enumerate(inputs()):
        path = folder / str(number) / case.file
        path.parent.mkdir(parents=True)
        path.write_text(case.text, "utf-8")
        files[case.title] = path
    return files


def start(checkouts: Sequence[Checkout], runs: int, show: Show) -> None:
    """How much of a check is the start of Python and its libraries."""
    commands: dict[str, Command] = {"": checkouts[-1].python("-c", LIBRARIES)}
    figures = medians(commands | {one.name: one.check(SEED) for one in checkouts}, runs)
    row = table(show, "what", "time", "memory", "over the libraries")
    libraries = figures[""]
    row(f"`{LIBRARIES}`", milliseconds(libraries.seconds), f"{libraries.mebibytes:.0f} MiB", "")
    taken = [figures[one.name] for one in checkouts]
    row(
        "a specification of 1 KB, clean",
        arrow([figure.seconds for figure in taken], milliseconds),
        f"{taken[-1].mebibytes:.0f} MiB",
        arrow([figure.seconds - libraries.seconds for figure in taken], milliseconds),
    )


def small(checkouts: Sequence[Checkout], folder: Path, runs: int, show: Show) -> None:
    """How much longer a check takes because of placeholders or mistakes."""
    files = written(folder)
    commands = {(one.name, title): one.check(path) for one in checkouts for title, path in files.items()}
    figures = medians(commands, 2 * runs)
    row = table(show, "small specifications", "time", "over the clean one", f"target: {OVER_CLEAN * 1000:.0f} ms")
    for case in inputs():
        taken = [figures[one.name, case.title].seconds for one in checkouts]
        over, verdict = "", ""
        if case.base:
            bases = [figures[one.name, case.base].seconds for one in checkouts]
            more = [seconds - base for seconds, base in zip(taken, bases, strict=True)]
            over = arrow(more, lambda seconds: f"{seconds * 1000:+.0f} ms")
            verdict = _verdict(more[-1] <= OVER_CLEAN)
        row(case.title, arrow(taken, milliseconds), over, verdict)


def warm(checkouts: Sequence[Checkout], folder: Path, show: Show) -> None:
    """What a lint takes in a process that runs already, such as that of an editor."""
    files = written(folder)
    rounds: dict[str, list[list[float]]] = {one.name: [] for one in checkouts}
    for number in range(3):
        for one in checkouts[:: -1 if number % 2 else 1]:
            printed, _ = one.python(ROOT / "tests" / "bench" / "warm.py", *files.values()).output()
            rounds[one.name].append([float(line) for line in printed.splitlines()])
    row = table(show, "in a warm process", "time", "target", "")
    for number, title in enumerate(files):
        taken = [statistics.median(figures[number] for figures in rounds[one.name]) for one in checkouts]
        target = WARM.get(title)
        verdict = "" if target is None else _verdict(taken[-1] <= target)
        row(title, arrow(taken, lambda ms: f"{ms:.1f} ms"), f"{target:.0f} ms" if target else "", verdict)


def real(checkouts: Sequence[Checkout], runs: int, show: Show) -> None:
    """How much longer than the fastest file each of the corpus takes."""
    files = corpus()
    if not files:
        show("\nThe corpus of real specifications is not here.")
        return
    figures = medians({(one.name, path): one.check(path) for one in checkouts for path in files}, runs)
    fastest = [min(figures[one.name, path].seconds for path in files) for one in checkouts]
    ratios = {
        path: [figures[one.name, path].seconds / least for one, least in zip(checkouts, fastest, strict=True)]
        for path in files
    }
    row = table(show, "real specifications", "time", "times the fastest", f"target: {OVER_FASTEST}")
    for path in sorted(files, key=lambda path: -ratios[path][-1]):
        taken = [figures[one.name, path].seconds for one in checkouts]
        shown = arrow(ratios[path], lambda ratio: f"{ratio:.2f}")
        row(path.name, arrow(taken, milliseconds), shown, _verdict(ratios[path][-1] <= OVER_FASTEST))
    within = [sum(ratio[number] <= OVER_FASTEST for ratio in ratios.values()) for number in range(len(checkouts))]
    show(f"\nWithin the target: {arrow(within, str)} of {len(files)} files.")


def _verdict(is_met: bool) -> str:
    return "met" if is_met else "missed"
