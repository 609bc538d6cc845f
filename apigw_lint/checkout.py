"""Owns the paths by which servers know files: from the top of what they check out, wherever the command runs."""

from __future__ import annotations

import os
from functools import cache

from apigw_lint.bounds import MAX_GIT_BYTES
from apigw_lint.files import UnreadableError, read
from apigw_lint.repository import followed, is_inside, top_of


def path_in_checkout(path: str) -> str:
    """The path of a file from the top of its repository, with forward slashes, links followed.

    Without a repository it is the path from the working directory, or the absolute path of what is not below that.
    """
    path = os.path.abspath(followed(path))
    top = _top_of_checkout(os.path.dirname(path)) or os.getcwd()
    inside = os.path.relpath(path, top) if is_inside(path, top) else path
    return inside.replace(os.sep, "/")


@cache
def _top_of_checkout(folder: str) -> str | None:
    """The top of the repository of a folder; of a submodule, that of the repository which it is a part of."""
    top = top_of(folder)
    while top and _is_submodule(top) and (outer := top_of(os.path.dirname(top))):
        top = outer
    return top


def _is_submodule(top: str) -> bool:
    """Whether the `.git` of a folder is a file that leads into that of another repository, and no worktree's."""
    try:
        text = read(os.path.join(top, ".git"), MAX_GIT_BYTES)
    except UnreadableError:
        return False
    return b".git/modules/" in text and b"/worktrees/" not in text
