"""Owns how text of a specification is written into a page: it is shown, and nothing of it is markup."""

from __future__ import annotations

from html import escape

from apigw_lint.formats.printable import printable


def shown(text: str) -> str:
    """Text for an element or a quoted attribute; control characters and invisible ones are seen as escapes."""
    return escape(printable(text))
