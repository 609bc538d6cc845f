"""Owns the question whether a key is present, which every rule asks that reports something missing.

A key can be there under another name: misspelt, or as an extension that is nearly ours or lacks its prefix. Then
`unknown-key` or `unknown-extension` reports it, and no rule may say that it is missing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import Enum, auto
from functools import cache, lru_cache

from apigw_lint.gateway.documented import Documented, documented_keys
from apigw_lint.gateway.kinds import EXTENSIONS, Kinds
from apigw_lint.gateway.own_keys import PREFIX, as_own
from apigw_lint.source.tree import Container, Mapping, Node
from apigw_lint.source.unknown import has_open_keys
from apigw_lint.spelling import nearest


class Presence(Enum):
    """Whether a key is present; `UNSURE` if that is unknown, or if a misspelling of it is reported already."""

    PRESENT = auto()
    ABSENT = auto()
    UNSURE = auto()


def lookup(kinds: Kinds, node: Node | None, key: str) -> Presence:
    """Whether a mapping has a key.

    It is unsure for what is not a mapping, is a reference, has a key that is filled in later, or has one that most
    likely is a misspelling of this key.
    """
    if node is None or not isinstance(node.value, Mapping):
        return Presence.UNSURE
    if key in node.value:
        return Presence.PRESENT
    is_open = has_open_keys(node) or _is_misspelt(kinds, node.value, key)
    return Presence.UNSURE if is_open else Presence.ABSENT


def _is_misspelt(kinds: Kinds, container: Mapping, key: str) -> bool:
    kind = kinds.of(container)
    if key.startswith("x-"):
        undocumented = (own for other in container if other not in EXTENSIONS and (own := as_own(other)))
        is_misspelt = any(meant_extension(own, container, kind) == key for own in undocumented)
        return is_misspelt or any(bare_extension(other) == key for other in container)
    documented = documented_keys(kind)
    undocumented = (other for other in container if other not in documented.keys and not other.startswith("x-"))
    return any(_meant_key(other, key, container, documented) == key for other in undocumented)


def _meant_key(other: str, key: str, container: Container, documented: Documented) -> str | None:
    """The key that an undocumented one is most likely a misspelling of."""
    if other in documented.aliases:
        return documented.aliases[other]
    return nearest(other, (key, *(free for free in documented.keys if free != key and free not in container)))


def meant_extension(key: str, container: Container, kind: str | None) -> str | None:
    """The extension that a key with the right prefix most likely misspells, preferably one that fits its object."""
    if key in EXTENSIONS:
        return key
    fitting = fitting_extensions(container, kind)
    return _nearest_extension(key, fitting) or _only_with_words(key, fitting) or _nearest_extension(key, EXTENSIONS)


def bare_extension(key: str) -> str | None:
    """The extension that a key is when it gets its prefix: `x-yc-apigateway-cors` for `cors`, `yc-apigatway-cors`."""
    own = as_own(key)
    return _by_bare_name().get(_folded(key)) or (_nearest_extension(own, EXTENSIONS) if own else None)


def counterpart(key: str, container: Container, kind: str) -> str | None:
    """The plural or singular of an extension, if that may be in an object of this kind and is not there yet."""
    other_numbers = (f"{key}s", key.removesuffix("s"))
    return next((name for name in fitting_extensions(container, kind) if name in other_numbers), None)


@cache
def _by_bare_name() -> dict[str, str]:
    return {_folded(name): name for name in EXTENSIONS}


@lru_cache(maxsize=4096)
def _folded(key: str) -> str:
    """A key without prefix, case and separators; one that begins with `x-` and is not the gateway's stays as it is."""
    own = as_own(key)
    if key.startswith("x-") and not own:
        return key
    letters = (own or key).removeprefix("x-").lower().replace("-", "").replace("_", "").removeprefix("yc")
    return letters.removeprefix("apigateway") or letters


def fitting_extensions(container: Container, kind: str | None) -> list[str]:
    """The extensions that an object of a kind may have and does not have yet."""
    return [name for name, extension in EXTENSIONS.items() if kind in extension.owners and name not in container]


def _nearest_extension(key: str, known: Iterable[str]) -> str | None:
    """The nearest extension; the common prefix makes no two of them alike."""
    by_name = {_without_prefix(name): name for name in known}
    name = _without_prefix(key)
    close = by_name.get(name) or by_name.get(nearest(name, tuple(by_name)) or "")
    return close or (None if key.startswith("x-yc-apigateway-") else nearest(key, tuple(by_name.values())))


def _only_with_words(key: str, known: Iterable[str]) -> str | None:
    """The only extension that has all words of a key: `any` and `method-any` are `any-method`."""
    words = set(re.split("[-_]", _without_prefix(key)))
    having = [name for name in known if words <= set(_without_prefix(name).split("-"))]
    return having[0] if len(having) == 1 else None


def _without_prefix(key: str) -> str:
    return key.removeprefix(PREFIX).removeprefix("apigateway-")
