"""Owns the headers that the gateway adds to WebSocket events.

Source: https://yandex.cloud/en/docs/api-gateway/concepts/extensions/websocket
"""

from __future__ import annotations

from functools import lru_cache

from apigw_lint.spelling import nearest

PREFIX = "X-Yc-Apigateway-Websocket-"
CONNECTION_ID = PREFIX + "Connection-Id"
EVENT_HEADERS = {
    "connect": (CONNECTION_ID, PREFIX + "Event-Type", PREFIX + "Connected-At"),
    "message": (CONNECTION_ID, PREFIX + "Event-Type", PREFIX + "Message-Id"),
    "disconnect": (
        CONNECTION_ID,
        PREFIX + "Event-Type",
        PREFIX + "Disconnect-Status-Code",
        PREFIX + "Disconnect-Reason",
    ),
}
"""The headers that each event carries."""

MEANINGS = {
    CONNECTION_ID: "Websocket connection identifier",
    PREFIX + "Event-Type": "Type of the event: CONNECT, MESSAGE or DISCONNECT",
    PREFIX + "Connected-At": "Time when the connection was opened",
    PREFIX + "Message-Id": "Identifier of the message",
    PREFIX + "Disconnect-Status-Code": "Code with which the connection was closed",
    PREFIX + "Disconnect-Reason": "Why the connection was closed",
}
"""What each header holds."""

HEADERS = tuple(dict.fromkeys(header for headers in EVENT_HEADERS.values() for header in headers))
_BY_LOWER = {header.lower(): header for header in HEADERS}
_BY_SUFFIX = {header.removeprefix(PREFIX): header for header in HEADERS}


def is_header(name: str) -> bool:
    """Whether a name belongs to the WebSocket headers, existing or not."""
    return name.lower().startswith(PREFIX.lower())


def known_header(name: str) -> str | None:
    """The header of that name in its documented case, None if it does not exist."""
    return _BY_LOWER.get(name.lower())


@lru_cache(maxsize=4096)
def nearest_header(name: str) -> str | None:
    """The header that a misspelt or shortened name means (`connectionId`), None when none is close."""
    if known := known_header(name):
        return known
    if is_header(name):
        return _BY_SUFFIX.get(nearest(name[len(PREFIX) :], tuple(_BY_SUFFIX)) or "")
    if len(name) > len(PREFIX):
        return nearest(name, HEADERS)
    folded = name.lower().replace("-", "").replace("_", "")
    return next((header for suffix, header in _BY_SUFFIX.items() if suffix.lower().replace("-", "") == folded), None)
