"""Owns what a file holds: which host it is, the documents in it with their places, what is skipped in it, and why.

No other module knows which hosts there are.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple

from apigw_lint.gateway.fragments import attach, kind_of_part
from apigw_lint.gateway.own_keys import is_gateway_document, is_openapi_document, may_be_openapi, may_have_own_key
from apigw_lint.hosts.contents import DEFAULT_READING, Contents, Reading
from apigw_lint.hosts.document import read_document
from apigw_lint.recognition import (
    OTHER_SYNTAX,
    SUFFIXES,
    has_suffix,
    is_terraform,
    is_terraform_json,
    looks_half_written,
    looks_like_openapi,
    may_be_split,
    opt_in_host,
    other_kind,
)
from apigw_lint.source.text import Source
from apigw_lint.source.tree import TextProblem, Tree

if TYPE_CHECKING:
    from apigw_lint.source.terraform import Gateway

NOT_OPENAPI = "not a gateway specification: no 'openapi', 'swagger' or 'paths' at the top"
PLAIN_OPENAPI = "not a gateway specification: OpenAPI without a key like 'x-yc-apigateway-integration'"


class Input(NamedTuple):
    """A text and the documents in it, see `Contents`; `source` is the whole text."""

    source: Source
    documents: tuple[Tree, ...] = ()
    skipped: tuple[TextProblem, ...] = ()
    reason: str = ""
    gateways: tuple[Gateway, ...] = ()
    kind: str = ""


def reason_by_name(path: str, reading: Reading, *, is_wanted: bool) -> str:
    """Why a file with this name is not read, empty if it is; some hosts are read only if the user wants them."""
    is_chosen = is_wanted or opt_in_host(path) in reading.hosts
    return "" if is_chosen and opt_in_host(path) else other_kind(path)


def resource_name(content: Input, gateway: Gateway) -> str:
    """The name of the Terraform resource of a gateway in an input."""
    return content.source.slice(gateway.name).strip('"')


def from_text(path: str, text: str, reading: Reading = DEFAULT_READING) -> Input:
    """The documents in a text, whether or not they are gateway specifications; parts of one in their places.

    `path` only names the text. `text` may begin with a byte order mark, which is left out.
    """
    source = Source(path, text.removeprefix("\ufeff"), reading.style)
    if read := _reader_of(path):
        return Input(source, *read(source, reading))
    return Input(source, (_read_file(source, reading),))


def from_file(path: str, text: str, reading: Reading = DEFAULT_READING, *, is_wanted: bool) -> Input:
    """Like `from_text`, for a file of a run: what is not a gateway specification is skipped.

    If it is wanted, every OpenAPI document is one, and an empty file too. So is a text that cannot be parsed and has
    the keys of one.
    """
    source = Source(path, text.removeprefix("\ufeff"), reading.style)
    if reason := reason_by_name(path, reading, is_wanted=is_wanted):
        return Input(source, reason=reason)
    if read := _reader_of(path):
        return Input(source, *read(source, reading))
    reason = _reason_by_words(source.text, is_wanted=is_wanted)
    if reason and not (reason == PLAIN_OPENAPI and reading.files is not None and may_be_split(source.text)):
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
    if tree.syntax_errors and tree.root is None:
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
    """The tree of a file that is one document, with the files that its references lead to, or a part of one."""
    tree = read_document(source, reading.placeholders, reading.known)
    if not reading.is_whole and (kind := kind_of_part(tree)):
        attach(tree, kind)
    elif reading.files is not None and may_be_split(source.text):
        from apigw_lint.hosts.split import follow

        follow(tree, reading)
    return tree


def _reader_of(path: str) -> Callable[[Source, Reading], Contents] | None:
    """What finds the documents in a file with this name, None for one that is a document itself; imported here."""
    host = "terraform_json" if is_terraform_json(path) else "terraform" if is_terraform(path) else opt_in_host(path)
    read: Callable[[Source, Reading], Contents] | None = None
    if host:
        read = import_module(f"apigw_lint.hosts.{host}").read
    return read
