"""Owns what the folder of a file says about it: whether there is a specification that the gateway takes."""

from __future__ import annotations

import os
from itertools import islice

from apigw_lint.bounds import MAX_SIBLINGS
from apigw_lint.files import UnreadableError, decode, read
from apigw_lint.inputs import SUFFIXES, looks_deployable


def deployable_sibling(path: str) -> str:
    """The name of another file in the folder that is an OpenAPI 3 document with extensions of the gateway, else empty.

    Of many files in a folder only the first are looked at.
    """
    folder, own = os.path.split(path)
    try:
        names = sorted(name for name in os.listdir(folder or ".") if name.endswith(SUFFIXES) and name != own)
    except OSError:
        return ""
    return next((name for name in islice(names, MAX_SIBLINGS) if _is_deployable(os.path.join(folder, name))), "")


def _is_deployable(path: str) -> bool:
    try:
        return looks_deployable(decode(read(path)))
    except UnreadableError:
        return False
