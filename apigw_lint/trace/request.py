"""Owns the request that is traced, as the words of a command line give it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple
from urllib.parse import parse_qsl, urlsplit

from apigw_lint.bounds import MAX_URL

_METHOD = re.compile(r"[A-Za-z][A-Za-z-]*")
_HEADER = re.compile(r"([!#$%&'*+.^_`|~0-9A-Za-z-]+)\s*:(.*)", re.DOTALL)
_SCHEMES = ("http", "https", "ws", "wss")


class RequestError(Exception):
    """What is wrong with the words that describe a request, in words."""


class Request(NamedTuple):
    """A request: `path` is percent-encoded, `query` decoded, `host` in lower case and empty if the URL has none.

    `event` is `connect`, `message` or `disconnect` for one of a WebSocket. `made_up` are the names of headers, in lower
    case, whose values are examples.
    """

    method: str
    host: str
    path: str
    query: tuple[tuple[str, str], ...]
    headers: tuple[tuple[str, str], ...]
    body: bytes | None = None
    event: str | None = None
    made_up: frozenset[str] = frozenset()

    def header(self, name: str) -> str | None:
        """The value of a header, several joined by commas, None without it; its name has no case."""
        values = [value for key, value in self.headers if key.lower() == name.lower()]
        return ", ".join(values) if values else None

    def cookies(self) -> list[tuple[str, str]]:
        """The names and values of the cookies."""
        pairs = (part.partition("=") for part in (self.header("Cookie") or "").split(";"))
        return [(name.strip(), value.strip()) for name, equals, value in pairs if equals]


def request_of(
    method: str, url: str, headers: Iterable[str] = (), body: bytes | None = None, event: str | None = None
) -> Request:
    """The request that words describe: a URL, or its path and query; headers as `Name: value`. Raises RequestError."""
    if not _METHOD.fullmatch(method):
        raise RequestError(f"'{method}' is no HTTP method: write one such as GET")
    if len(url) > MAX_URL:
        raise RequestError(f"the URL is longer than {MAX_URL:,} characters")
    try:
        parts = urlsplit(url if not url.startswith("//") else f"/.{url}")
        host = (parts.hostname or "").lower()
    except ValueError as error:
        raise RequestError(f"'{url}' is no URL: {error}") from None
    is_absolute = parts.scheme.lower() in _SCHEMES and host
    if not (is_absolute or url.startswith("/")):
        raise RequestError(f"'{url}' is no URL: write one such as /pets?limit=10 or https://example.com/pets")
    path = parts.path.removeprefix("/.") if url.startswith("//") else parts.path
    query = tuple(parse_qsl(parts.query, keep_blank_values=True))
    pairs = []
    for header in headers:
        match = _HEADER.fullmatch(header)
        if match is None:
            raise RequestError(f"'{header}' is no header: write 'Name: value'")
        pairs.append((match[1], match[2].strip()))
    return Request(method.upper(), host, path or "/", query, tuple(pairs), body, event)
