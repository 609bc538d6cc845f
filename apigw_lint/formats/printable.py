"""Owns escaping what must not reach a terminal."""

from __future__ import annotations

from apigw_lint.source.pattern import pattern

_UNSAFE = pattern("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def printable(text: str) -> str:
    """A string on one line, with control and direction characters escaped."""
    return _UNSAFE.sub(lambda match: match[0].encode("unicode_escape").decode(), text)
