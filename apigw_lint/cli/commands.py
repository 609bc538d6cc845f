"""Owns the group of commands, each of which is the function of a module of the same name."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Any, cast

import click

from apigw_lint import __version__

_NAMES = ("check", "config", "diff", "explain", "fix", "lsp", "routes", "rules", "schema", "trace")
_DEFAULT = "check"
_GROUP_OPTIONS = ("-h", "--help", "--version")


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


class _Group(click.Group):
    """Commands, of which `check` need not be named: `apigw-lint api.yaml` is `apigw-lint check api.yaml`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """The arguments that are left. Raises click.UsageError."""
        is_left_out = args and args[0] not in (*_NAMES, *_GROUP_OPTIONS) and not ctx.resilient_parsing
        if is_left_out and (args[0].startswith("-") or _is_like_a_path(args[0])):
            args = [_DEFAULT, *args]
        return super().parse_args(ctx, args)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that the arguments name. Raises click.UsageError."""
        if args[0] not in _NAMES and not ctx.resilient_parsing:
            from apigw_lint.spelling import did_you_mean

            hint = did_you_mean(args[0], _NAMES) or f": the commands are {', '.join(_NAMES)}"
            raise click.UsageError(f"there is no command or file '{args[0]}'{hint}", ctx)
        return super().resolve_command(ctx, args)


def _is_like_a_path(argument: str) -> bool:
    """Whether an argument is a path rather than a command that is misspelt."""
    return os.path.lexists(argument) or any(sign in argument for sign in "./\\*")


@click.group(
    cls=_Group,
    commands=cast(Any, _LazyCommands()),
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 80},
)
@click.version_option(__version__, message="apigw-lint %(version)s")
def commands() -> None:
    """Checks OpenAPI specifications for Yandex API Gateway.

    It knows the x-yc-apigateway extensions: which values they allow, where
    they belong, and what goes wrong at run time when they contradict each
    other. "apigw-lint api.yaml" is short for "apigw-lint check api.yaml".
    """
