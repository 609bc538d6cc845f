"""Rules about `$ref` and about components that are referred to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from itertools import islice

from apigw_lint.bounds import MAX_SUGGESTIONS
from apigw_lint.diagnostic import Consequence, Severity
from apigw_lint.gateway.kinds import COMPONENT_SECTIONS, NAMES_OF_AUTHORS
from apigw_lint.gateway.lookup import Presence
from apigw_lint.gateway.references import split, unescaped
from apigw_lint.gateway.spec import Spec
from apigw_lint.gateway.variables import sole_variable
from apigw_lint.rules.phrases import with_article
from apigw_lint.rules.possible_strings import when_clause
from apigw_lint.rules.rule import Problem, rule
from apigw_lint.rules.suggested_fixes import write_instead
from apigw_lint.source.pointer import escaped
from apigw_lint.source.tree import Mapping, Node, Sequence
from apigw_lint.source.unknown import has_unknown_key, is_unknown
from apigw_lint.spelling import listed, nearest

_SECTIONS = frozenset(COMPONENT_SECTIONS.values())
_EXTENSION_SECTIONS = {
    "x-yc-apigateway-integrations": "integration",
    "x-yc-apigateway-validators": "validator",
    "x-yc-apigateway-cors-rules": "CORS rule",
    "x-yc-apigateway-rate-limits": "rate limit",
}


@rule(Severity.ERROR, Consequence.INVALID, fixes="unsafe")
def unresolved_ref(spec: Spec) -> Iterator[Problem]:
    """A `$ref` to something that does not exist in this document, or to the wrong kind of object.

    Bad:
        paths:
          /hello:
            get:
              x-yc-apigateway-integration: {$ref: '#/components/x-yc-apigateway-integrations/Helo'}
        components:
          x-yc-apigateway-integrations:
            Hello: {type: dummy, http_code: 200}

    Good:
        paths:
          /hello:
            get:
              x-yc-apigateway-integration: {$ref: '#/components/x-yc-apigateway-integrations/Hello'}
        components:
          x-yc-apigateway-integrations:
            Hello: {type: dummy, http_code: 200}

    See: https://spec.openapis.org/oas/v3.0.3#reference-object
    """
    suggestions = _suggestions(spec)
    broken_sections = _broken_sections(spec)
    resolved: set[tuple[int, str, str | None]] = set()
    for node in spec.references.written:
        kind = spec.kinds.of(node.container)
        reference = spec.tree.number_of(node), node.value, kind
        if reference in resolved:
            continue
        if not node.value:
            yield Problem(node, "empty '$ref': write a reference such as '#/components/schemas/Pet'")
        if "${var." in node.value:
            yield from _problems_of_variables(spec, node, broken_sections)
        if is_unknown(node):
            continue
        target = spec.references.target(node.value, node)
        if target is None and not node.value.startswith("#"):
            continue  # a matter of external-ref
        is_first = not spec.tree.number_of(node)
        if target is None and is_first and _may_be_there(spec, broken_sections, node.value):
            continue
        if target is None:
            suggestion = suggestions.get(reference[:2])
            if not is_first and spec.references.target(node.value) is not None:
                suggestion = spec.references.into_first(node)
            hint = f", did you mean '{suggestion}'?" if suggestion else ""
            message = f"'{node.value}' does not exist in this document"
            yield Problem(node, message, hint=hint, fix=write_instead(node, suggestion), cause=message)
        elif (mismatch := _mismatch(spec, node, target, node.value)) is not None:
            yield Problem(node, mismatch, related=((target, "its target"),))
        elif not isinstance(target.value, Mapping) or "$ref" not in target.value:
            # What is a reference again may lead in a circle from one place and not from another.
            resolved.add(reference)


def _problems_of_variables(spec: Spec, node: Node, broken_sections: frozenset[str]) -> Iterator[Problem]:
    """What is wrong with a reference for some value of the variables in it: at the value, or at the use."""
    name = sole_variable(node.value)
    if name is not None and spec.variables.possible(node):
        for value in spec.variables.declared[name].values:
            if reason := _bad_target(spec, node, str(value.value), broken_sections):
                message = f"{reason}; variable '{name}' is used as a reference"
                yield Problem(value, message, related=((node, "used here"),))
        return
    for possible in spec.variables.possible(node):
        if reason := _bad_target(spec, node, str(possible.value), broken_sections):
            yield Problem(node, f"{reason}{when_clause(possible.when)}")


def _bad_target(spec: Spec, node: Node, reference: str, broken_sections: frozenset[str]) -> str | None:
    """Why this node cannot be a reference to a place, in words."""
    if not reference.startswith("#/"):
        return f"'{reference}' is not a reference such as '#/components/...'"
    target = spec.references.target(reference)
    if target is None and _may_be_there(spec, broken_sections, reference):
        return None
    if target is None:
        return f"'{reference}' does not exist in this document"
    return _mismatch(spec, node, target, reference)


def _suggestions(spec: Spec) -> dict[tuple[int, str], str]:
    """The most likely target of references that lead to nothing, by file and text, for the first ones."""
    dangling = (
        (written, nodes[0])
        for written, nodes in spec.references.by_text.items()
        if spec.references.is_read(nodes[0]) and spec.references.target(written[1], nodes[0]) is None
    )
    siblings = cache(lambda reference, origin: _siblings(spec, reference, origin))
    nearest_of = {written: _nearest_target(spec, node, siblings) for written, node in islice(dangling, MAX_SUGGESTIONS)}
    return {written: suggestion for written, suggestion in nearest_of.items() if suggestion}


def _siblings(spec: Spec, reference: str, origin: Node | None) -> Mapping | None:
    """The entries of the mapping that a reference points to, None if some of their names are unknown."""
    node = spec.references.target(reference, origin)
    if node is None or not isinstance(node.value, Mapping):
        return Mapping()
    return None if has_unknown_key(node) else node.value


def _nearest_target(spec: Spec, node: Node, siblings: Callable[[str, Node | None], Mapping | None]) -> str | None:
    """The same name in the section for this kind of object, or the nearest name where the reference points."""
    file, _, pointer = node.value.partition("#")
    head, _, part = pointer.rpartition("/")
    name = unescaped(part)
    kind = spec.kinds.of(node.container) or ""
    section = f"/components/{COMPONENT_SECTIONS.get(kind, '')}"
    for owner in dict.fromkeys((f"{file}#{section}", f"{file}#{head}")):
        # The first node with a text stands for all of its file, and each file has texts of its own.
        entries = siblings(owner, node if spec.tree.number_of(node) else None)
        if entries is None:
            return None
        is_there = name in entries and entries[name] is not node.container
        others = (key for key, value in entries.items() if value is not node.container)
        target_name = name if is_there else nearest(name, others)
        if target_name:
            return f"{owner}/{escaped(target_name)}"
    return None


def _mismatch(spec: Spec, node: Node, target: Node, reference: str) -> str | None:
    """Why a reference cannot lead to its target, in words."""
    expected = spec.kinds.of(node.container)
    if not isinstance(target.value, (Mapping, Sequence)):
        is_reported = spec.kinds.of(target.container) in NAMES_OF_AUTHORS
        return (
            None
            if is_unknown(target) or is_reported or expected == "example"
            else f"'{reference}' points to a value, not an object"
        )
    actual = spec.kinds.of(target.value)
    if _is_circle(spec, node, target):
        return f"'{reference}' is a circular reference"
    if actual is None or expected is None or actual == expected or "example" in (actual, expected):
        return None
    return f"'{reference}' points to {with_article(actual)}, but {with_article(expected)} is expected here"


def _broken_sections(spec: Spec) -> frozenset[str]:
    """The sections of `components` that are misspelt or not mappings, which other rules report."""
    components = spec.root.get("components") if spec.root else None
    if components is None or not isinstance(components.value, Mapping):
        return frozenset()
    shapeless = {section for section, value in components.value.items() if not isinstance(value, Mapping)}
    return frozenset(shapeless.union(name for name in _SECTIONS if spec.lookup(components, name) is Presence.UNSURE))


def _may_be_there(spec: Spec, broken_sections: frozenset[str], reference: str) -> bool:
    """Whether a reference that leads nowhere may have a target all the same, or another rule says why it has none."""
    return spec.references.may_lead_on(reference) or _is_in_sections(spec, broken_sections, reference)


def _is_in_sections(spec: Spec, sections: frozenset[str], reference: str) -> bool:
    """Whether a reference in the first file points into one of the given sections of its `components`."""
    head, _, section = reference.rpartition("/")[0].rpartition("/")
    owner = spec.references.target(head) if head and section in sections else None
    return owner is not None and owner.pointer == "/components"


def _is_circle(spec: Spec, node: Node, target: Node) -> bool:
    """Whether following a reference comes back to it."""
    seen: set[int] = set()
    following: Node | None = target
    while following is not None and id(following.value) not in seen and len(seen) < 32:
        if following.value is node.container:
            return True
        seen.add(id(following.value))
        following = spec.references.target(following.text("$ref") or "", following)
    return False


_BUNDLE = ": the gateway accepts a single one, bundle the files first"


@rule(Severity.WARNING, Consequence.INVALID, fixes="unsafe", other_severities=(Severity.INFO,))
def external_ref(spec: Spec) -> Iterator[Problem]:
    """A `$ref` to another file or URL.

    The gateway accepts a single document, so other files are not available when it is created. A `$ref` to a file in
    the same repository is followed, and what is there is checked as if it were written here; then this rule only
    reminds of bundling (info), once for a specification. Make one file of all before you deploy, for example with
    `npx @redocly/cli bundle openapi.yaml -o bundled.yaml`, and create the gateway from that. A file or an entry that
    does not exist is a warning. A fragment is bundled with the rest anyway, so a `$ref` in it is not reported unless
    the specification that it belongs to is checked too.

    Bad:
        /pets:
          get:
            responses:
              '200': {$ref: 'responses.yaml#/Pets'}
            x-yc-apigateway-integration: {type: dummy, http_code: 200}

    Good:
        paths:
          /pets:
            get:
              responses:
                '200': {$ref: '#/components/responses/Pets'}
              x-yc-apigateway-integration: {type: dummy, http_code: 200}
        components:
          responses:
            Pets: {description: All pets}

    See: https://yandex.cloud/en/docs/api-gateway/concepts/
    """
    if spec.tree.part:
        return
    suggestions = _suggestions(spec)
    replaced = (Node.entry(spec.tree, container, "$ref") for container in spec.tree.replaced)
    for node in (*spec.references.written, *replaced):
        if node.value.startswith("#") or is_unknown(node) or not node.value:
            continue
        if spec.references.target(node.value, node) is None and not spec.references.is_broken(node):
            yield _unread(spec, node, suggestions)
        elif not spec.tree.number_of(node):
            message = f"'{node.value}' is another file, and the gateway takes a single one"
            hint = ": bundle them before you deploy, for example with 'redocly bundle'"
            yield Problem(node, message, hint=hint, severity=Severity.INFO, cause="read")


def _unread(spec: Spec, node: Node, suggestions: dict[tuple[int, str], str]) -> Problem:
    """The problem of a reference to something outside that is not there, or that is not looked at."""
    section = COMPONENT_SECTIONS.get(spec.kinds.of(node.container) or "", "")
    local = f"#/components/{section}/{node.value.rpartition('/')[2]}"
    message, hint = f"'{node.value}' points outside this document", _BUNDLE
    unlinked = spec.references.unlinked(node)
    suggestion: str | None = None
    if spec.references.target(local, node) is not None:
        suggestion = local
    elif spec.references.is_read(node):
        file, _, pointer = node.value.partition("#")
        suggestion = suggestions.get((spec.tree.number_of(node), node.value))
        what = f"does not exist: there is no '{pointer}' in '{file}'" if pointer else "is empty"
        message, hint = f"'{node.value}' {what}", ""
    elif unlinked is not None and unlinked.reason:
        message, hint = f"'{node.value}' {unlinked.reason}", unlinked.hint
        suggestion = unlinked.suggestion and node.value.replace(split(node.value)[0], unlinked.suggestion, 1)
    if suggestion:
        hint = f", did you mean '{suggestion}'?"
    return Problem(node, message, hint=hint, fix=write_instead(node, suggestion or None), cause=(message, hint))


@rule(Severity.WARNING, Consequence.IGNORED, other_severities=(Severity.INFO,))
def ref_siblings(spec: Spec) -> Iterator[Problem]:
    """Keys beside `$ref`.

    In OpenAPI 3.0 a reference replaces the whole object: keys beside it are ignored. Of the gateway's own objects, such
    as integrations, no page says whether keys beside `$ref` count, and a published generator relies on a `url` beside
    it: there it is info.

    Bad:
        paths:
          /hello:
            get:
              parameters:
                - {$ref: '#/components/parameters/Page', required: true}
              x-yc-apigateway-integration: {type: dummy, http_code: 200}
        components:
          parameters:
            Page: {name: page, in: query, schema: {type: integer}}

    Good:
        paths:
          /hello:
            get:
              parameters:
                - {$ref: '#/components/parameters/Page'}
              x-yc-apigateway-integration: {type: dummy, http_code: 200}
        components:
          parameters:
            Page: {name: page, in: query, required: true, schema: {type: integer}}

    See: https://spec.openapis.org/oas/v3.0.3#reference-object
    """
    for node in spec.references.written:
        kind = spec.kinds.of(node.container)
        if len(node.container) == 1 or kind == "path item" or is_unknown(node):
            continue
        siblings = [key for key in node.container if key != "$ref" and not str(key).startswith("x-")]
        if siblings:
            first = Node.entry(spec.tree, node.container, siblings[0])
            names = listed(siblings, "and")
            cause = (kind, tuple(siblings))
            if kind in _EXTENSION_SECTIONS.values():
                message = f"{names} beside '$ref' may have no effect: the documentation does not say"
                yield Problem(first, message, at=first.key_span, severity=Severity.INFO, cause=cause)
            else:
                message = f"{names} {'has' if len(siblings) == 1 else 'have'} no effect beside '$ref'"
                yield Problem(first, message, at=first.key_span, cause=cause)


@rule(Severity.WARNING, Consequence.STYLE)
def unused_component(spec: Spec) -> Iterator[Problem]:
    """An integration, validator, CORS rule or rate limit in `components` that nothing references.

    Often the reference was forgotten, and with it the check or the limit. A variable whose values are references counts
    as a use.

    Bad:
        paths:
          /hello:
            get:
              x-yc-apigateway-integration: {type: dummy, http_code: 200}
        components:
          x-yc-apigateway-cors-rules:
            Public: {origin: false}

    Good:
        paths:
          /hello:
            x-yc-apigateway-cors: {$ref: '#/components/x-yc-apigateway-cors-rules/Public'}
            get:
              x-yc-apigateway-integration: {type: dummy, http_code: 200}
        components:
          x-yc-apigateway-cors-rules:
            Public: {origin: false}

    See: https://yandex.cloud/en/docs/api-gateway/concepts/extensions/
    """
    if not spec.is_all:
        return  # what uses them may be elsewhere
    used = set(_mentioned_places(spec))
    mentions = spec.references.mentions if spec.tree.replaced else ()
    used_nodes = {target.identity for node in mentions if (target := spec.references.target(node.value, node))}
    nodes = spec.references.by_text
    used |= {spec.references.place(text, nodes[written][0]) for written, text in _suggestions(spec).items()}
    templated = _templated_sections(spec)
    for section, object_name in _EXTENSION_SECTIONS.items():
        for name, node in _entries(spec, section):
            place = spec.tree.number_of(node), node.pointer
            is_used = place in used or node.identity in used_nodes
            if section not in templated and not is_used and not spec.placeholders.is_unknown_key(name):
                yield Problem(node, f"unused {object_name} '{name}'", at=node.key_span)


def _entries(spec: Spec, section: str) -> Iterator[tuple[str, Node]]:
    """The names and nodes of a section of `components` as they are written there, aliases not followed."""
    for owner in spec.references.all_components():
        node = owner.get(section)
        if node is not None and isinstance(node.value, Mapping):
            for name in node.value:
                yield name, Node.entry(spec.tree, node.value, name)


def _mentioned_places(spec: Spec) -> Iterator[tuple[int | None, str]]:
    """The places, by file and pointer, of all references and of what may become one."""
    for node in spec.references.mentions:
        if "${var." in node.value:
            yield from (spec.references.place(str(value)) for value in spec.variables.known(node.value))
        else:
            yield spec.references.place(node.value, node)


def _templated_sections(spec: Spec) -> set[str]:
    """The sections that a reference set at deploy time points to: it may name any component in them."""
    return {
        COMPONENT_SECTIONS.get(spec.kinds.of(node.container) or "", "")
        for node in spec.references.written
        if is_unknown(node) and not spec.variables.possible(node)
    }
