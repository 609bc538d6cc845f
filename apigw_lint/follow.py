"""Owns following a file to those that it names and to those beside it, inside the working tree only."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable
from itertools import islice
from typing import NamedTuple

from apigw_lint.bounds import MAX_NEIGHBOURS
from apigw_lint.files import UnreadableError, decode, read, shown_path
from apigw_lint.gateway.references import unquoted
from apigw_lint.hosts import terraform, terraform_json
from apigw_lint.hosts.contents import Elsewhere, NamedFile
from apigw_lint.recognition import begins_as_specification, is_terraform, is_terraform_json
from apigw_lint.repository import followed, is_inside, real_path, working_tree
from apigw_lint.source.known import Known, common
from apigw_lint.source.terraform import Module
from apigw_lint.source.text import TERRAFORM, Source
from apigw_lint.source.tree import Unlinked
from apigw_lint.spelling import only_nearest

_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:|//")
_NOTHING_TO_SAY = Unlinked("")


class Located(NamedTuple):
    """Where a file is that a `.tf` names; with a reason it must not, or cannot, be read."""

    path: str
    reason: str = ""


class Named(NamedTuple):
    """What the `.tf` files of a run name.

    `files` are those that can be read, by their real paths; a `.tf` beside them that defines a specification is one.
    `elsewhere` says, by the path of a `.tf` of the run, what the names are that it does not define.
    """

    files: dict[str, NamedFile]
    elsewhere: dict[str, dict[str, Elsewhere]]


def named_files(modules: Iterable[str]) -> Named:
    """The files that `.tf` files name. A file that is named both as it is and as a template is a template."""
    named = Named({}, {})
    folders = _Folders()
    for path in modules:
        text = folders.text(path)
        if not terraform.may_hold_any(text):
            continue
        if is_terraform_json(path):
            for file in terraform_json.named_files(Source(path, text)):
                _add(named.files, path, file._replace(known=_with_places(path, text, file.known)))
            continue
        module = Module(text)
        for file in terraform.named_files(module):
            _add(named.files, path, file._replace(known=_with_places(path, text, file.known)))
        for gateway in module.gateways:
            if gateway.reference and (found := folders.lookup(path, gateway.reference)):
                named.elsewhere.setdefault(path, {})[gateway.reference] = found
                if found.file:
                    _add(named.files, path, terraform.named_file(found))
                elif not found.reason:
                    named.files.setdefault(real_path(found.path), NamedFile(found.path, ""))
    return named


def _add(files: dict[str, NamedFile], module: str, named: NamedFile) -> None:
    located = locate(module, named.path)
    if located.reason:
        return
    identity = real_path(located.path)
    named = named._replace(path=located.path)
    first = files.setdefault(identity, named)
    if first is not named and named.style == TERRAFORM:
        is_both = first.style == TERRAFORM
        known = common(first.known, named.known) if is_both else named.known
        files[identity] = named._replace(path=first.path, known=known)


def lookup_beside(path: str) -> Callable[[str], Elsewhere | None]:
    """What names are that other `.tf` files in the folder of one define; these are read when a name is asked for."""
    folders = _Folders()
    return lambda name: folders.lookup(path, name)


class _Folders:
    """The names that the `.tf` files of folders define, each file read once."""

    def __init__(self) -> None:
        self._texts: dict[str, str] = {}
        self._names: dict[str, dict[str, tuple[str, Module]]] = {}

    def text(self, path: str) -> str:
        """The text of a `.tf`, empty if it cannot be read."""
        if path not in self._texts:
            try:
                self._texts[path] = decode(read(path)).removeprefix("\ufeff")
            except UnreadableError:
                self._texts[path] = ""
        return self._texts[path]

    def lookup(self, path: str, name: str) -> Elsewhere | None:
        """What a name is for a `.tf` in a folder; a name that stands for another name is followed."""
        names = self._in_folder(os.path.dirname(path))
        seen = set()
        while name in names and name not in seen:
            seen.add(name)
            place, module = names[name]
            found = module.defined(name)
            if found.reference:
                name = found.reference
                continue
            known = _with_places(place, module.text, found.known)
            reason = found.reason
            if found.is_here and not found.is_object and not begins_as_specification(module.text[slice(*found.span)]):
                reason = f"'{name}' in '{os.path.basename(place)}' does not begin with 'openapi:'"
                reason = f"the specification is not linted, because {reason}"
            return Elsewhere(place, found.file, found.is_template, known, reason)
        return None

    def _in_folder(self, folder: str) -> dict[str, tuple[str, Module]]:
        if folder not in self._names:
            names = self._names[folder] = {}
            for file in _files(folder):
                text = self.text(os.path.join(folder, file))
                if "local" in text or "data" in text:
                    module = Module(text)
                    names.update((name, (os.path.join(folder, file), module)) for name in module.names)
        return self._names[folder]


def _files(folder: str) -> list[str]:
    """The names of the `.tf` files in a folder that are not links to outside of the working tree."""
    tree = working_tree(folder)
    try:
        names = sorted(filter(is_terraform, os.listdir(folder or os.curdir)))
    except OSError:
        return []
    return [name for name in names if is_inside(real_path(os.path.join(folder, name)), tree)]


def _with_places(path: str, text: str, known: Iterable[Known]) -> tuple[Known, ...]:
    source = Source(shown_path(path), text)
    return tuple(one._replace(place=f"{source.path}:{source.position(one.offset).line}") for one in known)


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
