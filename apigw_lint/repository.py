"""Owns where the repository of a file is, and what is inside it once all links are followed."""

from __future__ import annotations

import os


def top_of(folder: str) -> str | None:
    """The nearest folder upward, this one included, that holds a `.git`; None if there is none. Links stay as given."""
    folder = os.path.abspath(folder)
    while not os.path.lexists(os.path.join(folder, ".git")):
        parent = os.path.dirname(folder)
        if parent == folder:
            return None
        folder = parent
    return folder


def working_tree(folder: str) -> str:
    """The real path of the repository of a folder, or of the working directory where there is none."""
    return os.path.realpath(top_of(folder) or os.curdir)


def is_inside(path: str, tree: str) -> bool:
    """Whether a path is a folder or something in it; both are absolute, and their links are followed already."""
    return path == tree or path.startswith(tree.rstrip(os.sep) + os.sep)
