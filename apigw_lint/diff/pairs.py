"""Owns which operation of the new specification is which one of the old: those of the same requests."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Mapping as AnyMapping
from typing import NamedTuple

from apigw_lint.gateway.cors import Handler
from apigw_lint.gateway.handling import Handling, handlings
from apigw_lint.gateway.kinds import ANY_METHOD, HTTP_METHODS
from apigw_lint.gateway.routing import parameter_names, route
from apigw_lint.gateway.spec import Spec
from apigw_lint.source.tree import Mapping, Node
from apigw_lint.source.unknown import has_open_keys


def ignores_slash(spec: Spec) -> bool:
    """Whether a slash at the end of a path does not count, which is so unless the gateway object says otherwise."""
    setting = spec.gateway_object.get("ignoreTrailingSlashes") if spec.gateway_object else None
    possible = [one.value for one in spec.variables.possible(setting)]
    return possible != [False]


class Pair(NamedTuple):
    """What is in force on one operation before and after; `names` are new names of path parameters by old ones."""

    old: Handling
    new: Handling
    names: AnyMapping[str, str]

    @property
    def subject(self) -> str:
        """How messages name the requests of both: where one is the any-method, by the method of the other."""
        old, new = self.old.operation, self.new.operation
        return f"'{old.key} {new.path}'" if new.key == ANY_METHOD != old.key else f"'{new.label}'"


class Gone(NamedTuple):
    """An operation that is no longer there; `item` is the path item that still is, None without one."""

    old: Handling
    item: Node | None


class Pairs(NamedTuple):
    """The operations that are in both specifications, and those of the old one that surely are in no other."""

    pairs: list[Pair]
    gone: list[Gone]


class Operations:
    """The operations of one specification, by path and method."""

    def __init__(self, spec: Spec) -> None:
        self.all = handlings(spec)
        self.items = dict(spec.path_items)
        self.paths: dict[str, str] = {}
        self.ignores_slash = ignores_slash(spec)
        self._by_key = {(one.operation.path, one.operation.key): one for one in self.all}
        self._spec = spec
        paths = spec.root.get("paths") if spec.root else None
        self._is_open = paths is None or not isinstance(paths.value, Mapping) or has_open_keys(paths)
        written = paths.value if paths is not None and isinstance(paths.value, Mapping) else ()
        self._unresolved = {self._shape(path) for path in written if path not in self.items}
        for path in self.items:
            self.paths.setdefault(self._shape(path), path)

    def _shape(self, path: str) -> str:
        """What paths have in common that match the same requests."""
        shape = route(path).shape
        return shape.rstrip("/") if self.ignores_slash else shape

    def of(self, path: str, key: str) -> Handling | None:
        """The operation of a path and a method or event, that of the any-method left out."""
        return self._by_key.get((path, key))

    def serving(self, path: str, key: str) -> Handling | None:
        """The operation that serves a method or event of a path, perhaps that of the any-method."""
        return self.of(path, key) or (self.of(path, ANY_METHOD) if key in HTTP_METHODS else None)

    def makes_up_for(self, path: str, key: str) -> bool:
        """Whether a path answers without an operation what that would: all methods, or preflights by a CORS rule."""
        if key == "options":
            return self._spec.cors.handler(self.items[path]) is Handler.RULE
        return key == ANY_METHOD and all(self.serving(path, method) for method in HTTP_METHODS)

    def same_path(self, path: str) -> str | None:
        """The path that matches the same requests as another one, None without one."""
        return path if path in self.items else self.paths.get(self._shape(path))

    def may_have(self, path: str, key: str) -> bool:
        """Whether there may be an operation though none is known: half written, or unknown as yet."""
        root = self._spec.root
        paths = root.get("paths") if root else None
        if paths is None or self._is_open:
            return root is None or self._spec.may_have(root, "paths")
        same = self.same_path(path)
        if same is None:
            return self._shape(path) in self._unresolved
        item = self.items[same]
        return key in item.value or has_open_keys(item)


def pairs(old: Operations, new: Operations) -> Pairs:
    """Which operations are the same, and which are gone.

    A method is served by the any-method of its path where it has no operation of its own.
    """
    found: list[Pair] = []
    gone: list[Gone] = []
    for handling in old.all:
        path, key = handling.operation.path, handling.operation.key
        same = new.same_path(path)
        if same is not None and (now := new.serving(same, key)):
            found.append(Pair(handling, now, _names(path, same)))
        elif not new.may_have(path, key) and not (same and new.makes_up_for(same, key)):
            gone.append(Gone(handling, new.items[same] if same else None))
    return Pairs([*found, *_split(old, new)], gone)


def _split(old: Operations, new: Operations) -> Iterable[Pair]:
    """The operations of methods that the any-method of the same path served before."""
    for handling in new.all:
        path, key = handling.operation.path, handling.operation.key
        same = old.same_path(path)
        is_new = same is not None and key in HTTP_METHODS and old.of(same, key) is None
        if same is not None and is_new and (before := old.of(same, ANY_METHOD)):
            yield Pair(before, handling, _names(same, path))


def _names(old: str, new: str) -> AnyMapping[str, str]:
    before, after = ([name.removesuffix("+") for name in parameter_names(path)] for path in (old, new))
    return {left: right for left, right in zip(before, after, strict=False) if left != right}
