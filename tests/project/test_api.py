"""The Python interface: public names, examples in docstrings, configured severities."""

from __future__ import annotations

import doctest
import importlib
import pkgutil

import pytest

import apigw_lint
from apigw_lint import Config, Severity, lint
from tests.support import header

MODULES = [module.name for module in pkgutil.walk_packages(apigw_lint.__path__, "apigw_lint.")]


@pytest.mark.parametrize("name", [name for name in MODULES if not name.endswith("__main__")])
def test_docstring_examples(name: str) -> None:
    """Examples in docstrings do what they show."""
    assert doctest.testmod(importlib.import_module(name)).failed == 0


def test_public_names() -> None:
    """Every public name is there, and no other is made up."""
    for name in apigw_lint.__all__:
        assert getattr(apigw_lint, name) is not None
    with pytest.raises(AttributeError):
        _ = apigw_lint.lnt


def test_configured_severity() -> None:
    """A configured severity lowers a rule's findings and raises none."""
    text = header("paths: {/a: {get: {x-yc-apigateway-integration: {type: dumy}}}}\n")
    for chosen, expected in (
        (Severity.WARNING, ["warning"]),
        (Severity.INFO, ["info"]),
        (Severity.ERROR, ["error"]),
        (None, []),
    ):
        found = lint("spec.yaml", text, Config({"bad-value": chosen})).found
        assert [one.severity.value for one in found] == expected
