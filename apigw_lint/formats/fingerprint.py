"""Owns fingerprints: what distinguishes a finding from others, whatever line it is on."""

from __future__ import annotations

import hashlib


def fingerprint(*parts: str) -> str:
    """A hexadecimal digest of some texts."""
    return hashlib.sha256("\0".join(parts).encode("utf-8", "backslashreplace")).hexdigest()
