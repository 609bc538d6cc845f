"""Owns what looks like a secret in a text: tokens of known services, passwords in URLs, what a name calls one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from apigw_lint.source.pattern import pattern

SHORTEST = 8
"""Characters of the shortest secret that is recognised outside of URLs."""

_SECRET_NAME = pattern(
    r"(?i)(?:^|[-_.])(?:api[-_]?(?:key|token)|(?:access|auth|bot)[-_]?token|token|secret|password|passwd|authorization)$"
    r"|^(?:client|bot|app)(?:Secret|Token)$"
)
_SCHEME = pattern(r"(?i)(bearer|basic|api-key|oauth|token|digest)\s+(\S+)")
_TOKEN = pattern(
    r"(?:(?<![A-Za-z0-9_-])(?:t1\.[A-Za-z0-9_-]{20,}[A-Za-z0-9._-]*|AQVN[A-Za-z0-9_-]{20,}|y[0-3]_[A-Za-z0-9_-]{30,}"
    r"|YC[MNOP][A-Za-z0-9_-]{37}|eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]+|AKIA[A-Z0-9]{16}"
    r"|gh[pousr]_[A-Za-z0-9]{36,}|glpat-[A-Za-z0-9_-]{20,}|xox[abprs]-[A-Za-z0-9-]{10,}|sk-[A-Za-z0-9_-]{32,})"
    r"|(?<![0-9])[0-9]{8,10}:[A-Za-z0-9_-]{35}(?![A-Za-z0-9_-]))"
)
"""Tokens of Yandex (IAM, API keys, OAuth, static keys), JWT, AWS, GitHub, GitLab, Slack, OpenAI, Telegram bots."""
_SIGN_OF_TOKEN = pattern(r"t1\.|AQVN|y[0-3]_|YC[MNOP]|eyJ|AKIA|gh[pousr]_|glpat-|xox[abprs]-|sk-|:[A-Za-z0-9_-]{35}")
"""What every token has in it: a text without any is read six times faster than by the pattern of tokens."""
_EXAMPLE = pattern(
    r"(?i)example|sample|dummy|test|change|your|xxx|secret$|^token$|^password$|\*\*|\.\.\.|<|fake|placeholder|1234"
)
_WORDS = pattern(r"[A-Za-zА-Яа-яёЁ$]+(?:[-_ .:/][A-Za-zА-Яа-яёЁ]+)*")
_SECRET_IN_URL = pattern(
    r"[?&](?P<name>[^?=&#{}\0]+)=(?P<value>[^?&#{}\0]++)(?=[?&#]|$)|//[^/?#@:{}\0]*:(?P<password>[^/?#@{}\0]{6,})@"
)


@lru_cache(maxsize=16_384)
def is_name(name: str) -> bool:
    """Whether a key or variable is called like a secret."""
    return _SECRET_NAME.search(name) is not None


def tokens(text: str) -> Iterator[tuple[int, str]]:
    """The tokens of known services in a text, with offsets."""
    if not _SIGN_OF_TOKEN.search(text):
        return iter(())
    return ((match.start(), match[0]) for match in _TOKEN.finditer(text) if "EXAMPLE" not in match[0])


def in_url(text: str) -> Iterator[tuple[int, str]]:
    """The secrets in a URL, with offsets: a password before the host, a value in the query whose name says so."""
    for match in _SECRET_IN_URL.finditer(text):
        if match["password"]:
            if not _EXAMPLE.search(match["password"]):
                yield match.start("password"), match["password"]
        elif is_name(match["name"]) and _is_random(match["value"], ""):
            yield match.start("value"), match["value"]


def under_a_name(text: str) -> Iterator[tuple[int, str]]:
    """The secret in a value that is called one, with its offset: what follows the scheme, if there is one."""
    if "{" in text:
        return
    scheme = _SCHEME.fullmatch(text.strip())
    secret = scheme[2] if scheme else text.strip()
    if _is_random(secret, scheme[1].lower() if scheme else ""):
        yield text.index(secret), secret


def _is_random(text: str, scheme: str) -> bool:
    """Whether this is a real secret rather than a word, a name, an id in Lockbox or an example."""
    if len(text) < SHORTEST or _EXAMPLE.search(text) or re.fullmatch("e6q[a-z0-9]{17}", text):
        return False
    if scheme == "basic":
        return _is_basic(text)
    are_words = _WORDS.fullmatch(text) is not None and not (scheme and len(text) >= 16)
    return not are_words and " " not in text and "://" not in text


def _is_basic(text: str) -> bool:
    """Whether this is a name and a password in base64."""
    from base64 import b64decode

    try:
        return b":" in b64decode(text, validate=True)
    except ValueError:
        return False
