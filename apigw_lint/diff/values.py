"""Owns whether a value of one specification means the same as a value of another, and where two differ."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Mapping as AnyMapping
from types import MappingProxyType
from typing import NamedTuple

from apigw_lint.bounds import MAX_DIFFERING
from apigw_lint.gateway.spec import Spec
from apigw_lint.gateway.variables import written
from apigw_lint.source.pattern import pattern
from apigw_lint.source.tree import Mapping, Node, Sequence
from apigw_lint.source.unknown import has_open_keys

_NO_NAMES: AnyMapping[str, str] = MappingProxyType({})
_PARAMETER = pattern(r"(?<!\$)\{([^{}$]+)\}")


class Difference(NamedTuple):
    """A place where two objects differ: its keys from the top, and its nodes, None where it is missing."""

    path: tuple[str, ...]
    old: Node | None
    new: Node | None

    @property
    def name(self) -> str:
        """The keys in words: `headers.Host`."""
        return ".".join(self.path)


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

    def differences(self, old: Node, new: Node, names: AnyMapping[str, str] = _NO_NAMES) -> tuple[Difference, ...]:
        """Where two objects differ, references followed, the first ones of very many; unknown places left out.

        The keys at the top are equal however they are spelt: `functionId` and `function_id`.
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
        if before is None or after is None:
            return
        pair = id(before.value), id(after.value)
        if isinstance(before.value, Mapping) and isinstance(after.value, Mapping):
            if pair in around:
                return
            old_keys, new_keys = _keys(before, is_folded=not path), _keys(after, is_folded=not path)
            for key in dict.fromkeys((*old_keys, *new_keys)):
                left, right = (
                    node.get(keys[key]) if key in keys else None
                    for node, keys in ((before, old_keys), (after, new_keys))
                )
                inner = (*path, new_keys.get(key) or old_keys[key])
                if left is not None and right is not None:
                    yield from self._walk(left, right, inner, names, around | {pair})
                elif not has_open_keys(after if right is None else before):
                    yield Difference(inner, left, right)
        elif isinstance(before.value, Sequence) and isinstance(after.value, Sequence):
            if pair in around:
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


def _keys(node: Node, *, is_folded: bool) -> dict[str, str]:
    """The keys of a mapping as they are written, by what they are compared by."""
    return {key.replace("_", "").lower() if is_folded else key: key for key in node.value}


def _renamed(text: str, names: AnyMapping[str, str]) -> str:
    if not names or "{" not in text:
        return text
    return _PARAMETER.sub(lambda found: f"{{{names.get(found[1], found[1])}}}", text)
