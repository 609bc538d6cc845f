"""Owns files: reading them, bytes to text, and which ones of a folder may be specifications."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator

from apigw_lint.bounds import MAX_BYTES

_NEVER_WALKED = (".git", "node_modules", ".terraform")


class UnreadableError(Exception):
    """Why a file cannot be linted, in words that begin in lower case."""


def read(path: str) -> bytes:
    """The bytes of a regular file. Raises UnreadableError with the reason."""
    try:
        with open(path, "rb", opener=_open_without_waiting) as file:
            mode = os.fstat(file.fileno()).st_mode
            if not stat.S_ISREG(mode):
                raise UnreadableError("not a regular file")
            data = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise UnreadableError("no such file") from None
    except OSError as error:
        raise UnreadableError((error.strerror or str(error)).lower()) from None
    except ValueError:
        raise UnreadableError("the file name contains a null character") from None
    if len(data) > MAX_BYTES:
        raise UnreadableError(f"larger than {MAX_BYTES:,} bytes; the gateway accepts at most 3.5 MB")
    return data


def _open_without_waiting(path: str, flags: int) -> int:
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def decode(data: bytes) -> str:
    """The text of UTF-8 bytes. Raises UnreadableError with a guess at what else they are."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise UnreadableError("UTF-16 text: save the file as UTF-8")
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        where = f"byte {error.start + 1} (line {data.count(bytes((10,)), 0, error.start) + 1})"
    if b"\0" in data:
        raise UnreadableError("a binary file")
    if _is_cyrillic(data):
        raise UnreadableError(f"not UTF-8 at {where}, most likely windows-1251: save the file as UTF-8")
    raise UnreadableError(f"not UTF-8 at {where}: save the file as UTF-8")


def _is_cyrillic(data: bytes) -> bool:
    high = [byte for byte in data if byte >= 0x80]
    return len(high) > 3 and sum(byte >= 0xC0 or byte in (0xA8, 0xB8) for byte in high) * 10 >= len(high) * 8


def walk(folder: str, suffixes: tuple[str, ...]) -> Iterator[str]:
    """The files of a folder whose names end in a suffix, sorted, without what `.gitignore` names."""
    ignored = _Ignored(folder)
    for here, folders, names in os.walk(folder):
        relative = os.path.relpath(here, folder)
        ignored.enter(here)
        wanted = (name for name in folders if name not in _NEVER_WALKED)
        folders[:] = sorted(name for name in wanted if not ignored.is_ignored(here, name, True))
        for name in sorted(names):
            path = os.path.join(here, name) if relative != "." or folder != "." else name
            if name.endswith(suffixes) and os.path.isfile(path) and not ignored.is_ignored(here, name, False):
                yield path


class _Ignored:
    """The `.gitignore` files from the top of the repository down to the folder that is walked."""

    def __init__(self, folder: str) -> None:
        self.rules: list[tuple[str, object]] = []
        above = [os.path.abspath(folder)]
        while not os.path.exists(os.path.join(above[-1], ".git")):
            parent = os.path.dirname(above[-1])
            if parent == above[-1]:
                return
            above.append(parent)
        for place in reversed(above[1:]):
            self.enter(place)

    def enter(self, folder: str) -> None:
        """Takes the `.gitignore` of a folder into account for all below it."""
        try:
            with open(os.path.join(folder, ".gitignore"), encoding="utf-8", errors="replace") as file:
                lines = file.read().splitlines()
        except OSError:
            return
        from pathspec import GitIgnoreSpec

        try:
            self.rules.append((os.path.abspath(folder), GitIgnoreSpec.from_lines(lines)))
        except ValueError:
            return

    def is_ignored(self, folder: str, name: str, is_folder: bool) -> bool:
        """Whether the last `.gitignore` that applies to this name ignores it."""
        path = os.path.join(os.path.abspath(folder), name)
        for place, spec in reversed(self.rules):
            if os.path.commonpath((place, path)) == place:
                relative = os.path.relpath(path, place).replace(os.sep, "/") + ("/" if is_folder else "")
                verdict = spec.check_file(relative).include  # type: ignore[attr-defined]
                if verdict is not None:
                    return bool(verdict)
        return False


def shown_path(path: str) -> str:
    """How findings name a file: relative to the working directory if it is below, with forward slashes."""
    name = os.path.normpath(path)
    if os.path.isabs(name):
        relative = os.path.relpath(name)
        name = name if relative.startswith(os.pardir) else relative
    readable = os.fsencode(name).decode("utf-8", "backslashreplace")
    return readable.replace(os.sep, "/")
