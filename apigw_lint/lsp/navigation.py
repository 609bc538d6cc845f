"""From a name to where it is defined, and to the other places where it is written."""

from __future__ import annotations

from lsprotocol.types import DocumentHighlight, DocumentHighlightKind, Location

from apigw_lint.gateway.spec import Spec
from apigw_lint.lsp.analysis import Analysis
from apigw_lint.lsp.names import Found


def definitions(analysis: Analysis, offset: int) -> list[Location]:
    """Where what is at an offset is defined: a component, a variable, an operation, the parameters of `{name}`."""
    spec, found = _meant(analysis, offset)
    spans = found.definitions if found else []
    return [Location(analysis.text.uri, analysis.range_in(spec, span)) for span in spans if spec]


def references(analysis: Analysis, offset: int, *, with_declarations: bool) -> list[Location]:
    """Every place where the name at an offset is written, those that define it only if they are wanted."""
    spec, found = _meant(analysis, offset)
    places = found.name.places if found else ()
    return [
        Location(analysis.text.uri, analysis.range_in(spec, place.span))
        for place in places
        if spec and (with_declarations or not place.is_declaration)
    ]


def highlights(analysis: Analysis, offset: int) -> list[DocumentHighlight]:
    """The same places, marked by whether they define the name or use it."""
    spec, found = _meant(analysis, offset)
    kinds = {True: DocumentHighlightKind.Write, False: DocumentHighlightKind.Read}
    places = found.name.places if found else ()
    return [
        DocumentHighlight(analysis.range_in(spec, place.span), kinds[place.is_declaration]) for place in places if spec
    ]


def _meant(analysis: Analysis, offset: int) -> tuple[Spec | None, Found | None]:
    """The document around an offset, and the name that is meant there."""
    place = analysis.place(offset)
    return (place.spec, analysis.names(place.spec).meant_at(place.offset)) if place else (None, None)
