"""Owns whether a value of one specification means the same as a value of another, and where two differ."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Mapping as AnyMapping
from collections.abc import Sequence as AnySequence
from types import MappingProxyType
from typing import NamedTuple

from apigw_lint.bounds import MAX_DIFFERING
from apigw_lint.diff.change import quoted, was_now
from apigw_lint.gateway.accounts import Account
from apigw_lint.gateway.spec import Spec
from apigw_lint.gateway.variables import written
from apigw_lint.gateway.words import account_words
from apigw_lint.source.pattern import pattern
from apigw_lint.source.tree import Mapping, Node, Sequence
from apigw_lint.source.unknown import has_open_keys, is_unknown_text

_NO_NAMES: AnyMapping[str, str] = MappingProxyType({})
_PARAMETER = pattern(r"(?<!\$)\{([^{}$]+)\}")


_UNORDERED = frozenset(("issuers", "audiences", "requiredclaims"))
"""Lists of an authorizer whose order means nothing."""
MOST_NAMED = 3
"""Differences of one object that are named."""


class Difference(NamedTuple):
    """A place where two objects differ: its keys from the top, and its nodes, None where it is missing."""

    path: tuple[str, ...]
    old: Node | None
    new: Node | None

    @property
    def name(self) -> str:
        """The keys in words: `headers.Host`."""
        return ".".join(self.path)

    def said(self, defaults: AnyMapping[str, str] = _NO_NAMES) -> str:
        """The difference in words."""
        default = self.default(defaults)
        usual = f"'{default}' (the default)" if default else None
        old, new = (quoted(node) or usual for node in (self.old, self.new))
        return was_now(self.name, old, new)

    def default(self, defaults: AnyMapping[str, str]) -> str | None:
        """What the field means if it is not there, None if that is not documented; `defaults` are by folded key."""
        return defaults.get(folded(self.path[0])) if len(self.path) == 1 else None


def said(differences: AnySequence[Difference], defaults: AnyMapping[str, str]) -> str:
    """The differences of one object in words, the first ones of many."""
    shown = [one.said(defaults) for one in differences[:MOST_NAMED]]
    more = f" (and {len(differences) - len(shown)} more)" if len(differences) > len(shown) else ""
    return f"{'; '.join(shown)}{more}"


class Values:
    """Compares the values of two specifications."""

    def __init__(self, old: Spec, new: Spec) -> None:
        self.old = old
        self.new = new
        self._seen: dict[tuple[int, int, tuple[tuple[str, str], ...]], tuple[Difference, ...]] = {}

    def are_different(self, old: Node, new: Node, names: AnyMapping[str, str] = _NO_NAMES) -> bool:
        """Whether two scalars surely mean something else: what is unknown on one side is not sure.

        `names` are new names of path parameters by their old ones, for `{name}` in texts.
        """
        if _renamed(written(old.value), names) == written(new.value):
            return False
        before = {_renamed(written(one.value), names) for one in self.old.variables.possible(old, is_text=True)}
        after = {written(one.value) for one in self.new.variables.possible(new, is_text=True)}
        return bool(before and after) and before != after

    def is_default(self, difference: Difference, defaults: AnyMapping[str, str]) -> bool:
        """Whether one side alone has a field, and may only say what it means without it."""
        spec, node = (self.new, difference.new) if difference.old is None else (self.old, difference.old)
        default = difference.default(defaults)
        if default is None or (difference.old is not None and difference.new is not None):
            return False
        return {written(one.value) for one in spec.variables.possible(node, is_text=True)} <= {default}

    def account_change(self, old: Account, new: Account) -> str:
        """How an account changes, in words; empty if it does not, or if that is unknown."""
        if old.is_unknown or new.is_unknown:
            return ""
        if old.node is not None and new.node is not None:
            if not self.are_different(old.node, new.node):
                return ""
        elif old.node is new.node:
            return ""
        before, after = (f"'{account_words(one)}'" if one.node is not None else "none" for one in (old, new))
        return f"service account was {before}, now {after}"

    def differences(self, old: Node, new: Node, names: AnyMapping[str, str] = _NO_NAMES) -> tuple[Difference, ...]:
        """Where two objects differ, references followed, the first ones of very many; unknown places left out.

        The keys at the top are equal however they are spelt: `functionId` and `function_id`. So are names of headers in
        another case. Of an object that only one of the two has, what is in it differs.
        """
        identity = id(old.value), id(new.value), tuple(names.items())
        if identity not in self._seen:
            found: list[Difference] = []
            for difference in self._walk(old, new, (), names, frozenset()):
                found.append(difference)
                if len(found) == MAX_DIFFERING:
                    break
            self._seen[identity] = tuple(found)
        return self._seen[identity]

    def _walk(
        self,
        old: Node,
        new: Node,
        path: tuple[str, ...],
        names: AnyMapping[str, str],
        around: frozenset[tuple[int, int]],
    ) -> Iterator[Difference]:
        before, after = self.old.references.resolve(old), self.new.references.resolve(new)
        if before is None or after is None or _is_filled_in(before) or _is_filled_in(after):
            return
        pair = id(before.value), id(after.value)
        if isinstance(before.value, Mapping) and isinstance(after.value, Mapping):
            if pair in around:
                return
            old_keys, new_keys = _keys(before, path), _keys(after, path)
            for key in dict.fromkeys((*old_keys, *new_keys)):
                left, right = (
                    node.get(keys[key]) if key in keys else None
                    for node, keys in ((before, old_keys), (after, new_keys))
                )
                inner = (*path, new_keys.get(key) or old_keys[key])
                if left is not None and right is not None:
                    yield from self._walk(left, right, inner, names, around | {pair})
                elif not has_open_keys(after if right is None else before):
                    yield from self._alone(left, right, inner)
        elif isinstance(before.value, Sequence) and isinstance(after.value, Sequence):
            if pair in around:
                return
            if path and folded(path[-1]) in _UNORDERED:
                if self._are_other_items(before, after):
                    yield Difference(path, before, after)
                return
            if len(before.value) != len(after.value):
                yield Difference(path, before, after)
                return
            for number, (left, right) in enumerate(zip(before.entries(), after.entries(), strict=True)):
                yield from self._walk(left, right, (*path, str(number)), names, around | {pair})
        elif any(isinstance(node.value, (Mapping, Sequence)) for node in (before, after)):
            scalar = (self.old, before) if isinstance(after.value, (Mapping, Sequence)) else (self.new, after)
            if scalar[0].variables.possible(scalar[1], is_text=True):
                yield Difference(path, before, after)
        elif self.are_different(before, after, names):
            yield Difference(path, before, after)

    def _are_other_items(self, old: Node, new: Node) -> bool:
        """Whether lists surely have other items, in whatever order."""
        items = [
            [spec.variables.possible(item, is_text=True) for item in node.entries()]
            for spec, node in ((self.old, old), (self.new, new))
        ]
        if not all(possible for side in items for possible in side):
            return False
        before, after = ({written(one.value) for possible in side for one in possible} for side in items)
        return before != after

    def _alone(self, old: Node | None, new: Node | None, path: tuple[str, ...]) -> Iterator[Difference]:
        """What differs where only one side has something: an object is taken apart once."""
        spec, node = (self.new, new) if old is None else (self.old, old)
        inside = spec.references.resolve(node)
        if len(path) > 1 or inside is None or not isinstance(inside.value, Mapping) or not inside.value:
            yield Difference(path, old, new)
            return
        for key in inside.value:
            child = inside.get(key)
            yield Difference((*path, key), None if old is None else child, None if new is None else child)


def _is_filled_in(node: Node) -> bool:
    """Whether this is an unquoted `{NAME}`, which is an object in YAML, and not known yet."""
    return isinstance(node.value, Mapping) and is_unknown_text(node)


def _keys(node: Node, path: tuple[str, ...]) -> dict[str, str]:
    """The keys of a mapping as they are written, by what they are compared by."""
    if not path:
        return {folded(key): key for key in node.value}
    are_headers = len(path) == 1 and folded(path[0]) in ("headers", "httpheaders")
    return {key.lower() if are_headers else key: key for key in node.value}


def folded(key: str) -> str:
    """A key whatever its spelling, as `functionid` for `function_id` and `functionId`."""
    return key.replace("_", "").lower()


def _renamed(text: str, names: AnyMapping[str, str]) -> str:
    if not names or "{" not in text:
        return text
    return _PARAMETER.sub(lambda found: f"{{{names.get(found[1], found[1])}}}", text)
