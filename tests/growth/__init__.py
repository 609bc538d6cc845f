"""Shapes of specifications that once took a time out of proportion to their size.

Each module has those of one part of the program. `tests/cli/test_growth.py` lints each within bounds;
`python tests/bench/growth.py` shows how the time of each grows.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

HEAD = (
    "openapi: 3.0.0\ninfo: {title: API, version: 1.0.0}\nx-yc-apigateway: {service_account_id: aje0123456789abcdefg}\n"
)
INTEGRATION = "x-yc-apigateway-integration"
DUMMY = f"{{{INTEGRATION}: {{type: dummy, http_code: 200}}}}"

Make = Callable[[int], str]


class Shape(NamedTuple):
    """Makes the text of any size; `size` is one that took too long once, `file` the name of the text."""

    make: Make
    size: int
    file: str


SHAPES: dict[str, Shape] = {}


def shape(size: int, file: str = "spec.yaml") -> Callable[[Make], Make]:
    """Registers the function that makes a text."""

    def register(make: Make) -> Make:
        SHAPES[make.__name__] = Shape(make, size, file)
        return make

    return register
