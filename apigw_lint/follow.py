"""Owns following a `.tf` file to the files that it names, inside the working tree only."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import NamedTuple

from apigw_lint.files import UnreadableError, decode, read
from apigw_lint.hosts import terraform
from apigw_lint.hosts.contents import NamedFile
from apigw_lint.repository import is_inside, real_path, working_tree
from apigw_lint.source.text import TERRAFORM


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
