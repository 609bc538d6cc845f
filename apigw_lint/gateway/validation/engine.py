"""Chooses the JSON Schema library, and owns the interface that its adapter has."""

from __future__ import annotations

from functools import cache
from typing import Any, Protocol

from apigw_lint.gateway.schemas import Schema
from apigw_lint.gateway.validation.failure import Failure


class Engine(Protocol):
    """A library that runs the schemas."""

    def is_valid(self, name: str, instance: Any) -> bool:
        """Whether an instance satisfies the schema of a name."""

    def failures(self, name: str, instance: Any) -> list[Failure]:
        """Every failure of an instance judged by the schema of a name, in no particular order."""

    def allows(self, schema: Schema, value: Any) -> bool:
        """Whether a value satisfies a schema without references."""


@cache
def engine() -> Engine:
    """The engine to use: `jsonschema_rs`, or `jsonschema` where no wheel of that is installed."""
    try:
        from apigw_lint.gateway.validation import rust_engine
    except ImportError:
        from apigw_lint.gateway.validation import python_engine

        return python_engine
    return rust_engine
