"""Owns parts of a specification in files of their own: which part a root is, and a tree in which it has its place.

A part is linted as a document of which the rest is not known: made around it are the objects that would hold it, each
with the key `REST`, which stands for all keys that are not seen. So whatever the part does not show may be there.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator

from apigw_lint.gateway.documented import documented_keys
from apigw_lint.gateway.kinds import ANY_METHOD, COMPONENT_SECTIONS, EXTENSIONS, GATEWAY, OPERATION_KEYS, Kinds
from apigw_lint.gateway.lookup import meant_extension
from apigw_lint.gateway.own_keys import PREFIX
from apigw_lint.source.tree import REST, Container, Mapping, Node, Tree
from apigw_lint.spelling import nearest

UNKNOWN_PATH = "/${path}"
_UNKNOWN_NAME = "${name}"

_PLACES: dict[str, tuple[str, ...]] = {
    "document": (),
    "paths": ("paths",),
    "path item": ("paths", UNKNOWN_PATH),
    "operation": ("paths", UNKNOWN_PATH, ANY_METHOD),
    "components": ("components",),
    **{kind: ("components", section, _UNKNOWN_NAME) for kind, section in COMPONENT_SECTIONS.items()},
}
"""The keys from the root of a specification to an object of each kind; that of an operation may be any method's."""

_HEAD = ("openapi", "swagger", "info")
_WHOLE = (*_HEAD, "paths")
"""Keys of which one is in the root of each whole document."""


def name_of_part(tree: Tree) -> str:
    """What part of a specification a tree is: its kind, or the key that it holds; empty for a whole document."""
    if tree.part == "document" and tree.root:
        return next((key for key in ("paths", "components") if key in tree.root.value), GATEWAY)
    return tree.part


def kind_of_part(tree: Tree, unfinished: str = "", *, is_excerpt: bool = False) -> str:
    """The kind of object that the root of a tree is, if it is a part of a specification and no whole one; else empty.

    It is one of `paths`, `path item`, `operation`, `components` and `document` (what holds `components`). It has a key
    of the gateway where that kind of object has it, and no key that is out of place there, but for an `unfinished` one.
    In an excerpt, as documentation has them, `paths` without a head are a part too: the rest is not shown.
    """
    root = tree.root.value if tree.root else None
    if not isinstance(root, Mapping) or any(key in root for key in (_HEAD if is_excerpt else _WHOLE)):
        return ""
    own = [key for key in tree.watched if key.startswith(PREFIX)]
    if not own:
        return ""
    keys = [key for key in root if not key.startswith("x-") and key not in ("$ref", unfinished)]
    keys = [key for key in keys if not tree.placeholders.is_unknown_key(key) or key.startswith("/")]
    return next((kind for kind, fits in _SHAPES.items() if fits(root, keys) and _has_own(tree, own, kind)), "")


def _is_paths(root: Mapping, keys: list[str]) -> bool:
    """Whether all keys are paths, and some path has an operation."""
    items = [root[key] for key in keys]
    is_plain = all(isinstance(item, Mapping) or item is None or isinstance(item, str) for item in items)
    return is_plain and all(key.startswith("/") for key in keys) and any(map(_has_operation, items))


def _is_path_item(root: Mapping, keys: list[str]) -> bool:
    return _has_operation(root) and _are_of("path item", keys)


def _is_operation(root: Mapping, keys: list[str]) -> bool:
    """Whether the root has an extension that only an operation has there."""
    has_own = any(_extension(key, root, "operation") == "x-yc-apigateway-integration" for key in root)
    return has_own and _are_of("operation", keys)


def _is_components(root: Mapping, keys: list[str]) -> bool:
    has_section = any(isinstance(root.get(section), Mapping) for section in COMPONENT_SECTIONS.values())
    return has_section and _are_of("components", keys)


def _holds_components(root: Mapping, keys: list[str]) -> bool:
    has_part = any(isinstance(root.get(key), Mapping) for key in ("components", GATEWAY, "paths"))
    return has_part and _are_of("document", keys)


_SHAPES: dict[str, Callable[[Mapping, list[str]], bool]] = {
    "paths": _is_paths,
    "path item": _is_path_item,
    "operation": _is_operation,
    "components": _is_components,
    "document": _holds_components,
}
"""Whether a root may be of each kind, by it and those of its keys that are neither extensions nor unknown."""


def _has_operation(item: object) -> bool:
    return isinstance(item, Mapping) and any(isinstance(item.get(key), Mapping) for key in OPERATION_KEYS)


def _are_of(kind: str, keys: list[str]) -> bool:
    """Whether all keys are those of a kind of object; beside one that is, others may be misspelt."""
    documented = tuple(sorted(documented_keys(kind).keys))
    odd = [key for key in keys if key not in documented]
    return not odd or (len(odd) < len(keys) and all(nearest(key, documented) for key in odd))


def _has_own(tree: Tree, own: Iterable[str], kind: str) -> bool:
    """Whether one of some keys of the gateway, or a misspelling of it, is where it belongs if the root is of a kind.

    Among paths nobody else has such a key, so that there it may be in another object.
    """
    kinds = Kinds(tree, kind)
    is_anywhere = kind in ("paths", "path item")
    return any(
        (key in EXTENSIONS and is_anywhere)
        or ((extension := _extension(key, container, owner)) is not None and owner in EXTENSIONS[extension].owners)
        for key in own
        for container in tree.watched[key]
        if (owner := kinds.of(container)) is not None
    )


def _extension(key: str, container: Container, kind: str) -> str | None:
    """The extension that a key is or misspells."""
    return meant_extension(key, container, kind) if key.startswith(PREFIX) else None


def attach(tree: Tree, kind: str) -> None:
    """Gives the root of a tree, a mapping, its place as an object of a kind in a specification that is not known else.

    `kind` is what `kind_of_part` returns, or a kind of component, such as `parameter`. From then on `tree.root` is the
    root of that specification, and `tree.top` what is written.
    """
    top: Mapping = tree.holder[0]
    made: list[Mapping] = []
    place = _PLACES[kind]
    outer: Container = tree.holder
    key: str | int = 0
    for step in place:
        box = _made_around(top, step)
        _put(outer, key, box)
        made.append(box)
        outer, key = box, step
    _put(outer, key, top)
    tree.part, tree.place, tree.made = kind, place, frozenset(map(id, made))
    for container in _open_ones(top, kind):
        container.add_unwritten(REST)
    tree.layouts.clear()
    tree.root = Node.entry(tree, tree.holder, 0)


def _made_around(top: Mapping, key: str) -> Mapping:
    """A mapping around what is written, which has this key and `REST`; nothing of it is in the text."""
    box = Mapping({key: None, REST: None})
    box.start, box.end = top.start, top.end
    box.spans = array("I", (top.end, top.end, top.start, top.end, *[top.end] * 4))
    return box


def _put(outer: Container, key: str | int, value: Mapping) -> None:
    outer[key] = value  # type: ignore[index]
    value.parent, value.key = outer, key


def _open_ones(top: Mapping, kind: str) -> Iterator[Mapping]:
    """The written objects of which there may be more elsewhere: a list of paths, components and their sections."""
    if kind in ("document", "paths", "components"):
        yield top
    components = top.get("components") if kind == "document" else top if kind == "components" else None
    if isinstance(components, Mapping):
        if components is not top:
            yield components
        sections = {id(value): value for value in map(components.get, COMPONENT_SECTIONS.values())}
        yield from (section for section in sections.values() if isinstance(section, Mapping))
