"""Owns which content of a `dummy` integration answers a request.

Sources: https://yandex.cloud/en/docs/api-gateway/concepts/extensions/dummy: the best match for `Accept`, else the key
`*`, else the status 415; without `Accept` it may be any. https://www.rfc-editor.org/rfc/rfc9110#name-accept for what
matches.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

ANY = "*"


class Choice(NamedTuple):
    """The key of the content that answers, None for the status 415; `others` may answer as well."""

    key: str | None
    others: tuple[str, ...] = ()


class _Range(NamedTuple):
    type: str
    subtype: str
    quality: float


def choice(keys: Iterable[str], accept: str | None) -> Choice:
    """Which of the keys of a `content` answers a request with this `Accept`; None without that header."""
    keys = list(keys)
    if accept is None:
        return Choice(keys[0], tuple(keys[1:])) if keys else Choice(None)
    ranges = list(_ranges(accept))
    qualities = {key: _quality(key, ranges) for key in keys if key != ANY}
    best = max(qualities.values(), default=(0.0, 0))
    if best[0] > 0:
        first, *others = [key for key, quality in qualities.items() if quality == best]
        return Choice(first, tuple(others))
    return Choice(ANY if ANY in keys else None)


def _ranges(accept: str) -> Iterator[_Range]:
    for part in accept.split(","):
        media_range, *parameters = (text.strip().lower() for text in part.split(";"))
        kind, _, subtype = media_range.partition("/")
        quality = next((_weight(text[2:]) for text in parameters if text.startswith("q=")), 1.0)
        yield _Range(kind, subtype or "*", quality)


def _weight(text: str) -> float:
    try:
        weight = float(text)
    except ValueError:
        return 0.0
    return weight if 0 <= weight <= 1 else 0.0


def _quality(key: str, ranges: list[_Range]) -> tuple[float, int]:
    """How much a media type is wanted, and how exactly it is named: the most exact range decides."""
    kind, _, subtype = key.partition(";")[0].strip().lower().partition("/")
    exactness, quality = -1, 0.0
    for one in ranges:
        level = (one.type != "*") + (one.subtype != "*")
        if one.type in ("*", kind) and one.subtype in ("*", subtype) and level > exactness:
            exactness, quality = level, one.quality
    return quality, exactness
