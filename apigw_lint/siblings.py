"""Owns what the folder of a file says about it: whether there is a specification that the gateway takes."""

from __future__ import annotations

import os
from functools import lru_cache
from itertools import islice

from apigw_lint.bounds import MAX_SIBLINGS
from apigw_lint.files import UnreadableError, decode, read_inside
from apigw_lint.recognition import SUFFIXES, has_suffix, looks_deployable
from apigw_lint.repository import working_tree


def deployable_sibling(path: str) -> str:
    """The name of another file in the folder that is an OpenAPI 3 document with extensions of the gateway, else empty.

    Of many files in a folder only the first are looked at.
    """
    folder, own = os.path.split(path)
    try:
        changed = os.stat(folder or os.curdir).st_mtime_ns
    except OSError:
        return ""
    return next((name for name in _first_two(folder or os.curdir, changed) if name != own), "")


@lru_cache
def _first_two(folder: str, _changed: int) -> list[str]:
    """The names of the first two such documents: of thousands in a folder, each asks the same."""
    try:
        names = sorted(name for name in os.listdir(folder) if has_suffix(name, SUFFIXES))
    except OSError:
        return []
    tree = working_tree(folder)
    looked_at = (name for name in names[: MAX_SIBLINGS + 1] if _is_deployable(os.path.join(folder, name), tree))
    return list(islice(looked_at, 2))


def _is_deployable(path: str, tree: str) -> bool:
    try:
        return looks_deployable(decode(read_inside(path, tree)))
    except UnreadableError:
        return False
