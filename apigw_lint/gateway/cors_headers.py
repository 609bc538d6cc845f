"""Owns the response headers of CORS: their names, the fields of a CORS rule that give them, and what their lists have.

Sources: https://fetch.spec.whatwg.org/#http-responses for the headers,
https://yandex.cloud/en/docs/api-gateway/concepts/extensions/cors for the fields.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from apigw_lint.gateway.kinds import HTTP_METHODS
from apigw_lint.source.tree import Node, Sequence
from apigw_lint.spelling import nearest


class CorsHeader(NamedTuple):
    """A response header of CORS, and the field of a CORS rule that gives its value."""

    name: str
    field: str


ALLOW_ORIGIN = CorsHeader("Access-Control-Allow-Origin", "origin")
ALLOW_METHODS = CorsHeader("Access-Control-Allow-Methods", "methods")
ALLOW_HEADERS = CorsHeader("Access-Control-Allow-Headers", "allowedHeaders")
EXPOSE_HEADERS = CorsHeader("Access-Control-Expose-Headers", "exposedHeaders")
ALLOW_CREDENTIALS = CorsHeader("Access-Control-Allow-Credentials", "credentials")
MAX_AGE = CorsHeader("Access-Control-Max-Age", "maxAge")

CORS_HEADERS = tuple(
    header.name for header in (ALLOW_ORIGIN, ALLOW_METHODS, ALLOW_HEADERS, EXPOSE_HEADERS, ALLOW_CREDENTIALS, MAX_AGE)
)
_PREFIX = "Access-Control-"
_BY_SUFFIX = {name.removeprefix(_PREFIX): name for name in CORS_HEADERS}
_OTHER_SUFFIXES = ("Allow-Local-Network", "Allow-Private-Network", "Request-Headers", "Request-Method")
"""Of drafts, and of requests."""
_KNOWN_SUFFIXES = frozenset(suffix.lower() for suffix in (*_BY_SUFFIX, *_OTHER_SUFFIXES))


METHODS = (*(method.upper() for method in HTTP_METHODS), "CONNECT", "*")
"""What a list of methods may have: the methods that OpenAPI and browsers know, and what stands for any."""
SAFELISTED_METHODS = ("GET", "HEAD", "POST")
"""The methods that browsers allow without being told."""
ASKED_METHODS = ("PUT", "PATCH", "DELETE")
"""The methods that pages use and that a preflight must allow; browsers never send `TRACE` for a page."""

_OTHER_METHODS = frozenset(
    "ACL BASELINE-CONTROL BIND CHECKIN CHECKOUT COPY LABEL LINK LOCK MERGE MKACTIVITY MKCALENDAR MKCOL MKREDIRECTREF "
    "MKWORKSPACE MOVE ORDERPATCH PRI PROPFIND PROPPATCH PURGE QUERY REBIND REPORT SEARCH UNBIND UNCHECKOUT UNLINK "
    "UNLOCK UPDATE UPDATEREDIRECTREF VERSION-CONTROL".split()
)
"""Methods that exist, though the gateway does not serve them: https://www.iana.org/assignments/http-methods."""


def is_method(text: str) -> bool:
    """Whether a list of methods may have this."""
    return text in METHODS or text in _OTHER_METHODS


def meant_cors_header(name: str) -> str | None:
    """The CORS header that an unknown `Access-Control-` name most likely misspells; the prefix makes no two alike."""
    prefix, suffix = name[: len(_PREFIX)], name[len(_PREFIX) :]
    if prefix.lower() != _PREFIX.lower() or suffix.lower() in _KNOWN_SUFFIXES:
        return None
    return _BY_SUFFIX.get(nearest(suffix, tuple(_BY_SUFFIX)) or "")


class Word(NamedTuple):
    """One of the names in a comma-separated list: the string that it is in, and where in its value."""

    node: Node
    offset: int
    text: str


def items(node: Node | None) -> list[Node]:
    """The items of a list; a scalar is a list of itself."""
    if node is None:
        return []
    return list(node.entries()) if isinstance(node.value, Sequence) else [node]


def words(node: Node | None) -> Iterator[Word]:
    """The names of a comma-separated string, or of a list of such strings."""
    for item in items(node):
        offset = 0
        for part in item.value.split(",") if isinstance(item.value, str) else ():
            text = part.strip()
            if text:
                yield Word(item, offset + part.index(text), text)
            offset += len(part) + 1
