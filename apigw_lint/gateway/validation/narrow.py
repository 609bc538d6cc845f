"""Leaves out what is valid in a specification, so that the time to list failures grows with what fails alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

MINIMAL = {"info": {"title": "", "version": ""}, "paths": {}}
"""A valid specification."""


def without_valid_entries(specification: Any, is_valid: Callable[[Any], bool]) -> Any:
    """A copy of a specification without the path items and components that are valid alone."""
    if not isinstance(specification, dict):
        return specification
    rest = dict(specification)
    paths, components = rest.get("paths"), rest.get("components")
    if isinstance(paths, dict):
        rest["paths"] = {path: item for path, item in paths.items() if not is_valid({**MINIMAL, "paths": {path: item}})}
    if isinstance(components, dict):
        rest["components"] = {section: _failing(section, items, is_valid) for section, items in components.items()}
    return rest


def _failing(section: str, components: Any, is_valid: Callable[[Any], bool]) -> Any:
    """The components of a section that are not valid alone; what is not a mapping as it is."""
    if not isinstance(components, dict):
        return components
    return {
        name: component
        for name, component in components.items()
        if not is_valid({**MINIMAL, "components": {section: {name: component}}})
    }
