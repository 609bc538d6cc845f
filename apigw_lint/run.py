"""Owns a run over files and folders: which files, each with its configuration, one report per file."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple, TypeVar

from apigw_lint import inputs
from apigw_lint.config import Config
from apigw_lint.configfile import Configs
from apigw_lint.diagnostic import Report
from apigw_lint.files import STANDARD_INPUT, MissingFileError, UnreadableError, decode, read, shown_path
from apigw_lint.hosts.contents import Elsewhere, Files, Reading
from apigw_lint.hosts.document import kind_of
from apigw_lint.inputs import PLAIN_OPENAPI, Input
from apigw_lint.linter import diagnostic_of, lint_documents, lint_input, reading_of
from apigw_lint.memory import collect_after
from apigw_lint.recognition import WALKED_SUFFIXES, is_terraform, is_terraform_json, opt_in_host
from apigw_lint.repository import followed, real_path, working_tree
from apigw_lint.rules import RULES, Problem
from apigw_lint.source.known import Known
from apigw_lint.source.text import Source
from apigw_lint.source.tree import Unlinked
from apigw_lint.walk import Found, walk

WORTH_PROCESSES = 2_000_000
"""Bytes in total above which several processes are faster, see docs/benchmarks.md."""

AnyJob = TypeVar("AnyJob")
Result = TypeVar("Result")


class Target(NamedTuple):
    """A file to check, by its path once links are followed; `is_named` is true if the user named it, not its folder.

    `style` is its template language if a `.tf` of the run names it as a specification, else None, and `known` are the
    variables that it is given. `elsewhere` is for a `.tf` what the names are that other files define. `link` is a link
    and where it leads to, if only that led to the file. With `skipped` or `error` there is nothing to check, see
    `Found`. `is_optional` says that it was named like every other file, as a hook does, so that it may well be no
    specification, and `is_standard_input` that its text came through standard input.
    """

    path: str
    is_named: bool
    style: str | None = None
    known: tuple[Known, ...] = ()
    elsewhere: Mapping[str, Elsewhere] | None = None
    link: tuple[str, str] | None = None
    skipped: str = ""
    error: str = ""
    is_optional: bool = False
    is_standard_input: bool = False

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
        for found in [Found(start)] if is_named else walk(start, WALKED_SUFFIXES):
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


class Checked(NamedTuple):
    """A file of a run, the configuration that applies to it, and its report."""

    target: Target
    config: Config
    report: Report


def check_targets(files: Iterable[Target], configs: Configs) -> Iterator[tuple[Config, Report]]:
    """The report of each file, with the configuration that applies to it. Raises ConfigError."""
    return ((checked.config, checked.report) for checked in checked_targets(files, configs))


def checked_targets(files: Iterable[Target], configs: Configs) -> Iterator[Checked]:
    """The same with the files, those too that only a `.tf` names. Raises ConfigError."""
    found = _with_named_files(list(files), configs)
    jobs = [_job(target, configs) for target in found]
    for job, report in zip(jobs, each(_report, jobs, sum(job.size for job in jobs)), strict=True):
        link = job.target.link
        yield Checked(job.target, job.config, report._replace(links=[link]) if link else report)


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


def each(do: Callable[[AnyJob], Result], jobs: Sequence[AnyJob], size: int) -> Iterator[Result]:
    """The results of all jobs in their order; several processes share them if they are worth that, see `spread`.

    `size` is how many bytes there are to lint in total.
    """
    if len(jobs) > 1 and size > WORTH_PROCESSES:
        from apigw_lint.processes import available, spread

        if (number := min(available(), len(jobs))) > 1:
            return spread(do, jobs, number)
    return map(do, jobs)


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
            yield ListedFile(file.path, file.content.kind or kind_of(file.content.documents[0]))
        elif file.is_worth_saying:
            yield ListedFile(file.path, reason=file.reason)


def read_target(target: Target, config: Config) -> Input:
    """The content of a file. Raises UnreadableError."""
    shown = shown_path(target.path)
    reason = inputs.reason_by_name(shown, reading_of(config), is_wanted=target.is_wanted)
    if target.style is None and reason:
        return Input(Source(shown, ""), reason=reason)
    return content_of(target, config, shown, read(target.path), read)


def lint_with(checked: Checked, texts: Mapping[str, str]) -> Report:
    """What would be found in a specification of a run if files, by their real paths, had other texts.

    The spans are those of the document, see `lint_documents`.
    """
    target, shown = checked.target, shown_path(checked.target.path)

    def read_part(path: str) -> bytes:
        text = texts.get(real_path(path))
        return read(path) if text is None else text.encode()

    try:
        content = content_of(target, checked.config, shown, read_part(target.path), read_part)
    except UnreadableError as error:
        return _unreadable(shown, str(error))
    return lint_documents(content, checked.config)


def content_of(
    target: Target, config: Config, name: str, data: bytes, read_part: Callable[[str], bytes] | None
) -> Input:
    """The content of a file that is called `name` and has these bytes, or had them once. Raises UnreadableError.

    `read_part` reads the files that its references lead to, without it they are not followed.
    """
    text = decode(data)
    files = _files_around(target.path, read_part) if read_part and not target.is_standard_input else None
    if target.style is not None:
        reading = Reading(target.style, config.placeholders, target.known, is_whole=True, files=files)
        return inputs.from_text(name, text, reading)
    make = _stdin_reading if target.is_standard_input else reading_at
    reading = make(target.path, config)._replace(files=files)
    if target.elsewhere is not None:
        reading = reading._replace(lookup=target.elsewhere.get)
    return inputs.from_file(name, text, reading, is_wanted=target.is_wanted)


def reading_at(path: str, config: Config) -> Reading:
    """How the text of a file is read, with what the files around it say."""

    def locate(file: str) -> str:
        from apigw_lint.follow import locate

        return locate(path, file).reason

    def lookup(name: str) -> Elsewhere | None:
        from apigw_lint.follow import lookup_beside

        return lookup_beside(path)(name)

    return reading_of(config)._replace(
        locate=locate, lookup=lookup, sibling=lambda: _sibling(path), files=_files_around(path, read)
    )


def _files_around(path: str, read_part: Callable[[str], bytes]) -> Files:
    """The files that the references of a file lead to."""

    def locate(name: str, file: str) -> str | Unlinked:
        from apigw_lint.follow import referred_file

        return referred_file(name, file, working_tree(os.path.dirname(path)))

    def read_source(name: str) -> Source | Unlinked:
        from apigw_lint.follow import referred_source

        return referred_source(name, read_part)

    return Files(real_path(path), locate, read_source)


def _stdin_reading(name: str | None, config: Config) -> Reading:
    """How standard input is read that is called like this file: what a `.tf` names is not looked for."""
    return reading_of(config)._replace(sibling=lambda: _sibling(name) if name else "")


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
    """The files without those that the configuration does not opt in to, and those that the `.tf` among them name."""
    files = [target for target in files if target.is_named or _is_chosen(target.path, configs)]
    modules = [target.path for target in files if _is_module(target.path) and not target.skipped]
    if not modules:
        return files
    from apigw_lint.follow import named_files

    kept = [path for path in modules if not configs.excluded_by(path)]
    named = named_files(kept)
    targets_by_identity = {
        _identity(target): target._replace(elsewhere=named.elsewhere.get(target.path, {})) for target in files
    }
    for identity, file in named.files.items():
        target = targets_by_identity.get(identity, Target(followed(file.path), False))
        style = None if is_terraform(file.path) else file.style
        targets_by_identity[identity] = target._replace(style=style, known=file.known)
    return targets_by_identity.values()


def _is_module(path: str) -> bool:
    return is_terraform(path) or is_terraform_json(path)


def _is_chosen(path: str, configs: Configs) -> bool:
    """Whether a file of a folder needs no choice, or the configuration chooses it. Raises ConfigError."""
    host = opt_in_host(path)
    if not host:
        return True
    file = configs.file_for(path)
    return file is not None and host in file.hosts


def stdin_content(
    data: bytes,
    name: str | None,
    config: Config,
    *,
    is_optional: bool = False,
    read_part: Callable[[str], bytes] | None = None,
) -> Input:
    """What the bytes of standard input hold, treated as a named file of this name. Raises UnreadableError.

    `read_part` reads the files that its references lead to, without it they are not followed.
    """
    reading = _stdin_reading(name, config)
    if name and read_part:
        reading = reading._replace(files=_files_around(name, read_part))
    return inputs.from_file(name or STANDARD_INPUT, decode(data), reading, is_wanted=not is_optional)


def check_stdin(data: bytes, name: str | None, configs: Configs, *, is_optional: bool = False) -> tuple[Config, Report]:
    """The report on the bytes of standard input, treated as a named file of this name. Raises ConfigError."""
    path = followed(name) if name else STANDARD_INPUT
    config = configs.config_for(path)
    if name and (excluded_by := configs.excluded_by(path)):
        return config, Report(skipped=[(shown_path(name), f"excluded by {excluded_by}")])
    try:
        content = stdin_content(data, name, config, is_optional=is_optional)
    except UnreadableError as error:
        return config, _unreadable(name or STANDARD_INPUT, str(error))
    return config, lint_input(content, config)
