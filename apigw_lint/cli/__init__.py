"""The command line: `main` is its entry point. Each command is a module that is imported when it runs."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence


def main(args: Sequence[str] | None = None, prog_name: str | None = None) -> None:
    """Runs the command and ends the process with its exit code; `args` are by default those of the process.

    From its first line on, Ctrl-C ends the process. So this module imports nothing else, not even click.
    """
    from apigw_lint.cli.exit_codes import INTERRUPTED

    try:
        from apigw_lint.interrupts import end_process_on_interrupt

        end_process_on_interrupt(INTERRUPTED)
    except KeyboardInterrupt:
        os.write(2, b"interrupted\n")
        os._exit(INTERRUPTED)
    from apigw_lint.cli.commands import commands

    commands(args, prog_name)
