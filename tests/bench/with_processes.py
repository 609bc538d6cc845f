"""The command with processes from so many bytes on: `python tests/bench/with_processes.py BYTES check FILE...`."""

from __future__ import annotations

import sys

from apigw_lint import run
from apigw_lint.cli import main

if __name__ == "__main__":
    run.WORTH_PROCESSES = float(sys.argv.pop(1))  # type: ignore[assignment]
    main()
