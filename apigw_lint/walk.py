"""Owns walking a folder: which files in it may be specifications, and what is passed over."""

from __future__ import annotations

import os
from collections.abc import Iterator
from enum import Enum
from operator import itemgetter
from typing import NamedTuple

from apigw_lint.files import OUTSIDE, reason_of
from apigw_lint.gitignore import IgnoreFiles
from apigw_lint.recognition import has_suffix
from apigw_lint.repository import base_of, followed, is_inside, real_path

_NEVER_WALKED = (".git", "node_modules", ".terraform")


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
    base, ignored = base_of(folder), IgnoreFiles(folder)
    waiting = [folder]
    while waiting:
        here = waiting.pop()
        try:
            listed = _listed(here)
        except FileNotFoundError:
            continue
        except OSError as error:
            yield Found(here, error=reason_of(error))
            continue
        folders = []
        for name, kind in listed:
            path = os.path.join(here, name) if here != os.curdir else name
            if kind is _Kind.FOLDER:
                if name not in _NEVER_WALKED and not ignored.is_ignored(here, name, True):
                    folders.append(path)
            elif kind and has_suffix(name, suffixes) and not ignored.is_ignored(here, name, False):
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


def _linked(link: str, base: str, ignored: IgnoreFiles) -> Iterator[Found]:
    """The file that a link leads to, unless `.gitignore` names it; a link to outside of `base` is passed over."""
    path = followed(link, base)
    if not is_inside(real_path(link), real_path(base)):
        yield Found(link, skipped=OUTSIDE)
    elif not ignored.ignores_way_to(path):
        yield Found(path, link)
