"""Measures large specifications and many files, beside the parser alone and other linters."""

from __future__ import annotations

import shutil
import statistics
from collections.abc import Sequence
from pathlib import Path

from tests.bench.generate import spec
from tests.bench.report import Show, arrow, milliseconds, table
from tests.bench.small import SEED
from tests.bench.timing import ROOT, Checkout, Command, medians

SIZES = (("100 KB", 100_000, 0), ("1.7 MB", 1_700_000, 0), ("3.4 MB", 3_400_000, 0), ("3.4 MB", 3_400_000, 100))
FLOOR = (
    "import gc, sys; gc.disable(); import yaml; "
    "yaml.compose(open(sys.argv[1], encoding='utf-8').read(), Loader=yaml.CSafeLoader)"
)


def written(folder: Path) -> dict[str, Path]:
    """The large specifications by title."""
    files = {}
    for name, size, mistakes in SIZES:
        title = f"{name}, every 100th operation wrong" if mistakes else f"{name}, clean"
        files[title] = folder / f"{title.replace(' ', '-')}.yaml"
        files[title].write_text(spec(size, mistakes), "utf-8")
    return files


def sizes(checkouts: Sequence[Checkout], files: dict[str, Path], runs: int, show: Show) -> None:
    """Large specifications, beside a bare interpreter that composes the same bytes: the least on this parser."""
    row = table(show, "large specifications", "time", "memory", "compared", "target")
    clean: list[float] = []
    for title, path in files.items():
        commands: dict[str, Command] = {"": checkouts[-1].python("-c", FLOOR, path)}
        figures = medians(commands | {one.name: one.check(path) for one in checkouts}, runs)
        taken = [figures[one.name].seconds for one in checkouts]
        if title.endswith("clean"):
            clean, floor = taken, figures[""].seconds
            compared = arrow([seconds / floor for seconds in taken], lambda ratio: f"{ratio:.2f}")
            compared += f" times the parser's {floor:.2f} s"
        else:
            ratios = [seconds / base for seconds, base in zip(taken, clean, strict=True)]
            compared = arrow(ratios, lambda ratio: f"{ratio:.2f}") + " times the clean one"
        target = "not slower than before" if title == "3.4 MB, clean" else ""
        row(title, arrow(taken, milliseconds), f"{figures[checkouts[-1].name].mebibytes:.0f} MiB", compared, target)


def others(now: Checkout, files: dict[str, Path], folder: Path, runs: int, show: Show) -> None:
    """The other linters that are installed, on the same files."""
    ruleset = folder / "spectral.yaml"
    ruleset.write_text("extends: [[spectral:oas, recommended]]\n")
    linters = {
        "redocly lint --extends=minimal": ["redocly", "lint", "--extends=minimal"],
        "spectral lint": ["spectral", "lint", "--ruleset", str(ruleset)],
        "openapi-spec-validator": ["openapi-spec-validator"],
    }
    linters = {name: command for name, command in linters.items() if shutil.which(command[0])}
    if not linters:
        show("\nNo other linter is installed.")
        return
    row = table(show, "other linters", "time", "memory", "of this one's time", "target")
    for title, path in {"1 KB, clean": SEED, **files}.items():
        if not title.endswith("clean"):
            continue
        commands = {name: Command([*command, str(path)]) for name, command in linters.items()}
        figures = medians(commands | {"": now.check(path)}, min(runs, 3))
        for name in linters:
            seconds, memory = figures[name]
            target = "aim: 2 times" if title == "3.4 MB, clean" and name.startswith("redocly") else ""
            ratio = f"{seconds / figures[''].seconds:.1f} times"
            row(f"{title}: {name}", milliseconds(seconds), f"{memory:.0f} MiB", ratio, target)


def many(checkouts: Sequence[Checkout], folder: Path, runs: int, show: Show) -> None:
    """A folder of 500 small specifications."""
    _copies(folder / "many", SEED.read_text("utf-8"), 500)
    figures = medians({one.name: one.check(folder / "many") for one in checkouts}, runs)
    taken = [figures[one.name].seconds for one in checkouts]
    row = table(show, "many files", "time", "memory", "a file")
    each = arrow([seconds / 500 for seconds in taken], lambda seconds: f"{seconds * 1000:.2f} ms")
    row("500 of 1 KB", arrow(taken, milliseconds), f"{figures[checkouts[-1].name].mebibytes:.0f} MiB", each)


def side_by_side(now: Checkout, folder: Path, runs: int, show: Show) -> None:
    """Where several processes win: the same files with and without them."""
    row = table(show, "files", "in all", "one process", "several", "")
    small, hundred = SEED.read_text("utf-8"), spec(100_000, 0)
    for number, text in ((500, small), (10, hundred), (20, hundred), (40, hundred), (80, hundred)):
        files = folder / f"side{number}"
        _copies(files, text, number)
        script = ROOT / "tests" / "bench" / "with_processes.py"
        commands = {limit: now.python(script, limit, "check", "--quiet", files) for limit in ("inf", "0")}
        figures = medians(commands, min(runs, 3))
        one, several = figures["inf"].seconds, figures["0"].seconds
        size = len(text.encode())
        shown = f"{number} of {size / 1000:.0f} KB", f"{number * size / 1e6:.1f} MB"
        row(*shown, f"{one:.2f} s", f"{several:.2f} s", f"{one / several:.2f} times as fast")


def parts(now: Checkout, path: Path, what: str, runs: int, show: Show) -> None:
    """Where the time of one check goes: medians by part."""
    found: dict[str, list[float]] = {}
    for _ in range(runs):
        printed, _ = now.python(ROOT / "tests" / "bench" / "parts.py", path).output()
        for line in printed.splitlines():
            name, seconds = line.split("\t")
            found.setdefault(name, []).append(float(seconds))
    bare = medians({"": now.python("-c", "")}, runs)[""].seconds
    whole = {"interpreter": bare, **{name: statistics.median(values) for name, values in found.items()}}
    listed = ", ".join(f"{name} {seconds * 1000:.0f}" for name, seconds in whole.items())
    show(f"\nWhere the time of {what} goes (ms): {listed}.")


def growth(now: Checkout, half: Path, whole: Path, runs: int, show: Show) -> None:
    """What takes how many times as long for twice the size, as `--timing` tells."""
    before, after = _timing(now, half, runs), _timing(now, whole, runs)
    ratios = {name: after[name] / before[name] for name in after if after[name] > 4 and name in before}
    shown = ", ".join(f"{name} {ratio:.2f}" for name, ratio in sorted(ratios.items(), key=lambda item: -item[1]))
    show(f"\nTwice the size (3.4 for 1.7 MB) takes so many times as long, by what `--timing` tells: {shown}.")


def _timing(now: Checkout, path: Path, runs: int) -> dict[str, float]:
    """What `--timing` shows for a file, in milliseconds: the least of several runs."""
    least: dict[str, float] = {}
    command = now.check(path)
    command.arguments.append("--timing")
    for _ in range(runs):
        _, reported = command.output()
        for line in reported.splitlines():
            spent, unit, name = f"{line}   ".split(maxsplit=2)
            if unit == "ms":
                least[name.strip()] = min(float(spent), least.get(name.strip(), float(spent)))
    return least


def _copies(folder: Path, text: str, number: int) -> None:
    folder.mkdir()
    for index in range(number):
        (folder / f"{index}.yaml").write_text(text, "utf-8")
