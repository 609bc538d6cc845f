"""Owns the escapes of JSON Pointers (RFC 6901), in which `~` and `/` are written `~0` and `~1`."""

from __future__ import annotations


def escaped(key: str) -> str:
    """A key as a step of a pointer."""
    return key.replace("~", "~0").replace("/", "~1")


def unescaped(step: str) -> str:
    """A step of a pointer as the key that it stands for."""
    return step.replace("~1", "/").replace("~0", "~")
