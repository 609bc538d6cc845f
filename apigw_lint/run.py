"""Owns a run over files and folders: which files, each with its configuration, one report per file."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from apigw_lint import inputs
from apigw_lint.config import Config
from apigw_lint.configfile import Configs
from apigw_lint.diagnostic import Report
from apigw_lint.files import STANDARD_INPUT, MissingFileError, UnreadableError, decode, read, shown_path
from apigw_lint.inputs import PLAIN_OPENAPI, Input, Reading
from apigw_lint.linter import diagnostic_of, lint_input, reading_of
from apigw_lint.memory import collect_after
from apigw_lint.recognition import SUFFIXES, is_terraform, other_kind
from apigw_lint.repository import followed, real_path
from apigw_lint.rules import RULES, Problem
from apigw_lint.source.text import PLAIN, Source
from apigw_lint.walk import Found, walk

WORTH_PROCESSES = 2_000_000
"""Bytes in total above which several processes are faster, see docs/benchmarks.md."""


class Target(NamedTuple):
    """A file to check, by its path once links are followed; `is_named` is true if the user named it, not its folder.

    `style` is its template language if a `.tf` of the run names it as a specification, else None. `link` is a link and
    where it leads to, if only that led to the file. With `skipped` or `error` there is nothing to check, see `Found`.
    `is_optional` says that it was named like every other file, as a hook does, so that it may well be no specification.
    """

    path: str
    is_named: bool
    style: str | None = None
    link: tuple[str, str] | None = None
    skipped: str = ""
    error: str = ""
    is_optional: bool = False

    @property
    def is_wanted(self) -> bool:
        """Whether the user wants this file to be checked if it can be."""
        return self.is_named and not self.is_optional


def targets(paths: Iterable[str], *, are_optional: bool = False) -> Iterable[Target]:
    """The files of a run, each once, in the order of the paths; those that are named may be optional."""
    files: dict[str, Target] = {}
    for path in paths:
        start = followed(path)
        is_named = not os.path.isdir(start)
        link = (shown_path(path), shown_path(start)) if start != path else None
        for found in [Found(start)] if is_named else walk(start, SUFFIXES):
            target = _target(found, link)._replace(is_named=is_named, is_optional=are_optional)
            identity = _identity(target)
            first = files.setdefault(identity, target)
            files[identity] = first._replace(is_named=first.is_named or is_named, link=target.link and first.link)
    return files.values()


def _target(found: Found, link: tuple[str, str] | None) -> Target:
    """What a walk came to, as a file to check; `link` is the one that the walk began with, if any."""
    if found.link:
        link = (shown_path(found.link), shown_path(found.path))
    return Target(found.path, False, link=link, skipped=found.skipped, error=found.error)


def _identity(target: Target) -> str:
    """What distinguishes a file from all others, whatever led to it; of a link that is passed over, itself."""
    return os.path.abspath(target.path) if target.skipped else real_path(target.path)


class _Job(NamedTuple):
    """A file to lint, with its configuration; `excluded_by` is what excludes it, if anything does.

    `size` is that of the file in bytes, 0 if there is nothing to lint.
    """

    target: Target
    config: Config
    excluded_by: str | None
    size: int


def check_targets(
    files: Iterable[Target], configs: Configs, since: str | None = None
) -> Iterator[tuple[Config, Report]]:
    """The report of each file, with the configuration that applies to it.

    With a revision of git in `since`, only what is new since then is in `found`. Raises ConfigError and RevisionError.
    """
    jobs = [_job(target, configs) for target in _with_named_files(list(files), configs)]
    reports = _reports(jobs)
    if since is not None:
        reports = _new_since(since, jobs, list(reports))
    for job, report in zip(jobs, reports, strict=True):
        link = job.target.link
        yield job.config, report._replace(links=[link]) if link else report


def _job(target: Target, configs: Configs) -> _Job:
    excluded_by = configs.excluded_by(target.path)
    size = 0 if excluded_by or target.skipped or target.error else _size(target.path)
    return _Job(target, configs.config_for(target.path), excluded_by, size)


def _size(path: str) -> int:
    try:
        status = os.stat(path)
    except (OSError, ValueError):
        return 0
    return status.st_size if stat.S_ISREG(status.st_mode) else 0


def _new_since(revision: str, jobs: list[_Job], reports: list[Report]) -> Iterator[Report]:
    from apigw_lint.since import new_since

    def lint_then(index: int, data: bytes) -> Report:
        job = jobs[index]
        return _lint_then(lambda: content_of(job.target, job.config, data), job.config)

    return iter(new_since(revision, [job.target.path for job in jobs], reports, lint_then))


def _lint_then(read_content: Callable[[], Input], config: Config) -> Report:
    """The report on what a file held; empty if it could not be read."""
    try:
        return lint_input(read_content(), config)
    except UnreadableError:
        return Report()


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
    if target.skipped:
        return Report(skipped=[(shown, target.skipped)])
    if target.error:
        return _unreadable(shown, target.error)
    try:
        content = read_target(target, job.config)
    except MissingFileError as error:
        return _unreadable(shown, str(error)) if target.is_named else Report()
    except UnreadableError as error:
        return _unreadable(shown, str(error))
    report = lint_input(content, job.config) if not content.reason else _not_checked(shown, content.reason, target)
    collect_after(job.size)
    return report


class Content(NamedTuple):
    """What a file of a run holds, or `reason`: why it holds nothing for a command.

    `is_worth_saying` is false for a file of a folder that nobody takes for a specification, and `is_error` true for one
    that cannot be read.
    """

    path: str
    content: Input | None = None
    reason: str = ""
    is_worth_saying: bool = True
    is_error: bool = False


def contents(files: Iterable[Target], configs: Configs) -> Iterator[Content]:
    """What `check_targets` would check, and what it would skip. Raises ConfigError."""
    for job in (_job(target, configs) for target in _with_named_files(list(files), configs)):
        target, shown = job.target, shown_path(job.target.path)
        reason = f"excluded by {job.excluded_by}" if job.excluded_by else target.skipped or target.error
        is_error = bool(target.error) and not job.excluded_by
        if not reason:
            try:
                content = read_target(target, job.config)
            except MissingFileError as error:
                reason, is_error = str(error), target.is_named
            except UnreadableError as error:
                reason, is_error = str(error), True
            else:
                reason = content.reason
        if not reason:
            yield Content(shown, content)
        else:
            yield Content(shown, None, reason, target.is_named or is_error or reason == PLAIN_OPENAPI, is_error)


class ListedFile(NamedTuple):
    """A file of a run, by the path in findings: what it is read as, or why it is not checked."""

    path: str
    kind: str = ""
    reason: str = ""


def listed_files(files: Iterable[Target], configs: Configs) -> Iterator[ListedFile]:
    """What `check_targets` would check, and what it would skip and say so. Raises ConfigError."""
    for file in contents(files, configs):
        if file.content is not None:
            yield ListedFile(file.path, _kind_of(file.content))
        elif file.is_worth_saying:
            yield ListedFile(file.path, reason=file.reason)


def _kind_of(content: Input) -> str:
    """What a text is read as: `YAML`, `JSON`, `Terraform`, or the language of a template."""
    if is_terraform(content.source.path):
        return "Terraform"
    style = content.documents[0].style
    if style != PLAIN:
        return f"{style} template"
    return "JSON" if content.source.text.lstrip()[:1] == "{" else "YAML"


def read_target(target: Target, config: Config) -> Input:
    """The content of a file. Raises UnreadableError."""
    shown = shown_path(target.path)
    if target.style is None and (reason := other_kind(shown)):
        return Input(Source(shown, ""), reason=reason)
    return content_of(target, config, read(target.path))


def content_of(target: Target, config: Config, data: bytes) -> Input:
    """What a file holds if these are its bytes. Raises UnreadableError."""
    shown, text = shown_path(target.path), decode(data)
    if target.style is not None:
        return inputs.from_text(shown, text, Reading(target.style, config.placeholders))
    return inputs.from_file(shown, text, reading_at(target.path, config), is_wanted=target.is_wanted)


def reading_at(path: str, config: Config) -> Reading:
    """How the text of a file is read, with what the files around it say."""

    def locate(file: str) -> str:
        from apigw_lint.follow import locate

        return locate(path, file).reason

    return reading_of(config)._replace(locate=locate, sibling=lambda: _sibling(path))


def _sibling(path: str) -> str:
    from apigw_lint.siblings import deployable_sibling

    return deployable_sibling(path)


def _skipped(shown: str, reason: str, target: Target) -> Report:
    """The report of a file that is not linted, which lists it only if the user named it."""
    return Report(skipped=[(shown, reason)] if target.is_named else [])


def _not_checked(shown: str, reason: str, target: Target) -> Report:
    """The report of a file that is no specification; one of a folder is mentioned if it may be meant as one."""
    is_passed_over = reason == PLAIN_OPENAPI and not target.is_named
    return Report(passed_over=[shown]) if is_passed_over else _skipped(shown, reason, target)


def _unreadable(shown: str, reason: str) -> Report:
    diagnostic = diagnostic_of(Source(shown, ""), RULES["unreadable-file"], Problem(None, reason))
    return Report([diagnostic], [shown])


def _with_named_files(files: list[Target], configs: Configs) -> Iterable[Target]:
    """The files, and those that the `.tf` files among them name."""
    modules = [target.path for target in files if is_terraform(target.path) and not target.skipped]
    if not modules:
        return files
    from apigw_lint.follow import named_files

    kept = [path for path in modules if not configs.excluded_by(path)]
    targets_by_identity = {_identity(target): target for target in files}
    for identity, located in named_files(kept).items():
        target = targets_by_identity.get(identity, Target(followed(located.path), False))
        targets_by_identity[identity] = target._replace(style=located.style)
    return targets_by_identity.values()


def stdin_content(data: bytes, name: str | None, config: Config, *, is_optional: bool = False) -> Input:
    """What the bytes of standard input hold, treated as a named file of this name. Raises UnreadableError."""
    reading = reading_of(config)._replace(sibling=lambda: _sibling(name) if name else "")
    return inputs.from_file(name or STANDARD_INPUT, decode(data), reading, is_wanted=not is_optional)


def check_stdin(
    data: bytes, name: str | None, configs: Configs, *, is_optional: bool = False, since: str | None = None
) -> tuple[Config, Report]:
    """The report on the bytes of standard input, treated as a named file of this name; `since` as for files.

    Raises ConfigError and RevisionError.
    """
    path = followed(name) if name else STANDARD_INPUT
    config = configs.config_for(path)
    if name and (excluded_by := configs.excluded_by(path)):
        return config, Report(skipped=[(shown_path(name), f"excluded by {excluded_by}")])
    try:
        content = stdin_content(data, name, config, is_optional=is_optional)
    except UnreadableError as error:
        return config, _unreadable(name or STANDARD_INPUT, str(error))
    report = lint_input(content, config)
    if since is not None and name:
        from apigw_lint.since import new_since

        def lint_then(_: int, data: bytes) -> Report:
            return _lint_then(lambda: stdin_content(data, name, config, is_optional=is_optional), config)

        (report,) = new_since(since, [path], [report], lint_then)
    return config, report
