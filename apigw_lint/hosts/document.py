"""Owns reading one document: its template style, whether it must be JSON, and whether it is a whole specification."""

from __future__ import annotations

import re
from collections.abc import Sequence

from apigw_lint.gateway.fragments import name_of_part
from apigw_lint.gateway.own_keys import is_gateway_document, may_have_own_key
from apigw_lint.recognition import TEMPLATE_SUFFIXES, has_suffix
from apigw_lint.source.known import Known
from apigw_lint.source.parse import parse
from apigw_lint.source.pattern import pattern
from apigw_lint.source.placeholder import NONE_NAMED, Placeholders
from apigw_lint.source.text import PLAIN, Source
from apigw_lint.source.tree import Tree
from apigw_lint.spelling import counted

_TEMPLATE_MARKS = ("{{", "{%", "{#", "%", "${")
_VERSION = pattern(r"^[ \t{]*[\"']?(?:openapi|swagger)[\"']?[ \t]*:", re.MULTILINE)


def _is_example(path: str) -> bool:
    """Whether the name of a file says that it is to be copied and filled in: `spec-template.yaml`, `example.yml`."""
    name = re.split(r"[\\/]", path)[-1]
    words = re.split(r"[-_.\s]", name.lower())
    return any(word.removesuffix("s") in ("example", "template", "sample") for word in words)


def read_document(source: Source, placeholders: Sequence[str] = (), known: Sequence[Known] = ()) -> Tree:
    """The tree of one document, its style of placeholders detected from its name and content unless it has one.

    `known` are the variables of a template of Terraform that have a known value.
    A text that is not YAML and has the marks of a template is read as one. What is called JSON must be that.
    """
    is_template = has_suffix(source.path, TEMPLATE_SUFFIXES)
    style = source.style or (_detected_style(source) if is_template else PLAIN)
    all_placeholders = Placeholders(placeholders) if placeholders else NONE_NAMED
    tree = parse(source, style, all_placeholders, known)
    has_marks = tree.syntax_errors and not is_template and any(mark in source.text for mark in _TEMPLATE_MARKS)
    if source.style is None and has_marks and (style := _detected_style(source)) != PLAIN:
        tree = parse(source, style, all_placeholders, known)
    if has_suffix(source.path, ".json") and tree.style == PLAIN and (tree.root or tree.syntax_errors):
        from apigw_lint.source import strict_json

        tree = strict_json.checked(tree)
    other: Tree | None = tree
    while other:
        other.is_template = is_template or _is_example(source.path)
        other = other.other
    return tree


def kind_of(tree: Tree) -> str:
    """What a text that is one document is read as: `YAML`, `JSON`, a style of templates.

    Of a fragment that too, and of a split specification how many other files it has.
    """
    is_json = tree.source.text.lstrip()[:1] == "{"
    syntax = f"{tree.style} template" if tree.style != PLAIN else "JSON" if is_json else "YAML"
    if tree.part:
        return f"{syntax}, a fragment ({name_of_part(tree)})"
    others = len(tree.starts) - 1
    return f"{syntax} with {counted(others, 'other file')}" if others else syntax


def may_be_whole(text: str) -> bool:
    """Whether a part of a file may be a whole specification for the gateway, before it is parsed."""
    return _VERSION.search(text) is not None and may_have_own_key(text)


def is_whole(tree: Tree) -> bool:
    """Whether a part of a file is a whole specification for the gateway."""
    has_version = tree.root is not None and any(tree.root.get(key) for key in ("openapi", "swagger"))
    return has_version and is_gateway_document(tree)


def _detected_style(source: Source) -> str:
    from apigw_lint.source.template import style_of

    return style_of(source.path, source.text)
