"""Owns writing files: each whole or not at all, with the owner, mode and attributes that it had.

A new file beside the old one takes its place, so who reads it meanwhile sees one of the two, and a full disk leaves the
old one. What nobody asked for is refused: following a link out of the repository, writing what is read-only, parting
hard links, giving a file to another owner, dropping its attributes, undoing what somebody saved meanwhile.
"""

from __future__ import annotations

import errno
import os
import stat
import sys

from apigw_lint import interrupts
from apigw_lint.files import UnreadableError, read, reason_of
from apigw_lint.repository import leads_out

_PREFIX = ".apigw-lint-"
_WRITABLE = stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH
_OUTPUTS = (1, 2)


class UnwritableError(Exception):
    """Why a file is not written, in words that begin in lower case."""


def write_whole(path: str, data: bytes, *, known: bytes | None = None) -> None:
    """Makes bytes the content of a file and keeps everything else of it, or leaves it as it is.

    Of a link the target is written. A pipe or a terminal is sent the bytes. A file whose content is no longer `known`
    is left to who changed it. Raises UnwritableError.
    """
    try:
        refuse_way_out(path)
        before = _status(path)
        if before and known is None and _is_stream(before):
            with open(path, "ab") as stream:
                stream.write(data)
        else:
            _replace(os.path.realpath(path), data, before, known)
    except OSError as error:
        raise UnwritableError(reason_of(error)) from None
    except ValueError:
        raise UnwritableError("the file name contains a null character") from None


def refuse_way_out(path: str) -> None:
    """Raises UnwritableError for a link that leads out of the repository."""
    if leads_out(path):
        raise UnwritableError(f"a link out of the repository, to '{os.path.realpath(path)}': name that file itself")


def _status(path: str) -> os.stat_result | None:
    """What a path leads to, None if there is nothing yet."""
    try:
        return os.stat(path)
    except (FileNotFoundError, NotADirectoryError):
        return None


def _is_stream(status: os.stat_result) -> bool:
    """Whether there is nothing to replace: a pipe, a device, or the file that the shell sends our own output to."""
    return stat.S_ISFIFO(status.st_mode) or stat.S_ISCHR(status.st_mode) or any(_is_open(status, fd) for fd in _OUTPUTS)


def _is_open(status: os.stat_result, descriptor: int) -> bool:
    try:
        return os.path.samestat(status, os.fstat(descriptor))
    except OSError:
        return False


def _replace(path: str, data: bytes, before: os.stat_result | None, known: bytes | None) -> None:
    """Puts a new file in the place of a path without links, `before` is what was there. Raises UnwritableError."""
    if before:
        _refuse(path, before)
    with interrupts.delayed():
        temporary, descriptor = _new_file(os.path.dirname(path), 0o600 if before else 0o666)
        try:
            with open(descriptor, "wb") as file:
                if before:
                    _keep(descriptor, path, before)
                file.write(data)
                file.flush()
                os.fsync(descriptor)
            if known is not None and _content(path) != known:
                raise UnwritableError("it was changed meanwhile: run the command again")
            os.replace(temporary, path)
        except BaseException:
            os.unlink(temporary)
            raise


def _refuse(path: str, status: os.stat_result) -> None:
    """Raises UnwritableError for a file that must not be replaced."""
    if not stat.S_ISREG(status.st_mode):
        raise UnwritableError("not a regular file")
    if not status.st_mode & _WRITABLE or not os.access(path, os.W_OK):
        raise UnwritableError("it is read-only")
    if status.st_nlink > 1:
        raise UnwritableError("it has a second name (a hard link), which would keep the old content")


def _new_file(folder: str, mode: int) -> tuple[str, int]:
    """A new, empty file in a folder, and the descriptor that writes it. Raises UnwritableError."""
    path = os.path.join(folder, _PREFIX + os.urandom(8).hex())
    try:
        return path, os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), mode)
    except (FileNotFoundError, NotADirectoryError):
        raise UnwritableError("no such folder") from None
    except PermissionError:
        raise UnwritableError("its folder is read-only") from None


def _keep(descriptor: int, path: str, before: os.stat_result) -> None:
    """Gives a new file the owner, the attributes and the mode of the file at a path. Raises UnwritableError."""
    if sys.platform == "win32":
        return
    new = os.fstat(descriptor)
    try:
        if (new.st_uid, new.st_gid) != (before.st_uid, before.st_gid):
            os.fchown(descriptor, before.st_uid, before.st_gid)
    except OSError:
        raise UnwritableError("its owner could not be kept") from None
    try:
        _keep_attributes(descriptor, path)
        if stat.S_IMODE(os.fstat(descriptor).st_mode) != stat.S_IMODE(before.st_mode):
            os.fchmod(descriptor, stat.S_IMODE(before.st_mode))
    except OSError:
        raise UnwritableError("its mode or attributes could not be kept") from None


def _keep_attributes(descriptor: int, path: str) -> None:
    """Gives a new file the extended attributes of the file at a path, and no others. Raises OSError."""
    if sys.platform == "linux":
        new, before = _attributes(descriptor), _attributes(path)
        for name in new.keys() - before.keys():
            os.removexattr(descriptor, name)
        for name, value in before.items():
            if new.get(name) != value:
                os.setxattr(descriptor, name, value)


def _attributes(file: str | int) -> dict[str, bytes]:
    """The extended attributes of a file, access lists among them; none where the file system has none."""
    if sys.platform != "linux":
        return {}
    try:
        return {name: os.getxattr(file, name) for name in os.listxattr(file)}
    except OSError as error:
        if error.errno == errno.ENOTSUP:
            return {}
        raise


def _content(path: str) -> bytes:
    try:
        return read(path)
    except UnreadableError as error:
        raise UnwritableError(str(error)) from None
