"""Owns urls of backends: which host they name, and who can reach it."""

from __future__ import annotations

import re
from enum import Enum, auto
from functools import lru_cache

_OWN_MACHINE = ("localhost", "127.1", "host.docker.internal", "ip6-localhost")
_PRIVATE = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7")


class Reach(Enum):
    """From where a host can be reached: anywhere, a private network, a network with its own names, one machine."""

    PUBLIC = auto()
    PRIVATE = auto()
    INTERNAL = auto()
    LOCAL = auto()


def end_of_authority(url: str) -> int:
    """The offset in a url after its scheme, host and port."""
    match = re.match(r"(?:[^/?#]*:)?//[^/?#]*|[^/?#]*", url)
    return match.end() if match else 0


def segment_at(text: str, offset: int) -> tuple[str, int]:
    """The part of a path or query string that holds an offset, with the separator in front of it, and where it is."""
    start = max(0, *(text.rfind(separator, 0, offset) for separator in "/?&"))
    rest = re.match(r"[^/?&#]*", text[offset:])
    return text[start : offset + (rest.end() if rest else 0)], start


def lacks_scheme(url: str) -> bool:
    """Whether a url begins with its host or its path; one that begins with a substitution may have a scheme."""
    return re.match(r"[A-Za-z][A-Za-z0-9+.-]*://|[{$]", url.strip()) is None


def host(url: str) -> str | None:
    """The host of a url in lower case, None when it is not known or there is none."""
    match = re.match(r"[A-Za-z][A-Za-z0-9+.-]*://(?:[^/?#@]*@)?(\[[0-9A-Fa-f:.]*\]|[^/?#:@]*)", url)
    if not match or not match[1] or re.search(r"[{}$%<>\s]", match[1]):
        return None
    return match[1].strip("[]").lower()


@lru_cache(maxsize=1024)
def reach(name: str) -> Reach:
    """From where a host can be reached, as far as its name or address shows.

    Private are the networks of RFC 1918 and the unique local addresses of RFC 4193.
    """
    name = name.rstrip(".")
    if name in _OWN_MACHINE or name.endswith(".localhost"):
        return Reach.LOCAL
    if not re.fullmatch(r"[0-9.]+|[0-9a-f:.]*:[0-9a-f:.]*", name):
        is_internal = "." not in name or name.endswith((".internal", ".local", ".lan", ".intranet"))
        return Reach.INTERNAL if is_internal else Reach.PUBLIC
    from ipaddress import ip_address, ip_network

    try:
        address = ip_address(name)
    except ValueError:
        return Reach.PUBLIC
    address = getattr(address, "ipv4_mapped", None) or address
    if address.is_loopback or address.is_link_local or address.is_unspecified:
        return Reach.LOCAL
    networks = (ip_network(network) for network in _PRIVATE)
    is_private = any(address in network for network in networks if network.version == address.version)
    return Reach.PRIVATE if is_private else Reach.PUBLIC
