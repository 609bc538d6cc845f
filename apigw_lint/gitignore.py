"""Owns what `.gitignore` files ignore: only those above a path are asked, and each is read once."""

from __future__ import annotations

import os

from apigw_lint.bounds import MAX_IGNORE_BYTES
from apigw_lint.files import MissingFileError, UnreadableError, read
from apigw_lint.globs import Globs
from apigw_lint.repository import is_inside, top_of

_NAME = ".gitignore"
_Chain = tuple[tuple[str, Globs], ...]
"""The ignore files that hold for what is in a folder, each with its own folder, the outermost first."""


class IgnoreFiles:
    """The `.gitignore` files from the top of a folder's repository down, or in the folder where there is none.

    `unread` are those that cannot be read, each with the reason.
    """

    def __init__(self, folder: str) -> None:
        self.unread: list[tuple[str, str]] = []
        self._top = top_of(folder) or os.path.abspath(folder)
        self._chains: dict[str, _Chain] = {}

    def is_ignored(self, folder: str, name: str, is_folder: bool) -> bool:
        """Whether a name in a folder is ignored; whether that folder is must be asked before."""
        path = os.path.join(os.path.abspath(folder), name)
        for place, globs in reversed(self._chain(os.path.dirname(path))):
            relative = path[len(place) :].lstrip(os.sep).replace(os.sep, "/")
            verdict = globs.verdict(relative, is_folder=is_folder)
            if verdict is not None:
                return verdict
        return False

    def ignores_way_to(self, path: str) -> bool:
        """Whether a file that the walk may not come to is ignored, or a folder on the way to it is."""
        path = os.path.abspath(path)
        if not is_inside(path, self._top):
            return False
        here, names = self._top, os.path.relpath(path, self._top).split(os.sep)
        for name in names[:-1]:
            if self.is_ignored(here, name, True):
                return True
            here = os.path.join(here, name)
        return self.is_ignored(here, names[-1], False)

    def _chain(self, folder: str) -> _Chain:
        """The ignore files for what is in a folder, which is absolute and at or below the top."""
        below = []
        while folder not in self._chains:
            below.append(folder)
            if folder in (self._top, os.path.dirname(folder)):
                break
            folder = os.path.dirname(folder)
        chain = self._chains.get(folder, ())
        for place in reversed(below):
            chain = self._chains[place] = (*chain, *self._own(place))
        return chain

    def _own(self, folder: str) -> _Chain:
        path = os.path.join(folder, _NAME)
        try:
            lines = _read(path).split("\n")
        except MissingFileError:
            return ()
        except UnreadableError as error:
            self.unread.append((path, str(error)))
            return ()
        return ((folder, Globs(lines, are_bad_ones_left_out=True)),)


def _read(path: str) -> str:
    """The text of a `.gitignore`. Raises UnreadableError, for a link too: git does not follow one."""
    if os.path.islink(path):
        raise UnreadableError("a link, which git does not follow")
    return read(path, MAX_IGNORE_BYTES).decode("utf-8", "replace")
