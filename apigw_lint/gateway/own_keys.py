"""Owns which keys are the gateway's or nearly are, such as `yc-apigateway-cors`, and which documents have one."""

from __future__ import annotations

from functools import lru_cache
from itertools import islice

from apigw_lint.bounds import MAX_CANDIDATES
from apigw_lint.gateway.kinds import EXTENSIONS, NAMES_OF_AUTHORS, Kinds
from apigw_lint.source.containers import containers_in
from apigw_lint.source.pattern import pattern
from apigw_lint.source.tree import Mapping, Tree
from apigw_lint.spelling import latin, nearest

PREFIX = "x-yc-"

_NEAR_PREFIX = r"(?:y{1,2}c{1,2}-?|cy-|cy(?=api)|yandex-?(?:cloud)?-?)(?=[a-z])|(?=apigateway-?integrations?\b)"
_NEAR_WORDS = ("yc", "cy-", "cyapi", "yandex", "apigateway")
"""One of these is in each text that the pattern matches; they are found much faster."""
_NEAR_KEY = pattern(rf"(?:x*-?)(?:{_NEAR_PREFIX})([a-z-]{{5,40}})")
_NEAR_KEY_IN_TEXT = pattern(rf"(?:{_NEAR_PREFIX})([a-z-]{{5,40}})[\"']?\s*:")
_ROOT_KEYS = ("openapi", "swagger", "paths")
_NAMES = tuple(name.removeprefix(PREFIX) for name in EXTENSIONS)


@lru_cache(maxsize=4096)
def as_own(key: str) -> str | None:
    """A key of the gateway as it is, one that nearly is one with the right prefix, None for any other key.

    What is near has a prefix that is missing in part, twisted, in capitals or in letters that look alike.
    """
    if key.startswith(PREFIX):
        return key
    match = _NEAR_KEY.fullmatch(_folded(key))
    return PREFIX + match[1] if match and _is_name(match[1]) else None


def _folded(text: str) -> str:
    return latin(text).lower().replace("_", "-")


def _is_name(rest: str) -> bool:
    """Whether what follows the prefix is, or nearly is, what follows it in an extension."""
    return rest.startswith("apigateway") or rest in _NAMES or nearest(rest, _NAMES) is not None


def may_have_own_key(text: str) -> bool:
    """Whether a text may be a document with a key that is the gateway's or nearly is."""
    return PREFIX in text or (may_be_openapi(text) and has_near_key(text))


def may_be_openapi(text: str) -> bool:
    """Whether a text may be an OpenAPI document, because it has the word of a key of its root."""
    return any(key in text for key in _ROOT_KEYS)


def has_near_key(text: str) -> bool:
    """Whether a text has something like a key that nearly is the gateway's."""
    folded = _folded(text)
    if not any(word in folded for word in _NEAR_WORDS):
        return False
    distinct = dict.fromkeys(match[1] for match in _NEAR_KEY_IN_TEXT.finditer(folded))
    return any(map(_is_name, islice(distinct, MAX_CANDIDATES)))


def is_openapi_document(tree: Tree) -> bool:
    """Whether a document is an OpenAPI document or a part of one: it says so, or has paths of requests."""
    if tree.part:
        return True
    root = tree.root.value if tree.root else None
    if not isinstance(root, Mapping):
        return False
    paths = root.get("paths")
    has_paths = isinstance(paths, Mapping) and any(path.startswith("/") for path in paths)
    return "openapi" in root or "swagger" in root or has_paths


def is_gateway_document(tree: Tree) -> bool:
    """Whether a document, or part of one, is OpenAPI with at least one key that is the gateway's or nearly is."""
    if tree.part:
        return True
    root = tree.root.value if tree.root else None
    if not isinstance(root, Mapping) or not any(key in root for key in _ROOT_KEYS):
        return False
    return any(key.startswith(PREFIX) for key in tree.watched) or _has_near_key(tree)


def _has_near_key(tree: Tree) -> bool:
    """Whether an object has a key that nearly is the gateway's, where the author does not choose the names."""
    if not may_have_own_key(tree.source.text):
        return False
    kinds = Kinds(tree)
    mappings = (container for container in containers_in(tree.holder) if isinstance(container, Mapping))
    near = (container for container in mappings if any(map(as_own, container)))
    return any((kind := kinds.of(container)) and kind not in NAMES_OF_AUTHORS for container in near)
