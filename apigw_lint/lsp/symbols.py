"""The outline of a text: paths with their operations, components, the gateway object; the gateways of a `.tf`."""

from __future__ import annotations

from collections.abc import Iterator

from lsprotocol.types import DocumentSymbol, SymbolKind, SymbolTag

from apigw_lint.fix.extent import CannotTellError, entry_end, entry_start, written_entries
from apigw_lint.gateway.kinds import NAMES_OF_AUTHORS, OPERATION_KEYS
from apigw_lint.gateway.spec import Spec
from apigw_lint.lsp.analysis import Analysis
from apigw_lint.source.text import Span
from apigw_lint.source.tree import Container, Mapping, Node, Sequence

LONGEST_DETAIL = 80

_KINDS = {
    "paths": SymbolKind.Namespace,
    "path item": SymbolKind.Interface,
    "operation": SymbolKind.Method,
    "components": SymbolKind.Namespace,
    "gateway object": SymbolKind.Module,
    "schema": SymbolKind.Struct,
    "parameter": SymbolKind.Variable,
    "header": SymbolKind.Variable,
    "security scheme": SymbolKind.Key,
    "integration": SymbolKind.Function,
    "variable": SymbolKind.Constant,
    **dict.fromkeys(NAMES_OF_AUTHORS, SymbolKind.Namespace),
}
"""The symbol of each kind of object; any other is a property, an object or an array."""

_DETAILS = {
    "info": ("title",),
    "path item": ("summary",),
    "operation": ("summary", "operationId"),
    "schema": ("type",),
    "parameter": ("in",),
    "security scheme": ("type",),
    "integration": ("type",),
    "variable": ("default",),
}
"""The keys whose values tell most of an object: the first that it has is shown."""

_OUTER = {"paths", "path item", "components", "gateway object", *NAMES_OF_AUTHORS}
"""The kinds of objects below the document whose entries are symbols."""


def document_symbols(analysis: Analysis) -> list[DocumentSymbol]:
    """The symbols of a text. Each range is inside that of its parent, and holds the range that is selected."""
    if not analysis.content.gateways:
        return [symbol for spec in analysis.specs for symbol in _Outline(analysis, spec).of_document()]
    return list(_gateways(analysis))


def _gateways(analysis: Analysis) -> Iterator[DocumentSymbol]:
    """A symbol for each gateway of a `.tf`, and each other specification in it, with the symbols of its text.

    That of a gateway whose specification is elsewhere has the name of the file, or the expression.
    """
    specs = {spec.tree.source.start: spec for spec in analysis.specs}
    for gateway in analysis.content.gateways:
        is_here = gateway.use.start <= gateway.span.start <= gateway.use.end
        spec = specs.get(gateway.document) if is_here else None
        end = max(gateway.name.end, gateway.span.end if is_here else gateway.use.end)
        detail = gateway.file or ("" if is_here else analysis.source.slice(gateway.use).strip('"'))
        yield DocumentSymbol(
            name=_name(analysis, analysis.source.slice(gateway.name).strip('"')),
            detail=_line(analysis, detail) or None,
            kind=SymbolKind.Module,
            range=analysis.range(Span(gateway.name.start, end)),
            selection_range=analysis.range(gateway.name),
            children=_Outline(analysis, spec).of_document() if spec else [],
        )


class _Outline:
    """The symbols of one document."""

    def __init__(self, analysis: Analysis, spec: Spec) -> None:
        self._analysis = analysis
        self._spec = spec

    def of_document(self) -> list[DocumentSymbol]:
        """The symbols of the objects and lists at the top."""
        root = self._spec.tree.top
        if root is None or not isinstance(root.value, Mapping):
            return []
        entries = written_entries(root.tree, root.value)
        return [self._symbol(entry)[0] for entry in entries if isinstance(entry.value, (Mapping, Sequence))]

    def _symbol(self, entry: Node) -> tuple[DocumentSymbol, int]:
        """The symbol of an entry, and where it ends: behind all that is in it."""
        kind = self._spec.kinds.at(entry.container, entry.key)
        children = [self._symbol(child) for child in _children(entry, kind)]
        start = entry_start(entry)
        end = max([_end(entry), *(end for _, end in children)])
        is_deprecated = isinstance(entry.value, Mapping) and entry.value.get("deprecated") is True
        symbol = DocumentSymbol(
            name=_name(self._analysis, str(entry.key)),
            detail=_line(self._analysis, _detail(entry, kind)) or None,
            kind=_symbol_kind(entry.value, kind),
            tags=[SymbolTag.Deprecated] if is_deprecated else None,
            range=self._analysis.range_in(self._spec, Span(start, end)),
            selection_range=self._analysis.range_in(self._spec, entry.key_span or Span(start, end)),
            children=[symbol for symbol, _ in children],
        )
        return symbol, end


def _children(entry: Node, kind: str | None) -> list[Node]:
    """The entries of an object that are symbols; what an alias repeats is one where it is written."""
    value = entry.value
    if kind not in _OUTER or not isinstance(value, Mapping) or not _is_own(entry.container, entry.key, value):
        return []
    entries = written_entries(entry.tree, value)
    return [child for child in entries if kind != "path item" or child.key in OPERATION_KEYS]


def _is_own(container: Container, key: str | int, value: Container) -> bool:
    return value.parent is container and value.key == key


def _end(entry: Node) -> int:
    """Where an entry ends, or at least its key."""
    try:
        return entry_end(entry)
    except CannotTellError:
        key, raw = entry.key_span, entry.raw_span
        written = entry.tree.source.text[raw.start : raw.end].rstrip()
        return max(key.end if key else raw.start, raw.start + len(written))


def _symbol_kind(value: object, kind: str | None) -> SymbolKind:
    if isinstance(value, Sequence):
        return SymbolKind.Array
    return _KINDS.get(kind or "", SymbolKind.Object if isinstance(value, Mapping) else SymbolKind.Property)


def _detail(entry: Node, kind: str | None) -> str:
    """What tells an object from others of its kind; of a scalar its value."""
    if isinstance(entry.value, Sequence):
        names = [str(name) for item in entry.entries() for name, _ in item.items()]
        return ", ".join(names) if entry.key == "security" else ""
    if not isinstance(entry.value, Mapping):
        return entry.written
    texts = (entry.text(key) for key in (*_DETAILS.get(kind or "", ()), "$ref"))
    return next(filter(None, texts), "")


def _name(analysis: Analysis, key: str) -> str:
    """A key as the name of a symbol, which may not be empty."""
    return _line(analysis, key) or "''"


def _line(analysis: Analysis, text: str) -> str:
    """A text as it may be shown on one line."""
    words = " ".join(analysis.hide(text).split())
    return words if len(words) <= LONGEST_DETAIL else f"{words[: LONGEST_DETAIL - 3]}..."
