"""Owns reading files within bounds, bytes to text, and how findings name a file."""

from __future__ import annotations

import os
import stat

from apigw_lint.bounds import MAX_BYTES
from apigw_lint.repository import is_inside, real_path

STANDARD_INPUT = "<stdin>"
"""The name of standard input in findings."""

OUTSIDE = "a link to outside the repository"

_BYTE_ORDER_MARKS = {
    b"\xff\xfe\0\0": "UTF-32",
    b"\0\0\xfe\xff": "UTF-32",
    b"\xff\xfe": "UTF-16",
    b"\xfe\xff": "UTF-16",
}
"""The longer ones first: that of UTF-32 may begin with that of UTF-16."""
_ENOUGH = 4096
"""Bytes, a multiple of four, by which the encoding of a text is recognised."""


class UnreadableError(Exception):
    """Why a file cannot be linted, in words that begin in lower case."""


class MissingFileError(UnreadableError):
    """There is no such file."""


def read_inside(path: str, tree: str, limit: int = MAX_BYTES) -> bytes:
    """Like `read`, for what nobody named: once links are followed it must be inside `tree`, a real path."""
    if not is_inside(real_path(path), tree):
        raise UnreadableError(OUTSIDE)
    return read(path, limit)


def read(path: str, limit: int = MAX_BYTES) -> bytes:
    """The bytes of a regular file. Raises UnreadableError with the reason."""
    try:
        with open(path, "rb", opener=_open_without_waiting) as file:
            status = os.fstat(file.fileno())
            if not stat.S_ISREG(status.st_mode):
                raise UnreadableError("not a regular file")
            data = file.read(min(limit, status.st_size or limit) + 1)
    except FileNotFoundError:
        raise MissingFileError("no such file") from None
    except OSError as error:
        raise UnreadableError(reason_of(error)) from None
    except ValueError:
        raise UnreadableError("the file name contains a null character") from None
    if len(data) > limit:
        advice = "; the gateway accepts at most 3.5 MB" if limit == MAX_BYTES else ""
        raise UnreadableError(f"larger than {limit:,} bytes{advice}")
    return data


def reason_of(error: OSError) -> str:
    """What the system says of a file, beginning in lower case."""
    return (error.strerror or str(error)).lower()


def _open_without_waiting(path: str, flags: int) -> int:
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def decode(data: bytes) -> str:
    """The text of UTF-8 bytes. Raises UnreadableError with a guess at what else they are."""
    if wide := _wide_encoding(data):
        raise UnreadableError(f"{wide}: save the file as UTF-8")
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        where = f"byte {error.start + 1} (line {data.count(bytes((10,)), 0, error.start) + 1})"
    if b"\0" in data:
        raise UnreadableError("a binary file")
    if _is_cyrillic(data):
        raise UnreadableError(f"not UTF-8 at {where}, most likely windows-1251: save the file as UTF-8")
    raise UnreadableError(f"not UTF-8 at {where}: save the file as UTF-8")


def _wide_encoding(data: bytes) -> str:
    """What a text in UTF-16 or UTF-32 is called, empty for anything else."""
    for mark, name in _BYTE_ORDER_MARKS.items():
        if data.startswith(mark):
            return f"{name} text"
    if b"\0" in data:
        start = data[:_ENOUGH]
        for encoding in ("UTF-32-LE", "UTF-32-BE", "UTF-16-LE", "UTF-16-BE"):
            if _is_text(start.decode(encoding, "replace")):
                return f"{encoding[:6]} text without a byte order mark"
    return ""


def _is_text(text: str) -> bool:
    """Whether most characters are those of Latin or Cyrillic texts, and none is a null."""
    known = sum(" " <= letter < "\u0500" or letter in "\t\r\n" for letter in text)
    return "\0" not in text and known * 10 >= len(text) * 8


def _is_cyrillic(data: bytes) -> bool:
    high = [byte for byte in data if byte >= 0x80]
    return len(high) > 3 and sum(byte >= 0xC0 or byte in (0xA8, 0xB8) for byte in high) * 10 >= len(high) * 8


def shown_path(path: str) -> str:
    """How findings name a file: relative to the working directory if it is below, with forward slashes.

    Bytes of a name that are not UTF-8 are surrogates, as Python reads and writes them.
    """
    name = os.path.normpath(path)
    if os.path.isabs(name):
        relative = os.path.relpath(name)
        name = name if relative.startswith(os.pardir) else relative
    return os.fsencode(name).decode("utf-8", "surrogateescape").replace(os.sep, "/")
