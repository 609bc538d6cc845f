"""Measures whole runs of the command: `python tests/bench/measure.py [RUNS]`. Prints a table; judges nothing.

Every figure is the median over several processes. The floor is what any linter on this parser must spend: a bare
interpreter that composes the same bytes with the garbage collector off.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

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
import apigw_lint.cli
now = mark("own modules, rules among them", now)
from apigw_lint.spec import schema
schema.bundle()
schema._fast("openapi")
now = mark("schemas", now)
from apigw_lint.source.parse import parse
from apigw_lint.source.text import Source
from apigw_lint.spec.model import Spec
from apigw_lint.linter import lint_spec
text = open(sys.argv[1], encoding="utf-8").read()
spec = Spec(parse(Source("spec.yaml", text)))
now = mark("tree", now)
schema.is_valid("openapi", spec.root.value)
now = mark("schema check", now)
report = lint_spec(spec)
now = mark("rules", now)
for name, seconds in marks[1:]:
    print(f"{name}\\t{seconds}")
"""


def environment() -> dict[str, str]:
    """Compiled modules may be kept, as on a user's machine."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


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
    """Measures everything and shows it line by line."""
    with tempfile.TemporaryDirectory() as folder:
        small = ROOT / "fixtures" / "specs" / "websocket-seed.yaml"
        inputs = {
            "100 KB": spec(100_000),
            "1.7 MB": spec(1_700_000),
            "3.4 MB": spec(3_400_000),
            "3.4 MB, every 100th operation wrong": spec(3_400_000, mistake_every=100),
        }
        show(f"Python {sys.version.split()[0]}, {os.cpu_count()} processors, median of {runs} runs\n")
        libraries, _ = median(python(LIBRARIES), runs)
        seconds, size = median(lint(small), runs)
        show(f"{'libraries alone':42}{libraries * 1000:8.0f} ms")
        extra = (seconds - libraries) * 1000
        figures = f"{seconds * 1000:8.0f} ms {size:6.0f} MiB"
        show(f"{'small clean specification':42}{figures}, {extra:.0f} ms over the libraries")
        for name, text in inputs.items():
            path = Path(folder) / f"{name.split(',')[0].replace(' ', '')}-{len(name)}.yaml"
            path.write_text(text, "utf-8")
            floor, _ = median(python(FLOOR, str(path)), runs)
            seconds, size = median(lint(path), runs)
            figures = f"{seconds * 1000:8.0f} ms {size:6.0f} MiB"
            show(f"{name:42}{figures}, {seconds / floor:.2f} times the floor of {floor:.2f} s")
        many = Path(folder) / "many"
        many.mkdir()
        for number in range(500):
            (many / f"{number}.yaml").write_text(small.read_text("utf-8"), "utf-8")
        seconds, size = median(lint(many), runs)
        show(f"{'500 small files':42}{seconds * 1000:8.0f} ms {size:6.0f} MiB, {seconds / 500 * 1000:.2f} ms a file")
        for name, path in (("small clean specification", small), ("3.4 MB", Path(folder) / "3.4MB-6.yaml")):
            parts = ", ".join(f"{part} {seconds * 1000:.0f}" for part, seconds in budget(path, runs).items())
            show(f"\nwhere it goes, {name} (ms): {parts}")


if __name__ == "__main__":
    report(int(sys.argv[1]) if len(sys.argv) > 1 else 5, lambda line: print(line, flush=True))
