"""Owns what is new since a revision: the findings of a run without those that the same files had at that revision."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from apigw_lint.baseline import separated
from apigw_lint.config import Config
from apigw_lint.diagnostic import Report
from apigw_lint.files import MissingFileError, UnreadableError, shown_path
from apigw_lint.linter import lint_input
from apigw_lint.memory import collect_after
from apigw_lint.repository import real_path, top_of
from apigw_lint.revisions import OldFile, RevisionError, Revisions, place_of
from apigw_lint.run import Checked, Target, content_of, each

_AT_ONCE = 200
"""Files whose old content is held in memory at once."""
_ALWAYS_NEW = ("crash", "unreadable-file")
"""Rules whose findings say that the rest is not known."""

_Identity = tuple[str, str, str]


class Comparison(NamedTuple):
    """The reports of a run without what was there already, in the order of the run, and what to say about files."""

    reports: list[Report]
    notes: list[str]


class _Job(NamedTuple):
    """A file as it was at the revision, with those of its parts, and how it is read and linted now."""

    target: Target
    config: Config
    name: str
    data: bytes
    parts: dict[str, bytes]

    def read_part(self, path: str) -> bytes:
        """The bytes of a file that a reference leads to, by its real path, as they were."""
        if path not in self.parts:
            raise MissingFileError("no such file")
        return self.parts[path]


def revisions_for(name: str, paths: Iterable[str]) -> Revisions:
    """The revision in the repositories that some paths are in: files, whether or not they exist, and folders.

    Raises RevisionError if one of the repositories has no such revision.
    """
    revisions = Revisions(name)
    for top in dict.fromkeys(filter(None, map(_top, paths))):
        revisions.of(top)
    return revisions


def _top(path: str) -> str | None:
    if os.path.isdir(path):
        return top_of(real_path(path))
    place = place_of(path)
    return place.top if place else None


def compare(revisions: Revisions, run: Sequence[Checked]) -> Comparison:
    """The findings of a run that are new since a revision, by rule, pointer, message and how often they occur.

    The files are linted as they were then, with the configuration of now; only those with findings are looked at.
    Of equal findings, those that the baseline hides are the ones that were there. Raises RevisionError.
    """
    tops = [_top(checked.target.path) for checked in run]
    if run and not any(tops):
        raise RevisionError("there is no git repository here")
    if not revisions.is_known:
        revisions = revisions_for(revisions.name, [checked.target.path for checked in run])
    found = [number for number, checked in enumerate(run) if _may_be_known(checked.report)]
    reports, notes = [checked.report._replace(since=revisions.name) for checked in run], []
    for start in range(0, len(found), _AT_ONCE):
        some = found[start : start + _AT_ONCE]
        files = revisions.files([path for number in some for path in _paths(run[number])])
        notes += [note for number in some if (note := _note(run[number].target, tops[number], files, revisions.name))]
        for number, known in _known(run, some, files):
            reports[number] = _without(reports[number], known)
    return Comparison(reports, notes)


def _paths(checked: Checked) -> list[str]:
    return [checked.target.path, *checked.report.parts]


def _may_be_known(report: Report) -> bool:
    return any(diagnostic.rule not in _ALWAYS_NEW for diagnostic in report.found)


def _note(target: Target, top: str | None, files: Mapping[str, OldFile | None], name: str) -> str:
    """What to say of a file that cannot be compared; empty if it can be, or was not there."""
    file, shown = files[target.path], shown_path(target.path)
    reason = "it is in no git repository" if not top else file and file.reason and f"at '{name}' it is {file.reason}"
    return f"all that is found in {shown} counts as new: {reason}" if reason else ""


def _known(
    run: Sequence[Checked], numbers: Iterable[int], files: Mapping[str, OldFile | None]
) -> Iterator[tuple[int, Counter[_Identity]]]:
    """What was there in some files of a run, by their numbers; nothing for those that were not there."""
    jobs: dict[int, _Job] = {}
    for number in numbers:
        target, config, _ = run[number]
        file = files[target.path]
        if file and not file.reason:
            old = {path: files[path] for path in run[number].report.parts}
            parts = {real_path(path): part.data for path, part in old.items() if part and not part.reason}
            jobs[number] = _Job(target, config, shown_path(file.path), file.data, parts)
    size = sum(len(job.data) + sum(map(len, job.parts.values())) for job in jobs.values())
    for number, identities in zip(jobs, each(_identities, [*jobs.values()], size), strict=True):
        yield number, Counter(identities)


def _identities(job: _Job) -> list[_Identity]:
    """What is found in a file as it was."""
    try:
        content = content_of(job.target, job.config, job.name, job.data, job.read_part)
    except UnreadableError:
        return []
    found = lint_input(content, job.config).found
    collect_after(len(job.data))
    return [diagnostic.identity for diagnostic in found if diagnostic.rule not in _ALWAYS_NEW]


def _without(report: Report, known: Counter[_Identity]) -> Report:
    """A report with the findings that are known apart from the new ones."""
    left = known - Counter(diagnostic.identity for diagnostic in report.baselined)
    new, unchanged, _ = separated(report.found, left, lambda diagnostic: diagnostic.identity)
    return report._replace(found=new, unchanged=unchanged)
