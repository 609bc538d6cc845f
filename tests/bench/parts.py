"""Prints where the time of one check goes: `python tests/bench/parts.py FILE`, a part and its seconds a line."""

from __future__ import annotations

import gc
import sys
import time
from collections.abc import Iterator
from pathlib import Path


def parts(path: Path) -> Iterator[tuple[str, float]]:
    """What a check does, step by step, each with its seconds."""
    gc.disable()
    start = time.perf_counter()
    import click  # noqa: F401
    import jsonschema_rs  # noqa: F401
    import yaml  # noqa: F401

    loaded = time.perf_counter()
    yield "libraries", loaded - start
    from apigw_lint import lint

    yield "own modules", time.perf_counter() - loaded
    seconds = lint(path.name, path.read_text("utf-8")).seconds or {}
    shared = {name: value for name, value in seconds.items() if name.startswith("(")}
    for name, value in shared.items():
        yield name.strip("()"), value
    yield "rules", sum(seconds.values()) - sum(shared.values())


if __name__ == "__main__":
    for name, seconds in parts(Path(sys.argv[1])):
        print(f"{name}\t{seconds}")
