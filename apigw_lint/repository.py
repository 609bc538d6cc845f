"""Owns where the repository of a file is, and what is inside it once all links are followed.

Each folder is looked at once in a process: a run asks the same of thousands of files.
"""

from __future__ import annotations

import os

_tops: dict[str, str | None] = {}
_real_folders: dict[str, str] = {}


def forget() -> None:
    """Makes what runs for long look at each folder again."""
    _tops.clear()
    _real_folders.clear()


def top_of(folder: str) -> str | None:
    """The nearest folder upward, this one included, that holds a `.git`; None if there is none. Links stay as given."""
    folder = os.path.abspath(folder)
    passed = []
    while (top := _tops.get(folder, "")) == "":
        passed.append(folder)
        parent = os.path.dirname(folder)
        if os.path.lexists(os.path.join(folder, ".git")):
            top = folder
        elif parent == folder:
            top = None
        else:
            folder = parent
            continue
        break
    _tops.update(dict.fromkeys(passed, top))
    return top


def base_of(folder: str) -> str:
    """The folder that holds all that belongs to a folder, its links as given.

    It is the top of the repository; without one, the working directory if that holds the folder, else the folder.
    """
    folder, here = os.path.abspath(folder), os.getcwd()
    return top_of(folder) or (here if is_inside(folder, here) else folder)


def working_tree(folder: str) -> str:
    """The real path of `base_of` a folder."""
    return real_path(base_of(folder))


def is_inside(path: str, tree: str) -> bool:
    """Whether a path is a folder or something in it; both are absolute, and their links are followed already."""
    return path == tree or path.startswith(tree.rstrip(os.sep) + os.sep)


def real_path(path: str) -> str:
    """The absolute path of a file or folder with all links followed, those of its folders too."""
    if os.pardir in path.split(os.sep):
        return os.path.realpath(path)
    path = os.path.abspath(path)
    if _may_be_link(path):
        return os.path.realpath(path)
    folder, name = os.path.split(path)
    return os.path.join(_real_folder(folder), name)


def _real_folder(folder: str) -> str:
    """The real path of a folder, which is absolute."""
    passed: list[tuple[str, str]] = []
    while (real := _real_folders.get(folder, "")) == "":
        parent, name = os.path.split(folder)
        if parent != folder and not _may_be_link(folder):
            passed.append((folder, name))
            folder = parent
            continue
        real = _real_folders[folder] = os.path.realpath(folder) if parent != folder else folder
        break
    for below, name in reversed(passed):
        real = _real_folders[below] = os.path.join(real, name)
    return real


def _may_be_link(path: str) -> bool:
    """Whether a path is a link; on Windows there are too many kinds of them to tell."""
    return os.name == "nt" or os.path.islink(path)


def followed(path: str, base: str | None = None) -> str:
    """The path of a file as given, or if links lead to it, the one that it has without them.

    Only links below `base` count, which is that of its folder if it is not given: the way to a repository may go
    through links. What a link leads to outside of that is named by its real path.
    """
    given = os.path.abspath(path)
    base = base or base_of(os.path.dirname(given))
    real, tree = real_path(path), real_path(base)
    if not is_inside(real, tree):
        return real
    inside = os.path.join(base, real[len(tree) :].lstrip(os.sep))
    if inside == given:
        return path
    return inside if os.path.isabs(path) else os.path.relpath(inside)


def leads_out(path: str) -> bool:
    """Whether links lead from a path to a place outside the repository that the path is in.

    Where there is no repository, the working directory is meant; a path that is not below it leads nowhere out.
    """
    folder = os.path.dirname(os.path.abspath(path))
    top = top_of(folder) or os.getcwd()
    return is_inside(folder, top) and not is_inside(os.path.realpath(path), os.path.realpath(top))
