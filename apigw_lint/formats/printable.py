"""Owns what may reach a terminal: control characters made visible."""

from __future__ import annotations

from apigw_lint.source.pattern import pattern

_UNSAFE = pattern("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def printable(text: str) -> str:
    """The text on one line, control and direction characters as escapes."""
    return _UNSAFE.sub(lambda match: match[0].encode("unicode_escape").decode(), text)
