"""Renames a name everywhere, or says why it cannot.

What a rename makes of the text is analysed before it is offered: the new name must have the places of the old one, and
the linter must find nothing new.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from lsprotocol.types import Range, WorkspaceEdit

from apigw_lint.diagnostic import Edit
from apigw_lint.fix.apply import apply_edits
from apigw_lint.fix.edits import rename_key, replace_in, replace_in_key, replace_value
from apigw_lint.gateway.kinds import COMPONENT_SECTIONS
from apigw_lint.gateway.security_schemes import credential, security_schemes
from apigw_lint.gateway.spec import Spec
from apigw_lint.lsp.actions import workspace_edit
from apigw_lint.lsp.analysis import Analysis, analyse
from apigw_lint.lsp.name_places import NamePlace
from apigw_lint.lsp.names import Found, Kind, Name
from apigw_lint.source.pattern import pattern
from apigw_lint.source.text import Span
from apigw_lint.source.unknown import is_unknown


class _Form(NamedTuple):
    """What a name must look like, as a pattern and in words."""

    pattern: re.Pattern[str]
    words: str


_WORD = _Form(pattern(r"[\w.-]+"), "letters, digits, '.', '-' and '_'")
_FORMS = {
    Kind.COMPONENT: _WORD,
    Kind.VARIABLE: _WORD,
    Kind.PARAMETER: _Form(pattern(r"[^\W\d][\w.-]*"), "a letter or '_' first, then also digits, '.' and '-'"),
    Kind.OPERATION: _Form(pattern(r"[\w.:/-]+"), "letters, digits, '.', ':', '/', '-' and '_'"),
}
_NOTHING = "there is no name here that can be renamed: components, variables, parameters and operationIds can"


class CannotRenameError(Exception):
    """Why a name cannot be renamed, in words for the user."""


def renamable(analysis: Analysis, offset: int) -> Range:
    """The range of the name at an offset. Raises CannotRenameError if it cannot be renamed."""
    candidate = _renamable(analysis, offset)
    return analysis.range_in(candidate.spec, candidate.found.place.span)


def rename(analysis: Analysis, offset: int, new: str) -> WorkspaceEdit:
    """The edits that give the name at an offset another text everywhere. Raises CannotRenameError."""
    candidate = _renamable(analysis, offset)
    name = candidate.name
    form = _FORMS[name.kind]
    if not form.pattern.fullmatch(new):
        raise CannotRenameError(f"'{new}' is no legal {name.kind} name: write {form.words}")
    if new == name.text:
        return workspace_edit(analysis, ())
    source = candidate.spec.tree.source
    made = [edit for place in name.places for edit in _edits(place, new)]
    edits = [edit._replace(span=source.whole(edit.span)) for edit in made]
    _refuse_side_effects(candidate, new, edits)
    return workspace_edit(analysis, edits)


def _renamable(analysis: Analysis, offset: int) -> _Candidate:
    place = analysis.place(offset)
    found = analysis.names(place.spec).at(place.offset) if place else None
    if place is None or found is None or found.name.kind is Kind.PART:
        raise CannotRenameError(_NOTHING)
    candidate = _Candidate(analysis, place.spec, found)
    obstacle = next(candidate.obstacles(), None)
    if obstacle is not None:
        raise CannotRenameError(analysis.hide(obstacle))
    return candidate


class _Candidate(NamedTuple):
    """A name that may be renamed."""

    analysis: Analysis
    spec: Spec
    found: Found

    @property
    def name(self) -> Name:
        """The name, with its places."""
        return self.found.name

    def obstacles(self) -> Iterator[str]:
        """Why the name cannot be renamed, in words."""
        name, tree = self.name, self.spec.tree
        if tree.syntax_errors:
            yield f"the text has a syntax error in {self._line(tree.syntax_errors[0].span)}: repair it first"
        if tree.source.is_escaped:
            yield "the specification is a string with escapes: rename it by hand"
        if self.spec.placeholders.is_unknown_key(name.text):
            yield f"a placeholder is a part of '{name.text}': rename it by hand"
        if name.kind is Kind.OPERATION and sum(place.is_declaration for place in name.places) > 1:
            yield f"several operations have the operationId '{name.text}': make it unique first"
        if name.kind is Kind.PARAMETER:
            yield from self._obstacles_of_parameter()
        if name.kind is Kind.COMPONENT:
            yield from self._obstacles_of_component()
        yield from filter(None, map(self._obstacle_at, name.places))
        if self._may_be_where_nothing_is_read():
            yield f"not all of the document is read, and '{name.text}' may be used there: rename it by hand"

    def _obstacles_of_parameter(self) -> Iterator[str]:
        """What other than the parameters and integrations of the document knows a parameter by its name."""
        name, source = self.name, self.spec.tree.source
        declared = {(target.text("in"), target.text("name")) for place in name.places for target in place.targets}
        for location, text in declared:
            if location in ("header", "cookie"):
                yield f"clients send the {location} '{text}' under this name: rename it by hand"
        for scheme, node in security_schemes(self.spec).items():
            if credential(node) in declared:
                yield f"the security scheme '{scheme}' reads '{name.text}': rename it by hand"
        expression = re.compile(rf"\$request\.(?:path|query)\.{re.escape(name.text)}(?![\w.-])")
        if use := expression.search(source.text):
            yield f"'{use[0]}' in {self._line(Span(*use.span()))} may mean '{name.text}': rename it by hand"

    def _obstacles_of_component(self) -> Iterator[str]:
        """The references with a placeholder that may lead to a component."""
        spec = self.spec
        sections = {place.node.path[1] for place in self.name.places if place.is_declaration}
        for node in spec.references.written:
            section = COMPONENT_SECTIONS.get(spec.kinds.of(node.container) or "", "")
            may_lead_here = section in sections and node.value.startswith(f"#/components/{section}/")
            if may_lead_here and is_unknown(node) and not spec.variables.possible(node):
                where = self._line(node.value_span)
                yield f"the reference in {where} has a placeholder and may mean '{self.name.text}': rename it by hand"

    def _obstacle_at(self, place: NamePlace) -> str | None:
        """Why a name cannot be written anew at a place."""
        where = f"'{self.name.text}' in {self._line(place.span)}"
        if place.is_exact:
            is_repeated = not _edits(place, f"{self.name.text}_")
            return f"{where} is repeated by an alias or a merge: rename it by hand" if is_repeated else None
        if "${var." in str(place.node.value):
            return f"{where} is put together with a variable: rename it by hand"
        return f"{where} is written with escapes or on several lines: rename it by hand"

    def _may_be_where_nothing_is_read(self) -> bool:
        """Whether a text of which not all is read has more of the name than its places: keys are repeated, for one."""
        tree = self.spec.tree
        if not (tree.skipped or tree.alternatives or tree.duplicates):
            return False
        written = re.findall(rf"(?<![\w-]){re.escape(self.name.text)}(?![\w-])", tree.source.text)
        return len(written) > len(self.name.places)

    def _line(self, span: Span) -> str:
        """The line of the text in which a span of the document begins, in words."""
        offset = self.spec.tree.source.whole(span).start
        return f"line {self.analysis.source.position(offset).line}"


def _edits(place: NamePlace, new: str) -> tuple[Edit, ...]:
    """The edits that write another name at a place, none if that is not possible."""
    node, text = place.node, place.text
    if place.is_in_key:
        return (rename_key(node, new) if text == node.key else replace_in_key(node, place.offset, text, new)) or ()
    is_block_scalar = node.tree.source.text[node.raw_span.start] in "|>"
    is_all = text == node.value and not is_block_scalar
    return (replace_value(node, new) if is_all else replace_in(node, place.offset, text, new)) or ()


def _refuse_side_effects(candidate: _Candidate, new: str, edits: list[Edit]) -> None:
    """Nothing if edits do no more than give a name another text. Raises CannotRenameError."""
    before, name = candidate.analysis, candidate.name
    mark = before.text.text[: len(before.text.text) - len(before.source.text)]
    after = analyse(before.text._replace(text=mark + apply_edits(before.source.text, edits)), before.settings)
    number = before.specs.index(candidate.spec)
    names = after.names(after.specs[number]).all if number < len(after.specs) else ()
    if not any(one.kind is name.kind and one.text == new and _outline(one) == _outline(name) for one in names):
        raise CannotRenameError(f"'{new}' is taken: choose another name")
    additional = _rules(after) - _rules(before)
    finding = next((one for one in after.everything.found if one.rule in additional), None)
    if finding is not None:
        raise CannotRenameError(f"'{new}' would be a mistake: {finding.full_message}")


def _outline(name: Name) -> list[tuple[int, bool]]:
    """The lines in which a name is written, and whether it is defined there."""
    lines = (place.node.tree.source.position(place.span.start).line for place in name.places)
    return [(line, place.is_declaration) for line, place in zip(lines, name.places, strict=True)]


def _rules(analysis: Analysis) -> Counter[str]:
    return Counter(diagnostic.rule for diagnostic in analysis.everything.found)
