"""Owns files as they were at a revision of git: nothing is checked out, and nothing comes from the network.

The program `git` is run, a few times for any number of files. It gets no name that it could take for an option, and a
file's content is what is stored in the repository: no filter, no conversion of line endings.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from apigw_lint.bounds import MAX_BYTES, MAX_CANDIDATES
from apigw_lint.cached import cached_property
from apigw_lint.files import shown_path
from apigw_lint.repository import is_inside, real_path, top_of
from apigw_lint.spelling import nearest

_FOREIGN = ("DIR", "WORK_TREE", "INDEX_FILE", "PREFIX", "COMMON_DIR", "NAMESPACE", "SHALLOW_FILE", "OBJECT_DIRECTORY")
_NOT_INHERITED = frozenset((*(f"GIT_{name}" for name in _FOREIGN), "GIT_ALTERNATE_OBJECT_DIRECTORIES"))
"""Variables that hooks have, and that are about the one repository that git was started in."""
_ENVIRONMENT = {
    "LC_ALL": "C",
    "GIT_ALLOW_PROTOCOL": "none",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
}
_FULL_HASH = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_ANCESTOR_OF_HEAD = re.compile(r"HEAD(?:~(?P<number>\d{0,6})|\^)")
_PLAIN_NAME = re.compile(r"(?![-.])[\w./-]+(?<![./])")
"""A name that a shell takes as it is."""
_LFS = b"version https://git-lfs.github.com/spec/"
_DUBIOUS = "detected dubious ownership"
_NOT_HERE = ("from promisor remote", "lazy fetching disabled")


class RevisionError(Exception):
    """Why a revision cannot be used or a file at it cannot be read, in words that begin in lower case."""


class OldFile(NamedTuple):
    """A file as it was at a revision: its path then, from the same folder as its path now, and its bytes.

    `reason` says why the bytes are not there, as for a pointer of Git LFS; it is empty if they are.
    """

    path: str
    data: bytes = b""
    reason: str = ""


class _Place(NamedTuple):
    """Where a file is: the top of its repository, a real path, and its path from there, with forward slashes."""

    top: str
    name: str


class Revision:
    """A commit of the repository whose top is this folder.

    `name` is a revision as git understands it, or one with three dots behind it: the commit where HEAD left that.
    Raises RevisionError if there is no such commit.
    """

    def __init__(self, name: str, top: str) -> None:
        self.name = name
        self.top = top
        self.commit = _commit(name, top)

    def read(self, names: Sequence[str]) -> dict[str, OldFile | None]:
        """The files of these names, which are paths from the top with forward slashes; None for what was no file.

        Links are followed as they were then. Raises RevisionError if git cannot read its repository.
        """
        askable = [name for name in names if _is_name(name)]
        blobs = {**dict.fromkeys(names), **dict(zip(askable, self._blobs(askable), strict=True))}
        wanted = {blob.id for blob in blobs.values() if blob and not blob.reason}
        contents = self._contents(sorted(wanted))
        files: dict[str, OldFile | None] = {}
        for name, blob in blobs.items():
            data = contents.get(blob.id, b"") if blob else b""
            reason = blob.reason if blob else ""
            if data.startswith(_LFS):
                data, reason = b"", "a pointer of Git LFS, and its content is not in the repository"
            files[name] = OldFile(name, data, reason) if blob else None
        return files

    @cached_property
    def renamed(self) -> Mapping[str, str]:
        """The names that files had at the revision, by those they have now if git tells that they were renamed."""
        words = ("diff-index", "-z", "-M", "--name-status", "--diff-filter=R", "--no-ext-diff", "--ignore-submodules")
        done = _git(self.top, *words, self.commit, "--")
        if done.returncode:
            return {}
        fields = [_name(field) for field in done.stdout.split(b"\0")]
        return dict(zip(fields[2::3], fields[1::3], strict=False))

    def _blobs(self, names: Sequence[str]) -> Iterator[_Blob | None]:
        """What the repository has under some names."""
        queries = [self.commit.encode() + b":" + _bytes(name) for name in names]
        separator = b"\0" if any(sign in query for query in queries for sign in (b"\n", b"\r")) else b"\n"
        arguments = ["--batch-check=%(objectname) %(objecttype) %(objectsize)", "--follow-symlinks"]
        output = self._batch([*arguments, *(["-z"] if separator == b"\0" else [])], queries, separator)
        at = 0
        for query in queries:
            if output.startswith(query, at):  # missing: what was asked for is all that git says
                at = output.index(b"\n", at + len(query)) + 1
                yield None
                continue
            end = output.index(b"\n", at)
            first, *rest = output[at:end].decode("ascii").split(" ")
            at = end + 1
            if len(rest) == 1:  # a link that leads nowhere in the repository, and its target
                at += int(rest[0]) + 1
                yield _Blob("", reason="a link to outside the repository") if first == "symlink" else None
            elif rest[0] == "blob":
                yield _Blob(first, f"larger than {MAX_BYTES:,} bytes" if int(rest[1]) > MAX_BYTES else "")
            else:
                yield None

    def _contents(self, ids: Sequence[str]) -> dict[str, bytes]:
        """The bytes of some blobs."""
        output = self._batch(["--batch"], [one.encode() for one in ids], b"\n")
        contents, at = {}, 0
        for one in ids:
            end = output.index(b"\n", at)
            size = output[at:end].rpartition(b" ")[2]
            if not size.isdigit():
                raise RevisionError(f"git cannot read the repository '{shown_path(self.top)}': {one} is missing")
            at = end + 1 + int(size)
            contents[one] = output[end + 1 : at]
            at += 1
        return contents

    def _batch(self, arguments: Sequence[str], queries: Sequence[bytes], separator: bytes) -> bytes:
        """What `git cat-file` answers to some queries."""
        if not queries:
            return b""
        done = _git(self.top, "cat-file", *arguments, given=separator.join(queries) + separator)
        said = _said(done)
        if any(words in said for words in _NOT_HERE):
            advice = "run 'git fetch --refetch --no-filter'"
            raise RevisionError(f"files of '{self.name}' are not in this partial clone: {advice}")
        if done.returncode and separator == b"\0" and "usage:" in said:
            raise RevisionError("git 2.38 or later is needed to read a file whose name has a line break")
        if done.returncode:
            raise RevisionError(_failure(self.top, said))
        return done.stdout


class _Blob(NamedTuple):
    """The content that git has for a file, by its hash, or why it is not to be read."""

    id: str
    reason: str = ""


def read_at(name: str, path: str) -> bytes | None:
    """The bytes that a file had at a revision, None if there was none.

    The path is relative to the working directory, or if there was no such file, to the top of the repository, as git
    takes it. Raises RevisionError.
    """
    place = place_of(path)
    if place is None:
        raise RevisionError(f"'{path}' is in no git repository")
    revision = Revision(name, place.top)
    here = place_of("x")
    from_top = os.path.normpath(path).replace(os.sep, "/")
    names = [place.name]
    if here and here.top == place.top and not os.path.isabs(path) and not from_top.startswith("../"):
        names += [from_top] if from_top != place.name else []
    for file in revision.read(names).values():
        if file and file.reason:
            raise RevisionError(f"'{path}' at '{name}': {file.reason}")
        if file:
            return file.data
    return None


class Revisions:
    """The commit that a revision is in each repository that files are in."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._known: dict[str, Revision] = {}

    @property
    def is_known(self) -> bool:
        """Whether it is known to be in a repository."""
        return bool(self._known)

    def of(self, top: str) -> Revision:
        """The revision in the repository with this top, a real path. Raises RevisionError if it has none."""
        if top not in self._known:
            self._known[top] = Revision(self.name, top)
        return self._known[top]

    def files(self, paths: Iterable[str]) -> dict[str, OldFile | None]:
        """Files as they were then, each in its own repository, by their paths.

        A file that was renamed since is the one that it was. It is None if there was none, or if the file is in no
        repository. Raises RevisionError.
        """
        files: dict[str, OldFile | None] = dict.fromkeys(paths)
        places = {path: place for path in files if (place := place_of(path))}
        for top in dict.fromkeys(place.top for place in places.values()):
            names = {path: place.name for path, place in places.items() if place.top == top}
            found = _with_renamed(self.of(top), list(dict.fromkeys(names.values())))
            for path, own in names.items():
                if file := found[own]:
                    old_path = path if file.path == own else os.path.join(top, *file.path.split("/"))
                    files[path] = file._replace(path=old_path)
        return files


def _with_renamed(revision: Revision, names: Sequence[str]) -> dict[str, OldFile | None]:
    """The files of these names, under the names that they had if they were renamed since."""
    found = revision.read(names)
    if all(found.values()):
        return found
    old_names = {new: old for new, old in revision.renamed.items() if new in found and not found[new]}
    before = revision.read(list(old_names.values()))
    return found | {new: before[old] for new, old in old_names.items()}


def place_of(path: str) -> _Place | None:
    """Where a file is that may be gone by now; None if it is in no repository. A link is itself."""
    folder, base = os.path.split(os.path.abspath(path))
    folder = real_path(folder)
    top = top_of(folder)
    return _Place(top, os.path.relpath(os.path.join(folder, base), top).replace(os.sep, "/")) if top else None


def names_of_revisions(top: str) -> list[str]:
    """The branches and tags of a repository, those of remotes too, as git takes them; the first ones of very many."""
    limit = f"--count={MAX_CANDIDATES}"
    done = _git(top, "for-each-ref", limit, "--format=%(refname)", "refs/heads", "refs/tags", "refs/remotes")
    lines = done.stdout.decode("utf-8", "surrogateescape").splitlines()
    return [line.split("/", 2)[2] for line in lines if not line.endswith("/HEAD")]


def _commit(name: str, top: str) -> str:
    """The hash of a revision's commit."""
    if flaw := _flaw(name):
        raise RevisionError(flaw)
    tip = name.removesuffix("...")
    done = _git(top, "rev-parse", "--verify", f"{tip}^{{commit}}")
    said = _said(done)
    if "is ambiguous" in said and tip != "HEAD":
        raise RevisionError(_located(top, _ambiguous(tip, said)))
    commit = _hash(done.stdout) if not done.returncode else ""
    if not commit:
        commit = _otherwise(name, tip, top)
    return _merge_base(name, tip, commit, top) if tip != name else commit


def _flaw(name: str) -> str:
    """Why a revision is never one, whatever the repository; empty if it may be."""
    if not name.strip():
        return "the revision is empty: is a variable in the command not set?"
    if name.startswith("-"):
        return f"'{name}' is an option, not a revision"
    if len(name) >= 40 and not name.strip("0"):
        return f"'{name}' stands for no commit: a server says so of a branch that is new"
    if not _is_name(name):
        return "the revision is no text"
    if any(sign < " " or sign == "\x7f" for sign in name):
        return "the revision has a control character in it"
    if name.startswith("^") or ".." in name.removesuffix("...").partition(":")[0]:
        return f"'{name}' is not one revision: write 'A', or 'A...' for where this branch left 'A'"
    return ""


def _ambiguous(name: str, said: str) -> str:
    if "short object ID" in said:
        return f"'{name}' is the beginning of several hashes: write more of it"
    return f"'{name}' is the name of several things: write 'heads/{name}' for the branch, or 'tags/{name}' for the tag"


def _otherwise(name: str, tip: str, top: str) -> str:
    """The commit of a revision that takes no suffix, as `:/words`. Raises RevisionError, which says why it is none."""
    any_answer = _git(top, "rev-parse", "--git-dir")
    if any_answer.returncode:
        raise RevisionError(_failure(top, _said(any_answer)))
    found = _hash(_git(top, "rev-parse", "--verify", tip).stdout)
    kind = _git(top, "cat-file", "-t", found).stdout.decode().strip() if found else ""
    if not kind:
        raise RevisionError(_located(top, _unknown(name, tip, top)))
    commit = _hash(_git(top, "rev-parse", "--verify", f"{found}^{{commit}}").stdout)
    if not commit:
        kind = {"blob": "file", "tree": "folder"}.get(kind, kind)
        raise RevisionError(_located(top, f"'{tip}' is a {kind}, not a commit"))
    return commit


def _merge_base(name: str, tip: str, commit: str, top: str) -> str:
    """The commit where HEAD left another one."""
    done = _git(top, "merge-base", commit, "HEAD")
    base = _hash(done.stdout)
    if base:
        return base
    if _is_shallow(top):
        command = _fetch(name, tip, top, is_shallow=True)
        message = f"where HEAD left '{tip}' is not in this shallow clone: run '{command}'"
    else:
        message = f"'{tip}' and HEAD have no commit in common"
    raise RevisionError(_located(top, message))


def _unknown(name: str, tip: str, top: str) -> str:
    """What is wrong with a revision that is not there, and what to do."""
    known = names_of_revisions(top)
    if not known and _git(top, "rev-parse", "--verify", "HEAD^{commit}").returncode:
        return "the repository has no commits yet"
    dots = name[len(tip) :]
    remote = next((one for one in known if one.partition("/")[2] == tip), "")
    if remote:
        return f"unknown revision '{tip}', did you mean '{remote}{dots}'?"
    is_shallow = _is_shallow(top)
    command = _fetch(name, tip, top, is_shallow=is_shallow)
    is_fetched_elsewhere = command.endswith(f" {tip}") and not _FULL_HASH.fullmatch(tip)
    then = f", and use 'FETCH_HEAD{dots}'" if is_fetched_elsewhere else ""
    if is_shallow:
        return f"'{tip}' is not in this shallow clone: run '{command}'{then}"
    by_branch = {one.partition("/")[2]: one for one in known}
    if near := nearest(tip, (*known, *by_branch)):
        return f"unknown revision '{tip}', did you mean '{near if near in known else by_branch[near]}{dots}'?"
    if command and not is_fetched_elsewhere:
        return f"'{tip}' is not in this clone: run '{command}'"
    return f"unknown revision '{tip}': there is no such branch, tag or commit"


def _fetch(name: str, tip: str, top: str, *, is_shallow: bool) -> str:
    """The command that fetches a revision; empty if there is none for a clone that has all its history."""
    depth = (" --unshallow" if name != tip else " --depth=1") if is_shallow else ""
    remotes = _git(top, "remote").stdout.decode("utf-8", "replace").split()
    remote, _, branch = tip.partition("/")
    if _FULL_HASH.fullmatch(tip) and remotes:
        return f"git fetch{depth} {_first(remotes)} {tip}"
    if remote in remotes and _PLAIN_NAME.fullmatch(branch):
        return f"git fetch{depth} {remote} +refs/heads/{branch}:refs/remotes/{remote}/{branch}"
    if is_shallow and name == tip and (ancestor := _ANCESTOR_OF_HEAD.fullmatch(tip)):
        return f"git fetch --deepen={ancestor['number'] or 1}"
    if _PLAIN_NAME.fullmatch(tip) and remotes and not re.fullmatch("HEAD|[0-9a-f]{4,}", tip):
        return f"git fetch{depth} {_first(remotes)} {tip}"
    return "git fetch --unshallow" if is_shallow else ""


def _first(remotes: Sequence[str]) -> str:
    return "origin" if "origin" in remotes else remotes[0]


def _is_shallow(top: str) -> bool:
    return _git(top, "rev-parse", "--is-shallow-repository").stdout.strip() == b"true"


def _failure(top: str, said: str) -> str:
    """Why git does not read a repository."""
    shown = shown_path(top)
    if _DUBIOUS in said:
        quoted = f'"{top}"' if " " in top else top
        command = f"git config --global --add safe.directory {quoted}"
        return f"git does not trust the repository, because it is another user's: run '{command}'"
    if "not a git repository" in said:
        return f"'{shown}' is no git repository, though there is a '.git' in it"
    first = next((line for line in said.splitlines() if line.startswith(("fatal: ", "error: "))), said.strip())
    return f"git cannot read the repository '{shown}': {first.partition(': ')[2] or first}"


def _located(top: str, message: str) -> str:
    """A message with the repository that it is about, if that is not the one of the working directory."""
    here = real_path(os.getcwd())
    return message if is_inside(here, top) else f"in '{shown_path(top)}', {message}"


def _hash(output: bytes) -> str:
    word = output.decode("ascii", "replace").strip()
    return word if _FULL_HASH.fullmatch(word) else ""


def _said(done: subprocess.CompletedProcess[bytes]) -> str:
    return done.stderr.decode("utf-8", "replace")


def _is_name(name: str) -> bool:
    """Whether a system and git can have a name like this."""
    try:
        return b"\0" not in _bytes(name)
    except UnicodeEncodeError:
        return False


def _bytes(name: str) -> bytes:
    return name.encode("utf-8", "surrogateescape")


def _name(name: bytes) -> str:
    return name.decode("utf-8", "surrogateescape")


def _git(top: str, *arguments: str, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """What git answers at the top of a repository, which is never one further up. Raises RevisionError."""
    kept = {name: value for name, value in os.environ.items() if name not in _NOT_INHERITED}
    env = {**kept, **_ENVIRONMENT, "GIT_CEILING_DIRECTORIES": os.path.dirname(top)}
    command = [_program(), "--no-pager", "-c", "core.fsmonitor=false", *arguments]
    try:
        return subprocess.run(command, cwd=top, env=env, input=given, capture_output=True, check=False)
    except OSError as error:
        raise RevisionError(f"cannot run git: {(error.strerror or str(error)).lower()}") from None


def _program() -> str:
    """The path of git: never one in the working directory, which the system may prefer."""
    name = "git.exe" if os.name == "nt" else "git"
    for folder in os.get_exec_path():
        path = os.path.join(folder, name)
        if os.path.isabs(folder) and os.path.isfile(path) and os.access(path, os.X_OK):
            return path
    raise RevisionError("git is not installed, or not in PATH")
