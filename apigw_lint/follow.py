"""Owns following a `.tf` file to the files that it names, inside the working tree only."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import NamedTuple

from apigw_lint.files import UnreadableError, decode, read
from apigw_lint.source.terraform import gateways
from apigw_lint.source.text import PLAIN, TERRAFORM


class Place(NamedTuple):
    """Where a file is that a `.tf` names; with a reason it must not, or cannot, be read."""

    path: str
    reason: str = ""


def named_files(modules: Iterable[str]) -> dict[str, tuple[str, str]]:
    """The files that `.tf` files name, by what they are behind all links: path, and whose placeholders they hold.

    A file that is named both as it is and as a template is a template.
    """
    found: dict[str, tuple[str, str]] = {}
    for module in modules:
        try:
            text = decode(read(module))
        except UnreadableError:
            continue
        for gateway in gateways(text):
            place = locate(module, gateway.file) if gateway.file else None
            if place is None or place.reason:
                continue
            identity = os.path.realpath(place.path)
            style = TERRAFORM if gateway.is_template or found.get(identity, ("", ""))[1] == TERRAFORM else PLAIN
            found[identity] = (found[identity][0] if identity in found else place.path, style)
    return found


def locate(module: str, file: str) -> Place:
    """Where the file is that a `.tf` file names, counted from the folder of that."""
    folder = os.path.dirname(module)
    path = os.path.join(folder, file)
    tree = _working_tree(os.path.abspath(folder))
    try:
        if not _is_inside(os.path.abspath(path), tree) and not _is_inside(os.path.realpath(path), tree):
            return Place(path, f"'{file}' is not linted, because it is outside the working tree")
        if not _is_inside(os.path.realpath(path), tree):
            return Place(path, f"'{file}' is not linted, because it is a link that leads out of the working tree")
        if not os.path.exists(path):
            return Place(path, f"'{file}' is not linted, because there is no such file")
    except ValueError:
        return Place(path, f"'{file}' is not linted, because it cannot be the name of a file")
    return Place(path)


def _working_tree(folder: str) -> str:
    """The nearest folder upward with a `.git`, else the working directory, all links followed."""
    while not os.path.lexists(os.path.join(folder, ".git")):
        parent = os.path.dirname(folder)
        if parent == folder:
            return os.path.realpath(os.curdir)
        folder = parent
    return os.path.realpath(folder)


def _is_inside(path: str, tree: str) -> bool:
    return path == tree or path.startswith(tree.rstrip(os.sep) + os.sep)
