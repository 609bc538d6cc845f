"""Owns the exit codes. `cli/outcome.py` chooses that of `check`, `cli/fix.py` that of `fix`."""

from __future__ import annotations

CLEAN = 0
"""No findings at the fail level; no fix was refused."""
FOUND = 1
"""Findings at the fail level, a fix that was refused, a file that `fix` cannot read or write, or a diff."""
MISUSED = 2
"""The command line or the configuration is wrong, or there was nothing to check."""
CRASHED = 3
"""A rule crashed."""
INTERRUPTED = 130
"""Ctrl-C: what shells report for a process that SIGINT killed, 128 and its number; 143 for SIGTERM, 129 for SIGHUP."""
