"""Owns fixing files and standard input: which files, what changes in each, and replacing them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from apigw_lint.config import Config
from apigw_lint.configfile import Configs
from apigw_lint.diagnostic import Report
from apigw_lint.files import UnreadableError, decode, read
from apigw_lint.fix.text import FixOptions, FixResult, fix_text, fixable_diagnostics
from apigw_lint.masking import mask_for
from apigw_lint.run import check_stdin, check_targets, targets
from apigw_lint.writing import UnwritableError, refuse_way_out, write_whole

_LINE = re.compile(r"[^\n]*\n|[^\n]+\Z")


class FileResult(NamedTuple):
    """What became of one file: its text before and after, what was found before, and why it could not be written."""

    path: str
    before: str
    fixed: FixResult
    report: Report
    error: str = ""

    @property
    def is_changed(self) -> bool:
        """Whether there is something to write."""
        return self.fixed.text != self.before

    def diff(self) -> str:
        """The change as a unified diff without secrets, empty when there is none."""
        from difflib import unified_diff

        before, after = _LINE.findall(self.before), _LINE.findall(self.fixed.text)
        shown = self._shown_lines(self.before) | self._shown_lines(self.fixed.text)
        lines = list(unified_diff(before, after, f"a/{self.path}", f"b/{self.path}"))
        lines[2:] = [line[0] + shown.get(line[1:], line[1:]) for line in lines[2:]]
        return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)

    def _shown_lines(self, text: str) -> dict[str, str]:
        """How the lines with secrets in a text are shown."""
        lines = zip(_LINE.findall(text), _LINE.findall(mask_for(self.report).hide(text)), strict=True)
        return {line: shown for line, shown in lines if line != shown}


def fix_paths(
    paths: Iterable[str], configs: Configs, options: FixOptions, *, is_written: bool, are_optional: bool = False
) -> Iterator[FileResult]:
    """What fixing does to each file, which is written if wanted. Each is fixed alone, as if no reference led out of it.

    Raises ConfigError.
    """
    for config, report in check_targets(targets(paths, are_optional=are_optional), configs, is_alone=True):
        if fixable_diagnostics(report, options):
            yield _fix_file(config, report, options, is_written=is_written)
        else:
            yield _unchanged(next(iter(report.checked), ""), "", report)


def _unchanged(path: str, text: str, report: Report, error: str = "") -> FileResult:
    return FileResult(path, text, FixResult(text, [], []), report, error)


def _fix_file(config: Config, report: Report, options: FixOptions, *, is_written: bool) -> FileResult:
    """What fixing does to the file of a report with findings."""
    path, style = report.checked[0], report.found[0].source.style
    try:
        data = read(path)
        text = decode(data)
    except UnreadableError as error:
        return _unchanged(path, "", report, str(error))
    fixed = fix_text(path, text, config._replace(template=style or config.template), options)
    result = FileResult(path, text, fixed, report)
    if is_written and result.is_changed:
        try:
            for link, _ in report.links:
                refuse_way_out(link)
            write_whole(path, fixed.text.encode(), known=data)
        except UnwritableError as error:
            return result._replace(fixed=fixed._replace(text=text, applied=[]), error=str(error))
    return result


def fix_stdin(
    data: bytes, name: str | None, configs: Configs, options: FixOptions, *, is_optional: bool = False
) -> FileResult:
    """What fixing does to a text that came through standard input. Raises ConfigError and UnreadableError."""
    text = decode(data)
    path = name or "<stdin>"
    config, report = check_stdin(data, name, configs, is_optional=is_optional)
    if not report.checked:
        return _unchanged(path, text, report)
    return FileResult(path, text, fix_text(path, text, config, options), report)
