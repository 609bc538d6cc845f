"""Completion: keys and values that are legal at a place, what a reference or a `{name}` may name, rules to ignore."""

from __future__ import annotations

from collections.abc import Iterator

from lsprotocol.types import (
    CompletionItem,
    CompletionItemKind,
    InsertTextFormat,
    InsertTextMode,
    MarkupContent,
    MarkupKind,
    TextEdit,
)

from apigw_lint.gateway.fragments import attach, kind_of_part
from apigw_lint.gateway.in_force import Part
from apigw_lint.gateway.kinds import COMPONENT_SECTIONS
from apigw_lint.gateway.operations import Operation
from apigw_lint.gateway.own_keys import is_openapi_document
from apigw_lint.gateway.routing import parameter_names
from apigw_lint.gateway.schemas import schemas_with
from apigw_lint.gateway.spec import Spec
from apigw_lint.gateway.substitution import substituted_in
from apigw_lint.gateway.variables import written
from apigw_lint.gateway.websocket import EVENT_HEADERS
from apigw_lint.inputs import NOT_OPENAPI, PLAIN_OPENAPI
from apigw_lint.lsp.analysis import CONFIGURATION, Analysis
from apigw_lint.lsp.cursor import MARK, cursor_at
from apigw_lint.lsp.insertion import Insertion, Style
from apigw_lint.lsp.proposals import Place, Proposal, schema_proposals
from apigw_lint.masking import mask_of
from apigw_lint.rules import RULES
from apigw_lint.source.pattern import pattern
from apigw_lint.source.placeholder import LITERAL, Placeholders
from apigw_lint.source.pointer import escaped
from apigw_lint.source.text import PLAIN, Source, Span
from apigw_lint.source.tree import Node
from apigw_lint.suppress import KEY

TRIGGERS = ("{", ".", "/", "'", '"', "[", " ")
"""What is typed where something can be proposed at once: `{name}`, `${var.`, `#/`, a string, a list or a mapping on one
line, a value after its colon or an item after its dash."""

_IGNORED_RULES = pattern(r"#[ \t]*apigw-lint:[ \t]*ignore(?:-file)?\[(?P<others>[^\]\r\n]*[ \t,])?(?P<name>[\w-]*)\Z")
_VARIABLE = pattern(r"(?P<dollars>\$+)\{(?P<name>(?:v|va|var|var\.[^{}\s]*)?)\Z")
_NAME = pattern(r"(?<![${#\\])\{(?P<name>[^\s{}\"',:;/\\]*)\Z")
_REST_OF_NAME = pattern(r"[^\s{}\"',:;/\\]*(?P<brace>\}?)")
_REST_OF_RULE = pattern(r"[\w-]*")


def completion(analysis: Analysis, offset: int) -> list[CompletionItem]:
    """What may be written at an offset, the most likely first."""
    source, proposals = _proposals(analysis, offset)
    return [_item(analysis, source, number, proposal) for number, proposal in enumerate(proposals)]


def _item(analysis: Analysis, source: Source, number: int, proposal: Proposal) -> CompletionItem:
    text, is_snippet = proposal.insertion
    documentation = proposal.documentation
    return CompletionItem(
        label=proposal.label,
        kind=proposal.kind,
        detail=proposal.detail or None,
        documentation=MarkupContent(MarkupKind.Markdown, documentation) if documentation else None,
        sort_text=f"{number:04}",
        filter_text=proposal.filter,
        text_edit=TextEdit(analysis.range(proposal.span.moved(source.start)), text),
        insert_text_format=InsertTextFormat.Snippet if is_snippet else None,
        insert_text_mode=InsertTextMode.AdjustIndentation if "\n" in text else None,
    )


def _proposals(analysis: Analysis, offset: int) -> tuple[Source, Iterator[Proposal]]:
    """The document around an offset, and what may be written there.

    A text that is no gateway specification yet counts if it is an OpenAPI document.
    """
    place = analysis.place(offset)
    reason = analysis.content.reason
    root, style, placeholders = None, PLAIN, Placeholders(analysis.config.placeholders)
    source = analysis.source
    if place is not None:
        tree, offset = place.spec.tree, place.offset
        source, style, placeholders = tree.source, tree.style, tree.placeholders
        if source.is_escaped:
            return source, iter(())
    elif reason == CONFIGURATION:
        root, placeholders = Part("config", schemas_with("config")["config"]), LITERAL
    elif reason not in (NOT_OPENAPI, PLAIN_OPENAPI):
        return source, iter(())
    if ignored := list(_ignored_rules(source, offset)):
        return source, iter(ignored)
    if place is not None and place.spec.tree.is_hcl:
        return source, iter(())
    cursor = cursor_at(source, style, placeholders, offset)
    if cursor is None:
        return source, iter(())
    unfinished = str(cursor.node.key) if cursor.is_key else ""
    if not root and (part := kind_of_part(cursor.tree, unfinished)):
        attach(cursor.tree, part)
    if not (place or root or is_openapi_document(cursor.tree)):
        return source, iter(())
    spec = Spec(cursor.tree, "config" if root else "openapi")
    writing = Style(cursor, source.text, takes_snippets=analysis.text.client.takes_snippets)
    return source, _at(Place(spec, cursor, writing, root), source)


def _at(place: Place, source: Source) -> Iterator[Proposal]:
    """What may be written at a place: what it is in the middle of, or what is due there."""
    node, cursor = place.cursor.node, place.cursor
    in_braces = () if cursor.is_key else (*_variables(place, source), *_parameters(place, source))
    typed = source.slice(cursor.typed)
    if in_braces or "\n" in typed or "\r" in typed or node.container is cursor.tree.holder:
        yield from in_braces
    elif not cursor.is_key and node.key == "$ref":
        yield from _targets(place)
    elif not cursor.is_key and node.container.key == KEY:
        for name in RULES:
            yield place.proposal(name, CompletionItemKind.Value, Insertion(place.style.value(name)), *_about_rule(name))
    else:
        yield from schema_proposals(place)


def _ignored_rules(source: Source, offset: int) -> Iterator[Proposal]:
    """The rules that an ignore comment may name, in whose brackets an offset is."""
    line = source.line_span(source.position(offset).line)
    typed = _IGNORED_RULES.search(source.text[line.start : offset])
    rest = _REST_OF_RULE.match(source.text, offset)
    if typed is None or rest is None:
        return
    others = (typed["others"] or "").replace(",", " ").split()
    span = Span(line.start + typed.start("name"), rest.end())
    for name in RULES:
        if name not in others:
            yield Proposal(name, CompletionItemKind.Value, span, Insertion(name), *_about_rule(name))


def _about_rule(name: str) -> tuple[str, str]:
    """The detail and the documentation of a rule."""
    rule = RULES[name]
    return rule.severity.value, "\n\n".join(filter(None, (rule.summary, rule.url and f"[Documentation]({rule.url})")))


def _variables(place: Place, source: Source) -> Iterator[Proposal]:
    """The gateway's variables after `${`; where Terraform reads the text first, after `$${`."""
    cursor, spec = place.cursor, place.spec
    typed = _VARIABLE.search(cursor.before)
    if typed is None or (spec.variables.is_escaped and len(typed["dollars"]) < 2):
        return
    span, brace = _name_at(place, source, typed["name"])
    hide = mask_of(cursor.tree.source, (cursor.tree,)).hide
    for name, variable in spec.variables.declared.items():
        values = ", ".join(f"`{hide(written(value))}`" for value in variable.choices)
        description = hide(variable.node.text("description") or "")
        documentation = "\n\n".join(filter(None, (description, values and f"Values: {values}")))
        label = f"var.{name}"
        yield Proposal(label, CompletionItemKind.Variable, span, Insertion(label + brace), "variable", documentation)


def _parameters(place: Place, source: Source) -> Iterator[Proposal]:
    """What `{name}` may stand for, in a field where the gateway puts parameters in."""
    cursor, spec = place.cursor, place.spec
    typed = _NAME.search(cursor.before)
    integration = substituted_in(spec.kinds, cursor.node) if typed else None
    if typed is None or integration is None:
        return
    span, brace = _name_at(place, source, typed["name"])
    hide = mask_of(cursor.tree.source, (cursor.tree,)).hide
    proposed = set()
    for usage in spec.usages:
        for operation in usage.operations if usage.integration.value is integration.value else ():
            for name, detail, description in _names_of(operation):
                if name not in proposed and MARK not in name:
                    proposed.add(name)
                    documentation = "\n\n".join(filter(None, (hide(description), f"Of `{operation.label}`.")))
                    kind = CompletionItemKind.Variable
                    yield Proposal(name, kind, span, Insertion(name + brace), detail, documentation)


def _names_of(operation: Operation) -> Iterator[tuple[str, str, str]]:
    """The names that an operation gives values to, each with what it is and its description: declared ones first."""
    for parameter in operation.parameters:
        name = parameter.name.removesuffix("+")
        yield name, f"{parameter.location or ''} parameter".strip(), parameter.node.text("description") or ""
    for name in parameter_names(operation.path):
        yield name.removesuffix("+"), "path parameter, not declared", ""
    for header in EVENT_HEADERS.get(operation.event or "", ()):
        yield header, "WebSocket header, not declared", ""


def _name_at(place: Place, source: Source, typed: str) -> tuple[Span, str]:
    """What a name in braces covers that ends at or around the cursor, and the brace that it lacks."""
    offset = place.cursor.offset
    rest = _REST_OF_NAME.match(source.text, offset)
    end = rest.end("brace") - len(rest["brace"]) if rest else offset
    return Span(offset - len(typed), end), "" if rest and rest["brace"] else "}"


def _targets(place: Place) -> Iterator[Proposal]:
    """What a reference may lead to: objects of its kind that are declared in this document."""
    spec, container = place.spec, place.container
    hide = mask_of(place.cursor.tree.source, (place.cursor.tree,)).hide
    kind = spec.kinds.of(container)
    for address, target in _referable(spec, kind):
        if target.value is not container and MARK not in address:
            insertion = Insertion(place.style.reference(address))
            about = target.text("description") or target.text("summary") or ""
            yield place.proposal(address, CompletionItemKind.Reference, insertion, str(kind), hide(about))


def _referable(spec: Spec, kind: str | None) -> Iterator[tuple[str, Node]]:
    """The objects of a kind that references may lead to, with their addresses."""
    if section := COMPONENT_SECTIONS.get(kind or ""):
        for name, node in spec.components(section):
            yield f"#/components/{section}/{escaped(name)}", node
    elif kind == "path item":
        for path, node in spec.path_items:
            yield f"#/paths/{escaped(path)}", node
