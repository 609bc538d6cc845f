"""Owns how YAML 1.1 and YAML 1.2 read a plain scalar on which they disagree (`scalar.is_disputed`)."""

from __future__ import annotations

from math import inf
from typing import NamedTuple

from apigw_lint.bounds import MAX_DISPUTED
from apigw_lint.source.pattern import pattern

_BOOLEANS = {
    **dict.fromkeys(("y", "yes", "on"), "true"),
    **dict.fromkeys(("n", "no", "off"), "false"),
}
_DATE = pattern(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}")
_OLD_DECIMAL = pattern(r"[1-9][0-9_]*|0")
_OLD_SEXAGESIMAL = pattern(r"[1-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?")
_OLD_FLOAT = pattern(r"[0-9][0-9_]*\.[0-9_]*(?:[eE][-+][0-9]+)?|\.[0-9_]+(?:[eE][-+][0-9]+)?")
_OLD_BASES = ((2, pattern(r"0b([01_]+)")), (16, pattern(r"0x([0-9a-fA-F_]+)")), (8, pattern(r"0([0-7_]+)")))
_NEW_BASES = ((8, pattern(r"0o([0-7]+)")), (16, pattern(r"0x([0-9a-fA-F]+)")), (10, pattern(r"([0-9]+)")))
_NO_NUMBER = pattern(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
_NEW_FLOAT = pattern(r"(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")


class Reading(NamedTuple):
    """What a version of YAML makes of a scalar: its type in the words of JSON Schema or `date`, and its value."""

    type: str
    value: str

    @property
    def in_words(self) -> str:
        """What it is, as messages say it."""
        return f"a {self.type}" if self.type in ("string", "date") else self.value


def readings(text: str) -> tuple[Reading, Reading]:
    """What YAML 1.1 and YAML 1.2 read a disputed plain scalar as; some are the same to both, as `0x1F` is."""
    if len(text) > MAX_DISPUTED:
        return (Reading("string", text),) * 2
    if _NO_NUMBER.fullmatch(text):
        return (Reading("number", text),) * 2
    return _old_reading(text), _new_reading(text)


def _old_reading(text: str) -> Reading:
    """YAML 1.1."""
    word = text.lower()
    if word in _BOOLEANS:
        return Reading("boolean", _BOOLEANS[word])
    if _DATE.fullmatch(text):
        return Reading("date", text)
    sign, digits = _signed(text)
    for base, form in _OLD_BASES:
        if (match := form.fullmatch(digits)) and (plain := match[1].replace("_", "")):
            return _number(sign * int(plain, base))
    plain = digits.replace("_", "")
    if _OLD_DECIMAL.fullmatch(digits):
        return _number(sign * int(plain))
    if _OLD_SEXAGESIMAL.fullmatch(digits):
        number = 0.0
        for part in plain.split(":"):
            number = number * 60 + float(part)
        return _number(sign * number)
    return _number(sign * float(plain)) if _OLD_FLOAT.fullmatch(digits) else Reading("string", text)


def _new_reading(text: str) -> Reading:
    """YAML 1.2, its core schema."""
    sign, digits = _signed(text)
    for base, form in _NEW_BASES:
        if match := form.fullmatch(digits):
            return _number(sign * int(match[1], base))
    return _number(sign * float(digits)) if _NEW_FLOAT.fullmatch(digits) else Reading("string", text)


def _signed(text: str) -> tuple[int, str]:
    """The sign of a number, and the rest of it."""
    return (-1 if text.startswith("-") else 1), text.lstrip("+-") if text[:1] in "+-" else text


def _number(number: float) -> Reading:
    """A number; one without a fraction is an integer, as in JSON Schema."""
    if number in (inf, -inf):
        return Reading("number", "infinity")
    return Reading("integer" if number == number // 1 else "number", f"{number:.15g}")
