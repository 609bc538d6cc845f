"""Owns the documents in a `.tf` file: the specifications of its gateways, and every other heredoc that is one."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from operator import attrgetter

from apigw_lint.gateway.own_keys import is_gateway_document, may_have_own_key
from apigw_lint.hosts.contents import Contents, Elsewhere, NamedFile, Reading
from apigw_lint.hosts.document import read_document
from apigw_lint.recognition import begins_as_specification
from apigw_lint.source.hcl_tree import parse_object
from apigw_lint.source.placeholder import NONE_NAMED, Placeholders
from apigw_lint.source.quoted import unquoted
from apigw_lint.source.terraform import RESOURCE, Gateway, Module, document
from apigw_lint.source.text import PLAIN, TERRAFORM, Source, Span
from apigw_lint.source.tree import Mapping, TextProblem, Tree
from apigw_lint.source.unknown import is_unknown
from apigw_lint.spelling import counted

NOTHING = f"no specification in it: no '{RESOURCE}' with a 'spec', no heredoc that begins with 'openapi:'"


def read(source: Source, reading: Reading) -> Contents:
    """The documents in a `.tf`, each once, whoever uses it; specifications that are elsewhere are skipped parts."""
    if not may_hold_any(source.text):
        return Contents(reason=NOTHING)
    module = Module(source.text)
    documents = {
        gateway.span: _read(source, gateway, reading)
        for gateway in {gateway.span: gateway for gateway in module.gateways}.values()
        if gateway.is_here
    }
    for gateway in module.gateways:
        if gateway.quoted and gateway.span not in documents:
            string = unquoted(source, gateway.quoted, TERRAFORM)
            if begins_as_specification(string.text):
                documents[gateway.span] = read_document(string, reading.placeholders)
    heredocs = module.heredocs()
    for heredoc in heredocs:
        if heredoc.span not in documents and begins_as_specification(source.slice(heredoc.span)):
            tree = _read(source, heredoc, reading)
            if tree.syntax_errors or is_gateway_document(tree):
                documents[heredoc.span] = tree
    in_order = sorted(documents)
    found = [looked_up(gateway, reading) for gateway in module.gateways]
    skipped = dict.fromkeys(
        TextProblem(gateway.span, reason)
        for gateway in found
        if (reason := _reason(gateway, reading)) and not _has_any(gateway.span, in_order)
    )
    direct = {gateway.span for gateway in found if gateway.use.start <= gateway.span.start < gateway.use.end}
    named = [heredoc for heredoc in heredocs if heredoc.span in documents and heredoc.span not in direct]
    gateways = [*found, *named]
    if not gateways:
        return Contents(reason=NOTHING)
    return contents_of(documents, skipped, gateways)


def contents_of(documents: dict[Span, Tree], skipped: Iterable[TextProblem], gateways: Iterable[Gateway]) -> Contents:
    """What a module of Terraform holds: documents by the span that gateways have, and what is not linted."""
    gateways = sorted(gateways, key=lambda gateway: gateway.name)
    used = {gateway.span for gateway in gateways if gateway.is_resource}
    number = sum(gateway.is_resource or gateway.span not in used for gateway in gateways)
    placed = (
        gateway._replace(document=documents[gateway.span].source.start) if gateway.span in documents else gateway
        for gateway in gateways
    )
    return Contents(
        tuple(documents[span] for span in sorted(documents)),
        tuple(skipped),
        gateways=tuple(placed),
        kind=f"Terraform with {counted(number, 'gateway')}",
    )


def may_hold_any(text: str) -> bool:
    """Whether a `.tf` may hold, or name, a specification."""
    return RESOURCE in text or may_have_own_key(text)


def named_files(module: Module) -> Iterator[NamedFile]:
    """The files that a `.tf` names as specifications, with what it knows of their variables."""
    for gateway in module.gateways:
        if gateway.file:
            yield named_file(gateway)


def named_file(named: Gateway | Elsewhere) -> NamedFile:
    """A file that is named as a specification."""
    return NamedFile(named.file, TERRAFORM if named.is_template else PLAIN, named.known)


def _read(source: Source, gateway: Gateway, reading: Reading) -> Tree:
    if gateway.is_object:
        return _read_object(document(source, gateway), gateway, reading.placeholders)
    tree = read_document(document(source, gateway), reading.placeholders)
    return _unclosed(source, gateway.unclosed) if gateway.unclosed and tree.syntax_errors else tree


def _read_object(source: Source, gateway: Gateway, placeholders: Sequence[str]) -> Tree:
    """The tree of an object of HCL."""
    all_placeholders = Placeholders(placeholders) if placeholders else NONE_NAMED
    tree = parse_object(source, gateway.span.start - source.start, all_placeholders)
    paths = tree.root.get("paths") if tree.root and isinstance(tree.root.value, Mapping) else None
    is_told = paths is not None and any(problem.span == paths.raw_span for problem in tree.skipped)
    if paths and isinstance(paths.value, str) and is_unknown(paths) and not is_told:
        message = f"what '{' '.join(source.slice(paths.raw_span).split())}' adds here is not linted"
        tree.skipped.append(TextProblem(paths.raw_span, message))
    return tree


def looked_up(gateway: Gateway, reading: Reading) -> Gateway:
    """A gateway whose specification another file of the folder defines, with what that is."""
    found = reading.lookup(gateway.reference) if gateway.reference else None
    if found is None:
        return gateway
    return gateway._replace(file=found.file, is_template=found.is_template, reason=found.reason)


def _reason(gateway: Gateway, reading: Reading) -> str:
    return reading.locate(gateway.file) if gateway.file else gateway.reason


def _has_any(span: Span, documents: list[Span]) -> bool:
    """Whether an expression has one of the documents in it, which are in order."""
    first = bisect_left(documents, span.start, key=attrgetter("start"))
    return first < len(documents) and documents[first].start < span.end


def _unclosed(source: Source, opening: Span) -> Tree:
    """The document of a heredoc that is never closed, so that it has more in it than a specification."""
    written = source.slice(opening)
    message = f"heredoc '{written}' is never closed: write '{written.lstrip('<-')}' on a line of its own at its end"
    tree = Tree(source)
    tree.syntax_errors.append(TextProblem(opening, message))
    return tree
