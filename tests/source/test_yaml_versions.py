"""What YAML 1.1 and YAML 1.2 read where they disagree."""

from __future__ import annotations

import pytest
import yaml

from apigw_lint.source.scalar import is_disputed
from apigw_lint.source.yaml_versions import readings


@pytest.mark.parametrize(
    ("text", "old", "new"),
    [
        ("on", "true", "a string"),
        ("No", "false", "a string"),
        ("010", "8", "10"),
        ("-010", "-8", "-10"),
        ("09", "a string", "9"),
        ("0o17", "a string", "15"),
        ("0b11", "3", "a string"),
        ("0x1F", "31", "31"),
        ("1_000", "1000", "a string"),
        ("1_0.5", "10.5", "a string"),
        ("1:30", "90", "a string"),
        ("-1:30.5", "-90.5", "a string"),
        ("08:30", "a string", "a string"),
        ("1e3", "a string", "1000"),
        ("1e999", "a string", "infinity"),
        ("+.5", "0.5", "0.5"),
        (".inf", ".inf", ".inf"),
        ("2020-01-02", "a date", "a string"),
        ("0" * 5000, "a string", "a string"),
    ],
)
def test_readings(text: str, old: str, new: str) -> None:
    """Both readings are those of the two specifications."""
    assert is_disputed(text)
    assert tuple(reading.in_words for reading in readings(text)) == (old, new)


WORDS = ("yes", "No", "ON", "off", "010", "0x1_F", "0b11", "1_000", "1:30", "1:30.5", "1_0.5", "1e3", "09", "08:30")


@pytest.mark.parametrize("text", WORDS)
def test_old_readings_by_oracle(text: str) -> None:
    """PyYAML, which is for YAML 1.1, reads the same."""
    value = yaml.safe_load(text)
    words = "a string" if isinstance(value, str) else str(value).lower() if isinstance(value, bool) else f"{value:.15g}"
    assert readings(text)[0].in_words == words
