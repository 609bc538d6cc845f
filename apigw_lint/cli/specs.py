"""Owns reading the specifications that a command answers questions about: those that cannot be read have no answer."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from apigw_lint.cli.console import read_standard_input
from apigw_lint.configfile import Configs
from apigw_lint.files import STANDARD_INPUT, UnreadableError
from apigw_lint.inputs import Input
from apigw_lint.repository import followed
from apigw_lint.run import Content, contents, stdin_content, targets
from apigw_lint.source.text import Span


class Specs(NamedTuple):
    """The inputs that can be read, sentences about those that cannot, and what was skipped: paths and reasons."""

    inputs: list[Input]
    wrong: list[str]
    skipped: list[tuple[str, str]]


def read_specs(paths: Iterable[str], configs: Configs, stdin_filename: str | None = None) -> Specs:
    """What files, folders and standard input (`-`) hold. Raises ConfigError and click.UsageError."""
    paths = list(paths)
    found = list(contents(targets(path for path in paths if path != "-"), configs))
    if "-" in paths:
        found.append(_standard_input(stdin_filename, configs))
    specs = Specs([], [], [])
    for file in found:
        if file.content is None:
            if file.is_error:
                specs.wrong.append(f"{file.path}: {file.reason}")
            elif file.is_worth_saying:
                specs.skipped.append((file.path, file.reason))
        elif flaw := flaw_of(file.content):
            specs.wrong.append(flaw)
        else:
            specs.inputs.append(file.content)
    return specs


def flaw_of(content: Input) -> str:
    """Why nothing can be said about an input, as a sentence with the place: a syntax error; empty if there is none."""
    for tree in content.documents:
        for problem in tree.syntax_errors[:1]:
            return _at(content, problem.span.moved(tree.source.start), problem.message)
        if tree.root is None:
            return _at(content, Span(tree.source.start, tree.source.start), "the document is empty")
    return ""


def _at(content: Input, span: Span, message: str) -> str:
    position = content.source.position(span.start)
    return f"{content.source.path}:{position.line}:{position.column}: {message}"


def _standard_input(name: str | None, configs: Configs) -> Content:
    shown = name or STANDARD_INPUT
    try:
        content = stdin_content(
            read_standard_input(), name, configs.config_for(followed(name) if name else STANDARD_INPUT)
        )
    except UnreadableError as error:
        return Content(shown, reason=str(error), is_error=True)
    return Content(shown, None, content.reason) if content.reason else Content(shown, content)
