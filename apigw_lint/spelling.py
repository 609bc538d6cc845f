"""Owns suggestions: the known name that a mistyped one is most likely a misspelling of, lists and counts in words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import islice

from apigw_lint.bounds import MAX_CANDIDATES, MAX_DIFFERENCES, MAX_LETTERS, MAX_SUGGESTIONS

_LOOK_ALIKE = str.maketrans("авсеіјкорѕтхуАВСЕІЈКМНОРЅТХУ‐‑‒–—−", "abceijkopstxyABCEIJKMHOPSTXY------")
"""Cyrillic letters and dashes, and the Latin letters and the hyphen that they look like."""


def latin(text: str) -> str:
    """A text of the same length in which Cyrillic letters and dashes are those that they look like."""
    return text if text.isascii() else text.translate(_LOOK_ALIKE)


def in_latin(word: str) -> str:
    """` with a Latin 'x'`: what tells the right spelling of a word from one that looks the same; nothing if it is."""
    letter = next((alike for letter, alike in zip(word, latin(word), strict=True) if letter != alike), "")
    return f" with a {'Latin' if letter.isalpha() else 'plain'} '{letter.lower()}'" if letter else ""


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known name closest to a word, None when none is close.

    Case, `-`, `_` and plural endings weigh little; otherwise about one letter in three may differ.
    """
    close = _closest(word, known)
    return close[0] if close else None


def only_nearest(word: str, known: Iterable[str]) -> str | None:
    """The nearest name, None when another one is as close."""
    close = _closest(word, known)
    return close[0] if len(close) == 1 else None


def nearest_of_each(words: Iterable[str], known: Iterable[str]) -> dict[str, str]:
    """The nearest name of each word that has one, for the first words only when there are many."""
    candidates = tuple(islice(known, MAX_CANDIDATES))
    suggestions = {word: nearest(word, candidates) for word in islice(dict.fromkeys(words), MAX_SUGGESTIONS)}
    return {word: close for word, close in suggestions.items() if close}


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """`, did you mean 'x'?`, or nothing when no known name is close."""
    close = nearest(word, known)
    return f", did you mean '{close}'?" if close else ""


def listed(names: Sequence[str], last: str = "or") -> str:
    """Names in quotes as a list in words: `'a', 'b' or 'c'`."""
    return joined([f"'{name}'" for name in names], last)


def joined(words: Sequence[str], last: str = "or") -> str:
    """Words as a list: `a, b or c`."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {last} {words[-1]}"


def _closest(word: str, known: Iterable[str]) -> Sequence[str]:
    """The known names that are equally close to a word and closer than all others, the most alike first."""
    if isinstance(known, tuple) and len(known) <= MAX_CANDIDATES:
        return _known_closest_of(word, known)
    return _closest_of(word, islice(known, MAX_CANDIDATES))


@lru_cache(maxsize=16_384)
def _known_closest_of(word: str, known: tuple[str, ...]) -> Sequence[str]:
    """The same for names that are asked about again and again: by several rules, or for each key of a document."""
    return _closest_of(word, known)


def _closest_of(word: str, known: Iterable[str]) -> Sequence[str]:
    if len(word) > MAX_LETTERS:
        return ()
    folded = _folded(word)
    names = [name for name in known if name != word and len(name) < 2 * MAX_LETTERS]
    same = [name for name in names if _folded(name) == folded]
    return _most_alike_first(word, same or _least_different(folded, names))


def _least_different(folded: str, names: list[str]) -> list[str]:
    """The names with the fewest differences for their length from a folded word, none when all have many."""
    best: list[str] = []
    least = 1.0
    letters = _letters(folded)
    for name in names if folded else ():
        other = _folded(name)
        longest = max(len(folded), len(other))
        share = min(least, 0.34 if longest > 3 else 0.5)
        # A little more than the product, which may be a little less than the whole number that it approximates.
        limit = min(int(share * longest + 1e-6), MAX_DIFFERENCES)
        if limit == 0 or abs(len(folded) - len(other)) > min(limit, longest // 3):
            continue
        others = _letters(other)
        if len(letters - others) > limit or len(others - letters) > limit:
            continue
        distance = _distance(folded, other, limit)
        if distance <= limit:
            best = [*(best if distance / longest == least else ()), name]
            least = distance / longest
    return best


def _most_alike_first(word: str, names: list[str]) -> list[str]:
    """Names that are equally close, in front the first that is closest with case and separators counted."""
    if len(names) < 2:
        return names
    best, fewest = names[0], len(word) + len(names[0])
    for name in names:
        distance = _distance(word, name, fewest - 1)
        if distance < fewest:
            best, fewest = name, distance
    return sorted(names, key=lambda name: name != best)


@lru_cache(maxsize=4096)
def _folded(word: str) -> str:
    return word.lower().replace("-", "").replace("_", "")


@lru_cache(maxsize=4096)
def _letters(folded: str) -> frozenset[str]:
    """The letters of a word: each that another word lacks is one difference at least."""
    return frozenset(folded)


def _distance(left: str, right: str, limit: int) -> int:
    """Edit distance with swaps of neighbours (optimal string alignment), limit + 1 when it is larger.

    Only the cells near the diagonal are filled in: a path that strays further from it costs more than the limit.
    """
    left, right = _without_common_ends(left, right)
    longer, too_many = len(right) - len(left), limit + 1
    if abs(longer) > limit:
        return too_many
    stray = (limit - abs(longer)) // 2
    first, last = min(longer, 0) - stray, max(longer, 0) + stray
    before: list[int] = []
    row: list[int] = [min(j, too_many) for j in range(len(right) + 1)]
    for i, letter in enumerate(left, 1):
        previous, row = row, [too_many] * (len(right) + 1)
        row[0] = min(i, too_many)
        for j in range(max(1, i + first), min(len(right), i + last) + 1):
            cost = previous[j - 1]
            if letter != right[j - 1]:
                cost = min(cost, previous[j], row[j - 1]) + 1
                if i > 1 and j > 1 and letter == right[j - 2] and left[i - 2] == right[j - 1]:
                    cost = min(cost, before[j - 2] + 1)
            row[j] = min(cost, too_many)
        if min(row) > limit:
            return too_many
        before = previous
    return row[-1]


def _without_common_ends(left: str, right: str) -> tuple[str, str]:
    """Two texts without what both begin with, and without what both end with."""
    shorter = min(len(left), len(right))
    front = 0
    while front < shorter and left[front] == right[front]:
        front += 1
    back = 0
    while back < shorter - front and left[-1 - back] == right[-1 - back]:
        back += 1
    return left[front : len(left) - back], right[front : len(right) - back]


def counted(number: int, singular: str, plural: str = "") -> str:
    """A number and its noun; the plural is `plural`, or the singular with an `s`."""
    return f"{number} {singular if number == 1 else plural or singular + 's'}"
