"""Owns the documents in a `.tf` file: the specifications of its gateways."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from apigw_lint.hosts.contents import Contents, NamedFile, Reading, counted
from apigw_lint.hosts.document import read_document
from apigw_lint.source.hcl_tree import parse_object
from apigw_lint.source.placeholder import NONE_NAMED, Placeholders
from apigw_lint.source.terraform import RESOURCE, Gateway, document, gateways
from apigw_lint.source.text import PLAIN, TERRAFORM, Source, Span
from apigw_lint.source.tree import TextProblem, Tree


def read(source: Source, reading: Reading) -> Contents:
    """The heredocs and objects of the gateways; those whose specification is elsewhere are skipped parts."""
    all_gateways = gateways(source.text)
    if not all_gateways:
        return Contents(reason=f"no '{RESOURCE}' resource with a 'spec' in it")
    documents, skipped = [], []
    for gateway in all_gateways:
        reason = reading.locate(gateway.file) if gateway.file else gateway.reason
        if reason:
            skipped.append(TextProblem(gateway.span, reason))
        elif gateway.is_object:
            documents.append(_read_object(document(source, gateway), gateway, reading.placeholders))
        elif not gateway.file:
            tree = read_document(document(source, gateway), reading.placeholders)
            if gateway.unclosed and tree.syntax_errors:
                tree = _unclosed(source, gateway.unclosed)
            documents.append(tree)
    kind = f"Terraform with {counted(len(all_gateways), 'gateway')}"
    return Contents(tuple(documents), tuple(skipped), gateways=tuple(all_gateways), kind=kind)


def _read_object(source: Source, gateway: Gateway, placeholders: Sequence[str]) -> Tree:
    """The tree of an object of HCL."""
    all_placeholders = Placeholders(placeholders) if placeholders else NONE_NAMED
    return parse_object(source, gateway.span.start - source.start, all_placeholders)


def _unclosed(source: Source, opening: Span) -> Tree:
    """The document of a heredoc that is never closed, so that it has more in it than a specification."""
    written = source.slice(opening)
    message = f"heredoc '{written}' is never closed: write '{written.lstrip('<-')}' on a line of its own at its end"
    tree = Tree(source)
    tree.syntax_errors.append(TextProblem(opening, message))
    return tree


def named_files(text: str) -> Iterator[NamedFile]:
    """The files that the text of a `.tf` file names as specifications."""
    for gateway in gateways(text) if "file" in text else ():
        if gateway.file:
            yield NamedFile(gateway.file, TERRAFORM if gateway.is_template else PLAIN)
