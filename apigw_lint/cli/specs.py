"""Owns reading the specifications that a command answers questions about: those that cannot be read have no answer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from apigw_lint.cli.console import read_standard_input
from apigw_lint.configfile import Configs
from apigw_lint.files import STANDARD_INPUT, UnreadableError, read, shown_path
from apigw_lint.follow import locate
from apigw_lint.inputs import Input, resource_name
from apigw_lint.repository import followed, real_path
from apigw_lint.run import Content, contents, stdin_content, targets
from apigw_lint.source.text import Span
from apigw_lint.source.tree import Tree
from apigw_lint.spelling import listed


class Specs(NamedTuple):
    """The inputs that can be read, sentences about those that cannot, and what was skipped: paths and reasons."""

    inputs: list[Input]
    wrong: list[str]
    skipped: list[tuple[str, str]]


class Document(NamedTuple):
    """A specification: the input that it is in, its tree, and the names of the Terraform resources that have it."""

    content: Input
    tree: Tree
    gateways: tuple[str, ...] = ()


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
    return specs._replace(inputs=_without_parts(specs.inputs))


def _without_parts(inputs: list[Input]) -> list[Input]:
    """The inputs without fragments that references of another one lead to."""
    parts = {source.path for content in inputs for tree in content.documents for source in tree.sources[1:]}
    return [one for one in inputs if one.source.path not in parts or not all(tree.part for tree in one.documents)]


class NoGatewayError(Exception):
    """Why there is no specification of a gateway of some name, in words."""


def documents(inputs: Iterable[Input]) -> list[Document]:
    """The specifications of some inputs, in their order."""
    inputs = list(inputs)
    by_file: dict[str, list[str]] = {}
    for content in inputs:
        for gateway in content.gateways:
            located = locate(content.source.path, gateway.file) if gateway.file else None
            if located and not located.reason:
                by_file.setdefault(real_path(located.path), []).append(resource_name(content, gateway))
    found = []
    for content in inputs:
        named = by_file.get(real_path(content.source.path), []) if by_file and not content.gateways else []
        names: dict[int, list[str]] = {}
        for gateway in sorted(content.gateways, key=lambda gateway: not gateway.is_resource):
            if gateway.is_resource or gateway.document not in names:
                names.setdefault(gateway.document, []).append(resource_name(content, gateway))
        found += [Document(content, tree, tuple(names.get(tree.source.start, named))) for tree in content.documents]
    return found


def unread(inputs: Iterable[Input]) -> Iterator[tuple[str, str]]:
    """The names of the gateways whose specifications are not read, each with a sentence that says why."""
    for content in inputs:
        reasons = {part.span: part.message.replace("is not linted", "is not read", 1) for part in content.skipped}
        for gateway in content.gateways:
            if gateway.span in reasons:
                name = resource_name(content, gateway)
                yield name, f"{content.source.path}: gateway '{name}': {reasons[gateway.span]}"


def of_gateway(inputs: Iterable[Input], name: str) -> list[Document]:
    """The specifications of the Terraform resources of a name. Raises NoGatewayError if there is none."""
    inputs = list(inputs)
    found = documents(inputs)
    if chosen := [document for document in found if name in document.gateways]:
        return chosen
    if reasons := [reason for gateway, reason in unread(inputs) if gateway == name]:
        raise NoGatewayError(reasons[0])
    names = list(dict.fromkeys(name for document in found for name in document.gateways))
    if not names:
        raise NoGatewayError(f"there is no gateway '{name}': only resources in a '.tf' file have names")
    raise NoGatewayError(f"there is no gateway '{name}': choose {listed(names)}")


def flaw_of(content: Input) -> str:
    """Why nothing can be said about an input, as a sentence with the place: a syntax error; empty if there is none."""
    for tree in content.documents:
        for problem in tree.syntax_errors[:1]:
            return _at(tree, problem.span, problem.message)
        if tree.root is None:
            return _at(tree, Span(0, 0), "the document is empty")
    return ""


def _at(tree: Tree, span: Span, message: str) -> str:
    source, span = tree.source.located(span)
    position = source.position(span.start)
    return f"{source.path}:{position.line}:{position.column}: {message}"


def _standard_input(name: str | None, configs: Configs) -> Content:
    shown = shown_path(name) if name else STANDARD_INPUT
    path = followed(name) if name else STANDARD_INPUT
    config = configs.config_for(path)
    if name and (excluded_by := configs.excluded_by(path)):
        return Content(shown, reason=f"excluded by {excluded_by}", is_worth_saying=True)
    try:
        content = stdin_content(read_standard_input(), name, config, read_part=read)
    except UnreadableError as error:
        return Content(shown, reason=str(error), is_error=True)
    return Content(shown, None, content.reason) if content.reason else Content(shown, content)
