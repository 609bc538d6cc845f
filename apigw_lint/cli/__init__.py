"""The command line; `main` is the entry point. The module of a command is imported when that command runs."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence


def main(args: Sequence[str] | None = None, prog_name: str | None = None) -> None:
    """Runs the command and exits the process with its exit code; `args` defaults to the arguments of the process.

    Ctrl-C is handled from the first line on, so this module imports nothing at its top, not even click.
    """
    from apigw_lint.cli.exit_codes import INTERRUPTED

    try:
        from apigw_lint.interrupts import end_process_on_signals

        end_process_on_signals()
    except KeyboardInterrupt:
        os.write(2, b"interrupted\n")
        os._exit(INTERRUPTED)
    from apigw_lint.cli.commands import commands

    commands(args, prog_name)
