"""Measures checks and prints markdown tables: `python tests/bench/measure.py [RUNS] [--against CHECKOUT]`.

With `--against` another checkout is measured in turns with this one, and the tables show before and now. `--only`
chooses sections. Other linters are measured too when their commands are found: `npm install -g @redocly/cli
@stoplight/spectral-cli`, `pip install openapi-spec-validator`. `python tests/bench/measure.py 5 --against ../before >
docs/benchmarks.md` makes that page anew, in about five minutes; nothing else should run meanwhile. `python
tests/bench/measure.py 3 --only questions` measures `routes`, `trace` and `diff` alone.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
from tests.bench import editing, large, questions, small
from tests.bench.report import Show, heading
from tests.bench.timing import ROOT, Checkout

SECTIONS = ("start", "small", "warm", "editing", "corpus", "large", "questions", "others", "many", "processes", "parts")


def measure(checkouts: Sequence[Checkout], runs: int, sections: Sequence[str], show: Show) -> None:
    """Shows what some sections measure, line by line; the last of the checkouts is the present one."""
    now = checkouts[-1]
    heading(show, checkouts, runs)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if "start" in sections:
            small.start(checkouts, 2 * runs, show)
        if "small" in sections:
            small.small(checkouts, folder / "small", runs, show)
        if "warm" in sections:
            small.warm(checkouts, folder / "warm", show)
        if "editing" in sections:
            editing.editing(folder / "editing", show)
        if "corpus" in sections:
            small.real(checkouts, runs, show)
        files = large.written(folder) if {"large", "questions", "others", "parts"} & {*sections} else {}
        if "large" in sections:
            large.sizes(checkouts, files, runs, show)
        if "questions" in sections:
            whole, other = files["3.4 MB, clean"], files["3.4 MB, every 100th operation wrong"]
            questions.questions(checkouts, whole, other, runs, show)
        if "others" in sections:
            large.others(now, files, folder, runs, show)
        if "many" in sections:
            large.many(checkouts, folder, runs, show)
        if "processes" in sections:
            large.side_by_side(now, folder, runs, show)
        if "parts" in sections:
            large.parts(now, small.SEED, "a clean specification of 1 KB", runs, show)
            large.parts(now, files["3.4 MB, clean"], "3.4 MB", runs, show)
            large.growth(now, files["1.7 MB, clean"], files["3.4 MB, clean"], runs, show)


def main(arguments: Sequence[str] | None = None) -> None:
    """Reads the command line and prints the page."""
    parser = argparse.ArgumentParser(description="Measures checks and prints markdown tables.")
    parser.add_argument("runs", nargs="?", type=int, default=5, help="how many times each command runs")
    parser.add_argument("--against", type=Path, metavar="CHECKOUT", help="a folder with the version before")
    parser.add_argument("--only", nargs="+", choices=SECTIONS, default=SECTIONS, help="what to measure")
    chosen = parser.parse_args(arguments)
    checkouts = [Checkout("now", ROOT)]
    if chosen.against:
        checkouts.insert(0, Checkout("before", chosen.against.resolve()))
    measure(checkouts, chosen.runs, chosen.only, lambda line: print(line, flush=True))


if __name__ == "__main__":
    main()
