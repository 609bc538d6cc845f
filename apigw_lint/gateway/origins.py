"""Owns origins: why a text is not one that a browser sends.

Source: https://fetch.spec.whatwg.org/#origin-header. An origin is `null`, or a scheme, a host in lower case and
Punycode, and a port unless it is the scheme's own: never a path, not even a slash.
"""

from __future__ import annotations

from typing import NamedTuple

from apigw_lint.bounds import MAX_ORIGIN
from apigw_lint.source.pattern import pattern
from apigw_lint.spelling import nearest

_DEFAULT_PORTS = {"http": ":80", "https": ":443"}
_ORIGIN = pattern(r"([A-Za-z][A-Za-z0-9+.-]*)://([^/?#]*)(.*)")
_WITHOUT_SCHEME = pattern(r"(?:(https?)[:/]+|//)?(localhost|(?:[\w-]+\.)+[\w-]+)(:\d+)?(?:[/?#].*)?")
_OTHER_VALUES = ("", "*", "null", "true", "false")
"""What is allowed without being an address; quoted, `true` may still mean any origin."""
_UNKNOWN_SIGNS = "{}<>$'\"\\"


class Fault(NamedTuple):
    """Why a text matches no origin: what to do, which part is wrong, and the origin that is most likely meant."""

    remedy: str
    start: int
    end: int
    meant: str | None = None


def fault_of(text: str) -> Fault | None:
    """Why no browser sends this as its origin, None if one may, or if that is not known."""
    origin = text.strip()
    start = text.index(origin)
    end = start + len(origin)
    if origin in _OTHER_VALUES or len(origin) > MAX_ORIGIN or any(sign in origin for sign in _UNKNOWN_SIGNS):
        return None
    if len(origin.replace(",", " ").replace(";", " ").split()) > 1:
        return Fault("one string is one origin, write a list in a CORS rule", start, end)
    if "*" in origin:
        star = text.index("*")
        return Fault("'*' stands for any origin only when alone, list the origins", star, star + 1)
    match = _ORIGIN.fullmatch(origin)
    if match is None:
        meant = _with_scheme(origin)
        return Fault(f"write '{meant}'" if meant else "an origin is a scheme and a host", start, end, meant)
    scheme, host, rest = match[1], match[2], match[3]
    meant = _as_sent(scheme, host)
    if rest == "/":
        return Fault("remove the slash at the end", end - 1, end, meant)
    if rest:
        return Fault(f"an origin has no path, write '{meant}'", end - len(rest), end, meant)
    if meant != origin:
        return Fault(f"browsers send '{meant}'", start, end, meant)
    return None if origin.isascii() else Fault("browsers send this host in Punycode, as 'xn--...'", start, end)


def _with_scheme(text: str) -> str | None:
    """The origin that is meant by a host without a scheme, or with half of one."""
    match = _WITHOUT_SCHEME.fullmatch(text)
    if match is None:
        return None
    scheme = match[1] or ("http" if match[2] == "localhost" else "https")
    return _as_sent(scheme, match[2] + (match[3] or ""))


def _as_sent(scheme: str, host: str) -> str:
    """An origin as browsers send it, a mistyped `https` corrected."""
    scheme = scheme.lower()
    scheme = scheme if scheme in _DEFAULT_PORTS else nearest(scheme, tuple(_DEFAULT_PORTS)) or scheme
    if scheme in _DEFAULT_PORTS:
        host = host.lower().removesuffix(_DEFAULT_PORTS[scheme])
    return f"{scheme}://{host}"
