"""Owns files: which ones a run looks at, bytes to text, and whether a text is a gateway specification."""

from __future__ import annotations

import gc
import os
import re
import stat
from collections.abc import Iterable, Iterator

from apigw_lint.config import Config
from apigw_lint.diagnostic import Diagnostic, Report
from apigw_lint.linter import lint_spec
from apigw_lint.rules import RULES
from apigw_lint.source.parse import parse
from apigw_lint.source.text import Source, Span
from apigw_lint.spec.model import Spec

SUFFIXES = (".yaml", ".yml", ".json")
MAX_BYTES = 50_000_000

_NEVER_WALKED = (".git", "node_modules")
_SWEPT_AFTER = 16_000_000

_GATEWAY_KEY = r"""(?:^|[\s"'{,])x-yc-[a-z-]+["']?\s*:"""
_ROOT_KEY = r"""(?m)^[{\s"']*(?:openapi|swagger|paths)["']?\s*:"""


class UnreadableError(Exception):
    """Why a file cannot be linted, in words that begin in lower case."""


def lint_file(path: str, config: Config, *, is_named: bool, shown: str | None = None) -> Report:
    """What is wrong with one file; for one that is no specification, a report with a skip.

    `is_named` says that the user named this very file, so that its skip deserves a word.
    """
    shown = shown or path
    try:
        data = read(path)
    except UnreadableError as error:
        return _unreadable(shown, str(error))
    return lint_bytes(shown, data, config, is_named=is_named)


def lint_bytes(shown: str, data: bytes, config: Config, *, is_named: bool) -> Report:
    """Like `lint_file`, for bytes at hand."""
    try:
        text = decode(data)
    except UnreadableError as error:
        return _unreadable(shown, str(error))
    if "x-yc-" not in text and (text.strip() or not is_named):
        return _skipped(shown, is_named)
    spec = Spec(parse(Source(shown, text.removeprefix("\ufeff"))))
    is_spec = spec.is_gateway_spec if spec.root else not text.strip() or _looks_like_spec(text)
    return lint_spec(spec, config) if is_spec else _skipped(shown, is_named)


def _looks_like_spec(text: str) -> bool:
    return re.search(_GATEWAY_KEY, text) is not None and re.search(_ROOT_KEY, text) is not None


def _skipped(shown: str, is_named: bool) -> Report:
    reason = "not a gateway specification: it needs 'openapi' or 'paths', and an 'x-yc-' key"
    return Report(skipped=[(shown, reason)] if is_named else [])


def _unreadable(shown: str, reason: str) -> Report:
    rule = RULES["unreadable-file"]
    diagnostic = Diagnostic(
        Source(shown, ""), Span(0, 0), rule.name, rule.severity, rule.consequence, reason, url=rule.url
    )
    return Report([diagnostic], [shown])


def read(path: str) -> bytes:
    """The bytes of a regular file. Raises UnreadableError with the reason."""
    try:
        with open(path, "rb", opener=_open_without_waiting) as file:
            mode = os.fstat(file.fileno()).st_mode
            if not stat.S_ISREG(mode):
                raise UnreadableError("not a regular file")
            data = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise UnreadableError("no such file") from None
    except OSError as error:
        raise UnreadableError((error.strerror or str(error)).lower()) from None
    except ValueError:
        raise UnreadableError("the name of the file holds a null character") from None
    if len(data) > MAX_BYTES:
        raise UnreadableError(f"larger than {MAX_BYTES:,} bytes; the gateway takes 3.5 MB")
    return data


def _open_without_waiting(path: str, flags: int) -> int:
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def decode(data: bytes) -> str:
    """The text of UTF-8 bytes. Raises UnreadableError with a guess at what else they are."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise UnreadableError("UTF-16 text: save the file as UTF-8")
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        where = f"byte {error.start + 1} (line {data.count(bytes((10,)), 0, error.start) + 1})"
    if b"\0" in data:
        raise UnreadableError("a binary file")
    if _is_cyrillic(data):
        raise UnreadableError(f"not UTF-8 at {where}, most likely windows-1251: save the file as UTF-8")
    raise UnreadableError(f"not UTF-8 at {where}: save the file as UTF-8")


def _is_cyrillic(data: bytes) -> bool:
    high = [byte for byte in data if byte >= 0x80]
    return len(high) > 3 and sum(byte >= 0xC0 or byte in (0xA8, 0xB8) for byte in high) * 10 >= len(high) * 8


def specifications(folder: str) -> Iterator[str]:
    """The files of a folder that may be specifications, sorted, what `.gitignore` names left out."""
    ignored = _Ignored(folder)
    for here, folders, names in os.walk(folder):
        relative = os.path.relpath(here, folder)
        ignored.enter(here)
        wanted = (name for name in folders if name not in _NEVER_WALKED)
        folders[:] = sorted(name for name in wanted if not ignored.is_ignored(here, name, True))
        for name in sorted(names):
            path = os.path.join(here, name) if relative != "." or folder != "." else name
            if name.endswith(SUFFIXES) and os.path.isfile(path) and not ignored.is_ignored(here, name, False):
                yield path


class _Ignored:
    """The `.gitignore` files from the top of the repository down to the folder that is walked."""

    def __init__(self, folder: str) -> None:
        self.rules: list[tuple[str, object]] = []
        above = [os.path.abspath(folder)]
        while not os.path.exists(os.path.join(above[-1], ".git")):
            parent = os.path.dirname(above[-1])
            if parent == above[-1]:
                return
            above.append(parent)
        for place in reversed(above[1:]):
            self.enter(place)

    def enter(self, folder: str) -> None:
        """Takes the `.gitignore` of a folder into account for all below it."""
        try:
            with open(os.path.join(folder, ".gitignore"), encoding="utf-8", errors="replace") as file:
                lines = file.read().splitlines()
        except OSError:
            return
        from pathspec import GitIgnoreSpec

        try:
            self.rules.append((os.path.abspath(folder), GitIgnoreSpec.from_lines(lines)))
        except ValueError:
            return

    def is_ignored(self, folder: str, name: str, is_folder: bool) -> bool:
        """Whether the last `.gitignore` that speaks of this name says that git does not track it."""
        path = os.path.join(os.path.abspath(folder), name)
        for place, spec in reversed(self.rules):
            if os.path.commonpath((place, path)) == place:
                relative = os.path.relpath(path, place).replace(os.sep, "/") + ("/" if is_folder else "")
                verdict = spec.check_file(relative).include  # type: ignore[attr-defined]
                if verdict is not None:
                    return bool(verdict)
        return False


def lint_paths(paths: Iterable[str], config: Config) -> Report:
    """One report for files and folders; a file that is reached twice is linted once."""
    reports = []
    seen = set()
    unswept = 0
    for path in paths:
        is_folder = os.path.isdir(path)
        for file in specifications(path) if is_folder else [path]:
            identity = os.path.realpath(file)
            if identity not in seen:
                seen.add(identity)
                reports.append(lint_file(file, config, is_named=not is_folder, shown=shown_path(file)))
                unswept += os.path.getsize(file) if os.path.isfile(file) else 0
                if unswept > _SWEPT_AFTER:
                    # Trees are circular, and the command runs with the collector off.
                    gc.collect()
                    unswept = 0
    return Report.merged(reports)


def shown_path(path: str) -> str:
    """How findings name a file: as the user named it, with forward slashes and no `./` in front."""
    readable = os.fsencode(os.path.normpath(path)).decode("utf-8", "backslashreplace")
    return readable.replace(os.sep, "/")
