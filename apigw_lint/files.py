"""Owns files: reading them, bytes to text, and which ones of a folder may be specifications."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from enum import Enum
from operator import itemgetter
from typing import NamedTuple

from apigw_lint.bounds import MAX_BYTES, MAX_IGNORE_BYTES
from apigw_lint.repository import base_of, followed, is_inside, real_path, top_of

STANDARD_INPUT = "<stdin>"
"""The name of standard input in findings."""

OUTSIDE = "a link to outside the repository"

_IGNORE_FILE = ".gitignore"
_BYTE_ORDER_MARKS = {
    b"\xff\xfe\0\0": "UTF-32",
    b"\0\0\xfe\xff": "UTF-32",
    b"\xff\xfe": "UTF-16",
    b"\xfe\xff": "UTF-16",
}
"""The longer ones first: that of UTF-32 may begin with that of UTF-16."""
_ENOUGH = 4096
"""Bytes, a multiple of four, by which the encoding of a text is recognised."""
_NEVER_WALKED = (".git", "node_modules", ".terraform")


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
        raise UnreadableError(_reason(error)) from None
    except ValueError:
        raise UnreadableError("the file name contains a null character") from None
    if len(data) > limit:
        advice = "; the gateway accepts at most 3.5 MB" if limit == MAX_BYTES else ""
        raise UnreadableError(f"larger than {limit:,} bytes{advice}")
    return data


def _reason(error: OSError) -> str:
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


class Found(NamedTuple):
    """What a walk comes to: a file, by its path once links are followed, and the link that led to it, if one did.

    With `skipped` it is passed over and with `error` it cannot be read, for this reason.
    """

    path: str
    link: str = ""
    skipped: str = ""
    error: str = ""


def walk(folder: str, suffixes: tuple[str, ...]) -> Iterator[Found]:
    """The files of a folder whose names end in a suffix, sorted, without what `.gitignore` names.

    Links to folders are not followed, and those to files only inside of the repository.
    """
    base, ignored = base_of(folder), _Ignored(folder)
    waiting = [folder]
    while waiting:
        here = waiting.pop()
        try:
            listed = _listed(here)
        except FileNotFoundError:
            continue
        except OSError as error:
            yield Found(here, error=_reason(error))
            continue
        if any(name == _IGNORE_FILE for name, _ in listed):
            ignored.enter(here)
        folders = []
        for name, kind in listed:
            path = os.path.join(here, name) if here != os.curdir else name
            if kind is _Kind.FOLDER:
                if name not in _NEVER_WALKED and not ignored.is_ignored(here, name, True):
                    folders.append(path)
            elif kind and name.endswith(suffixes) and not ignored.is_ignored(here, name, False):
                yield from _linked(path, base, ignored) if kind is _Kind.LINK else [Found(path)]
        waiting += reversed(folders)
    yield from (Found(path, skipped=reason) for path, reason in ignored.unread)


class _Kind(Enum):
    """What a name in a folder stands for: not links to folders, links to nothing, pipes and devices."""

    FOLDER = "folder"
    FILE = "file"
    LINK = "link to a file"


def _listed(folder: str) -> list[tuple[str, _Kind | None]]:
    """The names in a folder, sorted, each with what it stands for. Raises OSError."""
    with os.scandir(folder) as entries:
        return sorted(((entry.name, _kind(entry)) for entry in entries), key=itemgetter(0))


def _kind(entry: os.DirEntry[str]) -> _Kind | None:
    if entry.is_dir(follow_symlinks=False):
        return _Kind.FOLDER
    if entry.is_file(follow_symlinks=False):
        return _Kind.FILE
    return _Kind.LINK if os.path.isfile(entry.path) else None


def _linked(link: str, base: str, ignored: _Ignored) -> Iterator[Found]:
    """The file that a link leads to, unless `.gitignore` names it; a link to outside of `base` is passed over."""
    path = followed(link, base)
    if not is_inside(real_path(link), real_path(base)):
        yield Found(link, skipped=OUTSIDE)
    elif not ignored.is_on_the_way_to(path):
        yield Found(path, link)


class _Ignored:
    """The `.gitignore` files from the top of the repository down to the folder that is walked."""

    def __init__(self, folder: str) -> None:
        self.rules: list[tuple[str, object]] = []
        self.unread: list[tuple[str, str]] = []
        self.top = top_of(folder) or os.path.abspath(folder)
        self._entered: set[str] = set()
        above = [os.path.abspath(folder)]
        while above[-1] != self.top:
            above.append(os.path.dirname(above[-1]))
        for place in reversed(above[1:]):
            self.enter(place)

    def enter(self, folder: str) -> None:
        """Takes the `.gitignore` of a folder into account for all below it, unless that has been done."""
        place = os.path.abspath(folder)
        if place in self._entered:
            return
        self._entered.add(place)
        path = os.path.join(folder, _IGNORE_FILE)
        try:
            lines = _read_ignore_file(path).splitlines()
        except MissingFileError:
            return
        except UnreadableError as error:
            self.unread.append((path, str(error)))
            return
        from pathspec import GitIgnoreSpec

        try:
            self.rules.append((place, GitIgnoreSpec.from_lines(lines)))
        except ValueError:
            return

    def is_on_the_way_to(self, path: str) -> bool:
        """Whether a file that the walk may not come to is ignored, or a folder on the way to it is."""
        path = os.path.abspath(path)
        if not is_inside(path, self.top):
            return False
        here, names = self.top, os.path.relpath(path, self.top).split(os.sep)
        for name in names[:-1]:
            self.enter(here)
            if self.is_ignored(here, name, True):
                return True
            here = os.path.join(here, name)
        self.enter(here)
        return self.is_ignored(here, names[-1], False)

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


def _read_ignore_file(path: str) -> str:
    """The text of a `.gitignore`. Raises UnreadableError, for a link too: git does not follow one."""
    if os.path.islink(path):
        raise UnreadableError("a link, which git does not follow")
    return read(path, MAX_IGNORE_BYTES).decode("utf-8", "replace")


def shown_path(path: str) -> str:
    """How findings name a file: relative to the working directory if it is below, with forward slashes.

    Bytes of a name that are not UTF-8 are surrogates, as Python reads and writes them.
    """
    name = os.path.normpath(path)
    if os.path.isabs(name):
        relative = os.path.relpath(name)
        name = name if relative.startswith(os.pardir) else relative
    return os.fsencode(name).decode("utf-8", "surrogateescape").replace(os.sep, "/")
