"""Owns writing to the terminal and to files: always UTF-8, whatever the locale; colours; progress."""

from __future__ import annotations

import errno
import os
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, suppress
from importlib import import_module
from typing import TYPE_CHECKING, TextIO, TypeVar

import click

from apigw_lint import interrupts
from apigw_lint.bounds import MAX_BYTES
from apigw_lint.diagnostic import Report
from apigw_lint.files import reason_of
from apigw_lint.formats.printable import at_line_start, printable

if TYPE_CHECKING:
    from click._termui_impl import ProgressBar

PROGRESS_AFTER = 1.0
"""Seconds after which a terminal shows progress."""
_PATIENCE = 0.01
"""Seconds to wait for an output that takes no more now, if somebody has made it non-blocking."""

_Item = TypeVar("_Item")


def write(text: str | bytes) -> None:
    """Writes to standard output, even if that is nothing: then a full disk shows all the same. Raises OSError."""
    _write(sys.stdout, text)


def say(*lines: str, err: bool = True) -> None:
    """Writes lines to standard error, or to standard output, with control characters escaped.

    What cannot be said is lost: the exit code says enough. Raises OSError if it is standard output.
    """
    text = "".join(f"{at_line_start(printable(line))}\n" for line in lines)
    if not err:
        write(text)
        return
    with suppress(OSError):
        _write(sys.stderr, text)


def show(report: Report) -> None:
    """Shows findings about the run itself on standard error."""
    with suppress(OSError):
        _write(sys.stderr, render(report, "text"))


def _is_terminal(stream: TextIO | None) -> bool:
    """Whether an output is a terminal; one that is closed is None."""
    return stream is not None and stream.isatty()


def _write(stream: TextIO | None, text: str | bytes) -> None:
    if stream is None:
        raise OSError(errno.EBADF, os.strerror(errno.EBADF))
    stream.flush()
    rest = text if isinstance(text, bytes) else text.encode("utf-8", "backslashreplace")
    device = getattr(stream.buffer, "raw", stream.buffer)  # a buffer keeps what fails, and tries again at the end
    rest = rest[device.write(rest) or 0 :]
    while rest:
        time.sleep(_PATIENCE)
        rest = rest[device.write(rest) or 0 :]


def read_standard_input() -> bytes:
    """All that comes through standard input. Raises click.UsageError."""
    try:
        if sys.stdin is None:
            raise OSError(errno.EBADF, "it is closed")
        data = sys.stdin.buffer.read(MAX_BYTES + 1)
    except OSError as error:
        raise click.UsageError(f"cannot read standard input: {reason_of(error)}") from None
    if len(data) > MAX_BYTES:
        raise click.UsageError(f"cannot read standard input: larger than {MAX_BYTES:,} bytes")
    return data


def write_file(file: str, text: str) -> None:
    """Writes a file. Raises click.UsageError."""
    from apigw_lint.writing import UnwritableError, write_whole

    try:
        write_whole(file, text.encode("utf-8", "backslashreplace"))
    except UnwritableError as error:
        raise click.UsageError(f"cannot write '{file}': {error}") from None


def render(report: Report, format_name: str, *, is_file: bool = False, color: str = "auto") -> str:
    """The report in a format, for standard output or for a file; files have no colours and lines of any length."""
    module = import_module(f"apigw_lint.formats.{format_name}")
    if format_name != "text" or is_file:
        return str(module.render(report))
    return str(module.render(report, color=use_color(color), width=terminal_width()))


def write_reports(report: Report, formats: Iterable[tuple[str, str | None]], output: str | None, color: str) -> None:
    """Writes the report in each format to its file, or else to `output` or standard output.

    Without formats, there is one for people or for the workflow that this runs in. Raises OSError, click.UsageError.
    """
    for name, own_file in formats or [(default_format(), None)]:
        file = own_file or output
        text = render(report, name, is_file=file is not None, color=color)
        if file is None:
            write(text)
        else:
            write_file(file, text)


def terminal_width() -> int | None:
    """The number of columns of the terminal, None if standard output is none."""
    if not _is_terminal(sys.stdout):
        return None
    from shutil import get_terminal_size

    return get_terminal_size().columns


def default_format() -> str:
    """The format of standard output if none is given: `github` in a GitHub workflow, else `text`."""
    return "github" if os.environ.get("GITHUB_ACTIONS") == "true" and not _is_terminal(sys.stdout) else "text"


def use_color(choice: str = "auto") -> bool:
    """Whether standard output gets colours; the choice is `always`, `never` or `auto`."""
    if choice != "auto":
        return choice == "always"
    if os.environ.get("FORCE_COLOR"):
        return True
    return not os.environ.get("NO_COLOR") and _is_terminal(sys.stdout) and os.environ.get("TERM") != "dumb"


def with_progress(items: Iterable[_Item]) -> Iterator[_Item]:
    """The same items; a terminal shows how many were taken, after PROGRESS_AFTER seconds."""
    if not _is_terminal(sys.stderr):
        yield from items
        return
    start, bar = time.monotonic(), None
    with ExitStack() as stack:
        for number, item in enumerate(items, 1):
            if bar is not None:
                bar.update(1)
            elif time.monotonic() - start > PROGRESS_AFTER:
                stack.enter_context(interrupts.cleaned_up_by(_show_cursor))
                bar = stack.enter_context(_progress_bar())
                bar.update(number)
            yield item


def _progress_bar() -> ProgressBar[int]:
    return click.progressbar(label="checking", file=sys.stderr, length=0, show_eta=False, show_percent=False)


def _show_cursor() -> None:
    """Shows the cursor again, which a progress bar hides, and starts a new line."""
    os.write(2, b"\x1b[?25h\n")
