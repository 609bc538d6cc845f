"""Owns where extensions belong, in words, and the fixes that put them there."""

from __future__ import annotations

from apigw_lint.diagnostic import Edit, Fix
from apigw_lint.fix.edits import make_fix, move_entry, nest_entry
from apigw_lint.fix.extent import line_break
from apigw_lint.gateway.kinds import EXTENSIONS, GATEWAY
from apigw_lint.gateway.schemas import specification_schemas
from apigw_lint.gateway.spec import Spec
from apigw_lint.source.tree import Mapping, Node, Tree

_OWNERS = {
    "document": "at the root of the document",
    "operation": "in an operation",
    "path item": "in a path item, beside its methods",
    "security scheme": "in a security scheme under 'components.securitySchemes'",
    "components": "in 'components'",
    "response": "in a response object",
    "responses": "in the 'responses' of an operation",
    "schema": "in the schema of a JSON body",
    "validation error handler": "in a 'validationErrorHandler'",
}
_GATEWAY_FIELDS = {
    "x-yc-apigateway-cors": "cors",
    "x-yc-apigateway-validator": "validator",
    "x-yc-apigateway-rate-limit": "rateLimit",
}


def owners_in_words(extension: str) -> str:
    """Where an extension belongs."""
    return " or ".join(_OWNERS[owner] for owner in EXTENSIONS[extension].owners)


def gateway_field(key: str) -> str | None:
    """The field of `x-yc-apigateway` that a key at the root of the document stands for, None for any other key."""
    if key in _GATEWAY_FIELDS:
        return _GATEWAY_FIELDS[key]
    return key if key in specification_schemas()["gateway"]["properties"] else None


def move_into_gateway(node: Node, field: str) -> Fix | None:
    """An entry of the root moved into `x-yc-apigateway`, which is made if there is none."""
    gateway = node.tree.root.get(GATEWAY) if node.tree.root else None
    edits = move_entry(node, gateway, field) if gateway else nest_entry(node, GATEWAY, field)
    return make_fix(f"move it to '{GATEWAY}.{field}'", edits)


def move_to_owner(spec: Spec, node: Node, extension: str) -> Fix | None:
    """An entry moved to where the extension belongs: one level up, or at the root of the document if it is there once.

    From further inside it is not known whose it is.
    """
    owners, holder = EXTENSIONS[extension].owners, node.parent
    owner = spec.root if owners == ("document",) else holder.parent if holder else None
    is_single = owner is not spec.root or len(spec.tree.watched.get(str(node.key), ())) < 2
    is_owner = owner is not None and isinstance(owner.value, Mapping) and spec.kinds.of(owner.value) in owners
    return move_outwards(spec, node, owner, extension) if owner and is_owner and is_single else None


def move_outwards(spec: Spec, node: Node, owner: Node, name: str) -> Fix | None:
    """An entry moved to an object around it."""
    kind = spec.kinds.of(owner.value)
    title = f"move it to the {'root' if kind == 'document' else kind}"
    edits = move_entry(node, owner, name)
    if edits is not None and len(edits) == 2 and edits[0].span.start < edits[1].span.start < edits[0].span.end:
        edits = (_joined(node.tree, *edits),)
    return make_fix(title, edits)


def _joined(tree: Tree, deleted: Edit, inserted: Edit) -> Edit:
    """One edit instead of two, where the last line of the object is the line that moves."""
    end = tree.source.text[inserted.span.start : deleted.span.end]
    return Edit(deleted.span, inserted.text.removeprefix(line_break(tree)) + end)
