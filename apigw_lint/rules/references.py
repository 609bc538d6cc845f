"""Rules about `$ref` and about components that are referred to."""

from __future__ import annotations

from collections.abc import Iterator

from apigw_lint.diagnostic import Consequence, Severity
from apigw_lint.nearest import listed, nearest
from apigw_lint.rules.rule import Problem, rule
from apigw_lint.source.placeholder import is_unknown, is_unknown_key
from apigw_lint.source.tree import Mapping, Node, Sequence
from apigw_lint.spec.model import Spec, unquoted
from apigw_lint.spec.places import COMPONENT_SECTIONS, EXTENSIONS

_EXTENSION_SECTIONS = {
    "x-yc-apigateway-integrations": "integration",
    "x-yc-apigateway-validators": "validator",
    "x-yc-apigateway-cors-rules": "CORS rule",
    "x-yc-apigateway-rate-limits": "rate limit",
}


@rule(Severity.ERROR, Consequence.INVALID)
def unresolved_ref(spec: Spec) -> Iterator[Problem]:
    """A `$ref` to nothing in this document, or to the wrong kind of object.

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
    for node in spec.references:
        if not node.value:
            yield Problem(node, "this '$ref' is empty: it names a place such as '#/components/schemas/Pet'")
        if not node.value.startswith("#") or is_unknown(node):
            continue
        target = spec.target(node.value)
        if target is None:
            close = _nearest_target(spec, node)
            hint = f", did you mean '{close}'?" if close else ""
            yield Problem(node, f"'{node.value}' leads to nothing in this document{hint}")
        elif (mismatch := _mismatch(spec, node, target)) is not None:
            yield Problem(node, mismatch, related=((target, "it leads here"),))


def _nearest_target(spec: Spec, node: Node) -> str | None:
    """What was meant: the same name in the right section, or the nearest name where the reference points."""
    head, _, part = node.value.rpartition("/")
    name = unquoted(part).replace("~1", "/").replace("~0", "~")
    kind = spec.places.kind(node.container) or ""
    right = f"#/components/{COMPONENT_SECTIONS.get(kind, '')}"
    for place in dict.fromkeys((right, head)):
        siblings = spec.target(place)
        if siblings is not None and isinstance(siblings.value, Mapping):
            if any(is_unknown_key(key) for key in siblings.value):
                return None
            others = [key for key, value in siblings.value.items() if value is not node.container]
            close = name if name in others else nearest(name, others)
            if close:
                return f"{place}/{close.replace('~', '~0').replace('/', '~1')}"
    return None


def _mismatch(spec: Spec, node: Node, target: Node) -> str | None:
    due = spec.places.kind(node.container)
    if not isinstance(target.value, (Mapping, Sequence)):
        return None if is_unknown(target) or due == "example" else f"'{node.value}' leads to a value, not to an object"
    found = spec.places.kind(target.value)
    if _is_circle(spec, node, target):
        return f"'{node.value}' leads in a circle"
    if found is None or due is None or found == due or "example" in (found, due):
        return None
    return f"'{node.value}' leads to {_article(found)} {found}, but {_article(due)} {due} is due here"


def _is_circle(spec: Spec, node: Node, target: Node) -> bool:
    """Whether following a reference leads back to it."""
    seen: set[int] = set()
    following: Node | None = target
    while following is not None and id(following.value) not in seen:
        if following.value is node.container:
            return True
        seen.add(id(following.value))
        following = spec.target(following.text("$ref") or "")
    return False


def _article(kind: str) -> str:
    return "an" if kind[0] in "aeio" else "a"


@rule(Severity.WARNING, Consequence.INVALID)
def external_ref(spec: Spec) -> Iterator[Problem]:
    """A `$ref` to another file or address.

    The gateway takes one document: what stands in other files is not there when the gateway is created.
    Bundle the files into one, or move the object to `components`.

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
    for node in spec.references:
        if node.value.startswith("#") or is_unknown(node) or not node.value:
            continue
        section = COMPONENT_SECTIONS.get(spec.places.kind(node.container) or "", "")
        local = f"#/components/{section}/{node.value.rpartition('/')[2]}"
        hint = f", did you mean '{local}'?" if spec.target(local) else ": the gateway takes a single document"
        yield Problem(node, f"'{node.value}' leads out of this document{hint}")


@rule(Severity.WARNING, Consequence.IGNORED)
def ref_siblings(spec: Spec) -> Iterator[Problem]:
    """Keys beside `$ref`.

    In OpenAPI 3.0 a reference stands for the whole object: what is written beside it does not count.

    Bad:
        paths:
          /hello:
            get:
              x-yc-apigateway-integration:
                $ref: '#/components/x-yc-apigateway-integrations/Hello'
                http_code: 404
        components:
          x-yc-apigateway-integrations:
            Hello: {type: dummy, http_code: 200}

    Good:
        paths:
          /hello:
            get:
              x-yc-apigateway-integration:
                $ref: '#/components/x-yc-apigateway-integrations/Hello'
        components:
          x-yc-apigateway-integrations:
            Hello: {type: dummy, http_code: 200}

    See: https://spec.openapis.org/oas/v3.0.3#reference-object
    """
    for node in spec.references:
        if len(node.container) == 1 or spec.places.kind(node.container) == "path item" or is_unknown(node):
            continue
        siblings = [key for key in node.container if key != "$ref" and not str(key).startswith("x-")]
        if siblings:
            first = Node.entry(spec.tree, node.container, siblings[0])
            verb = "has" if len(siblings) == 1 else "have"
            message = f"beside '$ref' nothing counts: {listed(siblings, 'and')} {verb} no effect"
            yield Problem(first, message, at=first.key_span)


@rule(Severity.WARNING, Consequence.STYLE)
def unused_component(spec: Spec) -> Iterator[Problem]:
    """An integration, validator, CORS rule or rate limit in `components` that nothing refers to.

    Often the reference was forgotten, and with it the check or the limit. A variable whose values are
    references counts as a use.

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
    used = set(_referred(spec)) | set(_variable_values(spec))
    used |= {unquoted(meant[1:]) for meant in _meant_targets(spec)}
    for section, what in _EXTENSION_SECTIONS.items():
        for name, node in _entries(spec, section):
            if node.pointer not in used and not is_unknown_key(name) and not _is_templated(spec, section):
                yield Problem(node, f"nothing refers to {what} '{name}'", at=node.key_span)


def _entries(spec: Spec, section: str) -> Iterator[tuple[str, Node]]:
    """The names and nodes of a section of `components` as they stand there, aliases not followed."""
    node = spec.root.descend("components", section) if spec.root else None
    if node is not None and isinstance(node.value, Mapping):
        for name in node.value:
            yield name, Node.entry(spec.tree, node.value, name)


def _referred(spec: Spec) -> Iterator[str]:
    """The pointers of all references, those of templates for aliases under `x-` keys included."""
    for node in spec.tree.holding("$ref"):
        if isinstance(node.value, str):
            yield unquoted(node.value[1:])
    for key in EXTENSIONS:
        for node in spec.tree.holding(key):
            if isinstance(node.value, str) and node.value.startswith("#/"):
                yield unquoted(node.value[1:])


def _meant_targets(spec: Spec) -> Iterator[str]:
    """What references that lead to nothing were meant to name."""
    for nodes in spec.referring.values():
        node = nodes[0]
        if node.value.startswith("#") and spec.target(node.value) is None and (close := _nearest_target(spec, node)):
            yield close


def _variable_values(spec: Spec) -> Iterator[str]:
    variables = spec.root.descend("x-yc-apigateway", "variables") if spec.root else None
    for node in variables.walk() if variables else ():
        if isinstance(node.value, str) and node.value.startswith("#"):
            yield unquoted(node.value[1:])


def _is_templated(spec: Spec, section: str) -> bool:
    """Whether some reference of this kind is filled in later, and so may name any component."""
    return any(
        is_unknown(node)
        and "${var." not in node.value
        and COMPONENT_SECTIONS.get(spec.places.kind(node.container) or "") == section
        for node in spec.references
    )
