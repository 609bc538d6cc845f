"""Owns the JSON Schemas: finds, bundles and runs them, and ties what they find to nodes.

`jsonschema_rs` judges first and fast; what it refuses `jsonschema` explains, one path item or component
at a time, so a clean document never imports the slow engine.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any, NamedTuple, Protocol

from apigw_lint.gateway.kinds import EXTENSIONS, REFERABLE, Kinds
from apigw_lint.gateway.variables import Possible
from apigw_lint.source.tree import Mapping, Node, Sequence, Tree
from apigw_lint.source.unknown import is_braced_name, is_bracketed_text, is_unknown
from apigw_lint.spelling import nearest

_PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
_FOLDERS = (os.path.join(_PACKAGE, "schemas"), os.path.join(os.path.dirname(_PACKAGE), "schemas"))
_JUDGED_BY_VALUE = frozenset(("enum", "const", "pattern", "minimum", "maximum", "exclusiveMinimum", "maxLength"))
"""Keywords that can be judged for a value of a variable; whether it becomes text or a number is not documented."""

_NOT_OF_SPECIFICATIONS = ("config", "report")
_MAPS_OF = (
    ("integrations", "integration"),
    ("validators", "validator"),
    ("cors-rules", "cors-rule"),
    ("rate-limits", "rate-limit"),
)
_REFERENCE = {"$ref": ""}


class SchemaError(NamedTuple):
    """One keyword that one node fails.

    `node` is what fails (for a key that should not be there, its value), `schema` the object schema that
    says so, `key` the extra or missing key. A value made by variables fails for some of their values: then
    `possible` is the first such value and says when.
    """

    node: Node
    keyword: str
    schema: dict[str, Any]
    key: str | None = None
    possible: Possible | None = None

    @property
    def value(self) -> Any:
        """The value that fails."""
        return self.possible.value if self.possible else self.node.value

    @property
    def wanted(self) -> Any:
        """The keyword's value: the type, the list of values, the bound."""
        return self.schema[self.keyword]


_Possible = Callable[[Node], list[Possible]]


class _Fast(Protocol):
    def is_valid(self, instance: Any) -> bool: ...


def folder() -> str:
    """Where the schemas are: inside the installed package, or beside it in a checkout."""
    return next(path for path in _FOLDERS if os.path.isdir(path))


@cache
def bundle() -> dict[str, Any]:
    """All schemas as one: `definitions` by file name, references between files rewritten to them."""
    definitions: dict[str, Any] = {}
    for file in sorted(os.listdir(folder())):
        name = file.removesuffix(".json")
        if name != file and name not in _NOT_OF_SPECIFICATIONS:
            with open(os.path.join(folder(), file), encoding="utf-8") as stream:
                definitions[name] = json.loads(_localized(stream.read(), name))
    for plural, item in _MAPS_OF:
        definitions[plural] = {"type": "object", "additionalProperties": {"$ref": f"#/definitions/{item}"}}
    return {"$schema": "http://json-schema.org/draft-07/schema#", "definitions": definitions}


def fields_of(integration_type: str) -> frozenset[str]:
    """The documented fields of an integration type, none for an unknown one."""
    definition = bundle()["definitions"].get(f"integration-{integration_type.replace('_', '-')}", {})
    return frozenset(definition.get("properties", ()))


def _localized(text: str, name: str) -> str:
    """The text of a schema file with its references made those of the bundle."""
    own = text.replace('"$ref": "#/', f'"$ref": "#/definitions/{name}/')
    return re.sub(r'"\$ref": "([a-z-]+)\.json#?', r'"$ref": "#/definitions/\1', own)


def _pointed(name: str) -> dict[str, Any]:
    """The bundle with one definition (`integration`, `openapi.path-item`) at its root, or a schema of our own files."""
    if name in _NOT_OF_SPECIFICATIONS:
        with open(os.path.join(folder(), f"{name}.json"), encoding="utf-8") as stream:
            own: dict[str, Any] = json.load(stream)
        return own
    file, _, inner = name.partition(".")
    pointer = f"#/definitions/{file}" + (f"/definitions/{inner}" if inner else "")
    return {**bundle(), "allOf": [{"$ref": pointer}]}


@cache
def _fast(name: str) -> _Fast | None:
    try:
        import jsonschema_rs
    except ImportError:
        return None
    validator: _Fast = jsonschema_rs.Draft7Validator(_pointed(name), validate_formats=False)
    return validator


@cache
def _explaining(name: str) -> Any:
    from jsonschema import Draft7Validator, validators

    extend: Any = validators.extend
    return extend(Draft7Validator, {"uniqueItems": _repeated})(_pointed(name))


def _repeated(_: Any, is_unique: bool, instance: Any, __: Any) -> Iterator[Any]:
    """The error of a list that has an item twice; jsonschema's own would compare each mapping with each."""
    from jsonschema import ValidationError

    if is_unique and isinstance(instance, list):
        texts = {json.dumps(item, sort_keys=True) for item in instance}
        if len(texts) < len(instance):
            yield ValidationError("an item is there twice")


def is_valid(name: str, value: Any) -> bool:
    """Whether a value satisfies a schema, by the fast engine; False where that is not installed."""
    fast = _fast(name)
    return fast is not None and fast.is_valid(value)


def schema_errors(
    tree: Tree, kinds: Kinds, whole: str | None, possible: Callable[[Node], list[Possible]]
) -> Iterator[SchemaError]:
    """What contradicts the schemas: the whole document one of them, or without one its extensions alone.

    What an alias repeats is reported once, where it is written.
    """
    seen = set()
    found = _document_errors(tree, kinds, whole, possible) if whole else _extension_errors(tree, kinds, possible)
    for error in found:
        place = (error.node.raw_span, error.keyword, error.key)
        if place not in seen:
            seen.add(place)
            yield error


def _document_errors(tree: Tree, kinds: Kinds, whole: str, possible: _Possible) -> Iterator[SchemaError]:
    root = tree.root
    if root is None or is_valid(whole, root.value):
        return
    repeats = _Repeats(kinds) if tree.reused else None
    explained: set[tuple[str, int]] = set()
    for name, node, skeleton in _units(root) if whole == "openapi" else [(whole, root, root.value)]:
        if (name, id(skeleton)) not in explained and not is_valid(name, skeleton):
            explained.add((name, id(skeleton)))
            yield from _explained(name, node, repeats.left_out(skeleton) if repeats else skeleton, possible)


class _Repeats:
    """Leaves out what stands somewhere by an alias and was looked at before, as the same kind of object.

    Chains of aliases would be explained from their beginning at each of their links.
    """

    def __init__(self, kinds: Kinds) -> None:
        self.kinds = kinds
        self.seen: set[int] = set()

    def left_out(self, value: Any) -> Any:
        """A copy of a value with something valid in the place of each repeat."""
        if not isinstance(value, (dict, list)):
            return value
        if isinstance(value, dict):
            return {key: self._item(value, key, item) for key, item in value.items()}
        return [self._item(value, number, item) for number, item in enumerate(value)]

    def _item(self, owner: Any, key: str | int, item: Any) -> Any:
        is_alias = isinstance(owner, (Mapping, Sequence)) and isinstance(item, (Mapping, Sequence))
        if is_alias and (item.parent is not owner or item.key != key):
            kind = self.kinds.of(item)
            if id(item) in self.seen and kind == self.kinds.at(owner, key):
                if kind in REFERABLE:
                    return _REFERENCE
                if kind == "schemas":
                    return {} if isinstance(item, Mapping) else [_REFERENCE]
        self.seen.add(id(item))
        return self.left_out(item)


def _extension_errors(tree: Tree, kinds: Kinds, possible: _Possible) -> Iterator[SchemaError]:
    for key, extension in EXTENSIONS.items():
        for node in tree.holding(key):
            is_own = kinds.of(node.container) in extension.owners and not extension.schema.startswith("openapi")
            if is_own and not is_valid(extension.schema, node.value):
                yield from _explained(extension.schema, node, node.value, possible)


def _units(root: Node) -> Iterator[tuple[str, Node, Any]]:
    """The document in parts that can be judged alone: its skeleton, each path item, each component."""
    if not isinstance(root.value, Mapping):
        yield "openapi", root, root.value
        return
    skeleton = dict(root.value)
    parts: list[tuple[str, Node]] = []
    paths = root.get("paths")
    if paths is not None and isinstance(paths.value, Mapping):
        skeleton["paths"] = dict.fromkeys(paths.value, _REFERENCE)
        parts += [("openapi.path-item", item) for key, item in paths.items() if not key.startswith("x-")]
    components = root.get("components")
    if components is not None and isinstance(components.value, Mapping):
        skeleton["components"] = dict(components.value)
        for section, node in components.items():
            name = _component_schemas().get(section)
            if name and isinstance(node.value, Mapping):
                skeleton["components"][section] = dict.fromkeys(node.value, _REFERENCE)
                parts += [(name, item) for _, item in node.items()]
    yield "openapi", root, skeleton
    for name, node in parts:
        yield name, node, node.value


@cache
def _component_schemas() -> dict[str, str]:
    """The schema of one item of each section of `components`."""
    sections = bundle()["definitions"]["openapi"]["definitions"]["components"]["properties"]
    return {
        name: section["additionalProperties"]["$ref"].removeprefix("#/definitions/").replace("/definitions/", ".")
        for name, section in sections.items()
        if "$ref" in section.get("additionalProperties", {})
    }


def _explained(name: str, unit: Node, value: Any, possible: _Possible) -> list[SchemaError]:
    """The errors of one unit, one for each mistake."""
    found: dict[tuple[Any, ...], SchemaError] = {}
    try:
        errors = list(_explaining(name).iter_errors(value))
    except RecursionError:
        return [SchemaError(unit, "", {})]
    for error in errors:
        for cause in _causes(error):
            for one in _tied(cause, unit, possible):
                found.setdefault((one.node.identity, one.keyword, one.key), one)
    if not errors and _fast(name) is not None and not is_valid(name, value):
        found = {(): SchemaError(unit, "", {})}
    mistyped = {one.node.identity for one in found.values() if one.keyword == "type"}
    return [one for one in found.values() if one.keyword == "type" or one.key or one.node.identity not in mistyped]


def _causes(error: Any) -> Iterator[Any]:
    """The error, or of one with alternatives the deepest error of the closest alternative."""
    if not error.context:
        yield error
        return
    yield from _causes(max(error.context, key=lambda inner: len(inner.absolute_path)))


def _tied(error: Any, unit: Node, possible: _Possible) -> Iterator[SchemaError]:
    node = unit.descend(*error.absolute_path)
    if node is None or _is_later(node.tree, str(node.key)):
        return
    keyword, schema = error.validator, error.schema
    if "propertyNames" in error.absolute_schema_path:
        key = error.instance
        if not _is_later(node.tree, key):
            yield SchemaError(Node.entry(node.tree, node.value, key), "propertyNames", schema, key)
    elif keyword == "additionalProperties":
        for key in node.value if not is_braced_name(node.value) else ():
            if _is_extra(key, schema) and not _is_later(node.tree, key):
                yield SchemaError(Node.entry(node.tree, node.value, key), keyword, schema, key)
    elif keyword == "required":
        if not any(_is_later(node.tree, key) for key, _ in node.items()) and not is_unknown(node):
            for key in error.validator_value:
                if key not in node.value:
                    yield SchemaError(node, keyword, schema, key)
    elif keyword == "type" and _wants_text(schema) and is_bracketed_text(node):
        yield SchemaError(node, "placeholder", schema)
    elif not is_unknown(node):
        yield SchemaError(node, keyword, schema)
    elif keyword == "type":
        numbers = [one for one in possible(node) if isinstance(one.value, (int, float))]
        for other in _JUDGED_BY_VALUE & schema.keys():
            yield from _failing_values(node, other, schema, numbers)
    elif keyword in _JUDGED_BY_VALUE:
        yield from _failing_values(node, keyword, schema, possible(node))


def _failing_values(
    node: Node, keyword: str, schema: dict[str, Any], possible: list[Possible]
) -> Iterator[SchemaError]:
    """A failure for some values of the variables in a node: one, that tells all of them."""
    import jsonschema

    judge = jsonschema.Draft7Validator({keyword: schema[keyword]})
    failing = [one for one in possible if one.when and not judge.is_valid(one.value)]
    if failing:
        when = " or ".join(one.when for one in failing)
        yield SchemaError(node, keyword, schema, possible=Possible(failing[0].value, when))


def _is_later(tree: Tree, key: str) -> bool:
    """Whether a key is filled in later or was forgotten; `$rfe` is `$ref` misspelt, not a variable of a shell."""
    return tree.placeholders.is_unknown_key(key) and nearest(key, ("$ref",)) is None


def _wants_text(schema: dict[str, Any]) -> bool:
    """Whether any text is due, so that `[text]` is a forgotten one."""
    return "enum" not in schema and "string" in schema["type"]


def _is_extra(key: str, schema: dict[str, Any]) -> bool:
    return key not in schema.get("properties", {}) and not any(
        re.search(pattern, key) for pattern in schema.get("patternProperties", {})
    )
