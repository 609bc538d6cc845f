"""Owns fixing files and standard input: which files, what changes in each, and replacing them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from apigw_lint.configfile import Configs
from apigw_lint.diagnostic import Report
from apigw_lint.files import UnreadableError, decode, read
from apigw_lint.fix.subject import Alone, Split, Subject
from apigw_lint.fix.text import FixOptions, FixResult, fix_text, fix_texts, fixable_diagnostics
from apigw_lint.repository import real_path
from apigw_lint.run import Checked, check_stdin, checked_targets, lint_with, targets
from apigw_lint.shared import each_file_once
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
        lines = zip(_LINE.findall(text), _LINE.findall(self.fixed.mask.hide(text)), strict=True)
        return {line: shown for line, shown in lines if line != shown}


def fix_paths(
    paths: Iterable[str], configs: Configs, options: FixOptions, *, is_written: bool, are_optional: bool = False
) -> Iterator[FileResult]:
    """What fixing does to each file, which is written if wanted; a file of several specifications is fixed in one.

    Raises ConfigError.
    """
    for checked in each_file_once(checked_targets(targets(paths, are_optional=are_optional), configs)):
        report = checked.report
        if report.parts or fixable_diagnostics(report, options):
            kept = [path for path in report.checked if not configs.excluded_by(path)]
            yield from _fix_files(kept, checked, options, is_written=is_written)
        else:
            yield _unchanged(next(iter(report.checked), ""), "", report)


class _File(NamedTuple):
    """A file of a specification, what is in it, and what is found there."""

    path: str
    data: bytes
    text: str
    report: Report


def _unchanged(path: str, text: str, report: Report, error: str = "") -> FileResult:
    return FileResult(path, text, FixResult(text, [], []), report, error)


def _fix_files(paths: list[str], checked: Checked, options: FixOptions, *, is_written: bool) -> Iterator[FileResult]:
    """What fixing does to the files of a specification that a run has checked."""
    files = []
    for number, path in enumerate(paths):
        # What is about no file of them in particular is told with the first.
        report = checked.report.of_file(path) if not number else Report(checked.report.of_file(path).found, [path])
        try:
            data = read(path)
            files.append(_File(path, data, decode(data), report))
        except UnreadableError as error:
            yield _unchanged(path, "", report, str(error))
    if files:
        fixed = fix_texts(_subject(files, checked), [file.text for file in files], options)
        for file, result in zip(files, fixed, strict=True):
            links = checked.report.links
            yield _written(FileResult(file.path, file.text, result, file.report), file, links, is_written=is_written)


def _subject(files: list[_File], checked: Checked) -> Subject:
    """The files of a specification, or the one that it is, as what is fixed."""
    styles = (diagnostic.source.style for diagnostic in checked.report.found)
    config = checked.config._replace(template=next(styles, None) or checked.config.template)
    if not checked.report.parts:
        return Alone(files[0].path, config)
    real_paths = [real_path(file.path) for file in files]
    paths = tuple(file.path for file in files)
    return Split(paths, config, lambda texts: lint_with(checked, dict(zip(real_paths, texts, strict=True))))


def _written(result: FileResult, file: _File, links: Sequence[tuple[str, str]], *, is_written: bool) -> FileResult:
    """The result after it was written, if it is wanted and there is something to write."""
    if is_written and result.is_changed:
        try:
            for link, _ in links:
                refuse_way_out(link)
            write_whole(file.path, result.fixed.text.encode(), known=file.data)
        except UnwritableError as error:
            return result._replace(fixed=result.fixed._replace(text=file.text, applied=[]), error=str(error))
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
