"""Owns fixing files: which ones, what changes in each, and putting it in their place."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from apigw_lint.config import Config
from apigw_lint.configfile import Configs
from apigw_lint.diagnostic import Report
from apigw_lint.files import UnreadableError, decode, read
from apigw_lint.fixer import Fixed, allowed, fix_text
from apigw_lint.run import check_stdin, check_targets, targets

_LINE = re.compile(r"[^\n]*\n|[^\n]+\Z")


class Choice(NamedTuple):
    """Which fixes are made: the unsafe ones too, and those of some rules only."""

    unsafe: bool = False
    rules: frozenset[str] | None = None


class Mended(NamedTuple):
    """What became of one file: its text before and after, what was found before, and why it could not be written."""

    path: str
    before: str
    fixed: Fixed
    report: Report
    error: str = ""

    @property
    def is_changed(self) -> bool:
        """Whether there is something to write."""
        return self.fixed.text != self.before

    def diff(self) -> str:
        """The change as a unified diff, nothing when there is none."""
        from difflib import unified_diff

        before, after = _LINE.findall(self.before), _LINE.findall(self.fixed.text)
        lines = unified_diff(before, after, f"a/{self.path}", f"b/{self.path}")
        return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)


def mend_paths(paths: Iterable[str], configs: Configs, choice: Choice, *, write: bool) -> Iterator[Mended]:
    """What fixing does to each file that is checked, written back if wanted. Raises ConfigError."""
    for config, report in check_targets(targets(paths), configs):
        path = next(iter(report.checked), "")
        nothing = Mended(path, "", Fixed("", [], []), report)
        yield _mended(path, config, report, choice, write=write) if allowed(report, *choice) else nothing


def _mended(path: str, config: Config, report: Report, choice: Choice, *, write: bool) -> Mended:
    style = report.found[0].source.style
    try:
        text = decode(read(path))
    except UnreadableError as error:
        return Mended(path, "", Fixed("", [], []), report, str(error))
    fixed = _fixed(path, text, config._replace(template=style or config.template), choice)
    done = Mended(path, text, fixed, report)
    if write and done.is_changed:
        try:
            replace_file(path, fixed.text.encode())
        except OSError as error:
            return done._replace(error=(error.strerror or str(error)).lower())
    return done


def _fixed(path: str, text: str, config: Config, choice: Choice) -> Fixed:
    return fix_text(path, text, config, unsafe=choice.unsafe, rules=choice.rules)


def mend_stdin(data: bytes, name: str | None, configs: Configs, choice: Choice) -> Mended:
    """What fixing does to a text that came through standard input. Raises ConfigError and UnreadableError."""
    text = decode(data)
    config, report = check_stdin(data, name, configs)
    path = name or "<stdin>"
    fixed = _fixed(path, text, config, choice) if report.checked else Fixed(text, [], [])
    return Mended(path, text, fixed, report)


def replace_file(path: str, data: bytes) -> None:
    """Puts data in the place of a file at once, its mode kept; of a link, in the place of the real file.

    Raises OSError.
    """
    real = os.path.realpath(path)
    mode = os.stat(real).st_mode & 0o7777
    handle, temporary = tempfile.mkstemp(prefix=f".{os.path.basename(real)}.", dir=os.path.dirname(real))
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        os.chmod(temporary, mode)
        os.replace(temporary, real)
    except BaseException:
        os.unlink(temporary)
        raise
