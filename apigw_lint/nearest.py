"""Owns suggestions: the known name that a mistyped one most likely stands for, and lists in words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import islice

MAX_CANDIDATES = 500
"""How many names are looked at: more would take long, and a suggestion out of thousands helps nobody."""

_FEW = 8


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known name closest to a word, None when none is close.

    Case, `-`, `_` and plural endings weigh little; otherwise about one letter in three may differ.
    """
    return _nearest_of_few(word, known) if isinstance(known, tuple) and len(known) <= _FEW else _nearest(word, known)


@lru_cache(maxsize=16_384)
def _nearest_of_few(word: str, known: tuple[str, ...]) -> str | None:
    """Rules ask about the same few names for each key of a document."""
    return _nearest(word, known)


def _nearest(word: str, known: Iterable[str]) -> str | None:
    best = _closest(word, known)
    return _most_alike(word, best) if best else None


def only_nearest(word: str, known: Iterable[str]) -> str | None:
    """The nearest name, None when another one is as close."""
    best = _closest(word, known)
    return best[0] if len(best) == 1 else None


def _closest(word: str, known: Iterable[str]) -> list[str]:
    """The known names that are closest to a word, if any are close."""
    candidates = [name for name in islice(known, MAX_CANDIDATES) if name != word]
    folded = _folded(word)
    same = [name for name in candidates if _folded(name) == folded]
    if same or not folded:
        return same
    best: list[str] = []
    best_distance = 1.0
    for name in candidates:
        other = _folded(name)
        longest = max(len(folded), len(other))
        if longest < 2 or abs(len(folded) - len(other)) > longest // 3:
            continue
        distance = _distance(folded, other, max(1, longest // 3)) / longest
        if distance <= min(best_distance, 0.34 if longest > 3 else 0.5):
            best = [*(best if distance == best_distance else ()), name]
            best_distance = distance
    return best


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """`, did you mean 'x'?`, or nothing when no known name is close."""
    close = nearest(word, known)
    return f", did you mean '{close}'?" if close else ""


def listed(names: Sequence[str], last: str = "or") -> str:
    """Names in quotes as a list in words: `'a', 'b' or 'c'`."""
    quoted = [f"'{name}'" for name in names]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} {last} {quoted[-1]}"


def _most_alike(word: str, names: list[str]) -> str:
    """Of names that are equally close, the first that is closest with case and separators counted."""
    return min(names, key=lambda name: _distance(word, name, len(word) + len(name))) if len(names) > 1 else names[0]


def _folded(word: str) -> str:
    return word.lower().replace("-", "").replace("_", "")


def _distance(left: str, right: str, limit: int) -> int:
    """Edit distance with swaps of neighbours (optimal string alignment), limit + 1 when it is larger."""
    before: list[int] = []
    row = list(range(len(right) + 1))
    for i, letter in enumerate(left, 1):
        previous, row = row, [i]
        for j, other in enumerate(right, 1):
            cost = min(previous[j] + 1, row[j - 1] + 1, previous[j - 1] + (letter != other))
            if i > 1 and j > 1 and letter == right[j - 2] and left[i - 2] == other:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        if min(row) > limit:
            return limit + 1
        before = previous
    return row[-1]
