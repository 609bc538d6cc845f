"""Only what a browser may send as its origin has no fault."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apigw_lint.gateway.origins import fault_of


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("https://a.example/", "https://a.example"),
        ("https://a.example/app", "https://a.example"),
        ("a.example", "https://a.example"),
        ("//a.example", "https://a.example"),
        ("https.example", "https://https.example"),
        ("https:a.example", "https://a.example"),
        ("localhost:3000/", "http://localhost:3000"),
        ("HTTPS://A.example", "https://a.example"),
        ("http://a.example:80", "http://a.example"),
        ("htps://a.example", "https://a.example"),
        ("https://*.a.example", None),
        ("https://a.example,https://b.example", None),
        ("https://a.example https://b.example", None),
        ("everyone", None),
        ("https://пример.example", None),
    ],
)
def test_faults(text: str, meant: str | None) -> None:
    """Each has a fault inside the text; the origin that is meant has none."""
    fault = fault_of(text)
    assert fault is not None
    assert fault.meant == meant
    assert 0 <= fault.start < fault.end <= len(text)
    assert meant is None or fault_of(meant) is None


@pytest.mark.parametrize(
    "text",
    [
        *("*", "null", "", " ", "https://a.example", "http://localhost:3000", "https://a.example:8443", "file://"),
        *("http://[::1]:8080", "capacitor://localhost", "{Origin}", "https://${HOST}/", "'*'", " https://a.example "),
    ],
)
def test_origins(text: str) -> None:
    """These may match, or it is not known."""
    assert fault_of(text) is None


@given(st.text(alphabet="ahtps:/.*, ?#0:8-", max_size=30))
def test_what_is_meant_has_no_fault(text: str) -> None:
    """Following the advice once is enough."""
    fault = fault_of(text)
    assert fault is None or fault.meant is None or fault_of(fault.meant) is None
