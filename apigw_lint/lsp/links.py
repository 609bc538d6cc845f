"""Links from a text to what is outside of it: pages of the documentation, files, references to other documents.

A `$ref` within the document is none: editors follow it to its definition, and a link in the same place would hide that.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator

from lsprotocol.types import DocumentLink
from pygls.uris import from_fs_path

from apigw_lint.follow import locate
from apigw_lint.gateway.documented import page_of
from apigw_lint.gateway.kinds import EXTENSIONS
from apigw_lint.gateway.references import unquoted
from apigw_lint.gateway.spec import Spec
from apigw_lint.lsp.analysis import Analysis
from apigw_lint.source.unknown import is_unknown

_URL = re.compile(r"https?://[^\s{}]+")


def document_links(analysis: Analysis) -> list[DocumentLink]:
    """The links of a text."""
    return [*_to_named_files(analysis), *(link for spec in analysis.specs for link in _of_document(analysis, spec))]


def _to_named_files(analysis: Analysis) -> Iterator[DocumentLink]:
    """Links to the files that a `.tf` names as specifications."""
    for gateway in analysis.content.gateways:
        if gateway.file and (uri := _uri_of_file(analysis, gateway.file)):
            yield DocumentLink(analysis.range(gateway.span), target=uri)


def _of_document(analysis: Analysis, spec: Spec) -> Iterator[DocumentLink]:
    for node in spec.references.written:
        if not is_unknown(node) and (uri := _uri_of_reference(analysis, node.value)):
            yield DocumentLink(analysis.range_in(spec, node.value_span), target=uri)
    for key, extension in EXTENSIONS.items():
        for node in spec.tree.holding(key):
            if spec.kinds.of(node.container) in extension.owners and node.key_span:
                page = page_of(spec.kinds, node, is_key=extension.schema.startswith("openapi"))
                yield DocumentLink(analysis.range_in(spec, node.key_span), target=page, tooltip="documentation")


def _uri_of_reference(analysis: Analysis, reference: str) -> str | None:
    """Where a reference to another document leads, None for one within the document and to a file that is not there."""
    if _URL.fullmatch(reference):
        return reference
    file = reference.partition("#")[0]
    return _uri_of_file(analysis, unquoted(file)) if file and "${" not in file else None


def _uri_of_file(analysis: Analysis, file: str) -> str | None:
    """The URI of a file that is named relative to a text, None if it is not inside the repository."""
    located = locate(analysis.text.path, file)
    return None if located.reason else from_fs_path(os.path.abspath(located.path))
