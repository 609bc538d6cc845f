"""Owns which rows of the table of routes are asked for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence, Set

from apigw_lint.gateway.substitution import LEGACY_TYPES
from apigw_lint.routes.table import Row

_STARS = {"*": "[^/]*", "**": ".*"}


class Selection:
    """Rows that anyone may call, of some methods, paths and integration types; of each sort any, if none is given.

    `ws` among the methods is every WebSocket event. With an HTTP method comes the any-method (`*`) of the paths that do
    not define that method: it answers such requests. In the globs of paths, `*` is any text without a slash and `**`
    any text; all else means itself.
    """

    def __init__(
        self, is_public: bool, methods: Iterable[str], globs: Iterable[str], integrations: Iterable[str]
    ) -> None:
        self._is_public = is_public
        self._methods = frozenset(method.upper() for method in methods)
        self._paths = [_compiled(glob) for glob in globs]
        self._integrations = frozenset(LEGACY_TYPES.get(name, name) for name in integrations)

    def of(self, rows: Sequence[Row]) -> list[Row]:
        """The rows that are asked for, of all rows of a table."""
        defined: dict[tuple[str, str, str], set[str]] = {}
        for row in rows:
            defined.setdefault(_place(row), set()).add(row.method)
        return [row for row in rows if self._has(row, defined[_place(row)])]

    def _has(self, row: Row, defined: Set[str]) -> bool:
        types = {call.type for call in row.calls} or {row.integration}
        return (
            (row.access.is_open or not self._is_public)
            and (not self._methods or self._has_method(row, defined))
            and (not self._paths or any(path.fullmatch(row.path) for path in self._paths))
            and (not self._integrations or bool(types & self._integrations))
        )

    def _has_method(self, row: Row, defined: Set[str]) -> bool:
        """Whether a row answers a method that is asked for; `defined` are the methods that its path defines."""
        is_asked = row.method.partition(":")[0].upper() in self._methods
        return is_asked or (row.method == "*" and bool(self._methods - defined - {"*", "WS"}))


def _place(row: Row) -> tuple[str, str, str]:
    return row.file, row.gateway, row.path


def _compiled(glob: str) -> re.Pattern[str]:
    parts = (_STARS.get(part) or re.escape(part) for part in re.split(r"(\*\*?)", glob))
    return re.compile("".join(parts), re.DOTALL)
