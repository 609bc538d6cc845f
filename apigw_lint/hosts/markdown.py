"""Owns the documents in a Markdown file: the fenced blocks that are specifications, or hold a gateway of Terraform.

Documentation leaves things out, so a block must never cry wolf: what is left out is unknown, and a block that cannot be
read for it is skipped with the reason.
"""

from __future__ import annotations

import re

from apigw_lint.gateway.fragments import attach, kind_of_part
from apigw_lint.gateway.kinds import OPERATION_KEYS
from apigw_lint.gateway.own_keys import PREFIX, may_have_own_key
from apigw_lint.hosts.contents import Contents, Reading
from apigw_lint.hosts.document import is_whole, may_be_whole, read_document
from apigw_lint.source import elided
from apigw_lint.source.fences import Block, blocks
from apigw_lint.source.parse import parse
from apigw_lint.source.pattern import pattern
from apigw_lint.source.placeholder import Placeholders
from apigw_lint.source.terraform import RESOURCE
from apigw_lint.source.text import ELIDED, Source, Span
from apigw_lint.source.tree import REST, Mapping, TextProblem, Tree

NO_BLOCK = "no fenced block in it is a gateway specification"

_DOCUMENTS = frozenset(("yaml", "yml", "json", "jsonc", "openapi", ""))
_TERRAFORM = frozenset(("hcl", "terraform", "tf", "opentofu"))
_SHELL = frozenset(("sh", "bash", "zsh", "shell"))
_QUOTATION = pattern(r"^[ \t]*> ?", re.MULTILINE)
_SPREAD = pattern(r"[\])][ \t]*\.{3}")
"""`merge(list...)` of Terraform, which leaves nothing out."""
_BEGINNING = pattern(r"(?:\s|#[^\r\n]*|---)*+\{?\s*[\"']?(?:openapi|swagger)[\"']?[ \t]*:")


def read(source: Source, reading: Reading) -> Contents:
    """The blocks that are specifications; those that are and cannot be linted are skipped parts."""
    documents: list[Tree] = []
    skipped: list[TextProblem] = []
    lines: list[int] = []
    for block in blocks(source.text) if may_have_own_key(source.text) else ():
        found = _read_block(source, block, reading)
        documents += found.documents
        skipped += found.skipped
        if found.documents:
            lines.append(block.line)
    if not documents and not skipped:
        return Contents(reason=NO_BLOCK)
    return Contents(tuple(documents), tuple(skipped), kind=_kind(lines))


def _kind(lines: list[int]) -> str:
    """`Markdown with 2 blocks (lines 3, 40)`."""
    if not lines:
        return "Markdown with no block that can be linted"
    shown = ", ".join(map(str, lines[:10])) + (", ..." if len(lines) > 10 else "")
    blocks_, lines_ = ("block", "line") if len(lines) == 1 else ("blocks", "lines")
    return f"Markdown with {len(lines)} {blocks_} ({lines_} {shown})"


def _read_block(source: Source, block: Block, reading: Reading) -> Contents:
    """The documents in one block; nothing if it is no specification."""
    text = source.slice(block.span)
    if block.is_quoted:
        text = _QUOTATION.sub("", text)
    read_host = None
    if block.language in _TERRAFORM and RESOURCE in text and PREFIX in text:
        read_host = _terraform
    elif block.language in _SHELL and "<<" in text and may_be_whole(text):
        read_host = _shell
    if read_host:
        reason = _flaw(block)
        return _skipped(source, block, reason) if reason else _whole(source, block, read_host(source, block, reading))
    if block.language not in _DOCUMENTS:
        return Contents()
    may_be_one = may_be_whole(text)
    if reason := _flaw(block):
        return _skipped(source, block, reason) if may_be_one else Contents()
    is_one = may_be_one or PREFIX in text if block.language else may_be_one and _BEGINNING.match(text)
    return _document(source, block, reading) if is_one else Contents()


def _flaw(block: Block) -> str:
    """Why a block is not read at all, empty if it is."""
    if block.is_quoted:
        return "it is in a quotation ('>')"
    if not block.is_closed:
        return "its fence is never closed"
    return ""


def _skipped(source: Source, block: Block, reason: str) -> Contents:
    """A block that is not linted, reported at its fence."""
    line = source.line_span(block.line)
    lead = len(source.slice(line)) - len(source.slice(line).lstrip())
    message = f"the specification is not linted, because {reason}"
    return Contents(skipped=(TextProblem(Span(line.start + lead, line.end), message),))


def _document(source: Source, block: Block, reading: Reading) -> Contents:
    """A block as a document; one of which something is left out is read as such."""
    text = source.slice(block.span)
    is_elided = elided.is_elided(text)
    if is_elided:
        placeholders = Placeholders((*reading.placeholders, *elided.WORDS))
        tree = parse(source.part(block.span), ELIDED, placeholders)
    else:
        tree = read_document(source.part(block.span), reading.placeholders)
    if tree.syntax_errors:
        if is_elided:
            reason = "something is left out of it, so that it cannot be read"
            return _skipped(source, block, reason) if may_be_whole(text) else Contents()
        return Contents((tree,)) if may_be_whole(text) and _BEGINNING.match(text) else Contents()
    tree.is_template = True
    if kind := kind_of_part(tree, is_excerpt=True):
        _note_excerpt(tree)
        attach(tree, kind)
    return Contents((tree,)) if tree.part or is_whole(tree) else Contents()


def _note_excerpt(tree: Tree) -> None:
    """Makes what else an operation of an excerpt has unknown, where only an extension of it is shown."""
    paths = tree.root.value.get("paths") if tree.root else None
    for item in paths.values() if isinstance(paths, Mapping) else ():
        for key, operation in item.items() if isinstance(item, Mapping) else ():
            if (
                key in OPERATION_KEYS
                and isinstance(operation, Mapping)
                and "x-yc-apigateway-integration" not in operation
            ):
                operation.add_unwritten(REST)


def _terraform(source: Source, block: Block, reading: Reading) -> Contents:
    """The specifications of the gateways in a block; the files that it names are those of the reader."""
    from apigw_lint.hosts.terraform import read as read_terraform

    return read_terraform(source.part(block.span), reading._replace(locate=lambda _: ""))


def _shell(source: Source, block: Block, reading: Reading) -> Contents:
    """The heredocs in a block that are specifications."""
    from apigw_lint.hosts.shell import read as read_shell

    return read_shell(source.part(block.span), reading)


def _whole(source: Source, block: Block, found: Contents) -> Contents:
    """The documents of a block from which nothing is left out, what is skipped being where it is in the whole file."""
    documents = [tree for tree in found.documents if not elided.is_elided(_SPREAD.sub("", tree.source.text))]
    for tree in documents:
        tree.is_template = True
    part = source.part(block.span)
    skipped = [TextProblem(part.located(problem.span).span, problem.message) for problem in found.skipped]
    if len(documents) < len(found.documents):
        skipped += _skipped(source, block, "something is left out of it").skipped
    return Contents(tuple(documents), tuple(skipped))
