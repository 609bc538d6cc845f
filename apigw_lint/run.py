"""Owns a run over files and folders: which files, each with its configuration, one report per file."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from apigw_lint import inputs
from apigw_lint.config import Config
from apigw_lint.configfile import Configs
from apigw_lint.diagnostic import Report
from apigw_lint.files import UnreadableError, decode, read, shown_path, walk
from apigw_lint.inputs import Input, Reading
from apigw_lint.linter import diagnostic_of, lint_input, reading_of
from apigw_lint.memory import collect_after
from apigw_lint.rules import RULES, Problem
from apigw_lint.source.text import Source

WORTH_PROCESSES = 2_000_000
"""Bytes in total above which several processes are faster, see docs/benchmarks.md."""


class Target(NamedTuple):
    """A file to check; `is_named` is true if the user named this file, not its folder.

    `style` is its template language if a `.tf` of the run names it as a specification, else None.
    """

    path: str
    is_named: bool
    style: str | None = None


def targets(paths: Iterable[str]) -> Iterator[Target]:
    """The files of a run, each once, in the order of the paths."""
    seen = set()
    for path in paths:
        is_folder = os.path.isdir(path)
        for file in walk(path, inputs.SUFFIXES) if is_folder else [path]:
            identity = os.path.realpath(file)
            if identity not in seen:
                seen.add(identity)
                yield Target(file, not is_folder)


class _Job(NamedTuple):
    """A file to lint, with its configuration; `excluded_by` is the configuration file that excludes it, if any."""

    target: Target
    config: Config
    excluded_by: str | None

    @property
    def size(self) -> int:
        """The size of the file in bytes, 0 if there is nothing to lint."""
        path = self.target.path
        return os.path.getsize(path) if os.path.isfile(path) and not self.excluded_by else 0


def check_targets(files: Iterable[Target], configs: Configs) -> Iterator[tuple[Config, Report]]:
    """The report of each file, with the configuration that applies to it. Raises ConfigError."""
    jobs = [_job(target, configs) for target in _with_named_files(list(files), configs)]
    for job, report in zip(jobs, _reports(jobs), strict=True):
        yield job.config, report


def _job(target: Target, configs: Configs) -> _Job:
    file = configs.file_for(target.path)
    is_excluded = file is not None and file.excludes(target.path)
    return _Job(target, configs.config_for(target.path), shown_path(file.path) if file and is_excluded else None)


def _reports(jobs: list[_Job]) -> Iterator[Report]:
    if len(jobs) > 1 and sum(job.size for job in jobs) > WORTH_PROCESSES:
        from apigw_lint.processes import available, spread

        if (number := min(available(), len(jobs))) > 1:
            return spread(_report, jobs, number)
    return map(_report, jobs)


def _report(job: _Job) -> Report:
    target, shown = job.target, shown_path(job.target.path)
    if job.excluded_by:
        return _skipped(shown, f"excluded by {job.excluded_by}", target)
    try:
        content = read_target(target, job.config)
    except UnreadableError as error:
        return _unreadable(shown, str(error))
    report = lint_input(content, job.config) if not content.reason else _skipped(shown, content.reason, target)
    collect_after(job.size)
    return report


def read_target(target: Target, config: Config) -> Input:
    """The content of a file. Raises UnreadableError."""
    text = decode(read(target.path))
    shown = shown_path(target.path)
    if target.style is not None:
        return inputs.from_text(shown, text, Reading(target.style, config.placeholders))

    def locate(file: str) -> str:
        from apigw_lint.follow import locate

        return locate(target.path, file).reason

    reading = reading_of(config)._replace(locate=locate, sibling=lambda: _sibling(target.path))
    return inputs.from_file(shown, text, reading, is_named=target.is_named)


def _sibling(path: str) -> str:
    from apigw_lint.siblings import deployable_sibling

    return deployable_sibling(path)


def _skipped(shown: str, reason: str, target: Target) -> Report:
    """The report of a file that is not linted, which lists it only if the user named it."""
    return Report(skipped=[(shown, reason)] if target.is_named else [])


def _unreadable(shown: str, reason: str) -> Report:
    diagnostic = diagnostic_of(Source(shown, ""), RULES["unreadable-file"], Problem(None, reason))
    return Report([diagnostic], [shown])


def _with_named_files(files: list[Target], configs: Configs) -> Iterable[Target]:
    """The files, and those that the `.tf` files among them name."""
    modules = [target.path for target in files if inputs.is_terraform(target.path)]
    if not modules:
        return files
    from apigw_lint.follow import named_files

    kept = [path for path in modules if not ((file := configs.file_for(path)) and file.excludes(path))]
    targets_by_identity = {os.path.realpath(target.path): target for target in files}
    for identity, located in named_files(kept).items():
        target = targets_by_identity.get(identity, Target(located.path, False))
        targets_by_identity[identity] = target._replace(style=located.style)
    return targets_by_identity.values()


def check_stdin(data: bytes, name: str | None, configs: Configs) -> tuple[Config, Report]:
    """The report on the bytes of standard input, treated as a file of this name. Raises ConfigError."""
    file, config = configs.file_for(name or "."), configs.config_for(name or ".")
    if name and file is not None and file.excludes(name):
        return config, Report(skipped=[(shown_path(name), f"excluded by {shown_path(file.path)}")])
    shown = name or "<stdin>"
    try:
        reading = reading_of(config)._replace(sibling=lambda: _sibling(name) if name else "")
        content = inputs.from_file(shown, decode(data), reading, is_named=True)
    except UnreadableError as error:
        return config, _unreadable(shown, str(error))
    return config, lint_input(content, config)
