"""Shows how the time of odd shapes grows: `python tests/bench/growth.py [NAME...]`. Judges nothing.

Twice the size should take twice the time; what takes clearly more is marked, with the rule that takes most of it.
"""

from __future__ import annotations

import gc
import pkgutil
import sys
import time
from importlib import import_module
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
from apigw_lint import lint  # noqa: E402
from tests import growth  # noqa: E402
from tests.growth import SHAPES, Shape  # noqa: E402

CLEARLY_MORE = 2.7


def seconds(shape: Shape, size: int) -> tuple[float, str]:
    """The processor time of one lint, and what took most of it."""
    text = shape.make(size)
    start = time.process_time()
    report = lint(shape.file, text)
    spent = time.process_time() - start
    parts = report.seconds or {"": 0.0}
    most = max(parts, key=lambda name: parts[name])
    gc.collect()
    return spent, most if parts[most] > spent / 2 else "outside the rules"


def main(names: list[str]) -> None:
    """Prints a line for each shape: bytes, seconds, and the ratio of the last doubling of its size."""
    gc.disable()
    for module in pkgutil.iter_modules(growth.__path__):
        import_module(f"tests.growth.{module.name}")
    for name in names or sorted(SHAPES):
        shape = SHAPES[name]
        half, _ = seconds(shape, shape.size // 2)
        whole, most = seconds(shape, shape.size)
        ratio = whole / half
        mark = f"  <- {most}" if ratio > CLEARLY_MORE and whole > 0.2 else ""
        print(f"{name:45} {len(shape.make(shape.size)):9,} bytes {whole:7.2f} s {ratio:5.1f}{mark}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
