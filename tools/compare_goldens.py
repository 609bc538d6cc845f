"""Compares the golden files of two revisions without their words: same files, places, severities and rules.

Run `python -m tools.compare_goldens BEFORE [AFTER]` in a git repository; without AFTER the working tree is compared.
It prints a line for each finding that is only in BEFORE (`-`) or only in AFTER (`+`) and then exits with 1. Renamed
fixtures are followed. The golden files of the other report formats are not compared, since they show the findings of
`line.out`; those that changed are named on standard error.
"""

from __future__ import annotations

import argparse
import io
import posixpath
import re
import subprocess
import sys
import tarfile
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

FOLDER = "fixtures"

_FINDING = re.compile(r"(.+?):(\d+:\d+-\d+:\d+): (error|warning|info): .* \[([a-z0-9-]+)\]")
_FILE = re.compile(r"(checked|skipped) (.+?)(?:: .*)?")

Goldens = Mapping[str, Sequence[str]]
"""The lines of each golden file, by its path from the top folder."""


class Entry(NamedTuple):
    """What a line of a golden file says, without its message; `what` is the rest: place, severity and rule."""

    golden: str
    path: str
    what: str

    def __str__(self) -> str:
        return f"{self.golden}: {self.path}{self.what}"


def entries(golden: str, lines: Sequence[str]) -> list[Entry] | None:
    """The entries of a golden file; None when a line is neither a finding nor about a file that was checked."""
    made = []
    for line in lines:
        if finding := _FINDING.fullmatch(line):
            path, place, severity, rule = finding.groups()
            made.append(Entry(golden, path, f":{place}: {severity} [{rule}]"))
        elif file := _FILE.fullmatch(line):
            made.append(Entry(golden, file[2], f" {file[1]}"))
        else:
            return None
    return made


class Comparison(NamedTuple):
    """The differences, the changed golden files that are not compared, and how many entries are the same."""

    differences: list[str]
    not_compared: list[str]
    same: int


def compared(before: Goldens, after: Goldens, renames: Mapping[str, str]) -> Comparison:
    """How two sets of golden files differ; `renames` maps the old path of a file to the new one."""
    names = {new_name(golden, renames): golden for golden in before}
    differences: list[str] = []
    not_compared = []
    same = 0
    for golden in sorted({*names, *after}):
        old_name = names.get(golden, golden)
        old_lines, new_lines = before.get(old_name, ()), after.get(golden, ())
        old, new = entries(old_name, old_lines), entries(golden, new_lines)
        if (old is None or new is None) and old_lines != new_lines:
            not_compared.append(golden)
        left = Counter(_renamed(entry, golden, renames) for entry in old or ())
        right = Counter(new or ())
        differences += [f"- {entry}" for entry in sorted((left - right).elements())]
        differences += [f"+ {entry}" for entry in sorted((right - left).elements())]
        same += (left & right).total()
    return Comparison(differences, not_compared, same)


def new_name(golden: str, renames: Mapping[str, str]) -> str:
    """The new path of a golden file, which moves with its fixture: `a.out` with `a.yaml`, `a.yaml.out` likewise."""
    if golden in renames:
        return renames[golden]
    stem = golden.removesuffix(".out")
    if stem in renames:
        return f"{renames[stem]}.out"
    fixture = next((path for path in renames if posixpath.splitext(path)[0] == stem), None)
    return f"{posixpath.splitext(renames[fixture])[0]}.out" if fixture else golden


def _renamed(entry: Entry, golden: str, renames: Mapping[str, str]) -> Entry:
    """An entry with today's paths; its file is named from the top folder or from that of the golden file."""
    path = renames.get(entry.path)
    if path is None:
        moved = renames.get(posixpath.join(posixpath.dirname(entry.golden), entry.path))
        path = posixpath.relpath(moved, posixpath.dirname(golden)) if moved else entry.path
    return Entry(golden, path, entry.what)


def _git(*arguments: str) -> bytes:
    """What a git command prints. Raises CalledProcessError."""
    return subprocess.run(["git", *arguments], stdout=subprocess.PIPE, check=True).stdout


def goldens_of(revision: str) -> Goldens:
    """The golden files of a revision."""
    with tarfile.open(fileobj=io.BytesIO(_git("archive", "--format=tar", revision, FOLDER))) as archive:
        members = (member for member in archive if member.name.endswith(".out"))
        files = ((member.name, archive.extractfile(member)) for member in members)
        return {name: file.read().decode().splitlines() for name, file in files if file}


def goldens_on_disk() -> Goldens:
    """The golden files of the working tree."""
    return {path.as_posix(): path.read_text("utf-8").splitlines() for path in Path(FOLDER).rglob("*.out")}


def renames_between(before: str, after: str | None) -> dict[str, str]:
    """The files that git finds renamed: old path to new path."""
    revisions = [before, after] if after else [before]
    parts = _git("diff", "-M", "-l0", "--diff-filter=R", "--name-status", "-z", *revisions, "--", FOLDER)
    fields = parts.decode().split("\0")[:-1]
    return dict(zip(fields[1::3], fields[2::3], strict=True))


def main(arguments: Sequence[str] | None = None) -> int:
    """Prints the differences; 1 when there are any, else 0."""
    parser = argparse.ArgumentParser(prog="python -m tools.compare_goldens", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("before", help="a git revision")
    parser.add_argument("after", nargs="?", help="a git revision; the working tree by default")
    options = parser.parse_args(arguments)
    after = goldens_of(options.after) if options.after else goldens_on_disk()
    result = compared(goldens_of(options.before), after, renames_between(options.before, options.after))
    for difference in result.differences:
        print(difference)
    for golden in result.not_compared:
        print(f"not compared: {golden}", file=sys.stderr)
    print(f"{result.same} entries are the same, {len(result.differences)} differ", file=sys.stderr)
    return 1 if result.differences else 0


if __name__ == "__main__":
    sys.exit(main())
