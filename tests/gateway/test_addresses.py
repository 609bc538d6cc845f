"""What a url says about its host."""

from __future__ import annotations

import pytest

from apigw_lint.gateway.addresses import Reach, end_of_authority, host, reach


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("example.com", Reach.PUBLIC), ("заказы.рф", Reach.PUBLIC), ("8.8.8.8", Reach.PUBLIC),
        ("192.0.2.10", Reach.PUBLIC),
        ("198.18.0.1", Reach.PUBLIC), ("172.32.0.1", Reach.PUBLIC), ("2001:db8::1", Reach.PUBLIC),
        ("1.2.3", Reach.PUBLIC),
        ("10.0.0.1", Reach.PRIVATE), ("172.16.0.1", Reach.PRIVATE), ("172.31.255.255", Reach.PRIVATE),
        ("192.168.1.1", Reach.PRIVATE), ("fd00::1", Reach.PRIVATE), ("::ffff:10.0.0.1", Reach.PRIVATE),
        ("localhost", Reach.LOCAL), ("localhost.", Reach.LOCAL), ("a.localhost", Reach.LOCAL),
        ("127.0.0.1", Reach.LOCAL),
        ("127.1", Reach.LOCAL), ("::1", Reach.LOCAL), ("::ffff:127.0.0.1", Reach.LOCAL), ("0.0.0.0", Reach.LOCAL),
        ("169.254.169.254", Reach.LOCAL), ("host.docker.internal", Reach.LOCAL),
        ("backend", Reach.INTERNAL), ("api.internal", Reach.INTERNAL), ("db.local", Reach.INTERNAL),
    ],
)  # fmt: skip
def test_reach(name: str, expected: Reach) -> None:
    """Names and addresses are told apart by who can reach them."""
    assert reach(name) is expected


@pytest.mark.parametrize(
    ("url", "expected", "rest"),
    [
        ("https://Example.COM:8443/a", "example.com", "/a"),
        ("http://user:pass@host/a?b#c", "host", "/a?b#c"),
        ("https://[::1]:80/", "::1", "/"),
        ("https://e.com?a=b", "e.com", "?a=b"),
        ("https://${host}/a", None, "/a"),
        ("https://{host}/a", None, "/a"),
        ("https://", None, ""),
        ("/a/b", None, "/a/b"),
        ("", None, ""),
    ],
)
def test_host(url: str, expected: str | None, rest: str) -> None:
    """The host is found where it is written plainly, and where the path begins behind it."""
    assert host(url) == expected
    assert url[end_of_authority(url) :] == rest
