"""Owns the group of commands, each of which is the function of a module of the same name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Any, cast

import click

from apigw_lint import __version__

_NAMES = ("check", "config", "explain", "fix", "rules")


class _LazyCommands(Mapping[str, click.Command]):
    """The commands by their names; one is imported only when it is run, listed or completed."""

    def __getitem__(self, name: str) -> click.Command:
        if name not in _NAMES:
            raise KeyError(name)
        return cast(click.Command, getattr(import_module(f"apigw_lint.cli.{name}"), name))

    def __iter__(self) -> Iterator[str]:
        return iter(_NAMES)

    def __len__(self) -> int:
        return len(_NAMES)


@click.group(
    commands=cast(Any, _LazyCommands()),
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 80},
)
@click.version_option(__version__, message="apigw-lint %(version)s")
def commands() -> None:
    """Checks OpenAPI specifications for Yandex API Gateway.

    It knows the x-yc-apigateway extensions: which values they allow, where
    they belong, and what goes wrong at run time when they contradict each
    other.
    """
