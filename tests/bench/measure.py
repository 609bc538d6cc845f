"""Measures whole runs of the command: `python tests/bench/measure.py [RUNS]`. Prints a table; judges nothing.

Every figure is the median over several processes. The floor is what any linter on this parser must spend: a bare
interpreter that composes the same bytes with the garbage collector off. Other linters are measured beside it when their
commands are found: `npm install -g @redocly/cli @stoplight/spectral-cli`, `pip install openapi-spec-validator`.
`python tests/bench/measure.py 5 > docs/benchmarks.md` makes that page anew.
"""

from __future__ import annotations

import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

SIZES = (("100 KB", 100_000, 0), ("1.7 MB", 1_700_000, 0), ("3.4 MB", 3_400_000, 0), ("3.4 MB", 3_400_000, 100))
ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
from tests.bench.generate import spec  # noqa: E402

LIBRARIES = "import click, yaml, jsonschema_rs"
FLOOR = (
    "import gc, sys; gc.disable(); import yaml; "
    "yaml.compose(open(sys.argv[1], encoding='utf-8').read(), Loader=yaml.CSafeLoader)"
)
PARTS = """
import gc, sys, time
gc.disable()
marks = [("interpreter", 0.0)]
def mark(name, start):
    now = time.perf_counter()
    marks.append((name, now - start))
    return now
now = time.perf_counter()
import click, yaml, jsonschema_rs
now = mark("libraries", now)
import apigw_lint.cli.check
now = mark("own modules, rules among them", now)
from apigw_lint.gateway.validation.engine import engine
engine().failures("openapi", {})
now = mark("schemas", now)
from apigw_lint.source.parse import parse
from apigw_lint.source.text import Source
from apigw_lint.gateway.spec import Spec
from apigw_lint.config import running
from apigw_lint.linter import DEFAULT_CONFIG, diagnose
text = open(sys.argv[1], encoding="utf-8").read()
spec = Spec(parse(Source("spec.yaml", text)))
now = mark("tree", now)
engine().failures("openapi", spec.root.value)
now = mark("schema check", now)
diagnose(spec, running(DEFAULT_CONFIG), DEFAULT_CONFIG)
now = mark("rules", now)
for name, seconds in marks[1:]:
    print(f"{name}\\t{seconds}")
"""


def environment() -> dict[str, str]:
    """Compiled modules may be kept, as on a user's machine."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def processor() -> str:
    """What the processor is called, as far as the system tells."""
    try:
        names = [
            line.partition(":")[2] for line in Path("/proc/cpuinfo").read_text().splitlines() if "model name" in line
        ]
    except OSError:
        names = []
    return names[0].strip() if names else platform.processor() or platform.machine()


def run(command: list[str]) -> tuple[float, float]:
    """Seconds and peak MiB of one process."""
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment())
    _, _, usage = os.wait4(process.pid, 0)
    return time.perf_counter() - start, usage.ru_maxrss / 1024


def median(command: list[str], runs: int) -> tuple[float, float]:
    """The medians of seconds and peak MiB over several runs, after one that does not count."""
    run(command)
    figures = [run(command) for _ in range(runs)]
    return statistics.median(seconds for seconds, _ in figures), statistics.median(size for _, size in figures)


def python(code: str, *arguments: str) -> list[str]:
    """A command that runs some code."""
    return [sys.executable, "-c", code, *arguments]


def lint(*paths: Path) -> list[str]:
    """The command on files or folders."""
    return [sys.executable, "-m", "apigw_lint", "check", "--format", "line", *map(str, paths)]


def others(path: Path, folder: Path) -> dict[str, list[str]]:
    """The commands of other linters that are installed, by name."""
    ruleset = folder / "spectral.yaml"
    ruleset.write_text("extends: [[spectral:oas, recommended]]\n")
    commands = {
        "redocly lint --extends=minimal": ["redocly", "lint", "--extends=minimal", str(path)],
        "spectral lint": ["spectral", "lint", "--ruleset", str(ruleset), str(path)],
        "openapi-spec-validator": ["openapi-spec-validator", str(path)],
    }
    return {name: command for name, command in commands.items() if shutil.which(command[0])}


def compared(path: Path, folder: Path, seconds: float, show: Callable[[str], None]) -> None:
    """Shows how long other linters take on the same file."""
    for name, command in others(path, folder).items():
        theirs, size = median(command, 3)
        show(f"| {name} | {theirs * 1000:.0f} ms | {size:.0f} MiB | takes {theirs / seconds:.1f} times as long |")


def budget(path: Path, runs: int) -> dict[str, float]:
    """Where the time of one run goes, in seconds: medians by part."""
    parts: dict[str, list[float]] = {}
    for _ in range(runs):
        done = subprocess.run(python(PARTS, str(path)), capture_output=True, text=True, check=True, env=environment())
        for shown in done.stdout.splitlines():
            name, seconds = shown.split("\t")
            parts.setdefault(name, []).append(float(seconds))
    bare, _ = median(python(""), runs)
    return {"interpreter": bare, **{name: statistics.median(values) for name, values in parts.items()}}


def report(runs: int, show: Callable[[str], None]) -> None:
    """Measures everything and shows it as markdown, line by line."""
    show("# How long it takes\n\nMade by `python tests/bench/measure.py`: medians of whole processes.\n")
    show(f"Python {sys.version.split()[0]}, {os.cpu_count()} processors ({processor()}), {runs} runs each.\n")
    show("| what | time | memory | compared |\n|---|---|---|---|")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        small = ROOT / "fixtures" / "specs" / "websocket-seed.yaml"
        libraries, size = median(python(LIBRARIES), runs)
        show(f"| `{LIBRARIES}` | {libraries * 1000:.0f} ms | {size:.0f} MiB | |")
        seconds, size = median(lint(small), runs)
        extra = (seconds - libraries) * 1000
        show(f"| small clean specification | {seconds * 1000:.0f} ms | {size:.0f} MiB | {extra:.0f} ms over that |")
        compared(small, folder, seconds, show)
        sizes(folder, runs, show)
        many(folder / "many", small, runs, show)
        side_by_side(folder, small, runs, show)
        for what, path in (("the small specification", small), ("3.4 MB", folder / "3.4MB.yaml")):
            parts = ", ".join(f"{part} {seconds * 1000:.0f}" for part, seconds in budget(path, runs).items())
            show(f"\nWhere the time of {what} goes (ms): {parts}.")
        growth(folder / "1.7MB.yaml", folder / "3.4MB.yaml", runs, show)


def sizes(folder: Path, runs: int, show: Callable[[str], None]) -> None:
    """Specifications of several sizes, clean and with mistakes."""
    clean = 0.0
    for name, size, mistakes in SIZES:
        path = folder / f"{name.replace(' ', '')}{'-wrong' if mistakes else ''}.yaml"
        path.write_text(spec(size, mistakes), "utf-8")
        floor, _ = median(python(FLOOR, str(path)), runs)
        seconds, memory = median(lint(path), runs)
        ratio = f"{seconds / floor:.2f} times the floor of {floor:.2f} s"
        if mistakes:
            ratio = f"{seconds / clean:.2f} times the clean one"
        title = f"{name}, every 100th operation wrong" if mistakes else f"{name}, clean"
        show(f"| {title} | {seconds * 1000:.0f} ms | {memory:.0f} MiB | {ratio} |")
        if not mistakes:
            clean = seconds
            compared(path, folder, seconds, show)


def timing(path: Path, runs: int) -> dict[str, float]:
    """What `--timing` shows for a file, in milliseconds: the least of several runs."""
    least: dict[str, float] = {}
    for _ in range(runs):
        done = subprocess.run([*lint(path), "--timing"], capture_output=True, text=True, check=True, env=environment())
        for line in done.stderr.splitlines():
            spent, unit, name = f"{line}   ".split(maxsplit=2)
            if unit == "ms":
                least[name.strip()] = min(float(spent), least.get(name.strip(), float(spent)))
    return least


def growth(half: Path, whole: Path, runs: int, show: Callable[[str], None]) -> None:
    """What takes how many times as long for twice the size, as `--timing` tells."""
    before, after = timing(half, runs), timing(whole, runs)
    ratios = {name: after[name] / before[name] for name in after if after[name] > 4}
    shown = ", ".join(f"{name} {ratio:.2f}" for name, ratio in sorted(ratios.items(), key=lambda item: -item[1]))
    show(f"\nTwice the size (3.4 for 1.7 MB) takes so many times as long, by what `--timing` tells: {shown}.")


def many(folder: Path, small: Path, runs: int, show: Callable[[str], None]) -> None:
    """A folder of 500 small specifications."""
    folder.mkdir()
    for number in range(500):
        (folder / f"{number}.yaml").write_text(small.read_text("utf-8"), "utf-8")
    seconds, size = median(lint(folder), runs)
    show(f"| 500 small files | {seconds * 1000:.0f} ms | {size:.0f} MiB | {seconds / 500 * 1000:.2f} ms a file |")


WITH_PROCESSES_FROM = """
import sys
from apigw_lint import run
run.WORTH_PROCESSES = float(sys.argv.pop(1))
from apigw_lint.cli import main
main()
"""


def side_by_side(folder: Path, small: Path, runs: int, show: Callable[[str], None]) -> None:
    """Where several processes win: the same files with and without them."""
    show("\n| files | in all | one process | several | |\n|---|---|---|---|---|")
    hundred = spec(100_000, 0)
    for number, text in ((500, small.read_text("utf-8")), (10, hundred), (20, hundred), (40, hundred), (80, hundred)):
        files = folder / f"side{number}"
        files.mkdir()
        for index in range(number):
            (files / f"{index}.yaml").write_text(text, "utf-8")
        one, _ = median(python(WITH_PROCESSES_FROM, "inf", "check", "--quiet", str(files)), runs)
        several, _ = median(python(WITH_PROCESSES_FROM, "0", "check", "--quiet", str(files)), runs)
        size = len(text.encode())
        shown = f"{number} of {size / 1000:.0f} KB | {number * size / 1e6:.1f} MB"
        show(f"| {shown} | {one:.2f} s | {several:.2f} s | {one / several:.2f} times as fast |")


if __name__ == "__main__":
    report(int(sys.argv[1]) if len(sys.argv) > 1 else 5, lambda line: print(line, flush=True))
