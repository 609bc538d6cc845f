"""Owns following a file to those that it names, be it a `.tf` or a specification, inside the working tree only."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable
from itertools import islice
from typing import NamedTuple

from apigw_lint.bounds import MAX_NEIGHBOURS
from apigw_lint.files import UnreadableError, decode, read, shown_path
from apigw_lint.gateway.references import unquoted
from apigw_lint.hosts import terraform
from apigw_lint.hosts.contents import NamedFile
from apigw_lint.repository import followed, is_inside, real_path, working_tree
from apigw_lint.source.text import TERRAFORM, Source
from apigw_lint.source.tree import Unlinked
from apigw_lint.spelling import only_nearest

_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:|//")
_NOTHING_TO_SAY = Unlinked("")


class Located(NamedTuple):
    """Where a file is that a `.tf` names; with a reason it must not, or cannot, be read."""

    path: str
    reason: str = ""


def named_files(modules: Iterable[str]) -> dict[str, NamedFile]:
    """The files that `.tf` files name and that can be read, by their real paths.

    A file that is named both as it is and as a template is a template.
    """
    files: dict[str, NamedFile] = {}
    for module in modules:
        try:
            text = decode(read(module))
        except UnreadableError:
            continue
        for named in terraform.named_files(text):
            located = locate(module, named.path)
            if located.reason:
                continue
            identity = real_path(located.path)
            first = files.setdefault(identity, NamedFile(located.path, named.style))
            if named.style == TERRAFORM:
                files[identity] = first._replace(style=TERRAFORM)
    return files


def locate(module: str, file: str) -> Located:
    """Where the file is that a `.tf` file names, relative to the folder of that."""
    folder = os.path.dirname(module)
    path = os.path.join(folder, file)
    tree = working_tree(folder)
    try:
        if not is_inside(os.path.abspath(path), tree) and not is_inside(real_path(path), tree):
            return Located(path, f"'{file}' is not linted, because it is outside the working tree")
        if not is_inside(real_path(path), tree):
            return Located(path, f"'{file}' is not linted, because it is a link to outside the working tree")
        if not os.path.exists(path):
            return Located(path, f"'{file}' is not linted, because it does not exist")
    except ValueError:
        return Located(path, f"'{file}' is not linted, because it is not a valid file name")
    return Located(path)


def referred_source(path: str, read_file: Callable[[str], bytes]) -> Source | Unlinked:
    """The text of a file that a reference names; `read_file` returns its bytes, or raises UnreadableError."""
    try:
        text = decode(read_file(path))
    except UnreadableError as error:
        return Unlinked(f"cannot be read: {error}")
    return Source(shown_path(followed(path)), text.removeprefix("\ufeff"))


def referred_file(name: str, file: str, tree: str) -> str | Unlinked:
    """The real path of a file that a reference in another names; both are inside a folder, a real path."""
    if _URL.match(file) or file.startswith("/"):
        return _NOTHING_TO_SAY
    folder = os.path.dirname(name)
    path = os.path.join(folder, unquoted(file))
    try:
        if not is_inside(os.path.abspath(path), tree):
            return Unlinked("is not followed, because it is outside the repository")
        real = real_path(path)
        if not is_inside(real, tree):
            return Unlinked("is not followed, because it is a link to outside the repository")
        if os.path.isdir(real):
            return Unlinked("is a folder, not a file")
        if os.path.exists(real):
            return real
    except ValueError:
        return Unlinked("is not a valid file name")
    slashes = file.replace("\\", "/")
    if slashes != file and isinstance(referred_file(name, slashes, tree), str):
        return Unlinked("does not exist", "", slashes)
    head, _, last = file.rpartition("/")
    near = only_nearest(unquoted(last), _names_in(os.path.dirname(path)))
    return Unlinked("does not exist", "", f"{head}/{near}" if near and head else near or "")


def _names_in(folder: str) -> list[str]:
    """The first names in a folder, none if it cannot be read."""
    try:
        with os.scandir(folder) as entries:
            return [entry.name for entry in islice(entries, MAX_NEIGHBOURS) if entry.is_file()]
    except OSError:
        return []
