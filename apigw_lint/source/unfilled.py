"""Owns what someone forgot to fill in where an id, a name or an address of a resource is due.

There words give it away that elsewhere are ordinary text: `replace-me`, `BUCKET_NAME`, `your-backend.example.com`,
`d4eXXXX`, `aje...`, `ВАШ_ID`. A bucket, host or variable may really begin with `your-`: there the last word must be
that of a thing to fill in, as in `your-bucket`.
"""

from __future__ import annotations

import re

from apigw_lint.source.pattern import pattern

_IDS = frozenset(
    "function_id container_id folder_id node_id securityProfileId "
    "service_account_id serviceAccountId service_account".split()
)
_NAMES = frozenset(("object", "table_name", "database", "stream_name"))
_URLS = frozenset(("url", "queue_url", "jwksUri", "openIdConnectUrl"))
_LONGEST = 200

_COMMAND = r"(?:replace|change)[-_]?me|replace[-_]with[-_][\w-]+|[\w-]*here[-_]?your[\w-]*"
_CAMEL = r"(?-i:your[A-Z]\w*)"
_YOUR = rf"(?:your|ваш[аеи]?)[-_][\w-]+|{_CAMEL}|{_COMMAND}"
_THING = (
    r"(?:id|name|bucket|бакет|host|domain|backend|server|api|service|app|idp|url|key|token|function|container|gateway)"
)
_YOUR_THING = rf"(?:your|ваш[аеи]?)[-_](?:[\w-]+[-_])?{_THING}|{_COMMAND}"
_NOTE = r"(?:[\w-]+[-_])?placeholder(?:[-_][\w-]+)?|todo|tbd|fixme"
_NAME_OF_FIELD = r"(?:my[-_])?(?:function|container|service[-_]?account|folder|bucket|profile|node)[-_]?(?:id|name)"
_CUT_OR_FILLED = r"[a-z0-9]{2,}(?:\.{2,}|…)|[a-z0-9]{0,4}(?:[xх]{4,}|0{6,})|[\w-]*\*{3,}[\w*-]*"
_RUSSIAN = r"(?:идентификатор|имя|название)[-_ ][\w -]+"
_IN_ID = pattern(f"{_YOUR}|{_NOTE}|{_NAME_OF_FIELD}|{_CUT_OR_FILLED}|{_RUSSIAN}", re.IGNORECASE)
_IN_BUCKET = pattern(f"{_YOUR_THING}|{_CAMEL}|{_NAME_OF_FIELD}", re.IGNORECASE)
_IN_NAME = pattern(
    r"your[-_](?:object|file|key|table|database|stream|path|name)(?:[-_]\w+)?|(?:replace|change)[-_]?me"
    rf"|{_CAMEL}|(?-i:(?:TABLE|OBJECT|FILE|DATABASE|STREAM|QUEUE)_(?:NAME|KEY|PATH))",
    re.IGNORECASE,
)
_IN_VARIABLE = pattern(f"{_YOUR_THING}|your[-_][\\w-]+\\.example(?:\\.\\w+)?|[\\w-]+[-_]placeholder", re.IGNORECASE)
_CAPITALS = pattern(r"[A-ZА-ЯЁ][A-ZА-ЯЁ0-9_-]{2,}")
_HOST = pattern(r"[A-Za-z][\w+.-]*://(?:[^/?#@]*@)?([^/?#:@]*)")
_UNFILLED_HOST = pattern(
    f"(?:[\\w.-]+\\.)?(?:{_YOUR_THING}|your(?:domain|company|site|host|server|backend))(?:\\.[\\w.-]*)?"
    "|your[-_][\\w-]+\\.example(?:\\.\\w+)?",
    re.IGNORECASE,
)


def is_due(field: str | int) -> bool:
    """Whether a key names an id, a name or an address of a resource."""
    return field in _IDS or field in _NAMES or field in _URLS or field == "bucket"


def unfilled(field: str | int, text: str) -> tuple[int, str] | None:
    """What was not filled in as the value of a key, and its offset; None if the value may be real."""
    value = text.strip()
    if not 0 < len(value) <= _LONGEST:
        return None
    if field in _URLS:
        return _in_url(text, value)
    if field in _IDS:
        is_found = _IN_ID.fullmatch(value) is not None or _is_in_capitals(value)
    elif field == "bucket":
        is_found = _IN_BUCKET.fullmatch(value) is not None or _is_in_capitals(value)
    else:
        is_found = _IN_NAME.fullmatch(value) is not None
    return (text.index(value), value) if is_found else None


def unfilled_variable(text: str) -> tuple[int, str] | None:
    """What was not filled in as the value of a variable, and its offset."""
    value = text.strip()
    is_found = len(value) <= _LONGEST and _IN_VARIABLE.fullmatch(value)
    return (text.index(value), value) if is_found else None


def _is_in_capitals(value: str) -> bool:
    """Whether a value is the name of what belongs there, and not an id that someone typed in capitals."""
    return _CAPITALS.fullmatch(value) is not None and not (len(value) == 20 and re.search(r"\d", value))


def _is_name_in_capitals(host: str) -> bool:
    """Whether a host is `BACKEND_HOST` and the like: no real one has `_`."""
    return "_" in host and _CAPITALS.fullmatch(host) is not None


def _in_url(text: str, value: str) -> tuple[int, str] | None:
    """The host of a url, or a word in the place of the whole url."""
    if _CAPITALS.fullmatch(value):
        return text.index(value), value
    match = _HOST.match(text, len(text) - len(text.lstrip()))
    is_found = match is not None and (_UNFILLED_HOST.fullmatch(match[1]) or _is_name_in_capitals(match[1]))
    return (match.start(1), match[1]) if match and is_found else None
