"""Owns the exit codes of the command."""

from __future__ import annotations

CLEAN = 0
"""Nothing was found, or nothing is left that could be fixed."""
FOUND = 1
"""Something was found that is severe enough, or a fix was refused."""
MISUSED = 2
"""The command line or the configuration is wrong, or there was nothing to check."""
CRASHED = 3
"""A rule failed."""
INTERRUPTED = 130
"""Ctrl-C: what shells report for a process that SIGINT ended."""
