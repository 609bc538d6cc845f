"""Owns the configuration and the baseline of open files, which are read again when they have changed."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from apigw_lint import repository
from apigw_lint.baseline import Baseline, BaselineError, read_baseline
from apigw_lint.config import Config
from apigw_lint.configfile import NAMES, ConfigError, Configs
from apigw_lint.diagnostic import Diagnostic

_Stamp = tuple[tuple[str, int, int], ...]
"""The files that are there, each with when it was changed and its size."""


class Settings(NamedTuple):
    """The configuration of a file, whether that excludes the file, and its baseline, if it has one."""

    config: Config
    is_excluded: bool = False
    baseline: Baseline | None = None


class _Known(NamedTuple):
    """The settings of a file, what they were made of, and what is wrong in which configuration of it, if anything."""

    stamp: _Stamp
    settings: Settings
    problem: tuple[str, list[Diagnostic]] | None


class SettingsOfFiles:
    """The settings of each file. While a configuration cannot be used, the last one that could counts."""

    def __init__(self) -> None:
        self._known: dict[str, _Known] = {}

    @property
    def problems(self) -> dict[str, list[Diagnostic]]:
        """The findings in configurations of files that cannot be used, by their paths."""
        return dict(known.problem for known in list(self._known.values()) if known.problem)

    def of(self, path: str) -> Settings:
        """The settings of a file, as its folders are now."""
        repository.forget()
        files = list(_configurations_above(path))
        stamp = _stamp(files)
        known = self._known.get(path)
        if known and known.stamp == _with_baseline(stamp, known.settings):
            return known.settings
        settings, problem = known.settings if known else Settings(Config()), None
        try:
            configs = Configs()
            config = configs.config_for(path)
            settings = Settings(config, configs.excluded_by(path) is not None, _baseline(config))
        except ConfigError as error:
            problem = _file_of(error, files), error.findings
        self._known[path] = _Known(_with_baseline(stamp, settings), settings, problem)
        return settings

    def forget(self, path: str) -> None:
        """Forgets a file that is closed."""
        self._known.pop(path, None)


def _configurations_above(path: str) -> Iterator[str]:
    """The paths of the configurations in the folders of a file, up to the top of its repository."""
    folder = os.path.dirname(os.path.abspath(path))
    top = repository.top_of(folder)
    while True:
        yield from (file for name in NAMES if os.path.lexists(file := os.path.join(folder, name)))
        parent = os.path.dirname(folder)
        if folder in (top, parent):
            return
        folder = parent


def _file_of(error: ConfigError, files: Sequence[str]) -> str:
    """Which of some configurations an error is about."""
    path = os.path.abspath(error.findings[0].source.path)
    return next((file for file in files if os.path.abspath(file) == path), path)


def _with_baseline(stamp: _Stamp, settings: Settings) -> _Stamp:
    baseline = settings.config.baseline
    return (*stamp, *_stamp([baseline])) if baseline else stamp


def _stamp(files: Sequence[str]) -> _Stamp:
    stamps = []
    for file in files:
        try:
            status = os.stat(file)
        except OSError:
            continue
        stamps.append((file, status.st_mtime_ns, status.st_size))
    return tuple(stamps)


def _baseline(config: Config) -> Baseline | None:
    """The baseline that a configuration names, None if it cannot be used."""
    try:
        return read_baseline(config.baseline) if config.baseline else None
    except BaselineError:
        return None
