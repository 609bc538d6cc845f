"""The command `schema`: prints the JSON Schema for editors."""

from __future__ import annotations

import click

from apigw_lint.cli.console import write
from apigw_lint.gateway.schemas import path_of


@click.command()
@click.option("--path", "is_path", is_flag=True, help="Print where the file is instead.")
def schema(is_path: bool) -> None:
    """Print the JSON Schema for editors.

    Editors that know JSON Schemas complete and explain specifications with it.
    """
    path = path_of("editor")
    if is_path:
        write(f"{path}\n")
        return
    with open(path, "rb") as stream:
        write(stream.read())
