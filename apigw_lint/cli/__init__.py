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
    _open_what_is_closed()
    from apigw_lint.cli.exit_codes import FOUND, INTERRUPTED, MISUSED

    try:
        from apigw_lint.interrupts import end_process_on_signals

        end_process_on_signals()
    except KeyboardInterrupt:
        _end(INTERRUPTED, "interrupted")
    import warnings

    warnings.simplefilter("ignore")  # what libraries warn of is not about the user's files
    from apigw_lint.cli.commands import commands

    try:
        commands(args, prog_name)
    except BrokenPipeError:
        os._exit(FOUND)
    except OSError as error:
        _end(MISUSED, f"Error: {_reason(error)}")


def _reason(error: OSError) -> str:
    """What to say of an error that no command expected: it is about a file, the working directory, or the output."""
    try:
        os.getcwd()
    except FileNotFoundError:
        return "the working directory does not exist any more"
    from apigw_lint.files import reason_of

    return f"{error.filename or 'cannot write the output'}: {reason_of(error)}"


def _open_what_is_closed() -> None:
    """Gives standard input and outputs that are closed a file, so that no file of the run gets their numbers."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)


def _end(exit_code: int, message: str) -> None:
    """Ends the process without another try to write what is left of its output."""
    from contextlib import suppress

    with suppress(OSError):
        os.write(2, f"{message}\n".encode("utf-8", "backslashreplace"))
    os._exit(exit_code)
