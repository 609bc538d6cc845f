"""Owns what a file holds: the documents in it with their places, what is skipped in it, and why.

No other module distinguishes a `.tf` file from a document, or decides which template style a document has.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from apigw_lint.gateway.fragments import attach, kind_of_part
from apigw_lint.gateway.own_keys import is_gateway_document, is_openapi_document, may_be_openapi, may_have_own_key
from apigw_lint.recognition import (
    OTHER_SYNTAX,
    SUFFIXES,
    TEMPLATE_SUFFIXES,
    has_suffix,
    is_terraform,
    looks_half_written,
    looks_like_openapi,
    other_kind,
)
from apigw_lint.source.parse import parse
from apigw_lint.source.placeholder import NONE_NAMED, Placeholders
from apigw_lint.source.text import PLAIN, TERRAFORM, Source, Span
from apigw_lint.source.tree import TextProblem, Tree

if TYPE_CHECKING:
    from apigw_lint.source.terraform import Gateway

NOT_OPENAPI = "not a gateway specification: no 'openapi', 'swagger' or 'paths' at the top"
PLAIN_OPENAPI = "not a gateway specification: OpenAPI without a key like 'x-yc-apigateway-integration'"

_TEMPLATE_MARKS = ("{{", "{%", "{#", "%", "${")
Locate = Callable[[str], str]
"""Returns why a file that a `.tf` names is not linted; an empty string if it is linted."""


class Input(NamedTuple):
    """A text and the documents in it.

    `source` is the whole text. `documents` are the trees of what is linted: the text itself, or each heredoc of a
    `.tf`, whose own source says where in the text it starts. `skipped` are parts of the text that are not linted, and
    `reason` says why nothing in it is. `gateways` are those of a `.tf`.
    """

    source: Source
    documents: tuple[Tree, ...] = ()
    skipped: tuple[TextProblem, ...] = ()
    reason: str = ""
    gateways: tuple[Gateway, ...] = ()


class NamedFile(NamedTuple):
    """A file that a `.tf` names as a specification: its path as written, and its style of placeholders."""

    path: str
    style: str


def _not_at_hand(file: str) -> str:
    return f"'{file}' is not linted, because only this text is available"


class Reading(NamedTuple):
    """How a text is read: the style of its placeholders, None to detect it, and texts that are placeholders too.

    With `is_whole` it is what the gateway gets, and so no part of a specification, whatever it looks like.
    `locate` is called for each file that a `.tf` names, `sibling` for a document of Swagger 2.0: it returns the name of
    a specification for the gateway in the same folder, empty if there is none.
    """

    style: str | None = None
    placeholders: Sequence[str] = ()
    locate: Locate = _not_at_hand
    sibling: Callable[[], str] = str
    is_whole: bool = False


DEFAULT_READING = Reading()


def from_text(path: str, text: str, reading: Reading = DEFAULT_READING) -> Input:
    """The documents in a text, whether or not they are gateway specifications; parts of one in their places.

    `path` only names the text. `text` may begin with a byte order mark, which is left out.
    """
    source = Source(path, text.removeprefix("\ufeff"), reading.style)
    if is_terraform(path):
        return _from_terraform(source, reading)
    return Input(source, (_read_file(source, reading),))


def from_file(path: str, text: str, reading: Reading = DEFAULT_READING, *, is_wanted: bool) -> Input:
    """Like `from_text`, for a file of a run: what is not a gateway specification is skipped.

    If it is wanted, every OpenAPI document is one, and an empty file too. So is a text that cannot be parsed and has
    the keys of one.
    """
    source = Source(path, text.removeprefix("\ufeff"), reading.style)
    if is_terraform(path):
        return _from_terraform(source, reading)
    if reason := other_kind(path) or _reason_by_words(source.text, is_wanted=is_wanted):
        return Input(source, reason=reason)
    tree = _read_file(source, reading)
    if tree.root is not None and tree.root.get("swagger") is not None:
        tree.sibling = reading.sibling()
    reason = _reason_by_keys(tree, is_wanted=is_wanted)
    return Input(source, reason=reason) if reason else Input(source, (tree,))


def _reason_by_words(text: str, *, is_wanted: bool) -> str:
    """Why a text is no gateway specification, as far as it can be told before it is parsed."""
    if not text.strip():
        return "" if is_wanted else NOT_OPENAPI
    if may_have_own_key(text) or (is_wanted and may_be_openapi(text)):
        return ""
    return PLAIN_OPENAPI if looks_like_openapi(text) else NOT_OPENAPI


def _reason_by_keys(tree: Tree, *, is_wanted: bool) -> str:
    """Why a document is no gateway specification, empty if it is one."""
    path, text = tree.source.path, tree.source.text
    if tree.syntax_errors:
        is_known = has_suffix(path, SUFFIXES)
        is_half_written = looks_half_written(path, text, is_wanted=is_wanted)
        return "" if is_half_written else NOT_OPENAPI if is_known else OTHER_SYNTAX
    if tree.root is None:
        return "" if is_wanted and not text.strip() else NOT_OPENAPI
    if is_gateway_document(tree):
        return ""
    if is_openapi_document(tree):
        return "" if is_wanted else PLAIN_OPENAPI
    return NOT_OPENAPI


def _read_file(source: Source, reading: Reading) -> Tree:
    """The tree of a file that is a document, or a part of one unless it must be whole."""
    tree = read_document(source, reading.placeholders)
    if not reading.is_whole and (kind := kind_of_part(tree)):
        attach(tree, kind)
    return tree


def _is_example(path: str) -> bool:
    """Whether the name of a file says that it is to be copied and filled in: `spec-template.yaml`, `example.yml`."""
    name = re.split(r"[\\/]", path)[-1]
    words = re.split(r"[-_.\s]", name.lower())
    return any(word.removesuffix("s") in ("example", "template", "sample") for word in words)


def read_document(source: Source, placeholders: Sequence[str] = ()) -> Tree:
    """The tree of one document, its style of placeholders detected from its name and content unless it has one.

    A text that is not YAML and has the marks of a template is read as one. What is called JSON must be that.
    """
    is_template = has_suffix(source.path, TEMPLATE_SUFFIXES)
    style = source.style or (_detected_style(source) if is_template else PLAIN)
    all_placeholders = Placeholders(placeholders) if placeholders else NONE_NAMED
    tree = parse(source, style, all_placeholders)
    has_marks = tree.syntax_errors and not is_template and any(mark in source.text for mark in _TEMPLATE_MARKS)
    if source.style is None and has_marks and (style := _detected_style(source)) != PLAIN:
        tree = parse(source, style, all_placeholders)
    if has_suffix(source.path, ".json") and tree.style == PLAIN and (tree.root or tree.syntax_errors):
        from apigw_lint.source import strict_json

        tree = strict_json.checked(tree)
    tree.is_template = is_template or _is_example(source.path)
    return tree


def _detected_style(source: Source) -> str:
    from apigw_lint.source.template import style_of

    return style_of(source.path, source.text)


def _from_terraform(source: Source, reading: Reading) -> Input:
    """The heredocs in a `.tf` file; the gateways whose specification is elsewhere are skipped parts."""
    from apigw_lint.source.terraform import RESOURCE, document, gateways

    all_gateways = gateways(source.text)
    if not all_gateways:
        return Input(source, reason=f"no '{RESOURCE}' resource with a 'spec' in it")
    documents, skipped = [], []
    for gateway in all_gateways:
        reason = reading.locate(gateway.file) if gateway.file else gateway.reason
        if reason:
            skipped.append(TextProblem(gateway.span, reason))
        elif not gateway.file:
            tree = read_document(document(source.path, source.text, gateway), reading.placeholders)
            if gateway.unclosed and tree.syntax_errors:
                tree = _unclosed(source, gateway.unclosed)
            documents.append(tree)
    return Input(source, tuple(documents), tuple(skipped), gateways=tuple(all_gateways))


def _unclosed(source: Source, opening: Span) -> Tree:
    """The document of a heredoc that is never closed, so that it has more in it than a specification."""
    written = source.slice(opening)
    message = f"heredoc '{written}' is never closed: write '{written.lstrip('<-')}' on a line of its own at its end"
    tree = Tree(source)
    tree.syntax_errors.append(TextProblem(opening, message))
    return tree


def named_files(text: str) -> Iterator[NamedFile]:
    """The files that the text of a `.tf` file names as specifications."""
    from apigw_lint.source.terraform import gateways

    for gateway in gateways(text):
        if gateway.file:
            yield NamedFile(gateway.file, TERRAFORM if gateway.is_template else PLAIN)
