"""Owns a run over files and folders: each file with its configuration, one report of all."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from apigw_lint.config import Config
from apigw_lint.configfile import Configs
from apigw_lint.diagnostic import Diagnostic, Report
from apigw_lint.files import UnreadableError, decode, read, shown_path, specifications
from apigw_lint.gateway.spec import Spec
from apigw_lint.linter import lint, lint_resources, lint_spec
from apigw_lint.memory import collect_after
from apigw_lint.rules import RULES
from apigw_lint.source.parse import parse
from apigw_lint.source.text import Source, Span

_GATEWAY_KEY = r"""(?:^|[\s"'{,])x-yc-[a-z-]+["']?\s*:"""
_ROOT_KEY = r"""(?m)^[{\s"']*(?:openapi|swagger|paths)["']?\s*:"""
WORTH_PROCESSES = 2_000_000
"""Bytes from which on several processes are faster, see docs/benchmarks.md."""


class Target(NamedTuple):
    """A file to look at; `is_named` says that the user named this very file.

    `style` is whose placeholders it holds when a `.tf` of the run says that it is a specification, else None.
    """

    path: str
    is_named: bool
    style: str | None = None


def targets(paths: Iterable[str]) -> Iterator[Target]:
    """The files of a run, each once, in the order of the paths."""
    seen = set()
    for path in paths:
        is_folder = os.path.isdir(path)
        for file in specifications(path) if is_folder else [path]:
            identity = os.path.realpath(file)
            if identity not in seen:
                seen.add(identity)
                yield Target(file, not is_folder)


class _Job(NamedTuple):
    """A file to lint, with what holds for it; `excluded_by` is the configuration that leaves it out, if any."""

    target: Target
    config: Config
    excluded_by: str | None

    @property
    def size(self) -> int:
        """How many bytes the file has, 0 for what is no file."""
        path = self.target.path
        return os.path.getsize(path) if os.path.isfile(path) and not self.excluded_by else 0


def lint_targets(files: Iterable[Target], configs: Configs) -> Iterator[tuple[Config, Report]]:
    """The report of each file, with the configuration that holds for it. Raises ConfigError."""
    jobs = [_job(target, configs) for target in _followed(list(files), configs)]
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
            return spread(_linted, jobs, number)
    return map(_linted, jobs)


def _linted(job: _Job) -> Report:
    if job.excluded_by:
        reason = f"excluded by {job.excluded_by}"
        return Report(skipped=[(shown_path(job.target.path), reason)] if job.target.is_named else [])
    report = lint_target(job.target, job.config)
    collect_after(job.size)
    return report


def _followed(files: list[Target], configs: Configs) -> Iterable[Target]:
    """The same files, and those that the `.tf` files among them name."""
    modules = [one for one in files if one.path.endswith(".tf")]
    if not modules:
        return files
    from apigw_lint.follow import named_files

    kept = [one.path for one in modules if not ((file := configs.file_for(one.path)) and file.excludes(one.path))]
    named = named_files(kept)
    found = {os.path.realpath(one.path): one for one in files}
    for identity, (path, style) in named.items():
        found[identity] = found.get(identity, Target(path, False))._replace(style=style)
    return found.values()


def lint_target(target: Target, config: Config) -> Report:
    """Like `lint_file`, for a file of a run; what a `.tf` says about it goes before all else."""
    shown = shown_path(target.path)
    if target.style is None:
        return lint_file(target.path, config, is_named=target.is_named, shown=shown)
    try:
        text = decode(read(target.path)).removeprefix("\ufeff")
    except UnreadableError as error:
        return _unreadable(shown, str(error))
    return lint_spec(Spec(parse(Source(shown, text, target.style))), config)


def lint_file(path: str, config: Config, *, is_named: bool, shown: str | None = None) -> Report:
    """What is wrong with one file; for one that is no specification, a report with a skip.

    `is_named` says that the user named this very file, so that its skip deserves a word.
    """
    shown = shown or path
    try:
        data = read(path)
    except UnreadableError as error:
        return _unreadable(shown, str(error))
    return lint_bytes(shown, data, config, is_named=is_named, place=path)


def lint_bytes(shown: str, data: bytes, config: Config, *, is_named: bool, place: str | None = None) -> Report:
    """Like `lint_file`, for bytes at hand; `place` is the path that they come from, if any."""
    try:
        text = decode(data)
    except UnreadableError as error:
        return _unreadable(shown, str(error))
    if shown.endswith(".tf"):
        return _lint_module(shown, text.removeprefix("\ufeff"), config, place, is_named=is_named)
    if "x-yc-" not in text and (text.strip() or not is_named):
        return _skipped(shown, is_named)
    spec = Spec(parse(Source(shown, text.removeprefix("\ufeff"), config.template)))
    is_spec = spec.is_gateway_spec if spec.root else not text.strip() or _looks_like_spec(text)
    return lint_spec(spec, config) if is_spec else _skipped(shown, is_named)


def _lint_module(shown: str, text: str, config: Config, place: str | None, *, is_named: bool) -> Report:
    """What is wrong with the gateways of a `.tf` file, the files that they name left to the run."""
    if place is None:
        return lint(shown, text, config)
    from apigw_lint.follow import locate

    report = lint_resources(shown, text, config, lambda file: locate(place, file).reason)
    return report if report.checked or is_named else Report()


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


def lint_stdin(data: bytes, name: str | None, configs: Configs) -> tuple[Config, Report]:
    """The report of a text that came through standard input, as that of a file of this name. Raises ConfigError."""
    path = name or "."
    file, config = configs.file_for(path), configs.config_for(path)
    if name and file is not None and file.excludes(name):
        return config, Report(skipped=[(shown_path(name), f"excluded by {shown_path(file.path)}")])
    return config, lint_bytes(name or "<stdin>", data, config, is_named=True)


def lint_paths(paths: Iterable[str], configs: Configs | None = None) -> Report:
    """One report for files and folders. Raises ConfigError."""
    return Report.merged(report for _, report in lint_targets(targets(paths), configs or Configs(is_ignored=True)))
